"""The library's front door: open a graph, ask it questions."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.answer import Answer, Solutions, Triples
from kg.errors import UsageError
from kg.guard import check_query
from kg.lexicon import Lexicon
from kg.query import Column, SavedQuery, bind, load_queries, resolve
from kg.store import Store, open_store
from kg.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Given = str | int | Sequence[str | int] | None

__all__ = ["KG"]

_LABELS = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
CONSTRUCT { ?thing a ?class ; skos:prefLabel ?label ; skos:altLabel ?alias } WHERE {
  ?thing a ?class ; skos:prefLabel|rdfs:label|dct:title ?label OPTIONAL { ?thing skos:altLabel ?alias }
}"""


class KG:
    """A graph that can be asked.

    >>> KG.open("build/store").ask("agencies-of-a-programme", undertaking="全市一个停车场")  # doctest: +SKIP
    """

    def __init__(self, store: Store, lang: str = "zh") -> None:
        self.store = store
        self.lang = lang

    @classmethod
    def open(
        cls, location: str | Path, lang: str = "zh", *, user: str | None = None, password: str | None = None
    ) -> KG:
        """The graph in a store folder, or at the query address of a SPARQL server (with digest authentication).

        Raises UnreadableError where there is none.
        """
        if str(location).startswith(("http://", "https://")):
            from kg.remote import RemoteStore  # noqa: PLC0415 - only a server needs SPARQLWrapper

            return cls(RemoteStore(str(location), user=user, password=password), lang)
        return cls(open_store(Path(location)), lang)

    @cached_property
    def lexicon(self) -> Lexicon:
        """Every name and alias in the graph."""
        answer = self.store.query(_LABELS)
        return Lexicon.of(answer if isinstance(answer, Triples) else ())

    @cached_property
    def queries(self) -> dict[str, SavedQuery]:
        """The saved questions by name."""
        return load_queries()

    def question(self, name: str) -> SavedQuery:
        """A saved question; raises UsageError with the names that come close."""
        if name in self.queries:
            return self.queries[name]
        from difflib import get_close_matches  # noqa: PLC0415 - only on a miss

        close = get_close_matches(name, self.queries, n=3, cutoff=0.3)
        raise UsageError(
            f"没有名为 {name} 的问题；是否要找：{'、'.join(close)}（kg queries 列出全部）",
            f"there is no question {name}; did you mean: {', '.join(close)} (kg queries lists all)",
        )

    def ask(self, name: str, /, **params: Given) -> Table:
        """The answer to a saved question; entities may be given by name, alias, label or IRI.

        Raises UsageError for an unknown question or parameter, and for a name that means nothing or more
        than one thing, with suggestions.
        """
        query = self.question(name)
        answer = self.store.query(self.bound(name, **params))
        if not isinstance(answer, Solutions):
            raise UsageError(f"问题 {name} 不是 SELECT", f"the question {name} is no SELECT")
        return Table.of(answer, query.columns, query.summary(self.lang), self.lexicon, self.lang)

    def bound(self, name: str, /, **params: Given) -> str:
        """The SPARQL text of a saved question with what is given for its parameters; raises what `ask` raises."""
        query = self.question(name)
        values = {
            key: [resolve(query.param(key), value, self.lexicon) for value in given]
            for key, given in _given(query, params).items()
        }
        return bind(query, values)

    def sparql(self, text: str) -> Answer:
        """The answer to a free SPARQL query; SERVICE, FROM and updates are refused with UsageError."""
        check_query(text)
        return self.store.query(text)

    def table(self, solutions: Solutions, title: str = "SPARQL") -> Table:
        """The answer to a SELECT as a table."""
        columns = tuple(Column(name, name, name) for name in solutions.variables)
        return Table.of(solutions, columns, title, self.lexicon, self.lang)


def _given(query: SavedQuery, params: Mapping[str, Given]) -> dict[str, list[str]]:
    """The parameters as given, with the defaults for those that are not."""
    given: dict[str, list[str]] = {p.name: [p.default] for p in query.params if p.default is not None}
    for key, value in params.items():
        name = key.removesuffix("_")  # from_ for from, which is a word of Python
        query.param(name)
        if value is None:
            given.pop(name, None)
        else:
            given[name] = [str(it) for it in value] if isinstance(value, (list, tuple)) else [str(value)]
    return given

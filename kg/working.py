"""The working graph of one city: what its documents say, and what they name, in memory, ready to be compared."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.answer import Solutions
from kg.terms import CJ, DCAT, DCT, RDF, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.store import Store

__all__ = ["Index", "Working", "cities"]

_PLACES = (
    f"""SELECT ?graph ?place WHERE {{ GRAPH ?graph {{ ?document a <{CJ.Document}> ; <{DCT.spatial}> ?place }} }}"""
)
_ABOVE = f"SELECT ?place ?above WHERE {{ ?place a <{CJ.Place}> ; <{DCT.isPartOf}> ?above }}"
_PERIODS = f"SELECT ?period ?start ?end WHERE {{ ?period <{DCAT.startDate}> ?start ; <{DCAT.endDate}> ?end }}"
_NAMED = "SELECT DISTINCT ?node WHERE { ?s ?p ?node FILTER(isIRI(?node)) }"
_OVER_A_CITY = re.compile(r"(省|自治区|行政区|中国)$")


def cities(store: Store) -> dict[str, list[str]]:
    """The graphs of the documents of each city, by the IRI of its place, both sorted.

    A document belongs to the highest place over its own that is no province and no country.
    """
    above = {str(place): str(over) for place, over in _rows(store, _ABOVE)}
    found: dict[str, list[str]] = {}
    for graph, place in _rows(store, _PLACES):
        city, seen = str(place), set()
        while city in above and city not in seen and not _OVER_A_CITY.search(name_of(above[city])):
            seen.add(city)
            city = above[city]
        found.setdefault(city, []).append(str(graph))
    return {city: sorted(found[city]) for city in sorted(found)}


def _rows(store: Store, query: str) -> Iterable[tuple[object, ...]]:
    answer = store.query(query)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    return answer.rows


class Index:
    """The vocabulary by subject, so that a city takes from it only what its documents name."""

    def __init__(self, triples: str) -> None:
        """Index sorted N-Triples."""
        self._lines: dict[str, list[str]] = {}
        for line in triples.splitlines():
            self._lines.setdefault(line.partition("> ")[0][1:], []).append(line)

    def members(self, kind: str) -> list[str]:
        """The subjects of a class."""
        ending = f" <{RDF.type}> <{kind}> ."
        return [node for node, its in self._lines.items() if any(line.endswith(ending) for line in its)]

    def closure(self, nodes: Iterable[str]) -> str:
        """The triples of some nodes and of everything that these name in turn, as N-Triples."""
        waiting, taken = list(nodes), dict[str, None]()
        while waiting:
            node = waiting.pop()
            if node in taken or node not in self._lines:
                continue
            taken[node] = None
            waiting += [line[line.rindex(" <") + 2 : -3] for line in self._lines[node] if line.endswith("> .")]
        return "\n".join(line for node in sorted(taken) for line in self._lines[node])


class Working:
    """An in-memory graph of some documents and the vocabulary that they use, in which queries are quick."""

    def __init__(self, documents: Iterable[str], index: Index, identities: Mapping[str, str]) -> None:
        """Load documents (N-Triples); `identities` gives metrics that are one their common representative (IRIs)."""
        self._store = ox.Store()
        for text in documents:
            self._load(text)
        named = [row["node"] for row in self.select(_NAMED)]
        # Explanations and states are named by the checks only.
        self._load(index.closure([*named, *index.members(CJ.Explanation), *index.members(CJ.State)]))
        self.extend(
            ox.Triple(ox.NamedNode(row["period"]), ox.NamedNode(CJ.days), ox.Literal(_days(row["start"], row["end"])))
            for row in self.select(_PERIODS)
        )
        identity = ox.NamedNode(CJ.identity)
        self.extend(ox.Triple(ox.NamedNode(a), identity, ox.NamedNode(b)) for a, b in identities.items())

    def extend(self, triples: Iterable[ox.Triple]) -> None:
        """Add triples."""
        self._store.extend(ox.Quad(it.subject, it.predicate, it.object) for it in triples)

    def construct(self, query: str) -> list[ox.Triple]:
        """The triples that a CONSTRUCT makes of the graph."""
        return list(self._store.query(query))  # type: ignore[arg-type] # a CONSTRUCT

    def select(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT as texts, without the cells that are not bound."""
        solutions = self._store.query(query)
        names = [variable.value for variable in solutions.variables]  # type: ignore[union-attr] # a SELECT
        return [{name: row[name].value for name in names if row[name] is not None} for row in solutions]  # type: ignore[union-attr] # the same

    def _load(self, text: str) -> None:
        self._store.load(input=text.encode(), format=ox.RdfFormat.N_TRIPLES)


def _days(start: str, end: str) -> int:
    """The days of a period, the first and the last included."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days + 1

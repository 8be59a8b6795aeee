"""What the page of the SPARQL endpoint shows: the answer to a query, and the saved questions as examples."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.description import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.query import SavedQuery
    from kg.web.pool import Reply

__all__ = ["START", "Shown", "examples", "shown"]

START = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX cj: <https://w3id.org/chengjidan/ontology#>

SELECT ?agency ?name (COUNT(?claim) AS ?claims)
WHERE { ?claim a cj:Claim ; cj:agency ?agency . ?agency skos:prefLabel ?name FILTER(LANG(?name) = "zh") }
GROUP BY ?agency ?name
ORDER BY DESC(?claims)
LIMIT 20
"""
"""The query that stands in the form at first."""

_ROWS = 500
_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as a page shows it: rows, a truth value or Turtle; `cut` where only its beginning is shown.

    A cell is whether a term is an IRI, and its value; `count` is -1 where nobody counted the rows.
    """

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[bool, str] | None, ...], ...] = ()
    count: int = 0
    truth: bool | None = None
    turtle: str | None = None
    cut: bool = False


def shown(reply: Reply) -> Shown:
    """An answer in SPARQL's JSON or in Turtle, for a page; no more of a large one is read than is shown."""
    if "json" not in reply.media:
        text = reply.body[: 4 * _CHARACTERS].decode(errors="ignore")[:_CHARACTERS]
        return Shown(turtle=text, cut=len(text.encode()) < len(reply.body))
    found = ox.parse_query_results(input=reply.body, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return Shown(truth=bool(found))
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - the other kind of results
    variables = tuple(variable.value for variable in found.variables)
    rows = tuple(tuple(map(_cell, row)) for row in islice(found, _ROWS))
    return Shown(variables, rows, reply.rows, cut=next(found, None) is not None)


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> tuple[bool, str] | None:
    """Whether a term is an IRI, and its value."""
    if term is None:
        return None
    return isinstance(term, ox.NamedNode), str(term) if isinstance(term, ox.Triple) else term.value


def examples(queries: Iterable[SavedQuery], lang: str) -> list[dict[str, str]]:
    """The saved questions as the editor lists them, without their headers."""
    return [{"name": it.name, "title": it.summary(lang), "query": plain(it)} for it in queries]

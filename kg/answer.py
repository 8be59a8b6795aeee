"""Answers of a store to SPARQL: rows, triples or a truth value, always as rdflib terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "Answer",
    "Solutions",
    "Term",
    "Triple",
    "Triples",
    "from_oxigraph",
    "line",
    "lines",
    "term",
    "to_oxigraph",
    "triples_of",
]

Term = URIRef | Literal | BNode
Triple = tuple[Term, URIRef, Term]
Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Solutions:
    """The answer to a SELECT: variables in order, and the rows."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)

    def __iter__(self) -> Iterator[dict[str, Term | None]]:
        """Each row as {variable: term}."""
        return (dict(zip(self.variables, row, strict=True)) for row in self.rows)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Triples:
    """The answer to a CONSTRUCT or DESCRIBE: triples, sorted, each once."""

    triples: tuple[Triple, ...] = field(repr=False)

    def __iter__(self) -> Iterator[Triple]:
        """Each triple."""
        return iter(self.triples)

    def __len__(self) -> int:
        """The number of triples."""
        return len(self.triples)


Answer = Solutions | Triples | bool


def term(value: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> Term:
    """An Oxigraph term as an rdflib term, its spelling kept."""
    if isinstance(value, ox.NamedNode):
        return URIRef(value.value)
    if isinstance(value, ox.Literal):
        if value.language:
            return Literal(value.value, lang=value.language)
        datatype = value.datatype.value
        if datatype == "http://www.w3.org/2001/XMLSchema#string":
            return Literal(value.value)
        return Literal(value.value, datatype=URIRef(datatype), normalize=False)
    if isinstance(value, ox.BlankNode):
        return BNode(value.value)
    raise TypeError(f"no RDF 1.1 term: {value}")


def to_oxigraph(value: Term) -> ox.NamedNode | ox.Literal | ox.BlankNode:
    """An rdflib term as an Oxigraph term; raises ValueError for an IRI or language tag that is not valid."""
    if isinstance(value, Literal):
        if value.language:
            return ox.Literal(str(value), language=value.language)
        return ox.Literal(str(value), datatype=ox.NamedNode(str(value.datatype)) if value.datatype else None)
    if isinstance(value, BNode):
        return ox.BlankNode(str(value))
    return ox.NamedNode(str(value))


def from_oxigraph(result: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean) -> Answer:
    """The whole result of an Oxigraph query."""
    if isinstance(result, ox.QuerySolutions):
        variables = tuple(variable.value for variable in result.variables)
        return Solutions(
            variables,
            tuple(tuple(None if cell is None else term(cell) for cell in solution) for solution in result),
        )
    if isinstance(result, ox.QueryTriples):
        return triples_of((term(t.subject), URIRef(t.predicate.value), term(t.object)) for t in result)
    return bool(result)


def triples_of(triples: Iterable[Triple]) -> Triples:
    """Triples sorted by their N-Triples form, each once."""
    return Triples(tuple(sorted(set(triples), key=line)))


def line(triple: Triple) -> str:
    """A triple as a line of N-Triples, with its line end."""
    subject, predicate, value = (to_oxigraph(part) for part in triple)
    return f"{subject} {predicate} {value} .\n"


def lines(triples: Iterable[Triple]) -> str:
    """Triples as sorted N-Triples, each once."""
    return "".join(sorted({line(triple) for triple in triples}))

"""The ontology as files to publish: the terms with their lists, and the rules, each in one piece."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rdflib import RDF, SH, BNode, URIRef

from kg import resources
from kg.portal.part import Part
from kg.turtle import Namer, blocks, prefixes, sorted_triples, written
from kg.vocabulary import parse_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.answer import Term, Triple

__all__ = ["ontology_parts", "shapes", "terms"]

_Facts = dict["Term", dict[URIRef, list["Term"]]]


def ontology_parts() -> Iterator[Part]:
    """`ontology/ontology.ttl` with the terms and `ontology/shapes.ttl` with the rules."""
    yield Part("ontology/ontology.ttl", "text/turtle", lambda: [terms().encode()])
    yield Part("ontology/shapes.ttl", "text/turtle", lambda: [shapes().encode()])


def terms() -> str:
    """The terms, their ties to the standards and the closed lists, as one Turtle document."""
    folder = resources.ontology()
    return written(_read([folder / "core.ttl", folder / "align.ttl", *sorted((folder / "vocab").glob("*.ttl"))]))


def shapes() -> str:
    """The shapes as one Turtle document, in which the cells of lists are named after the shape that uses them.

    The only nodes without a name are paths of more than one step: SHACL (section 2.3.1) takes every named node for a
    property, so with names these rules would silently mean something else. They are written in brackets where they
    are used, and so have no labels that could differ between two builds.
    """
    named = _named(_read(sorted((resources.ontology() / "shapes").glob("*.ttl"))))
    namer = _Nesting(_facts(named))
    body = "\n".join(blocks(sorted_triples(it for it in named if not isinstance(it[0], BNode)), namer))
    return f"{prefixes(namer.used)}\n{body}"


class _Nesting(Namer):
    """Writes a node without a name where it is used: a list in parentheses, anything else in brackets."""

    def __init__(self, facts: Mapping[Term, Mapping[URIRef, Sequence[Term]]]) -> None:
        super().__init__()
        self._facts = facts

    def term(self, value: Term) -> str:
        """A term in Turtle."""
        if not isinstance(value, BNode):
            return super().term(value)
        facts = self._facts[value]
        if RDF.first in facts:
            return f"( {' '.join(map(self.term, _items(self._facts, value)))} )"
        return f"[ {' ; '.join(f'{self.term(verb)} {self.term(facts[verb][0])}' for verb in sorted(facts))} ]"


def _read(files: Iterable[Path]) -> list[Triple]:
    return [triple for file in files for triple in parse_turtle(file)]


def _facts(triples: Iterable[Triple]) -> _Facts:
    found: _Facts = defaultdict(dict)
    for subject, predicate, value in triples:
        found[subject].setdefault(predicate, []).append(value)
    return found


def _items(facts: Mapping[Term, Mapping[URIRef, Sequence[Term]]], cell: Term) -> Iterator[Term]:
    """The members of a list."""
    while cell != RDF.nil:
        yield facts[cell][RDF.first][0]
        cell = facts[cell][RDF.rest][0]


def _named(triples: Sequence[Triple]) -> list[Triple]:
    """The triples with a name for each cell of a list that a shape has: the shape's, the property's and the place."""
    facts = _facts(triples)
    names: dict[Term, URIRef] = {}
    for subject, predicate, value in triples:
        if isinstance(subject, URIRef) and isinstance(value, BNode) and predicate != SH.path:
            cell: Term = value
            for place, _ in enumerate(_items(facts, value), 1):
                names[cell] = URIRef(f"{subject}-{predicate.rpartition('#')[2]}-{place}")
                cell = facts[cell][RDF.rest][0]
    return [(names.get(subject, subject), predicate, names.get(value, value)) for subject, predicate, value in triples]

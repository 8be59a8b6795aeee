"""The statistics view: the claims as observations of an RDF Data Cube, whose structure is ontology/cube.ttl.

See the W3C's recommendation, https://www.w3.org/TR/vocab-data-cube/: the cube is well-formed (IC-1 to IC-21).
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from rdflib import Literal, Namespace, URIRef

from kg import resources
from kg.answer import Solutions, to_oxigraph
from kg.portal.part import Part
from kg.terms import BASE, CJ, PREFIXES, RDF, SKOS, XSD, iri, name_of
from kg.turtle import Namer, blocks, natural, prefixes, sorted_triples
from kg.vocabulary import parse_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.answer import Term, Triple
    from kg.session import KG
    from kg.store import Store

__all__ = ["CUBE", "NOT_STATED", "cube", "cube_parts"]

CUBE = Namespace(BASE + "cube#")
"""The terms of the view."""

NOT_STATED = CUBE["not-stated"]
"""The value of a dimension about which a claim says nothing."""

_QB = Namespace(PREFIXES["qb"])
_UNIT = URIRef("http://purl.org/linked-data/sdmx/2009/attribute#unitMeasure")
_SHORT = (
    *("agency", "base", "bound", "cj", "claim", "dcat", "dct", "direction", "document", "initiative", "kind"),
    *("metric", "organisation", "period", "place", "platform", "policy", "programme", "qb", "rdf", "rdfs"),
    *("recognition", "review", "skos", "status", "unit", "xsd"),
)
_NAMESPACES = {
    **{prefix: PREFIXES[prefix] for prefix in _SHORT},
    "cube": str(CUBE),
    "observation": BASE + "observation/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-concept": "http://purl.org/linked-data/sdmx/2009/concept#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
}
"""The prefixes at the head of the file: all that it can need, since it is sent before its end is known."""

_DIMENSIONS = ("metric", "kind", "period", "base", "agency", "place", "programme", "status")
"""The dimensions that a claim states by a property of the same name; document and ordinal come on top."""
_ATTRIBUTES = ("bound", "review", "direction", "lower", "lowerInclusive", "upper", "upperInclusive")
_ALONE = frozenset({RDF.type, _QB.dataSet, CUBE.claim, CUBE.document})
"""What does not lead from an observation to a thing that others share."""
_MANY = 500
"""Things that one query describes."""

_DOCUMENTS = f"SELECT ?document WHERE {{ ?document a <{CJ.Document}> }}"
_CLAIMS = """PREFIX cj: <https://w3id.org/chengjidan/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?claim ?property ?value WHERE {{
  ?extraction prov:used {document} .
  ?claim prov:wasGeneratedBy ?extraction ; a cj:Claim ; ?property ?value .
  FILTER(?property IN ({properties}))
}}"""
_THINGS = """PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?property ?value WHERE {{
  VALUES ?thing {{ {things} }}
  VALUES ?property {{
    rdf:type skos:prefLabel skos:inScheme dct:title dct:identifier dct:issued dcat:startDate dcat:endDate
  }}
  ?thing ?property ?value .
}}"""


def cube_parts(kg: KG) -> Iterator[Part]:
    """The cube as a file of a release."""
    zh, en = "成绩单统计立方（RDF Data Cube）", "Report card cube (RDF Data Cube)"
    yield Part("cube.ttl", "text/turtle", partial(cube, kg), zh, en, dataset="cube")


def cube(kg: KG) -> Iterator[bytes]:
    """The cube in Turtle: its structure, the observations document by document, then what they point to.

    Memory holds one document's claims and the names of the things that claims share, never all claims. Every
    claim is one observation, `observation/` and the claim's name.
    """
    structure = parse_turtle(resources.ontology() / "cube.ttl")
    yield f"{prefixes(_NAMESPACES)}\n".encode() + _written(structure)
    shared: set[Term] = set()
    for document in _documents(kg.store):
        found = _observations(kg.store, document)
        if found:
            shared.update(value for _, term, value in found if term not in _ALONE and isinstance(value, URIRef))
            yield b"\n" + _written([*_described(kg.store, [document]), *found])
    lists = {value for _, term, value in structure if term == _QB.codeList}
    yield from _things(kg.store, shared - {NOT_STATED}, lists)


def _documents(store: Store) -> list[URIRef]:
    answer = store.query(_DOCUMENTS)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    return sorted({URIRef(str(row["document"])) for row in answer}, key=natural)


def _observations(store: Store, document: URIRef) -> list[Triple]:
    """The claims of a document as observations, in the order of the text."""
    properties = ", ".join(f"cj:{name}" for name in ("value", "unit", *_DIMENSIONS, *_ATTRIBUTES))
    answer = store.query(_CLAIMS.format(document=to_oxigraph(document), properties=properties))
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    claims: dict[URIRef, dict[Term, Term]] = {}
    for claim, term, value in answer.rows:
        if claim is not None and term is not None and value is not None:
            facts = claims.setdefault(URIRef(claim), {})
            facts[term] = min(facts.get(term, value), value, key=str)  # the gate lets in one of each
    points: Counter[tuple[Term, ...]] = Counter()
    found: list[Triple] = []
    for it in sorted(claims, key=natural):
        point = tuple(claims[it].get(CJ[name], NOT_STATED) for name in _DIMENSIONS)
        points[point] += 1
        place = dict(zip((CUBE[name] for name in _DIMENSIONS), point, strict=True))
        place |= {CUBE.document: document, CUBE.ordinal: Literal(str(points[point]), datatype=XSD.integer)}
        found += _observation(it, claims[it], place)
    return found


def _observation(claim: URIRef, facts: dict[Term, Term], place: dict[URIRef, Term]) -> list[Triple]:
    """One claim at its place in the cube; without a value it belongs to the data set of changes."""
    it, value = iri("observation", name_of(claim)), facts.get(CJ.value)
    stated = {CUBE[name]: facts.get(CJ[name]) for name in _ATTRIBUTES}
    stated |= {CUBE.claim: claim, _UNIT: facts.get(CJ.unit), CUBE.value: value}
    if value is None:
        stated |= {CUBE.change: facts.get(CJ.direction, NOT_STATED), CUBE.direction: None}
    return [
        (it, RDF.type, _QB.Observation),
        (it, _QB.dataSet, CUBE["without-figure"] if value is None else CUBE.figures),
        *((it, term, node) for term, node in place.items()),
        *((it, term, node) for term, node in stated.items() if node is not None),
    ]


def _things(store: Store, shared: set[Term], lists: set[Term]) -> Iterator[bytes]:
    """The labels, dates and code lists of what observations point to, for tools that read only this file."""
    names = iter(sorted(shared, key=natural))
    while some := list(islice(names, _MANY)):
        found = _described(store, some)
        lists |= {value for _, term, value in found if term == SKOS.inScheme}
        yield b"\n" + _written(found)
    yield b"\n" + _written(_described(store, sorted(lists)))


def _described(store: Store, things: Iterable[Term]) -> list[Triple]:
    answer = store.query(_THINGS.format(things=" ".join(str(to_oxigraph(it)) for it in things)))
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    return [(it, URIRef(term), value) for it, term, value in answer.rows if it and term and value is not None]


def _written(triples: Iterable[Triple]) -> bytes:
    """Some entities, a block each; the names that they share with others are not remembered."""
    return "\n".join(blocks(sorted_triples(set(triples)), Namer(_NAMESPACES))).encode()

"""The ontology as a text: complete in both languages, one place for each closed list, no dangling term."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, ORG

from kg import resources
from kg.answer import Term, Triple
from kg.lexicon import fold
from kg.model import Bound, Direction, Kind, Review, Role, Severity, Status
from kg.terms import BASE, CJ, PREFIXES, name_of
from kg.vocabulary import parse_turtle

FILES = sorted(path for path in resources.ontology().rglob("*.ttl") if path.parent.name != "shapes")
TRIPLES: list[Triple] = [triple for path in FILES for triple in parse_turtle(path)]
OWN = sorted({s for s, p, o in TRIPLES if p == RDF.type and str(o).startswith(str(OWL))} - {URIRef(BASE + "ontology")})
CONCEPTS = sorted({s for s, p, _ in TRIPLES if p == SKOS.inScheme})
ENTITIES = sorted({s for s, p, o in TRIPLES if p == RDF.type and str(o).startswith(str(CJ)) and s not in CONCEPTS})


def texts(node: Term, predicate: URIRef) -> list[Literal]:
    return [o for s, p, o in TRIPLES if s == node and p == predicate and isinstance(o, Literal)]


def languages(node: Term, predicate: URIRef) -> list[str | None]:
    return sorted((text.language for text in texts(node, predicate)), key=str)


@pytest.mark.parametrize("term", OWN, ids=str)
def test_own_terms_are_labelled_and_defined_in_both_languages(term: URIRef) -> None:
    assert languages(term, RDFS.label) == ["en", "zh"]
    assert languages(term, SKOS.definition) == ["en", "zh"]
    assert (term, RDFS.isDefinedBy, URIRef(BASE + "ontology")) in TRIPLES


@pytest.mark.parametrize("concept", CONCEPTS, ids=str)
def test_concepts_are_labelled_and_defined_in_both_languages(concept: URIRef) -> None:
    assert languages(concept, SKOS.prefLabel) == ["en", "zh"]
    assert languages(concept, SKOS.definition) == ["en", "zh"]


def test_entities_of_a_city_are_labelled_in_both_languages_once() -> None:
    labelled = [entity for entity in ENTITIES if not entity.startswith(BASE + "period/")]
    assert len(labelled) > 500
    assert [entity for entity in labelled if languages(entity, SKOS.prefLabel) != ["en", "zh"]] == []


@pytest.mark.parametrize(
    ("scheme", "members"),
    [
        ("kind", Kind),
        ("bound", Bound),
        ("direction", Direction),
        ("role", Role),
        ("status", Status),
        ("severity", Severity),
        ("review", Review),
    ],
)
def test_closed_lists_are_the_same_in_python_and_turtle(scheme: str, members: type[StrEnum]) -> None:
    stated = {name_of(s) for s, p, o in TRIPLES if p == SKOS.inScheme and o == URIRef(BASE + scheme)}
    assert stated == {str(member) for member in members}


def test_every_own_term_that_is_used_is_defined() -> None:
    defined = {s for s, p, _ in TRIPLES if p == RDF.type}
    used = {part for triple in TRIPLES for part in triple if isinstance(part, URIRef) and str(part).startswith(BASE)}
    assert {term for term in used if term not in defined and str(term) != BASE + "ontology"} == set()


def test_no_node_is_blank() -> None:
    assert [triple for triple in TRIPLES if any(isinstance(part, BNode) for part in triple)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_prefixes_are_the_projects_own_spelling(path: Path) -> None:
    declared = [line.split() for line in path.read_text("utf-8").splitlines() if line.startswith("@prefix")]
    for _, prefix, namespace, _ in declared:
        assert PREFIXES[prefix.removesuffix(":")] == namespace.strip("<>")
    assert [prefix for _, prefix, _, _ in declared] == sorted(prefix for _, prefix, _, _ in declared)


def test_hierarchies_have_no_cycle() -> None:
    for predicate in (ORG.unitOf, ORG.subOrganizationOf, DCTERMS.isPartOf, SKOS.broader, RDFS.subClassOf):
        above = {s: o for s, p, o in TRIPLES if p == predicate}
        for start in above:
            seen, node = set(), start
            while node in above:
                assert node not in seen
                seen.add(node)
                node = above[node]


def test_names_of_one_kind_mean_one_thing_each() -> None:
    for kind in ("agency", "metric", "place", "unit"):
        names: Counter[str] = Counter()
        for entity in {s for s, _, _ in TRIPLES if str(s).startswith(f"{BASE}{kind}/")}:
            own = {fold(str(o)) for s, p, o in TRIPLES if s == entity and p in (SKOS.prefLabel, SKOS.altLabel)}
            names.update(own)
        assert [name for name, count in names.items() if count > 1] == []

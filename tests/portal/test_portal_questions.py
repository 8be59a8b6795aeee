"""The saved questions as data: they parse elsewhere, and ask the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, SDO, SH, BNode, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery

from kg.answer import Solutions
from kg.guard import check_query
from kg.portal.questions import executables, question_parts
from kg.query import Column, SavedQuery, load_queries
from kg.terms import BASE

if TYPE_CHECKING:
    from kg.session import KG

ENDPOINT = "https://city.example/sparql"
QUERIES = load_queries()


@pytest.fixture(scope="module")
def text() -> str:
    (part,) = question_parts(QUERIES.values(), ENDPOINT)
    assert (part.path, part.media) == ("queries.ttl", "text/turtle")
    return b"".join(part.chunks()).decode()


@pytest.fixture(scope="module")
def graph(text: str) -> Graph:
    return Graph().parse(data=text, format="turtle")


def _text(graph: Graph, node: URIRef) -> str:
    (found,) = graph.objects(node, SH.select)
    return str(found)


def test_both_parsers_read_the_same_and_no_node_is_blank(text: str, graph: Graph) -> None:
    assert {(str(q.subject), q.predicate.value) for q in ox.parse(text, format=ox.RdfFormat.TURTLE)} == {
        (str(ox.NamedNode(str(s))), str(p)) for s, p, _ in graph
    }
    assert set(graph) == set(executables(QUERIES.values(), ENDPOINT))
    assert not [node for triple in graph for node in triple if isinstance(node, BNode)]


def test_every_question_is_there_as_the_form_asks(graph: Graph) -> None:
    assert set(graph.subjects(RDF.type, SH.SPARQLSelectExecutable)) == {
        URIRef(f"{BASE}void#question-{name}") for name in QUERIES
    }
    for node in graph.subjects(RDF.type, SH.SPARQLExecutable):
        assert sorted(str(it.language) for it in graph.objects(node, RDFS.comment) if isinstance(it, Literal)) == [
            "en",
            "zh",
        ]
        assert list(graph.objects(node, SDO.target)) == [URIRef(ENDPOINT)]
        tags = {it.language for it in graph.objects(node, SDO.keywords) if isinstance(it, Literal)}
        assert tags == {"zh", "en"}
        (declared,) = graph.objects(node, SH.prefixes)
        assert list(graph.objects(declared, SH.declare))


def test_the_terms_are_those_of_their_vocabularies(graph: Graph) -> None:
    used = {URIRef(str(it)) for it in (*graph.predicates(), *graph.objects(None, RDF.type))}
    spaces = {str(space): space for space in (RDF, RDFS, SH, SDO, OWL)}
    assert {str(it)[: max(str(it).rfind("#"), str(it).rfind("/")) + 1] for it in used} == set(spaces)
    assert [it for it in used if not any(it in space for space in spaces.values())] == []


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_published_question_parses_and_answers_as_the_saved_one(graph: Graph, kg: KG, name: str) -> None:
    published = _text(graph, URIRef(f"{BASE}void#question-{name}"))
    assert "#+" not in published
    prepareQuery(published)
    check_query(published)
    answer, saved = kg.store.query(published), kg.store.query(QUERIES[name].text)
    assert isinstance(answer, Solutions)
    assert isinstance(saved, Solutions)
    assert answer.variables == tuple(it.name for it in QUERIES[name].columns)
    assert list(answer.rows) == list(saved.rows)


def test_the_target_is_left_out_where_there_is_no_endpoint() -> None:
    assert not [triple for triple in executables(QUERIES.values()) if triple[1] == SDO.target]


def test_a_text_of_several_lines_stands_as_such_and_comes_back(text: str) -> None:
    assert 'sh:select """PREFIX' in text
    nasty = 'SELECT ?x WHERE { ?x ?p """a\\n"b\\\\""", "c" }\n# """\n'
    query = SavedQuery("nasty", "q?", "问？", (), (Column("x", "x", "x"),), "table", nasty)
    (part,) = question_parts([query])
    back = Graph().parse(data=b"".join(part.chunks()), format="turtle")
    assert [str(it) for it in back.objects(None, SH.select)] == [nasty]

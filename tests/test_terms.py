"""Names: every name gives a valid IRI, no two names the same one, and the IRI gives the name back."""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from kg.terms import (
    BASE,
    GRAPHS,
    PREFIXES,
    claim_iri,
    document_graph,
    document_iri,
    involvement_iri,
    iri,
    name_of,
    passage_iri,
    period_iri,
)

HOSTILE = [
    "",
    " ",
    "a b",
    "a/b",
    "a#b",
    "a?b",
    "100%",
    "%41",
    "<script>",
    '"',
    "\\",
    "\n",
    "\u200b",
    "﻿",
    "\x00",
    "\x7f",
]
_names = st.one_of(st.text(), st.sampled_from(HOSTILE), st.text("%/#?<>\"{}|^`\\ .:;=&+'()[]@!$*,~-_ 临江\u200b"))


@given(_names)
def test_every_name_gives_an_iri_that_the_engine_takes_and_gives_back(name: str) -> None:
    node = iri("agency", name)
    assert node.startswith(BASE + "agency/")
    (quad,) = ox.parse(f"<{node}> <http://p> <{node}> .", format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.subject, ox.NamedNode)
    assert quad.subject.value == str(node)
    assert name_of(node) == name


@given(_names)
def test_a_name_is_one_path_segment(name: str) -> None:
    assert not set(iri("agency", name).removeprefix(BASE + "agency/")) & set('/#?<>"{}|^`\\ \n\t')


@given(_names, _names)
def test_two_names_have_two_iris(one: str, other: str) -> None:
    assert (iri("metric", one) == iri("metric", other)) == (one == other)


@given(_names)
def test_the_percent_encoded_form_names_the_same_thing(name: str) -> None:
    node = iri("place", name)
    assert name_of(quote(node, safe=":/%#")) == name


def test_a_half_character_has_an_iri_too() -> None:
    assert iri("agency", "\ud800") == URIRef(BASE + "agency/%ED%A0%80")


def test_chinese_stays_readable() -> None:
    assert iri("agency", "临江市公安局") == URIRef("https://w3id.org/chengjidan/agency/临江市公安局")
    assert iri("metric", "𠮷祥㐀") == URIRef("https://w3id.org/chengjidan/metric/𠮷祥㐀")


def test_the_iris_of_what_documents_hold() -> None:
    assert document_iri("D1") == URIRef(BASE + "document/D1")
    assert passage_iri("D1", 92, 99) == URIRef(BASE + "document/D1#char=92,99")
    assert claim_iri("D1", 92, 99) == URIRef(BASE + "claim/D1.92-99")
    assert period_iri("2025-01-01", "2025-12-31") == URIRef(BASE + "period/2025-01-01_2025-12-31")
    assert document_graph("D1") == BASE + "graph/document/D1"


def test_involvements_on_one_passage_differ_by_what_they_state() -> None:
    leads = involvement_iri("D1", 1, 5, "临江市公安局", "leads", "全城一张图")
    operates = involvement_iri("D1", 1, 5, "临江市公安局", "operates", "全城一张图")
    assert leads != operates
    assert leads == involvement_iri("D1", 1, 5, "临江市公安局", "leads", "全城一张图")


@pytest.mark.parametrize("document", ["a b", "../x", "报告1"])
def test_a_documents_graph_is_below_the_base(document: str) -> None:
    assert document_graph(document).startswith(BASE + "graph/document/")
    assert document_graph(document).count("/") == (BASE + "graph/document/").count("/")


def test_each_namespace_has_one_prefix() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    assert len(set(GRAPHS.values())) == len(GRAPHS) == 5

"""Turtle for people: whatever the graph holds is written so that a parser reads the same triples."""

from __future__ import annotations

import random
import re
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SKOS, Graph, Literal, URIRef, namespace

from kg.answer import Triple, line, term
from kg.terms import BASE, CJ, iri
from kg.turtle import Namer, Transcriber, blocks, natural, prefixes, sorted_triples

XSD = str(namespace.XSD)


def written(triples: list[Triple], indent: str = "") -> str:
    namer = Namer()
    body = "\n".join(blocks(sorted_triples(triples), namer, indent))
    return f"{prefixes(namer.used)}\n{body}"


def parsed(text: str) -> set[Triple]:
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return {(term(q.subject), URIRef(q.predicate.value), term(q.object)) for q in quads}


_texts = st.text(st.characters(codec="utf-8"))
_names = st.one_of(_texts, st.text("①²ª·.-_~%'()临江Aa1"), st.sampled_from(["-a", ".a", "a.", "a..b", "1", "a:b", ""]))
_iris = st.one_of(
    st.builds(iri, st.sampled_from(["agency", "metric", "nowhere"]), _names),
    st.builds(lambda name: URIRef(str(CJ) + name), st.text("abcABC123_-.", min_size=1)),
    st.sampled_from([RDF.type, SKOS.prefLabel, URIRef("http://example.org/"), URIRef(BASE + "ontology#")]),
)
_literals = st.one_of(
    st.builds(Literal, _texts),
    st.builds(Literal, _texts, lang=st.sampled_from(["zh", "en", "zh-hant"])),
    st.builds(
        lambda text, name: Literal(text, datatype=URIRef(XSD + name), normalize=False),
        st.one_of(
            _texts,
            st.sampled_from(["1", "01", "-1", "+1", "1.0", ".5", "1.", "-1.50", "true", "1e3", "TRUE", "٣", "٣.٣"]),
        ),
        st.sampled_from(["integer", "decimal", "boolean", "double", "date", "gYearMonth", "string"]),
    ),
)
_triples = st.lists(st.tuples(_iris, _iris, st.one_of(_iris, _literals)), max_size=8)


@given(_triples, st.sampled_from(["", "    "]))
def test_what_is_written_is_read_back(triples: list[Triple], indent: str) -> None:
    expected = {
        (s, p, Literal(str(o)) if isinstance(o, Literal) and str(o.datatype) == XSD + "string" else o)
        for s, p, o in triples
    }
    assert parsed(written(triples, indent)) == expected


@given(_triples)
def test_the_order_of_the_input_does_not_count(triples: list[Triple]) -> None:
    shuffled = list(triples)
    random.Random(1).shuffle(shuffled)  # noqa: S311 - no secret
    assert written(list(dict.fromkeys(triples))) == written(list(dict.fromkeys(shuffled)))


@given(_triples)
def test_every_prefix_is_used(triples: list[Triple]) -> None:
    text = written(triples)
    head, _, body = text.partition("\n\n") if triples else (text, "", "")
    declared = [line.split()[1] for line in head.splitlines() if line.startswith("@prefix")]
    assert declared == sorted(declared)
    assert all(prefix in body for prefix in declared)


def test_rdflib_reads_it_too() -> None:
    triples: list[Triple] = [
        (iri("agency", "名①²"), RDF.type, CJ.Agency),
        (iri("agency", "名①²"), SKOS.prefLabel, Literal('引"号\\\n', lang="zh")),
        (iri("agency", "a.b-c"), CJ.value, Literal("-0.5", datatype=URIRef(XSD + "decimal"))),
    ]
    graph = Graph().parse(data=written(triples), format="turtle")
    assert set(graph) == set(triples)


def test_one_entity_is_one_block_in_a_readable_order() -> None:
    police = iri("agency", "临江市公安局")
    triples: list[Triple] = [
        (police, SKOS.altLabel, Literal("江城警方", lang="zh")),
        (police, SKOS.prefLabel, Literal("Linjiang Police", lang="en")),
        (police, SKOS.prefLabel, Literal("临江市公安局", lang="zh")),
        (police, RDF.type, CJ.Agency),
        (iri("claim", "D.100-104"), CJ.value, Literal("10", datatype=URIRef(XSD + "decimal"))),
        (iri("claim", "D.9-12"), CJ.value, Literal("1.5", datatype=URIRef(XSD + "decimal"))),
        (iri("claim", "D.9-12"), CJ.length, Literal("5", datatype=URIRef(XSD + "integer"))),
    ]
    assert written(triples) == (
        "@prefix agency: <https://w3id.org/chengjidan/agency/> .\n"
        "@prefix cj: <https://w3id.org/chengjidan/ontology#> .\n"
        "@prefix claim: <https://w3id.org/chengjidan/claim/> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        "agency:临江市公安局 a cj:Agency ;\n"
        '    skos:prefLabel "临江市公安局"@zh, "Linjiang Police"@en ;\n'
        '    skos:altLabel "江城警方"@zh .\n'
        "\n"
        "claim:D.9-12 cj:length 5 ;\n"
        "    cj:value 1.5 .\n"
        "\n"
        'claim:D.100-104 cj:value "10"^^xsd:decimal .\n'
    )


@pytest.mark.parametrize("name", ["①", "a²", "ª", "½", "a.", "-", "", "a:b", "a~b"])
def test_a_name_that_turtle_does_not_allow_keeps_its_brackets(name: str) -> None:
    node = URIRef(BASE + "agency/" + name)
    assert Namer().term(node) == f"<{node}>"


@given(st.lists(st.integers(0, 10**30)))
def test_numbers_in_names_are_in_their_order(numbers: list[int]) -> None:
    small = [number for number in numbers if number < 10**18]
    assert sorted(map(str, small), key=natural) == [str(number) for number in sorted(small)]
    sorted(map(str, numbers), key=natural)


def listed(text: str) -> list[tuple[int, int, str]]:
    """The order of `natural`, said as lists: numbers first, by value."""
    parts = re.split("([0-9]{1,18})", text)
    return [(0, int(part), part) if place % 2 else (1, 0, part) for place, part in enumerate(parts) if part]


@given(st.lists(st.one_of(_texts, st.text("0019a.\x00\x01\x02\x03临٣")), max_size=20, unique=True))
def test_the_natural_order_is_one_of_plain_texts(texts: list[str]) -> None:
    assert sorted(texts, key=natural) == sorted(texts, key=listed)
    assert len({natural(text) for text in texts}) == len(texts)
    assert type(natural(URIRef("http://example.org/a"))) is str, "a term has an order of its own"


@given(_triples, st.sampled_from(["", "    "]))
def test_triples_are_transcribed_as_they_are_written(triples: list[Triple], indent: str) -> None:
    by_subject: dict[str, list[str]] = {}
    for triple in triples:
        by_subject.setdefault(str(triple[0]), []).append(line(triple))
    read = [it for lines in by_subject.values() for it in ox.parse("".join(lines), format=ox.RdfFormat.N_TRIPLES)]
    expected, namer = Namer(), Namer()
    known: set[Triple] = {(term(q.subject), URIRef(q.predicate.value), term(q.object)) for q in read}
    written = list(blocks(sorted_triples(known), expected, indent))
    transcriber = Transcriber(namer, indent)
    assert [transcriber.block("".join(by_subject[it])) for it in sorted(by_subject, key=natural)] == written
    assert namer.used == expected.used


def test_terms_that_are_forgotten_are_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    triples: list[Triple] = [(iri("agency", f"a{it}"), SKOS.note, iri("place", f"p{it % 3}")) for it in range(10)]
    written = list(blocks(sorted_triples(triples), Namer()))
    monkeypatch.setattr("kg.turtle._KEPT", 2)
    transcriber = Transcriber(Namer())
    assert [transcriber.block(line(triple)) for triple in triples] == written
    assert len(transcriber._known) <= 2


def test_blank_nodes_of_others_are_transcribed() -> None:
    lines = '_:b <http://p> _:c .\n_:b <http://p> "x" .\n_:b <http://p> <http://o> .\n'
    assert Transcriber(Namer()).block(lines) == '_:b <http://p> _:c, <http://o>, "x" .\n'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('"\\t\\b\\n\\r\\f\\"\\\\\\u0001\\U0001F600"', '"\\t\\u0008\\n\\r\\u000C\\"\\\\\\u0001\U0001f600"'),
        ('"@zh"@zh', '"@zh"@zh'),
        ('"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "1"),
        ('"\\"^^<x>"', '"\\"^^<x>"'),
    ],
)
def test_literals_are_transcribed(text: str, written: str) -> None:
    assert Transcriber(Namer()).block(f"<http://s> <http://p> {text} .\n") == f"<http://s> <http://p> {written} .\n"


def test_a_text_of_thousands_of_digits_can_be_sorted() -> None:
    node = iri("claim", "x")
    assert parsed(written([(node, SKOS.note, Literal("9" * 5000)), (node, SKOS.note, Literal("10"))]))


def test_namespaces_can_be_given() -> None:
    namer = Namer({"ex": "http://example.org/"})
    assert namer.term(URIRef("http://example.org/a")) == "ex:a"
    assert namer.term(iri("agency", "a")) == f"<{iri('agency', 'a')}>"
    assert namer.used == {"ex": "http://example.org/"}


def test_decimals_are_bare_only_where_turtle_reads_them_as_such() -> None:
    namer = Namer()
    decimal = URIRef(XSD + "decimal")
    assert namer.term(Literal(Decimal("1.5"))) == "1.5"
    assert namer.term(Literal("15", datatype=decimal)) == '"15"^^xsd:decimal'
    assert namer.term(Literal("true", datatype=URIRef(XSD + "boolean"))) == "true"

"""Saved questions: their headers, their parameters as RDF terms, and what a session answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal, URIRef, namespace

import kg
from kg.answer import Solutions, Triples
from kg.errors import UnreadableError, UsageError
from kg.lexicon import Lexicon
from kg.query import Parameter, SavedQuery, bind, load_queries, parse_query, resolve
from kg.session import KG
from kg.terms import BASE, CJ, iri

if TYPE_CHECKING:
    from pathlib import Path

HEADER = """#+ summary: Claims of an agency
#+ summary-zh: 一个机构的陈述
#+ params:
#+   agency: {type: agency, zh: 机构, en: agency}
#+   from: {type: date-from, zh: 起, en: from, default: "2025"}
#+   word: {type: string, zh: 词, en: word}
#+ columns:
#+   claim: {zh: 陈述, en: claim}
#+   agency: {zh: 机构, en: agency}
#+   value: {zh: 数值, en: value}
#+ view: table
"""
BODY = """PREFIX cj: <https://w3id.org/chengjidan/ontology#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
SELECT ?claim ?agency ?value ?extra WHERE {
  VALUES ?agency { UNDEF }
  VALUES ?from { UNDEF }
  VALUES ?word { UNDEF }
  ?claim a cj:Claim ; cj:agency ?agency ; cj:value ?value ; cj:period/dcat:startDate ?start .
  FILTER(!BOUND(?from) || ?start >= ?from)
  FILTER(!BOUND(?word) || EXISTS { ?claim cj:reviewer ?word })
  BIND(1 AS ?extra)
} ORDER BY ?claim
"""


@pytest.fixture
def query(tmp_path: Path) -> SavedQuery:
    path = tmp_path / "claims-of-an-agency.rq"
    path.write_text(HEADER + BODY, "utf-8")
    return parse_query(path)


@pytest.fixture
def asked(kg: KG, query: SavedQuery) -> KG:
    """The graph with the test's own question."""
    session = KG(kg.store)
    session.queries = {query.name: query}
    return session


def test_a_header_says_what_the_question_is(query: SavedQuery) -> None:
    assert query.name == "claims-of-an-agency"
    assert (query.summary("zh"), query.summary("en")) == ("一个机构的陈述", "Claims of an agency")
    assert [(param.name, param.type, param.default) for param in query.params] == [
        ("agency", "agency", None),
        ("from", "date-from", "2025"),
        ("word", "string", None),
    ]
    assert [column.label("zh") for column in query.columns] == ["陈述", "机构", "数值"]
    assert query.columns[0].label("en") == "claim"
    assert query.view == "table"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#+ view: table\n", ""),
        ("view: table", "view: pie"),
        ("#+ view: table", "#+ view: table\n#+ colour: red"),
        ("type: agency", "type: colour"),
        ("summary-zh", "summary-fr"),
        ("{zh: 数值, en: value}", "{zh: 数值}"),
        ("{zh: 数值, en: value}", "value"),
        ("#+ summary", "#+ summary: [: "),
        (HEADER, ""),
        ("#+ columns:", "#+ columns: 7\n#+ x:"),
    ],
)
def test_a_header_that_is_wrong_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "wrong.rq"
    text = (HEADER + BODY).replace(old, new, 1)
    assert text != HEADER + BODY
    path.write_text(text, "utf-8")
    with pytest.raises(UnreadableError, match="header") as caught:
        parse_query(path)
    assert caught.value.file == path


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.rq"
    path.write_bytes((HEADER + BODY).encode("gb18030"))
    with pytest.raises(UnreadableError, match="GB18030"):
        parse_query(path)


def test_the_questions_of_a_folder_are_sorted(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.rq").write_text(HEADER + BODY, "utf-8")
    (tmp_path / "README.md").write_text("x", "utf-8")
    assert list(load_queries(tmp_path)) == ["a", "b"]


def agency_terms(table: object) -> set[str]:
    assert hasattr(table, "__iter__")
    return {str(row["agency"]) for row in table}


@pytest.mark.parametrize(
    "name",
    ["临江市公安局", "市公安局", "“江城警方”", "Linjiang Public Security Bureau", str(iri("agency", "临江市公安局"))],
)
def test_an_agency_is_named_by_label_alias_or_iri(asked: KG, name: str) -> None:
    table = asked.ask("claims-of-an-agency", agency=name)
    assert agency_terms(table) == {str(iri("agency", "临江市公安局"))}
    assert len(table) > 5


def test_several_values_are_alternatives(asked: KG) -> None:
    both = asked.ask("claims-of-an-agency", agency=["临江市公安局", "临江市水务局"])
    assert agency_terms(both) == {str(iri("agency", name)) for name in ("临江市公安局", "临江市水务局")}


def test_defaults_hold_until_they_are_taken_away(asked: KG) -> None:
    police = {"agency": "临江市公安局"}
    default = len(asked.ask("claims-of-an-agency", **police))
    everything = len(asked.ask("claims-of-an-agency", **police, **{"from": None}))
    later = len(asked.ask("claims-of-an-agency", **police, **{"from": "2026"}))
    assert everything > default > later == 0


def test_an_unbound_parameter_leaves_the_question_open(asked: KG) -> None:
    assert len(agency_terms(asked.ask("claims-of-an-agency"))) > 2


def test_a_string_is_a_string(asked: KG) -> None:
    assert len(asked.ask("claims-of-an-agency", word="李校")) == 1
    assert len(asked.ask("claims-of-an-agency", word='李校" || true || "')) == 0


def test_columns_are_those_of_the_header_in_their_order(asked: KG) -> None:
    table = asked.ask("claims-of-an-agency", agency="市公安局")
    assert table.headings == ["陈述", "机构", "数值"]
    assert table.title == "一个机构的陈述"
    english = KG(asked.store, "en")
    english.queries = asked.queries
    answer = english.ask("claims-of-an-agency", agency="市公安局")
    assert answer.headings == ["claim", "agency", "value"]
    assert answer.texts()[0][1] == "Linjiang Public Security Bureau"


@pytest.mark.parametrize(
    ("params", "zh", "en"),
    [
        ({"agency": "临江市公安厅"}, "是否要找：临江市公安局", "did you mean: 临江市公安局"),
        ({"agency": "江北分局"}, "可以指", "give the IRI"),
        ({"agency": "qqqq"}, "图中没有", "is not in the graph"),
        ({"agency": "全城一张图"}, "图中没有", "is not in the graph"),
        ({"agency": "http://a b"}, "不是合格的 IRI", "not a valid IRI"),
        ({"agent": "x"}, "可用参数：agency, from, word", "it has: agency, from, word"),
        ({"from": "yesterday"}, "应为年", "should be a year"),
        ({"from": "2025-02-30"}, "应为年", "should be a year"),
        ({"from": "0000"}, "应为年", "should be a year"),
    ],
)
def test_what_cannot_be_understood_is_said_in_both_languages(
    asked: KG, params: dict[str, str], zh: str, en: str
) -> None:
    with pytest.raises(UsageError) as caught:
        asked.ask("claims-of-an-agency", **params)
    assert zh in caught.value.zh
    assert en in caught.value.en
    assert caught.value.exit_code == 2


def test_an_unknown_question_is_answered_with_near_ones(asked: KG) -> None:
    with pytest.raises(UsageError, match="did you mean: claims-of-an-agency"):
        asked.ask("claims-of-agency")


def test_a_question_that_is_no_select_is_refused(asked: KG) -> None:
    asked.queries = {"ask": SavedQuery("ask", "e", "z", (), (), "table", "ASK {}")}
    with pytest.raises(UsageError, match="no SELECT"):
        asked.ask("ask")


def test_a_parameter_without_its_values_line_is_refused(query: SavedQuery) -> None:
    broken = SavedQuery("q", "e", "z", query.params, query.columns, "table", "SELECT * WHERE { ?s ?p ?o }")
    with pytest.raises(UnreadableError, match="no VALUES for: agency, word"):
        bind(broken, {"word": [Literal("x")], "agency": [URIRef("http://x")]})


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("date-from", "2025", "2025-01-01"),
        ("date-from", "2025-02", "2025-02-01"),
        ("date-from", "2025-02-07", "2025-02-07"),
        ("date-to", "2025", "2025-12-31"),
        ("date-to", "2024-02", "2024-02-29"),
        ("date-to", "2025-02", "2025-02-28"),
        ("date-to", "2025-12", "2025-12-31"),
        ("date-to", "2025-02-07", "2025-02-07"),
        ("integer", "-12", "-12"),
        ("string", " 照原样 ", " 照原样 "),
    ],
)
def test_dates_and_numbers_become_literals(lexicon: Lexicon, kind: str, value: str, expected: str) -> None:
    term = resolve(Parameter("p", kind, "甲", "p"), value, lexicon)
    datatypes = {
        "date-from": namespace.XSD.date,
        "date-to": namespace.XSD.date,
        "integer": namespace.XSD.integer,
        "string": None,
    }
    assert isinstance(term, Literal)
    assert (str(term), term.datatype) == (expected, datatypes[kind])


@pytest.mark.parametrize("value", ["", "1.5", "一", "1 2", "٣", "9" * 19])
def test_what_is_no_integer_is_refused(lexicon: Lexicon, value: str) -> None:
    with pytest.raises(UsageError, match="whole number"):
        resolve(Parameter("n", "integer", "甲", "n"), value, lexicon)


def test_a_claim_is_named_by_iri_or_short(lexicon: Lexicon) -> None:
    claim = Parameter("c", "claim", "陈述", "claim")
    assert resolve(claim, "digest-2025.64-70", lexicon) == URIRef(BASE + "claim/digest-2025.64-70")
    assert resolve(claim, BASE + "claim/digest-2025.64-70", lexicon) == URIRef(BASE + "claim/digest-2025.64-70")


HOSTILE = [
    '" } DROP ALL #',
    "UNDEF } ?s ?p ?o . VALUES ?x { UNDEF",
    "VALUES ?b { UNDEF }",
    "VALUES ?a { UNDEF }",
    "\\",
    '\\"',
    "\\u0022",
    "\\g<name>",
    "'''",
    '"""',
    "{}",
    "\n\r\t\0",
    "?b",
    "<http://x>",
]
_values = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8")))


@given(_values, _values)
def test_no_value_changes_a_query(one: str, other: str) -> None:
    params = (Parameter("a", "string", "甲", "a"), Parameter("b", "string", "乙", "b"))
    text = "SELECT ?a ?b WHERE { VALUES ?a { UNDEF } VALUES ?b { UNDEF } }"
    query = SavedQuery("q", "e", "z", params, (), "table", text)
    bound = bind(query, {"a": [Literal(one)], "b": [Literal(other)]})
    (row,) = list(ox.Store().query(bound))  # type: ignore[arg-type] # a SELECT has rows
    assert [cell.value for cell in row] == [one, other]


@given(_values)
def test_no_value_of_an_entity_changes_a_query(value: str) -> None:
    param = Parameter("a", "agency", "机构", "agency")
    for text in (value, f"http://example.org/{value}"):
        try:
            term = resolve(param, text, Lexicon())
        except UsageError:
            continue
        query = SavedQuery("q", "e", "z", (param,), (), "table", "SELECT ?a WHERE { VALUES ?a { UNDEF } }")
        (row,) = list(ox.Store().query(bind(query, {"a": [term]})))  # type: ignore[arg-type] # a SELECT has rows
        assert row[0].value == str(term)


def test_spelling_of_the_values_line_is_free() -> None:
    param = Parameter("a", "string", "甲", "a")
    for line in ("VALUES ?a {UNDEF}", "VALUES  ?a\n{\n UNDEF\n}", 'VALUES ?a { "x" "y" }'):
        query = SavedQuery("q", "e", "z", (param,), (), "table", f"SELECT ?a WHERE {{ {line} }}")
        assert bind(query, {"a": [Literal("z")]}) == 'SELECT ?a WHERE { VALUES ?a { "z" } }'
        assert bind(query, {}) == query.text


def test_a_session_answers_free_queries(kg: KG) -> None:
    answer = kg.sparql(f"SELECT ?c WHERE {{ ?c a <{CJ.Claim}> }}")
    assert isinstance(answer, Solutions)
    assert len(answer) == 30
    assert kg.table(answer).headings == ["c"]
    assert kg.sparql("ASK { ?s ?p ?o }") is True
    triples = kg.sparql(f"CONSTRUCT {{ ?c a ?k }} WHERE {{ ?c a ?k FILTER(?k = <{CJ.Claim}>) }}")
    assert isinstance(triples, Triples)
    assert len(triples) == len(list(triples)) == 30
    with pytest.raises(UsageError, match="SERVICE"):
        kg.sparql("SELECT * { SERVICE <http://x> { ?s ?p ?o } }")


def test_a_session_knows_the_names_of_documents(kg: KG) -> None:
    entry = kg.lexicon.find("让江城的夜更静一些", "document")
    assert entry is not None
    assert entry.iri == iri("document", "press-2025")


def test_the_shipped_questions_can_be_read() -> None:
    for name, saved in load_queries().items():
        assert saved.name == name
        assert saved.zh != saved.en


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="run kg build first"):
        KG.open(tmp_path)


def test_the_package_offers_the_session() -> None:
    assert kg.KG is KG

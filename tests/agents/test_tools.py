"""What the tools answer: intervals, sources, limits, findings, and errors that say what to do."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from agents_client import CLAIM, Call, called, text_of
from helpers import TEXTS

from kg.terms import BASE

if TYPE_CHECKING:
    from pathlib import Path


def test_numbers_are_intervals_with_their_sources(built: Path) -> None:
    asked = ("ask_question", {"name": "claims-of-an-agency", "params": {"agency": "市公安局"}})
    evidence, rows, described = called(
        built, ("evidence_of_claim", {"claim": CLAIM}), asked, ("describe_entity", {"name": "市公安局"})
    )
    figure = evidence.structured_content["evidence"]["figure"]
    assert (figure["interval"], figure["wording"], figure["unit"]) == ("[1600, 1700)", "1600余起", "起")
    source = {
        "cite": f"{BASE}document/digest-2025#char=64,70",
        "document": f"{BASE}document/digest-2025",
        "title": "两家单位交出全年答卷",
        "publisher": "临江晚报",
        "published": figure["sources"][0]["published"],
        "start": 64,
        "end": 70,
        "quote": "1600余起",
        "sentence": None,
    }
    assert source in figure["sources"]
    row = next(it for it in rows.structured_content["rows"] if it["cells"]["claim"]["label"] == CLAIM)
    assert row["cells"]["value"] == "[1600, 1700)"
    assert source in row["sources"]
    assert all(it["sources"] for it in rows.structured_content["rows"])
    assert all(it["sources"] for it in described.structured_content["entity"]["figures"])
    for answer in (evidence, rows):
        assert "[1600, 1700)" in text_of(answer)
        assert "《两家单位交出全年答卷》, 临江晚报" in text_of(answer)
        assert "#char=64,70" in text_of(answer)
    by_label = {it["cells"]["claim"]["label"]: it["cells"]["value"] for it in rows.structured_content["rows"]}
    assert by_label["digest-2025.109-114"] == "1547"
    assert by_label["press-2025.194-199"] == "(470000, ∞)"


def test_what_is_inferred_is_said_to_be(built: Path) -> None:
    (rows,) = called(built, ("sparql", {"query": f"SELECT ?claim {{ ?claim a <{BASE}ontology#Claim> }}"}))
    claims = [row["claim"]["label"] for row in rows.structured_content["rows"]]
    answers = called(built, *(("evidence_of_claim", {"claim": claim}) for claim in claims))
    parts = [part for answer in answers for part in answer.structured_content["evidence"]["parts"]]
    assert len(answers) == 30
    assert {"数值", "机构", "时段", "地点"} == {part["field"] for part in parts}
    assert any(part["source"] is None for part in parts)
    assert all(part["source"] for part in parts if part["field"] == "数值")
    assert any("推断" in text_of(answer) for answer in answers)


def test_texts_give_the_sentence(built: Path) -> None:
    (with_texts,) = called(built, ("evidence_of_claim", {"claim": CLAIM}), texts=TEXTS)
    (source,) = [it for it in with_texts.structured_content["evidence"]["figure"]["sources"] if it["start"] == 64]
    text = (TEXTS / "digest-2025.txt").read_text("utf-8")
    assert len(source["sentence"]) > len("1600余起")
    assert "1600余起" in source["sentence"]
    assert source["sentence"] in text.replace("*", "")


def test_english(built: Path) -> None:
    calls: list[Call] = [
        ("search_entities", {"text": "公安"}),
        ("evidence_of_claim", {"claim": CLAIM}),
        ("findings", {"limit": 1}),
    ]
    hits, evidence, findings = called(built, *calls, lang="en")
    assert hits.structured_content["hits"][0]["label"] == "Linjiang Public Security Bureau"
    assert "claims" in hits.structured_content["hits"][0]["note"]
    assert evidence.structured_content["evidence"]["figure"]["metric"]["label"] == "Fraud cases solved"
    assert "of 10 are shown" in text_of(findings)
    finding = findings.structured_content["findings"][0]
    assert finding["grade"] == "doubt"
    assert finding["en"] in text_of(findings)


def test_what_is_cut_is_counted(built: Path) -> None:
    calls: list[Call] = [
        ("search_entities", {"text": "江", "limit": 2}),
        ("ask_question", {"name": "claims-of-an-agency", "limit": 2}),
        ("sparql", {"query": "SELECT * { ?s ?p ?o }", "limit": 2}),
        ("sparql", {"query": "CONSTRUCT WHERE { ?s ?p ?o }", "limit": 2}),
        ("findings", {"limit": 2}),
    ]
    for answer in called(built, *calls):
        content = answer.structured_content
        assert content["total"] > 2
        assert content["note"] == f"只列出 2 条，共 {content['total']} 条"
        assert content["note"] in text_of(answer)
    (described,) = called(built, ("describe_entity", {"name": "市公安局", "limit": 2}))
    assert "共 17 条" in described.structured_content["note"]
    assert len(described.structured_content["entity"]["figures"]) == 2


def test_an_answer_is_never_larger_than_a_model_can_read(built: Path) -> None:
    long = (
        "SELECT (CONCAT("
        + ", ".join(f'"{"公" * 900}"' for _ in range(20))
        + ") AS ?x) (?s AS ?y) { ?s ?p ?o } LIMIT 200"
    )
    (answer,) = called(built, ("sparql", {"query": long, "limit": 1_000_000}))
    assert len(json.dumps(answer.structured_content, ensure_ascii=False)) < 100_000
    assert len(text_of(answer)) < 100_000
    assert answer.structured_content["total"] > len(answer.structured_content["rows"])


def test_findings_are_filtered_and_hold_their_figures(built: Path) -> None:
    calls: list[Call] = [
        ("findings", {"severity": "warning"}),
        ("findings", {"metric": "接入停车场数"}),
        ("findings", {"document": "press-2025", "limit": 50}),
        ("findings", {"agency": "市水务局", "limit": 50}),
        ("findings", {"severity": "violation"}),
    ]
    doubts, metric, document, water, none = (it.structured_content for it in called(built, *calls))
    (doubt,) = doubts["findings"]
    assert (doubt["severity"], doubt["grade"]) == ("warning", "存疑")
    assert [figure["interval"] for figure in doubt["figures"]] == ["1547", "1670"]
    assert doubt in metric["findings"]
    assert doubt in document["findings"]
    assert doubt not in water["findings"]
    assert water["total"] >= 3  # the district's branch is a unit of the bureau
    assert (none["total"], none["findings"]) == (0, [])


HOSTILE_SPARQL = [
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "INSERT DATA { <a:b> <a:b> <a:b> }",
    "LOAD <http://127.0.0.1:1/>",
    "DROP ALL",
    "SELECT * { " + "{" * 3000 + "}" * 3000 + " }",
    "SELECT * { ?s ?p ?o",
    "x" * 70_000,
    "",
    "\0",
]


def test_hostile_sparql_is_refused_in_both_languages(built: Path) -> None:
    good = ("sparql", {"query": "ASK {}"})
    *refused, after = called(built, *(("sparql", {"query": text}) for text in HOSTILE_SPARQL), good)
    for text, answer in zip(HOSTILE_SPARQL, refused, strict=True):
        assert answer.is_error, text[:40]
        assert re.search("[一-鿿]", text_of(answer)), text_of(answer)
        assert re.search("[a-z]{3}", text_of(answer).partition("sparql:")[2]), text_of(answer)
        assert "Traceback" not in text_of(answer)
        assert len(text_of(answer)) < 5_000
    assert after.structured_content["truth"] is True


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("describe_entity", {"name": "公安"}, "临江市公安局"),
        ("describe_entity", {"name": "江北分局"}, "临江市水务局江北分局"),
        ("describe_entity", {"name": "政务中心"}, "江北区政务服务中心"),
        ("describe_entity", {"name": f"{BASE}agency/临江市公安厅"}, "临江市公安厅"),
        ("ask_question", {"name": "claims-of-agency"}, "claims-of-an-agency"),
        ("ask_question", {"name": "metric-series", "params": {"agent": "x"}}, "undertaking"),
        ("ask_question", {"name": "metric-series", "params": {"metric": "停车场"}}, "接入停车场数"),
        ("ask_question", {"name": "metric-series", "params": {"from": "去年"}}, "2024-01"),
        ("evidence_of_claim", {"claim": "digest-2025.64-71"}, CLAIM),
        ("evidence_of_claim", {"claim": "http://a b"}, "http://a b"),
        ("findings", {"agency": "临江市公安厅"}, "临江市公安局"),
        ("findings", {"document": "答卷"}, "digest-2025"),
    ],
)
def test_unknown_names_get_suggestions(built: Path, tool: str, arguments: dict[str, Any], said: str) -> None:
    (answer,) = called(built, (tool, arguments))
    assert answer.is_error
    chinese, english = text_of(answer).splitlines()
    assert said in chinese
    assert said in english
    assert re.search("[一-鿿]{2}", chinese.replace(said, ""))
    assert re.search(r"\b(is|can|has|no|not|should) ", english)


@pytest.mark.parametrize("text", ["\0", "\u202e", '"*', "公" * 10_000, "{}", "<script>"])
def test_hostile_names_are_data(built: Path, text: str) -> None:
    calls: list[Call] = [
        ("search_entities", {"text": text}),
        ("describe_entity", {"name": text}),
        ("evidence_of_claim", {"claim": text}),
        ("ask_question", {"name": "claims-of-an-agency", "params": {"agency": text}}),
        ("findings", {"metric": text}),
    ]
    search, *others = called(built, *calls)
    assert not search.is_error
    for answer in others:
        assert answer.is_error
        assert "Traceback" not in text_of(answer)

"""Reports: six formats in two languages, each read back by a parser of its own."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, SH, Graph, Literal, URIRef

from kg.findings import finding_iri, finding_triples
from kg.model import Finding, Location, Passage, Severity
from kg.report import REPORTS, summary
from kg.terms import BASE, document_iri

ODD = "<script>alert('1')</script> & \"x\" | `y` *z* ]]> \\ 𠮷\x0b"
FINDINGS = [
    Finding(
        Severity.VIOLATION,
        "unknown-name",
        "词表中没有这个名称",
        "is not in the lexicon",
        "digest-2025",
        str(document_iri("digest-2025")),
        Location("digest-2025.claims.csv", 5, "agency"),
        (Passage("digest-2025", 109, 114),),
        ODD,
        "1547个",
    ),
    Finding(Severity.WARNING, "rule", ODD, ODD, ODD, None, Location("f.csv", 2), quote=ODD, computation="1 + 1 = 2"),
    Finding(Severity.INFO, "Place-prefLabel", "缺英文", "lacks English", None, BASE + "place/江北区"),
]

_texts = st.text(st.characters(codec="utf-8"), max_size=20)
_findings = st.builds(
    Finding,
    severity=st.sampled_from(Severity),
    rule=st.sampled_from(["offset", "Claim-unit"]),
    zh=_texts,
    en=_texts,
    document=st.sampled_from([None, "D1"]),
    focus=st.just(BASE + "document/D1"),
    location=st.builds(Location, _texts, st.none() | st.integers(1, 99), st.none() | _texts),
    passages=st.sampled_from([(), (Passage("D1", 1, 2),)]),
    value=st.none() | _texts,
    quote=st.none() | _texts,
    computation=st.none() | _texts,
)


def report(form: str, findings: list[Finding] | None = None, lang: str = "zh") -> str:
    return REPORTS[form](FINDINGS if findings is None else findings, 3, lang)


def test_the_six_formats() -> None:
    assert set(REPORTS) == {"text", "md", "html", "json", "ttl", "junit"}


@pytest.mark.parametrize("form", ["text", "md", "html", "json", "ttl", "junit"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_says_everything_in_both_languages(form: str, lang: str) -> None:
    text = report(form, lang=lang)
    for words in ("词表中没有这个名称", "is not in the lexicon", "digest-2025.claims.csv", "agency"):
        assert words in text
    assert report(form, lang=lang) == text


@pytest.mark.parametrize("form", ["text", "md", "html", "json", "ttl", "junit"])
@settings(max_examples=40)
@given(findings=st.lists(_findings, max_size=3))
def test_whatever_a_finding_holds_can_be_written(form: str, findings: list[Finding]) -> None:
    text = report(form, findings)
    if form == "json":
        assert len(json.loads(text)["findings"]) == len(findings)
    if form == "junit":
        assert len(ET.fromstring(text).findall(".//testcase")) == len(findings) + 3  # noqa: S314 - our own
    if form == "ttl":
        assert (None, RDF.type, SH.ValidationReport) in Graph().parse(data=text, format="turtle")
    assert text.endswith("\n")


def test_summary_in_both_languages() -> None:
    assert summary(FINDINGS, 3) == "3 份文档: 1 违规, 1 警告, 1 提示"
    assert summary([], 1, "en") == "1 documents: 0 violation, 0 warning, 0 information"


def test_text_groups_by_document_and_puts_the_language_asked_for_first() -> None:
    text = report("text", FINDINGS[:1], "zh")
    assert text.index("词表中没有") < text.index("is not in")
    assert "\ndigest-2025\n" in text
    assert "109-114" in text
    assert "「1547个」" in text
    english = report("text", FINDINGS[:1], "en")
    assert english.index("is not in") < english.index("词表中没有")
    assert "没有发现问题" in report("text", [])
    assert "Nothing was found" in report("text", [], "en")


def test_text_tells_the_computation() -> None:
    assert "1 + 1 = 2" in report("text")


def test_markdown_cells_hold_no_markup() -> None:
    text = report("md")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert len(rows) == 2 * len(FINDINGS)  # a heading for each document
    unescaped = [row.replace("\\\\", "").replace("\\|", "") for row in rows]
    assert {row.count("|") for row in unescaped} == {7}


class Page(HTMLParser):
    """Collects tags, attributes and text of a page, and notes tags that do not close."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_html_is_one_safe_file(lang: str) -> None:
    text = report("html", lang=lang)
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == []
    assert not set(page.tags) & {"script", "link", "img", "iframe", "object", "a", "form"}
    assert not {name for name, _ in page.attributes} & {"src", "href", "action", "onclick", "style"}
    assert "url(" not in text
    assert "@import" not in text
    assert "http" not in text.replace(BASE, "")
    assert "<script>alert('1')</script>" in page.text  # as words
    assert ("lang", lang) in page.attributes
    assert page.tags.count("article") == 3


def test_json_holds_every_field() -> None:
    parsed = json.loads(report("json"))
    assert parsed["documents"] == 3
    assert parsed["counts"] == {"violation": 1, "warning": 1, "info": 1}
    first = parsed["findings"][0]
    assert (first["file"], first["row"], first["column"]) == ("digest-2025.claims.csv", 5, "agency")
    assert first["message"] == {"zh": "词表中没有这个名称", "en": "is not in the lexicon"}
    assert first["id"] == str(finding_iri(FINDINGS[0]))
    assert first["severity"] == "violation"
    assert first["value"] == ODD
    assert first["quote"] == "1547个"


def test_turtle_is_a_conforming_report() -> None:
    graph = Graph().parse(data=report("ttl"), format="turtle")
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert isinstance(node, URIRef)
    assert list(graph.objects(node, SH.conforms)) == [Literal(False)]
    results = set(graph.objects(node, SH.result))
    assert len(results) == 3
    for result in results:
        assert (result, RDF.type, SH.ValidationResult) in graph
        for required in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent):
            assert len(list(graph.objects(result, required))) == 1
        languages = [it.language for it in graph.objects(result, SH.resultMessage) if isinstance(it, Literal)]
        assert sorted(map(str, languages)) == ["en", "zh"]
    assert set(graph.objects(None, SH.resultSeverity)) == {SH.Violation, SH.Warning, SH.Info}
    assert Literal(ODD) in set(graph.objects(None, SH.value))


@pytest.mark.parametrize("findings", [[], FINDINGS[2:]])
def test_a_report_conforms_where_it_has_no_results(findings: list[Finding]) -> None:
    graph = Graph().parse(data=report("ttl", findings), format="turtle")
    assert list(graph.objects(None, SH.conforms)) == [Literal(not findings)]


def test_junit_counts_documents_and_findings() -> None:
    root = ET.fromstring(report("junit"))  # noqa: S314 - our own
    (suite,) = root.findall("testsuite")
    cases = suite.findall("testcase")
    assert suite.get("tests") == str(len(cases)) == "6"
    assert suite.get("failures") == str(len(suite.findall(".//failure"))) == "1"
    failure = suite.find(".//failure")
    assert failure is not None
    assert failure.text is not None
    assert "词表中没有这个名称\nis not in the lexicon" in failure.text


def finding(**changes: object) -> Finding:
    fields: dict[str, object] = {
        "severity": Severity.VIOLATION,
        "rule": "value",
        "zh": "中",
        "en": "en",
        "document": "D1",
        "focus": BASE + "claim/D1.1-2",
        "location": Location("D1.claims.csv", 3, "value"),
        "passages": (Passage("D1", 1, 2),),
    }
    return Finding(**{**fields, **changes})  # type: ignore[arg-type] # the fields of a finding


def test_a_findings_iri_does_not_follow_the_row() -> None:
    assert finding_iri(finding()) == finding_iri(finding(location=Location("D1.claims.csv", 9, "value")))
    assert finding_iri(finding()) == finding_iri(finding(zh="别的话", quote="x"))


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "kind"},
        {"document": "D2"},
        {"focus": BASE + "claim/D1.1-3"},
        {"value": "7"},
        {"location": Location("D1.claims.csv", 3, "kind")},
        {"passages": (Passage("D1", 1, 3),)},
        {"passages": ()},
    ],
)
def test_a_findings_iri_follows_what_it_is_about(changes: dict[str, object]) -> None:
    assert finding_iri(finding()) != finding_iri(finding(**changes))


def test_without_a_passage_the_row_counts() -> None:
    one = finding(passages=())
    assert finding_iri(one) != finding_iri(finding(passages=(), location=Location("D1.claims.csv", 9, "value")))


def test_a_finding_without_focus_is_about_its_document() -> None:
    triples = finding_triples([finding(focus=None)])
    assert (finding_iri(finding(focus=None)), SH.focusNode, document_iri("D1")) in triples

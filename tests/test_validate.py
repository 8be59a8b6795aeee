"""The gate: what breaks a shape is a finding at its row, and one fault is one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import (
    CITY,
    DIGEST,
    DISTRICT,
    PRESS,
    TEXTS,
    claims,
    edit,
    involvements,
    read_sheet,
    row_of,
    write_sheet,
)
from rdflib import RDF, SKOS, Literal

from kg.documents import read_corpus
from kg.findings import finding_iri
from kg.model import Finding, Severity
from kg.shapes import Shapes
from kg.terms import CJ, iri
from kg.validate import Gate, Prepared, check_vocabulary, fails, select
from loaders import LOADERS

if TYPE_CHECKING:
    from pathlib import Path

    from kg.answer import Triple
    from kg.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def gate(vocabulary: Vocabulary, shapes: Shapes) -> Gate:
    return Gate(vocabulary, shapes, LOADERS["sheet"])


def prepare(gate: Gate, city: Path, name: str = DIGEST, texts: Path | None = None) -> Prepared:
    document = next(it for it in read_corpus(city).documents if it.id == name)
    return gate.prepare(document, city, texts)


def places(prepared: Prepared) -> set[tuple[str, str]]:
    return {(it.rule, str(it.location)) for it in prepared.findings if it.severity is Severity.VIOLATION}


@pytest.mark.parametrize("name", [DIGEST, PRESS, DISTRICT])
@pytest.mark.parametrize("texts", [None, TEXTS])
def test_the_good_sheets_pass(gate: Gate, name: str, texts: Path | None) -> None:
    prepared = prepare(gate, CITY, name, texts)
    assert prepared.lines is not None
    assert not fails(prepared.findings, Severity.WARNING)


SHAPE_FAULTS = [
    ({"direction": ""}, "12.4%", "Claim-directionMissing", None),
    ({"direction": "up"}, "98.6%", "Claim-directionUnfit", "kind"),
    ({"unit": "个"}, "98.6%", None, None),  # a rate may be counted: no fault
    ({"unit": "个"}, "31.5%", "Claim-unitFitsKind", None),
    ({"unit": ""}, "首位", "Claim-unitFitsKind", None),
    ({"reviewer": ""}, "1600余起", "Claim-reviewerMissing", None),
    ({"metric": "长" * 65}, "1600余起", "Claim-metricWording", "metric"),
    ({"period_end": "2024-12-31"}, "1600余起", "Period-startDate-endDate", "period_start"),
]


@pytest.mark.parametrize(("cells", "surface", "rule", "column"), SHAPE_FAULTS)
def test_a_broken_shape_is_one_finding_at_its_row(
    gate: Gate, city: Path, cells: dict[str, str], surface: str, rule: str | None, column: str | None
) -> None:
    row = row_of(claims(city), {"surface": surface})
    edit(claims(city), row, cells)
    prepared = prepare(gate, city)
    if rule is None:
        assert prepared.lines is not None
        return
    assert prepared.lines is None
    (finding,) = [it for it in prepared.findings if it.severity is Severity.VIOLATION]
    assert finding.rule == rule
    assert finding.location is not None
    assert (finding.location.file, finding.location.row) == (f"{DIGEST}.claims.csv", row)
    assert finding.location.column == column
    assert finding.quote == surface
    assert finding.passages
    assert finding.zh
    assert finding.en


def test_a_warning_lets_a_document_through(gate: Gate, city: Path) -> None:
    row = row_of(involvements(city, PRESS), {"role": "issues"})
    edit(involvements(city, PRESS), row, {"undertaking": "全城一张图"})
    prepared = prepare(gate, city, PRESS)
    assert prepared.lines is not None
    (finding,) = [it for it in prepared.findings if it.severity is Severity.WARNING]
    assert finding.rule == "Involvement-issuesUnfit"
    assert str(finding.location) == f"{PRESS}.involvements.csv:{row}"


def test_what_is_received_is_a_recognition(gate: Gate, city: Path) -> None:
    row = row_of(involvements(city, DISTRICT), {"role": "receives"})
    edit(involvements(city, DISTRICT), row, {"undertaking": "江城通"})
    prepared = prepare(gate, city, DISTRICT, TEXTS)
    assert places(prepared) == {("Involvement-receivesUnfit", f"{DISTRICT}.involvements.csv:{row}")}
    (finding,) = [it for it in prepared.findings if it.severity is Severity.VIOLATION]
    assert finding.quote == "示范窗口"  # of an involvement the text alone knows the words


def test_a_wrong_period_is_found_at_every_row_that_has_it(gate: Gate, city: Path) -> None:
    for row in (2, 3):
        edit(claims(city), row, {"period_end": "2024-12-31"})
    sheet = f"{DIGEST}.claims.csv"
    assert places(prepare(gate, city)) == {
        ("Period-startDate-endDate", f"{sheet}:2:period_start"),
        ("Period-startDate-endDate", f"{sheet}:3:period_start"),
    }


def test_a_fault_of_the_document_itself_is_found_in_the_manifest(gate: Gate, city: Path) -> None:
    edit(city / "manifest.csv", 2, {"title": "两行" + chr(10) + "标题"})
    prepared = prepare(gate, city)
    assert places(prepared) == {("Document-title", "manifest.csv")}


def plant_eight_faults(city: Path) -> dict[tuple[str, str], str]:
    """Spoil eight rows of the good sheet of claims; the rule that finds each, by row and column."""
    sheet = claims(city)
    planted = [
        ("1600余起", {"value": "1700"}, "value", "value"),
        ("12.4%", {"direction": ""}, "", "Claim-directionMissing"),
        ("36.2万余人次", {"start": "9000", "end": "9008"}, "end", "offset"),
        ("1547个", {"agency": "临江市公安厅"}, "agency", "unknown-name"),
        ("15.1万个", {"note": '=HYPERLINK("http://example.org")'}, "note", "formula"),
        ("98.6%", {"reviewer": ""}, "", "Claim-reviewerMissing"),
        ("1.2个百分点", {"unit": "%"}, "", "Claim-unitFitsKind"),
    ]
    expected = {}
    for surface, cells, column, rule in planted:
        row = row_of(sheet, {"surface": surface})
        edit(sheet, row, cells)
        expected[f"{sheet.name}:{row}", column] = rule
    rows = read_sheet(sheet)
    write_sheet(sheet, [*rows, rows[row_of(sheet, {"surface": "约6000处"}) - 2]])
    expected[f"{sheet.name}:{len(rows) + 2}", "start"] = "duplicate"
    return expected


def found(findings: tuple[Finding, ...]) -> dict[tuple[str, str], str]:
    return {
        (f"{it.location.file}:{it.location.row}", it.location.column or ""): it.rule for it in findings if it.location
    }


@pytest.mark.parametrize("texts", [None, TEXTS])
def test_eight_planted_faults_are_eight_findings(gate: Gate, city: Path, texts: Path | None) -> None:
    expected = plant_eight_faults(city)
    prepared = prepare(gate, city, texts=texts)
    assert len(expected) == len(prepared.findings) == 8
    assert found(prepared.findings) == expected
    assert prepared.lines is None
    assert not prepared.unreadable
    assert all(it.severity is Severity.VIOLATION and it.zh and it.en for it in prepared.findings)
    assert [it.order for it in prepared.findings] == sorted(it.order for it in prepared.findings)


def test_a_finding_keeps_its_iri_when_rows_move(gate: Gate, city: Path) -> None:
    plant_eight_faults(city)
    before = prepare(gate, city).findings
    rows = read_sheet(claims(city))
    fresh = {**rows[0], "start": "10", "end": "11", "surface": "新", "value": "", "stated_in": "", "metric": "新行"}
    write_sheet(claims(city), [fresh, *rows])
    after = prepare(gate, city).findings
    assert {finding_iri(it) for it in after if it.rule != "offset"} == {
        finding_iri(it) for it in before if it.rule != "offset"
    }
    assert [it.location for it in after] != [it.location for it in before]


def test_no_two_findings_share_an_iri(gate: Gate, city: Path) -> None:
    plant_eight_faults(city)
    for row in (13, 14, 15):
        edit(claims(city), row, {"start": "9000", "end": "9001"})
    findings = prepare(gate, city).findings
    assert len({finding_iri(it) for it in findings}) == len(findings) == 11


@pytest.mark.parametrize(
    ("spoil", "en"),
    [
        (lambda data: data.decode("utf-8-sig").encode("gb18030"), "GB18030"),
        (lambda _: b"", "is empty"),
        (lambda data: data.replace(b"metric_id", b"metric_di", 1), "metric_id"),
    ],
)
def test_an_unreadable_sheet_is_a_finding(gate: Gate, city: Path, spoil: object, en: str) -> None:
    assert callable(spoil)
    claims(city).write_bytes(spoil(claims(city).read_bytes()))
    prepared = prepare(gate, city)
    (finding,) = prepared.findings
    assert prepared.unreadable
    assert prepared.lines is None
    assert finding.rule == "unreadable"
    assert en in finding.en
    assert finding.location is not None
    assert finding.location.file.endswith(f"{DIGEST}.claims.csv")


def test_a_text_that_is_not_the_manifests_is_a_finding(gate: Gate, city: Path) -> None:
    (city / "texts" / f"{DIGEST}.txt").write_text("别的文字", "utf-8")
    (finding,) = prepare(gate, city, texts=city / "texts").findings
    assert "SHA-256" in finding.en


def test_the_lexicon_of_the_city_is_sound(vocabulary: Vocabulary, shapes: Shapes) -> None:
    assert check_vocabulary(vocabulary, shapes, "lexicon.ttl") == []


class Spoilt:
    """A vocabulary as far as its triples."""

    def __init__(self, triples: list[Triple]) -> None:
        self.triples = triples


@pytest.mark.parametrize(
    ("kind", "name", "rule"),
    [
        ("agency", "临江市公安局", "Organisation-prefLabel"),
        ("organisation", "临江数据集团", "Organisation-prefLabel"),
        ("programme", "全城一张图", "Undertaking-prefLabel"),
        ("initiative", "河湖清风行动", "Undertaking-prefLabel"),
        ("platform", "江城通", "Undertaking-prefLabel"),
        ("policy", "临江市停车便民办法", "Undertaking-prefLabel"),
        ("recognition", "示范窗口", "Undertaking-prefLabel"),
        ("metric", "劝阻人次", "Metric-prefLabel"),
        ("place", "江北区", "Place-prefLabel"),
        ("publisher", "临江晚报", "Publisher-prefLabel"),
        ("unit", "起", "Concept-prefLabel"),
    ],
)
def test_a_thing_without_a_label_is_a_fault_of_the_lexicon(
    vocabulary: Vocabulary, shapes: Shapes, kind: str, name: str, rule: str
) -> None:
    node = iri(kind, name)
    kept = [triple for triple in vocabulary.triples if (triple[0], triple[1]) != (node, SKOS.prefLabel)]
    assert len(kept) < len(vocabulary.triples)
    (finding,) = check_vocabulary(Spoilt(kept), shapes, "lexicon.ttl")  # type: ignore[arg-type] # only triples count
    assert (finding.rule, finding.focus, finding.document) == (rule, str(node), None)
    assert str(finding.location) == "lexicon.ttl"
    assert finding.severity is Severity.VIOLATION


def test_results_of_shapes_are_plain_values(shapes: Shapes, vocabulary: Vocabulary) -> None:
    node = iri("place", "无名")
    triples: list[Triple] = [(node, RDF.type, CJ.Place), (node, SKOS.prefLabel, Literal("无名", lang="zh"))]
    (result,) = shapes.check(triples, vocabulary.triples)
    assert result.severity is Severity.VIOLATION
    assert result.focus == str(node)
    assert result.shape.endswith("#Place-prefLabel")
    assert result.path == str(SKOS.prefLabel)
    assert result.zh
    assert result.en


def test_the_digest_of_the_shapes_follows_their_content(tmp_path: Path, shapes: Shapes) -> None:
    assert Shapes().digest == shapes.digest
    (tmp_path / "one.ttl").write_text("<http://s> <http://p> 1 .", "utf-8")
    assert Shapes(tmp_path).digest != shapes.digest


def test_severities_have_an_order() -> None:
    finding = Finding(Severity.WARNING, "rule", "中", "en")
    assert fails([finding], Severity.WARNING)
    assert fails([finding], Severity.INFO)
    assert not fails([finding], Severity.VIOLATION)
    assert not fails([], Severity.INFO)


def test_documents_come_with_the_folder_of_their_sheets() -> None:
    assert [(document.id, folder) for document, folder in select([read_corpus(CITY)])] == [
        (name, CITY) for name in (DIGEST, PRESS, DISTRICT)
    ]

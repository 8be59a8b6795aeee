"""The sheet loader: rows become claims and involvements, and each row with a fault becomes one finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from helpers import CITY, DIGEST, DISTRICT, PRESS, TEXTS, claims, edit, involvements, read_sheet, row_of, write_sheet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.documents import read_corpus, with_text
from kg.errors import UnreadableError
from kg.model import Bound, Direction, Finding, Kind, Passage, Period, Reading, Review, Role, Severity, Status
from loaders.sheet import CLAIM_COLUMNS, INVOLVEMENT_COLUMNS, inputs, read_sheets

if TYPE_CHECKING:
    from pathlib import Path

    from kg.lexicon import Lexicon
    from kg.model import Document

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


def document_of(city: Path, name: str = DIGEST, *, text: bool = False) -> Document:
    document = next(it for it in read_corpus(city).documents if it.id == name)
    return with_text(document, TEXTS) if text else document


def read(city: Path, lexicon: Lexicon, name: str = DIGEST, *, text: bool = False) -> Reading:
    return read_sheets(document_of(city, name, text=text), city, lexicon)


def only(reading: Reading) -> Finding:
    (finding,) = reading.findings
    return finding


def check_place(finding: Finding, city: Path, row: int, column: str, sheet: str = "claims") -> None:
    assert finding.location is not None
    assert str(finding.location) == f"{DIGEST}.{sheet}.csv:{row}:{column}"
    assert finding.severity is Severity.VIOLATION
    assert finding.document == DIGEST
    assert finding.zh
    assert finding.en
    assert finding.zh != finding.en
    assert (city / finding.location.file).is_file()


@pytest.mark.parametrize("name", [DIGEST, PRESS, DISTRICT])
@pytest.mark.parametrize("text", [False, True])
def test_the_good_sheets_have_no_findings(lexicon: Lexicon, name: str, *, text: bool) -> None:
    reading = read(CITY, lexicon, name, text=text)
    assert reading.findings == ()
    assert len(reading.claims) == len(read_sheet(claims(CITY, name)))
    assert len(reading.involvements) == len(read_sheet(involvements(CITY, name)))
    assert reading.loader == "sheet"


def test_a_row_becomes_a_claim(lexicon: Lexicon) -> None:
    claim = read(CITY, lexicon).claims[0]
    assert claim.passage == Passage(DIGEST, 64, 70)
    assert claim.surface == "1600余起"
    assert (claim.kind, claim.bound, claim.status) == (Kind.LEVEL, Bound.AT_LEAST, Status.ACHIEVED)
    assert claim.value == Decimal(1600)
    assert claim.unit == "起"
    assert claim.agency == "临江市公安局"  # the sheet has an alias
    assert claim.period == YEAR
    assert claim.stated_in == {"agency": Passage(DIGEST, 44, 50), "period": Passage(DIGEST, 52, 57)}
    assert (claim.review, claim.reviewer) == (Review.CONFIRMED, "王审")
    assert str(claim.interval) == "[1600, 1700)"
    assert str(claim.location) == f"{DIGEST}.claims.csv:2"


def test_a_row_may_leave_out_what_the_text_does_not_say(lexicon: Lexicon) -> None:
    claim = next(it for it in read(CITY, lexicon, PRESS).claims if it.surface == "3倍")
    assert claim.agency is None
    assert claim.stated_in == {}
    assert claim.programme == "江城通"
    change = next(it for it in read(CITY, lexicon, PRESS).claims if it.kind is Kind.CHANGE)
    assert (change.direction, change.base) == (Direction.DOWN, "十三五")


def test_a_row_becomes_an_involvement(lexicon: Lexicon) -> None:
    involvement = read(CITY, lexicon).involvements[1]
    assert (involvement.agency, involvement.role) == ("临江数据集团", Role.OPERATES)
    assert involvement.undertaking == "全城一张图"
    assert involvement.period == YEAR


def test_offsets_are_code_points_after_emoji_and_rare_characters(lexicon: Lexicon) -> None:
    document = document_of(CITY, text=True)
    assert document.text is not None
    head = document.text[:64]
    assert len(head.encode("utf-16-le")) // 2 > len(head)  # an offset in UTF-16 would be another number
    assert all(
        document.text[claim.passage.start : claim.passage.end] == claim.surface
        for claim in read(CITY, lexicon, text=True).claims
    )


FAULTS = [
    ("document", "", "empty"),
    ("document", "other", "document"),
    ("start", "", "empty"),
    ("start", "-1", "number"),
    ("start", "6.0", "number"),
    ("start", "064", "number"),
    ("start", "六", "number"),
    ("start", "٦٤", "number"),
    ("end", "9" * 5000, "number"),
    ("end", "64", "offset"),
    ("end", "277", "offset"),
    ("surface", "", "empty"),
    ("surface", "1600余", "surface"),
    ("kind", "", "empty"),
    ("kind", "levle", "choice"),
    ("value", "1,600", "number"),
    ("value", "1.6e3", "number"),
    ("value", "1600起", "number"),
    ("value", "0160", "number"),
    ("value", "NaN", "number"),
    ("value", "1" * 5000, "number"),
    ("value", "1601", "value"),
    ("bound", "atleast", "choice"),
    ("unit", "只", "unknown-name"),
    ("direction", "upwards", "choice"),
    ("base", "去年", "unknown-name"),
    ("metric", "", "empty"),
    ("metric_id", "", "empty"),
    ("metric_id", "侦破诈骗案件", "unknown-name"),
    ("agency", "临江市公安厅", "unknown-name"),
    ("agency", "江北分局", "ambiguous-name"),
    ("agency", "全城一张图", "unknown-name"),
    ("place", "", "empty"),
    ("place", "临江", "unknown-name"),
    ("period_start", "", "empty"),
    ("period_start", "2025/1/1", "date"),
    ("period_start", "2025-13-01", "date"),
    ("period_start", "20250101", "date"),
    ("period_end", "2025-W01-1", "date"),
    ("period_end", "2025-02-29", "date"),
    ("programme", "全城两张图", "unknown-name"),
    ("programme", "临江市公安局", "unknown-name"),
    ("status", "done", "choice"),
    ("part_of", "x", "number"),
    ("part_of", "1", "part-of"),
    ("part_of", "64", "part-of"),
    ("part_of", "194", "part-of"),
    ("stated_in", "agency", "stated-in"),
    ("stated_in", "agency=5", "stated-in"),
    ("stated_in", "metric=1-2", "stated-in"),
    ("stated_in", "agency=1-2; agency=3-4", "stated-in"),
    ("stated_in", "agency=٣-٤", "stated-in"),
    ("stated_in", f"agency=1-{'9' * 5000}", "stated-in"),
    ("stated_in", "agency=9-3", "offset"),
    ("stated_in", "agency=1-999", "offset"),
    ("review", "ok", "choice"),
    ("note", '=HYPERLINK("http://example.org";"看")', "formula"),
    ("note", "@sum", "formula"),
    ("reviewer", "+1", "formula"),
    ("metric", "-案件数", "formula"),
]


@pytest.mark.parametrize(("column", "value", "rule"), FAULTS)
def test_a_wrong_cell_is_one_finding(city: Path, lexicon: Lexicon, column: str, value: str, rule: str) -> None:
    edit(claims(city), 2, {column: value})
    reading = read(city, lexicon)
    finding = only(reading)
    check_place(finding, city, 2, column)
    assert finding.rule == rule
    assert finding.value is not None
    assert value.startswith(finding.value) or finding.value in value
    assert len(reading.claims) == len(read_sheet(claims(city))) - 1


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("document", "other", "document"),
        ("end", "999", "offset"),
        ("agency", "江城警放", "unknown-name"),
        ("agency", "", "empty"),
        ("role", "lead", "choice"),
        ("undertaking", "临江市公安局", "unknown-name"),
        ("period_end", "2025", "date"),
        ("review", "", "empty"),
        ("note", "=1+1", "formula"),
    ],
)
def test_a_wrong_cell_of_an_involvement_is_one_finding(
    city: Path, lexicon: Lexicon, column: str, value: str, rule: str
) -> None:
    edit(involvements(city), 3, {column: value})
    finding = only(read(city, lexicon))
    check_place(finding, city, 3, column, "involvements")
    assert finding.rule == rule


def test_a_finding_keeps_the_passage_and_the_quantity(city: Path, lexicon: Lexicon) -> None:
    edit(claims(city), 2, {"kind": "levle"})
    finding = only(read(city, lexicon))
    assert finding.passages == (Passage(DIGEST, 64, 70),)
    assert finding.quote == "1600余起"
    assert "level" in finding.en


def test_a_miss_is_answered_with_suggestions(city: Path, lexicon: Lexicon) -> None:
    edit(claims(city), 2, {"agency": "临江市公安厅"})
    finding = only(read(city, lexicon))
    assert "is it 临江市公安局" in finding.en
    assert "是否应为 临江市公安局" in finding.zh


def test_an_ambiguity_names_what_it_can_mean(city: Path, lexicon: Lexicon) -> None:
    edit(claims(city), 2, {"agency": "江北分局"})
    finding = only(read(city, lexicon))
    assert "临江市公安局江北分局" in finding.zh
    assert "临江市水务局江北分局" in finding.en


def test_a_row_twice_names_the_first(city: Path, lexicon: Lexicon) -> None:
    rows = read_sheet(claims(city))
    write_sheet(claims(city), [*rows, rows[3]])
    finding = only(read(city, lexicon))
    check_place(finding, city, len(rows) + 2, "start")
    assert finding.rule == "duplicate"
    assert "row 5" in finding.en


def test_an_involvement_twice_names_the_first(city: Path, lexicon: Lexicon) -> None:
    rows = read_sheet(involvements(city))
    write_sheet(involvements(city), [*rows, {**rows[0], "agency": "市公安局"}])
    finding = only(read(city, lexicon))
    check_place(finding, city, len(rows) + 2, "start", "involvements")
    assert "row 2" in finding.en


def test_several_involvements_may_stand_on_one_passage(lexicon: Lexicon) -> None:
    first, second = read(CITY, lexicon).involvements[:2]
    assert first.passage == second.passage
    assert first.iri != second.iri


def test_a_text_that_says_something_else_is_one_finding(city: Path, lexicon: Lexicon) -> None:
    edit(claims(city), 2, {"surface": "1700余起", "value": "1700"})
    assert read(city, lexicon).findings == ()  # without the text nobody can know
    finding = only(read(city, lexicon, text=True))
    check_place(finding, city, 2, "surface")
    assert "1600余起" in finding.zh
    assert "1600余起" in finding.en


def test_without_a_length_offsets_are_not_held_against_it(city: Path, lexicon: Lexicon) -> None:
    edit(claims(city), 2, {"start": "9000", "end": "9006", "stated_in": ""})
    document = replace(document_of(city), length=None)
    assert read_sheets(document, city, lexicon).findings == ()


def test_a_vague_quantity_has_no_value(city: Path, lexicon: Lexicon) -> None:
    edit(claims(city), 2, {"value": "", "surface": "不计其数的", "start": "64", "end": "69"})
    claim = read(city, lexicon).claims[0]
    assert claim.value is None
    assert claim.interval is None


def test_a_multiple_need_not_print_its_value(city: Path, lexicon: Lexicon) -> None:
    row = row_of(claims(city, PRESS), {"surface": "3倍"})
    edit(claims(city, PRESS), row, {"value": "2"})
    assert read(city, lexicon, PRESS).findings == ()


def test_one_fault_in_a_whole_is_no_fault_of_its_part(city: Path, lexicon: Lexicon) -> None:
    row = row_of(claims(city), {"surface": "15.1万个"})
    edit(claims(city), row, {"kind": "levle"})
    check_place(only(read(city, lexicon)), city, row, "kind")


def test_the_part_of_a_rejected_claim_is_a_fault(city: Path, lexicon: Lexicon) -> None:
    edit(claims(city), row_of(claims(city), {"surface": "15.1万个"}), {"review": "rejected"})
    row = row_of(claims(city), {"surface": "31.5%"})
    finding = only(read(city, lexicon))
    check_place(finding, city, row, "part_of")
    edit(claims(city), row, {"review": "rejected"})
    assert read(city, lexicon).findings == ()


def test_the_names_of_a_rejected_row_need_not_be_known(city: Path, lexicon: Lexicon) -> None:
    edit(claims(city), row_of(claims(city), {"surface": "31.5%"}), {"metric_id": "一件怪事", "review": "rejected"})
    edit(involvements(city), 2, {"undertaking": "一件怪事", "review": "rejected"})
    assert read(city, lexicon).findings == ()


def test_unknown_names_in_the_manifest_are_findings(city: Path, lexicon: Lexicon) -> None:
    edit(city / "manifest.csv", 2, {"agencies": "临江市公安局;临江市无此局", "place": "临江镇"})
    findings = read(city, lexicon).findings
    assert [str(it.location) for it in findings] == ["manifest.csv:place", "manifest.csv:agencies"]
    assert {it.rule for it in findings} == {"unknown-name"}


def test_a_sheet_of_involvements_need_not_exist(city: Path, lexicon: Lexicon) -> None:
    involvements(city).unlink()
    assert read(city, lexicon).involvements == ()


def test_a_sheet_of_claims_must_exist(city: Path, lexicon: Lexicon) -> None:
    claims(city).unlink()
    with pytest.raises(UnreadableError) as caught:
        read(city, lexicon)
    assert caught.value.file == claims(city)


@pytest.mark.parametrize("name", ["claims", "involvements"])
def test_a_sheet_without_a_column_is_refused(city: Path, lexicon: Lexicon, name: str) -> None:
    path = city / f"{DIGEST}.{name}.csv"
    rows = [{k: v for k, v in row.items() if k != "review"} for row in read_sheet(path)]
    write_sheet(path, rows)
    with pytest.raises(UnreadableError) as caught:
        read(city, lexicon)
    assert (caught.value.file, caught.value.row, caught.value.column) == (path, 1, "review")


def test_the_columns_are_those_of_the_shipped_sheets(city: Path) -> None:
    assert tuple(read_sheet(claims(city))[0]) == CLAIM_COLUMNS
    assert tuple(read_sheet(involvements(city))[0]) == INVOLVEMENT_COLUMNS
    assert inputs(document_of(city), city) == [claims(city), involvements(city)]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(column=st.sampled_from(CLAIM_COLUMNS), value=st.one_of(st.text(max_size=30), st.text("0123456789-=;. agencyxE")))
def test_whatever_stands_in_a_cell_is_a_claim_or_a_finding(
    city: Path, lexicon: Lexicon, column: str, value: str
) -> None:
    original = claims(city).read_bytes()
    try:
        edit(claims(city), 2, {column: value.replace("\0", "")})
        reading = read(city, lexicon)
    finally:
        claims(city).write_bytes(original)
    assert len(reading.claims) + len(reading.findings) == len(read_sheet(claims(city)))
    assert all(finding.location and finding.location.column for finding in reading.findings)

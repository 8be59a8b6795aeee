"""Merging a reviewed sheet with a new extraction: decisions survive, the rest follows the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UnreadableError, UsageError
from kg.tables import write_table
from loaders.review.merge import CLAIMS, INVOLVEMENTS, decided, merge, overlap, span
from loaders.review.sheets import DECISION_COLUMNS, kind_of, read_decisions, read_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from loaders.review.merge import Merged
    from loaders.writing import Row


def claim(start: int, end: int, **cells: str) -> Row:
    row = dict.fromkeys(CLAIMS.columns, "")
    row |= {"document": "d", "start": str(start), "end": str(end), "surface": f"{start}件", "review": "proposed"}
    return row | {"metric_id": "受理件数"} | cells


def involvement(start: int, end: int, *facts: str, **cells: str) -> Row:
    row = dict.fromkeys(INVOLVEMENTS.columns, "")
    row |= {"document": "d", "start": str(start), "end": str(end), "review": "proposed"}
    return row | dict(zip(INVOLVEMENTS.identity, facts, strict=True)) | cells


def by(row: Row, review: str, **cells: str) -> Row:
    return row | {"review": review, "reviewer": "王审"} | cells


def told(merged: Merged) -> list[tuple[str, int, str, str, str]]:
    return [(it.action, it.start, it.field, it.old, it.new) for it in merged.changes]


def claims(old: Sequence[Row], new: Sequence[Row]) -> Merged:
    merged = merge(CLAIMS, old, new)
    assert merge(CLAIMS, merged.rows, new).rows == merged.rows
    return merged


# what a person decided


@pytest.mark.parametrize("review", ["confirmed", "corrected"])
def test_a_decided_row_survives_whatever_the_rules_say(review: str) -> None:
    old = by(claim(10, 14, agency="市水务局", value="12"), review, note="问过")
    merged = claims([old], [claim(10, 14, agency="市公安局", value="12")])
    assert merged.rows == (old,)
    assert told(merged) == [("kept", 10, "agency", "市水务局", "市公安局")]


def test_a_decided_row_stays_where_the_rules_make_none() -> None:
    old = by(claim(10, 14), "confirmed")
    merged = claims([old], [])
    assert merged.rows == (old,)
    assert told(merged) == [("kept", 10, "", "", "")]


def test_a_rejected_row_keeps_the_extraction_from_proposing_it_again() -> None:
    old = by(claim(10, 14), "rejected")
    merged = claims([old], [claim(10, 14)])
    assert merged.rows == (old,)
    assert told(merged) == []


@pytest.mark.parametrize(("start", "end", "same"), [(10, 14, True), (12, 20, True), (11, 20, True), (16, 20, False)])
def test_rows_are_the_same_from_half_of_their_union_on(start: int, end: int, same: bool) -> None:
    old, new = by(claim(10, 20), "confirmed"), claim(start, end)
    if (start, end) == (10, 14):
        old = by(claim(10, 18), "confirmed")
    assert (overlap(old, new) >= 0.5) is same
    assert claims([old], [new]).rows == ((old,) if same else (old, new))


def test_a_corrected_span_stands_for_the_old_one_too() -> None:
    rejected, corrected = by(claim(10, 20), "rejected"), by(claim(12, 20, metric_id="办结件数"), "corrected")
    assert claims([rejected, corrected], [claim(10, 20)]).rows == (rejected, corrected)
    assert claims([rejected, corrected], [claim(12, 20)]).rows == (rejected, corrected)


# what nobody decided


def test_a_proposed_row_is_replaced_by_the_new_reading() -> None:
    merged = claims([claim(10, 14, metric="件数", value="1")], [claim(10, 15, metric="件数", value="2")])
    assert merged.rows == (claim(10, 15, metric="件数", value="2"),)
    assert told(merged) == [("changed", 10, "end", "14", "15"), ("changed", 10, "value", "1", "2")]


def test_new_rows_are_added_and_unmade_ones_dropped() -> None:
    merged = claims([claim(10, 14)], [claim(30, 34)])
    assert merged.rows == (claim(30, 34),)
    assert told(merged) == [("dropped", 10, "", "", ""), ("added", 30, "", "", "")]


def test_nothing_changes_where_nothing_changed() -> None:
    rows = [claim(1, 4), by(claim(5, 8), "confirmed"), claim(9, 12, part_of="5")]
    merged = claims(rows, [claim(1, 4), claim(5, 8), claim(9, 12, part_of="5")])
    assert merged.rows == tuple(rows)
    assert merged.changes == ()


# parts and wholes


def test_a_part_follows_its_whole_where_a_person_moved_it() -> None:
    whole = by(claim(9, 14), "corrected")
    merged = claims([whole], [claim(10, 14), claim(20, 24, part_of="10")])
    assert merged.rows == (whole, claim(20, 24, part_of="9"))


def test_a_part_of_a_rejected_row_is_part_of_nothing() -> None:
    whole = by(claim(10, 14), "rejected")
    merged = claims([whole], [claim(10, 14), claim(20, 24, part_of="10")])
    assert merged.rows == (whole, claim(20, 24))


def test_a_decided_part_follows_its_whole_where_the_rules_moved_it() -> None:
    part = by(claim(20, 24, part_of="10"), "confirmed")
    merged = claims([claim(10, 14), part], [claim(9, 14), claim(20, 24, part_of="9")])
    assert merged.rows == (claim(9, 14), part | {"part_of": "9"})
    assert ("moved", 20, "part_of", "10", "9") in told(merged)


def test_the_whole_of_a_decided_part_stays_though_the_rules_no_longer_make_it() -> None:
    part = by(claim(20, 24, part_of="10"), "confirmed")
    outer, whole = claim(1, 5), claim(10, 14, part_of="1")
    merged = claims([outer, whole, part, claim(40, 44)], [claim(20, 24)])
    assert merged.rows == (outer, whole, part)


# involvements


def test_an_involvement_is_the_same_where_two_of_three_facts_agree() -> None:
    old = by(involvement(5, 9, "市公安局", "takes_part", "清风行动"), "corrected")
    other = involvement(5, 9, "市水务局", "leads", "清风行动")
    merged = merge(INVOLVEMENTS, [old], [involvement(5, 9, "市公安局", "leads", "“清风行动”"), other])
    assert merged.rows == (old, other)
    assert merge(INVOLVEMENTS, merged.rows, [other]).rows == merged.rows


def test_a_rejected_involvement_bars_only_what_it_says() -> None:
    old = by(involvement(5, 9, "市公安局", "leads", "清风行动"), "rejected")
    other = involvement(5, 9, "市公安局", "operates", "清风行动")
    new = [involvement(4, 9, "市公安局", "leads", "清风行动"), other]
    merged = merge(INVOLVEMENTS, [old], new)
    assert merged.rows == (old, other)


# anything


spans = st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda it: (it[0], it[0] + it[1]))


@st.composite
def sheets(draw: st.DrawFn, reviews: tuple[str, ...]) -> list[Row]:
    rows: list[Row] = []
    for start, end in draw(st.lists(spans, unique_by=lambda it: it[0], max_size=9)):
        part = draw(st.sampled_from(["", *(row["start"] for row in rows)]))
        cells = {"agency": draw(st.sampled_from("甲乙")), "part_of": part}
        row = claim(start, end, **cells)
        review = draw(st.sampled_from(reviews))
        rows.append(by(row, review) if review != "proposed" else row)
    return sorted(rows, key=span)


@given(sheets(("proposed", "confirmed", "corrected", "rejected")), sheets(("proposed",)))
def test_any_merge_keeps_decisions_and_settles_at_once(old: list[Row], new: list[Row]) -> None:
    merged = claims(old, new)
    decisions = [row | {"part_of": ""} for row in old if decided(row)]
    assert [row | {"part_of": ""} for row in merged.rows if decided(row)] == decisions
    for row in merged.rows:
        if not decided(row) and span(row) in set(map(span, new)) - set(map(span, old)):
            assert all(overlap(row, decision) < 0.5 for decision in decisions)


@given(sheets(("proposed", "confirmed", "rejected")), sheets(("proposed",)))
def test_no_part_of_the_new_reading_is_left_without_a_whole(old: list[Row], new: list[Row]) -> None:
    merged = claims(old, new)
    before = {row["start"] for row in old if row["review"] != "rejected"}
    there = {row["start"] for row in merged.rows if row["review"] != "rejected"}
    for row in merged.rows:
        if row["review"] != "rejected" and (not decided(row) or row["part_of"] in before):
            assert row["part_of"] in {"", *there}


# sheets and decisions as people hand them in


@pytest.mark.parametrize(
    ("cells", "column"),
    [({"start": "x"}, "start"), ({"start": "20", "end": "20"}, "end"), ({"review": "Confirmed"}, "review")],
)
def test_a_row_that_cannot_be_placed_is_an_error_with_its_place(
    tmp_path: Path, cells: dict[str, str], column: str
) -> None:
    sheet = tmp_path / "d.claims.csv"
    rows = [claim(1, 4), claim(10, 14) | cells]
    sheet.write_bytes(write_table(CLAIMS.columns, [list(row.values()) for row in rows]))
    with pytest.raises(UnreadableError) as caught:
        read_sheet(sheet, CLAIMS)
    assert caught.value.where == f"{sheet}:3:{column}"


def test_the_name_of_a_sheet_says_what_it_is(tmp_path: Path) -> None:
    assert kind_of(tmp_path / "a.b.claims.csv") == ("a.b", CLAIMS)
    assert kind_of(tmp_path / "a.involvements.csv") == ("a", INVOLVEMENTS)
    with pytest.raises(UsageError):
        kind_of(tmp_path / "manifest.csv")


def decisions_file(tmp_path: Path, *rows: tuple[str, ...]) -> Path:
    file = tmp_path / "decisions.csv"
    file.write_bytes(write_table(DECISION_COLUMNS, rows))
    return file


def test_decisions_are_entered_with_who_made_them(tmp_path: Path) -> None:
    file = decisions_file(
        tmp_path, ("d", "10", "14", "confirmed", ""), ("d", "20", "24", "rejected", "旧数"), ("e", "1", "2", "x", "")
    )
    with pytest.raises(UnreadableError):
        read_decisions(file, "d", "王审")
    file = decisions_file(
        tmp_path,
        ("d", "10", "14", "confirmed", ""),
        ("d", "20", "25", "rejected", "旧数"),
        ("d", "30", "34", "proposed", ""),
        ("e", "1", "2", "confirmed", ""),
    )
    old = [claim(10, 14, note="疑"), claim(20, 24), by(claim(30, 34), "confirmed")]
    rows, changes = read_decisions(file, "d", "王审").entered(old)
    assert rows == [
        by(claim(10, 14, note="疑"), "confirmed"),
        by(claim(20, 24), "rejected", note="旧数"),
        claim(30, 34),
    ]
    assert {(it.action, it.start, it.field) for it in changes} == {
        ("decided", 10, "review"),
        ("decided", 10, "reviewer"),
        ("decided", 20, "review"),
        ("decided", 20, "reviewer"),
        ("decided", 20, "note"),
        ("decided", 30, "review"),
        ("decided", 30, "reviewer"),
    }


def test_a_decision_about_nothing_is_an_error(tmp_path: Path) -> None:
    file = decisions_file(tmp_path, ("d", "50", "54", "confirmed", ""))
    with pytest.raises(UnreadableError) as caught:
        read_decisions(file, "d", "王审").entered([claim(10, 14)])
    assert caught.value.where == f"{file}:2"
    with pytest.raises(UsageError):
        read_decisions(file, "other", "王审")

"""Extractions as files: sheets that read back as what was extracted, and lines of JSON in one order."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from extractions import extraction_of
from helpers import DIGEST, DISTRICT, PRESS

from kg.documents import read_corpus, with_text
from kg.errors import UsageError
from kg.model import Bound, Finding, Passage, Severity
from kg.tables import read_table
from loaders.folder import UNSTATED, DecidedError, Folder
from loaders.sheet import CLAIM_COLUMNS, INVOLVEMENT_COLUMNS, read_sheets
from loaders.writing import claim_rows, involvement_rows, jsonl, table

if TYPE_CHECKING:
    from pathlib import Path

    from kg.lexicon import Lexicon
    from loaders.press.extraction import Extraction


@pytest.fixture
def extraction(lexicon: Lexicon) -> Extraction:
    return extraction_of(lexicon)


def changed(extraction: Extraction, **fields: object) -> Extraction:
    """The extraction with fields of its first claim changed."""
    first, *rest = extraction.claims
    claim = replace(first.claim, **fields)  # type: ignore[arg-type]
    return replace(extraction, claims=(replace(first, claim=claim), *rest))


def records(extraction: Extraction) -> list[dict[str, object]]:
    return [json.loads(line) for line in jsonl(extraction)]


# sheets


@pytest.mark.parametrize("name", [DIGEST, PRESS, DISTRICT])
def test_what_is_written_reads_back_as_what_was_extracted(lexicon: Lexicon, tmp_path: Path, name: str) -> None:
    extraction = extraction_of(lexicon, name)
    folder = Folder(tmp_path)
    folder.enter([folder.write(extraction, None)])
    document = with_text(read_corpus(tmp_path).documents[0], tmp_path / "texts")
    reading = read_sheets(document, tmp_path, lexicon)
    assert reading.findings == ()
    assert document == extraction.document
    assert [replace(claim, location=None) for claim in reading.claims] == [it.claim for it in extraction.claims]
    assert {replace(it, location=None) for it in reading.involvements} == set(extraction.involvements)


def test_the_columns_are_those_of_the_sheet_loader(extraction: Extraction) -> None:
    assert all(tuple(row) == CLAIM_COLUMNS for row in claim_rows(extraction))
    assert all(tuple(row) == INVOLVEMENT_COLUMNS for row in involvement_rows(extraction))


def test_a_bare_number_has_no_unit_and_a_value_no_exponent(extraction: Extraction) -> None:
    row = claim_rows(changed(extraction, unit="one", value=Decimal("1.60E+3")))[0]
    assert (row["unit"], row["value"]) == ("", "1600")
    assert claim_rows(changed(extraction, value=None))[0]["value"] == ""


def test_a_name_never_begins_like_a_formula_and_stays_on_one_line(extraction: Extraction) -> None:
    row = claim_rows(changed(extraction, metric='=HYPERLINK("x")', metric_wording="@甲\n乙", agency="-+丙"))[0]
    assert (row["metric_id"], row["metric"], row["agency"]) == ('HYPERLINK("x")', "甲 乙", "丙")


def test_rows_come_in_the_order_of_the_text(extraction: Extraction) -> None:
    turned = replace(extraction, claims=extraction.claims[::-1], involvements=extraction.involvements[::-1])
    assert claim_rows(turned) == claim_rows(extraction)
    assert involvement_rows(turned) == involvement_rows(extraction)


@pytest.mark.parametrize(("surface", "value"), [("１6００余起", "1600"), ("2\u200b.６％", "2.6"), ("-3.1%", "3.1")])
def test_odd_prints_read_back(
    extraction: Extraction, lexicon: Lexicon, tmp_path: Path, surface: str, value: str
) -> None:
    number, start = Decimal(value), extraction.claims[0].claim.passage.start
    passage = Passage(DIGEST, start, start + len(surface))
    odd = changed(extraction, surface=surface, value=number, passage=passage, bound=Bound.EXACT)
    text = extraction.document.text or ""
    text = text[:start] + surface + text[start + len(surface) :]
    document = replace(odd.document, text=text, sha256=None)
    folder = Folder(tmp_path)
    folder.enter([folder.write(replace(odd, document=document), None)])
    reading = read_sheets(read_corpus(tmp_path).documents[0], tmp_path, lexicon)
    assert reading.findings == ()
    assert reading.claims[0].value == number


# lines of JSON


def test_every_part_of_an_extraction_is_a_line_and_the_lines_follow_the_text(extraction: Extraction) -> None:
    lines = records(extraction)
    starts = [line["start"] for line in lines]
    assert starts == sorted(starts)  # type: ignore[type-var]
    kinds = [line["type"] for line in lines]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "claim": len(extraction.claims),
        "involvement": len(extraction.involvements),
        "rejected": 1,
        "finding": 1,
    }


def test_a_claim_has_these_keys_in_this_order(extraction: Extraction) -> None:
    claim = next(line for line in records(extraction) if line["type"] == "claim")
    assert list(claim) == [
        "type", "document", "start", "end", "surface", "kind", "value", "bound", "unit", "direction", "base", "metric",
        "metric_id", "agency", "place", "period", "programme", "status", "part_of", "rules", "stated_in",
    ]  # fmt: skip
    assert claim["surface"] == "1600余起"
    assert claim["value"] == "1600"
    assert claim["period"] == ["2025-01-01", "2025-12-31"]
    assert claim["stated_in"] == {"agency": [44, 50], "period": [52, 57]}
    assert claim["rules"] == ["count"]


def test_chinese_stays_readable_and_a_bare_number_has_an_empty_unit(extraction: Extraction) -> None:
    lines = b"".join(jsonl(changed(extraction, unit="one", value=None)))
    assert "临江市公安局".encode() in lines
    claim = next(line for line in map(json.loads, lines.splitlines()) if line["type"] == "claim")
    assert (claim["unit"], claim["value"]) == ("", None)


def test_a_finding_about_the_whole_document_comes_first(extraction: Extraction) -> None:
    whole = Finding(Severity.WARNING, "encoding", "编码可疑", "a doubtful encoding")
    first = records(replace(extraction, findings=(whole,)))[0]
    assert (first["type"], first["document"], first["start"], first["end"]) == ("finding", DIGEST, None, None)


# the folder


def test_a_folder_keeps_the_text_to_the_byte_and_names_a_publisher(extraction: Extraction, tmp_path: Path) -> None:
    odd = "\ufeff甲\r\r\n乙\r丙\n"
    document = replace(extraction.document, text=odd, publisher="", length=len(odd), sha256=None)
    folder = Folder(tmp_path)
    folder.enter([folder.write(replace(extraction, document=document), None)])
    (known,) = read_corpus(tmp_path).documents
    assert with_text(known, tmp_path / "texts").text == odd
    assert known.publisher == UNSTATED


def test_documents_that_are_there_stay_in_the_manifest_in_their_order(lexicon: Lexicon, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for name in (DIGEST, PRESS, DIGEST):
        folder.enter([folder.write(extraction_of(lexicon, name), None)])
    assert [document.id for document in read_corpus(tmp_path).documents] == [DIGEST, PRESS]


@pytest.mark.parametrize("kind", ["claims", "involvements"])
def test_a_sheet_with_a_decision_is_never_overwritten(extraction: Extraction, tmp_path: Path, kind: str) -> None:
    folder = Folder(tmp_path)
    folder.write(extraction, None)
    sheet = tmp_path / f"{DIGEST}.{kind}.csv"
    columns = CLAIM_COLUMNS if kind == "claims" else INVOLVEMENT_COLUMNS
    rows = [row for _, row in read_table(sheet, columns)]
    sheet.write_bytes(table(columns, [{**rows[0], "review": "rejected"}, *rows[1:]]))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    with pytest.raises(DecidedError, match="kg review"):
        folder.write(changed(extraction, note="anew"), None)
    assert {path: path.read_bytes() for path in before} == before


def test_a_text_never_replaces_its_own_source(extraction: Extraction, tmp_path: Path) -> None:
    folder, source = Folder(tmp_path), tmp_path / "texts" / f"{DIGEST}.txt"
    source.parent.mkdir()
    text = extraction.document.text or ""
    source.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    before = source.read_bytes()
    folder.write(extraction, source)
    assert source.read_bytes() == before
    source.write_bytes(f"{text}!".encode())
    with pytest.raises(UsageError, match="rewritten"):
        folder.write(extraction, source)

"""Extractions as files: the rows of claim and involvement sheets, and lines of JSON, each always in one order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kg.documents import MANIFEST_COLUMNS, TEXT_COLUMNS
from kg.interval import plain
from kg.tables import write_table
from loaders.sheet import CLAIM_COLUMNS, INVOLVEMENT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.model import Claim, Document, Finding, Involvement, Passage
    from loaders.press.extraction import Extraction, Rejected, Taken

__all__ = ["Row", "claim_rows", "involvement_rows", "jsonl", "manifest_row", "manifest_table", "table"]

Row = dict[str, str]
Record = dict[str, object]

_RISKY = "=+-@\t\r"
"""How a cell begins that a spreadsheet would run; the sheet loader refuses such cells too."""


def claim_rows(extraction: Extraction) -> list[Row]:
    """The rows of the claim sheet, in the order of the text."""
    claims = sorted((taken.claim for taken in extraction.claims), key=lambda it: it.passage)
    return [_claim_row(claim) for claim in claims]


def involvement_rows(extraction: Extraction) -> list[Row]:
    """The rows of the involvement sheet, in the order of the text."""
    involvements = sorted(extraction.involvements, key=lambda it: (it.passage, it.agency, it.role, it.undertaking))
    return [_involvement_row(involvement) for involvement in involvements]


def manifest_row(document: Document) -> Row:
    """A document as a row of a manifest, with the length and the hash of its text."""
    return {
        "document": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published,
        "place": document.place,
        "agencies": ";".join(document.agencies),
        "about": document.about,
        "length": "" if document.length is None else str(document.length),
        "sha256": document.sha256 or "",
    }


def table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as a CSV file under these columns; a cell that a row does not have is empty."""
    return write_table(columns, ([row.get(column, "") for column in columns] for row in rows))


def manifest_table(rows: Iterable[Mapping[str, str]]) -> bytes:
    """A manifest as a CSV file."""
    return table((*MANIFEST_COLUMNS, *TEXT_COLUMNS), rows)


def jsonl(extraction: Extraction) -> Iterator[bytes]:
    """One JSON object a line for each claim, involvement, rejected number and finding, in the order of the text."""
    records = [
        *map(_claim_record, extraction.claims),
        *map(_involvement_record, extraction.involvements),
        *map(_rejected_record, extraction.rejected),
        *(_finding_record(finding, extraction.document.id) for finding in extraction.findings),
    ]
    for record in sorted(records, key=lambda it: (_offset(it["start"]), _offset(it["end"]))):
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _claim_row(claim: Claim) -> Row:
    span = claim.passage
    stated = (f"{name}={at.start}-{at.end}" for name, at in sorted(claim.stated_in.items()))
    cells = (
        span.document, str(span.start), str(span.end), claim.surface, claim.kind, _number(claim), claim.bound,
        _unit(claim), claim.direction or "", _name(claim.base), _name(claim.metric_wording), _name(claim.metric),
        _name(claim.agency), _name(claim.place), claim.period.start.isoformat(), claim.period.end.isoformat(),
        _name(claim.programme), claim.status, "" if claim.part_of is None else str(claim.part_of),
        "; ".join(stated), claim.review, claim.reviewer or "", claim.note or "",
    )  # fmt: skip
    return dict(zip(CLAIM_COLUMNS, cells, strict=True))


def _involvement_row(it: Involvement) -> Row:
    span = it.passage
    cells = (
        span.document, str(span.start), str(span.end), _name(it.agency), it.role, _name(it.undertaking),
        it.period.start.isoformat(), it.period.end.isoformat(), it.review, it.reviewer or "", it.note or "",
    )  # fmt: skip
    return dict(zip(INVOLVEMENT_COLUMNS, cells, strict=True))


def _claim_record(taken: Taken) -> Record:
    claim = taken.claim
    return {
        "type": "claim",
        **_span(claim.passage),
        "surface": claim.surface,
        "kind": claim.kind,
        "value": _number(claim) or None,
        "bound": claim.bound,
        "unit": _unit(claim),
        "direction": claim.direction,
        "base": claim.base,
        "metric": claim.metric_wording,
        "metric_id": claim.metric,
        "agency": claim.agency,
        "place": claim.place,
        "period": [claim.period.start.isoformat(), claim.period.end.isoformat()],
        "programme": claim.programme,
        "status": claim.status,
        "part_of": claim.part_of,
        "rules": list(taken.rules),
        "stated_in": {name: [at.start, at.end] for name, at in sorted(claim.stated_in.items())},
    }


def _involvement_record(it: Involvement) -> Record:
    return {
        "type": "involvement",
        **_span(it.passage),
        "agency": it.agency,
        "role": it.role,
        "undertaking": it.undertaking,
        "period": [it.period.start.isoformat(), it.period.end.isoformat()],
    }


def _rejected_record(it: Rejected) -> Record:
    return {"type": "rejected", **_span(it.passage), "surface": it.surface, "rule": it.rule}


def _finding_record(it: Finding, document: str) -> Record:
    spans = _span(it.passages[0]) if it.passages else {"document": document, "start": None, "end": None}
    return {"type": "finding", **spans, "severity": it.severity, "rule": it.rule, "zh": it.zh, "en": it.en}


def _span(passage: Passage) -> Record:
    return {"document": passage.document, "start": passage.start, "end": passage.end}


def _offset(value: object) -> int:
    """An offset to sort by; what is about the whole document comes first."""
    return value if isinstance(value, int) else -1


def _number(claim: Claim) -> str:
    return "" if claim.value is None else plain(claim.value)


def _unit(claim: Claim) -> str:
    """The unit, empty for a bare number."""
    return "" if claim.unit == "one" else _name(claim.unit)


def _name(text: str | None) -> str:
    """A name on one line that no spreadsheet takes for a formula."""
    return " ".join((text or "").split()).lstrip(_RISKY)

"""The invented city of examples/linjiang: its sheets are sound, and an extraction reproduces them."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from kg.documents import read_corpus, with_text
from kg.lexicon import fold
from kg.vocabulary import Vocabulary
from loaders.press import extract
from loaders.sheet import CLAIM_COLUMNS, INVOLVEMENT_COLUMNS

if TYPE_CHECKING:
    from kg.model import Claim, Document
    from loaders.press.extraction import Extraction

CITY = Path(__file__).resolve().parents[2] / "examples" / "linjiang"
NAMES = ("digest-2024", "press-2025", "district-2025")

MENTIONS, WHOLE, INVOLVEMENTS = 0.98, 0.90, 0.80
"""What the F1 of spans, of whole claims and of involvements must reach over the three documents."""

ALIKE = 0.55
"""The share of characters that two wordings of one metric have in common."""

FIELDS = ("kind", "value", "bound", "unit", "direction", "agency", "period", "status")
"""The fields that a whole claim gets right, beside its span and its metric."""

Row = dict[str, str]


class Count(NamedTuple):
    """How many are expected, found, and right."""

    expected: int
    found: int
    right: int

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.expected + self.found)


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    corpus = read_corpus(CITY)
    return {document.id: with_text(document, CITY / "texts") for document in corpus.documents}


@pytest.fixture(scope="module")
def extractions(documents: dict[str, Document]) -> dict[str, Extraction]:
    lexicon = Vocabulary().lexicon
    return {name: extract(document, lexicon) for name, document in documents.items()}


def sheet(name: str, kind: str) -> list[Row]:
    with (CITY / "expected" / f"{name}.{kind}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_manifest_lists_the_texts(documents: dict[str, Document]) -> None:
    assert tuple(documents) == NAMES
    assert all(document.text for document in documents.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_sheets_are_sound(name: str, documents: dict[str, Document]) -> None:
    text = documents[name].text or ""
    claims = sheet(name, "claims")
    assert tuple(claims[0]) == CLAIM_COLUMNS
    assert tuple(sheet(name, "involvements")[0]) == INVOLVEMENT_COLUMNS
    starts = {row["start"] for row in claims}
    for row in claims:
        assert text[int(row["start"]) : int(row["end"])] == row["surface"]
        assert row["surface"] not in row["metric"]
        assert row["review"] == "confirmed"
        assert not row["part_of"] or row["part_of"] in starts
    assert len({(row["start"], row["end"]) for row in claims}) == len(claims)


def test_the_extraction_finds_the_claims(extractions: dict[str, Extraction]) -> None:
    total, faults = Counter[str](), list[str]()
    for name, extraction in extractions.items():
        found = {span(taken.claim): taken.claim for taken in extraction.claims}
        rows = {(int(row["start"]), int(row["end"])): row for row in sheet(name, "claims")}
        total.update(expected=len(rows), found=len(found), mentioned=len(rows.keys() & found.keys()))
        faults += [f"{name} {rows[at]['surface']} missed" for at in rows.keys() - found.keys()]
        faults += [f"{name} {found[at].surface} is no claim" for at in found.keys() - rows.keys()]
        for at in rows.keys() & found.keys():
            wrong = differences(found[at], rows[at])
            total["whole"] += not wrong
            faults += [f"{name} {at[0]} {rows[at]['surface']}: {fault}" for fault in wrong]
    mentions = Count(total["expected"], total["found"], total["mentioned"])
    whole = Count(total["expected"], total["found"], total["whole"])
    report = "\n".join(["", f"mention {mentions.f1:.3f}, whole {whole.f1:.3f}", *sorted(faults)])
    assert mentions.f1 >= MENTIONS, report
    assert whole.f1 >= WHOLE, report


def test_the_extraction_finds_the_involvements(extractions: dict[str, Extraction]) -> None:
    expected = found = right = 0
    faults: list[str] = []
    for name, extraction in extractions.items():
        rows, left = sheet(name, "involvements"), list(extraction.involvements)
        expected, found = expected + len(rows), found + len(left)
        for row in rows:
            hit = next((it for it in left if [it.agency, it.role] == [row["agency"], row["role"]]
                        and same_name(it.undertaking, row["undertaking"])), None)  # fmt: skip
            if hit:
                left.remove(hit)
                right += 1
            else:
                faults.append(f"{name} {row['agency']} {row['role']} {row['undertaking']} missed")
        faults += [f"{name} {it.agency} {it.role} {it.undertaking} is none" for it in left]
    count = Count(expected, found, right)
    assert count.f1 >= INVOLVEMENTS, "\n".join(["", f"involvement {count.f1:.3f}", *faults])


def span(claim: Claim) -> tuple[int, int]:
    return claim.passage.start, claim.passage.end


def differences(claim: Claim, row: Row) -> list[str]:
    """The fields in which an extracted claim is not the row of the sheet."""
    found = {
        "kind": claim.kind,
        "value": claim.value,
        "bound": claim.bound,
        "unit": claim.unit,
        "direction": claim.direction or "",
        "agency": claim.agency or "",
        "period": f"{claim.period.start} {claim.period.end}",
        "status": claim.status,
    }
    wanted: dict[str, object] = {**row, "value": Decimal(row["value"])}
    wanted["period"] = f"{row['period_start']} {row['period_end']}"
    faults = [f"{field} is {found[field]}, not {wanted[field]}" for field in FIELDS if found[field] != wanted[field]]
    if not alike(claim.metric_wording, row["metric"]):
        faults.append(f"metric is {claim.metric_wording}, not {row['metric']}")
    return faults


def alike(one: str, other: str) -> bool:
    """Whether two wordings of a metric are made of the same characters, but for a few."""
    both = Counter(fold(one)) & Counter(fold(other))
    return 2 * both.total() >= ALIKE * (len(fold(one)) + len(fold(other)))


def same_name(one: str, other: str) -> bool:
    """Whether one name of an undertaking holds the other, as 净江行动 holds 净江."""
    return fold(one) in fold(other) or fold(other) in fold(one)

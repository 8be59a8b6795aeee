"""Gold of extraction benchmarks: documents with their expected claims, and how well rows of a tool agree with them.

A row is a dict with the keys of gold/GUIDELINES.md; a tool fills in those that it knows.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from kg.documents import read_corpus, with_text
from kg.errors import UsageError
from kg.lexicon import fold
from kg.tables import read_table
from loaders.sheet import CLAIM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.model import Document

__all__ = ["Row", "Score", "Suite", "read_suite", "score"]

Row = dict[str, Any]

_WHOLE = ("kind", "value", "bound", "unit", "direction", "metric", "agency", "period", "status")
_NAMES = frozenset({"unit", "agency"})
_MARKS = frozenset(",，。;；:：!！?？\n*")
_LONGEST = 32
_ALIKE = 0.55  # of the characters of two wordings, where the gold states a wording and not keywords
_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Suite:
    """Documents with their texts, and the expected claims of each."""

    documents: tuple[Document, ...]
    gold: dict[str, list[Row]]

    @property
    def characters(self) -> int:
        """How long the texts are together."""
        return sum(len(document.text or "") for document in self.documents)

    @property
    def claims(self) -> int:
        """How many claims a tool has to find."""
        return sum(row["must"] for rows in self.gold.values() for row in rows)


@dataclass(slots=True)
class Score:
    """Counts over some documents, and the shares made of them."""

    gold: int = 0
    found: int = 0
    paired: int = 0
    exact: int = 0
    value: int = 0
    period: int = 0
    whole: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that pairs with a claim."""
        return self.paired / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of the claims that were found."""
        return self.paired / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The F1 of mentions."""
        return _f1(self.paired, self.found, self.gold)

    @property
    def whole_f1(self) -> float:
        """The F1 of claims with every field right."""
        return _f1(self.whole, self.found, self.gold)


def read_suite(texts: Path, gold: Path) -> Suite:
    """The documents that have a text `<id>.txt` in one folder and `<id>.claims.jsonl` or `.claims.csv` in the other.

    The manifest lies in one of the two folders or in the one above. Raises UsageError where nothing fits together.
    """
    places = (texts, gold, texts.parent, gold.parent)
    manifests = [folder / "manifest.csv" for folder in places if (folder / "manifest.csv").is_file()]
    for manifest in dict.fromkeys(manifests):
        corpus = read_corpus(manifest, described=False)
        expected = {it.id: rows for it in corpus.documents if (rows := _expected(gold, it.id)) is not None}
        documents = tuple(with_text(it, texts) for it in corpus.documents if it.id in expected)
        if read := tuple(document for document in documents if document.text is not None):
            return Suite(read, {document.id: expected[document.id] for document in read})
    raise UsageError(
        f"{texts} 与 {gold} 里没有同一份清单所列的原文和陈述",
        f"{texts} and {gold} hold no text with claims that one manifest lists",
    )


def score(suite: Suite, rows: dict[str, list[Row]], units: frozenset[str] | None = None) -> Score:
    """How well the rows of a tool agree with the gold; with `units`, with the claims of these units only."""
    total = Score()
    for document in suite.documents:
        gold = [row for row in suite.gold[document.id] if units is None or row["unit"] in units]
        found = rows.get(document.id, [])
        pairs = _pairs(gold, found)
        free = sum(not one["must"] for one, _ in pairs)
        total.gold += sum(one["must"] for one in gold)
        total.found += len(found) - free
        for one, other in pairs:
            if one["must"]:
                total.paired += 1
                total.exact += (one["start"], one["end"]) == (other["start"], other["end"])
                total.value += _is_right("value", one, other)
                total.period += _is_right("period", one, other)
                total.whole += all(_is_right(name, one, other) for name in _WHOLE)
    return total


def _expected(folder: Path, name: str) -> list[Row] | None:
    lines, sheet = folder / f"{name}.claims.jsonl", folder / f"{name}.claims.csv"
    if lines.is_file():
        return [json.loads(line) for line in lines.read_text("utf-8").splitlines() if line.strip()]
    if sheet.is_file():
        return [_from_sheet(cells) for _, cells in read_table(sheet, CLAIM_COLUMNS)]
    return None


def _from_sheet(cells: dict[str, str]) -> Row:
    row: Row = {name: cell or None for name, cell in cells.items()}
    row |= {"start": int(cells["start"]), "end": int(cells["end"]), "must": True}
    row["period"] = [cells["period_start"], cells["period_end"]]
    return row


def _pairs(gold: Sequence[Row], found: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Claims and rows whose spans overlap by half of their union, the best first, each used once."""
    ranked = sorted(
        (-share, i, j)
        for i, one in enumerate(gold)
        for j, other in enumerate(found)
        if (share := _overlap(one, other)) >= _OVERLAP
    )
    left, right, pairs = set(range(len(gold))), set(range(len(found))), []
    for _, i, j in ranked:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append((gold[i], found[j]))
    return pairs


def _overlap(one: Row, other: Row) -> float:
    shared: int = min(one["end"], other["end"]) - max(one["start"], other["start"])
    whole: int = max(one["end"], other["end"]) - min(one["start"], other["start"])
    return max(0, shared) / whole


def _is_right(name: str, gold: Row, found: Row) -> bool:
    expected, stated = gold.get(name), found.get(name)
    if name == "metric":
        return _is_metric(gold, stated or "")
    if name == "value":
        return _same_number(expected, stated)
    if name == "period":
        return stated is not None and list(stated) == list(expected or ())
    if name in _NAMES:
        return fold(_unit(stated)) == fold(_unit(expected))
    return bool(stated == expected)


def _unit(name: str | None) -> str:
    return "" if name in {None, "one"} else str(name)


def _is_metric(gold: Row, wording: str) -> bool:
    """A noun phrase with the keywords of the gold, or of nearly the characters of its wording."""
    if len(fold(wording)) > _LONGEST or _MARKS & set(wording) or gold["surface"] in wording:
        return False
    if "metric_keywords" in gold:
        return all(fold(word) in fold(wording) for word in gold["metric_keywords"])
    one, other = Counter(fold(gold["metric"])), Counter(fold(wording))
    return 2 * (one & other).total() >= _ALIKE * (one.total() + other.total())


def _same_number(expected: object, stated: object) -> bool:
    try:
        one, other = Decimal(str(expected)), Decimal(str(stated))
    except InvalidOperation:
        return False
    return abs(one - other) <= abs(one) * Decimal("0.00001")


def _f1(right: int, found: int, gold: int) -> float:
    return 2 * right / (found + gold) if found + gold else 0.0

"""Sheets and decisions as people hand them in, read for a merge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import UnreadableError, UsageError
from kg.model import Review
from kg.tables import read_table
from loaders.review.merge import CLAIMS, INVOLVEMENTS, Change, overlap, span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from loaders.review.merge import SheetKind
    from loaders.writing import Row

__all__ = ["DECISION_COLUMNS", "Decisions", "kind_of", "read_decisions", "read_sheet"]

DECISION_COLUMNS = ("document", "start", "end", "review", "note")
"""The columns of the decisions that a review page hands out."""

_OFFSET = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of one reviewer about one document."""

    file: Path
    reviewer: str
    rows: tuple[tuple[int, Row], ...]

    def entered(self, sheet: Sequence[Row]) -> tuple[list[Row], list[Change]]:
        """The rows of a claim sheet with the decisions in them, and what changed.

        A decision is about the row of just its characters, else about the one that shares most of them and at
        least half. Raises UnreadableError where there is none: no decision is lost unsaid.
        """
        rows = [dict(row) for row in sheet]
        changes: list[Change] = []
        for number, decision in self.rows:
            row = self._meant(rows, number, decision)
            new = {"review": decision["review"], "note": decision["note"] or row["note"]}
            new["reviewer"] = "" if decision["review"] == Review.PROPOSED else self.reviewer
            for name, cell in new.items():
                if row[name] != cell:
                    changes.append(Change("decided", *span(row), row["surface"], name, row[name], cell))
                    row[name] = cell
        return rows, changes

    def _meant(self, rows: Sequence[Row], number: int, decision: Row) -> Row:
        best = max(rows, key=lambda row: (overlap(row, decision), row["review"] != Review.REJECTED), default=None)
        if best is None or overlap(best, decision) < 0.5:
            start, end = span(decision)
            raise UnreadableError(
                f"表中没有位于 {start}-{end} 的陈述",
                f"is about a claim at {start}-{end}, which the sheet does not have",
                file=self.file,
                row=number,
            )
        return best


def kind_of(sheet: Path) -> tuple[str, SheetKind]:
    """The document and the kind of a sheet, from its name; raises UsageError for a name that is no sheet's."""
    for kind in (CLAIMS, INVOLVEMENTS):
        if sheet.name.endswith(ending := f".{kind.name}.csv"):
            return sheet.name.removesuffix(ending), kind
    raise UsageError(
        f"{sheet.name} 不是表名：应为 <文档>.claims.csv 或 <文档>.involvements.csv",
        f"{sheet.name} is no sheet: it should be <document>.claims.csv or <document>.involvements.csv",
    )


def read_sheet(path: Path, kind: SheetKind) -> list[Row]:
    """The rows of a sheet as they stand. Raises UnreadableError for offsets or a review state that are none."""
    return [row for _, row in _rows(path, kind.columns)]


def read_decisions(path: Path, document: str, reviewer: str) -> Decisions:
    """The decisions in a file that are about a document; raises UsageError where none is."""
    rows = tuple((number, row) for number, row in _rows(path, DECISION_COLUMNS) if row["document"] == document)
    if not rows:
        raise UsageError(f"{path} 里没有关于 {document} 的决定", f"{path} decides nothing about {document}")
    return Decisions(path, reviewer, rows)


def _rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, Row]]:
    rows = list(read_table(path, columns))
    for number, row in rows:
        for name in ("start", "end"):
            if not _OFFSET.fullmatch(row[name]):
                raise UnreadableError(
                    "应为非负整数", "should be a whole number, 0 or more", file=path, row=number, column=name
                )
        if int(row["start"]) >= int(row["end"]):
            raise UnreadableError("end 应大于 start", "should be after start", file=path, row=number, column="end")
        if row["review"] not in list(Review):
            known = ", ".join(Review)
            raise UnreadableError(
                f"应为以下之一：{known}", f"should be one of: {known}", file=path, row=number, column="review"
            )
    return rows

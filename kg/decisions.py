"""What people decided, in two tables beside the manifest: which findings are explained, and which metrics are one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from kg.comparison import Decision, Verdict
from kg.errors import UnreadableError
from kg.model import Finding, Location, Severity
from kg.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.lexicon import Lexicon

__all__ = ["DECISIONS", "IDENTITIES", "Identity", "Relation", "read_decisions", "read_identities", "unknown_metrics"]

DECISIONS = ("finding", "decision", "reviewer", "date", "why")
IDENTITIES = ("metric", "decision", "other", "reviewer", "date", "why")
"""The columns of decisions.csv and of identities.csv."""

_Choice = TypeVar("_Choice", bound=StrEnum)
_FINDING = re.compile(r"(?:\S*/finding/)?(?P<name>[0-9a-f]{16})")


class Relation(StrEnum):
    """What a person decided about two metrics."""

    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Identity:
    """A decision about a metric and another one (canonical names), or about its wordings where `other` is empty."""

    metric: str
    relation: Relation
    other: str
    reviewer: str
    date: date
    why: str
    row: int = field(default=0, compare=False)


def unknown_metrics(identities: Iterable[Identity], lexicon: Lexicon) -> list[Finding]:
    """A finding for each name of a metric in `identities.csv` that the lexicon does not have."""
    return [
        Finding(
            Severity.WARNING,
            "Identity-metric",
            f"词表没有指标“{name}”，这一决定不起作用：请改用正式名称。",
            f"The lexicon has no metric “{name}”, so this decision has no effect: use the canonical name.",
            location=Location("identities.csv", it.row, column),
            value=name,
        )
        for it in identities
        for column, name in (("metric", it.metric), ("other", it.other))
        if name and not any(entry.name == name for entry in lexicon.candidates(name, "metric"))
    ]


def read_decisions(folder: Path) -> tuple[Decision, ...]:
    """The rows of `decisions.csv` in a city's folder, none where there is no such file.

    Raises UnreadableError that names file, row and column for a finding that is no identifier, an unknown
    decision, a day that the calendar has not, an empty reviewer or reason, and a finding decided twice.
    """
    path = folder / "decisions.csv"
    if not path.is_file():
        return ()
    found: dict[str, Decision] = {}
    for row, cells in read_table(path, DECISIONS):
        match = _FINDING.fullmatch(cells["finding"])
        if match is None:
            raise _bad(
                path,
                row,
                "finding",
                "应为核对结果的编号（16 位十六进制）",
                "should be a finding's 16 hexadecimal digits",
            )
        if match["name"] in found:
            raise _bad(path, row, "finding", "同一结果有两个决定", "is decided twice")
        verdict = _choice(Verdict, path, row, cells["decision"])
        found[match["name"]] = Decision(match["name"], verdict, *_signed(path, row, cells))
    return tuple(found.values())


def read_identities(folder: Path) -> tuple[Identity, ...]:
    """The rows of `identities.csv` in a city's folder, none where there is no such file; raises as read_decisions."""
    path = folder / "identities.csv"
    if not path.is_file():
        return ()
    found = []
    for row, cells in read_table(path, IDENTITIES):
        relation = _choice(Relation, path, row, cells["decision"])
        if not cells["metric"] or cells["metric"] == cells["other"]:
            raise _bad(path, row, "metric", "应为一个指标，且与另一个不同", "should be a metric, and not the other one")
        if relation is Relation.DIFFERENT and not cells["other"]:
            raise _bad(path, row, "other", "应写明与哪个指标不同", "should name the metric that it differs from")
        found.append(Identity(cells["metric"], relation, cells["other"], *_signed(path, row, cells), row))
    return tuple(found)


def _choice(choices: type[_Choice], path: Path, row: int, text: str) -> _Choice:
    try:
        return choices(text)
    except ValueError as error:
        known = ", ".join(choices)
        raise _bad(path, row, "decision", f"应为其中之一：{known}", f"should be one of: {known}") from error


def _signed(path: Path, row: int, cells: dict[str, str]) -> tuple[str, date, str]:
    """Who decided, when and why."""
    for column in ("reviewer", "why"):
        if not cells[column]:
            raise _bad(path, row, column, "不能为空", "must not be empty")
    try:
        return cells["reviewer"], date.fromisoformat(cells["date"]), cells["why"]
    except ValueError as error:
        raise _bad(path, row, "date", "应为日期，如 2026-01-31", "should be a day, as 2026-01-31") from error


def _bad(path: Path, row: int, column: str, zh: str, en: str) -> UnreadableError:
    return UnreadableError(zh, en, file=path, row=row, column=column)

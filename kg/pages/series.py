"""The rows of an answer as charts: one for each metric, place, kind, unit and base, since others do not compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from kg.pages.charts import Point, intervals
from kg.pages.embedding import embedded
from kg.terms import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.answer import Term
    from kg.pages.names import Names
    from kg.table import Table

__all__ = ["Chart", "charts", "claimed"]

_APART = ("metric", "place", "kind", "unit", "base")
_NEEDED = {"start", "end", "lower", "upper"}


@dataclass(frozen=True, slots=True)
class Chart:
    """One series: what it is of and where that is, its points, and how it is drawn."""

    name: str
    href: str | None
    note: str
    unit: str
    points: tuple[Point, ...]
    lang: str

    @property
    def svg(self) -> str:
        """The drawing that needs no script."""
        return intervals(self.points, self.unit, self.lang)

    @property
    def data(self) -> str:
        """The same as JSON that can stand inside a script element."""
        series = {"name": self.name, "points": [_told(it) for it in self.points]}
        told = {"view": "series", "lang": self.lang, "unit": self.unit, "series": [series]}
        return embedded(told)


def charts(table: Table, names: Names) -> list[Chart]:
    """The series of an answer that say more than one thing, those with most periods first.

    There are none where the answer lacks the columns that a chart needs: start, end, lower, upper.
    """
    if not {column.name for column in table.columns} >= _NEEDED:
        return []
    groups: dict[tuple[str, ...], list[dict[str, Term | None]]] = {}
    for row in table:
        groups.setdefault(tuple(_text(row, name) for name in _APART), []).append(row)
    found = [(key, _points(rows, names)) for key, rows in groups.items()]
    drawn = [_chart(key, points, names) for key, points in found if len(_periods(points)) > 1]
    return sorted(drawn, key=lambda it: -len(_periods(it.points)))


def _chart(key: tuple[str, ...], points: tuple[Point, ...], names: Names) -> Chart:
    metric, place, kind, unit, base = (names.label(it) if it else "" for it in key)
    note = " · ".join(it for it in (place, kind, base, unit) if it)
    return Chart(metric, names.link(key[0]) if key[0] else None, note, unit, points, names.lang)


def _periods(points: Sequence[Point]) -> set[tuple[date, date, Decimal | None]]:
    return {(it.start, it.end, it.stated) for it in points if it.stated is not None}


def _points(rows: Sequence[dict[str, Term | None]], names: Names) -> tuple[Point, ...]:
    found = (_point(row, names) for row in rows if row["start"] and row["end"])
    return tuple(sorted(found, key=lambda it: (it.start, it.end, it.label, it.href)))


def claimed(
    period: tuple[date, date],
    limits: tuple[Decimal | None, Decimal | None, Decimal | None],
    direction: str | None,
    *,
    planned: bool,
    words: str,
    href: str | None,
) -> Point:
    """A claim as a point; `limits` are lower, upper and value. A decrease goes below zero, with its ends exchanged."""
    lower, upper, value = limits
    if direction == "down":
        lower, upper, value = (None if it is None else -it for it in (upper, lower, value))
    arrow = {"down": "↓ ", "up": "↑ "}.get(direction or "", "")
    return Point(*period, lower, upper, value, planned, arrow + words if words else "", href or "")


def _point(row: dict[str, Term | None], names: Names) -> Point:
    """A row as a point."""
    lower, upper, value = (_number(row, name) for name in ("lower", "upper", "value"))
    return claimed(
        (date.fromisoformat(_text(row, "start")), date.fromisoformat(_text(row, "end"))),
        (lower, upper, value),
        name_of(_text(row, "direction")),
        planned=name_of(_text(row, "status")) == "planned",
        words=_text(row, "wording").replace("*", ""),
        href=names.link(row["claim"]) if row.get("claim") else None,
    )


def _text(row: dict[str, Term | None], name: str) -> str:
    return "" if row.get(name) is None else str(row[name])


def _number(row: dict[str, Term | None], name: str) -> Decimal | None:
    text = _text(row, name)
    return Decimal(text) if text else None


def _told(point: Point) -> dict[str, object]:
    def number(value: Decimal | None) -> float | int | None:
        return None if value is None else int(value) if value == value.to_integral_value() else float(value)

    return {
        "start": point.start.isoformat(),
        "end": point.end.isoformat(),
        "lower": number(point.lower),
        "upper": number(point.upper),
        "value": number(point.value),
        "planned": point.planned,
        "label": point.label,
        "href": point.href or None,
    }

"""Periods as people write them."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

__all__ = ["period_text"]


def period_text(start: date, end: date, lang: str = "zh") -> str:
    """A period in as few words as it allows.

    >>> from datetime import date
    >>> period_text(date(2024, 1, 1), date(2024, 11, 30))
    '2024年1—11月'
    >>> period_text(date(2021, 1, 1), date(2025, 12, 31), "en")
    '2021–2025'
    """
    whole_months = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    if whole_months and start.month == 1 and end.month == 12:
        return _years(start.year, end.year, lang)
    if whole_months and start.year == end.year:
        return _months(start, end, lang)
    if lang == "en":
        return start.isoformat() if start == end else f"{start.isoformat()} to {end.isoformat()}"
    first = f"{start.year}年{start.month}月{start.day}日"
    if start == end:
        return first
    year = "" if start.year == end.year else f"{end.year}年"
    return f"{first}—{year}{end.month}月{end.day}日"


def _years(first: int, last: int, lang: str) -> str:
    if lang == "en":
        return f"{first}" if first == last else f"{first}–{last}"
    return f"{first}年" if first == last else f"{first}—{last}年"


def _months(start: date, end: date, lang: str) -> str:
    if lang == "en":
        last = "" if start.month == end.month else f" to {end.year}-{end.month:02}"
        return f"{start.year}-{start.month:02}{last}"
    last = "" if start.month == end.month else f"—{end.month}"
    return f"{start.year}年{start.month}{last}月"

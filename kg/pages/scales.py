"""The axes of the charts: days to x, numbers to y, and round numbers as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from kg.interval import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Values", "Years", "compact"]

_ZH = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))
_EN = ((Decimal(10**9), "bn"), (Decimal(10**6), "M"), (Decimal(10**3), "k"))
_STEPS = (1, 2, 5, 10)
_INTERVALS = 4
"""Steps of the axis at most."""
_NEAR = Decimal("0.5")
"""An axis starts at zero where its least number is below this part of the largest."""
_YEAR_WIDTH = 30


def compact(number: Decimal, lang: str = "zh", like: Decimal | None = None) -> str:
    """A number in few characters, in the magnitude of `like` where numbers stand in one column.

    >>> compact(Decimal(470000)), compact(Decimal(470000), "en"), compact(Decimal("15.50"))
    ('47万', '470k', '15.5')
    """
    size = abs(number if like is None else like)
    for unit, name in _EN if lang == "en" else _ZH:
        if size >= unit and number:
            return f"{plain(round(number / unit, 2))}{name}"
    return plain(round(number, 2))


@dataclass(frozen=True, slots=True)
class Years:
    """Days on x, whole years from border to border."""

    first: int
    last: int
    left: float
    right: float

    @classmethod
    def of(cls, periods: Sequence[tuple[date, date]], left: float, right: float) -> Years:
        """The years that hold some periods, between two borders."""
        return cls(min(it.year for it, _ in periods), max(it.year for _, it in periods), left, right)

    def x(self, day: date, *, ends: bool = False) -> float:
        """Where a day begins or, if `ends`, where it ends."""
        start, end = date(self.first, 1, 1).toordinal(), date(self.last, 12, 31).toordinal() + 1
        return self.left + (day.toordinal() + ends - start) / (end - start) * (self.right - self.left)

    @property
    def borders(self) -> list[float]:
        """Where the labelled years begin, and where the last ends."""
        every = self._every()
        return [self.x(date(year, 1, 1)) for year in range(self.first, self.last + 1, every)] + [self.right]

    @property
    def labels(self) -> list[tuple[float, int]]:
        """The years with the middle of each, as many as there is room for."""
        middle = timedelta(days=182)
        return [(self.x(date(year, 1, 1) + middle), year) for year in range(self.first, self.last + 1, self._every())]

    def _every(self) -> int:
        room = max(1, int((self.right - self.left) / _YEAR_WIDTH))
        return -(-(self.last - self.first + 1) // room)


@dataclass(frozen=True, slots=True)
class Values:
    """Numbers on y, from a round number at the bottom to a round number at the top."""

    ticks: tuple[Decimal, ...]
    bottom: float
    top: float

    @classmethod
    def of(cls, numbers: Sequence[Decimal], bottom: float, top: float) -> Values:
        """The round numbers that hold some numbers; from zero where they are not near each other."""
        least, most = min(numbers), max(numbers)
        if least == most or 0 <= least < most * _NEAR or least * _NEAR < most <= 0:
            least, most = min(least, Decimal(0)), max(most, Decimal(0))
        step = _step((most - least) or Decimal(1))
        low = (least / step).to_integral_value(ROUND_FLOOR)
        high = max((most / step).to_integral_value(ROUND_CEILING), low + 1)
        return cls(tuple((low + n) * step for n in range(int(high - low) + 1)), bottom, top)

    @property
    def most(self) -> Decimal:
        """The number farthest from zero."""
        return max(self.ticks, key=abs)

    def y(self, number: Decimal) -> float:
        """The height of a number."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.bottom - float((number - low) / (high - low)) * (self.bottom - self.top)


def _step(span: Decimal) -> Decimal:
    """The least round step that needs few intervals for a span."""
    power = Decimal(1).scaleb((span / _INTERVALS).adjusted())
    return next(power * it for it in _STEPS if span <= power * it * _INTERVALS)

"""Small charts as inline SVG: what was said of one metric, period by period, as the intervals that the words allow.

Each claim is a line over its days at the number stated. Brackets say which way the truth may lie: up where the words
are "at least" (余, 超), down where they are "at most"; a bound without an end fades out below an arrow; a plan is
dashed. There are no colours and no styles here but classes; without a style sheet all is drawn in the text's colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING

from kg.pages.periods import period_text
from kg.pages.scales import Values, Years, compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

__all__ = ["Point", "intervals", "sparkline"]

_WIDTH, _HEIGHT = 340, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 4, 32, 22
_CAP = 4.0
"""The least length of a bracket, so that a bound shows also where its interval is thinner than a line."""
_FADE = 15.0
"""How far a bound without an end fades."""
_SIZE = 11
"""The size of the letters; a Chinese one is as wide as it is high."""
_LETTERS = 16


@dataclass(frozen=True, slots=True)
class Point:
    """What one claim says: from `lower` to `upper`, either None where the words give no end; `value` as printed."""

    start: date
    end: date
    lower: Decimal | None
    upper: Decimal | None
    value: Decimal | None
    planned: bool = False
    label: str = ""
    href: str = ""

    @property
    def stated(self) -> Decimal | None:
        """The number to draw the line at: the one printed, else the one end that there is."""
        return next((it for it in (self.value, self.lower, self.upper) if it is not None), None)

    @property
    def direction(self) -> int:
        """Where the truth may lie: 1 from the number up, -1 from it down, 0 at or around it."""
        if self.lower == self.upper:
            return 0
        return (self.stated == self.lower) - (self.stated == self.upper)


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class _Bar:
    """A point in the picture: its ends, the heights of its number and of its limits, None where there is no limit."""

    point: Point
    left: float
    right: float
    y: float
    high: float | None
    low: float | None

    @property
    def reach(self) -> float:
        """How far its bracket goes, against the direction of y."""
        far = self.high if self.point.direction > 0 else self.low
        return max(_CAP, _FADE if far is None else abs(self.y - far)) * self.point.direction


def intervals(points: Iterable[Point], unit: str, lang: str = "zh") -> str:
    """A chart of the claims of one metric in one unit; nothing where no claim has a number.

    The text alternative is the table that stands with it; title and description give the same in words.
    """
    drawn = _distinct(points)
    if not drawn:
        return ""
    years = Years.of([(it.start, it.end) for it in drawn], _LEFT, _WIDTH - _RIGHT)
    values = Values.of(_numbers(drawn), _HEIGHT - _BOTTOM, _TOP)
    bars = [_bar(point, years, values) for point in drawn]
    parts = [
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" fill="currentColor">',
        *_words(drawn, unit, lang),
        *_axes(years, values, "%" if unit in {"%", "％"} else "", lang),
        *(part for bar in bars for part in _drawn(bar)),
        *_labels(bars, lang),
        "</svg>",
    ]
    return "".join(parts)


def sparkline(points: Iterable[Point], lang: str = "zh") -> str:
    """The shape of a series in the height of a line of text; nothing where no claim has a number."""
    drawn = _distinct(points)
    if not drawn:
        return ""
    years = Years.of([(it.start, it.end) for it in drawn], 1, 95)
    values = Values.of(_numbers(drawn), 18, 6)
    bars = (_bar(point, years, values) for point in drawn)
    head = '<svg class="sparkline" viewBox="0 0 96 24" role="img" fill="currentColor">'
    return "".join([head, *_words(drawn, "", lang), *(part for bar in bars for part in _drawn(bar)), "</svg>"])


def _distinct(points: Iterable[Point]) -> list[Point]:
    """The points that have a number, in the order of time, those that would be drawn over each other once."""
    labelled = sorted((it for it in points if it.stated is not None), key=lambda it: it.label, reverse=True)
    kept = {(it.start, it.end, it.lower, it.upper, it.value, it.planned): it for it in labelled}
    return sorted(kept.values(), key=lambda it: (it.start, it.end, it.stated, it.upper is None, it.planned, it.label))


def _numbers(points: Sequence[Point]) -> list[Decimal]:
    return [it for point in points for it in (point.lower, point.upper, point.value) if it is not None]


def _bar(point: Point, years: Years, values: Values) -> _Bar:
    def height(number: Decimal | None) -> float | None:
        return None if number is None else values.y(number)

    left, right = years.x(point.start), years.x(point.end, ends=True)
    gap = min(1.5, (right - left) / 4)  # so that one year's line does not run into the next's
    stated = point.stated
    y = values.y(stated) if stated is not None else 0.0
    return _Bar(point, left + gap, max(right - gap, left + gap + 1), y, height(point.upper), height(point.lower))


def _words(points: Sequence[Point], unit: str, lang: str) -> Iterator[str]:
    """The chart in words: its title, and a line a claim."""
    span = period_text(min(it.start for it in points), max(it.end for it in points), lang)
    named = f"（{unit}）" if unit and lang == "zh" else f" ({unit})" if unit else ""
    yield f"<title>{escape(f'{span}，{len(points)} 个数字' if lang == 'zh' else f'{span}: {len(points)} figures')}"
    yield f"{escape(named)}</title><desc>"
    told = (f"{period_text(it.start, it.end, lang)}: {_label(it, lang)}" for it in points)
    yield f"{escape('；'.join(told) if lang == 'zh' else '; '.join(told))}</desc>"


def _axes(years: Years, values: Values, mark: str, lang: str) -> Iterator[str]:
    """Hairlines at round numbers, and the years beneath."""
    right, floor = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    for tick in values.ticks:
        y = values.y(tick)
        kind = "zero" if tick == 0 else "grid"
        yield f'<path class="{kind}" d="M{_LEFT} {_n(y)}H{right}" stroke="currentColor" stroke-opacity=".15"/>'
        yield f'<text class="tick" x="{_LEFT - 6}" y="{_n(y + 3.5)}" text-anchor="end" font-size="{_SIZE}">'
        yield f"{escape(compact(tick, lang, values.most) + mark)}</text>"
    for x in years.borders:
        yield f'<path class="border" d="M{_n(x)} {floor}v5" stroke="currentColor" stroke-opacity=".35"/>'
    for x, year in years.labels:
        yield f'<text class="tick" x="{_n(x)}" y="{_HEIGHT - 5}" text-anchor="middle" font-size="{_SIZE}">{year}</text>'


def _drawn(bar: _Bar) -> Iterator[str]:
    """One claim: the band of its interval, the line of its number, the bracket or the fading end of its bound."""
    point, width = bar.point, bar.right - bar.left
    dashes = ' stroke-dasharray="4 3"' if point.planned else ""
    yield f'<g class="claim{" planned" if point.planned else ""}">'
    if bar.high is not None and bar.low is not None and bar.low - bar.high > 1:
        height = _n(bar.low - bar.high)
        yield f'<rect class="band" x="{_n(bar.left)}" y="{_n(bar.high)}" width="{_n(width)}" height="{height}" '
        yield 'fill-opacity=".18"/>'
    if point.direction and (bar.high if point.direction > 0 else bar.low) is None:
        yield from _fading(bar)
    legs = f"M{_n(bar.left)} {_n(bar.y - bar.reach)}V{_n(bar.y)}H{_n(bar.right)}v{_n(-bar.reach)}"
    path = legs if point.direction else f"M{_n(bar.left)} {_n(bar.y)}H{_n(bar.right)}"
    yield f'<path class="number" d="{path}" fill="none" stroke="currentColor" stroke-width="1.75"{dashes}/></g>'


def _fading(bar: _Bar) -> Iterator[str]:
    """A bound without an end: three steps, each fainter, and an arrow."""
    up = bar.point.direction > 0
    step = _FADE / 3
    for number, opacity in enumerate((".2", ".12", ".05")):
        top = bar.y - step * (number + 1) if up else bar.y + step * number
        yield f'<rect class="fade" x="{_n(bar.left)}" y="{_n(top)}" width="{_n(bar.right - bar.left)}" '
        yield f'height="{_n(step)}" fill-opacity="{opacity}"/>'
    middle, tip = (bar.left + bar.right) / 2, bar.y - bar.reach
    shape = f"M{_n(middle - 4)} {_n(tip + (4 if up else -4))}L{_n(middle)} {_n(tip)}l4 {4 if up else -4}"
    yield f'<path class="arrow" d="{shape}" fill="none" stroke="currentColor" stroke-width="1.5"/>'


def _labels(bars: Sequence[_Bar], lang: str) -> Iterator[str]:
    """What is printed, beside its line: where nothing else stands, and not at all where there is no such place."""
    taken = [_Box(bar.left, bar.y - max(2, bar.reach), bar.right, bar.y - min(-2, bar.reach)) for bar in bars]
    for number, bar in enumerate(bars):
        text = _label(bar.point, lang)
        width = sum(_SIZE if char > "\u2e80" else _SIZE * 0.6 for char in text)
        others = taken[:number] + taken[number + 1 :]
        for x, y in _places(bar, width):
            box = _Box(x - width / 2 - 1, y - _SIZE + 1, x + width / 2 + 1, y + 2)
            if box.top >= 0 and box.bottom <= _HEIGHT - _BOTTOM + 2 and not any(box.meets(it) for it in others):
                taken.append(box)
                yield f'<text class="value" x="{_n(x)}" y="{_n(y)}" text-anchor="middle" font-size="{_SIZE}">'
                yield f"{escape(text)}</text>"
                break


def _places(bar: _Bar, width: float) -> Iterator[tuple[float, float]]:
    """Where a label may stand, best first: above its line or beneath it, in its middle or towards an end."""
    up = max(0.0, bar.reach) if bar.point.direction > 0 else 0.0
    down = max(0.0, -bar.reach) if bar.point.direction < 0 else 0.0
    above, beneath = bar.y - up - 5, bar.y + down + _SIZE + 3
    least, most = _LEFT + width / 2 + 1, _WIDTH - width / 2 - 1
    for y in (above, beneath, above - _SIZE - 2, beneath + _SIZE + 2):
        for x in ((bar.left + bar.right) / 2, bar.left + width / 2, bar.right - width / 2):
            yield min(max(x, least), most), y


def _label(point: Point, lang: str) -> str:
    """What is printed for a point, shortened; its number where the words are not known."""
    stated = point.stated
    sign = {1: "≥ ", -1: "≤ ", 0: ""}[point.direction]
    text = point.label.replace("*", "") or (sign + compact(stated, lang) if stated is not None else "")
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"


def _n(number: float) -> str:
    """A coordinate in as few characters as a tenth of a pixel needs."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text

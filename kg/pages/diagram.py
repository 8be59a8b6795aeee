"""Diagrams of classes as inline SVG: a box with its properties, and a map of boxes; colours come from the style sheet.

Everything is drawn at its natural size and scrolls where the page is narrower, so letters never shrink.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Edge", "Node", "Row", "Source", "box", "chart"]

_SIZE = 13
"""The size of the letters; a Chinese one is as wide as it is high."""
_ROW, _HEAD, _PAD = 26, 50, 14
_GAP = 44
"""Between a box and what it points to."""
_PILL = 20
_NODE_WIDTH, _NODE_HEIGHT = 152, 54
_MAP = 830
"""How wide a map is: as the page's column."""

_SVG = Markup('<svg class="diagram" width="{}" height="{}" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}</svg>')
_ARROW = Markup(
    '<defs><marker id="{0}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path class="tip" d="M0 .8 7 4 0 7.2z"/></marker></defs>'
)
_LINE = Markup('<path class="{}" d="{}"{}/>')
_TEXT = Markup('<text class="{}" x="{}" y="{}"{}>{}</text>')
_RECT = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>')
_LINK = Markup('<a href="{}">{}</a>')
_MIDDLE, _END = Markup(' text-anchor="middle"'), Markup(' text-anchor="end"')
_MARKER = Markup(' marker-end="url(#{})"')


@dataclass(frozen=True, slots=True)
class Row:
    """A property in a box: its name, how often, what it takes, and the address of that where it is a class."""

    text: str
    times: str = ""
    target: str = ""
    href: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A class that points to the box, its address, and the property by which it does."""

    text: str
    href: str
    property: str


@dataclass(frozen=True, slots=True)
class Node:
    """A class on a map: what it is called in two ways, its address, its middle, and the kind that colours it."""

    text: str
    name: str
    href: str
    x: int
    y: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A line on a map: its path, its words and where their middle stands; what is derived is dashed."""

    path: str
    text: str
    x: int
    y: int
    derived: bool = False


def width(text: str) -> float:
    """How wide a text is drawn, near enough to place it.

    >>> width("指标"), width("unit")
    (26.0, 29.12)
    """
    return round(sum(_SIZE * (1 if east_asian_width(char) in "WF" else 0.56) for char in text), 2)


def box(title: str, name: str, rows: Sequence[Row], sources: Sequence[Source], words: str) -> Markup:
    """A class as UML draws one, what it points to on its right, and what points to it on its left.

    `name` is the class's local name, from which the arrow's id is made; `words` say what the picture is.
    """
    left = _left(sources)
    inner = max([width(f"{it.text}{it.times}") + 3 * _PAD for it in rows] + [width(title + name) + 3 * _PAD, 190])
    right = max([width(it.target) + 2 * _PAD for it in rows], default=0)
    height = max(_HEAD + _ROW * len(rows) + (8 if rows else 0), _ROW * len(sources) + 8)
    whole = round(left + inner + (_GAP + right if right else 0) + 2)
    marker = f"tip-{name}"
    drawn = Markup().join(
        [
            *_sources(sources, left, marker),
            _RECT.format("box", round(left), 1, round(inner), _HEAD + _ROW * len(rows) + (6 if rows else -2), 6),
            _TEXT.format("title", round(left + _PAD), 30, "", title),
            _TEXT.format("name", round(left + inner - _PAD), 30, _END, name),
            *_rows(rows, left, left + inner, marker),
        ]
    )
    return _SVG.format(whole, height + 1, whole, height + 1, words, _ARROW.format(marker), drawn)


def chart(nodes: Iterable[Node], edges: Iterable[Edge], bands: Sequence[tuple[int, int, str]], words: str) -> Markup:
    """A map of classes on bands given as (top, height, what stands on them)."""
    drawn = [
        *(_RECT.format("band", 0, top, _MAP, height, 8) for top, height, _ in bands),
        *(_TEXT.format("about", 14, top + 22, "", text) for top, _, text in bands),
        *(_edge(it) for it in edges),
        *(_node(it) for it in nodes),
    ]
    height = max(top + height for top, height, _ in bands)
    return _SVG.format(_MAP, height, _MAP, height, words, _ARROW.format("tip"), Markup().join(drawn))


def _left(sources: Sequence[Source]) -> float:
    """How much room what points to the box takes."""
    if not sources:
        return 1
    return max(width(it.text) for it in sources) + 2 * _PAD + max(width(it.property) for it in sources) + 56


def _sources(sources: Sequence[Source], left: float, marker: str) -> Iterable[Markup]:
    """The classes that point to the box; their lines join one that enters its head."""
    if not sources:
        return
    pill = max(width(it.text) for it in sources) + 2 * _PAD
    bus, entry = round(left - 24), _HEAD // 2
    for number, it in enumerate(sources):
        y = entry + number * _ROW
        yield _pill(it.text, it.href, 1, y, pill)
        yield _LINE.format("edge", f"M{round(pill + 1)} {y}H{bus}", "")
        yield _TEXT.format("label", round((pill + bus) / 2 + 1), y + 4, _MIDDLE, it.property)
    if len(sources) > 1:
        yield _LINE.format("edge", f"M{bus} {entry + (len(sources) - 1) * _ROW}V{entry}", "")
    yield _LINE.format("edge", f"M{bus} {entry}H{round(left - 1)}", _MARKER.format(marker))


def _rows(rows: Sequence[Row], left: float, right: float, marker: str) -> Iterable[Markup]:
    """The properties in the box, and what they take beside it."""
    if rows:
        yield _LINE.format("split", f"M{round(left)} {_HEAD - 4}H{round(right)}", "")
    for number, it in enumerate(rows):
        y = _HEAD + number * _ROW + 10
        faint = " faint" if it.faint else ""
        yield _TEXT.format(f"row{faint}", round(left + _PAD), y + 4, "", it.text)
        yield _TEXT.format("times", round(right - _PAD), y + 4, _END, it.times)
        if it.href:
            path = f"M{round(right)} {y}H{round(right + _GAP - 1)}"
            yield _LINE.format(f"edge{faint}", path, _MARKER.format(marker))
            yield _pill(it.target, it.href, right + _GAP, y, width(it.target) + 2 * _PAD)
        elif it.target:
            yield _TEXT.format("taken", round(right + _PAD), y + 4, "", it.target)


def _pill(text: str, href: str, x: float, y: int, wide: float) -> Markup:
    shape = _RECT.format("pill", round(x), y - _PILL // 2, round(wide), _PILL, _PILL // 2)
    return _LINK.format(href, shape + _TEXT.format("", round(x + wide / 2), y + 4, _MIDDLE, text))


def _node(it: Node) -> Markup:
    x, y = it.x - _NODE_WIDTH // 2, it.y - _NODE_HEIGHT // 2
    shape = _RECT.format(f"node {it.kind}".strip(), x, y, _NODE_WIDTH, _NODE_HEIGHT, 8)
    title = _TEXT.format("title", it.x, it.y - 1, _MIDDLE, it.text)
    return _LINK.format(it.href, shape + title + _TEXT.format("name", it.x, it.y + 17, _MIDDLE, it.name))


def _edge(it: Edge) -> Markup:
    line = _LINE.format("edge derived" if it.derived else "edge", it.path, _MARKER.format("tip"))
    return line + _TEXT.format("label", it.x, it.y, _MIDDLE, it.text)

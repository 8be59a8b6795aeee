"""The layout of a text: its blocks (headings, paragraphs, bullets, captions, bylines), halves of sentences joined.

A printed page breaks lines inside sentences and puts captions and boxes between the halves. A block is one stretch
that a reader takes in at once; what interrupts a sentence is a block of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loaders.press.view import View

__all__ = ["Block", "Shape", "blocks"]

_PIECES = 12  # the most lines that one sentence is broken into
_LONGEST = 2000  # the most characters of a block: longer ones are cut, so that time stays linear
_HEADING = 36  # the most characters of a line that can be a heading
_SCRAP = 2  # a line of one or two characters is a piece of a broken one
_NAME = 12  # the most characters of a bullet that is a heading
_PROSE = 18  # the fewest characters of a line that a break can have cut
_END = re.compile(r"[。！？!?;；:：…”’』」)\]}]$")
_COUNTED = re.compile(r"[0-9万亿][余多]?(?!个百$|[万亿][余多]?$|[平立]方$)[\u4e00-\u9fff]{1,2}$")
"""The end of a line of a box that ends with its figure; 0.6个百 and 5.2亿 go on."""
_HALVED = re.compile(r"[0-9]个百$")  # of 0.6个百分点
_DATED = re.compile(r"[^\s,，]{0,8}[年月来间期][,，]")  # no heading begins with a time and a comma
_MARKED = re.compile(r"[▲▼△▽■□◆◇●○•·★☆※►▶◀➤✓①-⑳❶-❿➊-➓\-—–@#><|]")
_BULLET = re.compile(r"(?:[-–—•·●○◆◇■□★☆►▶➤✓▲※]|[①-⑳❶-❿➊-➓])\s*(?=\S)")
_NUMBERED = re.compile(
    r"(?:[(（]?[一二三四五六七八九十]{1,3}(?:[)）]、?|、)|[一二三四五六七八九十]{1,2}(?:是|要)(?![0-9])"
    r"|[(（][0-9]{1,2}[)）]|[0-9]{1,2}(?:、|\.(?![0-9])))\s*"
)
_SPEAKER = re.compile(r"(?:记者|问|答|[\u4e00-\u9fff]{2,3})(?<![局委办院厅会])[:：](?=.)")
_CAPTION = re.compile(r"[▲△▼◀▶].{0,80}$|.{0,60}(?:[\s(](?:摄|供图|资料图片?|制图)\s*\)?$|\s\S{2,4}\s*摄$)|图为|资料图")
_BYLINE = re.compile(
    r"[\s□■(\[【|]*(?:[^\s,。;/]{2,16}(?:/[^\s,。;/]{2,16})*\s*)?(?:首席|见习|本报|全媒体)?(?:记者|通讯员|作者|责编|编辑|校对|来源|文/图)"
    r"[\s:][^,。;!?)\]】]{0,60}[)\]】|\s]*|\[来源[^,。;]{0,60}|[^,。;!?(]*(?:编辑|来源):[^,。;!?]*"
)
"""A line that says who wrote it and where; a sentence before or after the names makes it a text."""
_LEDE = re.compile(r"(?:[^,。;()]{0,12}讯\s*)?\((?:[^()]{0,20}(?:记者|通讯员)[\s:][^()]{0,40})\)\s*(?=.)")
"""What stands before the first sentence of a report: 本报讯(记者 …)."""
_RULE = re.compile(r"[-|:=_*\s]{3,}")
"""A line that is drawn, as under the head of a table."""
_PUBLIC = re.compile(r"公益广告")


class Shape(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    TEXT = "text"
    BULLET = "bullet"
    CAPTION = "caption"
    BYLINE = "byline"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that is read at once; `mark` is the length of the list mark before its words."""

    view: View
    shape: Shape
    mark: int = 0
    text: str = field(default="", repr=False)


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    shape: Shape
    mark: int
    text: str


def blocks(view: View) -> Iterator[Block]:
    """The blocks of a text in its order; a sentence that other lines interrupt is one block where it begins."""
    lines = list(_lines(view.text))
    taken: set[int] = set()
    for index, line in enumerate(lines):
        if index in taken:
            continue
        pieces = [(line.start, line.end)]
        at: int | None = index
        while len(pieces) < _PIECES and at is not None and (at := _continuation(lines, at, taken)) is not None:
            taken.add(at)
            pieces.append((lines[at].start, lines[at].end))
        mark = line.mark
        for piece in _portions(view.joined(pieces)):
            yield Block(piece, line.shape, mark, piece.text)
            mark = 0


def _portions(view: View) -> Iterator[View]:
    """A view in stretches of at most _LONGEST characters, cut at ends of sentences where there are any."""
    start = 0
    while len(view.text) - start > _LONGEST:
        cut = max(view.text.rfind(mark, start + 1, start + _LONGEST) for mark in "。;,、")
        stop = cut + 1 if cut > 0 else start + _LONGEST
        yield view.joined([(start, stop)])
        start = stop
    if start == 0:
        yield view
    else:
        yield view.joined([(start, len(view.text))])


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped and not _RULE.fullmatch(stripped):
            begin = start + len(raw) - len(raw.lstrip())
            shape, mark = _shape(stripped)
            yield _Line(begin, begin + len(stripped), shape, mark, stripped)
        start += len(raw) + 1


def _shape(line: str) -> tuple[Shape, int]:
    numbered = _NUMBERED.match(line)
    if len(line) <= 120 and (_BYLINE.fullmatch(line) or _PUBLIC.search(line)):
        return Shape.BYLINE, 0
    if len(line) <= 100 and _CAPTION.match(line):
        return Shape.CAPTION, 0
    bullet = _BULLET.match(line)
    mark = bullet.end() if bullet else numbered.end() if numbered else 0
    if bullet and (len(line) - mark > _NAME or re.search(r"[0-9](?!年(?![0-9]))(?![0-9]{0,3}年)", line)):
        return Shape.BULLET, mark
    if len(line) - mark <= _HEADING and not re.search(r"[。;；]", line) and not line.endswith((",", "、")):
        return Shape.HEADING, mark
    if not bullet and (spoken := _LEDE.match(line, mark) or _SPEAKER.match(line, mark)):
        mark = spoken.end()
    return (Shape.BULLET if bullet else Shape.TEXT), mark


def _continuation(lines: list[_Line], index: int, taken: set[int]) -> int | None:
    """The line that goes on where a line stops in the middle of a sentence; captions between them are passed over."""
    line = lines[index]
    if not _is_cut(line):
        return None
    for after in range(index + 1, min(index + 8, len(lines))):
        other = lines[after]
        if after in taken or other.shape in {Shape.CAPTION, Shape.BYLINE}:
            continue
        if other.mark or _MARKED.match(other.text):
            return None
        short = other.shape is Shape.HEADING and len(other.text) > _SCRAP
        next_is_prose = bool(re.search(r"[,。;]", other.text))
        if short and not next_is_prose:
            return None
        if other.shape is Shape.HEADING and len(other.text) <= _SCRAP:  # one or two characters on a line of their own
            return after
        return after if next_is_prose else None
    return None


def _is_cut(line: _Line) -> bool:
    """Whether a line stops in the middle of a sentence."""
    if len(line.text) <= _SCRAP:
        return True
    if _HALVED.search(line.text):
        return True
    if line.text.count("“") > line.text.count("”"):
        return len(line.text) > _NAME
    if _END.search(line.text) or _COUNTED.search(line.text):
        return False
    if line.shape is Shape.HEADING and _DATED.match(line.text):
        return True
    if len(line.text) < _PROSE:
        return False
    return line.shape is Shape.TEXT or (
        line.shape is Shape.BULLET and bool(re.search(r"[\u4e00-\u9fff,、]$", line.text))
    )

"""Marks on a text: every passage that an extraction speaks of, and the text cut wherever one begins or ends.

Passages nest and overlap, and none may be lost, so a text is cut into pieces of which each lies wholly inside or
outside of every passage. All offsets are those of the text, in Unicode code points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from loaders.press.layout import Shape, blocks
from loaders.press.view import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.model import Passage
    from loaders.press.extraction import Extraction

__all__ = ["Mark", "Paragraph", "Piece", "marks_of", "paragraphs"]

_BOLD = re.compile(r"\*\*")
_TITLE = 24  # the most characters of a heading that is set as one; longer ones are lines of a box


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage and what it is: claim, rejected, undertaking, doubt, agency, period, place, or markup of the text.

    `number` is the place of the claim or rejected number in its extraction, 1 the first; 0 for the others.
    """

    start: int
    end: int
    sort: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that no mark's end divides, and the marks over it, the shortest first."""

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]

    def mark(self, sort: str) -> Mark | None:
        """The shortest mark of a sort over the piece."""
        return next((mark for mark in self.marks if mark.sort == sort), None)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the text as it stands, in pieces; `apart` where a blank line stands before it."""

    shape: str
    apart: bool
    pieces: tuple[Piece, ...]


def marks_of(extraction: Extraction) -> list[Mark]:
    """The marks of an extraction, each once: a heading that names the agency of sixty claims is one."""
    marks: dict[Mark, None] = {}

    def add(passage: Passage, sort: str, number: int = 0) -> None:
        if passage.document == extraction.document.id:
            marks.setdefault(Mark(passage.start, passage.end, sort, number))

    for number, taken in enumerate(extraction.claims, start=1):
        add(taken.claim.passage, "claim", number)
        for sort, passage in taken.claim.stated_in.items():
            add(passage, sort)
    for number, rejected in enumerate(extraction.rejected, start=1):
        add(rejected.passage, "rejected", number)
    for involvement in extraction.involvements:
        add(involvement.passage, "undertaking")
    for finding in extraction.findings:
        for passage in finding.passages:
            add(passage, "doubt")
    for bold in _BOLD.finditer(extraction.document.text or ""):
        marks[Mark(bold.start(), bold.end(), "markup")] = None
    return list(marks)


def paragraphs(text: str, marks: Iterable[Mark]) -> Iterator[Paragraph]:
    """The lines of a text that are not blank, each in its pieces; what lies outside of the text is not there."""
    shapes = _shapes(text)
    starts = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    pieces = _pieces(text, [it for it in marks if it.start < len(text)], [*starts, *ends])
    apart, piece = False, next(pieces, None)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        own = []
        while piece is not None and piece.start < end:
            own.append(piece)
            piece = next(pieces, None)
        if piece is not None and piece.start == end:  # the line's end
            piece = next(pieces, None)
        if text[start:end].strip():
            yield Paragraph(_shape(shapes.get(start, Shape.TEXT), text[start:end], number), apart, tuple(own))
            apart = False
        else:
            apart = True


def _pieces(text: str, marks: Sequence[Mark], cuts: Sequence[int]) -> Iterator[Piece]:
    """The text cut at the ends of all marks and at some more places."""
    opening: dict[int, list[Mark]] = {}
    closing: dict[int, list[Mark]] = {}
    for mark in marks:
        opening.setdefault(mark.start, []).append(mark)
        closing.setdefault(min(mark.end, len(text)), []).append(mark)
    open_marks: dict[Mark, None] = {}
    covering: tuple[Mark, ...] = ()
    for start, end in pairwise(sorted({*opening, *closing, *cuts, 0, len(text)})):
        if start in opening or start in closing:
            for mark in closing.get(start, ()):
                open_marks.pop(mark)
            open_marks |= dict.fromkeys(opening.get(start, ()))
            covering = tuple(sorted(open_marks, key=lambda it: (it.end - it.start, it.start, it.sort, it.number)))
        yield Piece(start, end, text[start:end], covering)


def _shapes(text: str) -> dict[int, Shape]:
    """The shape of each line by its start, as the extractor sees it."""
    shapes: dict[int, Shape] = {}
    for block in blocks(fold_text(text)):
        first = block.view.offsets[0]
        shapes[text.rfind("\n", 0, first) + 1] = block.shape
    return shapes


def _shape(shape: Shape, line: str, number: int) -> str:
    if number == 0 and len(line) <= _TITLE * 2:
        return "title"
    if shape is Shape.HEADING and len(line.strip()) > _TITLE:
        return "text"
    return shape.value

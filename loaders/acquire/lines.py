"""Running text and breaks put together into lines; the cells of a table row become one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from loaders.acquire.acquired import tidy

__all__ = ["Line", "Lines"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and how many of its characters belong to links."""

    text: str
    linked: int = 0


@dataclass(slots=True)
class Lines:
    """The lines so far (`done`) and the one that is open."""

    done: list[Line] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _linked: int = 0
    _rows: list[list[int]] = field(default_factory=list)
    _aside: list[tuple[list[str], int, list[list[int]]]] = field(default_factory=list)

    def add(self, text: str | None, *, linked: bool = False) -> None:
        """Text that continues the line."""
        if text:
            self._open.append(text)
            if linked:
                self._linked += len(tidy(text))

    def end(self) -> None:
        """The end of a line; one without text is none."""
        if self._open:
            text = tidy("".join(self._open))
            if text:
                self.done.append(Line(text, min(self._linked, len(text))))
            self._open.clear()
            self._linked = 0

    def start_row(self) -> None:
        """The beginning of a table row."""
        self.end()
        self._rows.append([])

    def start_cell(self) -> None:
        """The beginning of a cell."""
        self.end()
        if self._rows:
            self._rows[-1].append(len(self.done))

    def end_row(self) -> None:
        """The end of a row: its cells become one line, set apart by tabs, where none of them has several lines."""
        self.end()
        starts = self._rows.pop() if self._rows else []
        cells = [self.done[start:end] for start, end in pairwise([*starts, len(self.done)])]
        if any(cells) and all(len(cell) < 2 for cell in cells):
            text = "\t".join(cell[0].text if cell else "" for cell in cells)
            linked = sum(cell[0].linked for cell in cells if cell)
            self.done[starts[0] :] = [Line(text.strip(), linked)]

    def start_aside(self) -> None:
        """The beginning of a text box: its lines come before the line that it interrupts."""
        self._aside.append((self._open, self._linked, self._rows))
        self._open, self._linked, self._rows = [], 0, []

    def end_aside(self) -> None:
        """The end of a text box."""
        self.end()
        if self._aside:
            self._open, self._linked, self._rows = self._aside.pop()

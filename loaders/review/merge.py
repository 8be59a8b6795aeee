"""Merging a reviewed sheet with a new extraction of its document: what a person decided survives any rules.

Rows are compared as they stand in the sheet, so that a person's cells are kept to the letter.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.lexicon import fold
from kg.model import Review
from loaders.sheet import CLAIM_COLUMNS, INVOLVEMENT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loaders.writing import Row

__all__ = ["CLAIMS", "INVOLVEMENTS", "Change", "Merged", "SheetKind", "decided", "merge", "overlap", "span"]

_DECISION = ("review", "reviewer", "note")
_HALF = 0.5
_Rival = tuple[int, int, bool]
"""The numbers of an old and a new row, and whether they state the same."""


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of sheet: its columns, and the columns that say which row is meant where one passage holds several."""

    name: str
    columns: tuple[str, ...]
    title: str
    identity: tuple[str, ...] = ()

    @property
    def compared(self) -> tuple[str, ...]:
        """The columns that rules fill."""
        return tuple(name for name in self.columns if name not in {"document", *_DECISION})


CLAIMS = SheetKind("claims", CLAIM_COLUMNS, "surface")
INVOLVEMENTS = SheetKind("involvements", INVOLVEMENT_COLUMNS, "undertaking", ("agency", "role", "undertaking"))


@dataclass(frozen=True, slots=True)
class Change:
    """What a merge did with a row, or with one of its cells.

    `action` is `added` (the rules make it now), `dropped` (they no longer do), `changed` (they read a cell
    otherwise), `kept` (a person decided and the rules differ; without a field, they make no such row), `moved` (a
    decided row points to a whole that now starts elsewhere or was rejected) or `decided` (a decision was entered).
    """

    action: str
    start: int
    end: int
    title: str
    field: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """The rows of the merged sheet, in the order of the text, and what changed."""

    rows: tuple[Row, ...]
    changes: tuple[Change, ...]


def merge(kind: SheetKind, old: Sequence[Row], new: Sequence[Row]) -> Merged:
    """The rows of a sheet merged with those of a new extraction of the same text.

    Decided rows stand as they are; a new row that states the same (the same characters, or at least half of
    their union) is left out. The other new rows take the place of the proposed ones. A proposed row that the
    rules no longer make stays only where a decided row is part of it. Merging again changes nothing.
    """
    return _Merger(kind, old, new).merged()


def decided(row: Row) -> bool:
    """Whether a person decided about a row."""
    return row["review"] != Review.PROPOSED


def span(row: Row) -> tuple[int, int]:
    """The characters of a row."""
    return int(row["start"]), int(row["end"])


def overlap(one: Row, other: Row) -> float:
    """The common characters of two rows as a part of their union."""
    (a, b), (c, d) = span(one), span(other)
    return max(0, min(b, d) - max(a, c)) / (max(b, d) - min(a, c))


class _Merger:
    def __init__(self, kind: SheetKind, old: Sequence[Row], new: Sequence[Row]) -> None:
        self._kind = kind
        self._decided = [row for row in old if decided(row)]
        self._proposed = [row for row in old if not decided(row)]
        rivals = _rivals(kind, self._decided, new)
        self._readings = _paired(rivals)
        self._wholes = self._new_wholes(rivals, new)
        self._new = [_pointing(row, self._wholes) for row in new]
        barred = {*self._readings.values(), *(y for _, y, same in rivals if same)}
        self._fresh = [row for number, row in enumerate(self._new) if number not in barred]
        self._successors = _paired(_rivals(kind, self._proposed, self._fresh))
        self._changes: list[Change] = []

    def merged(self) -> Merged:
        kept = self._moved()
        stays = self._needed(kept)
        for number, row in enumerate(self._decided):
            self._tell_kept(row, self._new[self._readings[number]] if number in self._readings else None)
        for number, row in enumerate(self._proposed):
            if number in self._successors:
                self._tell_cells("changed", row, self._fresh[self._successors[number]])
            elif number not in stays:
                self._tell("dropped", row)
        followed = set(self._successors.values())
        for number, row in enumerate(self._fresh):
            if number not in followed:
                self._tell("added", row)
        rows = [*kept, *(_pointing(self._proposed[number], self._gone()) for number in sorted(stays)), *self._fresh]
        changes = sorted(self._changes, key=lambda it: (it.start, it.end))
        return Merged(tuple(sorted(rows, key=span)), tuple(changes))

    def _new_wholes(self, rivals: Sequence[_Rival], new: Sequence[Row]) -> dict[str, str]:
        """The starts of new rows that decided ones stand for, and where those start; nowhere for a rejected one."""
        wholes: dict[str, str] = {}
        for x, y, same in reversed(rivals):
            row, start = self._decided[x], new[y]["start"]
            if same or self._readings.get(x) == y:
                wholes[start] = wholes.get(start, "") if row["review"] == Review.REJECTED else row["start"]
        return wholes

    def _gone(self) -> dict[str, str]:
        """The starts of rejected rows, of which nothing can be a part."""
        fresh = {row["start"] for row in self._fresh}
        rejected = (row["start"] for row in self._decided if row["review"] == Review.REJECTED)
        return {start: "" for start in rejected if start not in fresh}

    def _moved(self) -> list[Row]:
        """The decided rows, pointing to where their wholes start now."""
        there = {row["start"] for row in self._decided if row["review"] != Review.REJECTED}
        heirs = {self._proposed[x]["start"]: self._fresh[y]["start"] for x, y in self._successors.items()}
        ends = {**self._gone(), **self._wholes, **heirs}
        starts = {start: heir for start, heir in ends.items() if start not in there}
        kept = [_pointing(row, starts) for row in self._decided]
        for row, moved in zip(self._decided, kept, strict=True):
            if moved != row:
                self._tell("moved", row, "part_of", row["part_of"], moved["part_of"])
        return kept

    def _needed(self, kept: Sequence[Row]) -> set[int]:
        """The proposed rows that the rules no longer make and that kept rows are part of."""
        gone = {row["start"]: x for x, row in enumerate(self._proposed) if x not in self._successors}
        there = {row["start"] for row in [*kept, *self._fresh] if row["review"] != Review.REJECTED}
        pending = [row for row in kept if row["review"] != Review.REJECTED]
        needed: set[int] = set()
        while pending:
            start = pending.pop().get("part_of", "")
            if start in gone and start not in there:
                needed.add(gone[start])
                there.add(start)
                pending.append(self._proposed[gone[start]])
        return needed

    def _tell_kept(self, row: Row, reading: Row | None) -> None:
        if row["review"] == Review.REJECTED:
            if reading is not None and span(reading) != span(row):
                self._tell_cells("kept", row, reading, ("start", "end"))
        elif reading is None:
            self._tell("kept", row)
        else:
            self._tell_cells("kept", row, reading, [name for name in self._kind.compared if name != "stated_in"])

    def _tell_cells(self, action: str, old: Row, new: Row, fields: Sequence[str] | None = None) -> None:
        for name in fields or self._kind.compared:
            if old[name] != new[name]:
                self._tell(action, old, name, old[name], new[name])

    def _tell(self, action: str, row: Row, field: str = "", old: str = "", new: str = "") -> None:
        self._changes.append(Change(action, *span(row), row[self._kind.title], field, old, new))


def _rivals(kind: SheetKind, old: Sequence[Row], new: Sequence[Row]) -> list[_Rival]:
    """Pairs of an old and a new row on much the same characters, the best first.

    Involvements agree in two of agency, role and undertaking too, since people correct one of them; with a
    rejected one, in all three.
    """
    ranked = []
    for x, y in _near(old, new):
        share = overlap(old[x], new[y])
        differing = sum(fold(old[x][name]) != fold(new[y][name]) for name in kind.identity)
        if share >= _HALF and differing <= (0 if old[x]["review"] == Review.REJECTED else 1):
            ranked.append((differing, -share, x, y))
    return [(x, y, not differing) for differing, _, x, y in sorted(ranked)]


def _near(old: Sequence[Row], new: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """The numbers of rows that touch, found by their starts: not every row is compared with every other."""
    order = sorted(range(len(new)), key=lambda number: span(new[number]))
    starts = [span(new[number])[0] for number in order]
    longest = max((end - start for start, end in map(span, new)), default=0)
    for x, row in enumerate(old):
        start, end = span(row)
        for place in range(bisect_left(starts, start - longest), bisect_left(starts, end)):
            yield x, order[place]


def _paired(rivals: Sequence[_Rival]) -> dict[int, int]:
    """One new row at most for each old row, the best pairs first."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for x, y, _ in rivals:
        if x not in pairs and y not in taken:
            pairs[x] = y
            taken.add(y)
    return pairs


def _pointing(row: Row, starts: Mapping[str, str]) -> Row:
    """A row that is part of another one, pointing to where that starts now."""
    part_of = row.get("part_of", "")
    return {**row, "part_of": starts[part_of]} if part_of in starts else row

"""Sorting lines that do not fit in memory: by their first word, in runs on the disk that are merged.

A run is a temporary file without a name where the system allows one (POSIX), so nothing is left of it however the
process ends. They stand where Python's `tempfile` puts them: the environment variable TMPDIR moves them.
"""

from __future__ import annotations

import heapq
import re
import tempfile
from contextlib import suppress
from itertools import chain, groupby
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Protocol

from kg.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

__all__ = ["PIECE", "ROOM", "Kept", "Sorter", "Target", "gathered"]

PIECE = 1 << 18
"""Bytes that are read and handed on at a time."""

ROOM = 32 << 20
"""Bytes of lines that a sorter holds before it puts them on the disk."""

_FAN = 100  # runs that are merged at a time: each is an open file, of which some systems allow 256
_READ = 1 << 16  # bytes that are read of each run at a time
_RECORD = 200  # bytes that a record takes beside its lines, about
_KEY = itemgetter(0)

# All lines in a row that begin with the same word. Words hold no space, lines end with a line feed only.
_SAME_WORD = re.compile(rb"([^ \n]+ ).*\n(?:\1.*\n)*")


class Target(Protocol):
    """What is written to: of a file, what Oxigraph calls."""

    def write(self, data: bytes, /) -> int:
        """Take all of these bytes; their number."""

    def flush(self) -> None:
        """Nothing more comes for now."""


class Kept:
    """Bytes put aside in a temporary file: written once, then read as often as wanted, until it is closed.

    Raises UnreadableError where the temporary folder is full or cannot be written to.
    """

    def __init__(self, chunks: Iterable[bytes] = ()) -> None:
        """Put these aside; more can follow by `write`."""
        try:
            self._file: IO[bytes] = tempfile.TemporaryFile(buffering=_READ)  # noqa: SIM115 - `close` closes it
        except OSError as error:
            raise _full(error) from error
        try:
            for chunk in chunks:
                self.write(chunk)
        except BaseException:
            self.close()
            raise

    def write(self, chunk: bytes) -> int:
        """Add bytes; their number."""
        try:
            return self._file.write(chunk)
        except OSError as error:
            raise _full(error) from error

    def flush(self) -> None:
        """See to it that everything is written."""
        try:
            self._file.flush()
        except OSError as error:
            raise _full(error) from error

    def pieces(self) -> Iterator[bytes]:
        """Everything, in pieces of PIECE bytes."""
        self.flush()
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece

    def lines(self) -> Iterator[bytes]:
        """Everything, in pieces of whole lines."""
        self.flush()
        self._file.seek(0)
        while piece := self._file.read(_READ):
            yield piece + self._file.readline()

    def close(self) -> None:
        """Remove the file."""
        with suppress(OSError):  # what did not reach a full disk is not wanted any more
            self._file.close()

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Sorter:
    """Takes lines and gives them back in groups of the same first word, the groups in the order of a key.

    The word goes to `key` with the space after it, and no two words have the same key. What it holds of the lines
    takes about `room` bytes of memory, whatever comes; only a single group is in memory whole. Within a group the
    lines are in no particular order. Raises UnreadableError where the temporary folder is full.
    """

    def __init__(self, key: Callable[[bytes], bytes] | Callable[[bytes], str], room: int = ROOM) -> None:
        self._key, self._room = key, room
        self._held: list[tuple[bytes | str, bytes]] = []
        self._size = 0
        self._levels: list[list[Kept]] = []

    def add(self, lines: bytes) -> None:
        """Take whole lines."""
        before = len(self._held)
        self._held += self._records([lines])
        self._size += len(lines) + _RECORD * (len(self._held) - before)
        if self._size >= self._room:
            self._keep(0, self._in_order())
            self._held, self._size = [], 0

    def groups(self) -> Iterator[bytes]:
        """The lines of each word, joined, once everything was taken."""
        records = self._merged([*chain.from_iterable(self._levels)], self._in_order())
        for _, group in groupby(records, key=_KEY):
            yield b"".join([lines for _, lines in group])

    def _records(self, pieces: Iterable[bytes]) -> Iterator[tuple[bytes | str, bytes]]:
        key = self._key
        return ((key(match[1]), match[0]) for piece in pieces for match in _SAME_WORD.finditer(piece))

    def _in_order(self) -> list[tuple[bytes | str, bytes]]:
        self._held.sort(key=_KEY)
        return self._held

    def _merged(
        self, runs: list[Kept], held: Iterable[tuple[bytes | str, bytes]] = ()
    ) -> Iterable[tuple[bytes | str, bytes]]:
        if not runs:
            return held
        return heapq.merge(*(self._records(run.lines()) for run in runs), held, key=_KEY)

    def _keep(self, level: int, records: Iterable[tuple[bytes | str, bytes]]) -> None:
        """Write a run; when there are many of a level, they become one of the next, so that few files are open."""
        if level == len(self._levels):
            self._levels.append([])
        runs = self._levels[level]
        runs.append(Kept(gathered(lines for _, lines in records)))
        if len(runs) == _FAN:
            self._keep(level + 1, self._merged(runs))
            while runs:
                runs.pop().close()

    def __enter__(self) -> Sorter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for run in chain.from_iterable(self._levels):
            run.close()


def gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of about PIECE."""
    some: list[bytes] = []
    size = 0
    for chunk in chunks:
        some.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            yield b"".join(some)
            some, size = [], 0
    if some:
        yield b"".join(some)


def _full(error: OSError) -> UnreadableError:
    return UnreadableError(
        f"临时文件写不了，可用环境变量 TMPDIR 换一个文件夹：{error}",
        f"a temporary file cannot be written; the environment variable TMPDIR names another folder: {error}",
        file=tempfile.tempdir,
    )

"""The quads of a graph as sorted lines of N-Quads, wherever it lies: in a store, a release or a file.

Everything that compares two graphs reads them here, so that memory is bounded whatever their size.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from kg.errors import UnreadableError, UsageError
from kg.export import EXPORTERS
from kg.sorting import Kept, Sorter
from kg.store import open_store
from kg.terms import GRAPHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from kg.store import Store

__all__ = ["RELEASE", "Quads", "changed_quads", "changed_subjects", "sorted_quads"]

RELEASE = "kg.nq.gz"
"""The file of a release that holds every quad."""

_FORMATS = {".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG}
_NOTES = f"<{GRAPHS['build']}"
_MAGIC = b"\x1f\x8b"


class Quads:
    """A graph as sorted lines of N-Quads, each once; `sha256` is that of the lines with their ends.

    Iterating gives the lines without their ends, from the start each time, one iteration at a time.
    """

    def __init__(self, kept: Kept) -> None:
        """Take sorted lines that were put aside."""
        self._kept = kept
        digest = hashlib.sha256()
        for piece in kept.pieces():
            digest.update(piece)
        self.sha256 = digest.hexdigest()

    def __iter__(self) -> Iterator[str]:
        for piece in self._kept.lines():
            yield from piece.decode().removesuffix("\n").split("\n")


@contextmanager
def sorted_quads(source: Path | Store) -> Iterator[Quads]:
    """Yield the quads of a store, of a folder (a store's or a release's) or of a file (.nq or .trig, also .gz).

    They lie in a temporary file until the end of the block. Build notes are left out, as in an export. Raises
    UnreadableError for what is not there, is damaged or has blank nodes (which no comparison can tell apart),
    and UsageError for a file with another suffix.
    """
    with Kept(_chunks(source)) as kept:
        yield Quads(kept)


def changed_quads(before: Iterable[str], after: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The lines that only one of two sorted graphs has, in order: ("D", line) of the first, ("A", line) of the next."""
    old, new = iter(before), iter(after)
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        if left == right:
            left, right = next(old, None), next(new, None)
        elif right is None or (left is not None and left < right):
            yield "D", cast("str", left)
            left = next(old, None)
        else:
            yield "A", right
            right = next(new, None)


def changed_subjects(before: Iterable[str], after: Iterable[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each subject of which two sorted graphs say something else: its IRI, and all its lines in either."""
    old, new = groupby(before, key=_head), groupby(after, key=_head)
    left, right = _taken(old), _taken(new)
    while left or right:
        if left and right and left[0] == right[0]:
            if left[1] != right[1]:
                yield left[0][1:-2], left[1], right[1]
            left, right = _taken(old), _taken(new)
        elif left and (not right or left[0] < right[0]):
            yield left[0][1:-2], left[1], []
            left = _taken(old)
        elif right:
            yield right[0][1:-2], [], right[1]
            right = _taken(new)


def _head(line: str) -> str:
    """The subject with its closing bracket, by which subjects are in the order of their lines."""
    return line[: line.index("> ") + 2]


def _taken(groups: Iterator[tuple[str, Iterator[str]]]) -> tuple[str, list[str]] | None:
    found = next(groups, None)
    return (found[0], list(found[1])) if found else None


def _chunks(source: Path | Store) -> Iterator[bytes]:
    """The sorted lines of a source; those of an export are sorted already."""
    if not isinstance(source, Path):
        return EXPORTERS["nquads"](source)
    if not source.exists():
        raise UnreadableError("没有这个文件或文件夹", "there is no such file or folder", file=source)
    if (source / "store.json").is_file():
        return EXPORTERS["nquads"](open_store(source))
    if source.is_dir():
        if not (source / RELEASE).is_file():
            raise UnreadableError(
                f"既不是存储（store.json），也不是发布包（{RELEASE}）",
                f"is neither a store (store.json) nor a release ({RELEASE})",
                file=source,
            )
        source = source / RELEASE
    return _sorted(source)


def _sorted(path: Path) -> Iterator[bytes]:
    with Sorter(lambda subject: subject) as sorter:
        with Kept() as lines:
            _read(path, cast("IO[bytes]", lines))  # of a file, Oxigraph calls only write and flush
            for piece in lines.lines():
                sorter.add(piece)
        for group in sorter.groups():
            yield b"".join(sorted(set(group.splitlines(keepends=True))))


def _read(path: Path, lines: IO[bytes]) -> None:
    """Write the quads of a file as lines of canonical N-Quads, in the file's order."""
    suffix = Path(path.name.removesuffix(".gz")).suffix
    if suffix not in _FORMATS:
        known = ", ".join(_FORMATS)
        raise UsageError(
            f"{path} 不是存储、发布包或四元组文件（{known}，可加 .gz）",
            f"{path} is no store, no release and no file of quads ({known}, also with .gz)",
        )
    try:
        with _opened(path) as handle:
            quads = _told(ox.parse(handle, format=_FORMATS[suffix]), path)
            ox.serialize(quads, lines, format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise UnreadableError(
            f"不是合格的 RDF：{error.msg}", f"is not valid RDF: {error.msg}", file=path, row=error.lineno
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(f"无法读取：{error}", f"cannot be read: {error}", file=path) from error


def _told(quads: Iterable[ox.Quad], path: Path) -> Iterator[ox.Quad]:
    """The quads without build notes; raises UnreadableError for a blank node."""
    graphs: dict[object, bool] = {}
    for quad in quads:
        graph = quad.graph_name
        if graph not in graphs:
            graphs[graph] = not str(graph).startswith(_NOTES)
        if ox.BlankNode in (type(quad.subject), type(quad.object), type(graph)):
            raise UnreadableError("含空白节点，无法比较", "has blank nodes: they cannot be compared", file=path)
        if graphs[graph]:
            yield quad


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as handle:
        packed = handle.read(2) == _MAGIC
    return cast("IO[bytes]", gzip.open(path)) if packed else path.open("rb")

"""Where the graph lives: one small protocol, embedded Oxigraph on disk and any remote SPARQL 1.1 server.

The embedded store is a folder of generations. A build clones the published one (hard links), writes to the
clone and publishes it by renaming one small file; nothing ever writes to a published generation. So readers
need no lock, and a build that is killed at any moment leaves the last good graph as it was.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

import pyoxigraph as ox

from kg.answer import Answer, from_oxigraph
from kg.errors import UnreadableError, UsageError
from kg.files import locked

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from kg.sorting import Target

__all__ = ["OxigraphStore", "Store", "open_store", "published", "rebuild"]

_POINTER = "store.json"


class Store(Protocol):
    """What the program asks of a store. The default graph is the union of the named graphs."""

    def query(self, text: str) -> Answer:
        """The whole answer to a SPARQL 1.1 query; raises UsageError where the query is not valid."""

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""

    def replace(self, graph: str, triples: str) -> None:
        """Make a named graph hold just these N-Triples, in one step: no reader sees anything between."""

    def drop(self, graph: str) -> None:
        """Remove a named graph, in one step; one that does not exist is no fault."""

    def keep(self, graph: str) -> None:
        """Let a named graph stand as it did before this build; one that did not exist is no fault."""

    def read(self, graph: str) -> str:
        """The triples of a named graph as N-Triples, in no particular order."""

    def copy(self, graph: str, target: Target) -> None:
        """Write the triples of a named graph as N-Triples to an open file, in no particular order.

        The same lines as `read`, without holding them; what the file raises is passed on.
        """

    def dump(self) -> Iterator[str]:
        """Every quad as a line of N-Quads without its line end, in no particular order."""


class OxigraphStore:
    """An embedded store: a generation on disk, or one in memory for tests and small work."""

    def __init__(
        self, store: ox.Store | None = None, *, bulk: bool = False, previous: OxigraphStore | None = None
    ) -> None:
        """Wrap a pyoxigraph store; `bulk` for a new one that nobody reads before it is complete."""
        self._store = store if store is not None else ox.Store()
        self._bulk = bulk
        self._previous = previous

    def query(self, text: str) -> Answer:
        """See Store."""
        try:
            return from_oxigraph(self._store.query(text, use_default_graph_as_union=True))
        except SyntaxError as error:
            raise UsageError(f"SPARQL 语法错误：{error.msg}", f"SPARQL syntax error: {error.msg}") from error

    def graphs(self) -> list[str]:
        """See Store."""
        return sorted(graph.value for graph in self._store.named_graphs() if isinstance(graph, ox.NamedNode))

    def replace(self, graph: str, triples: str) -> None:
        """See Store."""
        if self._bulk and not self._store.contains_named_graph(ox.NamedNode(graph)):
            self._store.bulk_load(input=triples.encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))
        else:
            self._store.update(f"DROP SILENT GRAPH <{graph}> ; INSERT DATA {{ GRAPH <{graph}> {{ {triples} }} }}")

    def drop(self, graph: str) -> None:
        """See Store."""
        self._store.update(f"DROP SILENT GRAPH <{graph}>")

    def keep(self, graph: str) -> None:
        """See Store; a fresh store copies the graph from the generation before it."""
        if self._previous is not None:
            self._store.bulk_extend(self._previous.quads(graph))

    def quads(self, graph: str) -> Iterator[ox.Quad]:
        """The quads of one named graph."""
        return self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph))

    def read(self, graph: str) -> str:
        """See Store."""
        data = self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))
        return data.decode() if data else ""

    def copy(self, graph: str, target: Target) -> None:
        """See Store."""
        out = cast("IO[bytes]", target)
        self._store.dump(out, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))

    def dump(self) -> Iterator[str]:
        """See Store."""
        return (f"{quad} ." for quad in self._store)

    def finish(self) -> int:
        """Put a written store in its best order and onto the disk; the number of its quads."""
        if self._bulk:
            self._store.optimize()
        self._store.flush()
        return len(self._store)

    def close(self) -> None:
        """Let go of the files: pyoxigraph closes a store when nothing refers to it."""
        self._store = ox.Store()

    def clone(self, path: Path) -> None:
        """Write a copy to a new folder; on one file system its large files are hard links."""
        self._store.backup(str(path))


def published(path: Path) -> Path:
    """The folder of the published generation, which nothing writes to; raises UnreadableError where there is none."""
    return path / str(_required(path)["generation"])


def open_store(path: Path) -> OxigraphStore:
    """The published generation of an embedded store, for reading.

    Raises UnreadableError where there is none, or where its files are not those that were published.
    """
    pointer = _required(path)
    generation = path / str(pointer["generation"])
    sizes = _sizes(generation)
    if any(sizes.get(name) != size for name, size in dict(pointer["files"]).items()):
        raise UnreadableError(
            "存储已损坏（文件缺失或大小改变），请运行 kg build --force 重建",
            "is damaged (files are missing or have changed size): rebuild it with kg build --force",
            file=generation,
        )
    try:
        return OxigraphStore(ox.Store.read_only(str(generation)))
    except (OSError, RuntimeError) as error:
        raise UnreadableError(
            f"存储打不开，请运行 kg build --force 重建：{error}",
            f"cannot be opened: rebuild it with kg build --force: {error}",
            file=generation,
        ) from error


@contextmanager
def rebuild(path: Path, *, fresh: bool = False) -> Iterator[OxigraphStore]:
    """A store to write to: a clone of the published generation, or an empty one if `fresh` or the first.

    It is published when the block ends well; after an exception or a kill the old one stays. One build at a
    time: a second one raises UsageError.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnreadableError(f"不能用作存储：{error}", f"cannot hold a store: {error}", file=path) from error
    with locked(path / "lock"):
        pointer, previous = _previous(path, damaged=fresh)
        number = 1 + max([int(name.name[2:]) for name in path.glob("g-*") if name.name[2:].isdigit()], default=0)
        generation = path / f"g-{number:06d}"
        _sweep(path, keep={str(pointer["generation"])} if pointer else set())
        if previous and not fresh:
            previous.clone(generation)
        try:
            quads = yield from _written(generation, previous if fresh else None, bulk=fresh or not previous)
        except BaseException:
            shutil.rmtree(generation, ignore_errors=True)
            raise
        _publish(path, {"files": _sizes(generation), "generation": generation.name, "quads": quads})
        _sweep(path, keep={generation.name, *([str(pointer["generation"])] if pointer else [])})


def _previous(path: Path, *, damaged: bool) -> tuple[dict[str, Any] | None, OxigraphStore | None]:
    """The published generation's pointer and store; where they may be `damaged`, nothing instead of an error."""
    try:
        pointer = _read_pointer(path)
    except UnreadableError:
        if not damaged:
            raise
        return None, None
    try:
        return pointer, open_store(path) if pointer else None
    except UnreadableError:
        if not damaged:
            raise
        return pointer, None


def _written(generation: Path, previous: OxigraphStore | None, *, bulk: bool) -> Generator[OxigraphStore, None, int]:
    """Yield the generation's store; return its number of quads once it is closed and on disk."""
    store = OxigraphStore(ox.Store(str(generation)), bulk=bulk, previous=previous)
    try:
        yield store
        return store.finish()
    finally:
        store.close()


def _required(path: Path) -> dict[str, Any]:
    pointer = _read_pointer(path)
    if pointer is None:
        raise UnreadableError("这里还没有图，请先运行 kg build", "holds no graph yet: run kg build first", file=path)
    return pointer


def _read_pointer(path: Path) -> dict[str, Any] | None:
    try:
        pointer = json.loads((path / _POINTER).read_text("utf-8"))
        return {key: pointer[key] for key in ("files", "generation", "quads")}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UnreadableError(
            f"存储的目录文件读不了，请运行 kg build --force 重建：{error}",
            f"the store's pointer cannot be read: rebuild it with kg build --force: {error}",
            file=path / _POINTER,
        ) from error


def _publish(path: Path, pointer: dict[str, object]) -> None:
    """Make a generation the published one: a rename, with everything before it on the disk."""
    fresh = path / f"{_POINTER}.new"
    with fresh.open("w", encoding="utf-8") as handle:
        json.dump(pointer, handle, indent=1, sort_keys=True)
        handle.write("\n")
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path / _POINTER)


def _sizes(generation: Path) -> dict[str, int]:
    """The files of a generation that hold data, and their sizes."""
    if not generation.is_dir():
        return {}
    kept = (file for file in generation.iterdir() if not file.name.startswith(("LOG", "LOCK", "OPTIONS")))
    return {file.name: file.stat().st_size for file in sorted(kept)}


def _sweep(path: Path, keep: set[str]) -> None:
    """Remove generations that no reader can need: all but the published one and the one before it."""
    for folder in path.glob("g-*"):
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)

"""Exports: the whole graph in the formats of the field, the same bytes for the same graph, in constant memory.

Everything goes through a sort on the disk (`kg.sorting`), as text: the store hands out lines of N-Triples, and no
term is made of them. Turtle, TriG and JSON-LD are put aside whole before the first byte is given, because their head
names the prefixes that the body uses.
"""

from __future__ import annotations

import re
from functools import partial
from typing import IO, TYPE_CHECKING, Protocol, cast

import pyoxigraph as ox

from kg.sorting import PIECE, ROOM, Kept, Sorter, gathered
from kg.terms import BASE, GRAPHS, PREFIXES
from kg.turtle import Namer, Transcriber, natural, prefixes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.store import Store

__all__ = ["EXPORTERS", "Exporter", "graphs_of"]

_IRI_OR_STRING = re.compile(rb'<[^>]*>|"(?:[^"\\]|\\.)*"')
_KEPT_NAMES = (b'"', f"<{PREFIXES['cj']}".encode(), f"<{PREFIXES['cjs']}".encode(), f"<{BASE}ontology>".encode())
_OWN = f"<{BASE}".encode()


class Exporter(Protocol):
    """Writes the whole graph in one format."""

    def __call__(self, store: Store, base: str = BASE, room: int = ROOM) -> Iterator[bytes]:
        """The bytes of the graph in chunks of about PIECE, the same for the same graph.

        With another `base`, every IRI below the project's own is written below that one; the ontology's terms
        keep their namespace. `room` is how many bytes of the graph are in memory at a time, about; the rest is in
        temporary files, about as much as the graph in N-Quads. Raises UnreadableError where there is no place for them.
        """


def graphs_of(store: Store) -> list[str]:
    """The IRIs of the named graphs that an export holds, the vocabulary first, then by name.

    Build notes are no data, and a server may have graphs of others.
    """
    own, notes = f"{BASE}graph/", GRAPHS["build"]
    found = (graph for graph in store.graphs() if graph.startswith(own) and not graph.startswith(notes))
    return sorted(found, key=lambda graph: (graph != GRAPHS["vocabulary"], graph))


def _nquads(store: Store, base: str = BASE, room: int = ROOM) -> Iterator[bytes]:
    """Sorted N-Quads: the canonical dump, since no node is blank."""
    with Sorter(_word, room) as sorter:
        _take(store, graphs_of(store), base, sorter, named=True)
        yield from gathered(map(_sorted_lines, sorter.groups()))


def _ntriples(store: Store, base: str = BASE, room: int = ROOM) -> Iterator[bytes]:
    with Sorter(_word, room) as sorter:
        _take(store, graphs_of(store), base, sorter)
        yield from gathered(map(_sorted_lines, sorter.groups()))


def _turtle(store: Store, base: str = BASE, room: int = ROOM) -> Iterator[bytes]:
    """One block an entity, whichever graphs speak of it."""
    namer = Namer(_prefixes(base))
    transcriber = Transcriber(namer)
    with Sorter(_readable, room) as sorter:
        _take(store, graphs_of(store), base, sorter)
        blocks = (f"\n{transcriber.block(lines.decode())}".encode() for lines in sorter.groups())
        with Kept(gathered(blocks)) as body:
            yield prefixes(namer.used).encode()
            yield from body.pieces()


def _trig(store: Store, base: str = BASE, room: int = ROOM) -> Iterator[bytes]:
    namer = Namer(_prefixes(base))
    with Kept(gathered(_sections(store, base, room, namer))) as body:
        yield prefixes(namer.used).encode()
        yield from body.pieces()


def _sections(store: Store, base: str, room: int, namer: Namer) -> Iterator[bytes]:
    transcriber = Transcriber(namer, "    ")
    for graph in graphs_of(store):
        between = f"\n{namer.iri(_moved(graph, base))} {{\n"
        with Sorter(_readable, room) as sorter:
            _take(store, [graph], base, sorter)
            for lines in sorter.groups():
                yield f"{between}{transcriber.block(lines.decode())}".encode()
                between = "\n"
        if between == "\n":
            yield b"}\n"


def _jsonld(store: Store, base: str = BASE, room: int = ROOM) -> Iterator[bytes]:
    with Kept() as body:
        out = cast("IO[bytes]", body)  # of a file, Oxigraph calls only write and flush
        ox.serialize(_quads(store, base, room), out, format=ox.RdfFormat.JSON_LD, prefixes=_prefixes(base))
        yield from body.pieces()


def _quads(store: Store, base: str, room: int) -> Iterator[ox.Quad]:
    for graph in graphs_of(store):
        name = ox.NamedNode(_moved(graph, base))
        with Sorter(_word, room) as sorter:
            _take(store, [graph], base, sorter)
            for lines in gathered(map(_sorted_lines, sorter.groups())):
                for triple in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES):
                    yield ox.Quad(triple.subject, triple.predicate, triple.object, name)


EXPORTERS: dict[str, Exporter] = {
    "jsonld": _jsonld,
    "nquads": _nquads,
    "ntriples": _ntriples,
    "trig": _trig,
    "turtle": _turtle,
}
"""The formats of the whole graph; a new one is a function and a line here."""


class _Lines:
    """A file to write to that gives on what it gets in pieces of whole lines."""

    def __init__(self, give: Callable[[bytes], None]) -> None:
        self._give = give
        self._held: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._held.append(data)
        self._size += len(data)
        if self._size >= PIECE and b"\n" in data:  # a line that is longer than a piece is not joined at every write
            whole, end, rest = b"".join(self._held).rpartition(b"\n")
            self._held, self._size = [rest], len(rest)
            self._give(whole + end)
        return len(data)

    def flush(self) -> None:
        """Only whole lines go on; `close` gives the rest."""

    def close(self) -> None:
        rest = b"".join(self._held)
        if rest:
            self._give(rest)


def _take(store: Store, graphs: list[str], base: str, sorter: Sorter, *, named: bool = False) -> None:
    """Give the triples of some graphs to a sorter, as quads if `named`."""
    for graph in graphs:
        ending = f" <{_moved(graph, base)}> .\n".encode()
        out = _Lines(partial(_add, base=base, ending=ending if named else None, sorter=sorter))
        store.copy(graph, out)
        out.close()


def _add(lines: bytes, base: str, ending: bytes | None, sorter: Sorter) -> None:
    moved = lines if base == BASE else _rebased(lines, base)
    # A line feed is written as \\n within a literal, so this is found at the ends of lines only.
    sorter.add(moved.replace(b" .\n", ending) if ending else moved)


def _word(word: bytes) -> bytes:
    """The order of whole lines: no subject holds the space after it, so none is the beginning of another."""
    return word


def _readable(word: bytes) -> str:
    """The order for people, of a subject in N-Triples; see `kg.turtle.natural`."""
    subject = word[:-1].decode()
    return natural(subject[1:-1] if subject.startswith("<") else subject.removeprefix("_:"))


def _sorted_lines(lines: bytes) -> bytes:
    return b"".join(sorted(set(lines.splitlines(keepends=True))))


def _prefixes(base: str) -> dict[str, str]:
    own = {str(PREFIXES["cj"]), str(PREFIXES["cjs"])}
    return {key: ns if ns in own else _moved(ns, base) for key, ns in PREFIXES.items()}


def _moved(iri: str, base: str) -> str:
    return iri.replace(BASE, base, 1)


def _rebased(lines: bytes, base: str) -> bytes:
    other = f"<{base}".encode()

    def rebased(match: re.Match[bytes]) -> bytes:
        found = match[0]
        return other + found[len(_OWN) :] if found.startswith(_OWN) and not found.startswith(_KEPT_NAMES) else found

    return _IRI_OR_STRING.sub(rebased, lines)

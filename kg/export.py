"""Exports: the whole graph in the formats of the field, the same bytes for the same graph."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import URIRef

from kg.answer import Triple, term
from kg.terms import BASE, GRAPHS, PREFIXES
from kg.turtle import Namer, blocks, prefixes, sorted_triples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.store import Store

__all__ = ["EXPORTERS", "graphs_of"]

Graphs = "list[tuple[str, list[str]]]"

_IRI_OR_STRING = re.compile(r'<[^>]*>|"(?:[^"\\]|\\.)*"')


def graphs_of(store: Store, base: str = BASE) -> list[tuple[str, list[str]]]:
    """The named graphs with their triples as sorted N-Triples, the vocabulary first, build notes left out.

    With another `base`, every IRI below the project's own is written below that one; the ontology's terms
    keep their namespace.
    """
    found: dict[str, list[str]] = {}
    for line in store.dump():
        body, _, graph = line.removesuffix(" .").rpartition(" <")
        found.setdefault(graph.removesuffix(">"), []).append(f"{_rebased(body, base)} .")
    own, notes = f"{BASE}graph/", GRAPHS["build"]  # a server has graphs of others; build notes are no data
    found = {graph: its for graph, its in found.items() if graph.startswith(own) and not graph.startswith(notes)}
    order = sorted(found, key=lambda graph: (graph != str(GRAPHS["vocabulary"]), graph))
    return [(graph.replace(BASE, base, 1), sorted(found[graph])) for graph in order]


def _nquads(graphs: list[tuple[str, list[str]]], _base: str) -> Iterator[bytes]:
    """Sorted N-Quads: the canonical dump, since no node is blank."""
    lines = [f"{line.removesuffix(' .')} <{graph}> .\n" for graph, triples in graphs for line in triples]
    yield "".join(sorted(lines)).encode()


def _ntriples(graphs: list[tuple[str, list[str]]], _base: str) -> Iterator[bytes]:
    lines = {f"{line}\n" for _, triples in graphs for line in triples}
    yield "".join(sorted(lines)).encode()


def _turtle(graphs: list[tuple[str, list[str]]], base: str) -> Iterator[bytes]:
    """One block an entity, whichever graphs speak of it."""
    namer = Namer(_prefixes(base))
    everything = {triple for _, lines in graphs for triple in _parsed(lines)}
    text = "\n".join(blocks(sorted_triples(everything), namer))
    yield f"{prefixes(namer.used)}\n{text}".encode()


def _trig(graphs: list[tuple[str, list[str]]], base: str) -> Iterator[bytes]:
    namer = Namer(_prefixes(base))
    bodies = []
    for graph, lines in graphs:
        body = "\n".join(blocks(sorted_triples(_parsed(lines)), namer, "    "))
        bodies.append(f"\n{namer.term(URIRef(graph))} {{\n{body}}}\n")
    yield (prefixes(namer.used) + "".join(bodies)).encode()


def _jsonld(graphs: list[tuple[str, list[str]]], base: str) -> Iterator[bytes]:
    out = io.BytesIO()
    quads = (
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph))
        for graph, lines in graphs
        for t in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
    )
    ox.serialize(quads, out, format=ox.RdfFormat.JSON_LD, prefixes=_prefixes(base))
    yield out.getvalue()


EXPORTERS: dict[str, Callable[[list[tuple[str, list[str]]], str], Iterator[bytes]]] = {
    "jsonld": _jsonld,
    "nquads": _nquads,
    "ntriples": _ntriples,
    "trig": _trig,
    "turtle": _turtle,
}
"""The formats of the whole graph; a new one is a function and a line here."""


def _prefixes(base: str) -> dict[str, str]:
    own = {str(PREFIXES["cj"]), str(PREFIXES["cjs"])}
    return {key: ns if ns in own else ns.replace(BASE, base, 1) for key, ns in PREFIXES.items()}


def _rebased(line: str, base: str) -> str:
    if base == BASE:
        return line
    keep = ('"', f"<{PREFIXES['cj']}", f"<{PREFIXES['cjs']}", f"<{BASE}ontology>")

    def rebased(match: re.Match[str]) -> str:
        return match[0] if match[0].startswith(keep) else match[0].replace(f"<{BASE}", f"<{base}", 1)

    return _IRI_OR_STRING.sub(rebased, line)


def _parsed(lines: list[str]) -> list[Triple]:
    parsed = ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
    return [(term(q.subject), URIRef(q.predicate.value), term(q.object)) for q in parsed]

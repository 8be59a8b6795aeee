"""The difference of two graphs for machines: RDF Patch, which Apache Jena and RDF Delta apply."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from kg.changes.quads import changed_quads
from kg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.changes.quads import Quads

__all__ = ["patch", "version_iri"]


def patch(before: Quads | None, after: Quads) -> Iterator[bytes]:
    """One transaction that makes the first graph the second: https://afs.github.io/rdf-delta/rdf-patch.html.

    The same graphs give the same bytes. The identifiers in the header are those of the two graphs, so patches form
    a chain: `id` is the `prev` of the next one. None before is the empty graph, of which nothing is previous.
    """
    yield f"H id <{version_iri(after.sha256)}> .\n".encode()
    if before is not None:
        yield f"H prev <{version_iri(before.sha256)}> .\n".encode()
    yield f'H sha256 "{after.sha256}" .\n'.encode()  # of the sorted N-Quads that result, to check them against
    yield b"TX .\n"
    for code, line in changed_quads(before or (), after):
        yield f"{code} {line}\n".encode()
    yield b"TC .\n"


def version_iri(sha256: str) -> str:
    """The IRI of a graph of this content: a name-based UUID, since RDF Delta takes no other identifiers."""
    return uuid5(NAMESPACE_URL, f"{BASE}release/{sha256}").urn

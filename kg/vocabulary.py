"""The vocabulary: everything that is known before a document is read, from the Turtle files of ontology/."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import URIRef

from kg import resources
from kg.answer import Triple, line, term
from kg.errors import UnreadableError
from kg.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Vocabulary", "parse_turtle"]


class Vocabulary:
    """The ontology, its concept schemes and the lexicons of some cities, as triples, graph and lexicon."""

    def __init__(self, lexicons: Iterable[Path] = ()) -> None:
        """Read the files; raises UnreadableError that names file and line where one is not Turtle."""
        folder = resources.ontology()
        files = [folder / "core.ttl", folder / "align.ttl", *sorted((folder / "vocab").glob("*.ttl"))]
        self.triples: list[Triple] = sorted(
            {triple for file in [*files, *sorted(set(lexicons))] for triple in parse_turtle(file)},
            key=line,
        )

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the triples: the same for the same content, however the files write it."""
        return hashlib.sha256("".join(map(line, self.triples)).encode()).hexdigest()

    @cached_property
    def lexicon(self) -> Lexicon:
        """The names and aliases."""
        return Lexicon.of(self.triples)


def parse_turtle(path: Path) -> list[Triple]:
    """The triples of a Turtle file; raises UnreadableError that names the file and the line of a fault."""
    try:
        parsed = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
        return [(term(q.subject), URIRef(q.predicate.value), term(q.object)) for q in parsed]
    except SyntaxError as error:
        raise UnreadableError(
            f"不是合格的 Turtle：{error.msg}",
            f"is not valid Turtle: {error.msg}",
            file=path,
            row=error.lineno,
        ) from error
    except OSError as error:
        raise UnreadableError(f"无法读取：{error}", f"cannot be read: {error}", file=path) from error

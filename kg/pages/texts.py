"""Texts with their claims marked, cut on the server: browsers count UTF-16 units, passages count code points."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kg.documents import is_id, read_text
from kg.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Segment", "marked", "text_of"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of characters under the same marks; `anchors` are the fragments of the passages that begin with it."""

    text: str
    claims: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    target: bool = False


def text_of(folder: Path | None, document: str, sha256: str | None) -> str | None:
    """A document's text from `<folder>/<document>.txt`; None where it is not there or not the text that was read."""
    if folder is None or not is_id(document):
        return None
    path = folder / f"{document}.txt"
    if not path.is_file():
        return None
    try:
        text = read_text(path)
    except UnreadableError:
        return None
    if sha256 is not None and hashlib.sha256(text.encode()).hexdigest() != sha256:
        return None
    return text


def marked(
    text: str,
    claims: Iterable[tuple[int, int, str]],
    passages: Iterable[tuple[int, int]] = (),
    target: tuple[int, int] | None = None,
) -> list[list[Segment]]:
    """The paragraphs of a text as segments; `claims` are (start, end, IRI), `passages` other spans to link to.

    Spans may overlap; those that reach beyond the text are left out.
    """
    spans = [(start, end, iri) for start, end, iri in claims if 0 <= start < end <= len(text)]
    others = [(start, end) for start, end in passages if 0 <= start < end <= len(text)]
    wanted = [target] if target and 0 <= target[0] < target[1] <= len(text) else []
    anchored: dict[int, list[str]] = {}
    for start, end in sorted({*((start, end) for start, end, _ in spans), *others, *wanted}):
        anchored.setdefault(start, []).append(f"char={start},{end}")
    breaks = [match.start() for match in re.finditer("\n", text)]
    edges = {0, len(text), *breaks, *(at + 1 for at in breaks), *anchored}
    edges |= {end for _, end, _ in spans} | {end for _, end in wanted}
    cuts = sorted(edges)
    covering: dict[int, list[str]] = {}
    for start, end, iri in spans:
        for cut in cuts[bisect_left(cuts, start) : bisect_left(cuts, end)]:
            covering.setdefault(cut, []).append(iri)
    paragraphs: list[list[Segment]] = [[]]
    for start, end in pairwise(cuts):
        if text[start:end] == "\n":
            paragraphs.append([])
            continue
        aimed = any(first <= start and end <= last for first, last in wanted)
        segment = Segment(
            text[start:end].replace("**", ""),
            tuple(sorted(set(covering.get(start, ())))),
            tuple(anchored.get(start, ())),
            aimed,
        )
        if segment.text or segment.anchors:
            paragraphs[-1].append(segment)
    return [paragraph for paragraph in paragraphs if any(segment.text.strip() for segment in paragraph)]

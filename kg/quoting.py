"""Findings with the words around their figures, from the texts where a person has them at hand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.documents import read_text
from kg.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.comparison import Quote
    from kg.model import Finding

__all__ = ["in_context"]

_ENDS = re.compile("[。！？；\n]")
_REACH = 80
"""How many characters of a sentence are quoted on either side of a figure at most."""


def in_context(findings: Iterable[Finding], folder: Path) -> list[Finding]:
    """The findings, each quote with the words of its sentence where `<folder>/<document>.txt` is there.

    Raises UsageError where there is no such folder, and UnreadableError where a text does not hold the figure at the
    characters that the graph names: it is another text than the one that was read.
    """
    if not folder.is_dir():
        raise UsageError(f"没有这个原文文件夹：{folder}", f"there is no such folder of texts: {folder}")
    texts: dict[str, str | None] = {}
    return [_quoted(finding, folder, texts) for finding in findings]


def _quoted(finding: Finding, folder: Path, texts: dict[str, str | None]) -> Finding:
    comparison = finding.comparison
    if comparison is None:
        return finding
    quotes = []
    for quote in comparison.quotes:
        name = quote.document
        if name not in texts:
            path = folder / f"{name}.txt"
            texts[name] = read_text(path) if path.is_file() else None
        text = texts[name]
        quotes.append(quote if text is None else _around(quote, text, folder / f"{name}.txt"))
    return replace(finding, comparison=replace(comparison, quotes=tuple(quotes)))


def _around(quote: Quote, text: str, path: Path) -> Quote:
    start, end = quote.start, quote.end
    words = _bare(text[start:end])
    if quote.words is not None and words != quote.words:
        raise UnreadableError(
            f"第 {start}-{end} 个字符是“{words}”，图中记的是“{quote.words}”：不是同一份原文",
            f"has “{words}” at the characters {start} to {end}, the graph “{quote.words}”: it is another text",
            file=path,
        )
    first = max([match.end() for match in _ENDS.finditer(text, max(0, start - _REACH), start)], default=start - _REACH)
    following = _ENDS.search(text, end, end + _REACH)
    last = following.start() if following else end + _REACH
    return replace(quote, words=words, before=_bare(text[max(0, first) : start]), after=_bare(text[end:last]))


def _bare(text: str) -> str:
    """Text without bold marks and blanks."""
    return re.sub(r"[*\s]", "", text)

"""The sentences around quotes, and findings with them, from the texts where a person has them at hand."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.documents import read_text
from kg.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.comparison import Quote
    from kg.model import Finding

__all__ = ["Context", "context", "in_context"]

_ENDS = re.compile("[。！？；\n]")
_REACH = 120
"""How many characters of a sentence are quoted on either side of a passage at most."""


@dataclass(frozen=True, slots=True)
class Context:
    """The words of a passage and those of its sentence around them."""

    before: str
    words: str
    after: str


def context(text: str, start: int, end: int) -> Context:
    """The characters from `start` to `end` in their sentence, without bold marks and line ends."""
    first = max([match.end() for match in _ENDS.finditer(text, max(0, start - _REACH), start)], default=start - _REACH)
    following = _ENDS.search(text, end, end + _REACH)
    last = following.end() if following else end + _REACH
    before, words, after = (
        text[it].replace("*", "").replace("\n", " ")
        for it in (slice(max(0, first), start), slice(start, end), slice(end, last))
    )
    return Context(before.lstrip(), words, after.rstrip())


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
    found = context(text, quote.start, quote.end)
    words = _bare(found.words)
    if quote.words is not None and words != quote.words:
        raise UnreadableError(
            f"第 {quote.start}-{quote.end} 个字符是“{words}”，图中记的是“{quote.words}”：不是同一份原文",
            f"has “{words}” at the characters {quote.start} to {quote.end}, the graph “{quote.words}”: another text",
            file=path,
        )
    return replace(quote, words=words, before=_bare(found.before), after=_bare(found.after))


def _bare(text: str) -> str:
    """Text without blanks, as the checks hold quotes."""
    return "".join(text.split())

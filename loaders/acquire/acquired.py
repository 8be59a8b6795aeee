"""What every reader of files gives: a text in lines, what the file says of itself, and what was left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.model import Finding

__all__ = ["Acquired", "tidy"]

_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]+")
_BLANKS = re.compile(r"[^\S\u3000]+")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Acquired:
    """A text as it is read from a file: the same bytes always give the same text.

    Offsets of claims refer to `text`. `published` is a day or a month in ISO form; `medium` is the sort of file and
    `encoding` that of its characters, None where the format fixes it.
    """

    text: str
    title: str | None
    published: str | None
    medium: str
    encoding: str | None
    findings: tuple[Finding, ...] = ()


def tidy(text: str) -> str:
    """A line of a formatted file as a reader sees it: unseen characters dropped, blanks folded, indents cut.

    Where Chinese text was wrapped in the source, its halves are joined. Wide blanks inside a line stay.
    """
    return _BLANKS.sub(_blank, _UNSEEN.sub("", text)).strip()


def _blank(blanks: re.Match[str]) -> str:
    if "\n" not in blanks[0]:
        return " "
    around = blanks.string[blanks.start() - 1 : blanks.start()] + blanks.string[blanks.end() : blanks.end() + 1]
    return "" if _CHINESE.search(around) else " "

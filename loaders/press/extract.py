"""The whole way from a document's text to its extraction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.errors import UnreadableError
from loaders.press.doubts import doubts, identified
from loaders.press.extraction import Extraction
from loaders.press.layout import blocks
from loaders.press.reader import Reader
from loaders.press.times import Clock
from loaders.press.view import fold_text

if TYPE_CHECKING:
    from kg.lexicon import Lexicon
    from kg.model import Document

__all__ = ["extract"]

_SURROGATE = re.compile("[\ud800-\udfff]")


def extract(document: Document, lexicon: Lexicon) -> Extraction:
    """Read a document that has its text. Same text, same extraction.

    Raises UnreadableError where the text is not at hand or holds lone surrogates.
    """
    if document.text is None:
        raise UnreadableError("没有原文", "the text is not at hand", file=document.id)
    if _SURROGATE.search(document.text):
        raise UnreadableError("原文含不成对的代理码位", "the text holds lone surrogates", file=document.id)
    view = fold_text(document.text)
    reader = Reader(document, lexicon, Clock(document, view.text))
    for block in blocks(view):
        reader.read(block)
    reader.finish()
    claims = tuple(identified(taken, lexicon) for taken in reader.claims)
    findings = tuple(doubts(document, claims, reader.involvements, lexicon))
    return Extraction(document, claims, tuple(reader.involvements), tuple(reader.rejected), findings)

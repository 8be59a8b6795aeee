"""Reading report cards: from Chinese press text to claims, to the character; rules and word lists, no model."""

from __future__ import annotations

from loaders.press.extract import extract
from loaders.press.extraction import Extraction, Rejected, Taken

__all__ = ["Extraction", "Rejected", "Taken", "extract"]

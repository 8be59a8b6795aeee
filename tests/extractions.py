"""Extractions made from the sheets of the invented city, for tests of what is done with an extraction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers import CITY, DIGEST, TEXTS

from kg.documents import read_corpus, with_text
from kg.model import Finding, Passage, Review, Severity
from loaders.press.extraction import Extraction, Rejected, Taken
from loaders.sheet import read_sheets

if TYPE_CHECKING:
    from kg.lexicon import Lexicon
    from kg.model import Document


def document_of(name: str = DIGEST) -> Document:
    document = next(it for it in read_corpus(CITY).documents if it.id == name)
    return with_text(document, TEXTS)


def extraction_of(lexicon: Lexicon, name: str = DIGEST) -> Extraction:
    """What a perfect extractor would make of a document of the city: nobody has decided anything yet."""
    reading = read_sheets(document_of(name), CITY, lexicon)
    fresh = {"review": Review.PROPOSED, "reviewer": None, "note": None, "location": None}
    doubt = Finding(
        Severity.INFO, "provisional-unit", "没有见过的单位", "an unknown unit", passages=(Passage(name, 3, 5),)
    )
    return Extraction(
        reading.document,
        tuple(Taken(replace(claim, **fresh), ("count",)) for claim in reading.claims),  # type: ignore[arg-type]
        tuple(replace(it, **fresh) for it in reading.involvements),  # type: ignore[arg-type]
        (Rejected(Passage(name, 0, 1), reading.document.text[0] if reading.document.text else "", "date"),),
        (doubt,),
    )

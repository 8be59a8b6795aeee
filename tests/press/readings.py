"""Made-up documents of the invented city, and what the stages of the extractor make of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rdflib import URIRef

from kg.lexicon import Entry, Lexicon
from kg.model import Document, Period
from loaders.press import extract
from loaders.press.agencies import Registry
from loaders.press.layout import blocks
from loaders.press.page import make_page
from loaders.press.times import Clock
from loaders.press.view import fold_text

if TYPE_CHECKING:
    from kg.model import Claim
    from loaders.press.extraction import Extraction, Taken
    from loaders.press.page import Page

NOTHING = Lexicon()
"""A lexicon that knows no name."""


def document(
    text: str,
    *,
    title: str = "试题",
    published: str = "2025-11-20",
    place: str = "临江市",
    agencies: tuple[str, ...] = (),
) -> Document:
    return Document("d", title, "临江日报", published, place, agencies, length=len(text), text=text)


def entry(name: str, sort: URIRef, *aliases: str) -> Entry:
    """A thing of the lexicon: its canonical name, its class, and what else it is called."""
    iri = URIRef(f"https://w3id.org/chengjidan/thing/{name}")
    return Entry(iri, {sort}, {"zh": name}, list(aliases))


def clock_of(source: Document) -> Clock:
    return Clock(source, fold_text(source.text or "").text)


def pages_of(source: Document, lexicon: Lexicon = NOTHING) -> list[Page]:
    registry, clock = Registry(source, lexicon), clock_of(source)
    return [make_page(source, block, clock, registry) for block in blocks(fold_text(source.text or ""))]


def read(source: Document, lexicon: Lexicon = NOTHING) -> Extraction:
    return extract(source, lexicon)


def taken_of(result: Extraction, surface: str) -> Taken:
    """The one claim with this surface."""
    (found,) = [taken for taken in result.claims if taken.claim.surface == surface]
    return found


def claim_of(source: Document, surface: str, lexicon: Lexicon = NOTHING) -> Claim:
    return taken_of(read(source, lexicon), surface).claim


def days(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


def year(number: int) -> Period:
    return days(f"{number}-01-01", f"{number}-12-31")

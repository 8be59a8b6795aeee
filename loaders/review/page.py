"""The review page: one HTML file with the texts, every claim, its reasons, and what a person decides about it.

The file needs no network and lets none be used: its style and its script stand in it, and its content security policy
names them by their hashes. Without the script everything can still be read.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from kg.model import Kind, Review, Status
from loaders.review.cards import Card, Doubt, because, doubts, make_cards, quote
from loaders.review.marks import marks_of, paragraphs
from loaders.review.wording import WORDS, base_text, period_text, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Template

    from kg.model import Document, Passage
    from loaders.press.extraction import Extraction, Rejected
    from loaders.review.marks import Paragraph

__all__ = ["review_page"]

_ABOUT = 12  # characters of context on each side of a rejected number


class _Sheet(NamedTuple):
    """One document on the page; `prefix` makes its ids unique, `named` says whether links name the document."""

    extraction: Extraction
    prefix: str
    named: bool
    cards: list[Card]
    doubts: list[Doubt]
    paragraphs: list[Paragraph]
    starts: dict[int, str]

    @property
    def document(self) -> Document:
        """The document."""
        return self.extraction.document

    @property
    def key(self) -> str:
        """What the browser keeps the decisions under: the document and its text, so that no other text gets them."""
        digest = hashlib.sha256(visible(self.document.text or "").encode()).hexdigest()
        return f"{self.document.id}:{digest[:16]}"

    def fragment(self, passage: Passage) -> str:
        """The fragment that links to a claim; it names the document where the page has several."""
        return f"{f'{self.document.id}:' if self.named else ''}char={passage.start},{passage.end}"

    def there(self, passage: Passage) -> str:
        """The id of the characters where a passage begins, on whatever piece of the text that is."""
        return self.starts.get(passage.start, f"{self.prefix}text")

    def agencies(self) -> list[tuple[str, int]]:
        """The agencies of the claims with how many each has, in the order of the text."""
        return list(Counter(card.claim.agency or "" for card in self.cards).items())

    def kinds(self) -> list[tuple[Kind, int]]:
        """The kinds of the claims with how many there are of each."""
        counts = Counter(card.claim.kind for card in self.cards)
        return [(kind, counts[kind]) for kind in Kind if counts[kind]]

    def statuses(self) -> list[tuple[Status, int]]:
        """The statuses of the claims with how many there are of each."""
        counts = Counter(card.claim.status for card in self.cards)
        return [(status, counts[status]) for status in Status if counts[status]]

    def rejections(self) -> list[tuple[str, list[tuple[int, Rejected]]]]:
        """The rejected numbers by rule, with their places among all of them."""
        groups: dict[str, list[tuple[int, Rejected]]] = {}
        for number, rejected in enumerate(self.extraction.rejected, start=1):
            groups.setdefault(rejected.rule, []).append((number, rejected))
        return list(groups.items())

    def around(self, passage: Passage) -> tuple[str, str]:
        """The words of the line before and after a passage."""
        text = self.document.text or ""
        before = text[max(0, passage.start - _ABOUT) : passage.start].rpartition("\n")[2]
        after = text[passage.end : passage.end + _ABOUT].partition("\n")[0]
        return f"…{before}" if len(before) == _ABOUT else before, f"{after}…" if len(after) == _ABOUT else after


def review_page(extractions: Sequence[Extraction], lang: str) -> str:
    """The page on which a person reviews some extractions, in `zh` or `en`; the same for the same extractions."""
    style, scripts = _asset("page.css"), [_asset("decisions.js"), _asset("page.js")]
    sheets = [_sheet(it, number, len(extractions) > 1, lang) for number, it in enumerate(extractions, start=1)]
    page = _template().render(
        lang=lang, words=WORDS[lang], sheets=sheets, style=style, scripts=scripts,
        hashed=_hash, reviews=list(Review), base=lambda it: base_text(it, lang),
        because=lambda rule: because(rule, lang), period=lambda it: period_text(it, lang), quote=quote,
        message=lambda it: (it.zh, it.en) if lang == "zh" else (it.en, it.zh),
    )  # fmt: skip
    return visible(page)


def _sheet(extraction: Extraction, number: int, named: bool, lang: str) -> _Sheet:
    prefix = f"d{number}-" if named else ""
    text, marks = extraction.document.text or "", marks_of(extraction)
    starts = {mark.start: f"{prefix}at-{mark.start}" for mark in marks if mark.start < len(text)}
    cards, lines = make_cards(extraction, lang), list(paragraphs(text, marks))
    sheet = _Sheet(extraction, prefix, named, cards, doubts(extraction, lang), lines, starts)
    starts |= {card.claim.passage.start: sheet.fragment(card.claim.passage) for card in reversed(cards)}
    return sheet


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only pages need it

    environment = Environment(
        loader=PackageLoader("loaders.review"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    return environment.get_template("page.html")


@cache
def _asset(name: str) -> str:
    return files("loaders.review").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"

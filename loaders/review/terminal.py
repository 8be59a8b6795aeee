"""Explaining an extraction on the terminal: the text line by line with its claims marked, below each why."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from loaders.review.cards import because, doubts, make_cards
from loaders.review.marks import marks_of, paragraphs
from loaders.review.wording import WORDS, period_text, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from kg.model import Involvement
    from loaders.press.extraction import Extraction, Rejected
    from loaders.review.cards import Card
    from loaders.review.marks import Paragraph, Piece

__all__ = ["explain"]

_TONES = {
    "level": "blue", "change": "red", "points": "red", "share": "green", "rate": "green",
    "multiple": "magenta", "rank": "yellow",
}  # fmt: skip
_LEAST = 24  # columns, below which nothing can be read


def explain(extraction: Extraction, lang: str, colour: bool, width: int) -> Iterator[str]:
    """Lines that say what was made of a text, in `zh` or `en`; with their line ends.

    A claim stands as `[3:1600余起]` with its number, a rejected number as `~第六届~`; in colour, both by colour too.
    """
    printer = _Printer(extraction, lang, colour, max(width, _LEAST))
    yield from printer.heading()
    for paragraph in paragraphs(extraction.document.text or "", marks_of(extraction)):
        yield from printer.paragraph(paragraph)
    yield from printer.rest()


class _Printer:
    """Prints the parts of one explanation."""

    def __init__(self, extraction: Extraction, lang: str, colour: bool, width: int) -> None:
        from rich.console import Console  # noqa: PLC0415 - rich takes time to import

        self._extraction, self._lang, self._words = extraction, lang, WORDS[lang]
        self._cards = make_cards(extraction, lang)
        self._console: Console = Console(
            file=StringIO(), width=width, force_terminal=colour, no_color=not colour, legacy_windows=False,
            color_system="standard" if colour else None, highlight=False, emoji=False, markup=False,
        )  # fmt: skip

    def heading(self) -> Iterator[str]:
        """The document, and how much was found."""
        document, words = self._extraction.document, self._words
        about = (document.id, document.publisher, document.published, document.place)
        yield from self._lines((document.title or document.id, "bold"))
        yield from self._lines(("  ".join(part for part in about if part), "dim"))
        counts = (
            (words["claims"], self._cards), (words["involvements"], self._extraction.involvements),
            (words["rejections"], self._extraction.rejected), (words["doubts"], self._extraction.findings),
        )  # fmt: skip
        yield from self._lines(("  ".join(f"{name} {len(found)}" for name, found in counts), ""))
        yield "\n"

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        """A line of the text, and below it its claims with the reasons of each and its rejected numbers."""
        heading = "bold" if paragraph.shape in {"title", "heading"} else ""
        yield from self._lines(*(part for piece in paragraph.pieces for part in self._piece(piece, heading)))
        for card in self._begun(paragraph):
            yield from self._claim(card)
        rejected = [self._extraction.rejected[number - 1] for number in _begun(paragraph, "rejected")]
        if rejected:
            yield from self._rejected(rejected)
        yield "\n"

    def rest(self) -> Iterator[str]:
        """The involvements and the doubts."""
        if self._extraction.involvements:
            yield from self._lines((self._words["involvements"], "bold"))
            for involvement in self._extraction.involvements:
                yield from self._involvement(involvement)
            yield "\n"
        if self._extraction.findings:
            yield from self._lines((self._words["doubts"], "bold"))
            for doubt in doubts(self._extraction, self._lang):
                severity = (f"{self._words[doubt.severity]} ", "yellow")
                reason = f"{doubt.reason.text} ({doubt.reason.rule}): "
                if doubt.names:
                    names = ("、" if self._lang == "zh" else ", ").join(doubt.names)
                    yield from self._lines(severity, (reason, "dim"), (names, ""), indent=2)
                    continue
                for it in doubt.findings:
                    spans = " ".join(f"{at.start}-{at.end}" for at in it.passages)
                    said = it.zh if self._lang == "zh" else it.en
                    yield from self._lines(severity, (said, ""), (f"  {it.rule} {spans}", "dim"), indent=2)

    def _piece(self, piece: Piece, style: str) -> Iterator[tuple[str, str]]:
        claim, rejected = piece.mark("claim"), piece.mark("rejected")
        if claim:
            tone = f"bold {_TONES[self._cards[claim.number - 1].claim.kind]}"
            opening = f"[{claim.number}:" if piece.start == claim.start else ""
            yield f"{opening}{piece.text}{']' if piece.end == claim.end else ''}", tone
        elif rejected:
            sign = ("~" if piece.start == rejected.start else "", "~" if piece.end == rejected.end else "")
            yield f"{sign[0]}{piece.text}{sign[1]}", "dim"
        else:
            yield piece.text, f"{style} underline" if _names(piece) else style

    def _begun(self, paragraph: Paragraph) -> Iterator[Card]:
        return (self._cards[number - 1] for number in _begun(paragraph, "claim"))

    def _claim(self, card: Card) -> Iterator[str]:
        claim, words = card.claim, self._words
        tone = f"bold {_TONES[claim.kind]}"
        facts = [claim.agency or words["nobody"], period_text(claim.period, self._lang), claim.place]
        facts += [claim.programme or "", words["planned"] if claim.status == "planned" else ""]
        yield from self._lines(
            (f"[{card.number}] {card.amount}  ", tone), (claim.metric_wording, "bold"),
            ("  " + " · ".join(fact for fact in facts if fact), ""), indent=2,
        )  # fmt: skip
        why: list[tuple[str, str]] = []
        for field in card.fields:
            quoted = f"「{field.quote}」" if field.passage and field.name != "quantity" else ""
            for it in field.reasons:
                why += [("；" if self._lang == "zh" else "; ", "dim")] if why else []
                why += [(f"{it.text}{quoted}", ""), (f" ({it.rule})", "dim")]
                quoted = ""
        yield from self._lines(*why, indent=6)
        for finding in card.doubts:
            yield from self._lines((f"! {finding.zh if self._lang == 'zh' else finding.en}", "yellow"), indent=6)

    def _rejected(self, rejected: Sequence[Rejected]) -> Iterator[str]:
        by_rule: dict[str, list[str]] = {}
        for it in rejected:
            by_rule.setdefault(it.rule, []).append(f"~{it.surface}~")
        for rule, surfaces in by_rule.items():
            why = f"  ← {because(rule, self._lang).text} ({rule})"
            yield from self._lines((" ".join(surfaces), "dim"), (why, "dim"), indent=2)

    def _involvement(self, it: Involvement) -> Iterator[str]:
        role, period = self._words[it.role], period_text(it.period, self._lang)
        yield from self._lines((f"{it.agency} ", ""), (role, "cyan"), (f" {it.undertaking}  ", "bold"),
                               (f"{period}  {it.passage.start}-{it.passage.end}", "dim"), indent=2)  # fmt: skip

    def _lines(self, *parts: tuple[str, str], indent: int = 0) -> Iterator[str]:
        """Parts with their styles, wrapped to the width."""
        from rich.padding import Padding  # noqa: PLC0415 - rich takes time to import
        from rich.text import Text  # noqa: PLC0415 - the same

        text: Text = Text.assemble(*((visible(part), style) for part, style in parts), overflow="fold")
        with self._console.capture() as capture:
            self._console.print(Padding(text, (0, 0, 0, indent), expand=False))
        for line in capture.get().removesuffix("\n").split("\n"):
            yield f"{line.rstrip()}\n"


def _names(piece: Piece) -> bool:
    """Whether the piece names the agency, the period or the place of a claim."""
    return any(piece.mark(sort) for sort in ("agency", "period", "place"))


def _begun(paragraph: Paragraph, sort: str) -> list[int]:
    """The numbers of the marks of a sort that begin in a line."""
    return [
        mark.number
        for piece in paragraph.pieces
        for mark in piece.marks
        if mark.sort == sort and mark.start == piece.start
    ]

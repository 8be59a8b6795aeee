"""A page: one block made ready for reading, with everything found in it that later steps need."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg.model import Passage
from loaders.press.gates import Surroundings, name_spans, rejection
from loaders.press.layout import Block, Shape
from loaders.press.quantities import Quantity, quantities
from loaders.press.times import Clock, Time, times
from loaders.press.words import VERB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Document
    from loaders.press.agencies import Mention, Registry

__all__ = ["COMPARED", "Page", "make_page"]

_SENTENCE = re.compile(r"[。!?](?:[”’」』])?")
_CLAUSE = re.compile(
    r"[,;:。!?\n]|——|\s(?=[^\u4e00-\u9fff])|(?<=[^\u4e00-\u9fff])\s|(?<=[\u4e00-\u9fff])\s(?=[\u4e00-\u9fff])"
)
_GAP = 8  # characters of marks and blanks that a printed number can have inside
_LONGEST = 600  # characters of a sentence
_END = re.compile(r"[,;:。!?\n]|——|\s(?=[^\s0-9])")
COMPARED = re.compile(r"(?:较|比|与|自|从|由|于|是|为|相当于)$")
"""What stands before a time word that is compared with, and that the figure does not cover."""


@dataclass(slots=True)
class Page:
    """A block with its sentences, time words, bodies, names, and its quantities with the reasons against them."""

    document: Document
    block: Block
    text: str
    sentences: list[tuple[int, int]]
    times: list[Time]
    mentions: list[Mention]
    names: tuple[tuple[int, int], ...]
    taken: list[Quantity]
    rejected: list[tuple[Quantity, str]]
    silent: list[tuple[int, int]] = field(init=False)
    """The time words and subjects: what says nothing about what is measured."""

    def __post_init__(self) -> None:
        """Find what is silent once a page."""
        spans = [
            (it.start, it.end) for it in self.times if not COMPARED.search(self.text[max(0, it.start - 2) : it.start])
        ]
        bodies = {it for it in self.mentions if it.subject}
        bodies |= {each for it in self.mentions if (first := self._joined_to(it)) for each in (first, it)}
        self.silent = sorted([*spans, *((it.start, it.end) for it in bodies), *self._place_heads()])

    def sentence(self, at: int) -> tuple[int, int]:
        """Where the sentence of a character begins and ends."""
        return next((span for span in self.sentences if span[0] <= at < span[1]), (0, len(self.text)))

    def times_between(self, start: int, end: int) -> list[Time]:
        """The time words that begin from `start` up to `end`."""
        return [time for time in self.times if start <= time.start < end]

    def subject_between(self, start: int, end: int) -> Mention | None:
        """The last body between two characters that is a subject or speaks through an official."""
        found = (mention for mention in reversed(self.mentions) if start <= mention.start < end)
        last = next((mention for mention in found if mention.subject or mention.speaks), None)
        while last and (first := self._joined_to(last)) and first.start >= start:
            last = first  # 市卫健委、市医保局查处…: the one named first is in charge
        return last

    def _place_heads(self) -> list[tuple[int, int]]:
        """Where the document's place is the subject of a clause: 临江市破获…."""
        place = re.escape(self.document.place)
        pattern = rf"(?:^|(?<=[,。;:\s])){place}(?={VERB}|累计|共|全)" if place else r"(?!)"
        return [match.span() for match in re.finditer(pattern, self.text)]

    def _joined_to(self, mention: Mention) -> Mention | None:
        """The body before 、, 和 or 联合 that a body is joined to."""
        for other in self.mentions:
            if other.end < mention.start and re.fullmatch(r"[、和与]|联合|会同", self.text[other.end : mention.start]):
                return other
        return None

    def passage(self, start: int, end: int) -> Passage:
        """The passage of the document that a stretch of the block is."""
        first, last = self.block.view.span(start, end)
        text = self.document.text or ""
        if text[first:last].count("**") % 2 and text[max(0, first - 2) : first] == "**":
            first -= 2  # a bold mark before the number belongs to the mention that it splits
        return Passage(self.document.id, first, last)

    def clause_start(self, at: int, start: int) -> int:
        """Where the clause of a character begins, in a sentence that begins at `start`."""
        begin = max(start, self.block.mark) if start == 0 else start
        for match in reversed(list(_CLAUSE.finditer(self.text, begin, at))):
            if not self._inside_bracket(match.start(), at):
                begin = match.end()
                break
        opened = self.text.rfind("(", begin, at)
        return opened + 1 if opened >= 0 and self.text.find(")", opened, at) < 0 else begin

    def before(self, index: int, start: int) -> str:
        """What stands in the clause of a taken quantity before it, without time words and subjects."""
        quantity = self.taken[index]
        begin = self.clause_start(quantity.start, start)
        for other in (self.taken[at] for at in range(index - 1, -1, -1)):
            if other.start < begin:
                break
            if self._inside_bracket(other.start, quantity.start):
                continue
            between = self.text[other.end : quantity.start]
            begin = other.end + between.rfind("、") + 1 if "、" in between else other.end
            break
        return self.bare(begin, quantity.start)

    def after(self, index: int, end: int) -> str:
        """What stands after a taken quantity: up to a clause mark, or to what belongs to the next one."""
        quantity = self.taken[index]
        stop = end
        for match in _END.finditer(self.text, quantity.end, end):
            if not self._inside_bracket(match.start(), end):
                stop = match.start()
                break
        closed = self.text.find(")", quantity.end, stop)
        if closed >= 0 and self.text.find("(", quantity.end, closed) < 0:
            stop = closed
        if index + 1 < len(self.taken) and self.taken[index + 1].start < stop:
            between = self.text[quantity.end : self.taken[index + 1].start]
            cut = (
                -1
                if self.taken[index + 1].form in {"percent", "fraction"}
                else max(between.rfind("、"), *(between.rfind(word) for word in ("和", "及", "与")))
            )
            stop = quantity.end + (cut if cut >= 0 and not between.endswith("的") else len(between))
        return self._without_numbers(self.text[quantity.end : stop])

    def bare(self, begin: int, end: int) -> str:
        """A stretch of the text without time words, the bodies that are its subjects, and figures in brackets."""
        pieces, at = [], begin
        for start, stop in self.silent[bisect_left(self.silent, (begin, 0)) :]:
            if start >= end:
                break
            if at <= start and stop <= end:
                pieces.append(self.text[at:start])
                at = stop
        pieces.append(self.text[at:end])
        return self._without_numbers("".join(pieces))

    @staticmethod
    def _without_numbers(text: str) -> str:
        return re.sub(r"\([^()0-9]*[0-9][^()]*\)", "", text)

    def _inside_bracket(self, at: int, end: int) -> bool:
        """Whether a character stands in a bracket that is closed before `end`."""
        opened = self.text.rfind("(", max(0, at - 60), at)
        if opened < 0 or self.text.find(")", opened, at) >= 0:
            return False
        closed = self.text.find(")", at, min(end, at + 60))
        return closed >= 0


def make_page(document: Document, block: Block, clock: Clock, registry: Registry) -> Page:
    """A block with what stands in it."""
    text = block.text
    sentences = list(_sentences(text))
    names = tuple(sorted([*name_spans(text), *_place_spans(text, registry)]))
    found = list(times(text, clock))
    around = Surroundings(
        text,
        names,
        tuple((time.start, time.end) for time in found),
        block.mark,
        block.shape is Shape.BYLINE,
        tuple(sentences),
    )
    taken, rejected = [], []
    for quantity in quantities(text):
        first, last = block.view.span(quantity.start, quantity.end)
        broken = last - first > quantity.end - quantity.start + _GAP
        rule = "no.broken" if broken else rejection(quantity, around)
        if rule is None:
            taken.append(quantity)
        else:
            rejected.append((quantity, rule))
    taken, rejected = _completed(text, taken, rejected)
    outside = [time for time in found if not any(start < time.start and time.end < end for start, end in names)]
    mentions = list(registry.mentions(text))
    return Page(document, block, text, sentences, outside, mentions, names, taken, rejected)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end; one that is longer than any writer's is cut, so that time stays linear."""
    start = 0
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    for end in [*ends, len(text)]:
        while end - start > _LONGEST:
            cut = text.rfind(",", start + 1, start + _LONGEST)
            stop = cut + 1 if cut > 0 else start + _LONGEST
            yield start, stop
            start = stop
        if end > start:
            yield start, end
        start = end


def _place_spans(text: str, registry: Registry) -> list[tuple[int, int]]:
    """Where the document's place stands, whose name can hold a numeral: 三门峡."""
    stem = registry.stem
    if not re.search(r"[一二三四五六七八九十百千万]", stem):
        return []
    return [match.span() for match in re.finditer(re.escape(stem), text)]


def _completed(
    text: str, taken: list[Quantity], rejected: list[tuple[Quantity, str]]
) -> tuple[list[Quantity], list[tuple[Quantity, str]]]:
    """Bare numbers of a list take the unit that another of its numbers states: 6.5、3.2个百分点; 甲45件、乙37."""
    found, left = list(taken), []
    for quantity, rule in rejected:
        if rule != "no.bare" or quantity.worded or (whole := _unit_of(text, taken, quantity)) is None:
            left.append((quantity, rule))
            continue
        value, scaled = quantity.value, quantity.scaled
        if (
            whole.start > quantity.end
            and whole.scaled
            and value is not None
            and (scale := re.search(r"[万亿]", whole.surface))
        ):
            value, scaled = value * (10000 if scale.group() == "万" else 100000000), True
        found.append(
            replace(
                quantity,
                value=value,
                scaled=scaled,
                unit=whole.unit,
                measure=whole.measure,
                form=whole.form,
                doubt="inherited-unit",
            )
        )
    return sorted(found, key=lambda item: item.start), left


def _unit_of(text: str, taken: list[Quantity], bare: Quantity) -> Quantity | None:
    after = next((item for item in taken if item.start > bare.end), None)
    if after and re.fullmatch(r"[、和及]", text[bare.end : after.start]) and after.unit:
        return after
    before = next((item for item in reversed(taken) if item.end < bare.start), None)
    between = text[before.end : bare.start] if before else ""
    ends = not text[bare.end : bare.end + 1] or text[bare.end] in "、,。;"
    if (
        before
        and before.unit
        and ends
        and re.fullmatch(r"、[\u4e00-\u9fff]{1,8}(?:[0-9.]+、[\u4e00-\u9fff]{1,8})*", between)
    ):
        return before
    return None

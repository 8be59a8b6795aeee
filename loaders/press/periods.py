"""Periods in force: which days a figure covers, from its own sentence or from what was said before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kg.model import Passage, Period
from loaders.press.layout import Shape
from loaders.press.page import COMPARED

if TYPE_CHECKING:
    from loaders.press.page import Page
    from loaders.press.times import Clock, Time

__all__ = ["Covered", "Periods"]

_LEAD, _LONG_LEAD = 14, 40
_RISES = re.compile(r"[^,。;至到]{1,10}(?:提升|提高|增加|增长|上升|下降|降低|减少|压缩|缩短|扩大|升|降|增|减)(?:至|到)")
_MEAN = re.compile(r"年均[^,。;]{0,10}$")


class Covered(NamedTuple):
    """A period, the passage that states it (None where the day of publication tells), and the rule."""

    period: Period
    passage: Passage | None
    rule: str


class Periods:
    """Keeps the period in force from block to block."""

    def __init__(self, clock: Clock) -> None:
        """Begin with the period that title and lead state, else the reported year."""
        self.clock = clock
        self.frame = Covered(clock.default, None, "period.default")
        self._years: Covered | None = None
        self._framed = False

    @property
    def annual(self) -> bool:
        """Whether the period in force lies within one year."""
        return self.frame.period.start.year == self.frame.period.end.year

    def enter(self, page: Page) -> None:
        """A heading ends what a paragraph about the year to come put in force."""
        if page.block.shape is Shape.HEADING and self.frame.period.start.year > self.clock.year:
            self.frame = Covered(self.clock.default, None, "period.default")

    def state(self, page: Page, start: int, end: int) -> None:
        """Take up the period at the beginning of a sentence; one of months holds only where no year is in force."""
        for time in page.times_between(start, end):
            if time.period is None:
                continue
            stated = Covered(time.period, page.passage(time.start, time.end), "period.carried")
            if time.period.start.year < time.period.end.year:
                self._years = stated._replace(rule="period.mean")
            if not _leads(page, time, start) or (time.rule == "time.whole" and self.frame.passage):
                continue
            if start == 0 or not time.short or not self._framed:
                self.frame = stated
                self._framed = self._framed or not time.short
            return

    def covered(self, page: Page, at: int, start: int) -> Covered:
        """The days that a figure covers: the nearest time word before it in its sentence, else the period in force."""
        best: Time | None = None
        for time in page.times_between(start, at):
            if time.period is not None and not COMPARED.search(page.text[max(start, time.start - 3) : time.start]):
                best = time
        if start_value := self._start_value(page, at, start):
            return start_value
        if best is not None and best.rule == "time.whole" and self.frame.passage and self.annual:
            return self.frame  # 2023年…全年: the year in force, not the year of publication
        if best is not None and best.period is not None:
            return Covered(best.period, page.passage(best.start, best.end), best.rule)
        if self._years and _MEAN.search(page.text[max(start, at - 14) : at]):
            return self._years
        return self.frame

    def _start_value(self, page: Page, at: int, start: int) -> Covered | None:
        """The earlier period of the first value in 由2020年的88%提升至94%."""
        for time in page.times_between(max(start, at - 14), at):
            before = page.text[max(start, time.start - 1) : time.start]
            direct = page.text[time.end : at] in {"", "的", "底的", "末的", "底", "末"}
            if time.period and before in {"由", "从"} and direct and _RISES.match(page.text, at):
                return Covered(time.period, page.passage(time.start, time.end), time.rule)
        return None

    def planned(self, covered: Covered, said: str | None) -> Covered:
        """The period of a plan: where the text states none of its own, the whole year in which it appeared."""
        period, year = covered.period, self.clock.published.year
        if said == "全年":
            return covered._replace(period=self.clock.full(period.start.year))
        if covered.rule == "time.endyear" and said and said.startswith("今"):
            return covered._replace(period=self.clock.full(year))
        if covered.rule.startswith("period.") and period.end <= self.clock.published:
            return Covered(self.clock.full(year), None, "period.planned")
        return covered


def _leads(page: Page, time: Time, start: int) -> bool:
    """Whether a time word stands before the subject of its sentence, so that it can hold for what follows."""
    before = page.text[page.block.mark if start == 0 else start : time.start]
    lead = before.strip(" “(")
    if time.rule == "time.month" and page.text[time.end : time.end + 1] not in {",", "份"}:
        return False  # 2023年2月挂牌: the month of one event
    since = re.search(r"以来|期间|年来|年间", page.text[time.start : time.end])
    clause = lead.endswith(",") and len(lead) <= (_LONG_LEAD if since else _LEAD)
    return (len(lead) <= 2 or clause) and not COMPARED.search(before)

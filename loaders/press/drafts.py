"""Drafts: the claims of a sentence before their qualifiers: kind, metric, direction, base, what is part of what."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.model import Kind
from loaders.press.bases import change_base
from loaders.press.doubts import UNNAMED
from loaders.press.forms import direction, kind_of
from loaders.press.lists import shared_heads
from loaders.press.metrics import Phrase, compose, core_of
from loaders.press.phrases import LONGEST
from loaders.press.topics import subject_of
from loaders.press.words import PLANNED, VERB

if TYPE_CHECKING:
    from loaders.press.page import Page
    from loaders.press.quantities import Quantity

__all__ = ["Draft", "draft_sentence"]

_CHANGES = frozenset({Kind.CHANGE, Kind.POINTS})
_NAMED_AHEAD = re.compile(r"(?:全[市省区县])?(?P<metric>[\u4e00-\u9fff]{3,16}?)(?:同比)?(?:增速|增幅|增长)")
_MOST = 12  # the most values of one list
_LIST = re.compile(r"\s*(?:[、和及与]|以及)\s*|:|\(")
_NOTHING = re.compile(
    r"(?:同比|环比|分别|依次|均|各|是|增长|下降|提高|上升|减少|增加|占|为|、|,|比上年|较上年|完成|年度|全年|目标|任务|计划|的|和|全[省市国]|"
    r"总?[数量额]|降低|提升|达到?|较?去年同期|20[0-9]{2}年|\s)*+"
)
_RESPECTIVELY = re.compile(r"(?:分别|依次)(?:为|是|达到?)?")
_MORE_BY = re.compile(r"(?:增长|增加|提高|提升|扩大|上升|增)(?:了|约|近|超|超过)?$")
_WITHIN = re.compile(r"其中[^,。;]{0,40}$|内含[^,。;]{0,12}$")


@dataclass(slots=True)
class Draft:
    """A claim of a sentence, in the offsets of its block; `part_of` is another quantity there."""

    quantity: Quantity
    kind: Kind
    metric: str
    rule: str
    direction: str | None = None
    base: str | None = None
    part_of: Quantity | None = None


def draft_sentence(page: Page, start: int, end: int, carried: list[Draft], above: str, *, annual: bool) -> list[Draft]:
    """The drafts of a sentence. `carried` are those of the sentence before, `above` is what the heading names."""
    starts = [quantity.start for quantity in page.taken]
    index, last = bisect_left(starts, start), bisect_left(starts, end)
    sentence = _Sentence(page, start, end, carried, above, annual=annual)
    while index < last:
        size = _list_size(page, index, last)
        sentence.read(index, size)
        index += size
    _name_ahead(page, end, sentence.drafts)
    return sentence.drafts


def _name_ahead(page: Page, end: int, drafts: list[Draft]) -> None:
    """Changes that the text states before it says of what: 一季度增长6%,上半年增长7%——…零售总额同比增速…."""
    unnamed = [draft for draft in drafts if draft.metric == UNNAMED and draft.kind in _CHANGES]
    if unnamed and (match := _NAMED_AHEAD.search(page.text, drafts[-1].quantity.end, end)):
        for draft in unnamed:
            draft.metric, draft.rule = match["metric"], "metric.after"


def _list_size(page: Page, index: int, last: int) -> int:
    """How many quantities follow each other with nothing but 、 or 和 between them: 下降20%、5.1%."""
    size = 1
    while index + size < last and size < _MOST:
        one, other = page.taken[index + size - 1], page.taken[index + size]
        if not _LIST.fullmatch(page.text[one.end : other.start]) or other.form == "rank":
            break
        size += 1
    return size


class _Sentence:
    """Reads the quantities of one sentence from left to right."""

    def __init__(self, page: Page, start: int, end: int, carried: list[Draft], above: str, *, annual: bool) -> None:
        self.page, self.start, self.end = page, start, end
        self.carried, self.above, self.annual = carried, above, annual
        self.drafts: list[Draft] = []

    def read(self, index: int, size: int) -> None:
        """Read a list of `size` quantities that share what stands before them."""
        heads = self._heads(index, size) if size > 1 else None
        leader = None
        for offset in range(size):
            leader = self._draft(index + offset, leader, heads[offset] if heads else None)
            self.drafts.append(leader)

    def _heads(self, index: int, size: int) -> list[str] | None:
        """What each value of a list is about: its own subject, or the claim before that it continues."""
        before = self.page.before(index, self.start)
        levels = [draft for draft in self.drafts if draft.kind in {Kind.LEVEL, Kind.RATE}]
        if len(levels) >= size and _NOTHING.fullmatch(before):
            ending = "任务完成率" if "完成" in before else ""
            return [draft.metric + ending for draft in levels[-size:]]
        if _RESPECTIVELY.fullmatch(before):  # …三类案件占比居前,分别为28%、23%、19%
            clauses = re.split(r"[,;:。]", self.page.text[self.start : self.page.taken[index].start])
            before = re.sub(r"(?:最高|居前|最大|较高|较大|领先|居首)$", "", clauses[-2]) if len(clauses) > 1 else before
        return shared_heads(before, size)

    def _draft(self, index: int, leader: Draft | None, head: str | None) -> Draft:
        quantity = self.page.taken[index]
        raw = self.page.text[self.start : quantity.start]
        before, after = self._before(index), self._noun(index)
        kind, way = self._kind(quantity, raw, before, after, leader)
        whole = self._whole(quantity, kind, before)
        phrase = self._phrase(before if head is None else head, after if head is None else "", kind, raw, whole)
        metric, rule = compose(phrase)
        metric = self._with_verb(metric, quantity, kind) or phrase.inherited or phrase.topic
        if kind is Kind.MULTIPLE and quantity.value is not None and _MORE_BY.search(raw):
            quantity = replace(quantity, value=quantity.value + 1)  # 增长两倍 is three times
        return Draft(
            quantity,
            kind,
            metric.replace(quantity.surface, "") or UNNAMED,
            rule,
            way,
            self._base(raw, kind, rule),
            whole.quantity if whole else None,
        )

    def _base(self, raw: str, kind: Kind, rule: str) -> str | None:
        """What a change is against; a difference in things (比上年多9天) has a base too, but only a stated one."""
        if kind in _CHANGES:
            return change_base(raw, annual=self.annual)
        return change_base(raw, annual=False) if kind is Kind.LEVEL and rule.startswith("metric.compared") else None

    def _before(self, index: int) -> str:
        quantity = self.page.taken[index]
        if quantity.form == "rank":  # 在13个地级市中排第4位: other numbers of the clause do not cut its subject off
            return self.page.bare(self.page.clause_start(quantity.start, self.start), quantity.start)
        return self.page.before(index, self.start)

    def _kind(
        self, quantity: Quantity, raw: str, before: str, after: str, leader: Draft | None
    ) -> tuple[Kind, str | None]:
        """The kind and, for a change, its direction; a value with nothing before it goes with the one before."""
        kind, way = kind_of(quantity, raw, after), None
        follows = leader is not None and not PLANNED.sub("", before).strip("、和及与,以(")
        if leader is not None and follows and quantity.form in {"percent", "fraction", "points"}:
            kind, way = (leader.kind if quantity.form != "points" else kind), leader.direction
        if kind in _CHANGES and way is None:
            way = direction(raw, after)
        return kind, way

    def _noun(self, index: int) -> str:
        """What stands after a quantity; where nothing does, the noun after the last of its list: 市级3项、区级9项."""
        after = self.page.after(index, self.end)
        for last in range(index, min(index + _MOST, len(self.page.taken) - 1)):
            if after.strip("、和及与"):
                break
            one, other = self.page.taken[last], self.page.taken[last + 1]
            between = self.page.text[one.end : other.start]
            if one.form != "number" or not re.fullmatch(r"(?:[、和及与][^,;。:、0-9]{0,8})?", between):
                return ""
            if between and one.unit != other.unit:
                return ""
            after = self.page.after(last + 1, self.end)
        return after

    def _with_verb(self, metric: str, quantity: Quantity, kind: Kind) -> str:
        """The wording with the verb that the item before it in a list had: 新建泵站4座、管网26公里."""
        if kind is not Kind.LEVEL or not self.drafts or re.match(VERB, metric):
            return metric
        last = self.drafts[-1]
        between = self.page.text[last.quantity.end : quantity.start]
        verb = re.match(rf"(?:{VERB})", last.metric)
        listed = last.kind is Kind.LEVEL and "、" in between and not re.search(rf"[,;。:]|{VERB}", between)
        return verb.group() + metric if verb and listed and len(metric) + len(verb.group()) <= LONGEST else metric

    def _phrase(self, before: str, after: str, kind: Kind, raw: str, whole: Draft | None) -> Phrase:
        past = next((draft for draft in reversed(self.drafts or self.carried) if draft.kind is not Kind.RANK), None)
        topic = "" if self.drafts else self._topic(raw)
        inherited = core_of(past.metric) if past and (self.drafts or not topic) else ""
        containing = whole.metric if whole and kind is Kind.LEVEL else ""
        return Phrase(before, after, kind, inherited, topic or ("" if self.drafts else self.above), containing)

    def _topic(self, raw: str) -> str:
        """What the sentence is about: the subject of the nearest clause before that has one."""
        clauses = re.split(r"[,;:。]", self.page.bare(self.start, self.start + len(raw)))[:-1]
        return next((subject for clause in reversed(clauses) if (subject := subject_of(clause))), "")

    def _whole(self, quantity: Quantity, kind: Kind, before: str) -> Draft | None:
        """The claim of the same sentence of which a quantity is a part: 其中…, 占…, one in brackets."""
        levels = (draft for draft in reversed(self.drafts) if draft.kind is Kind.LEVEL)
        if kind is Kind.SHARE and "占" in before:
            return next(levels, None)
        raw = self.page.text[self.start : quantity.start]
        within, opened = _WITHIN.search(raw), raw.rfind("(")
        if kind is not Kind.LEVEL or not (within or (opened >= 0 and ")" not in raw[opened:])):
            return None
        limit = self.start + (within.start() if within else opened)
        return next((draft for draft in levels if draft.quantity.start < limit), None)

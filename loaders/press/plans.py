"""Plans: whether a figure is a result or a plan, from words before it, around it, and above it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loaders.press.layout import Shape
from loaders.press.words import PLANNED

if TYPE_CHECKING:
    from kg.model import Period
    from loaders.press.page import Page
    from loaders.press.quantities import Quantity
    from loaders.press.times import Clock

__all__ = ["Plans"]

_HEADING = re.compile(r"(?:目标|计划|打算|安排|展望|下一步|明年|重点任务|工作思路)(?!完成|执行|落实)[^。]{0,6}$")
_START = re.compile(
    r"(?:预期)?目标(?:是|为|如下|任务是|:)|重点(?:抓好|做好|推进)(?:以下|[一二三四五六七八九十]个?方面)|"
    r"(?:^|[。;])(?:下一步|下步|新的一年|今后一个时期)"
)
_PAST = re.compile(
    r"今年以来|截至|共|占|办理|受理|收到|了|已|同比|比上年|去年|上年|累计|完成了?(?!率)|增长[0-9.]+%(?!左右|以上)|达到?了|实现了|"
    r"获|荣|建成[0-9]|全年完成"
)
_RESULTS = re.compile(
    r"同比|[比较]上年|去年|上年|累计|已[完建实达有]|完成了|截至|今年以来|获评|荣获|增长[0-9.]+%(?!左右|以上)"
)
_STRONG = re.compile(r"力争|确保|争取(?=在|到20|实现|完成|新增|达到|突破|早日)|将(?=新|建|继续|推)")
_GOALS = re.compile(r"力争|确保|左右|以上|不低于|争取(?!到)")
_RESET = re.compile(r"已|实际|截至目前|累计|完成了|全年完成|;(?![^;]*(?:预计|力争))")
_TARGET = re.compile(r"(?P<target>(?:任务|考核指标|目标|计划)(?:数|值)?(?:为|是|:)?)$")
_AGAINST = re.compile(r"(?:高于|低于|完成|超过?|占|达到|为)[^,。;]{0,12}$")
_MISSED = re.compile(r"(?:未|没有|不)(?:达到?|完成)[^,。;]{0,12}$")
_GOAL_AFTER = re.compile(r"的?(?:预期|年度|既定)?(?:目标|任务)(?!的|完成)")
_PLANNED_AFTER = re.compile(r"[^,。;0-9]{1,12}(?:计划|拟|将|预计)(?!的)[^,。;]{0,6}(?:完|建|开|投|启|竣|交)")
_TEXT_LEVEL = 1
_MANY = 5  # goals: a text of them that reports nothing done is a plan


class Plans:
    """Keeps from block to block whether the text speaks of what is to come."""

    def __init__(self, text: str, clock: Clock) -> None:
        """A text with goals and nothing done is a plan as a whole."""
        self.clock = clock
        self._all = len(_GOALS.findall(text)) > _MANY and not _RESULTS.search(text)
        self._planned = False
        self._level = _TEXT_LEVEL
        self._read: Page | None = None
        self._only, self._since = False, 0

    def enter(self, page: Page) -> None:
        """A heading that announces plans makes plans of what follows, up to a heading of its level."""
        if page.block.shape is not Shape.HEADING:
            return
        level = _heading_level(page.text)
        if _HEADING.search(page.text):
            self._planned, self._level = True, level
        elif level <= self._level and not page.taken:
            self._planned = False

    def leave(self, page: Page) -> None:
        """A block that ends by announcing what is to be done does as a heading does."""
        if page.text.endswith(":") and _START.search(page.text[-60:]):
            self._planned, self._level = True, min(self._level, _TEXT_LEVEL)

    def _of_block(self, page: Page, at: int) -> bool:
        """Whether a block speaks of plans before a character; what holds for a block is found once."""
        if self._read is not page:
            start = _START.search(page.text)
            self._read, self._only = page, _only_plans(page.text)
            self._since = start.start() if start else len(page.text)
        return self._only or self._since < at

    def rule(self, page: Page, quantity: Quantity, period: Period, start: int) -> str | None:
        """The rule by which a figure is a plan; None where it is a result."""
        before, after = page.text[start : quantity.start], page.text[quantity.end : quantity.end + 24]
        if _is_cued(before) or _PLANNED_AFTER.match(after):
            return "status.cue"
        target = _TARGET.search(before)
        if (target and not _AGAINST.search(before[: target.start()])) or (
            _GOAL_AFTER.match(after) and _MISSED.search(before)
        ):
            return "status.target"
        if period.start.year > self.clock.year:
            return "status.future"
        if self._planned or self._all or self._of_block(page, quantity.start):
            return "status.section"
        return None


def _is_cued(before: str) -> bool:
    """Whether a word of planning stands before, and no word of results after it; 预计 holds over a semicolon."""
    cue = None
    for match in PLANNED.finditer(before):
        cue = match
    if cue is None:
        return False
    rest = before[cue.end() :]
    return not (re.search("已|实际", rest) if cue.group() == "预计" else _RESET.search(rest))


def _heading_level(text: str) -> int:
    """一、 is 1, (一) 2, 1. 3, a heading without a number 1."""
    if re.match(r"[(（][一二三四五六七八九十]+[)）]", text):
        return 2
    return 3 if re.match(r"[0-9]{1,2}[.、]|[(（][0-9]", text) else 1


def _only_plans(text: str) -> bool:
    """Whether a block sets out to do something and reports nothing done."""
    return bool(_STRONG.search(text)) and not _PAST.search(text)

"""Bases: what a change is against: the year before, the period before, a plan period, an average, or the words."""

from __future__ import annotations

import re

from loaders.press.words import DOWN, UP

__all__ = ["change_base"]

_NAMED = (
    (re.compile(r"同比|(?:比|较|与)(?:上年|去年|前一?年|上一年)(?:度|同期|末)?|按可比"), "yoy"),
    (re.compile(r"环比|(?:比|较)(?:上月|上季度?)"), "mom"),
)
_PLAN = re.compile(r"(?:较|比|与|是)[“\"]?([一二三四五六七八九十]{2,3}五)[”\"]?")
_OTHER = re.compile(
    r"(?:较|比|与|高出|高于|低于|快于|慢于|优于|好于|多于|少于|领先|高|低)"
    r"((?:同期|预期|年初|目标|计划|全[国省市区县球][^,。;0-9]{0,8}?|20[0-9]{2}年(?:末|底|同期)?|[^,。;0-9]{2,10}?))"
    rf"(?:相比|的?(?:水平)?)?(?:分别|约)?(?:{UP}|{DOWN})?(?:了|约)?$"
)


def change_base(before: str, *, annual: bool) -> str | None:
    """The base of a change, from what stands before it in its sentence.

    In a report on one year a bare 增长 is against the year before, as gold/GUIDELINES.md has it; else None.
    """
    clause = re.split(r"[。;]", before)[-1]
    chunk = re.split(r"[,。;]", before)[-1]
    if match := _PLAN.search(chunk):
        return match.group(1)
    named = [(found[-1].start(), name) for pattern, name in _NAMED if (found := list(pattern.finditer(chunk)))]
    if named:
        return max(named)[1]
    if match := _OTHER.search(chunk):
        return match.group(1).strip()
    for pattern, name in _NAMED:
        if pattern.search(clause):
            return name
    return "yoy" if annual else None

"""Lists: which subject each of several values has that follow each other: 刑事、治安案件发案分别下降20%、5%."""

from __future__ import annotations

import re

from loaders.press.metrics import CHANGED
from loaders.press.phrases import clean, join, unlinked
from loaders.press.words import REACHED

__all__ = ["shared_heads"]

_RESPECTIVELY = re.compile(r"(?:同比|环比)?(?:分别|各|(?<![人日户月年亩地平])均|依次|都)+.*$")
_REST = re.compile(r"(?:分别|各|依次)(?P<rest>[^分别]{2,14})$")
_NO_TAIL = re.compile(r"同比|环比|较|比|是|完成(?:年度|全年|任务|目标)|占|增|降|下降|提高")
_PART = re.compile(r"[、]|(?<=[\u4e00-\u9fff”])(?:(?<![共调平总])和|(?<![参给])与|(?<!以)及|以及)(?=[\u4e00-\u9fff“])")
_ENDING = re.compile(
    r"(?:[起件户人次数总]?数|总量|数量|量|总额|余额|额|率|值|面积|收入|支出|产值|增加值|比重|占比|金额|发案|警情|人次|投资)$"
)
_STEM = re.compile(r"(?:[起件户家人]数|死亡人数|发案数?|立案数?|破案数?|数量|总量|金额|总额|数|量|额|率)$")


def shared_heads(before: str, count: int) -> list[str] | None:
    """The subjects of `count` values, each with what the list says only once; None where the parts do not fit."""
    cleaned = clean(before)
    rest = _REST.search(cleaned)
    tail = unlinked(CHANGED.sub("", rest["rest"])) if rest else ""
    subject = REACHED.sub("", CHANGED.sub("", cleaned))
    parts = [part for part in _PART.split(unlinked(_RESPECTIVELY.sub("", subject))) if part]
    if len(parts) != count or count < 2:
        return None
    if len(tail) >= 2 and not _NO_TAIL.match(tail):
        return [_completed(part, parts[-1]) + tail for part in parts[:-1]] + [
            parts[-1] + tail
        ]  # 东区、西区分别完成投资3亿元、5亿元
    first, last = parts[0], parts[-1]
    if _ENDING.search(first):  # 交通事故起数、死亡人数: the later ones share the head of the first
        stem = _stem(first)
        return [first, *(part if _stands_alone(part, first, stem) else join(stem, part) for part in parts[1:])]
    return [*(_completed(part, last) for part in parts[:-1]), last]


def _stands_alone(part: str, first: str, stem: str) -> bool:
    return len(part) >= len(first) or bool(stem and part.startswith(stem[:2]))


def _stem(first: str) -> str:
    stem = _STEM.sub("", first)
    return stem if 1 < len(stem) <= 14 else ""


def _completed(part: str, last: str) -> str:
    """The part with what it lacks: 刑事 + 治安案件发案 -> 刑事案件发案; 存款 + 贷款余额 -> 存款余额."""
    ending = _ENDING.search(last)
    if len(part) >= len(last):
        return part + ending.group() if ending else part
    return part + (last[len(part) :] if len(last) > len(part) + 1 else "")

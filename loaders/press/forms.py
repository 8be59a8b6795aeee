"""Forms: whether a quantity is a level, a change, a share, a rate, a rank or a multiple, and which way it goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.model import Kind
from loaders.press.words import CHANGE, LEVEL_TO, SHARE, direction_of

if TYPE_CHECKING:
    from loaders.press.quantities import Quantity

__all__ = ["VERB_FIRST", "direction", "kind_of"]

_SIMPLE = {
    "points": Kind.POINTS,
    "rank": Kind.RANK,
    "multiple": Kind.MULTIPLE,
    "ratio": Kind.MULTIPLE,
    "structure": Kind.SHARE,
    "number": Kind.LEVEL,
}
_CHANGED = re.compile(
    r"(?:增幅|增速|涨幅|降幅|减幅|(?<!自然)增长率|增长|下降|降价|涨价)(?:均|都|分别|约|达到?|为|超过?|高达|[::])*$"
)
_RATED = re.compile(r"(?:率|比例|水平|指数|度|面|比)(?:均|都|达到?|为|超过?|近|约|在|实现|保持|稳定|不足|不低于|高)*$")
_NOUN = re.compile(r"(?:的|以上的?)?[\u4e00-\u9fff“]")
_SHARE_BEFORE = re.compile(r"(?:占比|比重|占)[^,。;]{0,6}(?:分别|依次|各)?(?:为|达到?|是)$")
_CLAUSES = re.compile(r"[,;:。]")
_LINK_ONLY = re.compile(r"(?:分别|依次|各)?(?:为|达到?|是)")
VERB_FIRST = re.compile(
    r"(?P<verb>减少|压缩|压减|缩短|降低|精简|节约|节省|提升|提高|增加)(?P<noun>[\u4e00-\u9fff]{2,8}?)(?<![率重比至到在为达])(?:约|近|超过?|达)?$"
)
"""A change whose object stands between verb and figure: 减少材料62%."""

_ADDED = re.compile(r"[\u4e00-\u9fff]\+$")
_DONE = re.compile(r"完成[^,。;]{0,10}(?:任务|目标|计划)的?$")
_FROM = re.compile(r"(?:提升|提高|上升|下降|降低|增长|升|降|增加|扩大)(?:到|至|为)")
_REMAINS_RATE = re.compile(r"自然增长率|(?:占|为)(?:年度?|全年|年初)?(?:计划|预算|任务|目标)[^,。;]{0,6}$")
_WORDS = re.compile(
    r"增长|上升|提高|提升|增加|高出|高于|快于|优于|上涨|扩大|攀升|改善|回升|高|快|增|升|下降|降低|减少|回落|压减|压缩|缩短|收窄|下滑|低于|慢于|减幅|降幅|减|降|低"
)


def kind_of(quantity: Quantity, before: str, after: str) -> Kind:
    """The kind of a quantity from what stands before it in its sentence and after it in its clause."""
    if quantity.unit.startswith("/"):
        return Kind.RATE
    if quantity.form in _SIMPLE:
        return _SIMPLE[quantity.form]
    chunk = _chunk(before)
    if _REMAINS_RATE.search(chunk):
        return Kind.RATE
    if _CHANGED.search(chunk) or _ADDED.search(chunk) or VERB_FIRST.search(chunk):
        return Kind.CHANGE
    if SHARE.search(chunk) or _SHARE_BEFORE.search(chunk):
        return Kind.SHARE
    if LEVEL_TO.search(chunk):
        return Kind.SHARE if re.search(r"占比|比重", chunk) else Kind.RATE
    if CHANGE.search(chunk) or re.match(r"的(?:增速|增幅|增长|降幅)", after):
        return Kind.CHANGE
    return Kind.SHARE if _is_part(quantity, chunk, after) else Kind.RATE


def _chunk(before: str) -> str:
    """The clause before a quantity; 分别为 alone continues the clause before it: …案件占比居前,分别为28%、23%."""
    clauses = _CLAUSES.split(before)
    return clauses[-2] + clauses[-1] if len(clauses) > 1 and _LINK_ONLY.fullmatch(clauses[-1]) else clauses[-1]


def _is_part(quantity: Quantity, chunk: str, after: str) -> bool:
    """Whether a percentage is a part of something: 95%以上纠纷在镇村化解; not a rate that the words before name."""
    if _RATED.search(chunk) or quantity.value == 100 or _DONE.search(chunk) or _FROM.match(after):
        return False
    return quantity.form == "fraction" or bool(_NOUN.match(after))


def direction(before: str, after: str) -> str:
    """`up` or `down` for a change, from the nearest word of change; concentrations improve downwards."""
    if re.search(r"(?:浓度|PM[0-9.]+)[^。;]{0,28}改善$", before):
        return "down"
    sentence = re.split(r"[。;]", before)[-1]
    if match := VERB_FIRST.search(re.split(r"[,]", sentence)[-1]):
        return direction_of(match["verb"])
    if match := CHANGE.search(re.split(r"[,]", sentence)[-1]):
        return direction_of(match["word"])
    if match := re.match(r"的(增速|增幅|增长|降幅)", after):
        return direction_of(match.group(1))
    found = _WORDS.findall(sentence)
    return direction_of(found[-1]) if found else "up"

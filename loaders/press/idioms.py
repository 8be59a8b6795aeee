"""Idioms: numerals in words that count nothing: 百姓, 一流, 三农, 千家万户."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loaders.press.quantities import Quantity

__all__ = ["NAME_AFTER", "is_idiom"]

NAME_AFTER = re.compile(
    r"(?:行动|工程|计划|规划|方案|纲要|改革|战役|攻坚|会战|制度|服务圈|生活圈|健康圈|便民|圈|自助|营业|值守|值班|服务|热线|不打烊|开放|在线|过境|免签|监控|轮岗|班|制)"
)
"""What follows a number that names something: 三年行动, 24小时自助."""

_IDIOM = re.compile(
    r"^(?:一(?![成半十百千万亿])|[二三]次(?=[\u4e00-\u9fff])|[二三四五]次会议|[一二三四五]类(?=居住|用地|水质|地区|区)|[一二三四五六七八九十]期(?:工程|项目|等)|三次产业|一二三产|[百千万]人(?=[均口]|以上|[\u4e00-\u9fff]{2,8}[数率量])|百姓|百强|百货|百年|百日|百名|千人均|千家万户|千方百计|万家|万户|万众|万名?达|十分|十足|十佳|十强|十大|十件|十项全能|三农|四好|五保|双|两会|两岸|两委|两新|两优|两高|两癌|两山|两抢|"
    r"三甲|三级甲|三防|四不|五一|六一|七一|八一|十一(?=假期|黄金周|期间|国庆|长假)|三八|千里|百业|百花|百万|三军|两翼|三区|九小|八五|七五|六稳|六保)"
)
_FIXED = re.compile(
    r"^(?:[一二三四五六七八九十两]+(?:级|大|方面|条线|个方面|个维度|个环节|个一|位一体|张网|个统一|项制度|个转变|个意识|个自信|个维护|个全面|步走|个不|不|个必须|个坚持|重))"
)
_COUNTED = re.compile(
    r"个|项|家|处|条|件|起|名|人|次|场|座|所|户|套|台|辆|份|宗|类|种|批|支|只|艘|架|场次|轮|"
    r"人次|门|部|块|枚|篇|位|对|间|栋|幢|张|期|档|例|笔|轮次|家次|户次"
)
"""Measure words with which a small numeral in words counts something."""


def is_idiom(quantity: Quantity, before: str, after: str) -> bool:
    """Whether a numeral in words is part of a fixed expression."""
    if not quantity.worded or quantity.form in {"rank", "fraction", "multiple"}:
        return False
    words = quantity.surface + after[:12]
    if before.endswith("每") or re.match(r"[百千万亿](?![余多千百万亿一二三四五六七八九十])", words):
        return True
    if (
        quantity.scaled
        and quantity.measure
        and re.search(r"[余多]|[一二三四五六七八九两][十百千万]|^[近超约千百万数上几]", quantity.surface)
    ):
        return bool(re.match(r"百(?:姓|强|年|日)|万(?:家|众|元(?!余|多))|千家", words))
    if quantity.unit == "CNY" and not quantity.scaled and re.match(r"[\u4e00-\u9fff]", after):
        return True  # 三元巷
    if _IDIOM.match(words) or _FIXED.match(words):
        return True
    if quantity.measure == "time":
        return not re.search(r"(?:缩短|延长|提前|压缩|连续|节约|缩减|减少|推迟)(?:了|至|到|近)?$", before) or bool(
            re.match(r"行动|计划", after)
        )
    if not _COUNTED.fullmatch(quantity.unit) and quantity.measure not in {"money", "area", "length"}:
        return True
    return bool(re.search(r"(?:[同统唯万每某任另逐专单之])$", before)) or bool(NAME_AFTER.match(after))

"""Phrases: cutting and joining the words around a quantity until a noun phrase is left."""

from __future__ import annotations

import re

from loaders.press.words import ADVERBS, DOWN, LINKS, REACHED, UP, VERB

__all__ = ["LONGEST", "clean", "is_thin", "join", "noun_after", "tidy", "unlinked"]

LONGEST = 32
"""The most characters of a metric's wording, as gold/GUIDELINES.md has it."""

_LONG = 22
_LEADING = re.compile(
    rf"^(?:(?:{ADVERBS})(?![\u4e00-\u9fff]?(?:率|额|量|比|度))|[、,“”‘’\s:(]|其中|虽|但|而|却|我们|力争|预计|"
    rf"(?:计划|拟|将|确保|争取)(?=新|{VERB})|(?:{LINKS}|和|与|及|并)(?=新|{VERB}|[全我各本]|[0-9]|$)|的)+"
)
_LINK = re.compile(
    r"(?:的|等|(?<![签预合])约|近|(?<!公)共|各|(?<![人日户月年亩地平])均|都|(?<![送到表直抵传])达|为|至|超|在|将|把|其中|以及|"
    r"包括|分别|依次|左右|平均|合计|共计|总计|累计|其|和|与|及|、|:)+$"
)
_TO = re.compile(
    rf"(?:(?:由|从)[^,。;]{{0,14}})?(?:{UP}|{DOWN}|扩|缩|攀|延长|发展|调整|控制|稳定|跃)?(?:至|到|为|在|(?<![完建组形达合])成)$|"
    r"(?:由|从)(?:[^,。;]{0,8}[年月底末]的?|原来的?|此前的?|过去的?)$|(?:由|从|可|却|仍|仅|是[^,。;]{2,10}的)$|(?:虽|就|便)?(?:只有|仅有)$"
)
_CONTENT = re.compile(
    rf"{VERB}|同比|环比|增长|下降|完成率?|达到?|总量|总数|数量|规模|增速|增幅|降幅|排名|综合|位列|占比|比重|比例|占|全省|全市|全国|"
    r"全区|其中|共有?|相关|上述|该|此类|发案|案件|人数|金额|面积|总额|均|考核|年度|计划|预算|预期|调整|标的额|标的总额|破案|实际|"
    r"嫌疑人|犯罪嫌疑人|隐患|损失|资金|活动|滚动|成功|同类|任务|目标|高出|高于|低于|快于|交易额|销售额|成交额|年|月|日|约|的|数|"
    r"率|额|量|率先|水平|平均|较|比|其|内|等|为|有|是|上|\s|、|[^\u4e00-\u9fffA-Za-z0-9]"
)
_OPENED = re.compile(r"^[”’\"'*\s)]+")
_CLOSED = re.compile(r"[“”‘’\"'*\s]+$")
_CLAUSE = re.compile(r"(?:数据|资料|图片)来源|[,。;:!?\n—]")
_POSTPOSED = re.compile(r"^(?:的|余|多|左右|以上|以下|以内)")
_MARKS = re.compile(r"[,，。;；:：!！?？\n*…]")
_LOOSE = re.compile(r"^[、和及与的等”’）)]+|[、和及与的等“‘（(]+$")
_VERBS = re.compile(rf"(?:{VERB}){{2,}}")
_THIN = 2
_TURNED = re.compile(rf"(?:{UP}|{DOWN}|精简|压)[^,、]{{0,3}}(?:至|到|为|成)")
_NO_NOUN = re.compile(
    r"(?:[、和及与起后前时中内外来]|以上|左右)$|^(?:[、和及与]?(?:同比|环比|较|比上|增长|下降|占|提高|降低))"
)
_LISTED = re.compile(r"(?P<list>[^等]{2,24}、[^等]{1,12}等)(?:各类|各项|多个|多项)?(?=[\u4e00-\u9fff“]{2})")
_SUMMED = re.compile(rf"(?P<verb>(?:{VERB})?)[^等]*、[^等]*等(?P<noun>[^等]{{4,}})$")


def clean(text: str) -> str:
    """The phrase without adverbs, quotes and connectives before it."""
    text = _CLOSED.sub("", _OPENED.sub("", text))
    while (cleaned := _LEADING.sub("", text, count=1)) != text:
        text = cleaned
    return text


def unlinked(text: str) -> str:
    """The phrase without what only links it to its number: 达, 为, 增至, 分别."""
    while (cut := _LINK.sub("", REACHED.sub("", _TO.sub("", text)))) != text:
        text = cut
    return text


def noun_after(after: str) -> str:
    """The noun phrase that follows a quantity, without a list before 等; empty where a clause mark follows."""
    text = _CLAUSE.split(after, 1)[0].strip()
    text = _POSTPOSED.sub("", text)
    if _TURNED.match(text):
        return ""
    listed = _LISTED.match(text)
    if listed and not re.search(VERB, listed["list"]):
        text = text[listed.end() :]
    elif listed:
        text = text.split("、")[0]
    text = _LINK.sub("", text)
    return "" if _NO_NOUN.match(text) else text[:_LONG]


def is_thin(wording: str) -> bool:
    """Whether a wording says too little to name a metric: 发案, 完成率, 嫌疑人."""
    if len(wording) > 3 and _VERBS.fullmatch(wording):
        return False  # 预警劝阻 says enough
    return len(_CONTENT.sub("", wording)) < _THIN


def join(head: str, tail: str) -> str:
    """Both phrases as one of at most LONGEST characters; what the two share stands once, the tail is kept whole."""
    room = LONGEST - len(tail)
    if not head or room <= 0:
        return tail
    overlap = next((size for size in range(min(len(head), len(tail)), 1, -1) if head.endswith(tail[:size])), 0)
    head = head[: len(head) - overlap] if overlap else head
    return (head if len(head) <= room else head[:room]) + tail


def tidy(text: str) -> str:
    """The phrase as a person would write it in a table: no clause marks, no loose ends, at most LONGEST characters."""
    text = _MARKS.sub("", text)
    text = _LOOSE.sub("", text).strip()
    if len(text) > _LONG and (listed := _SUMMED.match(text)):
        text = listed["verb"] + listed["noun"]
    if len(text) > LONGEST:
        text = text[-LONGEST:]
        cut = re.search(r"[、]", text[:12])
        text = text[cut.end() :] if cut else text
    if text.count("“") != text.count("”") or text.count("(") != text.count(")"):
        text = re.sub(r"[“”()]", "", text)
    return text

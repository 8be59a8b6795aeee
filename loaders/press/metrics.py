"""Metric wording: the noun phrase that says what a quantity measures, put together from what stands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model import Kind
from loaders.press.forms import VERB_FIRST
from loaders.press.phrases import clean, is_thin, join, noun_after, tidy, unlinked
from loaders.press.words import DOWN, UP, VERB

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHANGED", "Phrase", "compose", "core_of"]

CHANGED = re.compile(
    r"(?:,|、)?(?:(?:同比|环比|同口径|按可比价格?计算|(?:剔除|扣除)[^,。;]{2,12}?(?:后|因素)|可比|名义|实际|年均|平均每年|日均|月均)|(?:较|比|(?<!参)与)[^,。;]{1,16}?(?:相比)?|"
    r"(?:高出?|低|快|慢|多|少)于?(?:全国|全省|全市|全区|全球|预期|目标|年度|上年|去年)[^,。;]{0,10}?){0,3}"
    r"(?:平均|(?<![人日户月年亩地平])均|都|分别|各|依次|约|增速|增幅|净|再|又|也|还|呈|总体|基本|大幅|明显|持续|实现|可)*"
    rf"(?:{UP}|{DOWN}|增幅|增速|降幅|涨幅)(?:了|率|幅度|幅)?(?:分别|均|各|依次)?(?:达到?|为|约|近|超|到|至|于)*$"
)
"""A predicate of change at the end of a phrase: what stands before it is the metric."""

_RANK = re.compile(
    r"(?:,|、)?(?:在|继续|均|都|稳|保持|持续|蝉联|双双|始终|已|再次|首次|连续(?:[0-9一二三四五六七八九十]+年)?|由|从|综合)*"
    r"(?:排|居|位[居列次]|列|名列|跃|升至|前移|进入|稳居|夺得|获|跻身|荣|取得|挺进|蝉联|领跑|全[国省市区县球]|省内|国内|世界|同类|"
    r"[0-9]+个|第).*$"
)
_RANKING = re.compile(
    r"(?:列|居|排名?|位列|名列|跻身|入围|入选|获|排)"
    r"(?P<list>[^列居排]{2,20}(?:百强|十强|强|榜|考核|评价|测评|评比|排名|指数|评估|竞赛))"
)
_SHARE = re.compile(r"占(?P<whole>[^,。;]{0,18}?)(?:的|的比重|比重|比例|份额)?(?:约|近|超|超过|达到?|为|了)*$")
_BEYOND = re.compile(r"(?:比[^,。;]{1,16}?[高低快慢]|高出?于?|低于|快于|慢于|优于|领先于?)[^,。;]*$")
_MORE = re.compile(
    r"(?:^|(?<=[\u4e00-\u9fff])|,)(?:同比|环比|(?:比|较|与)[^,。;]{1,14}?)(?:净|再|又|共|分别)?"
    rf"(?P<verb>(?:{UP}|{DOWN})(?:收|开|出|办|完成)?)(?:了|约)?$"
)
_TIMES = re.compile(
    r"(?:同比|环比|比[^,。;]{1,10}|较[^,。;]{1,10})?(?:分别)?(?:是|为|相当于|达到?|增长|增加|提高|扩大|翻)[^,。;]*$"
)
_COMPARISON = re.compile(
    rf"(?:增长率|{UP}|{DOWN}|增速|增幅|总量|综合|排名|全[国省市区县]|平均|水平|同比|环比|比|较|上年|任务|完成率?|实现|达|第|的|位|占|预期|"
    r"目标|、)*+"
)
_VERB = re.compile(rf"(?:{VERB})(?:了|过|并|和|、)?")
_TRAILING_VERB = re.compile(rf"(?P<verb>(?:(?:{VERB})(?:并|和|、|/)?){{1,3}})(?:了|过|完成)?$")
_ADVERBIAL = re.compile(r"[在为对与向给从让使]|围绕|通过|依托")
_BACK = re.compile(r"相关|上述|此类")
_NO_METRIC = frozenset({"", "增速", "增幅", "大关", "关口", "台阶"})
_OF_SOMETHING = re.compile(
    r"(?:总|年|累计|平均|日均|人均)?(?:产量|投资|投资额|产值|面积|收入|亩产|单产|均价|人数|次数|容量|长度|里程|客流量?|销量|销售额|"
    r"交易额|成交额|总额|余额|规模|利润|税收|价值|保费|标的额)"
)
"""Nouns that measure something that the words before them name."""

_ENDS_MEASURED = re.compile(rf"(?<=[\u4e00-\u9fff]{{2}}){_OF_SOMETHING.pattern}$")
_LONG, _SHORT, _BARE = 22, 10, 4


@dataclass(frozen=True, slots=True)
class Phrase:
    """What stands before and after a quantity in its clause, and the wordings that it may continue or be part of."""

    before: str
    after: str
    kind: Kind
    inherited: str = ""
    topic: str = ""
    whole: str = ""


def compose(phrase: Phrase) -> tuple[str, str]:
    """The wording and the rules that made it, joined by +; at most LONGEST characters, no clause mark."""
    own, rule = _READERS[phrase.kind](phrase)
    measured = phrase.kind is Kind.LEVEL and _OF_SOMETHING.fullmatch(own) is not None
    rate = phrase.kind in {Kind.RATE, Kind.SHARE} and len(own) <= _BARE
    bare = measured or (rate and not (own.endswith("率") and phrase.inherited.endswith("率")))
    inherited = _ENDS_MEASURED.sub("", phrase.inherited) if measured else phrase.inherited
    if is_thin(own) or (bare and inherited):
        follows = not own or bare or bool(_COMPARISON.fullmatch(own))
        context = (inherited or phrase.topic) if follows else (phrase.topic or inherited)
        if context and own not in context:
            own, rule = join(context, own), rule + "+metric.context"
        elif context:
            own, rule = context, "metric.inherited"
    elif phrase.whole and not _share_words(phrase.whole, own):
        own, rule = join(phrase.whole, own), rule + "+metric.context"
    return tidy(own), rule


def core_of(wording: str) -> str:
    """The wording without what a following change, rank or share would add anew."""
    return re.sub(r"(?:占[^占]{0,12}比重|占比|完成率)$", "", wording)


def _changed(phrase: Phrase) -> tuple[str, str]:
    before = clean(phrase.before)
    subject = CHANGED.sub("", before)
    if phrase.kind is Kind.POINTS:
        subject = _BEYOND.sub("", subject)
    if subject == before and (match := VERB_FIRST.search(before)):
        return clean(before[: match.start()]) + match["noun"], "metric.changed"
    if subject == before and before:
        return noun_after(phrase.after) or before, "metric.changed"
    comparison = before[len(subject) :]
    if manner := re.search(r"(名义|实际)(?=增|下|提|上|降)", comparison):
        subject = (subject or phrase.inherited) + manner.group(1) + "增速"
    subject = re.sub(r"按[^,。;]{2,8}(?:计算|核算)$", "", subject)
    compared = phrase.kind is Kind.POINTS and re.search(r"高|低于|快|慢|领先", comparison)
    return clean(subject), "metric.compared" if compared else "metric.changed"


def _ranked(phrase: Phrase) -> tuple[str, str]:
    before = clean(phrase.before)
    subject = clean(_RANK.sub("", before))
    ranking = _RANKING.search(before)
    if ranking and (is_thin(subject) or re.fullmatch(r"[\u4e00-\u9fff]{2,5}[市区县]", subject)):
        return join(subject, ranking["list"]), "metric.ranked"
    return subject, "metric.ranked"


def _shared(phrase: Phrase) -> tuple[str, str]:
    before = clean(phrase.before)
    if match := _SHARE.search(before):
        subject, whole = clean(before[: match.start()]), match["whole"].strip("的").removeprefix("比")
        return join(subject or phrase.inherited, f"占{whole}比重" if whole else "占比"), "metric.share"
    return _stated(phrase)


def _multiplied(phrase: Phrase) -> tuple[str, str]:
    return clean(_TIMES.sub("", clean(phrase.before))), "metric.before"


def _stated(phrase: Phrase) -> tuple[str, str]:
    """A level or rate: the words before the number, the noun after it, or both."""
    before = clean(phrase.before)
    context = phrase.inherited or phrase.topic
    if context and _BACK.search(before):
        before = join(context, _BACK.sub("", before))
    if match := _MORE.search(before):
        return join(unlinked(before[: match.start()]) or phrase.inherited, match["verb"]), "metric.compared"
    noun, head = noun_after(phrase.after), unlinked(before)
    if noun in _NO_METRIC:
        return head, "metric.before"
    adverbial = _ADVERBIAL.match(phrase.before.lstrip())
    if verb := _TRAILING_VERB.search(head):
        subject = head[: verb.start()]
        kept = subject and len(subject) <= _SHORT and not adverbial and not re.search(r"[街镇区村]道?$|等$", subject)
        return join(subject if kept else "", verb["verb"].strip("、并和/") + noun), "metric.verb-after"
    if not head or head.endswith(("的", "等")) or len(head) > _LONG or adverbial:
        leading = _VERB.match(head) if len(head) > _LONG else None
        return (leading.group().rstrip("了过并和、") if leading else "") + noun, "metric.after"
    return join(head, noun), "metric.around"


_READERS: dict[Kind, Callable[[Phrase], tuple[str, str]]] = {
    Kind.LEVEL: _stated,
    Kind.RATE: _stated,
    Kind.SHARE: _shared,
    Kind.CHANGE: _changed,
    Kind.POINTS: _changed,
    Kind.RANK: _ranked,
    Kind.MULTIPLE: _multiplied,
}


def _share_words(one: str, other: str) -> bool:
    """Whether two phrases have three characters in a row in common."""
    return any(one[at : at + 3] in other for at in range(max(1, len(one) - 2)))

"""Claim or not: the rules that say of a quantity why it states no claim."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loaders.press.idioms import NAME_AFTER, is_idiom

if TYPE_CHECKING:
    from loaders.press.quantities import Quantity

__all__ = ["Surroundings", "name_spans", "rejection"]

_QUOTED = re.compile(
    r"“([^“”]{1,60})”|‘([^‘’]{1,40})’|\"([^\"\n]{1,40})\"|《([^《》]{1,80})》|「([^「」]{1,40})」|【([^【】]{1,30})】"
)
_SPEECH = re.compile(r"[,。;!?]")
_SHORT_NAME = 26

_PERSON = re.compile(
    r"某某?(?=[^,。;]{0,12}(?:被|准备|因|欠|报|向|在|家|诈|骗|称|说|的))|(?<=[\u4e00-\u9fff])(?:女士|先生|大爷|大妈|奶奶|阿姨|老人家)(?!们)"
)
_CASE = re.compile(
    r"被骗|被处|被罚|诈骗|转账|准备|险些|丢失|走失|求助|报警|报案|拿到|领到|告诉|说|接到|预警|劝阻|捡到|遗失|当场|表示"
)
_ORDINAL_AFTER = re.compile(
    r"(?:届|批|期|次|场|号|条(?!措)|章|页|版|卷|辑|轮|季度?|责任|时间|书记|产业|方阵|梯队|人称|线|手|一|大|个|阶段|年|代|台|部|座|家|款|例|名|项|单|列|站|口岸|医院|中学|小学|人民)"
)
_RANK_BEFORE = re.compile(
    r"(?:排|居|列|位|名次|跃升|跃居|升至|前移|上升|进入|稳|夺得|获得?|均|第|全[国省市区县州]|全球|世界|省内|国内|全自治区|同类|城市|地级市|区市?|省份?|序列|中|总量|增速|指数|考核|综合|名列|荣获|蝉联|保持|跻身|挺进|迈入|重返|由|从|至|到|、)"
    r"[^,。;]{0,12}$"
)
_TIME_CONTEXT = re.compile(
    r"(?:增加|减少|增|减|缩短|压缩|压减|压至|压到|压降|提速|减少|减至|降至|降到|延长|延至|增至|提前|控制|节约|节省|平均|超过|用时|耗时|时限|期限|寿命|天数|时长|时间|周期|案龄|工期|跨度|"
    r"连续|达到?|至|到|由|从|为|约|近|仅|只需|仅需|不超过|不足|少|多|快|满|累计|总计|在|有|用了?|[::])[^,。;0-9]{0,6}$"
)
_HOTLINE = re.compile(r"^(?:[0-9]{3}|[0-9]{5}|9[0-9]{4,5}|1[0-9]{10}|0[0-9]{2,3}|400[0-9]*)$")
_CODE_BEFORE = re.compile(r"[A-Za-z+×/_.#№〔\[-]$|第$|[^\u4e00-\u9fff]NO\.?$")
_CODE_AFTER = re.compile(r"^(?:[A-Za-z+×_〕\]](?!FLOPS|[GTPM]B|[GM]bps)|\.[0-9]|号(?!召)|#|-[A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the quantities of a block: its text, the names and the time words in it, its list mark."""

    text: str
    names: tuple[tuple[int, int], ...]
    time_spans: tuple[tuple[int, int], ...]
    mark: int
    byline: bool
    sentences: tuple[tuple[int, int], ...] = field(default=())


def name_spans(text: str) -> tuple[tuple[int, int], ...]:
    """The quoted stretches of a block that are names; speech, which has clause marks inside, is none."""
    found = []
    for match in _QUOTED.finditer(text):
        inner = next(group for group in match.groups() if group is not None)
        book = match.group()[0] == "《"
        if book or (len(inner) <= _SHORT_NAME and not _SPEECH.search(inner)):
            found.append(match.span())
    return tuple(found)


def rejection(quantity: Quantity, around: Surroundings) -> str | None:
    """The name of the rule by which a quantity states no claim, None where it does."""
    before, after = (
        around.text[max(0, quantity.start - 24) : quantity.start],
        around.text[quantity.end : quantity.end + 24],
    )
    for rule, holds in _RULES:
        if holds(quantity, around, before, after):
            return rule
    return None


def _covered(quantity: Quantity, spans: tuple[tuple[int, int], ...]) -> bool:
    """Whether a quantity touches one of some stretches, sorted by their start; the longest is under 90 characters."""
    at = bisect_left(spans, (quantity.end, 0))
    return any(quantity.start < end for start, end in spans[max(0, at - 6) : at])


def _in_mark(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - rules have one form
    return quantity.start < around.mark


def _in_byline(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - the same
    return around.byline


def _in_time(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - the same
    return _covered(quantity, around.time_spans)


def _in_name(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - the same
    return _covered(quantity, around.names)


def _is_code(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:
    if quantity.form in {"structure", "ratio", "overlong"} or quantity.worded:
        return quantity.form == "overlong"
    if quantity.surface[:1] in "-－" and quantity.unit != "percent":
        return False
    if quantity.start == around.mark or (quantity.unit and re.search(r"[\u4e00-\u9fff]\+$", before)):
        return False  # 充电桩+1200根: so many more
    return bool(
        (_CODE_BEFORE.search(before) and not re.search(r"[)\]、,]$|[一-鿿][-/]$", before))
        or (not quantity.unit and _CODE_AFTER.match(after))
    )


def _is_ordinal(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:
    if quantity.form != "rank":
        return before.endswith("第") or (quantity.worded and before.endswith(("第", "星期", "周", "初")))
    words = quantity.surface
    if words in {"首位", "榜首"}:
        return before.endswith(("放在", "摆在", "置于", "放", "摆"))
    if words.startswith("前"):
        return (
            not words.endswith(("位", "名", "强"))
            and bool(re.match(r"[\u4e00-\u9fff]", after))
            and not after.startswith(("的", "行列", "位", "名"))
        )
    clause = re.split(r"[,。;:!?]", around.text[max(0, quantity.start - 40) : quantity.start])[-1]
    if not words.endswith(("位", "名")) and _ORDINAL_AFTER.match(after):
        return True
    return not (words.endswith("位") or _RANK_BEFORE.search(clause))


def _in_idiom(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - the same
    return is_idiom(quantity, before, after)


def _is_category(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - the same
    """八类主要案件…破案率: how many kinds there are is part of the name of what is measured."""
    return quantity.unit in {"类", "种"} and bool(
        re.match(
            r"[^,。;、]{2,14}(?:率|发案|警情|案件|犯罪|指标)(?:数|量|率)?(?:同比|实现|达|较|均|分别|下降|上升|[0-9])",
            after,
        )
    )


def _is_field(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - the same
    """在全省13个地级市中排第4位; 东、西两个园区分别…: how many there are is no figure of its own."""
    if (
        quantity.worded
        and re.search(r"、[\u4e00-\u9fff]{1,6}$", before)
        and re.match(r"[^,。;0-9]{1,10}(?:分别|均|都)", after)
    ):
        return True
    return quantity.form == "number" and bool(re.match(r"[^,。;(0-9其]{1,10}(?:中|里)(?:排|居|列|位)", after))


def _is_bare(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - the same
    if quantity.unit or quantity.form in {"ratio", "structure", "multiple", "rank"}:
        return False
    printed = quantity.surface
    if quantity.worded:
        return True
    if quantity.scaled or re.search(r"[余多]$", printed):
        return False
    if re.fullmatch(r"(?:19|20)[0-9]{2}", printed) or _HOTLINE.match(printed):
        return True
    linked = re.search(
        r"(?:率|指数|系数|比|分|值|得分|浓度|评分|总数|数量|数|水平)(?:达到?|为|是|至|约|高达|[::])?$|(?:达到?|为|[::]\s?)$",
        before,
    )
    return not (linked and (not after or re.match(r"[,。;、)!?\s]|以[上下]", after)))


def _is_threshold(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - the same
    words = quantity.surface
    if quantity.unit == "percent":
        return False
    if quantity.measure in {"money", "time"} or quantity.unit in {"岁", "CNY", "year", "周岁", "m2", "千瓦"}:
        follows = bool(
            re.match(
                r"(?:的|企业|项目|老人|老年人|以上|工业|人员|居民|群众|单位|女性|儿童|车辆|设备|学生|农户|收入|限额|贷款|[\u4e00-\u9fff“])",
                after,
            )
        )
        if re.search(r"(?:以上|以下|以内)$", words) and follows:
            return True
        if re.match(r"(?:级|及以上|以上|及以下)", after):
            return True
    if quantity.unit in {"人", "米", "公里"} and (
        (words.endswith("以上") and re.match(r"[\u4e00-\u9fff]", after))
        or re.match(r"(?:覆盖率|范围|见园|内|以内)", after)
    ):
        return True
    if quantity.unit in {"岁", "周岁"} and quantity.doubt == "range" and re.match(r"[\u4e00-\u9fff]", after):
        return True  # 3-6岁儿童
    if re.fullmatch(r"(?:超过?|过|逾)?[百千十]?[万亿千百]元", words):
        return bool(not words.startswith(("超", "过", "逾")) or re.match(r"[\u4e00-\u9fff]", after))
    rounded = quantity.worded and quantity.unit == "CNY" and not re.search(r"[余多]", words)
    return bool(rounded and re.match(r"(?:级|GDP|以上|产业|元?企业|元?集群)", after))


def _is_duration_name(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:
    if quantity.measure != "time" or quantity.unit in {"岁", "周岁"}:
        return False
    if NAME_AFTER.match(after) and not re.search(r"(?:缩短|压缩|压减|至|到|延长|达)$", before):
        return True
    if quantity.unit in {"year", "周年"} and not re.search(
        r"(?:连续|达|长达|缩短|延长|提前|超过|跨度|案龄|年限|期限|平均|工期)[^,。;0-9]{0,5}$", before
    ):
        return True
    if quantity.unit == "day" and quantity.surface.endswith("日") and "工作日" not in quantity.surface:
        return not re.search(r"(?:由|从|缩短|压缩|提速|至|到|压减)[^,。;]{0,8}$", before)
    clause = re.split(r"[,。;!?]", around.text[max(0, quantity.start - 30) : quantity.start])[-1]
    return not _TIME_CONTEXT.search(clause)


def _is_policy_name(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:
    if quantity.unit != "条":
        return False
    clause = re.split(r"[,。;!?]", around.text[max(0, quantity.start - 60) : quantity.start])[-1]
    issued = re.search(r"(?:出台|发布|落实|印发|制定|推出|实施)[^,。;]*(?:[0-9]条、)?[^,。;]*$", clause)
    named = re.search(r"[\u4e00-\u9fff”]$", before) and not re.search(
        r"(?:出台|发布|落实|印发|制定|推出|实施|共|措施|政策|意见|服务|条款|指引|标准|法规|建议|线路|线索|数据|信息|[路线])(?:了|近|约)?$",
        before,
    )
    return bool(issued and named and re.match(r"(?:、|等政策|等措施|。|,|“|》|$)", after))


def _is_anecdote(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - the same
    if not _PERSON.search(around.text):
        return False
    for start, end in around.sentences:
        if start <= quantity.start < end:
            sentence = around.text[start:end]
            return bool(_PERSON.search(sentence) and _CASE.search(sentence))
    return False


def _is_indefinite(quantity: Quantity, around: Surroundings, before: str, after: str) -> bool:  # noqa: ARG001 - the same
    return quantity.worded and quantity.surface[0] == "一" and not quantity.scaled and quantity.form == "number"


_RULES = (
    ("no.byline", _in_byline),
    ("no.list-mark", _in_mark),
    ("no.time", _in_time),
    ("no.ordinal", _is_ordinal),
    ("no.name", _in_name),
    ("no.code", _is_code),
    ("no.indefinite", _is_indefinite),
    ("no.idiom", _in_idiom),
    ("no.category", _is_category),
    ("no.field", _is_field),
    ("no.bare", _is_bare),
    ("no.threshold", _is_threshold),
    ("no.duration-name", _is_duration_name),
    ("no.policy-name", _is_policy_name),
    ("no.anecdote", _is_anecdote),
)

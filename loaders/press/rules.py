"""The rules by name, with a one-line reason in Chinese and English: why a number was read so, or not at all."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["RULES", "Rule", "reason"]


class Rule(NamedTuple):
    """What a rule says of a number, for people."""

    zh: str
    en: str


RULES: dict[str, Rule] = {
    "quantity.number": Rule("数字加量词", "a number with a measure word"),
    "quantity.percent": Rule("百分比", "a percentage"),
    "quantity.points": Rule("百分点", "percentage points"),
    "quantity.fraction": Rule("分数或成数", "a fraction or tenths in words"),
    "quantity.ratio": Rule("比例", "a ratio"),
    "quantity.structure": Rule("结构比，每个数是一个占比", "a structure: each number is a share"),
    "quantity.rank": Rule("位次", "a rank"),
    "quantity.multiple": Rule("倍数", "a multiple"),
    "metric.before": Rule("指标在数字之前", "the metric stands before the number"),
    "metric.after": Rule("指标在数字之后", "the metric stands after the number"),
    "metric.verb-after": Rule("动词在前、名词在后", "the verb stands before, the noun after the number"),
    "metric.around": Rule("指标由前后文拼成", "the metric stands on both sides of the number"),
    "metric.changed": Rule("变化的主语即指标", "the subject of the change is the metric"),
    "metric.compared": Rule("与所比对象之差", "the difference from what it is compared with"),
    "metric.ranked": Rule("排位的主语即指标", "the subject of the rank is the metric"),
    "metric.share": Rule("占……比重", "a share of a whole"),
    "metric.inherited": Rule("承接上一指标", "continues the metric before"),
    "metric.context": Rule("补上上文的话题", "completed with what the sentence is about"),
    "agency.document": Rule("全文所述单位", "the body that the whole text is about"),
    "agency.subject": Rule("句中主语", "the subject of the sentence"),
    "agency.heading": Rule("小标题点名的单位", "the body that the heading names"),
    "agency.in-charge": Rule("条目注明的牵头单位", "the body that the item says is in charge"),
    "agency.speaker": Rule("讲话人所在单位", "the body of the official who speaks"),
    "agency.paragraph": Rule("段中前句的主语", "the subject of a sentence before in the paragraph"),
    "agency.section": Rule("前段的主语或讲话人", "the subject or speaker of a paragraph before"),
    "agency.competence": Rule("该类事项由此单位负责", "only such a body does this"),
    "agency.place": Rule("主语是地方，不指明单位", "the subject is the place, no body is named"),
    "agency.none": Rule("未指明单位", "no body is named"),
    "agency.repeated": Rule("同一数字在别处指明单位", "the same figure elsewhere names the body"),
    "period.default": Rule("按发布日期推定的报告期", "the reported period, from the day of publication"),
    "period.carried": Rule("沿用前文的时间", "the period stated before holds on"),
    "period.mean": Rule("年均：所述的多年", "a yearly mean: over the years stated"),
    "period.planned": Rule("计划所在年度", "the year of the plan"),
    "time.plan": Rule("五年规划期", "a five-year plan"),
    "time.span_years": Rule("若干年来", "over some years"),
    "time.past_years": Rule("过去若干年", "the past years"),
    "time.years": Rule("起止年份", "from year to year"),
    "time.half": Rule("半年", "a half-year"),
    "time.quarters": Rule("季度", "quarters"),
    "time.months": Rule("起止月份", "from month to month"),
    "time.firstmonths": Rule("前几个月", "the first months"),
    "time.month": Rule("月份", "a month"),
    "time.asof": Rule("截至某日", "from the beginning of the year up to a day"),
    "time.endyear": Rule("年份", "a year"),
    "time.whole": Rule("全年、年内", "the whole year"),
    "status.cue": Rule("有“将、力争、计划”等字样", "a word of planning stands before it"),
    "status.target": Rule("是任务或目标数", "is a target"),
    "status.future": Rule("所述时间尚未到来", "the period is still to come"),
    "status.section": Rule("所在段落谈打算", "stands in a part about plans"),
    "range": Rule("区间：取下限，上限另存", "a range: the lower end is the value"),
    "vague-quantity": Rule("约数，没有确切的数", "a vague quantity without a number"),
    "stacked-marks": Rule("“近”与“余”并用，相互矛盾", "marks of less and of more on one number"),
    "inherited-unit": Rule("量词承前省略", "the measure word is taken from the number before"),
    "no.byline": Rule("署名、来源或公益广告", "a byline, a source or a public-service ad"),
    "no.list-mark": Rule("序号", "a list mark"),
    "no.time": Rule("日期或时间", "a date or a time"),
    "no.ordinal": Rule("序数：届、批、期、号", "an ordinal: an edition, a batch, an issue"),
    "no.name": Rule("名称中的数字", "a number inside a name"),
    "no.code": Rule("代号、型号", "a code or model"),
    "no.indefinite": Rule("“一”不表数量", "a 一 that does not count"),
    "no.idiom": Rule("固定词语", "a fixed expression"),
    "no.category": Rule("类别数是指标名称的一部分", "how many kinds there are belongs to the metric's name"),
    "no.broken": Rule("数字被图说隔断", "other lines stand inside the number"),
    "no.field": Rule("参加排名的总数", "how many there are to be ranked"),
    "no.bare": Rule("没有量词的数，如热线号码", "a number without a measure word, as hotlines are"),
    "no.threshold": Rule("门槛是指标的一部分", "a threshold belongs to the metric"),
    "no.duration-name": Rule("时长是名称或时间词", "a duration that names something or tells the time"),
    "no.policy-name": Rule("政策名称中的条数", "the number of articles in a policy's name"),
    "no.anecdote": Rule("个案中的数字", "a number of one person's case"),
    "provisional-agency": Rule("词表中没有这个单位，暂用此名", "not in the lexicon: the name is provisional"),
    "provisional-undertaking": Rule("词表中没有这个项目，暂用此名", "not in the lexicon: the name is provisional"),
    "provisional-metric": Rule("词表中没有这个指标，暂用此名", "not in the lexicon: the name is provisional"),
    "provisional-place": Rule("词表中没有这个地方，暂用此名", "not in the lexicon: the place is provisional"),
    "provisional-unit": Rule("词表中没有这个量词", "not in the lexicon: the unit is provisional"),
    "unnamed-metric": Rule("找不到指标的名称", "nothing in the text names the metric"),
}
"""Every rule by its name."""


def reason(rule: str, lang: str = "zh") -> str:
    """The reason that a rule gives, the rule's own name where it is not known."""
    known = RULES.get(rule)
    return getattr(known, lang) if known else rule

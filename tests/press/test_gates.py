"""Claim or not: every number that is none has its reason, and its near neighbour that is one has none."""

from __future__ import annotations

import pytest
from readings import document, pages_of

from loaders.press.gates import name_spans
from loaders.press.idioms import is_idiom
from loaders.press.quantities import quantities
from loaders.press.rules import RULES

CUT = "临江市水务局全年在沿江一带的各个街道和乡镇按照年初的安排先后新建和改造了各类泵站"
"""More than a heading has: a line that a break cuts."""


def reasons(text: str) -> dict[str, str]:
    """The rule against each rejected number of a text, by its surface."""
    return {quantity.surface: rule for page in pages_of(document(text)) for quantity, rule in page.rejected}


def figures(text: str) -> list[str]:
    return [quantity.surface for page in pages_of(document(text)) for quantity in page.taken]


@pytest.mark.parametrize(
    ("text", "surface", "rule"),
    [
        ("来源:临江日报第12版 记者 江一帆", "第12", "no.byline"),
        ("3、新建泵站和管网,修复堤岸。", "3", "no.list-mark"),
        ("8月15日,新泵站开工。", "8", "no.time"),
        ("召开第九届节水大会。", "第九", "no.ordinal"),
        ("推进“12公里绿廊”建设。", "12公里", "no.name"),
        ("印发《临江市节水30条》文件。", "30条", "no.name"),
        ("引进C919型泵机。", "919", "no.code"),
        ("打造一个新泵站。", "一个", "no.indefinite"),
        ("服务百姓用水。", "百", "no.idiom"),
        ("八类主要案件破案率达98%。", "八类", "no.category"),
        ("在全省13个城市中排第4位。", "13个", "no.field"),
        ("拨打12345反映情况。", "12345", "no.bare"),
        ("60岁以上老人免费乘车。", "60岁以上", "no.threshold"),
        ("启动三年行动。", "三年", "no.idiom"),
        ("设置24小时自助泵房。", "24小时", "no.duration-name"),
        ("张女士报警求助,接到预警后拿到退款5万元。", "5万元", "no.anecdote"),
    ],
)
def test_a_number_that_is_no_claim_has_its_reason(text: str, surface: str, rule: str) -> None:
    assert reasons(text).get(surface) == rule
    assert rule in RULES
    assert surface not in figures(text)


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("3个泵站和管网投用,修复堤岸。", "3个"),
        ("居全省第九位。", "第九位"),
        ("新建绿廊12公里。", "12公里"),
        ("出台措施30条。", "30条"),
        ("打造十二个新泵站。", "十二个"),
        ("服务三百余人。", "三百余人"),
        ("新增案件种类八类。", "八类"),
        ("新建13个泵站。", "13个"),
        ("得分达到92.5。", "92.5"),
        ("办理时限压缩至24小时。", "24小时"),
        ("返还群众资金5万元。", "5万元"),
    ],
)
def test_its_neighbour_that_is_a_claim_has_none(text: str, surface: str) -> None:
    assert surface in figures(text)
    assert surface not in reasons(text)


def test_a_number_that_other_lines_interrupt_is_broken() -> None:
    text = f"{CUT}12\n▲新建的泵站一角以及沿江的绿廊\n万余座,改造管网30公里。"
    assert "no.broken" in reasons(text).values()


def test_names_are_quoted_and_speech_is_none() -> None:
    text = "推进“净江”行动,印发《节水,从我做起》,他说:“修好了,放心了。”"
    assert [text[start:end] for start, end in name_spans(text)] == ["“净江”", "《节水,从我做起》"]


@pytest.mark.parametrize(
    "text", ["千家万户用上好水", "十分便利", "三农工作", "两会期间", "一流水质", "四个意识", "同一个泵站"]
)
def test_fixed_expressions_count_nothing(text: str) -> None:
    found = list(quantities(text))
    assert found
    assert all(is_idiom(it, text[: it.start], text[it.end :]) for it in found)


@pytest.mark.parametrize("text", ["新建三座泵站", "走访三百余户", "12个百姓服务点", "新增两个泵站", "四分之三的泵站"])
def test_numerals_that_count_are_no_idioms(text: str) -> None:
    first = next(quantities(text))
    assert not is_idiom(first, text[: first.start], text[first.end :])

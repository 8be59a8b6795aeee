"""Metric wording: the noun phrase, its kind, direction and base, from what stands around a quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from readings import document, pages_of, read
from wording import ill_worded

from kg.model import Kind
from loaders.press.bases import change_base
from loaders.press.forms import direction, kind_of
from loaders.press.lists import shared_heads
from loaders.press.metrics import Phrase, compose, core_of
from loaders.press.phrases import LONGEST, clean, is_thin, join, noun_after, tidy, unlinked
from loaders.press.topics import subject_of
from loaders.press.words import direction_of

if TYPE_CHECKING:
    from kg.model import Claim


def claims(text: str) -> dict[str, Claim]:
    return {taken.claim.surface: taken.claim for taken in read(document(text)).claims}


@pytest.mark.parametrize(
    ("before", "after", "kind", "wording", "rule"),
    [
        ("泵站达", "", Kind.LEVEL, "泵站", "metric.before"),
        ("水务投资完成", "", Kind.LEVEL, "水务投资", "metric.before"),
        ("整合现有", "泵站", Kind.LEVEL, "整合泵站", "metric.around"),
        ("新建", "泵站", Kind.LEVEL, "新建泵站", "metric.verb-after"),
        ("", "泵站", Kind.LEVEL, "泵站", "metric.after"),
        ("沿江", "泵站", Kind.LEVEL, "沿江泵站", "metric.around"),
        ("供水普及率达到", "", Kind.RATE, "供水普及率", "metric.before"),
        ("漏损量同比下降", "", Kind.CHANGE, "漏损量", "metric.changed"),
        ("漏损率比上年降低", "", Kind.POINTS, "漏损率", "metric.changed"),
        ("漏损率低于全省平均水平", "", Kind.POINTS, "漏损率", "metric.compared"),
        ("压缩供水用时", "", Kind.CHANGE, "供水用时", "metric.changed"),
        ("供水满意度居全省", "", Kind.RANK, "供水满意度", "metric.ranked"),
        ("再生水占供水总量比重为", "", Kind.SHARE, "再生水占供水总量比重", "metric.share"),
        ("再生水供应量是上年的", "", Kind.MULTIPLE, "再生水供应量", "metric.before"),
    ],
)
def test_before_and_after_make_the_wording(before: str, after: str, kind: Kind, wording: str, rule: str) -> None:
    assert compose(Phrase(before, after, kind)) == (wording, rule)


def test_what_says_too_little_continues_the_metric_before() -> None:
    assert compose(Phrase("同比增长", "", Kind.CHANGE, inherited="漏损量")) == ("漏损量", "metric.inherited")
    wording, rule = compose(Phrase("完成率达", "", Kind.RATE, topic="管网改造"))
    assert wording == "管网改造完成率"
    assert rule.endswith("+metric.context")


def test_a_part_is_named_with_its_whole() -> None:
    wording, rule = compose(Phrase("其中一级", "", Kind.LEVEL, whole="新建泵站"))
    assert wording == "新建泵站一级"
    assert rule.endswith("+metric.context")


def test_a_wording_is_never_too_long_and_holds_no_clause_mark() -> None:
    wording, _ = compose(Phrase("沿江各个街道、" * 9 + "改造的泵站,", "", Kind.LEVEL))
    assert 0 < len(wording) <= LONGEST
    assert not set(wording) & set(",。;:!?\n")


def test_the_core_is_without_what_a_share_adds() -> None:
    assert core_of("再生水占供水总量比重") == core_of("再生水占比") == "再生水"
    assert core_of("再生水") == "再生水"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("累计新建", "新建"),
        ("其中,全市扎实推进", "推进"),
        ("”新建泵站", "新建泵站"),
        ("已新建", "新建"),
        ("与会代表", "与会代表"),
        ("泵站", "泵站"),
    ],
)
def test_adverbs_and_connectives_before_a_phrase_are_cut(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cut"),
    [("泵站达", "泵站"), ("泵站分别为", "泵站"), ("用时压缩至", "用时"), ("泵站已经达到", "泵站"), ("签约", "签约")],
)
def test_what_only_links_a_phrase_to_its_number_is_cut(text: str, cut: str) -> None:
    assert unlinked(text) == cut


@pytest.mark.parametrize(
    ("after", "noun"),
    [
        ("泵站,改造管网", "泵站"),
        ("的泵站", "泵站"),
        ("提升类、改造类等各类泵站", "提升类"),
        ("老城、新城等各类泵站", "泵站"),
        ("提高到", ""),
        ("同比增长", ""),
        (",改造管网", ""),
        ("", ""),
    ],
)
def test_the_noun_after_a_number(after: str, noun: str) -> None:
    assert noun_after(after) == noun


@pytest.mark.parametrize("wording", ["", "完成率", "同比增长", "嫌疑人", "发案"])
def test_thin_wordings(wording: str) -> None:
    assert is_thin(wording)


@pytest.mark.parametrize("wording", ["泵站", "供水普及率", "预警劝阻", "新建泵站"])
def test_wordings_that_say_enough(wording: str) -> None:
    assert not is_thin(wording)


def test_joined_phrases_say_what_they_share_once() -> None:
    assert join("新建泵站", "泵站容量") == "新建泵站容量"
    assert join("", "泵站") == "泵站"
    assert join("沿" * 40, "泵站").endswith("泵站")
    assert len(join("沿" * 40, "泵站")) == LONGEST


@pytest.mark.parametrize(
    ("text", "tidied"),
    [("泵站,管网", "泵站管网"), ("、泵站的", "泵站"), ("“泵站", "泵站"), ("“净江”泵站", "“净江”泵站")],
)
def test_a_tidy_phrase_has_no_loose_ends(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@pytest.mark.parametrize(
    ("clause", "subject"),
    [
        ("管网改造成效显著", "管网改造"),
        ("同时供水保障能力增强", "供水保障"),
        ("其中供水普及率", "供水普及率"),
        ("再生水占比最高", "再生水占比"),
        ("守住水源", "守住水源"),
        ("新建", ""),
        ("沿江各个街道的老旧泵站都换上了全新的机组设备", ""),
        ("", ""),
    ],
)
def test_the_subject_of_a_clause(clause: str, subject: str) -> None:
    assert subject_of(clause) == subject


@pytest.mark.parametrize(
    ("before", "heads"),
    [
        ("一级、二级泵站数量分别下降", ["一级泵站数量", "二级泵站数量"]),
        ("泵站、管网数量分别为", ["泵站数量", "管网数量"]),
        ("漏损起数、漏损总量分别下降", ["漏损起数", "漏损总量"]),
        ("东区、西区分别完成投资", ["东区完成投资", "西区完成投资"]),
        ("新建泵站", None),
        ("东岸、西岸、南岸泵站分别为", None),
    ],
)
def test_each_value_of_a_list_has_its_subject(before: str, heads: list[str] | None) -> None:
    assert shared_heads(before, 2) == heads


@pytest.mark.parametrize(
    ("before", "annual", "base"),
    [
        ("漏损量同比下降", False, "yoy"),
        ("漏损量比上年下降", False, "yoy"),
        ("漏损量环比下降", True, "mom"),
        ("漏损量比上月下降", True, "mom"),
        ("漏损量较“十三五”时期下降", True, "十三五"),
        ("漏损率低于全省平均水平", True, "全省平均"),
        ("漏损量下降", True, "yoy"),
        ("漏损量下降", False, None),
        ("漏损量同比下降,降幅达", False, "yoy"),
        ("漏损量同比下降;用时缩短", False, None),
    ],
)
def test_what_a_change_is_against(before: str, annual: bool, base: str | None) -> None:
    assert change_base(before, annual=annual) == base


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("新建泵站12座。", Kind.LEVEL),
        ("漏损量同比下降12%。", Kind.CHANGE),
        ("漏损量增幅达12%。", Kind.CHANGE),
        ("漏损率下降2个百分点。", Kind.POINTS),
        ("再生水占比为12%。", Kind.SHARE),
        ("再生水占供水总量的12%。", Kind.SHARE),
        ("12%的泵站换上新机组。", Kind.SHARE),
        ("供水普及率达98%。", Kind.RATE),
        ("供水普及率提高到98%。", Kind.RATE),
        ("人口自然增长率为2%。", Kind.RATE),
        ("供水满意度居全省第二位。", Kind.RANK),
        ("供水量是上年的3倍。", Kind.MULTIPLE),
    ],
)
def test_the_kind_of_a_quantity(text: str, kind: Kind) -> None:
    (page,) = pages_of(document(text))
    (quantity,) = page.taken
    assert kind_of(quantity, page.text[: quantity.start], page.text[quantity.end :]) is kind


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ("漏损量同比下降", "", "down"),
        ("供水量同比增长", "", "up"),
        ("压缩供水用时", "", "down"),
        ("总磷浓度同比改善", "", "down"),
        ("供水量实现", "的增幅", "up"),
        ("供水量增长,漏损量下降", "", "down"),
    ],
)
def test_which_way_a_change_goes(before: str, after: str, way: str) -> None:
    assert direction(before, after) == way


@pytest.mark.parametrize(("word", "way"), [("增长", "up"), ("负增长", "down"), ("缩短", "down")])
def test_words_of_change(word: str, way: str) -> None:
    assert direction_of(word) == way


def test_whole_sentences() -> None:
    text = "全市累计新建泵站12座,其中地下泵房5座;供水普及率达98%,比上年提高2.5个百分点,居全省第二位。"
    found = claims(text)
    assert {surface: claim.metric_wording for surface, claim in found.items()} == {
        "12座": "新建泵站",
        "5座": "新建泵站地下泵房",
        "98%": "供水普及率",
        "2.5个百分点": "供水普及率",
        "第二位": "供水普及率",
    }
    assert found["5座"].part_of == found["12座"].passage.start
    assert found["12座"].part_of is None
    assert (found["2.5个百分点"].base, found["2.5个百分点"].direction) == ("yoy", "up")


def test_respectively_gives_each_value_its_subject() -> None:
    found = claims("一级、二级泵站漏损量分别下降12%、5.1%。")
    assert found["12%"].metric_wording == "一级泵站漏损量"
    assert found["5.1%"].metric_wording == "二级泵站漏损量"
    assert {str(claim.direction) for claim in found.values()} == {"down"}


@pytest.mark.parametrize(
    "text",
    [
        "全市新建泵站12座、改造管网30公里、修复堤岸8处。",
        "通过巡查河道,发现问题12个,整改率达98%。",
        "守住水源。同比下降12%。",
        "供水、排水、节水等各类泵站12座投用。",
    ],
)
def test_every_wording_is_one_that_a_person_would_write(text: str) -> None:
    found = claims(text)
    assert found
    assert [fault for claim in found.values() for fault in ill_worded(claim)] == []

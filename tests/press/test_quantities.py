"""Quantities: every printed number with its form, value, bound and unit, and nothing that is judged."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest

from kg.model import Bound
from loaders.press.numerals import CHINESE, NUMBER, SCALED
from loaders.press.quantities import Quantity, quantities


def the_one(text: str) -> Quantity:
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize("printed", ["12", "1,234.5", "1600余", "1200余万", "5.3亿余", "1亿2000万", "3千"])
def test_numerals_in_digits(printed: str) -> None:
    assert re.fullmatch(SCALED, printed)
    assert re.fullmatch(NUMBER, printed)


@pytest.mark.parametrize("printed", ["十二", "两百零六", "千余", "三十多万", "三点五"])
def test_numerals_in_words(printed: str) -> None:
    assert re.fullmatch(CHINESE, printed)
    assert not re.fullmatch(SCALED, printed)


@pytest.mark.parametrize("printed", ["余12", "1,23", "零", "万余件", "12.", "A1"])
def test_what_is_no_numeral(printed: str) -> None:
    assert not re.fullmatch(NUMBER, printed)


@pytest.mark.parametrize(
    ("text", "surface", "value", "unit"),
    [
        ("新建泵站12座。", "12座", 12, "座"),
        ("清理垃圾1,234.5吨。", "1,234.5吨", "1234.5", "吨"),
        ("投入3.5亿元。", "3.5亿元", 350000000, "CNY"),
        ("服务1亿2000万人次。", "1亿2000万人次", 120000000, "人次"),
        ("用时由7分30秒起。", "7分30秒", 450, "秒"),
        ("用时压缩至3小时20分。", "3小时20分", 200, "minute"),
        ("用时压缩至3个小时20分钟5秒。", "3个小时20分钟5秒", 12005, "秒"),
        ("用时30分钟。", "30分钟", 30, "minute"),
        ("走访三十二户。", "三十二户", 32, "户"),
        ("走访两百零六户。", "两百零六户", 206, "户"),
        ("增长-3.5%。", "-3.5%", "-3.5", "percent"),
        ("提高2.5个百分点。", "2.5个百分点", "2.5", "percentage_point"),
    ],
)
def test_a_number_with_its_measure_word(text: str, surface: str, value: int | str, unit: str) -> None:
    found = the_one(text)
    assert (found.surface, found.value, found.unit) == (surface, Decimal(value), unit)
    assert text[found.start : found.end] == surface
    assert (found.bound, found.doubt) == (Bound.EXACT, None)


@pytest.mark.parametrize(
    ("text", "surface", "bound"),
    [
        ("新建12座。", "12座", Bound.EXACT),
        ("新建12余座。", "12余座", Bound.AT_LEAST),
        ("新建超12座。", "超12座", Bound.AT_LEAST),
        ("新建12座以上。", "12座以上", Bound.AT_LEAST),
        ("新建近12座。", "近12座", Bound.AT_MOST),
        ("新建不到12座。", "不到12座", Bound.AT_MOST),
        ("新建不超过12座。", "不超过12座", Bound.AT_MOST),
        ("新建12座以下。", "12座以下", Bound.AT_MOST),
        ("新建约12座。", "约12座", Bound.ABOUT),
        ("新建12座左右。", "12座左右", Bound.ABOUT),
    ],
)
def test_marks_of_more_and_less(text: str, surface: str, bound: Bound) -> None:
    found = the_one(text)
    assert (found.surface, found.bound, found.value) == (surface, bound, Decimal(12))


@pytest.mark.parametrize("text", ["签约12家。", "附近12家。", "赶超12家。"])
def test_marks_inside_words_are_none(text: str) -> None:
    found = the_one(text)
    assert (found.surface, found.bound) == ("12家", Bound.EXACT)


@pytest.mark.parametrize(
    ("text", "form", "value", "unit", "bound"),
    [
        ("增长12.5%。", "percent", "12.5", "percent", Bound.EXACT),
        ("提高3个百分点。", "points", 3, "percentage_point", Bound.EXACT),
        ("五分之一的泵站。", "fraction", 20, "percent", Bound.EXACT),
        ("四分之三的泵站。", "fraction", 75, "percent", Bound.EXACT),
        ("三成半的泵站。", "fraction", 35, "percent", Bound.EXACT),
        ("近九成的泵站。", "fraction", 90, "percent", Bound.AT_MOST),
        ("六成多的泵站。", "fraction", 60, "percent", Bound.AT_LEAST),
        ("比例为1:4。", "ratio", "0.25", "", Bound.EXACT),
        ("居全省第三位。", "rank", 3, "rank", Bound.EXACT),
        ("居全省首位。", "rank", 1, "rank", Bound.EXACT),
        ("居全省前十名。", "rank", 10, "rank", Bound.AT_MOST),
        ("是上年的3倍。", "multiple", 3, "倍", Bound.EXACT),
        ("实现翻两番。", "multiple", 4, "倍", Bound.EXACT),
        ("实现翻番。", "multiple", 2, "倍", Bound.EXACT),
    ],
)
def test_other_forms(text: str, form: str, value: int | str, unit: str, bound: Bound) -> None:
    found = the_one(text)
    assert (found.form, found.unit, found.bound) == (form, unit, bound)
    assert found.value == Decimal(value)


def test_a_structure_is_one_share_a_number() -> None:
    text = "结构为6:44:50。"
    found = list(quantities(text))
    assert [(item.form, item.value, item.unit) for item in found] == [
        ("structure", Decimal(6), "percent"),
        ("structure", Decimal(44), "percent"),
        ("structure", Decimal(50), "percent"),
    ]
    assert [text[item.start : item.end] for item in found] == ["6", "44", "50"]


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [("新建30至50个。", "30至50个", 30), ("投入30至50万元。", "30至50万元", 300000), ("增长5%—8%。", "5%—8%", 5)],
)
def test_the_value_of_a_range_is_its_lower_end(text: str, surface: str, value: int) -> None:
    found = the_one(text)
    assert (found.surface, found.value, found.bound, found.doubt) == (surface, Decimal(value), Bound.AT_LEAST, "range")


@pytest.mark.parametrize("text", ["走访数百户。", "走访几十户。", "走访好几百户。"])
def test_a_vague_quantity_has_no_value(text: str) -> None:
    found = the_one(text)
    assert (found.value, found.bound, found.doubt) == (None, Bound.AT_LEAST, "vague-quantity")


def test_two_neighbouring_numerals_are_vague_but_have_a_lower_end() -> None:
    found = the_one("走访七八百户。")
    assert (found.value, found.doubt) == (Decimal(700), "vague-quantity")


@pytest.mark.parametrize("text", ["新建近12余座。", "新建约100多座。"])
def test_marks_that_contradict_are_a_doubt(text: str) -> None:
    assert the_one(text).doubt == "stacked-marks"


def test_digits_that_no_figure_has_are_overlong() -> None:
    found = the_one("编号1234567890123456789012。")
    assert (found.form, found.value) == ("overlong", None)


def test_scale_and_writing_are_kept() -> None:
    assert (the_one("走访三万户。").scaled, the_one("走访三万户。").worded) == (True, True)
    assert (the_one("走访30户。").scaled, the_one("走访30户。").worded) == (False, False)


def test_a_word_at_the_end_of_a_clause_can_be_a_measure_word_that_no_table_has() -> None:
    assert the_one("修复石刻12龛。").unit == "龛"
    assert the_one("修复石刻12后。").unit == ""


def test_quantities_come_in_order_and_apart() -> None:
    found = list(quantities("新建泵站12座、管网30公里,增长5.5%,居全省第二位。"))
    assert [item.surface for item in found] == ["12座", "30公里", "5.5%", "第二位"]
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert list(quantities("没有数字的句子。")) == []

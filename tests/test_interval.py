"""Quantities as intervals: the table of the design, one case a rule, and the laws that hold for all of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.interval import Interval, interval, plain, read_quantity

TABLE = [
    # the table of the design
    ("1670个", "1670", "exact", "个", "[1670, 1670]"),
    ("15.1万处", "151000", "exact", "处", "[150500, 152000)"),
    ("1600余起", "1600", "at_least", "起", "[1600, 1700)"),
    ("2万余起", "20000", "at_least", "起", "[20000, 30000)"),
    ("36.2万余", "362000", "at_least", "人次", "[362000, 363000)"),
    ("超450", "450", "at_least", "个", "(450, ∞)"),
    ("逾450家", "450", "at_least", "家", "(450, ∞)"),
    ("450以上", "450", "at_least", "个", "[450, ∞)"),
    ("近3万", "30000", "at_most", "个", "[20000, 30000)"),
    ("不到3万", "30000", "at_most", "个", "(-∞, 30000)"),
    ("3万以内", "30000", "at_most", "个", "(-∞, 30000]"),
    ("约6000", "6000", "about", "处", "[5000, 7000]"),
    ("12.4%", "12.4", "exact", "percent", "[12.35, 12.5)"),
    # marks inside and after the number
    ("420多个", "420", "at_least", "个", "[420, 430)"),
    ("10余万", "100000", "at_least", "人", "[100000, 200000)"),
    ("7分30秒", "450", "exact", "秒", "[450, 450]"),
    ("3小时20分钟以内", "200", "at_most", "minute", "(-∞, 200]"),
    ("1亿2000万元", "120000000", "exact", "CNY", "[119995000, 120010000)"),
    ("1亿2000万余元", "120000000", "at_least", "CNY", "[120000000, 130000000)"),
    ("十余次", "10", "at_least", "次", "[10, 20)"),
    ("两千余件", "2000", "at_least", "件", "[2000, 3000)"),
    ("超4.5亿元", "450000000", "at_least", "CNY", "(450000000, ∞)"),
    ("突破1万", "10000", "at_least", "户", "(10000, ∞)"),
    ("低于5%", "5", "at_most", "percent", "(-∞, 5)"),
    ("不足八成", "80", "at_most", "percent", "(-∞, 80)"),
    ("近90%", "90", "at_most", "percent", "[80, 90)"),
    ("约12.5万", "125000", "about", "人", "[124000, 126000]"),
    ("20个左右", "20", "about", "个", "[10, 30]"),
    # what is exact, and what the print rounds
    ("1,670个", "1670", "exact", "个", "[1670, 1670]"),
    ("**2万**余起", "20000", "at_least", "起", "[20000, 30000)"),
    ("100%", "100", "exact", "percent", "[99.5, 101)"),
    ("1.2个百分点", "1.2", "exact", "percentage_point", "[1.15, 1.3)"),
    ("17.40亿元", "1740000000", "exact", "CNY", "[1739500000, 1741000000)"),
    ("六成", "60", "exact", "percent", "[55, 70)"),
    ("三成半", "35", "exact", "percent", "[30, 45)"),
    ("三分之一", "33.333333", "exact", "percent", "(25, 50)"),
    ("百分之三十", "30", "exact", "percent", "[29.5, 31)"),
    ("十二家", "12", "exact", "家", "[12, 12]"),
    ("全部", "100", "exact", "percent", "[100, 100]"),
    # ranks are places and never rounded
    ("首位", "1", "exact", "rank", "[1, 1]"),
    ("第2", "2", "exact", "rank", "[2, 2]"),
    ("前十", "10", "at_most", "rank", "[1, 10]"),
]


@pytest.mark.parametrize(("surface", "value", "bound", "unit", "expected"), TABLE)
def test_what_a_print_allows(surface: str, value: str, bound: str, unit: str, expected: str) -> None:
    assert str(interval(surface, Decimal(value), bound, unit)) == expected


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("一个半小时", "1.5"),
        ("百分之十二点五", "12.5"),
        ("1600余起", "1600"),
        ("36.2万余人次", "362000"),
        ("17.4亿余元", "1740000000"),
        ("3000万亿", "3000000000000000"),
        ("两百零六", "206"),
        ("一千二百三十四", "1234"),
        ("一万两千", "12000"),
        ("一亿二千万", "120000000"),
        ("1亿2000万余元", "120000000"),
        ("3万5千人", "35000"),
        ("3万12个", "30012"),  # a number of its own follows
        ("三亿零五百万", "305000000"),
        ("两万亿", "2000000000000"),
        ("千余", "1000"),
        ("万余", "10000"),
        ("半", "0.5"),
        ("〇", "0"),
        ("二〇", "0"),  # digits in a row are no numeral in words: only the last counts
        ("三分之二", "66.666667"),
        ("千分之三", "0.3"),
        ("百分之3.5", "3.5"),
        ("10万分之3", "0.003"),
        ("四成", "40"),
    ],
)
def test_the_value_that_a_print_states(surface: str, value: str) -> None:
    quantity = read_quantity(surface)
    assert quantity is not None
    assert quantity.value == Decimal(value)


@pytest.mark.parametrize("surface", ["", "全覆盖", "首位", "翻番", "零分之五", "1〇分之一", "，。"])
def test_a_print_without_a_numeral_states_no_value(surface: str) -> None:
    assert read_quantity(surface) is None


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.430E+6", "1430000"), ("14.30", "14.3"), ("-0.0", "0"), ("0E+3", "0"), ("-0.50", "-0.5"), ("100", "100")],
)
def test_plain_is_the_one_form_of_a_number(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


_decimals = st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**15), max_value=10**15)


@given(_decimals)
def test_plain_keeps_the_number_and_is_canonical(number: Decimal) -> None:
    text = plain(number)
    assert Decimal(text) == number
    assert text == plain(Decimal(text))
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


_prints = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "超", "近", "约", "不到", "逾", "**"]),
    st.integers(0, 10**12),
    st.one_of(st.just(""), st.integers(0, 999).map(lambda fraction: f".{fraction:03}")),
    st.sampled_from(["", "余", "多"]),
    st.sampled_from(["", "十", "百", "千", "万", "亿", "万亿"]),
    st.sampled_from(["", "余", "多", "个", "起", "%", "以上", "以内", "**余"]),
)


def _holds(limits: Interval, value: Decimal) -> bool:
    return (limits.lower is None or limits.lower <= value) and (limits.upper is None or value <= limits.upper)


@given(_prints, st.sampled_from(["exact", "at_least", "at_most", "about"]), st.sampled_from(["个", "percent", "CNY"]))
def test_the_value_lies_between_its_limits(surface: str, bound: str, unit: str) -> None:
    quantity = read_quantity(surface)
    assert quantity is not None
    limits = interval(surface, quantity.value, bound, unit)
    assert _holds(limits, quantity.value)
    assert limits.lower is not None or limits.upper is not None


@given(st.integers(1, 10**9), st.sampled_from(["exact", "at_most"]))
def test_a_rank_lies_between_its_limits(value: int, bound: str) -> None:
    assert _holds(interval("首位", Decimal(value), bound, "rank"), Decimal(value))


@given(st.text())
def test_any_text_is_read_or_refused_without_error(surface: str) -> None:
    quantity = read_quantity(surface)
    if quantity is not None:
        assert quantity.printed > 0
        assert quantity.rounded > 0
        assert quantity.value >= 0


@given(st.text("0123456789.,零〇一二三四五六七八九两半十百千万亿分之成余多来百近约超 *", max_size=12))
def test_any_row_of_numerals_is_read_or_refused_without_error(surface: str) -> None:
    quantity = read_quantity(surface)
    if quantity is not None:
        assert _holds(interval(surface, quantity.value, "exact", "个"), quantity.value)

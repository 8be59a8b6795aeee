"""Times: which year a text reports, and which days its time words cover."""

from __future__ import annotations

from datetime import date

import pytest
from readings import clock_of, days, document, year

from kg.model import Period
from loaders.press.rules import RULES
from loaders.press.times import _READERS, Clock, Time, times


def the_clock(published: str, title: str = "试题", text: str = "") -> Clock:
    return clock_of(document(text, title=title, published=published))


def the_time(text: str) -> Time:
    """The one time word of a text that appeared on 20 November 2025."""
    (found,) = times(text, the_clock("2025-11-20"))
    return found


@pytest.mark.parametrize(
    ("published", "title", "text", "reported"),
    [
        ("2026-01", "试题", "全市新建泵站12座。", 2025),
        ("2026-02-10", "试题", "今年1—2月,全市新建泵站12座。", 2026),
        ("2026-03", "试题", "全市新建泵站12座。", 2026),
        ("2026-03", "2025年水务工作总结", "全市新建泵站12座。", 2025),
        ("2026-06", "试题", "2025年度水质良好。", 2025),
        ("2026-06", "2024年水务工作总结", "全市新建泵站12座。", 2026),
        ("2026-04", "试题", "2025年新建泵站12座,2025年改造管网,2026年再出发。", 2025),
        ("2026-04", "试题", "2025年新建泵站12座,2026年改造管网,2026年再出发。", 2026),
        ("2026-09", "试题", "2025年新建泵站12座。", 2026),
    ],
)
def test_the_year_that_a_text_reports(published: str, title: str, text: str, reported: int) -> None:
    assert the_clock(published, title, text).year == reported


@pytest.mark.parametrize(
    ("published", "title", "text", "period"),
    [
        ("2025-10-15", "试题", "全市新建泵站12座。", days("2025-01-01", "2025-10-15")),
        ("2025-10", "试题", "全市新建泵站12座。", days("2025-01-01", "2025-10-31")),
        ("2026-01-15", "试题", "全市新建泵站12座。", year(2025)),
        ("2025-10-15", "前三季度新建泵站", "全市新建泵站12座。", days("2025-01-01", "2025-09-30")),
        ("2025-10-15", "试题", "今年1—9月,全市新建泵站12座。", days("2025-01-01", "2025-09-30")),
        ("2025-10-15", "前三季度新建泵站", "上半年,全市新建泵站12座。", days("2025-01-01", "2025-09-30")),
        ("2025-10-15", "试题", "上半年新建5座,前三季度新建12座。", days("2025-01-01", "2025-10-15")),
        ("2025-12-20", "“十四五”时期的水务", "新建泵站12座。", days("2021-01-01", "2025-12-31")),
        ("2024-10-15", "“十四五”时期的水务", "新建泵站12座。", days("2024-01-01", "2024-10-15")),
    ],
)
def test_title_and_lead_frame_the_text_where_they_state_one_period(
    published: str, title: str, text: str, period: Period
) -> None:
    assert the_clock(published, title, text).default == period


def test_a_frame_stands_in_the_lead_and_not_later() -> None:
    text = "全市新建泵站,改造管网。" * 20 + "上半年,新建泵站12座。"
    assert the_clock("2025-10-15", text=text).frame is None


def test_a_published_month_lasts_to_its_last_day() -> None:
    assert the_clock("2024-02").published == date(2024, 2, 29)


def test_words_for_years_count_from_the_year_that_is_reported() -> None:
    clock = the_clock("2025-11-20")
    named = {word: clock.named(word) for word in ("2019", "今", "去", "前", "明")}
    assert named == {"2019": 2019, "今": 2025, "去": 2024, "前": 2023, "明": 2026}
    assert clock.named(None) == 2025


YEARS = [
    ("“十四五”期间", "plan", days("2021-01-01", "2025-12-31")),
    ("“十三五”时期", "plan", days("2016-01-01", "2020-12-31")),
    ("“十四五”前三年", "plan", days("2021-01-01", "2023-12-31")),
    ("“十四五”", "plan", None),
    ("三年来", "span_years", days("2023-01-01", "2025-12-31")),
    ("五年多来", "span_years", days("2021-01-01", "2025-12-31")),
    ("过去五年", "past_years", days("2021-01-01", "2025-12-31")),
    ("近3年", "past_years", days("2023-01-01", "2025-12-31")),
    ("2021—2024年", "years", days("2021-01-01", "2024-12-31")),
    ("2023年至2025年", "years", days("2023-01-01", "2025-11-20")),
    ("2024—2021年", "years", None),
    ("2024年", "endyear", year(2024)),
    ("2025年", "endyear", days("2025-01-01", "2025-11-20")),
    ("今年以来", "endyear", days("2025-01-01", "2025-11-20")),
    ("去年", "endyear", year(2024)),
    ("前年", "endyear", year(2023)),
    ("明年", "endyear", year(2026)),
    ("到2025年", "endyear", year(2025)),
    ("2024年初", "endyear", None),
    ("当年", "endyear", None),
    ("全年", "whole", days("2025-01-01", "2025-11-20")),
    ("年内", "whole", days("2025-01-01", "2025-11-20")),
    ("目前", "whole", None),
]
MONTHS = [
    ("上半年", "half", days("2025-01-01", "2025-06-30")),
    ("去年下半年", "half", days("2024-07-01", "2024-12-31")),
    ("前三季度", "quarters", days("2025-01-01", "2025-09-30")),
    ("第二季度", "quarters", days("2025-04-01", "2025-06-30")),
    ("三季度末", "quarters", days("2025-01-01", "2025-09-30")),
    ("1—9月", "months", days("2025-01-01", "2025-09-30")),
    ("2024年3月至5月", "months", days("2024-03-01", "2024-05-31")),
    ("9—3月", "months", None),
    ("前10个月", "firstmonths", days("2025-01-01", "2025-10-31")),
    ("前二个月", "firstmonths", days("2025-01-01", "2025-02-28")),
    ("8月份", "month", days("2025-08-01", "2025-08-31")),
    ("2024年2月", "month", days("2024-02-01", "2024-02-29")),
    ("12月份", "month", days("2024-12-01", "2024-12-31")),
    ("8月15日", "month", None),
    ("13月", "month", None),
    ("截至10月底", "asof", days("2025-01-01", "2025-10-31")),
    ("截至10月15日", "asof", days("2025-01-01", "2025-10-15")),
    ("截至2月31日", "asof", days("2025-01-01", "2025-02-28")),
]
MOMENTS = [
    ("2025-10-01", "iso", None),
    ("2025.3.5", "iso", None),
    ("9时30分许", "hours", None),
    ("8:30", "hours", None),
]


@pytest.mark.parametrize(("words", "rule", "period"), [*YEARS, *MONTHS, *MOMENTS])
def test_the_days_that_a_time_word_covers(words: str, rule: str, period: Period | None) -> None:
    found = the_time(f"{words},新泵站。")
    assert (found.start, found.end) == (0, len(words))
    assert (found.rule, found.period) == (f"time.{rule}", period)


def test_every_reader_has_its_cases() -> None:
    assert {rule for _, rule, _ in [*YEARS, *MONTHS, *MOMENTS]} - {"asof"} == set(_READERS)


@pytest.mark.parametrize("rule", sorted({rule for _, rule, period in [*YEARS, *MONTHS] if period}))
def test_every_rule_that_states_a_period_can_be_explained(rule: str) -> None:
    assert f"time.{rule}" in RULES


def test_months_are_short_and_years_are_not() -> None:
    assert all(the_time(words).short for words, _, period in MONTHS if period)
    assert not any(the_time(words).short for words, _, period in YEARS if period)


def test_the_whole_year_of_a_target_is_the_plans() -> None:
    assert the_time("全年目标任务").period is None


def test_a_month_in_which_something_begins_is_no_period() -> None:
    assert the_time("8月起,新泵站").period is None


@pytest.mark.parametrize("text", ["新建泵站12座。", "三年级学生", "投入30个工日"])
def test_other_numbers_are_no_times(text: str) -> None:
    assert [found for found in times(text, the_clock("2025-11-20")) if found.period] == []


def test_times_come_in_order() -> None:
    text = "2024年新建12座,今年上半年新建5座,8月15日投用。"
    assert [text[it.start : it.end] for it in times(text, the_clock("2025-11-20"))] == [
        "2024年",
        "今年上半年",
        "8月15日",
    ]

"""Periods in force: which days a figure covers, from its own sentence or from what was said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readings import days, document, read, taken_of, year

if TYPE_CHECKING:
    from kg.model import Period

SO_FAR = days("2025-01-01", "2025-11-20")


def covered(text: str, surface: str, *, title: str = "试题") -> tuple[Period, str, str | None]:
    """The days that a figure covers, the rule that says so, and the words that state them."""
    taken = taken_of(read(document(text, title=title)), surface)
    rules = [rule for rule in taken.rules if rule.startswith(("time.", "period."))]
    passage = taken.claim.stated_in.get("period")
    return taken.claim.period, rules[0], text[passage.start : passage.end] if passage else None


def test_without_a_word_the_day_of_publication_tells() -> None:
    assert covered("全市新建泵站12座。", "12座") == (SO_FAR, "period.default", None)


def test_title_and_lead_frame_what_states_nothing() -> None:
    found = covered("全市新建泵站12座。", "12座", title="前三季度新建泵站")
    assert found == (days("2025-01-01", "2025-09-30"), "period.default", None)


def test_the_nearest_word_before_the_figure_tells() -> None:
    text = "2023年新建泵站12座,2024年新建泵站15座。"
    assert covered(text, "12座") == (year(2023), "time.endyear", "2023年")
    assert covered(text, "15座") == (year(2024), "time.endyear", "2024年")


def test_a_period_at_the_beginning_of_a_sentence_holds_on() -> None:
    text = "2024年,全市新建泵站12座。改造管网30公里。\n修复堤岸8处,清理河道。"
    assert covered(text, "30公里") == (year(2024), "period.carried", "2024年")
    assert covered(text, "8处") == (year(2024), "period.carried", "2024年")


def test_a_period_in_the_middle_of_a_sentence_does_not() -> None:
    text = "全市新建的各类泵站在2024年有12座。改造管网30公里。"
    assert covered(text, "30公里") == (SO_FAR, "period.default", None)


def test_months_hold_only_where_no_year_is_in_force() -> None:
    text = "2024年,全市新建泵站12座。上半年,改造管网30公里。修复堤岸8处。"
    assert covered(text, "30公里")[0] == days("2025-01-01", "2025-06-30")
    assert covered(text, "8处") == (year(2024), "period.carried", "2024年")


def test_the_time_of_a_comparison_is_not_covered() -> None:
    text = "全市新建泵站12座,比2023年增长20%。"
    assert covered(text, "20%") == (SO_FAR, "period.default", None)


def test_the_start_of_a_rise_is_of_the_time_that_it_states() -> None:
    text = "供水普及率由2020年的88%提升至94%。"
    assert covered(text, "88%") == (year(2020), "time.endyear", "2020年")
    assert covered(text, "94%")[0] == SO_FAR


def test_a_yearly_mean_covers_the_years_stated() -> None:
    text = "2021—2024年,全市新建泵站40座。2025年,改造管网30公里。年均新建泵站10座。"
    assert covered(text, "10座") == (days("2021-01-01", "2024-12-31"), "period.mean", "2021—2024年")


def test_the_whole_year_means_the_year_in_force() -> None:
    text = "2024年,全市新建泵站12座。沿江各个街道的管网改造也在稳步推进,全年改造管网30公里。"
    assert covered(text, "30公里") == (year(2024), "period.carried", "2024年")


def test_a_plan_without_a_time_is_of_the_whole_year_of_publication() -> None:
    assert covered("力争新建泵站12座。", "12座") == (year(2025), "period.planned", None)


def test_a_plan_with_a_time_is_of_that_time() -> None:
    assert covered("明年将新建泵站12座。", "12座") == (year(2026), "time.endyear", "明年")
    assert covered("今年将新建泵站12座。", "12座") == (year(2025), "time.endyear", "今年")
    assert covered("力争全年新建泵站12座。", "12座")[0] == year(2025)


def test_a_heading_ends_the_year_to_come() -> None:
    text = "2026年,力争新建泵站12座,改造管网。\n守住水源\n修复堤岸8处,清理河道。"
    assert covered(text, "12座")[0] == year(2026)
    assert covered(text, "8处") == (SO_FAR, "period.default", None)


def test_without_a_heading_the_year_to_come_holds_on() -> None:
    text = "2026年,力争新建泵站12座,改造管网。\n修复堤岸8处,清理河道。"
    assert covered(text, "8处")[0] == year(2026)

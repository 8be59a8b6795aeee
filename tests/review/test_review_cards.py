"""Cards and the words in which they speak."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pages import TEXT, book, claim, passage

from kg.model import Bound, Direction, Finding, Kind, Period, Severity
from loaders.press.extraction import Extraction, Taken
from loaders.press.rules import RULES
from loaders.review.cards import Card, because, doubts, make_cards, quote
from loaders.review.wording import WORDS, amount, base_text, period_text, visible


def card(name: str, lang: str = "zh") -> Card:
    return next(card for card in make_cards(book(), lang) if card.claim.surface == name)


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["zh"].keys() == WORDS["en"].keys()
    assert all(text for words in WORDS.values() for text in words.values())


@pytest.mark.parametrize(
    ("fields", "zh", "en"),
    [
        ({"value": Decimal(1600), "bound": Bound.AT_LEAST, "unit": "起"}, "≥ 1,600 起", "≥ 1,600 起"),
        ({"value": Decimal(6000), "bound": Bound.ABOUT, "unit": "m2"}, "≈ 6,000 平方米", "≈ 6,000 m²"),
        ({"value": Decimal(30000), "bound": Bound.AT_MOST, "unit": "CNY"}, "≤ 30,000 元", "≤ 30,000 CNY"),
        ({"value": Decimal("1234567.50"), "unit": "one"}, "1,234,567.5", "1,234,567.5"),
        ({"value": Decimal("0.05"), "unit": "percent", "kind": Kind.RATE}, "0.05%", "0.05%"),
        ({"value": Decimal(-3), "unit": "day"}, "-3 天", "-3 days"),
        (
            {"value": Decimal("12.4"), "unit": "percent", "kind": Kind.CHANGE, "direction": Direction.UP},
            "↑ 12.4%", "↑ 12.4%",
        ),
        (
            {"value": Decimal(2), "unit": "percentage_point", "kind": Kind.POINTS, "direction": Direction.DOWN},
            "↓ 2 个百分点", "↓ 2 pp",
        ),
        ({"value": Decimal(1), "unit": "rank", "kind": Kind.RANK}, "第 1 位", "no. 1"),
        ({"value": Decimal(10), "unit": "rank", "kind": Kind.RANK, "bound": Bound.AT_MOST}, "前 10 位", "top 10"),
        ({"value": None}, "约数", "vague"),
    ],
)  # fmt: skip
def test_an_amount_shows_its_bound(fields: dict[str, object], zh: str, en: str) -> None:
    assert str(amount(claim("46公里", **fields), "zh")) == zh
    assert str(amount(claim("46公里", **fields), "en")) == en


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        (date(2024, 1, 1), date(2024, 12, 31), "2024年", "2024"),
        (date(2021, 1, 1), date(2025, 12, 31), "2021—2025年", "2021–2025"),
        (date(2024, 1, 1), date(2024, 11, 30), "2024年1—11月", "Jan–Nov 2024"),
        (date(2024, 2, 1), date(2024, 2, 29), "2024年2月", "Feb 2024"),
        (date(2023, 11, 1), date(2024, 2, 29), "2023年11月—2024年2月", "Nov 2023 – Feb 2024"),
        (date(2024, 12, 9), date(2024, 12, 9), "2024-12-09", "2024-12-09"),
        (date(2024, 2, 1), date(2024, 2, 28), "2024-02-01 – 2024-02-28", "2024-02-01 – 2024-02-28"),
        (date(2024, 12, 31), date(2024, 1, 1), "2024-12-31 – 2024-01-01", "2024-12-31 – 2024-01-01"),
        (date(9999, 12, 1), date(9999, 12, 31), "9999年12月", "Dec 9999"),
    ],
)
def test_a_period_is_said_as_short_as_it_can_be(start: date, end: date, zh: str, en: str) -> None:
    assert period_text(Period(start, end), "zh") == zh
    assert period_text(Period(start, end), "en") == en


def test_bases() -> None:
    assert [base_text(base, "zh") for base in ("yoy", "十三五", "全省平均")] == ["同比", "较“十三五”时期", "较全省平均"]
    assert base_text("mom", "en") == "period on period"


def test_what_cannot_be_seen_is_made_visible_one_for_one() -> None:
    text = "a\x00\x1b\u202e\ud800\x7f\t\n𠮷"
    assert visible(text) == "a␀␛\ufffd\ufffd␡\t\n𠮷"
    visible(text).encode()


def test_each_reason_stands_with_the_field_that_it_is_about() -> None:
    fields = {field.name: field for field in card("46公里").fields}
    assert [because.rule for because in fields["metric"].reasons] == ["metric.before"]
    assert fields["metric"].reasons[0].text == RULES["metric.before"].zh
    assert fields["metric"].reasons[0].other == RULES["metric.before"].en
    assert [because.rule for because in fields["period"].reasons] == ["time.endyear"]
    assert fields["period"].quote == "2024年"
    assert fields["agency"].quote == "市水务局："
    assert fields["metric"].value == "新建雨水管网 → 雨水管网新建长度"
    assert card("12公里").field("other") is not None
    assert card("12公里").field("nothing") is None


def test_a_rule_that_is_not_known_is_shown_by_its_name() -> None:
    assert (because("made-up-rule", "zh").text, because("made-up-rule", "en").text) == ("made-up-rule",) * 2


def test_the_rules_of_a_claim_are_about_its_fields() -> None:
    families = ("quantity", "metric", "agency", "period", "time", "status", "provisional")
    taken = Taken(claim("46公里"), tuple(rule for rule in RULES if rule.startswith(families)))
    (made,) = make_cards(replace(book(), claims=(taken,)), "en")
    assert len(taken.rules) > 30
    assert sum(len(field.reasons) for field in made.fields) == len(taken.rules)
    assert made.field("other") is None


def test_the_number_shows_what_it_allows() -> None:
    field = card("**2.5万**余人次").field("quantity")
    assert field is not None
    assert field.value == "≥ 25,000 人次  [25000, 26000)"


def test_a_part_points_to_its_whole() -> None:
    whole = card("12公里")
    assert whole.whole == 1
    field = whole.field("whole")
    assert field is not None
    assert field.value == "46 公里 新建雨水管网"
    assert card("46公里").whole is None


def test_a_finding_is_about_the_claim_that_it_touches_or_names() -> None:
    assert [it.rule for it in card("近三成").doubts] == ["made-up"]
    assert card("46公里").doubts == ()
    named = Finding(Severity.INFO, "r", "中", "en", focus=str(passage("46公里").iri))
    cards = make_cards(replace(book(), findings=(named,)), "zh")
    assert [card.number for card in cards if card.doubts] == [1]


def test_a_provisional_name_is_told_by_every_claim_that_has_it() -> None:
    cards = make_cards(book(), "zh")
    assert [card.provisional for card in cards] == [card.claim.agency is not None for card in cards]
    agency = cards[0].field("agency")
    assert agency is not None
    assert agency.provisional


def test_findings_by_rule_the_worst_first() -> None:
    first, second = doubts(book(), "zh")
    assert (first.severity, first.names) == (Severity.WARNING, ())
    assert (second.severity, second.names) == (Severity.INFO, ("云溪市水务局",))


def test_long_passages_are_quoted_without_their_middle() -> None:
    long = passage(TEXT[:60])
    assert quote(TEXT, long) == f"{TEXT[:12]}…{' '.join(TEXT[:60].split())[-12:]}".replace("\n", " ")
    assert quote(TEXT, passage("2024年")) == "2024年"


def test_an_extraction_of_nothing_has_no_cards() -> None:
    empty = Extraction(book().document, (), (), (), ())
    assert make_cards(empty, "zh") == []
    assert doubts(empty, "en") == []

"""Attribution: whose work a figure is and which area it covers."""

from __future__ import annotations

import pytest
from readings import claim_of, document, read, taken_of

WATER, SCHOOLS, POLICE = "临江市水务局", "临江市教育局", "临江市公安局"


def stated(text: str, surface: str, agencies: tuple[str, ...] = ()) -> tuple[str | None, str, str | None]:
    """The agency of a figure, the rule that says so, and the words that name it."""
    taken = taken_of(read(document(text, agencies=agencies)), surface)
    passage = taken.claim.stated_in.get("agency")
    rule = next(rule for rule in reversed(taken.rules) if rule.startswith("agency."))
    return taken.claim.agency, rule, text[passage.start : passage.end] if passage else None


def test_a_text_about_one_body_is_its_work() -> None:
    assert stated("新建泵站12座。", "12座", (WATER,)) == (WATER, "agency.document", None)


def test_another_body_as_the_subject_has_its_own_figures() -> None:
    text = "市教育局新建校舍12座。"
    assert stated(text, "12座", (WATER,)) == (SCHOOLS, "agency.subject", "市教育局")


def test_the_subject_of_the_sentence() -> None:
    text = "市水务局新建泵站12座。市教育局新建校舍30间。"
    assert stated(text, "12座") == (WATER, "agency.subject", "市水务局")
    assert stated(text, "30间") == (SCHOOLS, "agency.subject", "市教育局")


def test_of_joint_bodies_the_first_is_in_charge() -> None:
    assert stated("市水务局、市教育局新建泵站12座。", "12座") == (WATER, "agency.subject", "市水务局")


def test_a_heading_holds_until_another_names_a_body() -> None:
    text = "市水务局:\n新建泵站12座,改造管网。\n市教育局:\n新建校舍30间,修缮操场。"
    assert stated(text, "12座")[:2] == (WATER, "agency.heading")
    assert stated(text, "30间")[:2] == (SCHOOLS, "agency.heading")


def test_a_subject_wins_over_the_heading() -> None:
    text = "市水务局:\n市教育局新建校舍30间,修缮操场。"
    assert stated(text, "30间")[:2] == (SCHOOLS, "agency.subject")


def test_the_body_in_charge_of_an_item() -> None:
    text = "新建校舍30间,修缮操场。(牵头单位:市教育局)"
    assert stated(text, "30间") == (SCHOOLS, "agency.in-charge", "市教育局")


def test_the_body_of_the_official_who_speaks() -> None:
    text = "“全市新建泵站12座。”市水务局副局长江一帆介绍。"
    assert stated(text, "12座") == (WATER, "agency.speaker", "市水务局")


def test_the_subject_of_a_sentence_before_in_the_paragraph() -> None:
    text = "市水务局巡查河道。新建泵站12座。"
    assert stated(text, "12座") == (WATER, "agency.paragraph", "市水务局")


def test_the_subject_of_a_paragraph_before_up_to_a_heading() -> None:
    text = "市水务局巡查河道,清理漂浮物。\n新建泵站12座,改造管网。\n守住水源\n修复堤岸8处,清理河道。"
    assert stated(text, "12座") == (WATER, "agency.section", "市水务局")
    assert stated(text, "8处") == (None, "agency.none", None)


def test_the_place_as_the_subject_names_no_body() -> None:
    text = "市水务局巡查河道。临江市全面改造管网。新建泵站12座。"
    assert stated(text, "12座") == (None, "agency.place", None)


def test_a_trade_that_only_one_body_has() -> None:
    assert stated("命案破案率达98%。", "98%", (POLICE, SCHOOLS)) == (POLICE, "agency.competence", None)
    assert stated("新建泵站12座。", "12座", (POLICE, SCHOOLS)) == (None, "agency.none", None)


def test_a_repeated_figure_has_the_body_of_the_mention_that_says_more() -> None:
    text = "新建泵站12座\n沿江一带喜事连连,堤岸焕然一新。\n市水务局新建泵站12座,改造管网。"
    first, second = (taken for taken in read(document(text)).claims if taken.claim.surface == "12座")
    assert first.claim.agency == second.claim.agency == WATER
    assert first.rules[-1] == "agency.repeated"
    assert first.claim.stated_in["agency"] == second.claim.stated_in["agency"]


def test_another_figure_of_the_same_size_stays_without_one() -> None:
    text = "修缮老旧校舍12座\n沿江一带喜事连连,堤岸焕然一新。\n市水务局新建泵站12座,改造管网。"
    first, _ = (taken for taken in read(document(text)).claims if taken.claim.surface == "12座")
    assert first.claim.agency is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("新建泵站12座。", "临江市"),
        ("江北区新建泵站12座。", "江北区"),
        ("工业园区新建泵站12座。", "临江市"),
        ("全区新建泵站12座。", "临江市"),
    ],
)
def test_the_area_that_a_figure_covers(text: str, place: str) -> None:
    assert claim_of(document(text), "12座").place == place

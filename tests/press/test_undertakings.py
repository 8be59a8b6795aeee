"""Undertakings: names of the lexicon first, unseen ones by their form, and who has which part in them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from readings import NOTHING, document, entry, read

from kg.lexicon import Lexicon
from kg.model import Role
from kg.terms import CJ
from loaders.press.gates import name_spans
from loaders.press.undertakings import Named, Undertakings, role_of


def named(text: str, lexicon: Lexicon = NOTHING) -> list[Named]:
    return Undertakings(lexicon).named(text, name_spans(text))


@pytest.mark.parametrize(
    ("text", "name", "sort"),
    [
        ("印发《临江市节水办法》。", "《临江市节水办法》", "Policy"),
        ("开展“净江”专项行动。", None, "Initiative"),
        ("推出“一杯好水”。", "一杯好水", "Programme"),
        ("搭建沿江智慧水务平台。", "沿江智慧水务平台", "Platform"),
        ("推行一河一策。", "一河一策", "Programme"),
        ("获评全省水利建设先进集体。", "全省水利建设先进集体", "Recognition"),
    ],
)
def test_unseen_names_are_read_by_their_form(text: str, name: str | None, sort: str) -> None:
    (found,) = named(text)
    assert (found.sort, found.known) == (sort, False)
    assert name is None or found.name == name
    assert name is None or name in text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    ["新建泵站12座。", "他说:“修好了,放心了。”", "守住百姓的“水缸子”。", "打通“最后一公里”的水网。"],
)
def test_what_is_no_undertaking(text: str) -> None:
    assert named(text) == []


def test_names_of_the_lexicon_come_first_however_quotes_stand() -> None:
    lexicon = Lexicon([entry("净江行动", CJ.Initiative, "清澈大江")])
    for words in ("净江行动", "“净江”行动", "“净江行动”", "清澈“大江”"):
        (found,) = named(f"开展{words}。", lexicon)
        assert (found.name, found.known, found.sort) == ("净江行动", True, "Initiative")


def test_a_longer_name_wins_over_one_inside_it() -> None:
    lexicon = Lexicon([entry("净江行动", CJ.Initiative), entry("净江行动云平台", CJ.Platform)])
    assert [item.name for item in named("开展净江行动云平台建设。", lexicon)] == ["净江行动云平台"]


def test_a_name_of_two_characters_is_too_common() -> None:
    assert named("开展净江。", Lexicon([entry("净江", CJ.Initiative)])) == []


def test_undertakings_come_in_order_and_apart() -> None:
    found = named("印发《临江市节水办法》,搭建沿江智慧水务平台,推行一河一策。")
    assert [item.sort for item in found] == ["Policy", "Platform", "Programme"]
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("市水务局开展“净江”专项行动。", Role.LEADS),
        ("市水务局牵头“净江”专项行动。", Role.LEADS),
        ("市水务局参与“净江”专项行动。", Role.TAKES_PART),
        ("市水务局配合开展“净江”专项行动。", Role.TAKES_PART),
        ("市水务局筹备“净江”专项行动。", Role.PLANS),
        ("市水务局搭建沿江智慧水务平台。", Role.OPERATES),
        ("市水务局印发《临江市节水办法》。", Role.ISSUES),
        ("市水务局起草《临江市节水办法》。", Role.PLANS),
        ("市水务局获评全省水利建设先进集体。", Role.RECEIVES),
        ("市水务局入选“一杯好水”案例。", Role.RECEIVES),
        ("市水务局争创“一杯好水”。", Role.PLANS),
    ],
)
def test_the_part_that_the_subject_has(text: str, role: Role) -> None:
    (found,) = named(text)
    assert role_of(text, found) is role


def involvements(text: str, lexicon: Lexicon = NOTHING) -> list[tuple[str, Role, str]]:
    return [(it.agency, it.role, it.undertaking) for it in read(document(text), lexicon).involvements]


def test_a_partner_takes_part_in_what_the_subject_leads() -> None:
    lexicon = Lexicon([entry("净江行动", CJ.Initiative)])
    found = involvements("市水务局会同市教育局开展净江行动。", lexicon)
    assert found[0][0] == "临江市水务局"
    assert ("临江市教育局", Role.TAKES_PART, "净江行动") in found


def test_one_part_of_one_body_is_said_once() -> None:
    text = "市水务局搭建沿江智慧水务平台。市水务局搭建沿江智慧水务平台。"
    assert involvements(text) == [("临江市水务局", Role.OPERATES, "沿江智慧水务平台")]


def test_what_is_still_to_come_is_planned() -> None:
    assert involvements("2027年,市水务局开展沿江净水专项行动。")[0][1] is Role.PLANS
    assert involvements("2024年,市水务局开展沿江净水专项行动。")[0][1] is Role.LEADS


def test_nobody_is_involved_where_no_body_is_named() -> None:
    assert involvements("全市开展沿江净水专项行动。") == []


def test_a_figure_belongs_to_the_undertaking_near_it() -> None:
    lexicon = Lexicon([entry("净江行动", CJ.Initiative)])
    text = "市水务局开展净江行动,清理河道12条。新建泵站30座。"
    programmes = {it.claim.surface: it.claim.programme for it in read(document(text), lexicon).claims}
    assert programmes == {"12条": "净江行动", "30座": None}

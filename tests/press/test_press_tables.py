"""The tables of the genre: every name, alias and competence word means one thing, every measure word has a unit."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

import loaders.press
from kg.lexicon import CLASSES, fold
from kg.tables import read_table
from kg.vocabulary import Vocabulary

TABLES = Path(loaders.press.__path__[0]) / "tables"
LEVELS = ("province", "city", "district", "county")
KINDS = {"count", "event", "person", "money", "area", "length", "weight", "volume", "energy", "time", "rate", "other"}
WORD = re.compile(r"[0-9A-Za-z.\u4e00-\u9fff]+")
NAME = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]*(…[\u4e00-\u9fff]+)?")


def rows(name: str, *columns: str) -> list[dict[str, str]]:
    return [row for _, row in read_table(TABLES / name, columns)]


def parts(cell: str) -> list[str]:
    return cell.split(";") if cell else []


@pytest.fixture(scope="module")
def bodies() -> list[dict[str, str]]:
    return rows("bodies.csv", "name", "aliases", "level", "competence")


@pytest.fixture(scope="module")
def measures() -> list[dict[str, str]]:
    return rows("measures.csv", "word", "kind", "unit", "counted")


@pytest.mark.parametrize("table", ["bodies.csv", "measures.csv"])
def test_tables_are_plain_utf8_with_one_kind_of_line_end(table: str) -> None:
    data = (TABLES / table).read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.endswith(b"\n")
    text = data.decode()
    assert not re.search(r"[ \t\u3000\uff01-\uff5e]", text)


def test_names_are_given_once(bodies: list[dict[str, str]]) -> None:
    names = [body["name"] for body in bodies]
    assert len({fold(name) for name in names}) == len(names)
    assert all(names)


def test_a_name_or_an_alias_means_one_body_of_a_level(bodies: list[dict[str, str]]) -> None:
    meant = defaultdict(set)
    for body in bodies:
        for level in parts(body["level"]):
            for name in (body["name"], *parts(body["aliases"])):
                meant[level, fold(name)].add(body["name"])
    assert {key: names for key, names in meant.items() if len(names) > 1} == {}


def test_names_and_aliases_are_words_with_at_most_one_slot_for_the_place(bodies: list[dict[str, str]]) -> None:
    for body in bodies:
        names = [body["name"], *parts(body["aliases"])]
        assert [name for name in names if not name or not NAME.fullmatch(name)] == [], body["name"]
        assert len(set(names)) == len(names), body["name"]


def test_levels_are_known_and_in_order(bodies: list[dict[str, str]]) -> None:
    for body in bodies:
        levels = parts(body["level"])
        assert levels, body["name"]
        assert levels == [level for level in LEVELS if level in levels], body["name"]


def test_competence_words_are_short_and_given_once(bodies: list[dict[str, str]]) -> None:
    for body in bodies:
        words = parts(body["competence"])
        assert [word for word in words if not WORD.fullmatch(word) or not 2 <= len(word) <= 6] == [], body["name"]
        assert len(set(words)) == len(words), body["name"]


def test_competence_is_exclusive(bodies: list[dict[str, str]]) -> None:
    """Only forms of one body (厅, 局, 委) share words, then all of them; no word stands within another body's."""
    shares = {body["competence"] for body in bodies if body["competence"]}
    owned = [(word, share) for share in shares for word in parts(share)]
    clashes = [(one, other) for one, mine in owned for other, theirs in owned if mine != theirs and one in other]
    assert clashes == []


@pytest.mark.parametrize(
    ("level", "alias", "name"),
    [
        ("city", "卫健委", "卫生健康委员会"),
        ("district", "卫健局", "卫生健康局"),
        ("city", "发改委", "发展和改革委员会"),
        ("county", "人社局", "人力资源和社会保障局"),
        ("province", "人社厅", "人力资源和社会保障厅"),
        ("city", "中院", "中级人民法院"),
        ("district", "法院", "人民法院"),
        ("city", "公安机关", "公安局"),
        ("province", "公安机关", "公安厅"),
        ("city", "交警支队", "公安局交通警察支队"),
        ("city", "商务系统", "商务局"),
        ("city", "仲裁办", "仲裁委员会办公室"),
        ("city", "团…委", "共产主义青年团…委员会"),
    ],
)
def test_abbreviations_of_the_press(bodies: list[dict[str, str]], level: str, alias: str, name: str) -> None:
    found = [body["name"] for body in bodies if level in parts(body["level"]) and alias in parts(body["aliases"])]
    assert found == [name]


def test_measure_words_are_given_once(measures: list[dict[str, str]]) -> None:
    words = [measure["word"] for measure in measures]
    assert len(set(words)) == len(words)
    assert all(words)


def test_measure_words_have_a_kind_and_say_whether_a_noun_may_follow(measures: list[dict[str, str]]) -> None:
    assert {measure["kind"] for measure in measures} == KINDS
    assert {measure["counted"] for measure in measures} == {"yes", ""}


def test_units_are_those_of_the_vocabulary_or_the_word_itself(measures: list[dict[str, str]]) -> None:
    lexicon = Vocabulary().lexicon
    for measure in measures:
        unit, named = lexicon.find(measure["unit"], "unit"), lexicon.find(measure["word"], "unit")
        assert measure["unit"] in ({unit.name, unit.label("zh")} if unit else {measure["word"]}), measure["word"]
        assert named is None or named is unit, measure["word"]


def test_every_unit_of_the_vocabulary_has_a_measure_word(measures: list[dict[str, str]]) -> None:
    entries = Vocabulary().lexicon.entries.values()
    known = {measure["unit"] for measure in measures}
    units = {entry.name for entry in entries if entry.classes & CLASSES["unit"] and entry.label("zh") not in known}
    assert units - known == {"one"}

"""Finding things: two characters and one, aliases, wordings, English, the order, and text that attacks the index."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from helpers import select
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal

from kg.answer import lines
from kg.errors import UnreadableError
from kg.lexicon import fold
from kg.search import SORTS, Hit, Search
from kg.session import KG
from kg.store import OxigraphStore
from kg.terms import CJ, RDF, SKOS, iri

if TYPE_CHECKING:
    from kg.answer import Triple

POLICE = str(iri("agency", "临江市公安局"))


@pytest.fixture(scope="module")
def search(kg: KG) -> Search:
    return Search(kg)


def labels(hits: list[Hit]) -> list[str]:
    return [hit.label for hit in hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("临江市公安局", "临江市公安局"),
        ("公安", "临江市公安局"),
        ("市公安局", "临江市公安局"),
        ("“江城警方”", "临江市公安局"),
        ("Linjiang public SECURITY bureau", "临江市公安局"),
        ("linj pub", "临江市公安局"),
        ("泊位", "接入泊位数"),
        ("泊", "接入泊位数"),
        ("接入 泊位", "接入泊位数"),
        ("联网停车", "接入停车场数"),
        ("新建社区警务室", "社区警务室数"),  # only a document words it so
        ("全城“一张图”", "全城一张图"),
        ("让江城的夜更静一些", "让江城的夜更静一些"),
        ("press-2025", "让江城的夜更静一些"),
        ("江北区", "江北区"),
        ("metric-series", "各文档对一个指标（或一个事项的各项指标）逐时段是怎么说的？"),
        ("哪些机构参与一个事项", "哪些机构参与一个事项或其组成部分，各是什么角色，出自哪份文档？"),
    ],
)
def test_what_people_type_finds_what_they_mean(search: Search, text: str, first: str) -> None:
    assert labels(search.find(text, 1)) == [first]


def test_a_hit_says_what_matched_and_how_much_there_is(search: Search, kg: KG) -> None:
    (hit,) = search.find("江城警方", 1)
    claims = select(kg.store, f"SELECT ?c WHERE {{ ?c a <{CJ.Claim}> ; <{CJ.agency}> <{POLICE}> }}")
    involvements = select(kg.store, f"SELECT ?c WHERE {{ ?c a <{CJ.Involvement}> ; <{CJ.agency}> <{POLICE}> }}")
    assert hit == Hit(POLICE, "临江市公安局", "Agency", "江城警方", f"{len(claims)} 条陈述，{len(involvements)} 项参与")
    (english,) = search.find("江城警方", 1, lang="en")
    assert english.label == "Linjiang Public Security Bureau"
    assert english.note == f"{len(claims)} claims, {len(involvements)} involvements"
    assert search.find("临江市公安局", 1)[0].alias is None
    (question,) = search.find("metric-series", 1)
    assert (question.iri, question.kind) == ("metric-series", "question")


def test_the_order_is_name_alias_beginning_holding_pairs() -> None:
    names = {
        "停车": [],
        "别名": ["停车"],
        "停车场数": [],
        "接入停车场数": [],
        "停的车，又停下来车": [],
        "停水，车停": [],  # has both characters, and no pair of them
    }
    store = OxigraphStore()
    triples: list[Triple] = []
    for name, aliases in names.items():
        metric = iri("metric", name)
        triples += [(metric, RDF.type, CJ.Metric), (metric, SKOS.prefLabel, Literal(name, lang="zh"))]
        triples += [(metric, SKOS.altLabel, Literal(alias, lang="zh")) for alias in aliases]
    store.replace("http://example.org/g", lines(triples))
    found = Search(KG(store))
    assert labels(found.find("停车")) == ["停车", "别名", "停车场数", "接入停车场数"]
    assert labels(found.find("停车场数 接入"))[:1] == ["接入停车场数"]


def test_equal_names_go_by_what_the_graph_says_of_them(search: Search) -> None:
    hits = search.find("江城")
    assert labels(hits)[:2] == ["临江市公安局", "江城通"]  # both begin so; the police have more claims
    assert hits == search.find("江城")


@pytest.mark.parametrize("sort", SORTS)
def test_sorts_can_be_chosen(search: Search, sort: str) -> None:
    alone = search.find("江", 100, {sort})
    assert {hit.iri for hit in alone} <= {hit.iri for hit in search.find("江", 100)}
    assert search.count("江", {sort}) == len(alone)
    assert search.count("江") == sum(search.count("江", {other}) for other in SORTS)
    assert search.find("江", 100, set()) == []
    assert search.find("江", 100, {"nothing"}) == []


def test_a_limit_cuts_and_the_count_does_not(search: Search) -> None:
    assert len(search.find("江", 2)) == 2
    assert search.count("江") > 2
    assert search.find("江", 0) == []


def test_every_name_and_alias_finds_its_thing(search: Search, kg: KG) -> None:
    for entry in kg.lexicon.of_sort("agency") + kg.lexicon.of_sort("undertaking") + kg.lexicon.of_sort("metric"):
        for name in {entry.name, *entry.labels.values(), *entry.aliases}:
            assert str(entry.iri) in [hit.iri for hit in search.find(name, 3)], name
            for at in range(len(name) - 1):
                pair = name[at : at + 2]
                if pair.isalnum() and min(pair) >= "⺀":
                    assert str(entry.iri) in [hit.iri for hit in search.find(pair, 1000)], (name, pair)


HOSTILE = ['"', "*", "a*", "NEAR(a b, 2)", "a AND", "NOT", "^a", "words:a", "{a b}: c", "'; DROP TABLE names; --"]
HOSTILE += ["\0", "\ud800", "公" * 10_000, "a" * 10_000, "a " * 5_000, "·agency", '"·agency"', "-", "(((", "%", "_", ""]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_data(search: Search, text: str) -> None:
    before = search.find("公安")
    hits = search.find(text)
    assert len(hits) <= 20
    if not any(char.isalnum() for char in text):
        assert hits == []
    assert search.find("公安") == before


@given(st.text(max_size=30))
def test_any_text_is_data(search: Search, text: str) -> None:
    hits = search.find(text, 1000)
    assert len(hits) == search.count(text)
    assert len({hit.iri for hit in hits}) == len(hits)


def test_the_key_of_what_is_found_first_is_what_was_asked(search: Search) -> None:
    for text in ("市公安局", "JIANGBEI DISTRICT", "全城一张图"):
        hit = search.find(text, 1)[0]
        assert fold(text) in {fold(hit.label), fold(hit.alias or "")}


def test_threads_may_ask_at_once(search: Search) -> None:
    texts = ["公安", "泊位", "江", "Linjiang", "metric"] * 40
    expected = [search.find(text) for text in texts]
    start = threading.Barrier(8)

    def ask(part: int) -> list[list[Hit]]:
        start.wait(10)
        return [search.find(text) for text in texts[part::8]]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(8)))
    assert found == [expected[part::8] for part in range(8)]


def test_a_sqlite_without_full_text_is_named(kg: KG, monkeypatch: pytest.MonkeyPatch) -> None:
    class Old(sqlite3.Connection):
        """A connection of an SQLite that was built without the module."""

        def executescript(self, script: str, /) -> sqlite3.Cursor:
            return super().executescript(script.replace("USING fts5", "USING fts5_of_a_later_day"))

    monkeypatch.setattr("kg.search.sqlite3.connect", lambda *_, **__: Old(":memory:"))
    with pytest.raises(UnreadableError, match="has no FTS5") as caught:
        Search(kg)
    assert "没有 FTS5" in caught.value.zh

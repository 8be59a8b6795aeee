"""A lexicon drafted from sheets: it passes the gate at once, claims nothing unproved, and a second run only adds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from helpers import CITY, DIGEST, TEXTS, build_at, claims, copy_of, edit, involvements, read_sheet, write_sheet
from rdflib.namespace import ORG, SKOS

from kg.build import Options
from kg.documents import read_corpus
from kg.terms import CJ, DCT, iri
from kg.validate import check_vocabulary
from kg.vocabulary import Vocabulary, parse_turtle
from loaders.draft import TODO, draft
from loaders.names import Names, plain_name

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import URIRef
    from rdflib.term import Node

    from kg.shapes import Shapes

PLACE = "临江市"


@pytest.fixture
def unnamed(tmp_path: Path) -> Path:
    """The invented city without its lexicon."""
    city = copy_of(CITY, tmp_path / "unnamed")
    (city / "lexicon.ttl").unlink()
    return city


def drafted(city: Path, lexicon: str | None = None) -> str:
    """Draft the names of a city's sheets, after a lexicon that is there."""
    path = city / "lexicon.ttl"
    if lexicon is not None:
        path.write_text(lexicon, encoding="utf-8")
    known = Vocabulary([path] if path.is_file() else []).lexicon
    names = Names(known)
    names.add("place", PLACE)
    names.read(read_corpus(city).documents, city)
    return draft(names, known, PLACE, lexicon or "")


def values(city: Path, node: URIRef, predicate: Node) -> list[str]:
    """What the drafted lexicon says of a thing."""
    path = city / "lexicon.ttl"
    if not path.is_file():
        path.write_text(drafted(city), encoding="utf-8")
    return sorted(str(o) for s, p, o in parse_turtle(path) if s == node and p == predicate)


def name(city: Path, column: str, value: str, row: int = 2) -> None:
    edit(claims(city), row, {column: value})


# the gate


def test_a_drafted_lexicon_passes_the_gate_at_once(unnamed: Path, shapes: Shapes, tmp_path: Path) -> None:
    (unnamed / "lexicon.ttl").write_text(drafted(unnamed), encoding="utf-8")
    assert check_vocabulary(Vocabulary([unnamed / "lexicon.ttl"]), shapes, "") == []
    report = build_at(tmp_path / "store", unnamed, options=Options(texts=TEXTS))
    assert len(report.loaded) == 3
    assert [it for it in report.findings if it.severity != "info"] == []


HOSTILE = [
    "a\\b\"c'd",
    "<x> {y} ^z",
    "% # ?",
    "\u200b甲\u202e乙",
    "𠮷田🚓",
    "x" * 60,
    "12345",
    "。",
    "[1]",
    "é.",
    "甲 乙",
]


@pytest.mark.parametrize("first", [0, 5])
def test_any_name_makes_a_lexicon_that_passes(unnamed: Path, shapes: Shapes, first: int, tmp_path: Path) -> None:
    hostile = HOSTILE[first : first + 6]
    for column, value in zip(("metric", "agency", "place", "programme", "unit", "metric_id"), hostile, strict=True):
        name(unnamed, column, value)
    edit(involvements(unnamed), 2, {"agency": hostile[1], "undertaking": f"{hostile[0]}二"})
    (unnamed / "lexicon.ttl").write_text(drafted(unnamed), encoding="utf-8")
    assert check_vocabulary(Vocabulary([unnamed / "lexicon.ttl"]), shapes, "") == []
    assert len(build_at(tmp_path / "store", unnamed).loaded) == 3


def test_a_new_base_and_a_new_unit_pass_too(unnamed: Path, shapes: Shapes) -> None:
    edit(claims(unnamed), 3, {"base": "较“九五”时期"})
    name(unnamed, "unit", "艘次")
    assert values(unnamed, iri("unit", "艘次"), SKOS.prefLabel) == [f"{TODO} 艘次", "艘次"]
    assert values(unnamed, iri("base", "较九五时期"), SKOS.altLabel) == ["较“九五”时期"]
    assert check_vocabulary(Vocabulary([unnamed / "lexicon.ttl"]), shapes, "") == []


# additions only


def test_a_second_run_has_nothing_to_say(unnamed: Path) -> None:
    assert drafted(unnamed, drafted(unnamed)) == ""


def test_a_second_run_only_adds(unnamed: Path) -> None:
    first = drafted(unnamed)
    name(unnamed, "agency", "临江市渔政局")
    second = drafted(unnamed, first)
    assert re.findall(r"^(\S+) a ", second, re.MULTILINE) == ["agency:临江市渔政局"]
    (unnamed / "lexicon.ttl").write_text(first + "\n" + second, encoding="utf-8")
    assert drafted(unnamed, first + "\n" + second) == ""


def test_what_a_lexicon_names_is_not_drafted_again(city: Path) -> None:
    assert drafted(city, (CITY / "lexicon.ttl").read_text(encoding="utf-8")) == ""


def test_the_draft_is_the_same_each_time(unnamed: Path) -> None:
    assert drafted(unnamed) == drafted(unnamed)


def test_a_name_that_means_two_things_is_no_new_name(city: Path) -> None:
    name(city, "agency", "江北分局")
    names = Names(Vocabulary([city / "lexicon.ttl"]).lexicon)
    names.read(read_corpus(city).documents, city)
    assert names.ambiguous == {"江北分局": ["临江市公安局江北分局", "临江市水务局江北分局"]}
    assert names.of("agency") == []


def test_rejected_rows_name_nothing(unnamed: Path) -> None:
    edit(claims(unnamed), 2, {"metric_id": "一件怪事", "review": "rejected"})
    edit(involvements(unnamed), 2, {"undertaking": "一件怪事", "review": "rejected"})
    assert "一件怪事" not in drafted(unnamed)


# what names prove


@pytest.mark.parametrize(
    ("undertaking", "role", "expected"),
    [
        ("江城通平台", "operates", "platform"),
        ("12377热线", "operates", "platform"),
        ("停车管理办法", "issues", "policy"),
        ("《一张蓝图》", "leads", "policy"),
        ("提振消费十条措施", "leads", "policy"),
        ("夜巡整治行动", "leads", "initiative"),
        ("平台经济专项行动", "leads", "initiative"),
        ("全城一张图", "leads", "programme"),
        ("优秀平台", "receives", "recognition"),
    ],
)
def test_the_class_of_an_undertaking_follows_from_its_name(
    unnamed: Path, undertaking: str, role: str, expected: str
) -> None:
    edit(involvements(unnamed), 2, {"undertaking": undertaking, "role": role})
    node = iri(expected, plain_name(undertaking))
    assert values(unnamed, node, SKOS.prefLabel) == sorted(
        [plain_name(undertaking), f"{TODO} {plain_name(undertaking)}"]
    )


@pytest.mark.parametrize(
    ("honour", "level"),
    [
        ("全国示范城市", "national"),
        ("云山省先进集体", "provincial"),
        ("文明窗口", "municipal"),
        ("全区标兵", "district"),
    ],
)
def test_the_level_of_an_honour_follows_from_its_name(unnamed: Path, honour: str, level: str) -> None:
    edit(involvements(unnamed), 2, {"undertaking": honour, "role": "receives"})
    assert values(unnamed, iri("recognition", honour), CJ.level) == [str(iri("level", level))]


@pytest.mark.parametrize(
    ("metric", "kind", "unit", "expected"),
    [
        ("侦破案件数", "level", "个", "flow"),
        ("巡查次数", "level", "次", "flow"),
        ("警情数", "level", "起", "flow"),
        ("新建站点数", "level", "处", "flow"),
        ("注册用户数", "level", "人", "stock"),
        ("接入停车场数", "level", "个", "stock"),
        ("站点数", "level", "处", None),
        ("受理事项数", "level", "项", None),
        ("办理时限", "level", "day", "none"),
        ("滚动排查整改隐患数", "level", "处", "flow"),
        ("最长案龄", "level", "year", "maximum"),
        ("办结率", "rate", "percent", "none"),
    ],
)
def test_flow_and_stock_only_where_the_wording_proves_it(
    unnamed: Path, metric: str, kind: str, unit: str, expected: str | None
) -> None:
    edit(claims(unnamed), 2, {"metric_id": metric, "metric": metric, "kind": kind, "unit": unit})
    node = iri("metric", metric)
    assert values(unnamed, node, CJ.accumulation) == [str(iri("accumulation", expected or "none"))]
    block = next(it for it in drafted_blocks(unnamed) if f"metric:{metric} a " in it)
    assert (f"# {TODO} cj:accumulation" in block) is (expected is None)


def drafted_blocks(city: Path) -> list[str]:
    return (city / "lexicon.ttl").read_text(encoding="utf-8").split("\n\n")


def test_a_metric_of_which_only_changes_are_stated_has_a_kind_of_its_own(unnamed: Path) -> None:
    rows = read_sheet(claims(unnamed))
    (change,) = [row for row in rows if row["kind"] == "change"][:1]
    change["metric_id"] = change["metric"] = "报警数"
    write_sheet(claims(unnamed), rows)
    assert values(unnamed, iri("metric", "报警数"), CJ.metricKind) == [str(iri("kind", "level"))]
    assert values(unnamed, iri("metric", "报警数"), CJ.unit) == [str(iri("unit", "one"))]


def test_wordings_are_aliases_unless_two_metrics_share_them(unnamed: Path) -> None:
    for row, metric in ((2, "甲数"), (4, "乙数"), (5, "丙数")):
        edit(claims(unnamed), row, {"metric_id": metric, "metric": "件数" if row > 2 else "甲类件数"})
    assert values(unnamed, iri("metric", "甲数"), SKOS.altLabel) == ["甲类件数"]
    assert values(unnamed, iri("metric", "乙数"), SKOS.altLabel) == []


def test_a_branch_is_a_unit_of_its_body_and_has_its_own_area(unnamed: Path) -> None:
    branch, body = iri("agency", "临江市水务局江北分局"), iri("agency", "临江市水务局")
    assert values(unnamed, branch, ORG.unitOf) == [str(body)]
    assert values(unnamed, branch, DCT.spatial) == [str(iri("place", "江北区"))]
    assert values(unnamed, body, DCT.spatial) == [str(iri("place", PLACE))]
    assert values(unnamed, body, SKOS.altLabel) == ["市水务局"]


def test_companies_and_cities_are_organisations_but_no_agencies(unnamed: Path) -> None:
    name(unnamed, "agency", "江北区")
    assert values(unnamed, iri("organisation", "江北区"), SKOS.prefLabel)
    assert values(unnamed, iri("organisation", "临江数据集团"), SKOS.prefLabel)


def test_a_place_in_the_name_of_a_place_is_its_whole(unnamed: Path) -> None:
    name(unnamed, "place", "临江市江东区")
    assert values(unnamed, iri("place", "临江市江东区"), DCT.isPartOf) == [str(iri("place", PLACE))]


def test_every_entry_says_where_it_comes_from(unnamed: Path) -> None:
    row = read_sheet(claims(unnamed))[0]
    said = f"# {DIGEST} {row['start']}-{row['end']} {row['surface']}"
    block = next(it for it in drafted(unnamed).split("\n\n") if f"metric:{row['metric_id']} a " in it)
    assert said in block.splitlines()


def test_spellings_that_differ_in_quotes_are_one_name(unnamed: Path) -> None:
    edit(involvements(unnamed), 2, {"undertaking": "“江城夜巡”"})
    edit(involvements(unnamed), 3, {"undertaking": "江城夜巡"})
    assert values(unnamed, iri("programme", "江城夜巡"), SKOS.altLabel) == ["“江城夜巡”"]

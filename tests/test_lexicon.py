"""Names and what they mean: canonical names before labels before aliases, ambiguity, suggestions on a miss."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SKOS, BNode, Literal

from kg.errors import UnreadableError
from kg.lexicon import Lexicon, fold
from kg.terms import CJ, iri
from kg.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

POLICE = "临江市公安局"


@pytest.mark.parametrize("name", [POLICE, "市公安局", "江城警方", "Linjiang Public Security Bureau", " 临江市 公安局"])
def test_names_labels_and_aliases_mean_one_agency(lexicon: Lexicon, name: str) -> None:
    entry = lexicon.find(name, "agency")
    assert entry is not None
    assert entry.iri == iri("agency", POLICE)
    assert entry.name == POLICE


@pytest.mark.parametrize(
    "spelling", ["“全城一张图”", "全城“一张图”", "全城一张图 ", "《全城一张图》", "**全城一张图**"]
)
def test_quotes_do_not_count(lexicon: Lexicon, spelling: str) -> None:
    entry = lexicon.find(spelling, "undertaking")
    assert entry is not None
    assert entry.name == "全城一张图"


def test_an_organisation_is_found_among_the_agencies(lexicon: Lexicon) -> None:
    entry = lexicon.find("临江数据集团", "agency")
    assert entry is not None
    assert entry.iri == iri("organisation", "临江数据集团")


def test_an_alias_of_two_is_ambiguous(lexicon: Lexicon) -> None:
    assert lexicon.find("江北分局", "agency") is None
    names = {entry.name for entry in lexicon.candidates("江北分局", "agency")}
    assert names == {"临江市公安局江北分局", "临江市水务局江北分局"}


def test_a_name_of_another_sort_is_not_found(lexicon: Lexicon) -> None:
    assert lexicon.candidates(POLICE, "metric") == []
    assert lexicon.candidates(POLICE, "undertaking") == []


def test_a_canonical_name_comes_before_an_alias() -> None:
    one, other = iri("agency", "甲局"), iri("agency", "乙局")
    triples = [(node, RDF.type, CJ.Agency) for node in (one, other)] + [(other, SKOS.altLabel, Literal("甲局"))]
    found = Lexicon.of(triples).candidates("甲局", "agency")
    assert [entry.iri for entry in found] == [one]


def test_a_label_comes_before_an_alias() -> None:
    one, other = iri("agency", "1"), iri("agency", "2")
    triples = [
        (one, RDF.type, CJ.Agency),
        (other, RDF.type, CJ.Agency),
        (one, SKOS.prefLabel, Literal("水务局", lang="zh")),
        (other, SKOS.altLabel, Literal("水务局", lang="zh")),
    ]
    assert [entry.iri for entry in Lexicon.of(triples).candidates("水务局", "agency")] == [one]


def test_a_near_miss_is_answered_with_suggestions(lexicon: Lexicon) -> None:
    assert lexicon.suggest("临江市公安厅", "agency")[0] == POLICE
    assert "全城一张图" in lexicon.suggest("一张图", "undertaking")
    assert lexicon.suggest("qqqq", "agency") == []
    assert lexicon.suggest("", "agency") == []
    assert len(lexicon.suggest("临江市", "agency", 2)) == 2


def test_labels_by_language(lexicon: Lexicon) -> None:
    assert lexicon.label(iri("agency", POLICE), "en") == "Linjiang Public Security Bureau"
    assert lexicon.label(iri("agency", POLICE)) == POLICE
    assert lexicon.label(iri("agency", POLICE), "fr") == POLICE
    assert lexicon.label(iri("agency", "无此局")) is None


def test_units_and_bases_are_names_too(lexicon: Lexicon) -> None:
    for name in ("元", "yuan (CNY)", "CNY"):
        entry = lexicon.find(name, "unit")
        assert entry is not None
        assert entry.iri == iri("unit", "CNY")
    base = lexicon.find("十三五", "base")
    assert base is not None
    assert base.iri == iri("base", "十三五")


def test_what_has_no_iri_or_no_class_is_no_entry() -> None:
    lexicon = Lexicon.of([(BNode(), RDF.type, CJ.Agency), (iri("agency", "甲"), SKOS.prefLabel, Literal("甲"))])
    assert lexicon.entries == {}


def test_an_entry_without_a_label_has_its_name() -> None:
    node = iri("agency", "甲局")
    assert Lexicon.of([(node, RDF.type, CJ.Agency)]).label(node, "en") == "甲局"


@given(st.text())
def test_widths_do_not_count(text: str) -> None:
    assert fold(unicodedata.normalize("NFKC", text)) == fold(text)


@given(st.text(min_size=1))
def test_any_name_can_be_looked_up(text: str) -> None:
    node = iri("agency", text)
    lexicon = Lexicon.of([(node, RDF.type, CJ.Agency)])
    assert [entry.iri for entry in lexicon.candidates(text, "agency")] == [node]
    lexicon.suggest(text, "agency")


def test_a_lexicon_that_is_no_turtle_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.ttl"
    path.write_text("@prefix cj: <https://w3id.org/chengjidan/ontology#> .\n\ncj:Agency a ;\n", "utf-8")
    with pytest.raises(UnreadableError) as caught:
        Vocabulary([path])
    assert caught.value.file == path
    assert caught.value.row == 3
    with pytest.raises(UnreadableError, match="cannot be read"):
        Vocabulary([tmp_path / "none.ttl"])

"""Doubts: what a person should look at, one finding for each doubtful quantity and each name that no lexicon has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from readings import NOTHING, claim_of, document, entry, read

from kg.lexicon import Lexicon
from kg.model import Severity
from kg.terms import CJ
from loaders.press.doubts import UNNAMED

if TYPE_CHECKING:
    from kg.model import Finding


def findings(text: str, rule: str, lexicon: Lexicon = NOTHING) -> list[Finding]:
    return [finding for finding in read(document(text), lexicon).findings if finding.rule == rule]


@pytest.mark.parametrize(
    ("text", "rule", "surface"),
    [
        ("新建泵站30至50座。", "range", "30至50座"),
        ("走访数百户居民。", "vague-quantity", "数百户"),
        ("新建泵站近12余座。", "stacked-marks", "近12余座"),
        ("漏损率分别下降6.5、3.2个百分点。", "inherited-unit", "6.5"),
    ],
)
def test_a_doubtful_quantity_is_a_warning_that_quotes_it(text: str, rule: str, surface: str) -> None:
    (found,) = findings(text, rule)
    (passage,) = found.passages
    assert found.severity is Severity.WARNING
    assert found.quote == found.value == text[passage.start : passage.end] == surface
    assert found.zh.startswith(f"“{surface}”")
    assert found.en.startswith(f"“{surface}”")


@pytest.mark.parametrize("rule", ["range", "vague-quantity", "stacked-marks", "inherited-unit", "unnamed-metric"])
def test_a_plain_figure_raises_none(rule: str) -> None:
    assert findings("新建泵站12座。", rule) == []


def test_a_figure_that_nothing_names_is_a_warning() -> None:
    (found,) = findings("12%。", "unnamed-metric")
    assert found.severity is Severity.WARNING
    assert claim_of(document("12%。"), "12%").metric_wording == UNNAMED


def test_a_name_that_the_lexicon_lacks_is_told_once() -> None:
    text = "市水务局新建泵站12座。市水务局改造管网30公里。市水务局搭建沿江智慧水务平台。"
    (agency,) = findings(text, "provisional-agency")
    assert (agency.value, agency.quote, agency.severity) == ("临江市水务局", "市水务局", Severity.INFO)
    assert [found.value for found in findings(text, "provisional-place")] == ["临江市"]
    assert [found.value for found in findings(text, "provisional-undertaking")] == ["沿江智慧水务平台"]
    assert {found.value for found in findings(text, "provisional-metric")} == {"新建泵站", "改造管网"}


def test_a_name_that_the_lexicon_has_raises_nothing() -> None:
    lexicon = Lexicon([entry("临江市水务局", CJ.Agency), entry("临江市", CJ.Place), entry("新建泵站", CJ.Metric)])
    found = read(document("市水务局新建泵站12座。"), lexicon).findings
    assert [finding.rule for finding in found] == []


def test_units_are_doubted_only_where_the_lexicon_has_units() -> None:
    text = "修复石刻12龛。"
    assert findings(text, "provisional-unit") == []
    (found,) = findings(text, "provisional-unit", Lexicon([entry("座", CJ.Unit)]))
    assert found.value == "龛"
    assert findings("新建泵站12座。", "provisional-unit", Lexicon([entry("座", CJ.Unit)])) == []


@pytest.mark.parametrize("known", ["新建泵站", "新建泵站数"])
def test_the_metric_is_the_one_that_the_lexicon_knows_under_the_wording(known: str) -> None:
    lexicon = Lexicon([entry("泵站建设", CJ.Metric, known)])
    claim = claim_of(document("新建泵站12座。"), "12座", lexicon)
    assert (claim.metric, claim.metric_wording) == ("泵站建设", "新建泵站")


def test_an_unknown_wording_stays_provisional() -> None:
    claim = claim_of(document("新建泵站12座。"), "12座", Lexicon([entry("管网长度", CJ.Metric)]))
    assert claim.metric == claim.metric_wording == "新建泵站"

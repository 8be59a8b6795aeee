"""Every check with what contradicts, what agrees and what just agrees; their headers; the identity of metrics."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from made import found, outcome_of

from kg.answer import lines
from kg.checks import load_checks
from kg.interval import plain
from kg.model import Severity
from kg.terms import PREFIXES, iri

CASES: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text("utf-8"))
CHECKS = load_checks()
ALL = [(check, case) for check, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(("check", "case"), ALL)
def test_case(check: str, case: str) -> None:
    given = CASES[check][case]
    findings = found(given, check)
    assert [str(it.severity) for it in findings] == given["expect"]
    for finding in findings:
        assert finding.rule == check
        assert finding.comparison
        assert all(str(words) in finding.zh for words in given.get("says", []))
        assert finding.zh
        assert finding.en
        assert finding.passages or check == "wording-differs"
        if "implied" in given:
            assert finding.comparison.implied
            assert [plain(it) for it in finding.comparison.implied] == given["implied"]
        assert finding.comparison.state == given.get("state")
        assert (finding.severity is Severity.WARNING) == (finding.comparison.assumption is not None)


def test_every_check_has_cases_of_each_sort() -> None:
    assert set(CASES) == set(CHECKS)
    for check, cases in CASES.items():
        expected = [case["expect"] for case in cases.values()]
        assert any(expected), check
        assert not all(expected) or check == "promise", check
        assert len(cases) > 1


@pytest.mark.parametrize("check", CHECKS)
def test_header_and_text(check: str) -> None:
    it = CHECKS[check]
    for zh, en in ((it.title_zh, it.title_en), (it.zh, it.en), (it.rule_zh, it.rule_en)):
        assert re.search("[\u3400-\u9fff]", zh)
        assert not re.search(
            "[\u3400-\u9fff]",
            re.sub("“[^”]*”", "", en).replace("人次", "").replace("人", "").replace("超490万", "").replace("500万", ""),
        )
    assert bool(it.assumption_zh) == bool(it.assumption_en)
    declared = re.findall(r"^PREFIX (\w+): <([^>]*)>$", it.text, flags=re.MULTILINE)
    assert declared == sorted(declared)
    assert dict(declared).items() <= PREFIXES.items()
    assert f"sh:sourceShape check:{check}" in it.text
    assert "SERVICE" not in it.text


@pytest.mark.parametrize("check", CHECKS)
def test_the_order_of_the_triples_does_not_count(check: str) -> None:
    for case in CASES[check].values():
        assert lines(outcome_of(case, check).triples) == lines(outcome_of(case, check, turned=True).triples)


def test_identities_join_metrics() -> None:
    world = {"metric": {"排查隐患数": "flow", "滚动排查隐患数": "flow"}}
    claims = [
        {"metric": "滚动排查隐患数", "print": "90件", "period": "2023"},
        {"metric": "排查隐患数", "print": "80件", "period": "2021..2025"},
    ]
    case: dict[str, Any] = {"world": world, "documents": [{"claims": claims}]}
    one = str(iri("metric", "排查隐患数"))
    assert found(case, "sum-over-time") == []
    joined = found(case, "sum-over-time", {one: one, str(iri("metric", "滚动排查隐患数")): one})
    assert [it.severity for it in joined] == [Severity.VIOLATION]

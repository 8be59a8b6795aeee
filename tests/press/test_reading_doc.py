"""docs/reading.md says what the rules say, and names the modules that there are."""

from __future__ import annotations

import re

from helpers import ROOT

from loaders.press.rules import RULES

TEXT = (ROOT / "docs" / "reading.md").read_text("utf-8")


def test_the_table_of_rules_is_the_rules() -> None:
    table = TEXT.split("## 规则 · Rules")[1]
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \| (.*) \|$", table, re.MULTILINE)
    assert rows == [(name, rule.zh, rule.en) for name, rule in RULES.items()]


def test_every_module_has_its_place() -> None:
    named = set(re.findall(r"`([a-z]+)`", TEXT.split("##")[0]))
    there = {path.stem for path in (ROOT / "loaders" / "press").glob("*.py")} - {"__init__"}
    assert there - named == {"extraction", "rules", "words"}

"""The checks of claims against each other: queries that construct findings, and the comparisons that they build on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg import resources
from kg.errors import UnreadableError
from kg.query import read_header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Check", "checks_digest", "load_checks", "load_comparisons"]

_NEEDED = {"title", "title-zh", "summary", "summary-zh", "rule", "rule-zh", "formula"}
_OPTIONAL = {"assumption", "assumption-zh"}


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its title, what it asks, by which rule, as which formula, on which assumption (empty: on none)."""

    name: str
    title_zh: str
    title_en: str
    zh: str
    en: str
    rule_zh: str
    rule_en: str
    formula: str
    assumption_zh: str
    assumption_en: str
    text: str

    def title(self, lang: str) -> str:
        """Its title in a language."""
        return self.title_en if lang == "en" else self.title_zh

    def summary(self, lang: str) -> str:
        """What it asks, in a language."""
        return self.en if lang == "en" else self.zh


@cache
def load_checks(folder: Path | None = None) -> Mapping[str, Check]:
    """Every check of a folder (the shipped one by default) by name, sorted.

    Raises UnreadableError where a header is not what docs/checks.md says.
    """
    files = sorted((folder or resources.queries() / "checks").glob("*.rq"))
    return {file.stem: _check(file) for file in files}


@cache
def load_comparisons(folder: Path | None = None) -> Sequence[str]:
    """The queries that set claims beside each other, in the order in which they build on one another."""
    files = sorted((folder or resources.queries() / "comparisons").glob("*.rq"))
    return [read_header(file)[1] for file in files]


def checks_digest() -> str:
    """A hash of every check and comparison."""
    texts = [*load_comparisons(), *(check.text for check in load_checks().values())]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _check(path: Path) -> Check:
    header, text = read_header(path)
    if missing := _NEEDED - set(header) or set(header) - _NEEDED - _OPTIONAL:
        names = ", ".join(sorted(missing))
        raise UnreadableError(
            f"核对的头部缺少或多出：{names}", f"lacks in its header, or should not have: {names}", file=path
        )
    return Check(
        path.stem,
        header["title-zh"],
        header["title"],
        header["summary-zh"],
        header["summary"],
        header["rule-zh"],
        header["rule"],
        header["formula"],
        header.get("assumption-zh", ""),
        header.get("assumption", ""),
        text,
    )

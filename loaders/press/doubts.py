"""Doubts: what a person should look at before trusting an extraction, as findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.model import Finding, Severity
from loaders.press.extraction import Taken
from loaders.press.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.lexicon import Lexicon
    from kg.model import Claim, Document, Involvement, Passage

__all__ = ["UNNAMED", "doubts", "identified"]

UNNAMED = "未名指标"
"""The wording of a metric where nothing in the text names one."""

_SAID = ("range", "vague-quantity", "stacked-marks", "inherited-unit")


def identified(taken: Taken, lexicon: Lexicon) -> Taken:
    """The claim with the metric that the lexicon knows under its wording; unknown wordings stay provisional."""
    claim = taken.claim
    wording = claim.metric_wording
    entry = lexicon.find(wording, "metric") or lexicon.find(f"{wording}数", "metric")
    return Taken(replace(claim, metric=entry.name), taken.rules) if entry else taken


def doubts(
    document: Document, claims: Iterable[Taken], involvements: Iterable[Involvement], lexicon: Lexicon
) -> Iterator[Finding]:
    """The findings of an extraction: doubtful quantities one by one, names that the lexicon lacks once each."""
    unknown = _Unknown(lexicon)
    for taken in claims:
        claim = taken.claim
        for rule in (rule for rule in taken.rules if rule in _SAID):
            yield _finding(document, rule, claim.surface, claim.passage, Severity.WARNING)
        if claim.metric_wording == UNNAMED:
            yield _finding(document, "unnamed-metric", claim.surface, claim.passage, Severity.WARNING)
        for sort, name in _names(claim):
            if unknown.is_new(name, sort):
                passage = claim.stated_in.get(sort, claim.passage)
                yield _finding(document, f"provisional-{sort}", name, passage, Severity.INFO)
    for involvement in involvements:
        for sort, name in (("agency", involvement.agency), ("undertaking", involvement.undertaking)):
            if unknown.is_new(name, sort):
                yield _finding(document, f"provisional-{sort}", name, involvement.passage, Severity.INFO)


class _Unknown:
    """Names that the lexicon lacks, each told once; a lexicon without units says nothing about units."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._seen: set[tuple[str, str]] = set()
        self._silent = frozenset() if lexicon.has_sort("unit") else frozenset({"unit"})

    def is_new(self, name: str, sort: str) -> bool:
        """Whether the lexicon lacks a name that was not asked for before."""
        if (sort, name) in self._seen or sort in self._silent:
            return False
        self._seen.add((sort, name))
        return self._lexicon.find(name, sort) is None


def _names(claim: Claim) -> Iterator[tuple[str, str]]:
    yield "metric", claim.metric
    yield "place", claim.place
    yield "unit", claim.unit
    if claim.agency:
        yield "agency", claim.agency
    if claim.programme:
        yield "undertaking", claim.programme


def _finding(document: Document, rule: str, value: str, passage: Passage, severity: Severity) -> Finding:
    text = document.text or ""
    said = RULES[rule]
    return Finding(
        severity=severity,
        rule=rule,
        zh=f"“{value}”：{said.zh}",
        en=f"“{value}”: {said.en}",
        document=document.id,
        passages=(passage,),
        value=value,
        quote=text[passage.start : passage.end],
    )

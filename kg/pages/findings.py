"""Findings as the pages show them: what cannot all be true, the arithmetic, and the passages side by side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from rdflib import SH, Literal

from kg.pages import passages
from kg.pages.asking import ask, values
from kg.terms import CJ, DCT, PROV, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.answer import Term
    from kg.pages.passages import Mention
    from kg.session import KG

__all__ = ["SEVERITIES", "FindingView", "about", "all_findings", "in_document", "mentions", "one"]

SEVERITIES = {str(SH.Violation): "violation", str(SH.Warning): "warning", str(SH.Info): "info"}

_FACTS = """SELECT ?finding ?property ?object
WHERE {
  { SELECT DISTINCT ?finding WHERE { %s ?finding a sh:ValidationResult } }
  ?finding ?property ?object .
}"""


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding: `severity` is violation, warning or info; `texts` and `assumptions` by language."""

    iri: str
    severity: str
    check: str
    texts: dict[str, str]
    computations: dict[str, str]
    assumptions: dict[str, str]
    concerns: tuple[str, ...]
    documents: tuple[str, ...]
    ruled_out: tuple[str, ...]
    possible: tuple[str, ...]
    decision: str | None
    decided: str
    state: str | None

    def text(self, lang: str) -> str:
        """What was found."""
        return self.texts.get(lang) or next(iter(self.texts.values()), "")

    def computation(self, lang: str) -> str:
        """The arithmetic; nothing where it only repeats the text."""
        found = self.computations.get(lang) or next(iter(self.computations.values()), "")
        return "" if found in self.text(lang) else found

    def assumption(self, lang: str) -> str:
        """What has to be assumed for it to hold."""
        return self.assumptions.get(lang) or next(iter(self.assumptions.values()), "")


def all_findings(kg: KG) -> list[FindingView]:
    """Every finding of the graph, the worst first."""
    return _found(kg, "", "")


def about(kg: KG, pattern: str, thing: str) -> list[FindingView]:
    """The findings that concern a `?claim` of a pattern about `$thing`, the worst first."""
    return _found(kg, f"{pattern} . ?finding cj:concerns ?claim .", thing)


def in_document(kg: KG, document: str) -> list[FindingView]:
    """The findings about a document or a claim of it, the worst first."""
    return about(kg, "?passage oa:hasSource $thing . ?claim prov:wasQuotedFrom ?passage", document)


def one(kg: KG, iri: str) -> FindingView | None:
    """One finding, None where there is none of this IRI."""
    return next(iter(_found(kg, "VALUES ?finding { $thing }", values([iri]))), None)


def mentions(kg: KG, found: Iterable[FindingView]) -> dict[str, list[Mention]]:
    """The mentions of each claim or involvement that findings concern."""
    return passages.mentions(kg, (node for it in found for node in it.concerns))


def _found(kg: KG, pattern: str, thing: str) -> list[FindingView]:
    rows = ask(kg, _FACTS % pattern, thing=thing)
    rows.sort(key=lambda row: str(row["finding"]))
    views = [
        _view(finding, [(str(row["property"]), row["object"]) for row in own])
        for finding, own in groupby(rows, key=lambda row: str(row["finding"]))
    ]
    order = list(SEVERITIES.values())
    return sorted(views, key=lambda it: (order.index(it.severity), it.check, it.iri))


def _view(finding: str, facts: list[tuple[str, Term | None]]) -> FindingView:
    def nodes(predicate: str) -> tuple[str, ...]:
        return tuple(sorted(str(value) for name, value in facts if name == predicate))

    def texts(predicate: str) -> dict[str, str]:
        found = [value for name, value in facts if name == predicate and isinstance(value, Literal)]
        return {value.language or "": str(value) for value in sorted(found, key=lambda it: it.language != "zh")}

    def first(predicate: str) -> str | None:
        return next(iter(nodes(predicate)), None)

    who = (first(str(CJ.decidedBy)), first(str(CJ.decidedOn)), first(str(CJ.reason)))
    return FindingView(
        iri=finding,
        severity=SEVERITIES[nodes(str(SH.resultSeverity))[0]],
        check=first(str(SH.sourceShape)) or "",
        texts=texts(str(SH.resultMessage)),
        computations=texts(str(CJ.computation)),
        assumptions=texts(str(CJ.assumption)),
        concerns=nodes(str(CJ.concerns)) or nodes(str(SH.focusNode)),
        documents=nodes(str(CJ.inDocument)) or nodes(str(DCT.source)) or nodes(str(PROV.wasDerivedFrom)),
        ruled_out=nodes(str(CJ.ruledOut)),
        possible=nodes(str(CJ.notRuledOut)),
        decision=next((name_of(it) for it in nodes(str(CJ.decision))), None),
        decided=" · ".join(part for part in who if part),
        state=first(str(CJ.state)),
    )

"""An undertaking: who has which part in it, what belongs to it, how its figures moved, what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.pages import findings, statements
from kg.pages.agencies import parts
from kg.pages.asking import ask, values

if TYPE_CHECKING:
    from kg.pages.agencies import Part
    from kg.pages.findings import FindingView
    from kg.pages.statements import Series
    from kg.session import KG

__all__ = ["Undertaking", "undertaking"]


@dataclass(frozen=True, slots=True)
class Undertaking:
    """What the page of an undertaking shows; `below` are its parts with their classes."""

    above: list[str]
    below: dict[str, list[str]]
    related: list[str]
    parts: list[Part]
    plans: list[Part]
    series: list[Series]
    cut: bool
    promises: list[FindingView]
    findings: list[FindingView]


def undertaking(kg: KG, iri: str) -> Undertaking:
    """The view of an undertaking; an involvement in a part of it, however deep, counts for the whole."""
    above = ask(kg, "SELECT DISTINCT ?other WHERE { $thing dct:isPartOf ?other } ORDER BY ?other", thing=iri)
    below = ask(
        kg,
        "SELECT DISTINCT ?other ?class WHERE { ?other dct:isPartOf+ $thing ; a ?class } ORDER BY ?class ?other",
        thing=iri,
    )
    related = ask(
        kg,
        """SELECT DISTINCT ?other WHERE {
          { $thing dct:relation|dct:replaces ?other } UNION { ?other dct:relation|dct:replaces $thing }
        } ORDER BY ?other""",
        thing=iri,
    )
    kinds: dict[str, list[str]] = {}
    for row in below:
        kinds.setdefault(str(row["class"]), []).append(str(row["other"]))
    whole = values([iri, *(str(row["other"]) for row in below)])  # listed, for a path in a join costs 7 ms
    involved = parts(kg, "VALUES ?part { $thing } ?involvement cj:undertaking ?part", whole)
    claims = statements.of_undertakings(kg, whole)
    found = findings.about(kg, "VALUES ?part { $thing } ?claim cj:programme|cj:undertaking ?part", whole)
    return Undertaking(
        above=[str(row["other"]) for row in above],
        below=kinds,
        related=[str(row["other"]) for row in related],
        parts=[it for it in involved if it.role != "plans"],
        plans=[it for it in involved if it.role == "plans"],
        series=statements.by_metric(claims[: statements.MOST]),
        cut=len(claims) > statements.MOST,
        promises=[it for it in found if it.state],
        findings=[it for it in found if not it.state],
    )

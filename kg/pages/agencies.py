"""An agency: where it stands, what it does, what is said of its work, and what is wrong with that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kg.pages import findings, statements
from kg.pages.asking import ask
from kg.terms import name_of

if TYPE_CHECKING:
    from kg.pages.findings import FindingView
    from kg.pages.statements import Series, Statement
    from kg.session import KG

__all__ = ["Agency", "Part", "agency", "parts"]

ROLES = ("leads", "operates", "takes_part", "issues", "plans", "receives")


@dataclass(frozen=True, slots=True)
class Part:
    """One role of one agency in one undertaking, with every period and document that states it."""

    agency: str
    role: str
    undertaking: str
    stated: tuple[tuple[date, date, str], ...]
    """Each: first day, last day, the IRI of the passage."""


@dataclass(frozen=True, slots=True)
class Agency:
    """What the page of an agency shows; `above` and `below` are other agencies."""

    above: list[str]
    below: list[tuple[str, int]]
    parts: dict[str, list[Part]]
    series: list[Series]
    periods: list[tuple[date, date]]
    cut: bool
    findings: list[FindingView]

    def at(self, series: Series, period: tuple[date, date]) -> list[Statement]:
        """The claims of a series for a period."""
        return [it for it in series.statements if (it.start, it.end) == period]


def agency(kg: KG, iri: str) -> Agency:
    """The view of an agency."""
    above = ask(
        kg,
        "SELECT DISTINCT ?other WHERE { $thing org:unitOf|org:subOrganizationOf ?other } ORDER BY ?other",
        thing=iri,
    )
    below = ask(
        kg,
        """SELECT ?other (COUNT(DISTINCT ?claim) AS ?claims)
        WHERE { ?other org:unitOf|org:subOrganizationOf $thing OPTIONAL { ?claim cj:agency ?other ; a cj:Claim } }
        GROUP BY ?other ORDER BY DESC(?claims) ?other""",
        thing=iri,
    )
    claims = statements.of_agency(kg, iri)
    grouped: dict[str, list[Part]] = {role: [] for role in ROLES}
    for part in parts(kg, "?involvement cj:agency $thing", iri):
        grouped[part.role].append(part)
    return Agency(
        above=[str(row["other"]) for row in above],
        below=[(str(row["other"]), int(str(row["claims"]))) for row in below],
        parts={role: own for role, own in grouped.items() if own},
        series=statements.by_metric(claims[: statements.MOST]),
        periods=sorted({(it.start, it.end) for it in claims}, key=lambda it: (it[1], it[0])),
        cut=len(claims) > statements.MOST,
        findings=findings.about(kg, "?claim cj:agency $thing", iri),
    )


def parts(kg: KG, pattern: str, thing: str) -> list[Part]:
    """The roles that some involvements state, in the order of undertaking and agency."""
    rows = ask(
        kg,
        f"""SELECT DISTINCT ?agency ?role ?undertaking ?start ?end ?passage WHERE {{
          {pattern} . ?involvement a cj:Involvement ; cj:agency ?agency ; cv:role ?role ; cj:undertaking ?undertaking ;
            cj:period ?period ; prov:wasQuotedFrom ?passage .
          ?period dcat:startDate ?start ; dcat:endDate ?end .
        }} ORDER BY ?undertaking ?agency ?role ?end ?start ?passage""",
        thing=thing,
    )
    found: dict[tuple[str, str, str], list[tuple[date, date, str]]] = {}
    for row in rows:
        key = (str(row["agency"]), name_of(str(row["role"])), str(row["undertaking"]))
        days = (date.fromisoformat(str(row["start"])), date.fromisoformat(str(row["end"])))
        found.setdefault(key, []).append((*days, str(row["passage"])))
    return [Part(*key, tuple(stated)) for key, stated in found.items()]

"""A metric: its figures over all documents, how they are worded, and who decided what is one with what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.pages import findings, statements
from kg.pages.asking import ask

if TYPE_CHECKING:
    from kg.pages.findings import FindingView
    from kg.pages.statements import Series
    from kg.session import KG

__all__ = ["Identity", "Metric", "metric"]


@dataclass(frozen=True, slots=True)
class Identity:
    """A decision whether two metrics (or, with no other, the wordings of one) are one."""

    other: str | None
    same: bool
    reason: str
    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Metric:
    """What the page of a metric shows; `wordings` with how many claims use each."""

    series: list[Series]
    cut: bool
    wordings: list[tuple[str, int]]
    identities: list[Identity]
    findings: list[FindingView]


def metric(kg: KG, iri: str) -> Metric:
    """The view of a metric."""
    claims = statements.of_metric(kg, iri)
    wordings = Counter(it.wording for it in claims)
    return Metric(
        series=statements.by_metric(claims[: statements.MOST]),
        cut=len(claims) > statements.MOST,
        wordings=sorted(wordings.items(), key=lambda it: (-it[1], it[0])),
        identities=_identities(kg, iri),
        findings=findings.about(kg, "?claim cj:metric $thing", iri),
    )


def _identities(kg: KG, iri: str) -> list[Identity]:
    rows = ask(
        kg,
        """SELECT DISTINCT ?one ?other ?relation ?reason ?by ?on WHERE {
          { ?decision cj:oneMetric $thing } UNION { ?decision cj:otherMetric $thing }
          ?decision cj:oneMetric ?one ; cj:relation ?relation .
          OPTIONAL { ?decision cj:otherMetric ?other }
          OPTIONAL { ?decision cj:reason ?reason }
          OPTIONAL { ?decision cj:decidedBy ?by }
          OPTIONAL { ?decision cj:decidedOn ?on }
        } ORDER BY ?relation ?one ?other""",
        thing=iri,
    )
    found = []
    for row in rows:
        ends = [str(row[name]) for name in ("one", "other") if row[name] is not None and str(row[name]) != str(iri)]
        texts = ("" if row[name] is None else str(row[name]) for name in ("reason", "by", "on"))
        found.append(Identity(ends[0] if ends else None, str(row["relation"]) == "same", *texts))
    return found

"""A claim: the number, everything that qualifies it, and the characters that say so."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kg.errors import UsageError
from kg.pages import findings, statements
from kg.pages.asking import ask
from kg.pages.passages import Mention, Texts, printed
from kg.terms import CJ, PROV, name_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pages.findings import FindingView
    from kg.pages.statements import Statement
    from kg.pages.things import Thing
    from kg.session import KG

__all__ = ["ClaimView", "Evidence", "claim", "missing"]

_GIVEN_BY = {
    str(PROV.wasQuotedFrom): "value",
    str(CJ.agencyStatedIn): "agency",
    str(CJ.periodStatedIn): "period",
    str(CJ.placeStatedIn): "place",
}
_FIELDS = list(_GIVEN_BY.values())


@dataclass(frozen=True, slots=True)
class Evidence(Mention):
    """The characters that give a field of a claim."""

    field: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """What the page of a claim shows; `inferred` names the fields that no passage gives."""

    statement: Statement
    evidence: list[Evidence]
    inferred: list[str]
    wholes: list[Statement]
    parts: list[Statement]
    others: list[Statement]
    extraction: list[tuple[str, str]]
    findings: list[FindingView]


def claim(kg: KG, node: Thing, folder: Path | None) -> ClaimView | None:
    """The view of a claim; None where the node is no claim."""
    found = statements.of_claims(kg, [node.iri])
    if not found:
        return None
    it = found[0]
    evidence = _evidence(kg, node.iri, folder)
    stated = {one.field for one in evidence}
    known = {"agency": it.agency, "period": it.start, "place": it.place}
    others = [other for other in statements.of_metric(kg, it.metric) if other.iri != it.iri]
    return ClaimView(
        statement=it,
        evidence=evidence,
        inferred=[name for name, value in known.items() if value is not None and name not in stated],
        wholes=statements.of_claims(kg, [it.whole] if it.whole else []),
        parts=statements.of_claims(kg, node.incoming.get(str(CJ.partOf), [])),
        others=sorted(others, key=lambda other: (other.end, other.start, other.iri)),
        extraction=_extraction(kg, node),
        findings=findings.about(kg, "VALUES ?claim { $thing }", node.iri),
    )


def missing(kg: KG, iri: str) -> UsageError:
    """There is no such claim, with those that come close."""
    rows = ask(kg, "SELECT ?claim WHERE { ?claim a cj:Claim }")
    every = sorted(str(row["claim"]) for row in rows)
    near = [claim for claim in every if claim.startswith(f"{iri.partition('.')[0]}.")] or every
    close = "、".join(name_of(claim) for claim in get_close_matches(iri, near, n=3, cutoff=0))
    return UsageError(
        f"图中没有陈述 {name_of(iri)}；是否要找：{close}（见 claims-of-an-agency 的 claim 列）",
        f"there is no claim {name_of(iri)}; did you mean: {close} (see the column claim of claims-of-an-agency)",
    )


def _evidence(kg: KG, iri: str, folder: Path | None) -> list[Evidence]:
    rows = ask(
        kg,
        """SELECT ?gives ?document ?start ?end ?printed WHERE {
          $thing ?gives ?passage . ?passage a cj:Passage ; oa:hasSource ?document ; oa:start ?start ; oa:end ?end .
          OPTIONAL { ?passage oa:exact ?printed }
        }""",
        thing=iri,
    )
    texts = Texts(kg, folder, {str(row["document"]) for row in rows})
    found = []
    for row in rows:
        place = (str(row["document"]), int(str(row["start"])), int(str(row["end"])))
        found.append(Evidence(iri, *place, printed(row), texts.context(*place), _GIVEN_BY[str(row["gives"])]))
    return sorted(found, key=lambda one: (_FIELDS.index(one.field), one.document, one.start, one.end))


def _extraction(kg: KG, node: Thing) -> list[tuple[str, str]]:
    """How the claim came into the graph: loader, software, review; as (property, value)."""
    made = node.values(PROV.wasGeneratedBy)
    facts: list[tuple[str, str]] = []
    for activity in made:
        rows = ask(
            kg,
            "SELECT ?loader ?version WHERE { $thing cj:loader ?loader ; cj:softwareVersion ?version }",
            thing=activity,
        )
        facts += [(str(CJ.loader), f"{row['loader']} {row['version']}") for row in rows]
    facts += [(str(CJ.review), value) for value in node.values(CJ.review)]
    facts += [(str(CJ.reviewer), value) for value in node.values(CJ.reviewer)]
    return facts

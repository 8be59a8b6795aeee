"""The graph as a whole: what it holds, its newest documents, lists of its things, and its agencies as a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.pages import findings
from kg.pages.asking import ask
from kg.terms import CJ

if TYPE_CHECKING:
    from kg.pages.asking import Row
    from kg.pages.findings import FindingView
    from kg.session import KG

__all__ = ["DocumentLine", "Edge", "Overview", "documents", "edges", "listing", "overview"]

COUNTED = ("Document", "Claim", "Metric", "Agency", "Undertaking", "Involvement")


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document in a list."""

    iri: str
    title: str
    publisher: str
    published: str
    claims: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the home page shows: counts by class, documents, the findings worth reading first."""

    counts: dict[str, int]
    documents: list[DocumentLine]
    findings: list[FindingView]
    severities: dict[str, int]


@dataclass(frozen=True, slots=True)
class Edge:
    """An agency's part in an undertaking, as often as documents state it."""

    agency: str
    role: str
    undertaking: str
    count: int


def overview(kg: KG) -> Overview:
    """The view of the home page."""
    counts = {}
    for name in COUNTED:
        rows = ask(
            kg,
            "SELECT (COUNT(DISTINCT ?thing) AS ?count) WHERE { ?class rdfs:subClassOf* $class . ?thing a ?class }",
            **{"class": str(CJ[name])},
        )
        counts[name] = int(str(rows[0]["count"]))
    found = findings.all_findings(kg)
    severities = {name: sum(it.severity == name for it in found) for name in findings.SEVERITIES.values()}
    return Overview(counts, documents(kg), [it for it in found if it.severity != "info"], severities)


def documents(kg: KG) -> list[DocumentLine]:
    """Every document, the newest first."""
    rows = ask(
        kg,
        """SELECT ?document ?title ?publisher ?issued ?claims WHERE {
          ?document a cj:Document ; dct:title ?title ; dct:publisher ?publisher ; dct:issued ?issued .
          { SELECT ?document (COUNT(DISTINCT ?claim) AS ?claims) WHERE {
            ?document a cj:Document
            OPTIONAL { ?passage oa:hasSource ?document . ?claim prov:wasQuotedFrom ?passage ; a cj:Claim } }
            GROUP BY ?document }
        } ORDER BY DESC(STR(?issued)) ?document""",
    )
    return [
        DocumentLine(
            iri=str(row["document"]),
            title=str(row["title"]),
            publisher=str(row["publisher"]),
            published=str(row["issued"]),
            claims=int(str(row["claims"])),
        )
        for row in rows
    ]


def listing(kg: KG, sort: str) -> list[tuple[str, str, int]]:
    """Every thing of a class or a sub-class as (IRI, class, claims and involvements that name it), most first."""
    rows: list[Row] = ask(
        kg,
        """SELECT ?thing ?class (COUNT(DISTINCT ?node) AS ?count) WHERE {
          ?class rdfs:subClassOf* $sort . ?thing a ?class .
          OPTIONAL { ?node cj:agency|cj:undertaking|cj:programme|cj:metric|cj:place ?thing }
        } GROUP BY ?thing ?class ORDER BY DESC(?count) ?thing""",
        sort=str(CJ[sort]),
    )
    return [(str(row["thing"]), str(row["class"]), int(str(row["count"]))) for row in rows if row["thing"] is not None]


def edges(kg: KG) -> list[Edge]:
    """Which agency has which part in which undertaking."""
    rows = ask(
        kg,
        """SELECT ?agency ?role ?undertaking (COUNT(DISTINCT ?involvement) AS ?count) WHERE {
          ?involvement a cj:Involvement ; cj:agency ?agency ; cv:role ?role ; cj:undertaking ?undertaking
        } GROUP BY ?agency ?role ?undertaking ORDER BY ?agency ?undertaking ?role""",
    )
    return [
        Edge(str(row["agency"]), str(row["role"]), str(row["undertaking"]), int(str(row["count"])))
        for row in rows
        if row["agency"] is not None
    ]

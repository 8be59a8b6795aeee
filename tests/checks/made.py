"""Claims of an invented city as a few words each, made into the graph that the checks compare."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from rdflib import Literal, URIRef

from kg.answer import lines
from kg.checking import check_city, outcome
from kg.graph import document_graph, shared_triples
from kg.interval import read_quantity
from kg.lexicon import Lexicon
from kg.model import Bound, Claim, Direction, Document, Involvement, Kind, Passage, Period, Reading, Role, Status
from kg.terms import BASE, CJ, DCT, ORG, RDF, SKOS, iri
from kg.vocabulary import Vocabulary
from kg.working import Index, Working

if TYPE_CHECKING:
    from kg.answer import Triple
    from kg.checking import Outcome
    from kg.model import Finding

__all__ = ["found", "outcome_of"]

Cells = dict[str, str]
World = dict[str, dict[str, str]]
_CLASSES = {
    "metric": CJ.Metric, "agency": CJ.Agency, "place": CJ.Place, "programme": CJ.Programme,
    "recognition": CJ.Recognition, "unit": CJ.Unit,
}  # fmt: skip
_LINKS = {"unitOf": (ORG.unitOf, "agency"), "isPartOf": (DCT.isPartOf, ""), "replaces": (DCT.replaces, "programme")}


def found(case: dict[str, Any], check: str, identities: dict[str, str] | None = None) -> list[Finding]:
    """What one check finds in a case."""
    return list(outcome_of(case, check, identities).findings)


def outcome_of(
    case: dict[str, Any], check: str | None, identities: dict[str, str] | None = None, *, turned: bool = False
) -> Outcome:
    """The outcome of one check, or of all, on the claims and plans of a case; `turned` loads everything backwards."""
    vocabulary, text = _vocabulary()
    own = _things(case.get("world", {}))
    lexicon = Lexicon.of([*vocabulary.triples, *own])
    documents = [_document(number, rows, lexicon) for number, rows in enumerate(case["documents"])]
    named = {URIRef(period) for text in documents for period in re.findall(rf"<({BASE}period/[^>]+)>", text)}
    bases = {URIRef(str(triple[2])) for triple in vocabulary.triples if triple[1] == CJ.period}
    index = Index(text + lines([*own, *shared_triples(named - bases)]))
    if turned:
        documents = ["\n".join(reversed(text.splitlines())) for text in reversed(documents)]
    working = Working(documents, index, identities or {})
    return outcome(working, check_city(working, lambda name: check in {None, name}))


@cache
def _vocabulary() -> tuple[Vocabulary, str]:
    """The vocabulary without a city, and its lines."""
    vocabulary = Vocabulary()
    return vocabulary, lines(vocabulary.triples)


def _things(world: World) -> list[Triple]:
    """The named things: `metric: {破案数: flow}`, and links: `unitOf: {分局: 市局}`."""
    triples: list[Triple] = []
    for kind, names in world.items():
        for name, value in names.items():
            if kind in _LINKS:
                predicate, sort = _LINKS[kind]
                sort = sort or ("programme" if name.startswith("项目") else "place")
                triples.append((iri(sort, name), predicate, iri(sort, value)))
                continue
            node = iri(kind, name)
            triples += [(node, RDF.type, _CLASSES[kind]), (node, SKOS.prefLabel, Literal(name, lang="zh"))]
            triples.append((node, SKOS.prefLabel, Literal(f"{name} (en)", lang="en")))
            if kind == "metric":
                accumulation, _, sort = value.partition(" ")
                triples += [
                    (node, CJ.accumulation, iri("accumulation", accumulation)),
                    (node, CJ.metricKind, iri("kind", sort or "level")),
                    (node, CJ.unit, iri("unit", "percent" if sort in {"rate", "share"} else "件")),
                ]
    return triples


def _document(number: int, given: dict[str, Any], lexicon: Lexicon) -> str:
    published = str(given.get("published", f"{2024 + number}-01"))
    document = Document(f"d{number}", f"云溪市第{number}份", "云溪晚报", published, "云溪市")
    claims, plans, at = [], [], 0
    for row in given.get("claims", []):
        cells = {key: str(value) for key, value in row.items()}
        at = int(cells.get("at", at + 40))
        claims.append(_claim(document.id, at, cells))
    for row in given.get("involvements", []):
        at += 40
        plans.append(
            Involvement(
                Passage(document.id, at, at + 8),
                row["agency"],
                Role(row["role"]),
                row["undertaking"],
                _period(str(row["period"])),
            )
        )
    return document_graph(Reading(document, tuple(claims), tuple(plans), (), "sheet"), lexicon).lines()


def _claim(document: str, at: int, cells: Cells) -> Claim:
    """`{metric: 破案数, print: 12.4%, period: 2023..2024}`: value, bound, unit and kind follow from the print."""
    surface = cells["print"]
    quantity = read_quantity(surface)
    value = Decimal(cells["value"]) if "value" in cells else (quantity.value if quantity else None)
    bound = (
        Bound.AT_LEAST if any(mark in surface for mark in "余超多") else Bound.ABOUT if "约" in surface else Bound.EXACT
    )
    return Claim(
        passage=Passage(document, at, at + len(surface)),
        surface=surface,
        kind=Kind(cells.get("kind", "level")),
        value=value,
        bound=Bound(cells.get("bound", bound)),
        unit=cells.get("unit", "percent" if "%" in surface else "件"),
        metric=cells["metric"],
        metric_wording=cells.get("wording", cells["metric"]),
        place=cells.get("place", "云溪市"),
        period=_period(cells["period"]),
        status=Status(cells.get("status", "achieved")),
        direction=Direction(cells["direction"]) if "direction" in cells else None,
        base=cells.get("base"),
        agency=cells.get("agency"),
        programme=cells.get("programme"),
        part_of=int(cells["part_of"]) if "part_of" in cells else None,
    )


def _period(text: str) -> Period:
    """`2023`, `2021..2025`, `2024-01-01..2024-11-30`."""
    first, _, last = text.partition("..")
    last = last or first
    start = date.fromisoformat(first if len(first) > 4 else f"{first}-01-01")
    return Period(start, date.fromisoformat(last if len(last) > 4 else f"{last}-12-31"))

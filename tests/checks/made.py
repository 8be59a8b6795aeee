"""Claims of an invented city as a few words each, made into the graph that the checks compare."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from kg.answer import lines
from kg.checking import check_city, outcome
from kg.graph import document_graph, shared_triples
from kg.lexicon import Lexicon
from kg.model import Bound, Claim, Direction, Document, Involvement, Kind, Passage, Period, Reading, Role, Status
from kg.terms import CJ, DCT, ORG, RDF, SKOS, iri
from kg.vocabulary import Vocabulary
from kg.working import Index, Working

if TYPE_CHECKING:
    from rdflib import Literal, URIRef

    from kg.checking import Outcome
    from kg.model import Finding

__all__ = ["found", "outcome_of"]

Cells = dict[str, str]
World = dict[str, dict[str, str]]
_CLASSES = {
    "metric": CJ.Metric, "agency": CJ.Agency, "place": CJ.Place, "programme": CJ.Programme, "recognition": CJ.Recognition,
    "unit": CJ.Unit,
}  # fmt: skip
_LINKS = {"unitOf": (ORG.unitOf, "agency"), "isPartOf": (DCT.isPartOf, ""), "replaces": (DCT.replaces, "programme")}


def found(case: dict[str, object], check: str, identities: dict[str, str] | None = None) -> list[Finding]:
    """What one check finds in a case."""
    return list(outcome_of(case, check, identities).findings)


def outcome_of(case: dict[str, object], check: str | None, identities: dict[str, str] | None = None) -> Outcome:
    """The outcome of one check, or of all, on the claims and plans of a case."""
    world: World = case.get("world", {})  # type: ignore[assignment] # the YAML says so
    vocabulary = Vocabulary()
    triples = [*vocabulary.triples, *_things(world)]
    lexicon = Lexicon.of(triples)  # type: ignore[arg-type] # triples of terms
    documents = [_document(number, rows, lexicon) for number, rows in enumerate(case["documents"])]  # type: ignore[arg-type, var-annotated] # the same
    periods = {triple[2] for text, _ in documents for triple in text if triple[1] == CJ.period}
    bases = {triple[2] for triple in vocabulary.triples if triple[1] == CJ.period}
    index = Index(lines([*triples, *shared_triples(periods | bases)]))  # type: ignore[arg-type] # the same
    working = Working([its for _, its in documents], index, identities or {})
    return outcome(working, check_city(working, lambda name: check in {None, name}))


def _things(world: World) -> list[tuple[URIRef, URIRef, URIRef | Literal]]:
    """The named things: `metric: {破案数: flow}`, and links: `unitOf: {分局: 市局}`."""
    from rdflib import Literal  # noqa: PLC0415 - only here

    triples: list[tuple[URIRef, URIRef, URIRef | Literal]] = []
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


def _document(number: int, given: dict[str, object], lexicon: Lexicon) -> tuple[list[tuple[URIRef, ...]], str]:
    document = Document(
        id=f"d{number}", title=f"云溪市第{number}份", publisher="云溪晚报", published=str(given.get("published", f"{2024 + number}-01")),
        place="云溪市", agencies=(), about="",
    )  # fmt: skip
    claims, plans, at = [], [], 0
    for row in given.get("claims", []):  # type: ignore[attr-defined] # the YAML says so
        cells = {key: str(value) for key, value in row.items()}
        at = int(cells.get("at", at + 40))
        claims.append(_claim(document.id, at, cells))
    for row in given.get("involvements", []):  # type: ignore[attr-defined] # the same
        at += 40
        plans.append(Involvement(Passage(document.id, at, at + 8), row["agency"], Role(row["role"]), row["undertaking"], _period(str(row["period"]))))
    made = document_graph(Reading(document, tuple(claims), tuple(plans), (), "sheet"), lexicon)
    return list(made.graph), made.lines()


def _claim(document: str, at: int, cells: Cells) -> Claim:
    """`{metric: 破案数, print: 12.4%, period: 2023..2024}`: value, bound, unit and kind follow from the print."""
    surface = cells["print"]
    from kg.interval import read_quantity  # noqa: PLC0415 - beside its only use

    quantity = read_quantity(surface)
    value = Decimal(cells["value"]) if "value" in cells else (quantity.value if quantity else None)
    percent = "%" in surface
    bound = Bound.AT_LEAST if any(mark in surface for mark in "余超多") else Bound.ABOUT if "约" in surface else Bound.EXACT
    kind = Kind(cells.get("kind", "level"))
    return Claim(
        passage=Passage(document, at, at + len(surface)), surface=surface, kind=kind, value=value,
        bound=Bound(cells.get("bound", bound)), unit=cells.get("unit", "percent" if percent else "件"), metric=cells["metric"],
        metric_wording=cells.get("wording", cells["metric"]), place=cells.get("place", "云溪市"), period=_period(cells["period"]),
        status=Status(cells.get("status", "achieved")), direction=Direction(cells["direction"]) if "direction" in cells else None,
        base=cells.get("base"), agency=cells.get("agency"), programme=cells.get("programme"),
        part_of=int(cells["part_of"]) if "part_of" in cells else None,
    )  # fmt: skip


def _period(text: str) -> Period:
    """`2023`, `2021..2025`, `2024-01-01..2024-11-30`."""
    first, _, last = text.partition("..")
    last = last or first
    start = date.fromisoformat(first if len(first) > 4 else f"{first}-01-01")
    return Period(start, date.fromisoformat(last if len(last) > 4 else f"{last}-12-31"))

"""From claims and involvements to the triples of one document's named graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCAT, PROV, SKOS, XSD

from kg.answer import lines
from kg.interval import plain
from kg.model import Claim, Involvement, Passage, Period, Review
from kg.terms import CJ, CV, DCT, OA, claim_iri, document_iri, iri, name_of, period_iri
from kg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from kg.lexicon import Lexicon
    from kg.model import Document, Reading

__all__ = ["DocumentGraph", "document_graph", "shared_triples"]

Row = Claim | Involvement


@dataclass(slots=True)
class DocumentGraph:
    """One document's triples, and which sheet rows each node of them comes from."""

    graph: Graph
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def lines(self) -> str:
        """The triples as sorted N-Triples."""
        return lines(self.graph)  # type: ignore[arg-type] # the graph holds terms only


def document_graph(reading: Reading, lexicon: Lexicon) -> DocumentGraph:
    """The graph of one document: itself, its passages, claims and involvements. Rejected rows stay out.

    Mentions of one document that agree in every field are one claim with several passages; a mention
    that names no programme agrees with the mentions that name one, as long as they all name the same.
    """
    builder = _Builder(reading.document, lexicon)
    builder.document(reading.loader)
    kept = [claim for claim in reading.claims if claim.review is not Review.REJECTED]
    groups = _agreeing(kept)
    iris = {mention.passage.start: _iri(group) for group in groups for mention in group}
    for group in groups:
        builder.claim(group, iris)
    for involvement in reading.involvements:
        if involvement.review is not Review.REJECTED:
            builder.involvement(involvement)
    return builder.result


def shared_triples(nodes: Iterable[URIRef]) -> list[tuple[URIRef, URIRef, URIRef | Literal]]:
    """The triples of the periods and publishers that documents share, made from their IRIs alone."""
    triples: list[tuple[URIRef, URIRef, URIRef | Literal]] = []
    for node in sorted(set(nodes)):
        name = name_of(node)
        if node == iri("period", name):
            start, _, end = name.partition("_")
            triples += [
                (node, RDF.type, CJ.Period),
                (node, DCAT.startDate, Literal(start, datatype=XSD.date)),
                (node, DCAT.endDate, Literal(end, datatype=XSD.date)),
            ]
        else:
            triples += [(node, RDF.type, CJ.Publisher), (node, SKOS.prefLabel, Literal(name, lang="zh"))]
    return triples


def _agreeing(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Mentions grouped into claims, in the order of their first mention."""
    alike: dict[object, list[Claim]] = {}
    for claim in claims:
        alike.setdefault(_facts(claim), []).append(claim)
    groups: list[list[Claim]] = []
    for mentions in alike.values():
        programmes = {mention.programme for mention in mentions}
        if len(programmes - {None}) <= 1:
            groups.append(mentions)
        else:
            groups += [[m for m in mentions if m.programme == name] for name in programmes]
    wholes = {mention.passage.start: number for number, group in enumerate(groups) for mention in group}
    parted: dict[object, list[Claim]] = {}
    for number, group in enumerate(groups):
        for mention in group:
            whole = None if mention.part_of is None else wholes.get(mention.part_of)
            parted.setdefault((number, whole), []).append(mention)
    for group in parted.values():
        group.sort(key=lambda mention: mention.passage)
    return sorted(parted.values(), key=lambda group: group[0].passage)


def _facts(claim: Claim) -> tuple[object, ...]:
    return (
        claim.kind, claim.value, claim.bound, claim.interval, claim.unit, claim.direction, claim.base,
        claim.metric, claim.agency, claim.place, claim.period, claim.status,
    )  # fmt: skip


def _iri(group: Sequence[Claim]) -> URIRef:
    first = group[0].passage
    return claim_iri(first.document, first.start, first.end)


class _Builder:
    """Adds nodes to one document's graph."""

    def __init__(self, document: Document, lexicon: Lexicon) -> None:
        self._document = document
        self._lexicon = lexicon
        self._extraction = iri("extraction", document.id)
        self._graph = Graph(bind_namespaces="none")
        self.result = DocumentGraph(self._graph)

    def document(self, loader: str) -> None:
        it, node = self._document, document_iri(self._document.id)
        month = len(it.published) == len("2024-01")
        self._add(node, RDF.type, CJ.Document)
        self._add(node, DCT.identifier, Literal(it.id))
        self._add(node, DCT.title, Literal(it.title, lang="zh"))
        self._add(node, DCT.publisher, iri("publisher", it.publisher))
        self._add(node, DCT.issued, Literal(it.published, datatype=XSD.gYearMonth if month else XSD.date))
        self._add(node, DCT.spatial, self._named("place", it.place))
        for agency in it.agencies:
            self._add(node, CJ.about, self._named("agency", agency))
        if it.about:
            self._add(node, DCT.description, Literal(it.about))
        if it.length is not None:
            self._add(node, CJ.length, Literal(it.length))
        if it.sha256:
            self._add(node, CJ.sha256, Literal(it.sha256))
        self._add(node, CJ.textVerified, _boolean(it.text is not None))
        self._add(self._extraction, RDF.type, CJ.Extraction)
        self._add(self._extraction, PROV.used, node)
        self._add(self._extraction, CJ.loader, Literal(loader))
        self._add(self._extraction, CJ.softwareVersion, Literal(VERSION))

    def claim(self, group: Sequence[Claim], iris: dict[int, URIRef]) -> None:
        """Add one claim with all its mentions; the facts are those that the mentions agree in."""
        first, node = group[0], _iri(group)
        self._add(node, RDF.type, CJ.Claim)
        for field_name, term in (("kind", first.kind), ("bound", first.bound), ("status", first.status)):
            self._add(node, CJ[field_name], iri(field_name, term))
        self._number(node, first)
        self._add(node, CJ.unit, self._named("unit", first.unit))
        self._add(node, CJ.metric, self._named("metric", first.metric))
        self._add(node, CJ.place, self._named("place", first.place))
        self._period(node, first.period)
        if first.direction:
            self._add(node, CJ.direction, iri("direction", first.direction))
        if first.base:
            self._add(node, CJ.base, self._named("base", first.base))
        if first.agency:
            self._add(node, CJ.agency, self._named("agency", first.agency))
        for mention in group:
            self._mention(node, mention, iris)
        self._reviewed(node, group)

    def involvement(self, it: Involvement) -> None:
        node = it.iri
        self._add(node, RDF.type, CJ.Involvement)
        self._add(node, CJ.agency, self._named("agency", it.agency))
        self._add(node, CV.role, iri("role", it.role))
        self._add(node, CJ.undertaking, self._named("undertaking", it.undertaking))
        self._period(node, it.period)
        self._quote(node, it)
        self._reviewed(node, [it])

    def _number(self, node: URIRef, claim: Claim) -> None:
        limits = claim.interval
        if claim.value is None or limits is None:
            return
        self._add(node, CJ.value, _decimal(claim.value))
        if limits.lower is not None:
            self._add(node, CJ["lower"], _decimal(limits.lower))
            self._add(node, CJ.lowerInclusive, _boolean(limits.lower_inclusive))
        if limits.upper is not None:
            self._add(node, CJ["upper"], _decimal(limits.upper))
            self._add(node, CJ.upperInclusive, _boolean(limits.upper_inclusive))

    def _mention(self, node: URIRef, mention: Claim, iris: dict[int, URIRef]) -> None:
        self._quote(node, mention)
        self._add(node, CJ.metricWording, Literal(mention.metric_wording, lang="zh"))
        if mention.programme:
            self._add(node, CJ.programme, self._named("undertaking", mention.programme))
        if mention.part_of in iris:  # else the row of the whole has a fault, and a finding that says so
            self._add(node, CJ.partOf, iris[mention.part_of])
        for name, passage in mention.stated_in.items():
            self._add(node, CJ[f"{name}StatedIn"], passage.iri)
            self._passage(passage, None)

    def _quote(self, node: URIRef, row: Row) -> None:
        self._add(node, PROV.wasQuotedFrom, row.passage.iri)
        self._passage(row.passage, row.surface if isinstance(row, Claim) else None)
        for name in (node, row.passage.iri):
            self.result.rows.setdefault(str(name), []).append(row)

    def _passage(self, passage: Passage, surface: str | None) -> None:
        """Add a passage; its words are the quantity that a claim states, or the text's own where it is here."""
        text = self._document.text
        words = text[passage.start : passage.end] if text is not None else surface
        self._add(passage.iri, RDF.type, CJ.Passage)
        self._add(passage.iri, OA.hasSource, document_iri(passage.document))
        self._add(passage.iri, OA.start, Literal(passage.start))
        self._add(passage.iri, OA.end, Literal(passage.end))
        if words is not None:
            self._add(passage.iri, OA.exact, Literal(words))

    def _period(self, node: URIRef, period: Period) -> None:
        self._add(node, CJ.period, period_iri(period.start.isoformat(), period.end.isoformat()))

    def _reviewed(self, node: URIRef, rows: Sequence[Row]) -> None:
        """Add how far the rows are reviewed: a claim is as far as the least reviewed of its mentions."""
        order = [Review.PROPOSED, Review.CORRECTED, Review.CONFIRMED]
        self._add(node, PROV.wasGeneratedBy, self._extraction)
        self._add(node, CJ.review, iri("review", min((row.review for row in rows), key=order.index)))
        reviewers = sorted({row.reviewer for row in rows if row.reviewer})
        if reviewers:
            self._add(node, CJ.reviewer, Literal("; ".join(reviewers)))
        for note in sorted({row.note for row in rows if row.note}):
            self._add(node, SKOS.note, Literal(note))

    def _named(self, sort: str, name: str) -> URIRef:
        """The IRI of a named thing; a name that the lexicon does not know keeps its own, for the shapes to find."""
        entry = self._lexicon.find(name, sort)
        return entry.iri if entry else iri(sort, name)

    def _add(self, subject: URIRef, predicate: URIRef, value: URIRef | Literal) -> None:
        self._graph.add((subject, predicate, value))


def _decimal(number: Decimal) -> Literal:
    return Literal(plain(number), datatype=XSD.decimal, normalize=False)


def _boolean(value: bool) -> Literal:
    return Literal("true" if value else "false", datatype=XSD.boolean)

"""The datasets of a catalogue: what is true of each whatever files it has, where, when and from which documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, SKOS, XSD, Literal, URIRef
from rdflib.namespace import DCTERMS as DCT

from kg.portal.dcat import DCAT
from kg.terms import PROV, name_of, period_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.answer import Triple
    from kg.portal.coverage import Place
    from kg.portal.metadata import Dataset, Metadata

__all__ = ["dataset_triples", "links", "when", "where"]

_INHERITED = (
    *(DCAT.contactPoint, DCT.publisher, DCAT.theme, DCT.subject, DCT.accessRights, DCT.rights, DCT.language),
    DCT.accrualPeriodicity,
)
_NAMED = 12
"""Titles of documents that a statement of provenance names."""


def dataset_triples(meta: Metadata, dataset: Dataset) -> Iterator[Triple]:
    """What is true of a dataset whatever files it has."""
    it = dataset.iri
    yield it, RDF.type, DCAT.Dataset
    yield from ((it, DCT.title, text) for text in dataset.titles)
    yield from ((it, DCT.description, text) for text in dataset.descriptions)
    for predicate in _INHERITED:
        yield from ((it, predicate, value) for value in meta.inherited(dataset, predicate))
    yield from ((it, DCAT.keyword, value) for value in meta.keywords(dataset))
    yield it, DCT.identifier, meta.identifier(dataset)
    yield from meta.dates(it, dataset)
    if not meta.values(it, DCAT.version):
        yield it, DCAT.version, Literal(str(dataset.modified) if dataset.city else meta.version)
    yield from where(meta, it, dataset.cities)
    for place in dataset.places:
        yield it, DCT.coverage, URIRef(place.iri)
        yield from _place(place)
    yield from when(it, dataset.period)
    yield from _origin(meta, dataset)


def where(meta: Metadata, it: URIRef, cities: Iterable[Place]) -> Iterator[Triple]:
    """The cities as DCAT-AP wants them (a list of the EU, or GeoNames), else by their own IRIs."""
    for city in cities:
        own = URIRef(city.iri)
        matched = [s for s, p, o in meta.stated if p == SKOS.exactMatch and o == own]
        yield from ((it, DCT.spatial, place) for place in matched or [own])
        yield from _place(city)
        if not matched:
            yield own, RDF.type, DCT.Location


def _place(place: Place) -> Iterator[Triple]:
    it = URIRef(place.iri)
    yield it, SKOS.prefLabel, Literal(place.zh, lang="zh")
    if place.en:
        yield it, SKOS.prefLabel, Literal(place.en, lang="en")
    if place.code:
        yield it, DCT.identifier, Literal(place.code)


def when(it: URIRef, period: tuple[str, str] | None) -> Iterator[Triple]:
    """The period that a thing covers, first and last day, by the IRI that the graph gives such an interval."""
    if period:
        node = period_iri(*period)
        yield it, DCT.temporal, node
        yield node, RDF.type, DCT.PeriodOfTime
        for predicate, day in zip((DCAT.startDate, DCAT.endDate), period, strict=True):
            yield node, predicate, Literal(day, datatype=XSD.date)


def _origin(meta: Metadata, dataset: Dataset) -> Iterator[Triple]:
    """From which documents a dataset was read."""
    it, count = meta.node(f"provenance-{dataset.name}"), len(dataset.documents)
    yield dataset.iri, DCT.provenance, it
    yield it, RDF.type, DCT.ProvenanceStatement
    titles = "".join(f"《{document.title}》" for document in dataset.documents[:_NAMED])
    more = "等" if count > _NAMED else ""
    yield it, RDFS.label, Literal(f"读自{count}份成绩单：{titles}{more}；每个数字都注明原文位置。", lang="zh")
    cards = "report card" if count == 1 else "report cards"
    yield it, RDFS.label, Literal(f"Read from {count} {cards}; every figure is traced to its characters.", lang="en")
    yield from ((dataset.iri, PROV.wasDerivedFrom, URIRef(document.iri)) for document in dataset.documents)


def links(meta: Metadata, dataset: Dataset, datasets: list[Dataset]) -> Iterator[Triple]:
    """How a dataset stands to the others: a year to its series, a part or a view to the whole graph."""
    if dataset.city:
        yield dataset.iri, DCAT.inSeries, meta.node(f"series-{name_of(dataset.city.iri)}")
    whole = next((it for it in datasets if it.name == "graph"), None)
    if whole and dataset is not whole:
        yield dataset.iri, DCT.isPartOf if dataset.city else DCT.source, whole.iri

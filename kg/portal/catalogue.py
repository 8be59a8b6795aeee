"""The catalogue of a release: DCAT-AP 3.0.1, from what editors state, what the graph says and the files that are there.

Sources: DCAT-AP 3.0.1 (SEMIC, 2025), DCAT 3 (W3C, 2024), ADMS, SPDX 2.3 for checksums. No node is blank; every address
is made from names, so that a portal which harvests the next release finds the same datasets and resources again. The
terms of EU code lists are described in the file itself, with the classes that DCAT-AP asks for.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, SKOS, Literal, URIRef
from rdflib.namespace import DCTERMS as DCT

from kg import resources
from kg.errors import UsageError
from kg.model import Finding, Severity
from kg.portal.datasets import dataset_triples, links, when, where
from kg.portal.dcat import CUBE, DCAT, GRAPH, NAMES, TABLE
from kg.portal.distributions import distribution
from kg.portal.metadata import CATALOG, address, library
from kg.shapes import Shapes
from kg.terms import name_of
from kg.turtle import Namer, blocks, prefixes, sorted_triples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.answer import Term, Triple
    from kg.portal.coverage import Place
    from kg.portal.metadata import Dataset, Metadata
    from kg.portal.part import Written

__all__ = ["breaches", "catalogue", "faults", "offered", "turtle"]

_PROTOCOL = URIRef("https://www.w3.org/TR/sparql11-protocol/")
_STANDARDS = {
    GRAPH: ("成绩单本体", "Report card ontology"),
    TABLE: ("表格数据的元数据（CSVW）", "Metadata Vocabulary for Tabular Data (CSVW)"),
    CUBE: ("RDF 数据立方词汇", "The RDF Data Cube Vocabulary"),
    _PROTOCOL: ("SPARQL 1.1 协议", "SPARQL 1.1 Protocol"),
}


def catalogue(meta: Metadata, files: Sequence[Written], endpoint: str = "") -> list[Triple]:
    """The catalogue of some written files: the datasets that have one with a title, and what serves them.

    `endpoint` is the address of a SPARQL service of the same graph, where there is one. Raises UsageError for a file
    of a dataset or a media type that nobody knows.
    """
    datasets = offered(meta, files)
    found = [triple for triple in meta.stated if not _is_idle(meta, triple[0], datasets)]
    for dataset in datasets:
        found += [*dataset_triples(meta, dataset), *links(meta, dataset, datasets)]
    for city in sorted({it.city for it in datasets if it.city}, key=lambda it: it.iri):
        found += _series(meta, city, [it for it in datasets if it.city == city])
    for file in files:
        if file.part.zh or file.part.en:
            found += distribution(meta, file)
    if endpoint:
        found += _service(meta, endpoint, datasets)
    found += _catalog(meta, datasets, endpoint)
    return _described(found)


def offered(meta: Metadata, files: Sequence[Written]) -> list[Dataset]:
    """The datasets that at least one file with a title belongs to; raises UsageError for one that nobody knows."""
    names = dict.fromkeys(file.part.dataset for file in files if file.part.zh or file.part.en)
    for name in names:
        if meta.dataset(name) is None:
            known = ", ".join(it.name for it in meta.datasets)
            raise UsageError(f"没有数据集 {name}，有：{known}", f"there is no dataset {name}; there are: {known}")
    return [it for it in meta.datasets if it.name in names]


def turtle(meta: Metadata, triples: Iterable[Triple]) -> str:
    """A catalogue in Turtle, one thing a block, in a fixed order."""
    namer = Namer({**NAMES, "": f"{meta.home}{CATALOG}#"})
    body = "\n".join(blocks(sorted_triples(set(triples)), namer))
    return f"{prefixes(namer.used)}\n{body}"


def breaches(triples: Iterable[Triple]) -> list[Finding]:
    """What a catalogue lacks by the shapes of ontology/portal/shapes, which hold DCAT-AP's rules in our words."""
    shapes = Shapes(resources.ontology() / "portal" / "shapes")
    return [
        Finding(it.severity, it.shape.rpartition("#")[2], it.zh, it.en, focus=it.focus, value=it.value)
        for it in shapes.check(triples)
    ]


def faults(meta: Metadata, triples: Iterable[Triple]) -> list[Finding]:
    """What a catalogue lacks, and what its editors say of a dataset that the graph does not have."""
    found, known = breaches(triples), {str(it.iri) for it in meta.datasets}
    start = str(meta.node("dataset-"))
    for node in sorted({str(s) for s, _, _ in meta.stated if str(s).startswith(start)} - known):
        zh, en = (
            "目录编辑说明了一个图谱中没有的数据集。",
            "The editors describe a dataset that the graph does not have.",
        )
        found.append(Finding(Severity.WARNING, "Portal-unknownDataset", zh, en, focus=node))
    return found


def _is_idle(meta: Metadata, subject: Term, datasets: list[Dataset]) -> bool:
    """Whether a statement is about a dataset of which this release has no file."""
    return str(subject).startswith(str(meta.node("dataset-"))) and subject not in {it.iri for it in datasets}


def _catalog(meta: Metadata, datasets: list[Dataset], endpoint: str) -> Iterator[Triple]:
    it = meta.node("catalog")
    yield it, RDF.type, DCAT.Catalog
    everything = meta.datasets[0]
    dates = [document.published for document in everything.documents]
    for predicate, date in ((DCT.issued, dates[:1]), (DCT.modified, dates[-1:])):
        yield from ((it, predicate, value) for value in date if not meta.values(it, predicate))
    if not meta.values(it, DCAT.version):
        yield it, DCAT.version, Literal(meta.version)
    lists = {o: scheme for o, p, scheme in (*library(), *meta.stated) if p == SKOS.inScheme}
    for dataset in datasets:
        yield it, DCAT.dataset, dataset.iri
        if dataset.city:
            yield it, DCAT.resource, meta.node(f"series-{name_of(dataset.city.iri)}")
        for theme in (*meta.inherited(dataset, DCAT.theme), *meta.inherited(dataset, DCT.subject)):
            if theme in lists:
                yield it, DCAT.themeTaxonomy, URIRef(str(lists[theme]))
    if endpoint:
        yield it, DCAT.service, meta.node("service-sparql")


def _series(meta: Metadata, city: Place, members: list[Dataset]) -> Iterator[Triple]:
    it, whole = meta.node(f"series-{name_of(city.iri)}"), meta.datasets[0]
    yield it, RDF.type, DCAT.DatasetSeries
    yield it, DCT.title, Literal(f"{city.zh}历年成绩单", lang="zh")
    yield it, DCT.title, Literal(f"Report cards of {city.en or city.zh} by year", lang="en")
    yield it, DCT.description, Literal(f"{city.zh}各年公布的成绩单，一年一个数据集。", lang="zh")
    yield it, DCT.description, Literal(f"The report cards of {city.en or city.zh}, a dataset a year.", lang="en")
    for predicate in (DCAT.contactPoint, DCT.publisher, DCT.accrualPeriodicity):
        yield from ((it, predicate, value) for value in meta.inherited(whole, predicate))
    dates = [document.published for dataset in members for document in dataset.documents]
    yield it, DCT.issued, dates[0]
    yield it, DCT.modified, dates[-1]
    periods = [dataset.period for dataset in members if dataset.period]
    if periods:
        yield from when(it, (min(start for start, _ in periods), max(end for _, end in periods)))
    yield from where(meta, it, [city])
    for earlier, later in pairwise(members):
        yield later.iri, DCAT.prev, earlier.iri


def _service(meta: Metadata, endpoint: str, datasets: list[Dataset]) -> Iterator[Triple]:
    it, whole = meta.node("service-sparql"), meta.datasets[0]
    yield it, RDF.type, DCAT.DataService
    yield it, DCT.title, Literal("成绩单 SPARQL 查询服务", lang="zh")
    yield it, DCT.title, Literal("SPARQL service of the report cards", lang="en")
    yield it, DCT.description, Literal("对整个图谱提问（SPARQL 1.1 查询）。", lang="zh")
    yield it, DCT.description, Literal("Questions to the whole graph (SPARQL 1.1 Query).", lang="en")
    yield it, DCAT.endpointURL, URIRef(endpoint)
    yield it, DCAT.endpointDescription, address(meta.home, "void.ttl")
    yield it, DCT.conformsTo, _PROTOCOL
    for predicate in (DCAT.contactPoint, DCT.publisher, DCAT.theme, DCT.accessRights):
        yield from ((it, predicate, value) for value in meta.inherited(whole, predicate))
    yield from ((it, DCAT.keyword, value) for value in meta.keywords(whole))
    yield from ((it, DCT.license, value) for value in meta.values(meta.node("catalog"), DCT.license))
    yield from ((it, DCAT.servesDataset, dataset.iri) for dataset in datasets if dataset.name == "graph")


def _described(triples: list[Triple]) -> list[Triple]:
    """The catalogue with what the code lists say of every term that it uses, each triple once."""
    known: dict[Term, list[Triple]] = {}
    for triple in library():
        known.setdefault(triple[0], []).append(triple)
    for node, (zh, en) in _STANDARDS.items():
        known[node] = [
            (node, RDF.type, DCT.Standard),
            (node, DCT.title, Literal(zh, lang="zh")),
            (node, DCT.title, Literal(en, lang="en")),
        ]
    found = dict.fromkeys(triples)
    waiting = list(found)
    while waiting:
        _, predicate, value = waiting.pop()
        if predicate == RDFS.isDefinedBy:
            continue
        for triple in known.pop(value, ()):
            found[triple] = None
            waiting.append(triple)
    return list(found)

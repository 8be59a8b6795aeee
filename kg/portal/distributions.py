"""The distributions of a catalogue: each written file with its form, size, checksum and terms of use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, SKOS, XSD, Literal, URIRef
from rdflib.namespace import DCTERMS as DCT

from kg.errors import UsageError
from kg.portal.dcat import AUTHORITY, CUBE, DCAT, DCATAP, FORMATS, GRAPH, IANA, SPDX, TABLE
from kg.portal.metadata import address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.answer import Triple
    from kg.portal.metadata import Dataset, Metadata
    from kg.portal.part import Written

__all__ = ["distribution"]


def distribution(meta: Metadata, file: Written) -> Iterator[Triple]:
    """A file as a distribution of its dataset; raises UsageError for a media type that the EU list does not have."""
    part, dataset = file.part, meta.dataset(file.part.dataset)
    assert dataset is not None  # noqa: S101 - `offered` refuses what is in no dataset
    if part.media not in FORMATS:
        raise UsageError(
            f"{part.path}：目录中没有媒体类型 {part.media}",
            f"{part.path}: the catalogue knows no media type {part.media}",
        )
    it, there = meta.node(f"file-{part.path}"), address(meta.home, part.path)
    code = FORMATS[part.media]
    format_ = URIRef(f"{AUTHORITY}file-type/{code}")
    yield dataset.iri, DCAT.distribution, it
    yield it, RDF.type, DCAT.Distribution
    yield from _named(it, dataset, file)
    yield it, DCAT.accessURL, there
    yield it, DCAT.downloadURL, there
    yield it, DCT["format"], format_
    yield format_, RDF.type, DCT.MediaTypeOrExtent
    yield format_, RDF.type, SKOS.Concept
    yield format_, SKOS.inScheme, URIRef(AUTHORITY + "file-type")
    yield format_, SKOS.prefLabel, Literal(code.removeprefix("RDF_").replace("_", "-"), lang="en")
    yield from _media(it, DCAT.mediaType, part.media)
    if part.compressed:
        yield from _media(it, DCAT.compressFormat, part.compressed)
    yield it, DCAT.byteSize, Literal(str(file.size), datatype=XSD.nonNegativeInteger)
    yield from _checksum(meta, it, file)
    yield from _terms_of_use(meta, it, dataset)
    if standard := _standard(part.media, dataset):
        yield it, DCT.conformsTo, standard


def _named(it: URIRef, dataset: Dataset, file: Written) -> Iterator[Triple]:
    """The titles of a distribution, and descriptions that say of what it is and in which form."""
    part = file.part
    form = f"{part.media}, {part.compressed}" if part.compressed else part.media
    yield it, DCT.title, Literal(part.zh or part.en, lang="zh")
    yield it, DCT.title, Literal(part.en or part.zh, lang="en")
    yield it, DCT.description, Literal(f"{dataset.text('zh')}：{part.zh or part.en}（{form}）。", lang="zh")
    yield it, DCT.description, Literal(f"{dataset.text('en')}: {part.en or part.zh} ({form}).", lang="en")


def _media(it: URIRef, predicate: URIRef, media: str) -> Iterator[Triple]:
    node = URIRef(IANA + media)
    yield it, predicate, node
    yield node, RDF.type, DCT.MediaType
    yield node, RDFS.label, Literal(media)  # CKAN takes the label for the MIME type


def _checksum(meta: Metadata, it: URIRef, file: Written) -> Iterator[Triple]:
    node = meta.node(f"checksum-{file.part.path}")
    yield it, SPDX.checksum, node
    yield node, RDF.type, SPDX.Checksum
    yield node, SPDX.algorithm, SPDX.checksumAlgorithm_sha256
    yield node, SPDX.checksumValue, Literal(file.sha256, datatype=XSD.hexBinary, normalize=False)
    yield SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm


def _terms_of_use(meta: Metadata, it: URIRef, dataset: Dataset) -> Iterator[Triple]:
    """Licence and rights as the catalogue's, dates and languages as the dataset's, unless the editors say otherwise."""
    catalog = meta.node("catalog")
    for predicate in (DCT.license, DCT.rights):
        yield from ((it, predicate, o) for o in meta.values(it, predicate) or meta.values(catalog, predicate))
    stable = URIRef(f"{AUTHORITY}planned-availability/STABLE")
    yield it, DCATAP.availability, next(iter(meta.values(it, DCATAP.availability)), stable)
    yield from ((it, DCT.language, value) for value in meta.inherited(dataset, DCT.language))
    yield from meta.dates(it, dataset)


def _standard(media: str, dataset: Dataset) -> URIRef | None:
    """What the data in a file conforms to."""
    if dataset.name == "cube":
        return CUBE
    if media == "text/csv":
        return TABLE
    code = FORMATS[media]
    return GRAPH if code.startswith("RDF_") or code == "JSON_LD" else None

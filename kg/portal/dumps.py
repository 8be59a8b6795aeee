"""The graph as files: whole in three formats, and what the documents of each city and year say."""

from __future__ import annotations

import gzip
import io
from functools import partial
from typing import TYPE_CHECKING

from kg import resources
from kg.export import EXPORTERS
from kg.portal.part import Part
from kg.portal.tables import table
from kg.query import load_queries
from kg.table import FORMATS, Table
from kg.terms import document_graph, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.portal.metadata import Dataset, Metadata
    from kg.session import KG

__all__ = ["dumps", "yearly", "zipped"]

GZIP = "application/gzip"


def dumps(kg: KG) -> Iterator[Part]:
    """`kg.ttl` for people, `kg.nq.gz` canonical with a named graph a document, `kg.jsonld`; all stream."""
    yield Part("kg.ttl", "text/turtle", partial(_exported, kg, "turtle"), "全图（Turtle）", "Whole graph (Turtle)")
    yield Part(
        "kg.nq.gz",
        "application/n-quads",
        lambda: zipped(_exported(kg, "nquads")),
        "全图（N-Quads，每份文档一个命名图）",
        "Whole graph (N-Quads, a named graph a document)",
        GZIP,
    )
    yield Part(
        "kg.jsonld", "application/ld+json", partial(_exported, kg, "jsonld"), "全图（JSON-LD）", "Whole graph (JSON-LD)"
    )


def yearly(kg: KG, meta: Metadata) -> Iterator[Part]:
    """For each city and year of publication: the named graphs of its documents, and their claims as a table."""
    for dataset in meta.datasets:
        if dataset.city:
            place = f"years/{dataset.name}"
            yield Part(
                f"{place}.nq.gz",
                "application/n-quads",
                partial(_graphs, kg, dataset),
                f"{dataset.text('zh')}（N-Quads）",
                f"{dataset.text('en')} (N-Quads)",
                GZIP,
                dataset.name,
            )
            yield Part(
                f"{place}.csv",
                "text/csv",
                partial(_claims, kg, dataset),
                f"{dataset.text('zh')}：陈述",
                f"{dataset.text('en')}: claims",
                dataset=dataset.name,
            )


def zipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes compressed; without a time or a name in the head, so the same bytes for the same content."""
    held = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=held, mtime=0) as packed:
        for chunk in chunks:
            packed.write(chunk)
            if held.tell():
                yield held.getvalue()
                held.seek(0)
                held.truncate()
    yield held.getvalue()


def _exported(kg: KG, name: str) -> Iterator[bytes]:
    return EXPORTERS[name](kg.store)


def _graphs(kg: KG, dataset: Dataset) -> Iterator[bytes]:
    """The documents' graphs one after the other, each sorted."""

    def lines() -> Iterator[bytes]:
        for document in dataset.documents:
            graph = document_graph(name_of(document.iri))
            for triple in sorted(kg.store.read(graph).splitlines()):
                yield f"{triple.removesuffix(' .')} <{graph}> .\n".encode()

    return zipped(lines())


def _claims(kg: KG, dataset: Dataset) -> Iterator[bytes]:
    whole = table(kg, load_queries(resources.queries() / "tables")["claims"])
    place = [column.name for column in whole.columns].index("document")
    own = {document.iri for document in dataset.documents}
    kept = tuple(row for row in whole.rows if str(row[place]) in own)
    yield FORMATS["csv"](Table(whole.title, whole.columns, kept, kg.lexicon, "zh"))

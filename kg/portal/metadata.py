"""What a release is about: what its editors state in Turtle, and what the graph says, as one value.

The editors' file is the seed of catalog.ttl (data/catalogue.ttl shows its form). Places, periods, years and documents
come from the graph; a date that nobody states is that of a document, so that no clock is ever read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS

from kg import resources
from kg.answer import term
from kg.errors import UnreadableError
from kg.portal.coverage import documents
from kg.portal.dcat import DCAT
from kg.terms import BASE, name_of
from kg.vocabulary import parse_turtle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.answer import Term, Triple
    from kg.portal.coverage import Document, Place
    from kg.session import KG

__all__ = ["CATALOG", "Dataset", "Metadata", "address", "library", "metadata", "read_editorial"]

CATALOG = "catalog.ttl"
"""The file that holds the catalogue, below the folder of a release."""

_KEPT = frozenset("/.-_~!$()*+,;=:@")
"""What stands in an address as it is, beside letters and digits of any script."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A set of data that the catalogue offers; `name` is what a Part calls it, in every address the same.

    `graph` is the whole graph, `cube` its statistical view, and each `<city>-<year>` what the documents of one city
    that were published in one year say.
    """

    name: str
    iri: URIRef
    titles: tuple[Literal, ...]
    descriptions: tuple[Literal, ...]
    documents: tuple[Document, ...]
    city: Place | None = None

    @property
    def period(self) -> tuple[str, str] | None:
        """The first and the last day that its claims speak of."""
        periods = [it.period for it in self.documents if it.period]
        return (min(start for start, _ in periods), max(end for _, end in periods)) if periods else None

    @property
    def issued(self) -> Literal | None:
        """When the first of its documents was published: a day, or a month where only that is known."""
        return self.documents[0].published if self.documents else None

    @property
    def modified(self) -> Literal | None:
        """When the last of its documents was published."""
        return self.documents[-1].published if self.documents else None

    @property
    def places(self) -> tuple[Place, ...]:
        """The places of its documents, sorted by name."""
        return tuple(sorted({it.place for it in self.documents}, key=lambda it: it.iri))

    @property
    def cities(self) -> tuple[Place, ...]:
        """The cities of its documents, sorted by name."""
        return tuple(sorted({it.city for it in self.documents}, key=lambda it: it.iri))

    def text(self, lang: str, of: str = "titles") -> str:
        """Its title or description (`descriptions`) in a language, or in another where there is none in that."""
        texts: tuple[Literal, ...] = getattr(self, of)
        return next((str(it) for it in texts if it.language == lang), str(texts[0]) if texts else self.name)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What editors state (`stated`, every triple of their file) and what the graph says, for files below `home`."""

    home: str
    stated: tuple[Triple, ...]
    datasets: tuple[Dataset, ...]

    def node(self, name: str) -> URIRef:
        """The IRI of a thing in the catalogue: `catalog`, `dataset-graph`, …; made from names, so it never changes."""
        return URIRef(f"{self.home}{CATALOG}#{_quoted(name)}")

    def values(self, subject: URIRef, predicate: URIRef) -> list[Term]:
        """What the editors state of a thing, in a fixed order."""
        found = {o for s, p, o in self.stated if s == subject and p == predicate}
        return sorted(found, key=lambda it: it.n3())

    def dataset(self, name: str) -> Dataset | None:
        """The dataset of a name."""
        return next((it for it in self.datasets if it.name == name), None)

    def inherited(self, dataset: Dataset, predicate: URIRef) -> list[Term]:
        """What is stated of a dataset, or else of the whole graph."""
        return self.values(dataset.iri, predicate) or self.values(self.node("dataset-graph"), predicate)

    def dates(self, subject: URIRef, dataset: Dataset) -> list[Triple]:
        """When a thing of a dataset was issued and modified, where the editors say neither of it nor of the dataset."""
        given = ((DCTERMS.issued, dataset.issued), (DCTERMS.modified, dataset.modified))
        return [
            (subject, predicate, value)
            for predicate, date in given
            for value in self.values(subject, predicate) or self.values(dataset.iri, predicate) or _known(date)
        ]

    def keywords(self, dataset: Dataset) -> list[Term]:
        """The editors' keywords of a dataset, its cities, and its year."""
        found = self.inherited(dataset, DCAT.keyword)
        for city in dataset.cities:
            found += [Literal(name, lang=lang) for lang, name in (("zh", city.zh), ("en", city.en)) if name]
        if dataset.city:
            year = dataset.documents[0].year
            found += [Literal(f"{year}年", lang="zh"), Literal(year, lang="en")]
        return list(dict.fromkeys(found))

    def identifier(self, dataset: Dataset) -> Literal:
        """The one identifier of a dataset: stated, or the code of its class, `/` and a number that never changes.

        The numbers are 1 for the whole graph, 2 for the cube, and the GB/T 2260 code of a city with the year.
        """
        stated = [it for it in self.values(dataset.iri, DCTERMS.identifier) if isinstance(it, Literal)]
        if stated:
            return stated[0]
        numbers = {"graph": "1", "cube": "2"}
        number = numbers.get(dataset.name, dataset.name)
        if dataset.city and dataset.city.code:
            number = dataset.city.code + dataset.documents[0].year
        classes = {s: o for s, p, o in (*library(), *self.stated) if p == SKOS.notation}
        codes = [str(classes[it]) for it in self.inherited(dataset, DCTERMS.subject) if it in classes]
        return Literal("/".join([*codes[:1], number]))

    @property
    def version(self) -> str:
        """The version: what the editors state of the catalogue, or the latest publication of a document."""
        stated = self.values(self.node("catalog"), DCAT.version)
        return str(stated[0] if stated else self.datasets[0].modified or "")


def read_editorial(path: Path | None = None, home: str = BASE) -> list[Triple]:
    """The editors' statements (the shipped file by default); `<#x>` in the file is `<home>catalog.ttl#x`.

    Raises UnreadableError with file and line where it is not Turtle, and where it has a blank node.
    """
    file = path or resources.data() / "catalogue.ttl"
    try:
        parsed = list(ox.parse(path=str(file), format=ox.RdfFormat.TURTLE, base_iri=home + CATALOG))
    except SyntaxError as error:
        raise UnreadableError(
            f"不是合格的 Turtle：{error.msg}", f"is not valid Turtle: {error.msg}", file=file, row=error.lineno
        ) from error
    except OSError as error:
        raise UnreadableError(f"无法读取：{error}", f"cannot be read: {error}", file=file) from error
    triples = [(term(q.subject), URIRef(q.predicate.value), term(q.object)) for q in parsed]
    for triple in triples:
        if any(isinstance(part, BNode) for part in triple):
            raise UnreadableError(
                f"有空白节点（在 {triple[1]} 处）：请给它一个名字，如 <#contact>",
                f"has a blank node (at {triple[1]}): give it a name, such as <#contact>",
                file=file,
            )
    return triples


@cache
def library() -> tuple[Triple, ...]:
    """The code lists of ontology/portal: our own and the terms of others that DCAT-AP asks for."""
    files = sorted((resources.ontology() / "portal").glob("*.ttl"))
    return tuple(triple for file in files for triple in parse_turtle(file))


def address(home: str, path: str) -> URIRef:
    """The address of a file of a release, below the address of its folder; letters stay as they are."""
    return URIRef(home + _quoted(path))


def metadata(kg: KG, editorial: Sequence[Triple], home: str = BASE) -> Metadata:
    """What a graph and its editors say together, for a release whose folder is published at `home` (with a slash)."""
    everything = documents(kg)
    bare = Metadata(home, tuple(editorial), ())
    datasets = [_whole(bare, "graph", everything), _whole(bare, "cube", everything)]
    groups: dict[tuple[str, str], list[Document]] = {}
    for document in everything:
        groups.setdefault((document.city.iri, document.year), []).append(document)
    datasets += [_yearly(bare, groups[key]) for key in sorted(groups)]
    return Metadata(home, tuple(editorial), tuple(datasets))


def _known(date: Literal | None) -> list[Term]:
    return [] if date is None else [date]


def _quoted(text: str) -> str:
    return "".join(char if char.isalnum() or char in _KEPT else quote(char) for char in text)


def _whole(meta: Metadata, name: str, documents: tuple[Document, ...]) -> Dataset:
    node = meta.node(f"dataset-{name}")
    return Dataset(name, node, _texts(meta, node, DCTERMS.title), _texts(meta, node, DCTERMS.description), documents)


def _yearly(meta: Metadata, documents: list[Document]) -> Dataset:
    city, year, count = documents[0].city, documents[0].year, len(documents)
    name = f"{name_of(city.iri)}-{year}"
    node = meta.node(f"dataset-{name}")
    titles = (
        Literal(f"{city.zh}{year}年公布的成绩单", lang="zh"),
        Literal(f"Report cards of {city.en or city.zh} published in {year}", lang="en"),
    )
    cards = "report card" if count == 1 else "report cards"
    descriptions = (
        Literal(f"{city.zh}{year}年公布的{count}份成绩单中的陈述、参与与原文位置。", lang="zh"),
        Literal(f"Claims, involvements and passages of {count} {cards} of {city.en or city.zh}, {year}.", lang="en"),
    )
    return Dataset(
        name,
        node,
        _texts(meta, node, DCTERMS.title) or titles,
        _texts(meta, node, DCTERMS.description) or descriptions,
        tuple(documents),
        city,
    )


def _texts(meta: Metadata, node: URIRef, predicate: URIRef) -> tuple[Literal, ...]:
    found = [it for it in meta.values(node, predicate) if isinstance(it, Literal)]
    return tuple(sorted(found, key=lambda it: (it.language != "zh", it.language or "")))

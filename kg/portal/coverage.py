"""What the documents of a graph cover: where, when, and in which city; read with plain SPARQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib import XSD, Literal

from kg.answer import Solutions
from kg.terms import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.answer import Term
    from kg.session import KG

__all__ = ["Document", "Place", "documents"]

_DOCUMENTS = """PREFIX cj: <https://w3id.org/chengjidan/ontology#>
PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?document ?title ?published ?place WHERE {
  ?document a cj:Document ; dct:title ?title ; dct:issued ?published ; dct:spatial ?place
}"""
_PERIODS = """PREFIX cj: <https://w3id.org/chengjidan/ontology#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?document ?start ?end WHERE {
  { SELECT DISTINCT ?extraction ?period
    WHERE { ?claim a cj:Claim ; prov:wasGeneratedBy ?extraction ; cj:period ?period }
  }
  ?extraction prov:used ?document . ?period dcat:startDate ?start ; dcat:endDate ?end
}"""
_PLACES = """PREFIX cj: <https://w3id.org/chengjidan/ontology#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?place ?label ?code ?whole WHERE {
  ?place a cj:Place ; skos:prefLabel ?label
  OPTIONAL { ?place dct:identifier ?code }
  OPTIONAL { ?place dct:isPartOf ?whole }
}"""
_CITY = re.compile("(?!.*0000).*00|(?:11|12|31|50)0000")
"""GB/T 2260 codes of cities: of prefectures, and of the four municipalities that are provinces."""


@dataclass(frozen=True, slots=True)
class Place:
    """An area of the graph with its names, its GB/T 2260 code and the IRI of the area that it is part of."""

    iri: str
    zh: str
    en: str
    code: str | None = None
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the graph: `published` is a day or a month, `city` the city of its place.

    `period` is the first and the last day that its claims speak of, as `2025-12-31`; None where it has no claim.
    """

    iri: str
    title: str
    published: Literal
    place: Place
    city: Place
    period: tuple[str, str] | None = None

    @property
    def year(self) -> str:
        """The year of publication."""
        return str(self.published)[:4]


def documents(kg: KG) -> tuple[Document, ...]:
    """The documents of a graph in the order in which they were published."""
    return tuple(sorted(_documents(kg, _places(kg)), key=lambda it: (str(it.published), it.iri)))


def _documents(kg: KG, places: dict[str, Place]) -> Iterator[Document]:
    periods: dict[str, list[tuple[str, str]]] = {}
    for row in _rows(kg, _PERIODS):
        periods.setdefault(str(row["document"]), []).append((str(row["start"]), str(row["end"])))
    for row in _rows(kg, _DOCUMENTS):
        iri, place, published = str(row["document"]), str(row["place"]), row["published"]
        own = periods.get(iri, [])
        here = places.get(place) or Place(place, name_of(place), "")
        yield Document(
            iri,
            str(row["title"]),
            published if isinstance(published, Literal) else Literal(str(published), datatype=XSD.date),
            here,
            _city(here, places),
            (min(start for start, _ in own), max(end for _, end in own)) if own else None,
        )


def _city(place: Place, places: dict[str, Place]) -> Place:
    """The city that a place is, or is a part of: the nearest whose code is that of a city; else the place itself."""
    above, seen = place, {place.iri}
    while not _CITY.fullmatch(above.code or ""):
        if above.whole is None or above.whole in seen or above.whole not in places:
            return place
        above = places[above.whole]
        seen.add(above.iri)
    return above


def _places(kg: KG) -> dict[str, Place]:
    found: dict[str, dict[str, str]] = {}
    for row in _rows(kg, _PLACES):
        facts = found.setdefault(str(row["place"]), {})
        label = row["label"]
        facts[(label.language if isinstance(label, Literal) else None) or "zh"] = str(label)
        facts.update({key: str(row[key]) for key in ("code", "whole") if row[key] is not None})
    return {
        iri: Place(iri, it.get("zh", name_of(iri)), it.get("en", ""), it.get("code"), it.get("whole"))
        for iri, it in found.items()
    }


def _rows(kg: KG, text: str) -> Iterator[dict[str, Term | None]]:
    answer = kg.store.query(text)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    yield from answer

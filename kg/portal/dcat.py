"""The vocabularies and code lists of a catalogue: DCAT 3, ADMS, SPDX 2, vCard, IANA media types, EU file types."""

from __future__ import annotations

from rdflib import FOAF, Namespace, URIRef

from kg.terms import BASE, PREFIXES

__all__ = ["ADMS", "AUTHORITY", "CUBE", "DCAT", "DCATAP", "FORMATS", "GRAPH", "IANA", "NAMES", "SPDX", "TABLE", "VCARD"]

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")  # rdflib's own list has the terms of DCAT 2 only
DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")

AUTHORITY = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"

GRAPH = URIRef(BASE + "ontology")
TABLE = URIRef("https://www.w3.org/TR/tabular-metadata/")
CUBE = URIRef("https://www.w3.org/TR/vocab-data-cube/")

NAMES: dict[str, str] = {
    **{prefix: space for prefix, space in PREFIXES.items() if prefix in {"dcat", "dct", "prov", "rdfs", "skos", "xsd"}},
    **{
        name.replace("data-theme", "eutheme"): f"{AUTHORITY}{name}/"
        for name in ("access-right", "country", "data-theme", "file-type", "frequency", "language", "licence")
    },
    "adms": str(ADMS),
    "dcatap": str(DCATAP),
    "foaf": str(FOAF),
    "geo": "http://www.opengis.net/ont/geosparql#",
    "place": BASE + "place/",
    "spdx": str(SPDX),
    "vcard": str(VCARD),
}
"""The prefixes of catalog.ttl."""

FORMATS: dict[str, str] = {
    "application/atom+xml": "ATOM",
    "application/csvm+json": "JSON",
    "application/json": "JSON",
    "application/ld+json": "JSON_LD",
    "application/n-quads": "RDF_N_QUADS",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/rdf+xml": "RDF_XML",
    "application/sparql-query": "SPARQLQ",
    "application/trig": "RDF_TRIG",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "text/csv": "CSV",
    "text/html": "HTML",
    "text/plain": "TXT",
    "text/turtle": "RDF_TURTLE",
}
"""The code of the EU list of file types for each media type that a release has."""

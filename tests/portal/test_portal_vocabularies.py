"""No file of a release uses a term that its vocabulary does not define.

The vocabularies are read from npm packages (`make clients`); without these the test is skipped, and fails where
KG_REQUIRE_CLIENTS is set. A term of a vocabulary that no package has stands in LISTED, with where it was looked up.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from helpers import ROOT

from kg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PACKAGES = ROOT / "tests" / "clients" / "node_modules" / "@vocabulary"
NAMESPACES = {
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/linked-data/cube#": "qb",
    "http://qudt.org/schema/qudt/": "qudt",
    "http://rdfs.org/ns/void#": "void",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs",
    "http://www.w3.org/2001/XMLSchema#": "xsd",
    "http://www.w3.org/2002/07/owl#": "owl",
    "http://www.w3.org/2004/02/skos/core#": "skos",
    "http://www.w3.org/2006/vcard/ns#": "vcard",
    "http://www.w3.org/ns/csvw#": "csvw",
    "http://www.w3.org/ns/dcat#": "dcat",
    "http://www.w3.org/ns/oa#": "oa",
    "http://www.w3.org/ns/org#": "org",
    "http://www.w3.org/ns/prov#": "prov",
    "http://www.w3.org/ns/shacl#": "sh",
    "http://www.w3.org/ns/sparql-service-description#": "sd",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "https://schema.org/": "schema",
}
"""The package of each namespace."""

LISTED = {
    # DCAT 3, https://www.w3.org/ns/dcat3.ttl (the package has DCAT 2)
    "http://www.w3.org/ns/dcat#": "DatasetSeries inSeries prev resource version",
    # DCAT-AP 3.0.1, https://semiceu.github.io/DCAT-AP/releases/3.0.1/
    "http://data.europa.eu/r5r/": "availability",
    # SEMIC Core Vocabularies 2.2.0, https://semiceu.github.io/Consolidated-Core-Vocabularies/releases/2.2.0
    "http://data.europa.eu/m8g/": "Participation PublicOrganisation role",
    # VoID extensions, http://ldf.fi/void-ext
    "http://ldf.fi/void-ext#": "datatype datatypePartition",
    # SDMX attributes of the Data Cube, https://www.w3.org/TR/vocab-data-cube/#dsd-cog
    "http://purl.org/linked-data/sdmx/2009/attribute#": "unitMeasure",
    # SPDX 2.3, https://github.com/spdx/spdx-spec/blob/v2.3/ontology/spdx-ontology.owl.xml
    "http://spdx.org/rdf/terms#": (
        "Checksum ChecksumAlgorithm algorithm checksum checksumAlgorithm_sha256 checksumValue"
    ),
    # GeoSPARQL 1.1, https://docs.ogc.org/is/22-047r1/22-047r1.html#10-8-1-1-rdfs-datatype-geo-wktliteral
    "http://www.opengis.net/ont/geosparql#": "wktLiteral",
}
"""The terms of the release that no package defines."""

OWN = tuple(f"{BASE}{name}#" for name in ("ontology", "shapes", "cube"))
"""Own namespaces: what a file of the release says something about is defined."""

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
CSVW = "http://www.w3.org/ns/csvw#"
CONTEXT = {"dc": "http://purl.org/dc/terms/", "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}
"""The prefixes of https://www.w3.org/ns/csvw that the description of the tables uses."""

MANY = {"columns", "foreignKeys", "tables", "titles"}
"""Words of CSVW's JSON that name a property in the plural."""


@cache
def defined(namespace: str) -> frozenset[str]:
    """The terms of a vocabulary, as its package and the list have them."""
    found = {f"{namespace}{name}" for name in LISTED.get(namespace, "").split()}
    if package := NAMESPACES.get(namespace):
        for quad in ox.parse(path=str(PACKAGES / package / f"{package}.nq"), format=ox.RdfFormat.N_QUADS):
            if isinstance(quad.subject, ox.NamedNode):
                found.add(re.sub("^http://schema[.]org/", "https://schema.org/", quad.subject.value))
    return frozenset(found)


def vocabulary_of(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def used(quads: Iterable[ox.Quad]) -> Iterator[str]:
    """The terms that statements use: predicates, classes and datatypes, and what stands in a vocabulary's namespace."""
    for quad in quads:
        subject, predicate, thing = quad.subject, quad.predicate.value, quad.object
        yield predicate
        if isinstance(thing, ox.Literal):
            yield thing.datatype.value
        if isinstance(thing, ox.NamedNode) and (predicate == TYPE or is_term(thing.value)):
            yield thing.value
        if isinstance(subject, ox.NamedNode) and is_term(subject.value):
            yield subject.value


def is_term(iri: str) -> bool:
    vocabulary = vocabulary_of(iri)
    return iri != vocabulary and (vocabulary in NAMESPACES or vocabulary in LISTED or vocabulary in OWN)


def undefined(quads: list[ox.Quad], own: set[str]) -> set[str]:
    return {term for term in set(used(quads)) if term not in own and term not in defined(vocabulary_of(term))}


def words(table: object) -> Iterator[str]:
    """The terms of a description of tables: its words, and the properties, classes and datatypes that it names."""
    if isinstance(table, list):
        for item in table:
            yield from words(item)
    if isinstance(table, dict):
        for key, value in table.items():
            prefix, _, name = key.rpartition(":")
            if not key.startswith("@"):
                word = name.removesuffix("s") if name in MANY else name
                yield f"{CONTEXT[prefix] if prefix else CSVW}{word}"
            if key == "@type":
                yield f"{CSVW}{value}"
            if key == "propertyUrl":
                yield value
            if (key == "datatype" and isinstance(value, str)) or (key == "base"):
                yield f"http://www.w3.org/2001/XMLSchema#{value}"
            elif key not in {"@context", "titles"}:  # the keys below are languages
                yield from words(value)


@pytest.fixture(scope="module")
def quads(release: Path) -> dict[str, list[ox.Quad]]:
    """What each file of the release says."""
    if not all((PACKAGES / name).is_dir() for name in NAMESPACES.values()):
        why = "needs: npm ci --ignore-scripts --prefix tests/clients"
        if os.environ.get("KG_REQUIRE_CLIENTS"):
            pytest.fail(why)
        pytest.skip(why)
    found = {}
    for path in sorted(release.rglob("*.*")):
        name = path.relative_to(release).as_posix()
        if name.endswith(".nq.gz"):
            found[name] = list(ox.parse(gzip.decompress(path.read_bytes()), format=ox.RdfFormat.N_QUADS))
        elif path.suffix in {".ttl", ".jsonld"}:
            form = ox.RdfFormat.TURTLE if path.suffix == ".ttl" else ox.RdfFormat.JSON_LD
            found[name] = list(ox.parse(path=str(path), format=form))
    return found


@pytest.fixture(scope="module")
def own(quads: dict[str, list[ox.Quad]]) -> set[str]:
    """The own terms that the release itself defines."""
    subjects = {quad.subject.value for it in quads.values() for quad in it if isinstance(quad.subject, ox.NamedNode)}
    return {it for it in subjects if it.startswith(OWN)}


def test_every_term_is_defined(quads: dict[str, list[ox.Quad]], own: set[str]) -> None:
    found = {name: undefined(it, own) for name, it in quads.items()}
    assert {name: terms for name, terms in found.items() if terms} == {}
    assert len(own) > 100


def test_the_description_of_the_tables_uses_defined_terms(
    release: Path, quads: dict[str, list[ox.Quad]], own: set[str]
) -> None:
    del quads  # the packages are there
    table = json.loads((release / "csv" / "csv-metadata.json").read_text("utf-8"))
    found = set(words(table))
    assert {it for it in found if it not in own and it not in defined(vocabulary_of(it))} == set()
    assert len(found) > 30


def test_the_list_holds_only_what_is_used_and_no_package_has(quads: dict[str, list[ox.Quad]]) -> None:
    listed = {f"{namespace}{name}" for namespace, names in LISTED.items() for name in names.split()}
    assert listed - {term for it in quads.values() for term in used(it)} == set()
    for namespace in LISTED.keys() & NAMESPACES.keys():
        package = PACKAGES / NAMESPACES[namespace] / f"{NAMESPACES[namespace]}.nq"
        subjects = {quad.subject for quad in ox.parse(path=str(package), format=ox.RdfFormat.N_QUADS)}
        assert not [term for term in listed if ox.NamedNode(term) in subjects]


@pytest.mark.parametrize(
    "statement",
    [
        "<a:b> <http://purl.org/dc/terms/titel> 'x' .",
        "<a:b> a <http://www.w3.org/ns/dcat#Datset> .",
        "<a:b> <http://www.w3.org/ns/shacl#severity> <http://www.w3.org/ns/shacl#Grave> .",
        "<a:b> <http://www.w3.org/2000/01/rdf-schema#label> '1'^^<http://www.w3.org/2001/XMLSchema#number> .",
        "<a:b> a <http://unknown.example/Class> .",
        "<a:b> <https://w3id.org/chengjidan/ontology#nothing> 'x' .",
    ],
)
def test_an_undefined_term_is_noticed(quads: dict[str, list[ox.Quad]], own: set[str], statement: str) -> None:
    (quad,) = ox.parse(statement, format=ox.RdfFormat.TURTLE)
    assert len(undefined([*quads["catalog.ttl"], quad], own)) == 1

"""A small release to be catalogued: sample files of the invented city, with their catalogue beside them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from kg.portal.catalogue import catalogue, turtle
from kg.portal.metadata import CATALOG
from kg.portal.part import Part, Written

if TYPE_CHECKING:
    from pathlib import Path

    from kg.portal.metadata import Metadata

EDITORIAL = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix place: <https://w3id.org/chengjidan/place/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://sws.geonames.org/9901000/> a dct:Location ;
    skos:exactMatch place:临江市 ;
    skos:prefLabel "临江市"@zh, "Linjiang"@en ;
    dcat:bbox "POLYGON((1 1, 2 1, 2 2, 1 2, 1 1))"^^geo:wktLiteral ;
    dcat:centroid "POINT(1.5 1.5)"^^geo:wktLiteral .
"""
"""What the editors of the invented city add to the shipped file: where the city is."""

_FILES = [
    ("kg.ttl", "text/turtle", "图谱（Turtle）", "The graph (Turtle)", "", "graph"),
    ("kg.nq.gz", "application/n-quads", "图谱（N-Quads）", "The graph (N-Quads)", "application/gzip", "graph"),
    ("kg.jsonld", "application/ld+json", "图谱（JSON-LD）", "The graph (JSON-LD)", "", "graph"),
    ("csv/claims.csv", "text/csv", "全部陈述", "All claims", "", "graph"),
    ("csv/documents.csv", "text/csv", "全部文档", "All documents", "", "graph"),
    ("cube.ttl", "text/turtle", "数据立方", "Data cube", "", "cube"),
    ("void.ttl", "text/turtle", "", "", "", "graph"),
]


def sample_files(meta: Metadata, years: bool = True) -> list[Written]:
    """Files of the whole graph and of the cube, one a year of a city, and one without a title."""
    known = list(_FILES)
    if years:
        yearly = [it.name for it in meta.datasets if it.city]
        known += [(f"years/{it}.csv", "text/csv", "该年陈述", "The claims of the year", "", it) for it in yearly]
    return [_written(*facts) for facts in known]


def publish(folder: Path, meta: Metadata, files: list[Written], endpoint: str = "") -> Path:
    """Write the files and their catalogue into a folder."""
    for file in files:
        path = folder / file.part.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(file.part.chunks()))
    (folder / CATALOG).write_text(turtle(meta, catalogue(meta, files, endpoint)), "utf-8")
    return folder


def _written(path: str, media: str, zh: str, en: str, compressed: str, dataset: str) -> Written:
    data = f"{path} of 临江市\n".encode()
    part = Part(path, media, lambda: [data], zh, en, compressed, dataset)
    return Written(part, len(data), hashlib.sha256(data).hexdigest())

"""The release of a graph, live: the same files at the same paths, described for the address that is asked."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from typing import TYPE_CHECKING

import httpx
import pyoxigraph as ox
import pytest
from live import live

from kg.export import EXPORTERS
from kg.portal.catalogue import breaches
from kg.portal.score import score
from kg.vocabulary import parse_turtle
from kg.web.site import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.session import KG


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[httpx.Client]:
    with live(Settings(store=built)) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def test_files_are_those_of_an_export(site: httpx.Client, kg: KG) -> None:
    assert site.get("/kg.ttl").content == b"".join(EXPORTERS["turtle"](kg.store))
    packed = site.get("/kg.nq.gz")
    assert packed.headers["content-type"] == "application/gzip"
    assert gzip.decompress(packed.content) == b"".join(EXPORTERS["nquads"](kg.store))
    table = site.get("/csv/claims.csv")
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert len(table.text.splitlines()) == 31  # the heading and 30 claims


def test_a_file_is_not_sent_twice(site: httpx.Client) -> None:
    first = site.get("/kg.ttl")
    assert first.headers["etag"] == f'"{hashlib.sha256(first.content).hexdigest()[:20]}"'
    part = site.get("/kg.ttl", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, first.content[:10])


def test_the_catalogue_is_of_this_address_and_complete(site: httpx.Client, tmp_path: Path) -> None:
    address = str(site.base_url).rstrip("/")
    text = site.get("/catalog.ttl").text
    places = re.findall(r"dcat:(?:accessURL|downloadURL|endpointURL) <([^>]+)>", text)
    assert f"{address}/sparql" in places
    assert all(place.startswith(f"{address}/") for place in places)
    assert {site.get(place).status_code for place in set(places) if not place.endswith("/sparql")} == {200}
    (tmp_path / "catalog.ttl").write_text(text, "utf-8")
    assert not [it for it in breaches(parse_turtle(tmp_path / "catalog.ttl")) if it.severity.name == "VIOLATION"]
    assert score(tmp_path, answers=lambda url: url.startswith(address)).points >= 400


def test_what_is_unknown_is_not_found(site: httpx.Client) -> None:
    for path in ("/csv/nothing.csv", "/years/..%2F..%2Fetc%2Fpasswd", "/csv/..%2Fkg.ttl", "/ontology/nothing.ttl"):
        assert site.get(path).status_code == 404, path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_lists_every_file_with_its_checksum(site: httpx.Client, lang: str) -> None:
    page = site.get("/data", params={"lang": lang}, headers={"Accept": "text/html"}).text
    for path in re.findall(r'<tr><td><a href="(/[^"]+)"', page):
        digest = hashlib.sha256(site.get(path).content).hexdigest()
        assert digest in page, path
    told = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
    assert told["@type"] == "Dataset"
    assert len(told["distribution"]) > 8
    for path in (
        "/directory.json",
        "/directory.xlsx",
        "/changes.atom",
        "/notes.md",
        "/queries.ttl",
        "/ontology/ontology.ttl",
    ):
        assert f'href="{path}"' in page
        assert site.get(path).status_code == 200, path


def test_the_home_page_says_what_it_is_of(site: httpx.Client) -> None:
    page = site.get("/", headers={"Accept": "text/html"}).text
    told = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
    assert told["url"] == f"{str(site.base_url).rstrip('/')}/"
    assert told["spatialCoverage"]


def test_below_a_prefix(built: Path) -> None:
    settings = Settings(store=built, base_url="https://data.example.org/kg")
    with live(settings) as address, httpx.Client(base_url=address.removesuffix("/kg"), timeout=60) as client:
        page = client.get("/kg/data", headers={"Accept": "text/html"}).text
        assert 'href="/kg/kg.nq.gz"' in page
        assert client.get("/kg/csv/places.csv").status_code == 200
        catalogue = client.get("/kg/catalog.ttl").text
        assert "<https://data.example.org/kg/kg.nq.gz>" in catalogue
        list(ox.parse(catalogue, format=ox.RdfFormat.TURTLE))


def test_the_editors_file_is_read(built: Path, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.ttl"
    file.write_text('@prefix dct: <http://purl.org/dc/terms/> . <#catalog> dct:title "临江数据"@zh .', "utf-8")
    with live(Settings(store=built, catalogue=file)) as address, httpx.Client(base_url=address, timeout=60) as client:
        assert "临江数据" in client.get("/catalog.ttl").text

"""Clients that nobody here wrote, asking the site on a port: SPARQLWrapper, rdflib, curl and Comunica."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import pyoxigraph as ox
import pytest
from helpers import ROOT, select
from live import live
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg.remote import RemoteStore
from kg.session import KG
from kg.store import open_store
from kg.terms import CJ
from kg.web.site import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMUNICA = ROOT / "tests" / "clients" / "node_modules" / ".bin" / "comunica-sparql"
CLAIMS = f"?c a <{CJ.Claim}> ; <{CJ.agency}> ?agency"
ROWS = f"SELECT ?agency (COUNT(?c) AS ?n) {{ {CLAIMS} }} GROUP BY ?agency ORDER BY ?agency"
GRAPH = f"CONSTRUCT {{ ?c <{CJ.agency}> ?agency }} WHERE {{ {CLAIMS} }}"


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[str]:
    with live(Settings(store=built)) as address:
        yield address


@pytest.fixture(scope="module")
def endpoint(site: str) -> str:
    return f"{site}/sparql"


@pytest.fixture(scope="module")
def rows(built: Path) -> list[tuple[str, ...]]:
    found = select(open_store(built), ROWS)
    assert len(found) > 2
    return found


@pytest.fixture(scope="module")
def triples(built: Path) -> set[str]:
    return {" ".join(row) for row in select(open_store(built), f"SELECT ?c ?agency {{ {CLAIMS} }}")}


def _pairs(graph: Graph) -> set[str]:
    return {f"{claim} {agency}" for claim, _, agency in graph}


def _wrapper(endpoint: str, query: str, form: str, method: str = GET, request: str = URLENCODED) -> SPARQLWrapper:
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setQuery(query)
    wrapper.setReturnFormat(form)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request)
    return wrapper


WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


@pytest.mark.parametrize(("method", "request_"), WAYS)
@pytest.mark.parametrize("bare", [False, True], ids=["with parameters", "by Accept only"])
def test_sparqlwrapper_reads_rows(
    endpoint: str, rows: list[tuple[str, ...]], method: str, request_: str, *, bare: bool
) -> None:
    readers: dict[str, Callable[[Any], list[tuple[str, ...]]]] = {
        JSON: lambda it: [tuple(row[name]["value"] for name in ("agency", "n")) for row in it["results"]["bindings"]],
        XML: lambda it: _xml(it.toxml().encode()),
        CSV: lambda it: [tuple(row) for row in csv.reader(io.StringIO(it.decode()))][1:],
        TSV: lambda it: [tuple(cell.strip("<>") for cell in row.split("\t")) for row in it.decode().splitlines()[1:]],
    }
    for form, read in readers.items():
        wrapper = _wrapper(endpoint, ROWS, form, method, request_)
        wrapper.setOnlyConneg(bare)
        assert read(wrapper.queryAndConvert()) == rows


def _xml(document: bytes) -> list[tuple[str, ...]]:
    found = ox.parse_query_results(input=document, format=ox.QueryResultsFormat.XML)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(getattr(cell, "value", "") for cell in row) for row in found]


@pytest.mark.parametrize(("method", "request_"), WAYS)
@pytest.mark.parametrize("bare", [False, True], ids=["with parameters", "by Accept only"])
def test_sparqlwrapper_reads_triples(
    endpoint: str, triples: set[str], method: str, request_: str, *, bare: bool
) -> None:
    for form in (XML, RDFXML, JSONLD, TURTLE, N3):
        wrapper = _wrapper(endpoint, GRAPH, form, method, request_)
        wrapper.setOnlyConneg(bare)
        found: Any = wrapper.queryAndConvert()
        assert _pairs(found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")) == triples


def test_sparqlwrapper_reads_truth_values_and_errors(endpoint: str) -> None:
    found: Any = _wrapper(endpoint, "ASK { ?s ?p ?o }", JSON).queryAndConvert()
    assert found["boolean"] is True
    found = _wrapper(endpoint, "ASK { ?s ?p 'no such thing' }", XML).queryAndConvert()
    assert "<boolean>false</boolean>" in found.toxml()
    with pytest.raises(QueryBadFormed, match="line 1"):
        _wrapper(endpoint, "SELECT * { ?s ?p }", JSON).query()
    with pytest.raises(HTTPError, match="403"):
        _wrapper(endpoint, "DELETE WHERE { ?s ?p ?o }", JSON, POST).query()


def test_rdflib_reads_the_endpoint_as_a_store(endpoint: str, rows: list[tuple[str, ...]]) -> None:
    graph = Graph(SPARQLStore(endpoint))
    assert [tuple(map(str, row)) for row in graph.query(ROWS)] == rows  # type: ignore[arg-type] # rows of a SELECT


def test_this_program_reads_the_endpoint_as_a_store(endpoint: str, built: Path) -> None:
    here, there = KG.open(built), KG.open(endpoint)
    assert isinstance(there.store, RemoteStore)
    for name in ("coverage-of-documents", "promises-by-state"):
        assert there.ask(name).texts() == here.ask(name).texts()


def _curl() -> str:
    found = shutil.which("curl")
    if found is None:
        if os.environ.get("KG_REQUIRE_CLIENTS"):
            pytest.fail("curl is missing")
        pytest.skip("needs curl")
    return found


def test_curl(endpoint: str, rows: list[tuple[str, ...]]) -> None:
    def curl(*args: str) -> str:
        done = subprocess.run([_curl(), "--silent", "--fail", *args], capture_output=True, check=True, timeout=30)
        return done.stdout.decode()

    for args in (
        ("--get", endpoint, "--data-urlencode", f"query={ROWS}", "-H", "Accept: text/csv"),
        (endpoint, "--data-urlencode", f"query={ROWS}", "-H", "Accept: text/csv"),
        (endpoint, "--data-binary", ROWS, "-H", "Content-Type: application/sparql-query", "-H", "Accept: text/csv"),
        (f"{endpoint}?format=csv", "--data-urlencode", f"query={ROWS}"),
    ):
        assert [tuple(row) for row in csv.reader(io.StringIO(curl(*args)))][1:] == rows
    assert "sd:Service" in curl(endpoint)
    assert "HTTP/1.1 200" in curl("--head", endpoint)
    assert "<html" in curl(endpoint, "-H", "Accept: text/html")


@pytest.fixture(scope="module")
def comunica() -> Callable[..., str]:
    """Runs Comunica on a source and a query."""
    node = shutil.which("node")
    if node is None or not COMUNICA.exists():
        why = "needs Node and: npm ci --ignore-scripts --prefix tests/clients"
        if os.environ.get("KG_REQUIRE_CLIENTS"):
            pytest.fail(why)
        pytest.skip(why)

    def ask(source: str, query: str, form: str) -> str:
        done = subprocess.run([node, COMUNICA, source, query, "-t", form], capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    return ask


@pytest.mark.parametrize("kind", ["", "sparql@"], ids=["by the service description", "told that it is one"])
def test_comunica(
    endpoint: str, rows: list[tuple[str, ...]], triples: set[str], comunica: Callable[..., str], kind: str
) -> None:
    found = json.loads(comunica(kind + endpoint, ROWS, "application/sparql-results+json"))
    assert [(row["agency"]["value"], row["n"]["value"]) for row in found["results"]["bindings"]] == rows
    assert found["metadata"]["httpRequests"] <= 2  # it left the whole query to the endpoint
    graph = Graph().parse(data=comunica(kind + endpoint, GRAPH, "application/n-triples"), format="nt")
    assert _pairs(graph) == triples


def test_comunica_asks_and_reads_the_description(site: str, comunica: Callable[..., str]) -> None:
    assert comunica(f"{site}/sparql", "ASK { ?s ?p ?o }", "simple").strip() == "true"
    query = "SELECT ?e { ?d <http://rdfs.org/ns/void#sparqlEndpoint> ?e }"
    assert f"{site}/sparql" in comunica(f"{site}/.well-known/void", query, "text/csv")

"""Programs that nobody here wrote read a release: two RDF parsers, Apache Jena, Comunica, LibreOffice and CKAN.

A test whose program is missing is skipped, and fails where KG_REQUIRE_CLIENTS is set. `KG_CKAN_PYTHON` is explained in
test_portal_ckan.py.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from helpers import ROOT
from openpyxl import load_workbook
from rdflib import Dataset, Graph, URIRef

from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMUNICA = ROOT / "tests" / "clients" / "node_modules" / ".bin" / "comunica-sparql"
CKAN = os.environ.get("KG_CKAN_PYTHON", "")
JARS = Path("/usr/share/java")
JENA = """
jena-arq jena-base jena-cmds jena-core jena-dboe-base jena-dboe-index jena-dboe-storage jena-dboe-trans-data
jena-dboe-transaction jena-iri jena-rdfconnection jena-shacl jena-shex jena-tdb jena-tdb2
commons-cli commons-codec commons-compress commons-csv commons-io commons-lang3 dexx.collection gson guava
httpclient httpclient-cache httpcore jackson-annotations jackson-core jackson-databind jcl-over-slf4j jsonld-java
protobuf slf4j-api slf4j-simple thrift
"""
"""The jars of Debian's Jena and of what it needs."""

SHACL = "http://www.w3.org/ns/shacl#"
RDF_FILES = {".ttl": ox.RdfFormat.TURTLE, ".gz": ox.RdfFormat.N_QUADS, ".jsonld": ox.RdfFormat.JSON_LD}
FORMATS = {".ttl": "turtle", ".gz": "nquads", ".jsonld": "json-ld"}


def needs(found: object, what: str) -> None:
    if not found:
        if os.environ.get("KG_REQUIRE_CLIENTS"):
            pytest.fail(f"needs {what}")
        pytest.skip(f"needs {what}")


def run(*command: str | Path, seconds: int = 120, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=seconds,
    )


@pytest.fixture(scope="module")
def files(release: Path) -> dict[str, Path]:
    """The files of RDF by their place in the release."""
    found = {path.relative_to(release).as_posix(): path for path in sorted(release.rglob("*")) if path.is_file()}
    return {name: path for name, path in found.items() if path.suffix in RDF_FILES}


@pytest.fixture(scope="module")
def parsed(files: dict[str, Path]) -> dict[str, list[ox.Quad]]:
    """What Oxigraph reads in each file."""
    return {name: list(ox.parse(content(path), format=RDF_FILES[path.suffix])) for name, path in files.items()}


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def canonical(quads: list[ox.Quad]) -> set[str]:
    """The statements with the names that RDFC-1.0 gives to blank nodes."""
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in found}


def triples(quads: list[ox.Quad]) -> set[str]:
    return {str(quad.triple) for quad in quads}


def test_the_files_are_there(files: dict[str, Path]) -> None:
    assert {"kg.ttl", "kg.nq.gz", "kg.jsonld", "catalog.ttl", "void.ttl", "cube.ttl", "queries.ttl"} <= set(files)
    assert {"ontology/ontology.ttl", "ontology/shapes.ttl"} <= set(files)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # it calls what it deprecates
def test_two_parsers_read_the_same(files: dict[str, Path], parsed: dict[str, list[ox.Quad]]) -> None:
    for name, path in files.items():
        other = Dataset() if path.suffix != ".ttl" else Graph()
        other.parse(data=content(path), format=FORMATS[path.suffix])
        written = other.serialize(format="nquads" if isinstance(other, Dataset) else "nt")
        read = list(ox.parse(written, format=ox.RdfFormat.N_QUADS))
        assert canonical(read) == canonical(parsed[name]), name
        assert len(read) == len(parsed[name]) > 0, name


def test_the_dumps_say_the_same(parsed: dict[str, list[ox.Quad]]) -> None:
    assert triples(parsed["kg.ttl"]) == triples(parsed["kg.nq.gz"])
    assert set(parsed["kg.jsonld"]) == set(parsed["kg.nq.gz"])
    assert len(parsed["kg.ttl"]) == len(parsed["kg.nq.gz"]) > 1000
    years = [name for name in parsed if name.startswith("years/")]
    assert len(years) > 1
    assert all(set(parsed[name]) < set(parsed["kg.nq.gz"]) for name in years)


def test_blank_nodes_stand_only_in_paths_of_shapes(parsed: dict[str, list[ox.Quad]]) -> None:
    """SHACL 2.3.1 takes every named node of a path for a property, so a path that is no property has no name."""
    for name, quads in parsed.items():
        blank = [quad for quad in quads if any(isinstance(it, ox.BlankNode) for it in (quad.subject, quad.object))]
        ways = {quad.predicate.value for quad in blank if not isinstance(quad.subject, ox.BlankNode)}
        assert ways == ({f"{SHACL}path"} if name == "ontology/shapes.ttl" else set()), name


def test_json_and_xml_are_well_formed(release: Path) -> None:
    names = ["directory.json", "csv/csv-metadata.json", "kg.jsonld"]
    assert all(json.loads((release / name).read_bytes()) for name in names)
    assert ET.parse(release / "changes.atom").getroot().tag == "{http://www.w3.org/2005/Atom}feed"  # noqa: S314 - ours


def test_the_manifest_names_every_file(release: Path) -> None:
    lines = (release / "MANIFEST").read_text("utf-8").splitlines()
    stated = {path: f"{digest}  {size}" for line in lines for digest, size, path in [line.split("  ", 2)]}
    found = {path.relative_to(release).as_posix(): path.read_bytes() for path in release.rglob("*") if path.is_file()}
    del found["MANIFEST"]
    assert stated == {name: f"{hashlib.sha256(data).hexdigest()}  {len(data)}" for name, data in found.items()}


@pytest.fixture(scope="module")
def jena(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program of Debian's Jena by its class.

    Debian moved the classes of Xerces within jena-core.jar and left their messages behind: without a copy of these
    where they are looked for, no datatype of XML Schema can be made.
    """
    java = shutil.which("java")
    jars = [JARS / f"{name}.jar" for name in JENA.split()]
    needs(java and all(jar.exists() for jar in jars), "Debian's libapache-jena-java and default-jre-headless")
    folder = tmp_path_factory.mktemp("jena")
    old, new = "org/apache/jena/ext/xerces/", "xerces/"
    with zipfile.ZipFile(JARS / "jena-core.jar") as archive:
        for entry in archive.namelist():
            if entry.startswith(old) and entry.endswith(".properties"):
                target = folder / new / entry.removeprefix(old)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(entry))
    options = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", os.pathsep.join(map(str, [folder, *jars])))
    return partial(run, java or "", *options, LC_ALL="C.UTF-8")  # the encoding of file names


def test_jena_reads_every_file(
    files: dict[str, Path],
    parsed: dict[str, list[ox.Quad]],
    jena: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    places = dict(files)
    # Debian ships no provider of jakarta.json for Jena's reader of JSON-LD 1.1; this ending asks for that of 1.0
    places["kg.jsonld"] = tmp_path / "kg.jsonld10"
    places["kg.jsonld"].symlink_to(files["kg.jsonld"])
    bad = tmp_path / "bad.ttl"
    bad.write_text('<a:b> <a:c> "2020-13-45"^^<http://www.w3.org/2001/XMLSchema#date> .', "utf-8")
    done = jena("riotcmd.riot", "--count", "--check", *places.values(), bad)
    told = unquote(done.stdout + done.stderr)
    counts = dict(re.findall(r"(?m)^file://(.+) : (?:Triples|Quads) = ([\d,]+)$", told))
    expected = {str(path): f"{len(parsed[name]):,}" for name, path in places.items()}
    assert counts == {**expected, str(bad): "1"}, done.stderr
    complaints = [line for line in done.stderr.splitlines() if "WARN" in line or "ERROR" in line]
    assert len(complaints) == 1, done.stderr
    assert "2020-13-45" in complaints[0]  # it would complain


def test_jena_finds_that_the_graph_fits_its_shapes(
    files: dict[str, Path], jena: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    graph = tmp_path / "graph.ttl"
    text = files["kg.ttl"].read_text("utf-8")
    graph.write_text(f"{text}\n<a:claim> a <{PREFIXES['cj']}Claim> .\n", "utf-8")
    done = jena("shacl.shacl", "validate", "--shapes", files["ontology/shapes.ttl"], "--data", graph)
    report = Graph().parse(data=done.stdout, format="turtle")
    focused = {str(it) for it in report.objects(predicate=URIRef(f"{SHACL}focusNode"))}
    assert focused == {"a:claim"}, done.stderr


@pytest.fixture(scope="module")
def address(release: Path) -> Iterator[str]:
    """Where the release is served as `python -m http.server` would."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(release))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and tells nobody."""

    def log_message(self, *_: object) -> None: ...


def test_comunica_joins_two_files_over_http(files: dict[str, Path], address: str) -> None:
    node = shutil.which("node")
    needs(node and COMUNICA.exists(), "Node and: npm ci --ignore-scripts --prefix tests/clients")
    query = f"""
        PREFIX cj: <{PREFIXES["cj"]}> PREFIX dcat: <{PREFIXES["dcat"]}> PREFIX dct: <{PREFIXES["dct"]}>
        SELECT ?title (COUNT(DISTINCT ?claim) AS ?claims) {{
          ?dataset a dcat:Dataset ; dct:spatial ?where ; dct:title ?title FILTER(LANG(?title) = "zh")
          ?claim a cj:Claim ; cj:place ?where
        }} GROUP BY ?title ORDER BY ?title"""
    store = ox.Store()
    for name in ("kg.ttl", "catalog.ttl"):
        store.load(path=str(files[name]), format=ox.RdfFormat.TURTLE)
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    expected = [tuple(term.value for term in row if isinstance(term, ox.Literal)) for row in solutions]
    assert len(expected) > 2
    done = run(node or "", COMUNICA, f"{address}/kg.ttl", f"{address}/catalog.ttl", query, "-t", "text/csv")
    assert [tuple(row) for row in csv.reader(done.stdout.splitlines())][1:] == expected, done.stderr


@pytest.fixture(scope="module")
def converted(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the release after LibreOffice opened them as anybody would, and saved them as workbooks."""
    office = shutil.which("soffice")
    needs(office, "LibreOffice Calc")
    folder = tmp_path_factory.mktemp("office")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    tables = [release / "csv" / "claims.csv", release / "csv" / "metrics.csv", release / "directory.xlsx"]
    # its window proposes UTF-8 for the byte order mark; without a window it has to be told, and workbooks do not mind
    options = (profile, "--headless", "--infilter=CSV:44,34,UTF8", "--convert-to", "xlsx", "--outdir", folder)
    done = run(office or "", *options, *tables, HOME=str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def cells(path: Path) -> list[list[str]]:
    sheet = load_workbook(path, read_only=True).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("name", ["claims", "metrics"])
def test_libreoffice_opens_a_table(release: Path, converted: Path, name: str) -> None:
    with (release / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as handle:
        expected = list(csv.reader(handle))
    found = cells(converted / f"{name}.xlsx")
    assert found[0] == expected[0]
    assert len(found) == len(expected) > 10
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for ours, theirs in zip(expected, found, strict=True):
        assert [it for it in theirs if chinese.search(it)] == [it for it in ours if chinese.search(it)]


def test_libreoffice_opens_the_directory(release: Path, converted: Path) -> None:
    found = cells(converted / "directory.xlsx")
    assert found == cells(release / "directory.xlsx")
    assert len(found) > 2


def test_ckan_harvests_the_catalogue(files: dict[str, Path], parsed: dict[str, list[ox.Quad]]) -> None:
    needs(CKAN, "KG_CKAN_PYTHON")
    done = run(CKAN, Path(__file__).with_name("ckan_reads.py"), files["catalog.ttl"], "zh", "euro_dcat_ap_3")
    assert done.returncode == 0, done.stderr
    harvested = json.loads(done.stdout)
    dcat = PREFIXES["dcat"]

    def stated(way: str) -> list[str]:
        quads = [quad for quad in parsed["catalog.ttl"] if quad.predicate.value == f"{dcat}{way}"]
        return sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode))

    assert len(harvested) == len(stated("dataset")) > 2
    addresses = sorted(resource["url"] for dataset in harvested for resource in dataset["resources"])
    assert addresses == stated("downloadURL")
    assert all(re.search(r"[\u4e00-\u9fff]", dataset["title"]) for dataset in harvested)

"""A remote SPARQL server as a store: the same calls and answers as the embedded one, against real servers.

Oxigraph's server comes from PyPI, Virtuoso's from Debian (`virtuoso-opensource`). Where Virtuoso is not
installed its tests are skipped, unless KG_REQUIRE_VIRTUOSO=1 says that it has to be there.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers import CITY, DIGEST, TEXTS, claims, edit, fill, graph_lines, run, select
from rdflib import BNode, Literal, URIRef

from kg.answer import Solutions, Triples
from kg.build import Options
from kg.errors import UnreadableError, UsageError
from kg.export import EXPORTERS
from kg.query import load_queries
from kg.remote import RemoteStore
from kg.session import KG
from kg.store import OxigraphStore, open_store
from kg.terms import BASE, CJ, ORG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

G, H = "http://example.org/g", "http://example.org/h"
ONE = '<http://s> <http://p> "一"@zh .\n<http://s> <http://p> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n'
TWO = "<http://s> <http://p> <http://example.org/临江市> .\n"
VIRTUOSO = shutil.which("virtuoso-t")

_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = 100000
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: Sequence[str | Path], folder: Path, url: str) -> Iterator[None]:
    """Run a server until the block ends; it is there once the address answers."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + 60
            while not answers(url):
                assert process.poll() is None, (folder / "server.log").read_text("utf-8", "replace")
                assert time.monotonic() < until, f"{command[0]} does not answer"
                time.sleep(0.1)
            yield
        finally:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - an address of our own
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteStore]:
    folder = tmp_path_factory.mktemp("oxigraph")
    url = f"http://127.0.0.1:{free_port()}"
    program = Path(sys.executable).with_name("oxigraph")
    command: list[str | Path] = [program, "serve", "--union-default-graph", "--bind", url.removeprefix("http://")]
    with serving(command, folder, f"{url}/query?query=ASK%7B%7D"):
        yield RemoteStore(f"{url}/query", f"{url}/update", f"{url}/store")


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteStore]:
    if VIRTUOSO is None:
        if os.environ.get("KG_REQUIRE_VIRTUOSO") == "1":
            pytest.fail("virtuoso-t is not installed")
        pytest.skip("virtuoso-t is not installed")
    folder = tmp_path_factory.mktemp("virtuoso")
    http = free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(sql=free_port(), http=http), "utf-8")
    url = f"http://127.0.0.1:{http}"
    command: list[str | Path] = [VIRTUOSO, "+foreground", "+configfile", "virtuoso.ini"]
    with serving(command, folder, f"{url}/sparql?query=ASK%7B%7D"):
        yield RemoteStore(f"{url}/sparql-auth", f"{url}/sparql-auth", f"{url}/sparql-graph-crud-auth", "dba", "dba")


@pytest.fixture(params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest) -> Iterator[RemoteStore]:
    """Each server in turn; the test's graphs are dropped after it."""
    store: RemoteStore = request.getfixturevalue(request.param)
    yield store
    for graph in store.graphs():
        if graph.startswith(("http://example.org/", "https://w3id.org/chengjidan/")):
            store.drop(graph)


def lines_of(store: RemoteStore, graph: str) -> list[str]:
    answer = store.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert isinstance(answer, Triples)
    return sorted(str(value) for _, _, value in answer)


def test_a_graph_is_replaced_twice_and_dropped(server: RemoteStore) -> None:
    server.replace(G, ONE)
    server.replace(H, ONE)
    assert lines_of(server, G) == ["1.5", "一"]
    server.replace(G, TWO)
    server.replace(G, TWO)
    assert lines_of(server, G) == ["http://example.org/临江市"]
    assert lines_of(server, H) == ["1.5", "一"]
    assert {G, H} <= set(server.graphs())
    server.drop(G)
    server.drop("http://example.org/never")
    server.keep(H)
    assert G not in server.graphs()
    assert H in server.graphs()


def test_without_a_graph_store_address_an_update_replaces(server: RemoteStore) -> None:
    plain = RemoteStore(server.query_url, server.update_url, None, server.user, server.password)
    plain.replace(G, ONE)
    plain.replace(G, TWO)
    assert lines_of(plain, G) == ["http://example.org/临江市"]


def test_answers_are_terms(server: RemoteStore) -> None:
    server.replace(G, ONE + TWO)
    answer = server.query(f"SELECT ?o ?none WHERE {{ GRAPH <{G}> {{ ?s ?p ?o }} }}")
    assert isinstance(answer, Solutions)
    assert answer.variables == ("o", "none")
    decimal = URIRef("http://www.w3.org/2001/XMLSchema#decimal")
    assert {row[0] for row in answer.rows} == {
        Literal("一", lang="zh"),
        Literal("1.5", datatype=decimal, normalize=False),
        URIRef("http://example.org/临江市"),
    }
    assert {row[1] for row in answer.rows} == {None}
    assert server.query(f"ASK {{ GRAPH <{G}> {{ ?s ?p ?o }} }}") is True
    assert server.query("ASK { GRAPH <http://example.org/never> { ?s ?p ?o } }") is False


def test_the_default_graph_is_the_union(server: RemoteStore) -> None:
    server.replace(G, ONE)
    server.replace(H, TWO)
    assert len(select(server, "SELECT ?o WHERE { <http://s> <http://p> ?o }")) == 3


def test_dump_gives_what_was_put_in(server: RemoteStore) -> None:
    server.replace(G, ONE)
    server.replace(H, TWO)
    dumped = [line for line in server.dump() if line.endswith((f"<{G}> .", f"<{H}> ."))]
    expected = [line.removesuffix(".") + f"<{G}> ." for line in ONE.splitlines()]
    assert sorted(dumped) == sorted([*expected, TWO.strip().removesuffix(".") + f"<{H}> ."])


def test_a_server_is_exported_as_the_store_at_home(server: RemoteStore) -> None:
    home = OxigraphStore()
    for store in (home, server):
        store.replace(f"{BASE}graph/g", ONE)
        store.replace(f"{BASE}graph/h", TWO)
    for form, export in EXPORTERS.items():
        assert b"".join(export(server)) == b"".join(export(home)), form


def test_a_line_separator_in_a_text_ends_no_line(oxigraph: RemoteStore) -> None:
    text = '<http://s> <http://p> "a\u2028b\x85c" .'
    oxigraph.replace(G, text)
    assert list(oxigraph.dump()) == [f"{text.removesuffix(' .')} <{G}> ."]
    oxigraph.drop(G)


def test_a_query_that_is_none_is_a_usage_error(server: RemoteStore) -> None:
    with pytest.raises(UsageError, match="the server refuses"):
        server.query("SELECT WHERE {{{")


EXAMPLES = {
    "agency": "临江市公安局",
    "undertaking": "全城一张图",
    "metric": "接入停车场数",
    "claim": "digest-2025.109-114",
}


def whole(line: str) -> str:
    """A line in which a whole decimal is an integer: Virtuoso 7.2.5 gives the one for the other."""
    return re.sub(r'("-?[0-9]+"\^\^<http://www\.w3\.org/2001/XMLSchema#)decimal>', r"\1integer>", line)


QUESTIONS = [
    f"SELECT ?c ?v WHERE {{ ?c a <{CJ.Claim}> ; <{CJ.value}> ?v }}",
    f"SELECT ?m (COUNT(?c) AS ?n) WHERE {{ ?c <{CJ.metric}> ?m }} GROUP BY ?m",
    f"SELECT ?c WHERE {{ VALUES ?unit {{ UNDEF }} ?c <{CJ.unit}> ?unit ; <{CJ.value}> ?v FILTER(?v > 1000) }}",
    "SELECT ?exact ?start WHERE { ?p <http://www.w3.org/ns/oa#exact> ?exact ; <http://www.w3.org/ns/oa#start> ?start }",
    # Virtuoso wants one end of a path to be known: it answers ?a org:subOrganizationOf+ ?b with an error.
    f"SELECT ?b WHERE {{ <{BASE}agency/临江市公安局江北分局> <{ORG}unitOf>/<{ORG}subOrganizationOf>+ ?b }}",
    f"SELECT ?edge WHERE {{ ?a <{CJ.leads}> ?edge }}",
]


def test_a_whole_city_gives_the_answers_of_the_embedded_store(
    server: RemoteStore, built: Path, city: Path, tmp_path: Path
) -> None:
    report = fill(server, CITY, options=Options(texts=TEXTS))
    assert len(report.loaded) == 3
    embedded = open_store(built)
    for question in QUESTIONS:
        expected = sorted(select(embedded, question))
        assert expected
        assert sorted(select(server, question)) == expected, question
    ours, theirs = graph_lines(embedded), graph_lines(server)
    for name, lines in ours.items():
        assert set(map(whole, lines)) == set(map(whole, theirs[name])), name
    again = fill(server, CITY, options=Options(texts=TEXTS))
    assert len(again.unchanged) == 3
    edit(claims(city), 2, {"note": "checked again"})
    changed = fill(server, city, options=Options(texts=TEXTS))
    assert changed.loaded == [DIGEST]
    edit(claims(city), 2, {"kind": "levle"})
    kept = graph_lines(server)[f"graph/document/{DIGEST}"]
    assert fill(server, city, options=Options(texts=TEXTS)).rejected == [DIGEST]
    assert graph_lines(server)[f"graph/document/{DIGEST}"] == kept
    assert list(tmp_path.glob("store*")) == []


def test_every_shipped_question_has_the_answer_of_the_embedded_store(oxigraph: RemoteStore, built: Path) -> None:
    """Oxigraph's server only: Virtuoso 7.2.5 answers some of the questions wrongly."""
    fill(oxigraph, CITY, options=Options(texts=TEXTS))
    here, there = KG.open(built), KG(oxigraph)
    for name, question in load_queries().items():
        known = {param.name: EXAMPLES[param.type] for param in question.params if param.type in EXAMPLES}
        for params in ({}, known):
            expected = here.ask(name, **params).texts()
            assert there.ask(name, **params).texts() == expected, (name, params)
    for graph in oxigraph.graphs():
        oxigraph.drop(graph)


def test_the_program_builds_into_a_server_and_asks_it(server: RemoteStore) -> None:
    addresses = ["--update-url", server.update_url or "", "--graph-url", server.graph_store_url or ""]
    secrets = {"KG_USER": server.user, "KG_PASSWORD": server.password or ""} if server.user else {}
    done = run("build", CITY, "-s", server.query_url, *addresses, environment=secrets)
    assert done.returncode == 0, done.stderr
    question = f"SELECT (COUNT(?c) AS ?n) WHERE {{ ?c a <{CJ.Claim}> }}"
    open_url = server.query_url.replace("/sparql-auth", "/sparql")
    asked = run("sparql", question, "-s", open_url, "-f", "csv")
    assert asked.stdout.splitlines()[1:] == ["30"], asked.stderr
    kg = KG.open(open_url)
    assert (
        kg.lexicon.label("https://w3id.org/chengjidan/agency/临江市公安局", "en") == "Linjiang Public Security Bureau"
    )


def test_a_large_graph_reaches_the_server_whole(server: RemoteStore) -> None:
    graph = f"{BASE}graph/large"
    row = '<{base}thing/{n}> <http://purl.org/dc/terms/title> "第{n}项" .\n'
    many = "".join(row.format(base=BASE, n=number) for number in range(6000))
    server.replace(graph, many)
    answer = server.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    server.drop(graph)
    assert isinstance(answer, Solutions)
    assert str(answer.rows[0][0]) == "6000"


def test_blank_nodes_of_other_peoples_graphs_are_read(oxigraph: RemoteStore) -> None:
    oxigraph.replace(G, '_:b <http://p> "x" .\n')
    answer = oxigraph.query(f"SELECT ?s WHERE {{ GRAPH <{G}> {{ ?s ?p ?o }} }}")
    assert isinstance(answer, Solutions)
    assert isinstance(answer.rows[0][0], BNode)
    oxigraph.drop(G)


def test_a_server_that_is_not_there_is_told() -> None:
    url = f"http://127.0.0.1:{free_port()}/query"
    store = RemoteStore(url, url, url)
    for call in (lambda: store.query("ASK {}"), lambda: store.drop(G), lambda: store.replace(G, ONE)):
        with pytest.raises(UnreadableError, match=r"服务器没有应答.*no good answer") as caught:
            call()
        assert caught.value.exit_code == 3


def test_a_wrong_password_is_told(virtuoso: RemoteStore) -> None:
    wrong = RemoteStore(virtuoso.query_url, virtuoso.update_url, virtuoso.graph_store_url, "dba", "wrong")
    with pytest.raises(UnreadableError, match="no good answer"):
        wrong.replace(G, ONE)
    assert "wrong" not in repr(wrong)


def test_a_store_without_an_update_address_can_be_asked_only(oxigraph: RemoteStore) -> None:
    reader = RemoteStore(oxigraph.query_url)
    assert reader.query("ASK {}") is True
    with pytest.raises(UsageError, match="no update address"):
        reader.drop(G)


def test_only_http_is_spoken() -> None:
    with pytest.raises(UsageError, match="not an http address"):
        RemoteStore("http://x", "http://x", "file:///etc/passwd").replace(G, ONE)

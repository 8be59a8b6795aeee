"""Free queries: nothing reaches outside the store or breaks the engine, and words alone are no offence."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from kg.errors import KgError, LimitError, UsageError
from kg.guard import MAX_BYTES, MAX_DEPTH, MAX_PATTERNS, check_query
from kg.session import KG
from kg.store import OxigraphStore

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICE = "SERVICE <http://127.0.0.1:{port}/sparql> {{ ?a ?b ?c }}"

REACHING = [
    "SELECT * WHERE {{ {service} }}",
    "SELECT * {{ {service} }}",
    "SELECT * WHERE {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ service <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ VALUES ?u {{ <http://127.0.0.1:{port}/> }} SERVICE ?u {{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ OPTIONAL {{ {service} }} }}",
    "SELECT * WHERE {{ {{ ?s ?p ?o }} UNION {{ {service} }} }}",
    "SELECT * WHERE {{ GRAPH ?g {{ {service} }} }}",
    "SELECT * WHERE {{ ?s ?p ?o MINUS {{ {service} }} }}",
    "SELECT * WHERE {{ {{ SELECT * WHERE {{ {service} }} }} }}",
    "SELECT * WHERE {{ {{ SELECT * WHERE {{ {{ SELECT * WHERE {{ {service} }} }} }} }} }}",
    "SELECT * WHERE {{ ?s ?p ?o FILTER EXISTS {{ {service} }} }}",
    "SELECT * WHERE {{ ?s ?p ?o FILTER NOT EXISTS {{ {service} }} }}",
    "SELECT * WHERE {{ ?s ?p ?o FILTER(1 = 1 && (false || EXISTS {{ {service} }})) }}",
    "SELECT (IF(EXISTS {{ {service} }}, 1, 2) AS ?x) WHERE {{}}",
    "SELECT * WHERE {{ BIND(EXISTS {{ {service} }} AS ?x) }}",
    "SELECT ?s WHERE {{ ?s ?p ?o }} GROUP BY ?s HAVING (EXISTS {{ {service} }})",
    "SELECT ?s WHERE {{ ?s ?p ?o }} ORDER BY (EXISTS {{ {service} }})",
    "ASK {{ {service} }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {service} }}",
    "DESCRIBE ?s WHERE {{ {service} }}",
    "SELECT * WHERE {{ ?s ?p ?o #\r {service}\n }}",
    "SELECT * WHERE {{ ?s ?p ?o # '\n {service} # '\n }}",
    'SELECT * WHERE {{ ?s ?p "#" . {service} }}',
    "SELECT * WHERE {{ ?s <http://x#y> ?o . {service} }}",
    "PREFIX service: <http://x/>\nSELECT * WHERE {{ ?s service:x ?o . {service} }}",
    "SELECT * FROM <http://127.0.0.1:{port}/> WHERE {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <http://127.0.0.1:{port}/> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "ASK FROM <file:///etc/passwd> {{ ?s ?p ?o }}",
    "CONSTRUCT {{ ?s ?p ?o }} FROM <http://127.0.0.1:{port}/> WHERE {{ ?s ?p ?o }}",
    "DESCRIBE <http://x> FROM <http://127.0.0.1:{port}/>",
    "LOAD <http://127.0.0.1:{port}/>",
    "LOAD SILENT <file:///etc/passwd> INTO GRAPH <http://g>",
    "INSERT DATA {{ <http://s> <http://p> <http://o> }}",
    "DELETE WHERE {{ ?s ?p ?o }}",
    "DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 1 }} WHERE {{ ?s ?p ?o }}",
    "DROP ALL",
    "CLEAR DEFAULT",
    "CREATE GRAPH <http://g>",
    "COPY <http://g> TO <http://h>",
    "SELECT * WHERE {{ ?s ?p ?o }} ; DROP ALL",
    "ASK {{}} ; INSERT DATA {{ <http://s> <http://p> 1 }}",
]


class Listener:
    """A port of this machine that counts who calls."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.calls = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    it = Listener()
    yield it
    it.close()


@pytest.mark.parametrize("pattern", REACHING)
def test_what_reaches_outside_or_changes_is_refused_and_calls_nobody(pattern: str, listener: Listener) -> None:
    query = pattern.format(port=listener.port, service=SERVICE.format(port=listener.port))
    store = OxigraphStore()
    with pytest.raises(UsageError) as caught:
        KG(store).sparql(query)
    assert caught.value.zh
    assert caught.value.en
    assert listener.calls == 0
    assert list(store.dump()) == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service ?from ?load WHERE { ?service ?from ?load }",
        'SELECT * WHERE { ?s ?p "SERVICE <http://x> { ?s ?p ?o }" }',
        "SELECT * WHERE { ?s ?p 'DROP ALL; LOAD <x>' }",
        'SELECT * WHERE { ?s ?p """FROM <http://x>\n{{{{ SERVICE""" }',
        "SELECT * WHERE { ?s ?p ?o } # SERVICE <http://x> { }",
        "# FROM NAMED\nSELECT * WHERE { ?s ?p ?o }",
        "SELECT * WHERE { ?s <http://example.org/SERVICE#FROM> <urn:LOAD:{x}> }".replace("{x}", "x"),
        "PREFIX load: <http://x/> SELECT * WHERE { ?s load:from load:service }",
        "SELECT * WHERE { ?s ?p ?o FILTER(CONTAINS(STR(?o), 'INSERT DATA')) }",
        "SELECT * WHERE { { ?s ?p ?o } UNION { ?o ?p ?s } OPTIONAL { ?s ?p ?x } MINUS { ?s ?p 1 } }",
        "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g HAVING(COUNT(*) > 1) ORDER BY ?g",
        "ASK { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DESCRIBE <http://x>",
        "SELECT * WHERE { ?s <http://a>/<http://b>*|^<http://c>+ ?o }",
        "SELECT * WHERE { ?s ?p '''{{{(((''' , \"[[[\" }",
    ],
)
def test_an_honest_query_is_let_through(query: str) -> None:
    check_query(query)
    OxigraphStore().query(query)


@pytest.mark.parametrize("query", ["", "SELECT", "hello", "SELECT * WHERE {", "SELECT * WHERE { ?s ?p }", "\0"])
def test_what_is_no_query_is_refused_with_its_place(query: str) -> None:
    with pytest.raises(UsageError, match=r"not a SPARQL query \(line \d+, column \d+\)"):
        check_query(query)


def nested(opening: str, closing: str, depth: int) -> str:
    return f"SELECT * WHERE {{ {opening * depth} ?s ?p ?o {closing * depth} }}"


@pytest.mark.parametrize(
    "query",
    [
        nested("{", "}", 300),
        nested("{", "}", 2300),
        nested("{", "}", MAX_DEPTH - 10),  # the parser gives up before the limit does
        f"SELECT * WHERE {{ ?s ?p ?o FILTER({'(' * 5000}1{')' * 5000}) }}",
        f"SELECT * WHERE {{ ?s ?p {'[ <http://p> ' * 500} 1 {']' * 500} }}",
        "SELECT * WHERE { " + "?s ?p ?o . " * (MAX_PATTERNS + 1) + "}",
        "SELECT * WHERE { " + " UNION ".join(["{ ?s ?p ?o }"] * (MAX_PATTERNS + 2)) + "}",
        "SELECT * WHERE { ?s ?p ?o FILTER(" + " || ".join(["?o = 1"] * (MAX_PATTERNS + 2)) + ") }",
        "SELECT * WHERE { BIND(" + "+".join(["1"] * 5000) + " AS ?x) }",
        "SELECT * WHERE { ?s " + "/".join(["<http://p>"] * 300) + " ?o }",
        "SELECT * WHERE { ?s ?p ?o } # " + "x" * MAX_BYTES,
        "SELECT * WHERE { ?s ?p '" + "长" * (MAX_BYTES // 3) + "' }",
    ],
)
def test_a_query_that_could_break_the_engine_is_refused(query: str) -> None:
    with pytest.raises(LimitError) as caught:
        check_query(query)
    assert caught.value.exit_code == 4


def test_brackets_in_strings_have_no_depth() -> None:
    check_query("SELECT * WHERE { ?s ?p '" + "{" * 1000 + "' }")


@pytest.mark.parametrize("depth", [1, 5, 15])
def test_a_fair_depth_is_let_through(depth: int) -> None:
    check_query(nested("{", "}", depth))


def test_half_a_character_is_no_crash() -> None:
    with pytest.raises(KgError):
        check_query("SELECT * WHERE { ?s ?p '\ud800' ")

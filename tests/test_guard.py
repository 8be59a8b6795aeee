"""Free queries: nothing reaches outside the store or breaks the engine, and words alone are no offence."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.errors import KgError, LimitError, UsageError
from kg.guard import MAX_BYTES, MAX_DEPTH, MAX_PATTERNS, check_query, check_read
from kg.session import KG
from kg.store import OxigraphStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


HIDING = [
    # rdflib reads the escapes before it parses, and then sees one long string; Oxigraph sees two short ones.
    r'SELECT * { ?s ?p "\u0022" . {service} ?x ?y "\u0022" }',
    r"SELECT * { ?s ?p '\u0027' . {service} ?x ?y '\U00000027' }",
    r'SELECT * { ?s ?p "\\\u0022" . {service} ?x ?y "\u0022" }',
    # What looks like an IRI is a comparison and a comment, and what looks like a string is behind the comment.
    'SELECT * { ?s ?p ?o FILTER(?o<?o#>"""\n) {service} #""")\n }',
    "PREFIX a: <http://a/> SELECT * { ?s ?p a:b# '''\n {service} # '''\n }",
    "SELECT * { ?s ?p <urn:it's> . {service} ?s ?p 's' }",
]


@pytest.mark.parametrize("pattern", HIDING)
def test_what_reaches_outside_hides_behind_no_escape_and_no_comment(pattern: str, listener: Listener) -> None:
    query = pattern.replace("{service}", SERVICE.format(port=listener.port))
    with pytest.raises(UsageError):
        check_query(query)
    assert not (passes(check_read, query) and passes(OxigraphStore().query, query))
    assert listener.calls == 0


def test_what_reads_escapes_first_is_not_asked_what_it_would_read_so() -> None:
    query = r'SELECT * { ?s ?p "\u0022 . SERVICE <http://x/> { ?a ?b ?c } ?x ?y \u0022" }'
    assert check_read(query) is False  # for Oxigraph it is a string
    with pytest.raises(UsageError, match="SERVICE is refused"):
        check_query(query)


PARTS = st.sampled_from(
    [
        *('"', "'", '"""', "'''", "\\", "\\u0022", "\\u0027", "\\u005C", "\\u000A", "#", "\n", "\r"),
        *("<", ">", "<http://x#y>", "<urn:it's>", " ", "a:b", "?o", "1", "{", "}", "(", ")"),
        *(" . ", " ?s ?p ", " FILTER(?o", " UNION ", "{service}", "{service}", "OPTIONAL {", "GRAPH ?g {"),
    ]
)


@settings(max_examples=500)
@given(st.lists(PARTS, max_size=12))
@example(['"', "\\u0022", '" . ', "{service}", ' ?x ?y "', "\\u0022", '"'])
@example(['"', "{service}", '"'])
def test_where_the_word_is_let_through_the_engine_reads_no_keyword(parts: list[str]) -> None:
    text = f"PREFIX a: <http://a/> SELECT * {{ ?s ?p {''.join(parts)} }} LIMIT 0"
    query, spoilt = (
        text.replace("{service}", f"{word} <http://127.0.0.1:1/> {{ }}") for word in ("SERVICE", "SARVICE")
    )
    for check in (check_query, check_read):
        if passes(check, query):
            assert passes(OxigraphStore().query, query) == passes(OxigraphStore().query, spoilt)


def passes(function: Callable[[str], object], text: str) -> bool:
    try:
        function(text)
    except KgError:
        return False
    return True


READ = [
    "SELECT * {{ ?s <http://www.w3.org/ns/prov#wasQuotedFrom> ?o }}",
    "SELECT ?from {{ ?s ?from 'SERVICE' }} # FROM <file:///etc/passwd>",
    "ASK {{ ?s ?p <http://x/services/FROM> }}",
]


@pytest.mark.parametrize("pattern", REACHING)
def test_the_embedded_engine_is_asked_for_nothing_that_reaches_outside(pattern: str, listener: Listener) -> None:
    query = pattern.format(port=listener.port, service=SERVICE.format(port=listener.port))
    store = OxigraphStore()
    # FROM is the name of a graph there, and an update is no query.
    let_through = passes(check_read, query) and passes(store.query, query)
    assert let_through == ("FROM <http" in query or "FROM NAMED <http" in query)
    assert listener.calls == 0
    assert list(store.dump()) == []


@pytest.mark.parametrize("pattern", READ)
def test_words_alone_are_no_offence_to_a_reader_either(pattern: str) -> None:
    assert check_read(pattern.format()) is False


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("ASK FROM <http://g> { ?s ?p ?o }", True),
        ("ASK FROM NAMED <urn:g> { ?s ?p ?o }", True),
        ("PREFIX : <http://x/> SELECT * FROM :g FROM NAMED <http://h> { ?s ?p ?o }", True),
        ("SELECT*FROM<http://g>{?s ?p ?o}", True),
        ("CONSTRUCT FROM <http://g> WHERE { ?s ?p ?o }", True),
        ("SELECT ?from { ?s ?from ?o }", False),
    ],
)
def test_a_reader_is_told_whether_the_query_names_its_dataset(query: str, named: bool) -> None:
    assert check_read(query) is named


@pytest.mark.parametrize("name", ["<file:///etc/passwd>", "<passwd>", "f:passwd", "<>"])
def test_from_takes_addresses_only(name: str) -> None:
    for clause in ("FROM", "from named"):
        with pytest.raises(UsageError, match="name a graph of this store"):
            check_read(f"PREFIX f: <file:///etc/> SELECT * {clause} {name} {{ ?s ?p ?o }}")


def test_a_reader_refuses_size_and_depth_without_parsing() -> None:
    for query in (nested("{", "}", 300), "ASK { ?s ?p '" + "x" * MAX_BYTES + "' }"):
        with pytest.raises(LimitError):
            check_read(query)
    assert check_read("ASK { ?s ?p '" + "{" * 1000 + "|" * 1000 + "' }") is False

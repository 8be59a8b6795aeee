"""The endpoint as its clients meet it: the cases of the W3C suite, then what the suite leaves out."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import httpx
import pyoxigraph as ox
import pytest
import yaml
from helpers import dump
from live import DATA, live, made

from kg.guard import MAX_BYTES, check_query
from kg.store import open_store
from kg.web.negotiation import GRAPHIC, TABULAR
from kg.web.pool import Limits
from kg.web.site import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("protocol-cases.yaml").read_text("utf-8"))
ROWS, TRUTHS, GRAPHS = (
    {it.media for it in TABULAR},
    {it.media for it in TABULAR if it.name in {"json", "xml"}},
    {it.media for it in GRAPHIC},
)
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("suite") / "store")


@pytest.fixture(scope="module")
def cases(suite: Path) -> Iterator[httpx.Client]:
    """A site with the graphs of the W3C cases."""
    with live(Settings(store=suite, limits=Limits(seconds=3.0))) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture(scope="module")
def city(built: Path) -> Iterator[httpx.Client]:
    """A site with the invented city."""
    with live(Settings(store=built)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def test_every_case_of_the_suite_is_here() -> None:
    assert len(CASES) == 34
    assert sum(not case.get("writes") for case in CASES.values()) == 20


@pytest.mark.parametrize("name", CASES)
def test_w3c(cases: httpx.Client, suite: Path, name: str) -> None:
    case = CASES[name]
    before = dump(suite)
    answer = _sent(cases, case)
    if case.get("writes") or case["expect"] == "refusal":
        assert 400 <= answer.status_code < 500
        assert dump(suite) == before
        return
    assert answer.status_code == 200, answer.text
    media = _media(answer)
    if case["expect"] == "graph":
        assert media in GRAPHS
        ox.parse(input=answer.content, format=ox.RdfFormat.from_media_type(media))
    else:
        assert media in (ROWS if case["expect"] == "tabular" else TRUTHS)
        if case["expect"] != "tabular":
            assert isinstance(answer.json()["boolean"], bool)
    if case["expect"] == "true":
        assert answer.json()["boolean"] is True


def _sent(client: httpx.Client, case: dict[str, Any]) -> httpx.Response:
    parts = {key: _full(case[key]) for key in ("url", "form", "body") if key in case}
    headers = {"Content-Type": case["type"]} if "type" in case else {}
    body = b""
    if "form" in parts:
        headers, body = {"Content-Type": FORM}, urlencode(parts["form"], doseq=True).encode()
    elif "body" in parts:
        body = parts["body"].encode(case.get("encoding", "utf-8"))
    query = f"?{urlencode(parts['url'], doseq=True)}" if "url" in parts else ""
    return client.request(case["method"], f"/sparql{query}", headers=headers, content=body or None)


def _full(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"data:(?=data\d)", DATA, value)
    return {key: [_full(it) for it in own] for key, own in value.items()}


def _media(answer: httpx.Response) -> str:
    return str(answer.headers["content-type"]).partition(";")[0]


def _ask(client: httpx.Client, query: str, accept: str = "*/*", **params: str | list[str]) -> httpx.Response:
    return client.get("/sparql", params={"query": query, **params}, headers={"Accept": accept})


def _one(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    (row,) = answer.json()["results"]["bindings"]
    (cell,) = row.values()
    return str(cell["value"])


@pytest.mark.parametrize("text", ["100%25 and %41", "a+b c&d=e;f#g", "全市“一个停车场”", "%", "\U0001f600"])
def test_a_query_is_decoded_just_once(cases: httpx.Client, text: str) -> None:
    query = f"SELECT ('{text}' AS ?x) {{}}"
    assert _one(_ask(cases, query)) == text
    assert _one(cases.post("/sparql", data={"query": query})) == text
    assert _one(cases.post("/sparql", content=query.encode(), headers={"Content-Type": QUERY})) == text
    typed = {"Content-Type": f"{FORM.upper()}; charset=UTF-8"}
    assert _one(cases.post("/sparql", content=f"query={quote(query)}", headers=typed)) == text
    assert _one(cases.post("/sparql/", data={"query": query})) == text


def _rows(answer: httpx.Response) -> list[list[str]]:
    """The cells of an answer in any of the tabular forms, as bare texts."""
    media = _media(answer)
    if media == "text/csv":
        return list(csv.reader(io.StringIO(answer.text)))[1:]
    if media == "text/tab-separated-values":
        return [[cell.strip('<>"') for cell in line.split("\t")] for line in answer.text.splitlines()[1:]]
    found = ox.parse_query_results(input=answer.content, format=ox.QueryResultsFormat.from_media_type(media))
    assert isinstance(found, ox.QuerySolutions)
    return [[cell.value for cell in row] for row in found]


@pytest.mark.parametrize("form", TABULAR, ids=lambda it: it.name)
def test_every_form_of_rows(cases: httpx.Client, form: Any) -> None:
    query = "SELECT ?s ?x WHERE { ?s a ?type BIND('停车' AS ?x) } ORDER BY ?s"
    wanted = [[f"{DATA}data{number}.rdf", "停车"] for number in (1, 2, 3)]
    for answer in (
        _ask(cases, query, form.media),
        _ask(cases, query, "text/turtle", format=form.name),
        _ask(cases, query, "text/turtle", format=form.media),
        _ask(cases, query, f"text/turtle, image/*;q=0.9, {form.media};q=0.3"),
        cases.post("/sparql", data={"query": query, "format": form.name}),
        cases.post("/sparql", data={"query": query}, headers={"Accept": form.media}),
    ):
        assert answer.status_code == 200, answer.text
        assert _media(answer) == form.media
        assert _rows(answer) == wanted


@pytest.mark.parametrize("form", GRAPHIC, ids=lambda it: it.name)
def test_every_form_of_triples(cases: httpx.Client, suite: Path, form: Any) -> None:
    whole = {line.rpartition(" <")[0] for line in dump(suite)}
    for query in (ALL, f"DESCRIBE <{DATA}data1.rdf> <{DATA}data2.rdf> <{DATA}data3.rdf>"):
        for answer in (
            _ask(cases, query, form.media),
            _ask(cases, query, "text/csv", format=form.name),
            cases.post("/sparql", data={"query": query, "format": form.suffix}),
        ):
            assert answer.status_code == 200, answer.text
            assert _media(answer) == form.media
            parsed = ox.parse(input=answer.content, format=ox.RdfFormat.from_media_type(form.media))
            assert {f"{it.subject} {it.predicate} {it.object}" for it in parsed} == whole


def test_truth_values(cases: httpx.Client) -> None:
    assert _ask(cases, "ASK { ?s ?p ?o }", "application/sparql-results+json").json()["boolean"] is True
    answer = _ask(cases, "ASK { ?s ?p 1 }", "application/sparql-results+xml")
    assert _media(answer) == "application/sparql-results+xml"
    assert "<boolean>false</boolean>" in answer.text


@pytest.mark.parametrize(
    ("query", "accept", "params", "status"),
    [
        ("SELECT * {}", "text/turtle", {}, 406),
        ("ASK {}", "application/rdf+xml, application/ld+json", {}, 406),
        (ALL, "text/csv", {}, 406),
        ("DESCRIBE <http://a/>", "application/sparql-results+json", {}, 406),
        ("SELECT * {}", "*/*", {"format": "ttl"}, 406),
        (ALL, "*/*", {"format": "csv"}, 406),
        ("SELECT * {}", "image/png", {}, 406),
        ("SELECT * {}", "*/*;q=0", {}, 406),
        ("SELECT * {}", "*/*", {"format": "zip"}, 400),
        ("SELECT * {}", "text/turtle, application/sparql-results+xml;q=0.1", {}, 200),
        (ALL, "text/csv, application/n-triples;q=0.1", {}, 200),
        (ALL, "*/*", {"format": "json"}, 200),
        (ALL, "*/*", {"format": "xml"}, 200),
        ("SELECT * {}", "image/png", {"format": "json"}, 200),
    ],
)
def test_the_form_fits_the_answer_or_is_refused(
    cases: httpx.Client, query: str, accept: str, params: dict[str, str], status: int
) -> None:
    answer = _ask(cases, query, accept, **params)
    assert answer.status_code == status
    if status == 200:
        assert _media(answer) in (GRAPHS if query == ALL else ROWS)
    else:
        _tells(answer)


def _tells(answer: httpx.Response) -> None:
    """An error says what is wrong on a Chinese and an English line of plain text."""
    assert _media(answer) == "text/plain"
    zh, en = answer.text.splitlines()[:2]
    assert re.search("[\u4e00-\u9fff]", zh)
    assert re.search("[a-z]{3}", en)


UPDATE = "INSERT DATA { GRAPH <http://a/g> { <http://a/s> <http://a/p> 1 } }"


@pytest.mark.parametrize(
    ("method", "url", "headers", "body"),
    [
        ("GET", f"?update={quote(UPDATE)}", {}, None),
        ("GET", f"?update={quote(UPDATE)}&query=ASK%20%7B%7D", {}, None),
        ("GET", f"?query={quote(UPDATE)}", {}, None),
        ("GET", f"?query={quote('LOAD <file:///etc/passwd>')}", {}, None),
        ("POST", "", {"Content-Type": FORM}, f"update={quote(UPDATE)}"),
        ("POST", "", {"Content-Type": FORM}, f"query=ASK%20%7B%7D&update={quote(UPDATE)}"),
        ("POST", "", {"Content-Type": FORM}, f"query={quote(UPDATE)}"),
        ("POST", "", {"Content-Type": FORM, "Origin": "https://elsewhere.example"}, f"update={quote(UPDATE)}"),
        ("POST", "", {"Content-Type": "application/sparql-update"}, UPDATE),
        ("POST", "", {"Content-Type": "application/sparql-update; charset=utf-8"}, UPDATE),
        ("POST", f"?update={quote(UPDATE)}", {"Content-Type": QUERY}, "ASK {}"),
        ("POST", "", {"Content-Type": QUERY}, UPDATE),
        ("POST", "", {"Content-Type": QUERY}, f"ASK {{}} ; {UPDATE}"),
        ("PUT", "?graph=http://a/g", {"Content-Type": "text/turtle"}, "<http://a/s> <http://a/p> 1 ."),
        ("DELETE", "?graph=http://a/g", {}, None),
        ("PATCH", "", {"Content-Type": "application/sparql-update"}, UPDATE),
    ],
)
def test_no_way_to_write(
    cases: httpx.Client, suite: Path, method: str, url: str, headers: dict[str, str], body: str | None
) -> None:
    before = dump(suite)
    answer = cases.request(method, f"/sparql{url}", headers=headers, content=body)
    assert 400 <= answer.status_code < 500
    assert dump(suite) == before
    assert _ask(cases, "ASK { GRAPH <http://a/g> { ?s ?p ?o } }").json()["boolean"] is False


def _post(client: httpx.Client, body: bytes | str, media: str | None, **headers: str) -> httpx.Response:
    typed = {"Content-Type": media} if media else {}
    return client.post("/sparql", content=body, headers={**typed, **headers})


def test_bodies_that_are_not_read(cases: httpx.Client) -> None:
    for media in (
        None,
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/sparql-query-x",
    ):
        assert _post(cases, "ASK {}", media).status_code == 415
    for charset in ("utf-16", "gbk", '"latin1"'):
        assert _post(cases, "ASK {}", f"{QUERY}; charset={charset}").status_code == 415
    assert _post(cases, "ASK {}", QUERY, **{"Content-Encoding": "gzip"}).status_code == 415
    for charset in ("utf-8", "UTF-8", '"utf-8"'):
        assert _post(cases, "ASK {}", f"{QUERY}; charset={charset}").status_code == 200


def test_what_is_too_large(cases: httpx.Client) -> None:
    long = f"ASK {{}} # {'x' * MAX_BYTES}"
    assert _post(cases, long, QUERY).status_code == 400
    assert cases.post("/sparql", data={"query": long}).status_code == 400
    assert _post(cases, "ASK {} #" + "x" * 5 * MAX_BYTES, QUERY).status_code == 413
    wide = f"ASK {{}} # {'车' * (MAX_BYTES // 3 - 10)}"
    assert cases.post("/sparql", data={"query": wide}).status_code == 200
    many = {"query": "ASK {}", **{f"p{number}": "" for number in range(300)}}
    assert cases.post("/sparql", data=many).status_code == 400
    deep = "ASK " + "{" * 3000 + "}" * 3000
    assert cases.post("/sparql", data={"query": deep}).status_code == 400


def test_what_is_not_utf8(cases: httpx.Client) -> None:
    for answer in (
        cases.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%FF%22%20%7D"),
        _post(cases, "query=ASK%20%7B%20%3Fs%20%3Fp%20%22%FF%22%20%7D", FORM),
        _post(cases, b'ASK { ?s ?p "\xff" }', QUERY),
        _post(cases, b'query=ASK { ?s ?p "\xff" }', FORM),
    ):
        assert answer.status_code == 400
        _tells(answer)


def test_there_is_just_one_query(cases: httpx.Client) -> None:
    for answer in (
        _post(cases, "", FORM),
        _post(cases, "", QUERY),
        _post(cases, "quer=ASK", FORM),
        _post(cases, "query=", FORM),
        cases.get("/sparql?query="),
        cases.get("/sparql?query=%20"),
        cases.get("/sparql?query=ASK{}&query=ASK{}"),
        cases.post("/sparql?query=ASK{}", data={"query": "ASK {}"}),
        cases.post("/sparql?query=ASK{}", content="ASK {}", headers={"Content-Type": QUERY}),
    ):
        assert answer.status_code == 400
        _tells(answer)
    assert cases.post("/sparql?query=ASK{}", headers={"Content-Type": FORM}).status_code == 200
    assert cases.get("/sparql?ac=1&query=ASK{}&timeout=5").status_code == 200  # what is not known is passed over


def test_where_a_query_is_wrong(cases: httpx.Client) -> None:
    for query in ("SELECT * WHERE {\n  ?s ?p ?o .\n  ?s ?\n}", "SELECT ?x WHERE {\n ?s ?p ?o\n ?x }"):
        answer = _ask(cases, query)
        assert answer.status_code == 400
        _tells(answer)
        assert re.search(r"第 [234] 行", answer.text)
        assert re.search(r"line [234], column \d", answer.text)


def test_a_query_reaches_nothing_outside(cases: httpx.Client) -> None:
    for query in (
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    ):
        assert _ask(cases, query).status_code == 400
    answer = _ask(cases, "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }")
    assert answer.status_code == 400 or answer.json()["results"]["bindings"] == []


def test_the_graphs_that_a_request_names(cases: httpx.Client) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    one, two, none = f"{DATA}data1.rdf", f"{DATA}data2.rdf", "http://a/none"
    assert _one(_ask(cases, count)) == "3"
    assert _one(_ask(cases, named)) == "3"
    for wanted, default, graphs in (
        (("1", "0"), [one], []),
        (("2", "0"), [one, two], []),
        (("0", "0"), [none], []),
        (("0", "1"), [], [one]),
        (("1", "2"), [one], [one, two]),
    ):
        params: dict[str, Any] = {"default-graph-uri": default, "named-graph-uri": graphs}
        assert (_one(_ask(cases, count, **params)), _one(_ask(cases, named, **params))) == wanted
        body = {"query": count, **params}
        assert _one(cases.post("/sparql", data=body)) == wanted[0]
    for bad in ("data1.rdf", "http://a/ b", ""):
        answer = _ask(cases, count, **{"default-graph-uri": bad})
        assert answer.status_code == 400
        _tells(answer)


def test_reads_of_strangers_are_allowed_without_credentials(cases: httpx.Client) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    asked = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = cases.options("/sparql", headers=asked)
    assert preflight.status_code in {200, 204}
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "content-type" in preflight.headers["access-control-allow-headers"].lower()
    for answer in (
        preflight,
        cases.get("/sparql?query=ASK{}", headers=origin),
        cases.get("/sparql?query=", headers=origin),
    ):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


def test_head_is_get_without_its_body(cases: httpx.Client) -> None:
    for url in ("/sparql?query=ASK{}", "/sparql", "/.well-known/void", "/void.ttl", "/sparql/examples.json"):
        head, get = cases.head(url), cases.get(url)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "etag", "vary"):
            assert head.headers[name] == get.headers[name]


def test_what_a_client_holds_is_not_sent_again(cases: httpx.Client) -> None:
    first = _ask(cases, ALL, "text/turtle")
    assert "accept" in first.headers["vary"].lower()
    again = cases.get(
        "/sparql", params={"query": ALL}, headers={"Accept": "text/turtle", "If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert _ask(cases, ALL, "application/n-triples").headers["etag"] != first.headers["etag"]
    assert cases.post("/sparql", data={"query": ALL}).headers["cache-control"] == "no-store"


def test_an_answer_is_whole(city: httpx.Client, built: Path) -> None:
    whole = {line.rpartition(" <")[0] for line in dump(built)}
    answer = _ask(city, ALL, "application/n-triples")
    assert answer.status_code == 200
    assert {line.removesuffix(" .") for line in answer.text.splitlines()} == whole
    assert len(_rows(_ask(city, "SELECT * { GRAPH ?g { ?s ?p ?o } }", "text/csv"))) == len(dump(built))


def test_a_slow_query_is_ended_and_holds_nobody_up(cases: httpx.Client) -> None:
    values = " ".join(f"({number})" for number in range(200))
    slow = "SELECT (COUNT(*) AS ?n) {" + "".join(f" VALUES (?v{x}) {{ {values} }}" for x in range(6)) + "}"
    ended: list[httpx.Response] = []
    other = threading.Thread(
        target=lambda: ended.append(httpx.post(f"{cases.base_url}/sparql", data={"query": slow}, timeout=30))
    )
    other.start()
    time.sleep(0.3)
    began = time.perf_counter()
    assert _ask(cases, ALL, format="ttl").status_code == 200
    assert cases.get("/sparql?format=ttl").status_code == 200
    assert time.perf_counter() - began < 2
    other.join(timeout=30)
    assert [it.status_code for it in ended] == [504]


HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_the_page_works_without_scripts(city: httpx.Client) -> None:
    page = city.get("/sparql", headers=HTML)
    assert _media(page) == "text/html"
    assert re.search(r'<form[^>]*method="post"[^>]*action="/sparql"', page.text)
    text = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)[1])  # type: ignore[index]
    answer = city.post("/sparql", data={"query": text, "format": "html"}, headers=HTML)
    assert answer.status_code == 200
    assert re.search(r"<th[^>]*>claims</th>", answer.text)
    assert len(re.findall("<tr>", answer.text)) > 2
    assert city.post("/sparql", data={"query": text, "format": "csv"}, headers=HTML).text.startswith(
        "agency,name,claims"
    )
    example = html.unescape(re.findall(r'<li><a href="(/sparql\?query=[^"]+)"', page.text)[0])
    assert "<table" in city.get(example, headers=HTML).text


def test_every_kind_of_answer_as_a_page(city: httpx.Client) -> None:
    assert re.search(r'class="truth">[^<]*<code>true', _ask(city, "ASK {}", HTML["Accept"]).text)
    turtle = _ask(city, "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 3", HTML["Accept"])
    assert re.search(r"<pre[^>]*><code>@prefix [^<]* a [a-z]+:\w+ \.", turtle.text)
    english = _ask(city, "SELECT * { ?s a ?o } LIMIT 2", HTML["Accept"], lang="en")
    assert '<html lang="en">' in english.text
    assert "Answer" in english.text
    long = _ask(city, "SELECT * { ?s ?p ?o } LIMIT 600", HTML["Accept"])
    assert long.text.count("<tr>") == 501


def test_a_wrong_query_stands_in_the_page_as_it_was(city: httpx.Client) -> None:
    query = 'SELECT * { ?s ?p "</textarea><script>alert(1)</script>" '
    answer = city.post("/sparql", data={"query": query}, headers=HTML)
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
    assert html.escape(query, quote=False).split('"')[0] in answer.text
    assert 'role="alert"' in answer.text


def test_the_examples_are_the_saved_questions(city: httpx.Client) -> None:
    zh, en = city.get("/sparql/examples.json?lang=zh").json(), city.get("/sparql/examples.json?lang=en").json()
    assert [it["name"] for it in zh] == [it["name"] for it in en]
    assert len(zh) > 10
    assert all(re.search("[\u4e00-\u9fff]", it["title"]) for it in zh)
    assert all(re.fullmatch(r"[\x20-\x7e]+", it["title"]) for it in en)
    for it in zh:
        assert "#+" not in it["query"]
        check_query(it["query"])


def test_below_a_prefix(suite: Path) -> None:
    settings = Settings(store=suite, base_url="https://city.example/kg")
    with live(settings) as address, httpx.Client(base_url=address) as client:
        assert client.get("/kg/sparql?query=ASK{}").json()["boolean"] is True
        page = client.get("/kg/sparql", headers=HTML).text
        assert 'action="/kg/sparql"' in page
        assert 'data-endpoint="/kg/sparql"' in page
        assert "<https://city.example/kg/sparql>" in client.get("/kg/void.ttl").text


def test_the_store_of_the_suite_is_what_the_cases_say(suite: Path) -> None:
    assert open_store(suite).graphs() == [f"{DATA}data{number}.rdf" for number in (1, 2, 3)]
    assert json.dumps(dump(suite)).count("foaf/0.1/Document") == 3

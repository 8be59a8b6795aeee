"""The linked-data pages: every IRI of the graph answers, with what the graph says and the source of each figure."""

from __future__ import annotations

import json
import re
import time
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from helpers import TEXTS, build_at
from starlette.testclient import TestClient

from kg.build import Options
from kg.pages import statements, texts
from kg.pages.card import describe
from kg.session import KG
from kg.store import published
from kg.terms import BASE, iri
from kg.web.app import create_app
from kg.web.middleware import Rates
from kg.web.site import Cache, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HTML = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
"""What browsers send."""


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store=built, texts=TEXTS, rate=0)), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def iris(built: Path) -> list[str]:
    """Every IRI of the graph in the project's own namespace."""
    found = set()
    for quad in ox.Store.read_only(str(published(built))):
        for node in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(node, ox.NamedNode) and node.value.startswith(BASE):
                found.add(node.value)
    return sorted(found)


def path(node: str) -> str:
    return "/" + quote(node.removeprefix(BASE).partition("#")[0], safe="/%!$&'()*+,;=:@-._~")


def page(site: TestClient, node: str, lang: str = "zh", **params: str) -> str:
    answer = site.get("/page" + path(node), params={"lang": lang, **params}, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


class Links(HTMLParser):
    """The ids of a page, its addresses, and those that a reader can follow to a page in the same language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.anchors: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in {"href", "src", "action"} and value:
                self.addresses.append(value)
                if tag == "a" and "hreflang" not in dict(attrs):
                    self.anchors.append(value)


def test_every_iri_of_the_graph_answers_with_a_page_and_with_data(site: TestClient, iris: list[str]) -> None:
    seen = set()
    for node in iris:
        if path(node) in seen:
            continue
        seen.add(path(node))
        there = site.get(path(node), headers=HTML)
        assert there.status_code == 303, node
        assert site.get(there.headers["location"], headers=HTML).status_code == 200, node
        data = site.get(path(node), headers={"accept": "text/turtle"})
        assert data.status_code == 303
        assert data.headers["location"].endswith(".ttl")
        assert site.get(data.headers["location"]).status_code == 200, node
    assert len(seen) > 250


def test_every_link_of_the_pages_leads_somewhere(site: TestClient) -> None:
    agency, undertaking = _first(site, "agency"), _first(site, "undertaking")
    for start in (
        "/",
        "/agencies",
        "/undertakings",
        "/metrics",
        "/documents",
        "/findings",
        "/network",
        agency,
        undertaking,
    ):
        found = Links(site.get(start, headers=HTML).text)
        assert len(found.ids) == len(set(found.ids)), start
        for address in sorted({it.partition("#")[0] for it in found.addresses if it.startswith("/")}):
            answer = site.get(address, headers=HTML)
            assert answer.status_code in {200, 301, 303}, (start, address, answer.text[:200])


def _first(site: TestClient, sort: str) -> str:
    kg: KG = site.app.state.site.kg  # type: ignore[attr-defined] # Starlette's client holds any application
    best = max(kg.lexicon.of_sort(sort), key=lambda it: len(statements.of_agency(kg, str(it.iri))))
    return "/page" + path(str(best.iri))


@pytest.mark.parametrize(
    ("form", "media"),
    [
        ("ttl", "text/turtle"),
        ("nt", "application/n-triples"),
        ("jsonld", "application/ld+json"),
        ("json", "application/json"),
        ("csv", "text/csv"),
    ],
)
def test_the_data_of_a_thing_by_accept_format_and_suffix(site: TestClient, form: str, media: str) -> None:
    thing = path(iri("agency", "临江市公安局"))
    ways = [
        site.get(thing, headers={"accept": f"text/html;q=0.5, {media};q=0.9, */*;q=0.1"}),
        site.get(thing, params={"format": form}, headers=HTML),
        site.get(f"{thing}.{form}", headers=HTML),
    ]
    assert {way.status_code for way in ways} == {303}
    assert {way.headers["location"] for way in ways} == {f"/data{thing}.{form}"}
    data = site.get(f"/data{thing}.{form}")
    assert data.headers["content-type"].partition(";")[0] == media
    assert "临江市公安局" in data.text
    assert 'rel="describes"' in data.headers["link"]
    again = site.get(f"/data{thing}.{form}", headers={"if-none-match": data.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


def test_the_formats_say_the_same(site: TestClient) -> None:
    thing = "/data" + path(iri("agency", "临江市公安局"))
    turtle = {str(it) for it in ox.parse(site.get(f"{thing}.ttl").content, format=ox.RdfFormat.TURTLE)}
    lines = {str(it) for it in ox.parse(site.get(f"{thing}.nt").content, format=ox.RdfFormat.N_TRIPLES)}
    linked = {str(it) for it in ox.parse(site.get(f"{thing}.jsonld").content, format=ox.RdfFormat.JSON_LD)}
    assert turtle == lines == linked
    plain: list[dict[str, Any]] = json.loads(site.get(f"{thing}.json").content)
    assert sum(len(values) for it in plain for values in it["properties"].values()) == len(turtle)
    assert site.get(f"{thing}.csv").content.startswith(b"\xef\xbb\xbf")


def test_an_alias_and_an_encoded_name_lead_to_the_thing(site: TestClient) -> None:
    moved = site.get("/agency/市公安局", headers=HTML)
    assert moved.status_code == 301
    assert moved.headers["location"] == path(iri("agency", "临江市公安局"))
    assert site.get("/agency/" + quote("临江市公安局"), headers=HTML).status_code == 303


def test_what_nobody_knows_is_not_found_in_both_languages(site: TestClient) -> None:
    answer = site.get("/agency/没有这个机构", headers={"accept": "text/plain"})
    assert answer.status_code == 404
    assert "图中没有" in answer.text
    assert "there is no" in answer.text
    hostile = site.get("/page/agency/%3Cscript%3Ealert(1)%3C/script%3E", headers=HTML)
    assert hostile.status_code == 404
    assert "<script>alert" not in hostile.text


def test_no_acceptable_form_is_406(site: TestClient) -> None:
    assert site.get(path(iri("agency", "临江市公安局")), headers={"accept": "image/png"}).status_code == 406


def test_a_claim_shows_its_number_its_limits_and_its_passage_in_context(site: TestClient) -> None:
    kg: KG = site.app.state.site.kg  # type: ignore[attr-defined] # as above
    one = next(
        it
        for it in statements.of_document(kg, str(iri("document", "press-2025")))
        if it.bound == "at_least" and it.upper is not None
    )
    shown = page(site, one.iri)
    assert one.printed in shown
    assert f"{one.lower:,f} – {one.upper:,f}" in shown
    start, end = one.spans[0]
    text = (TEXTS / "press-2025.txt").read_text("utf-8")
    assert f"<mark>{text[start:end].replace('*', '')}</mark>" in shown
    assert f"{start}–{end}" in shown


def test_without_texts_pages_cite_and_do_not_quote(built_without_texts: Path) -> None:
    with TestClient(create_app(Settings(store=built_without_texts, rate=0))) as client:
        shown = page(client, str(iri("document", "press-2025")))
        assert 'class="text"' not in shown
        assert re.search(r'id="char=\d+,\d+"', shown)


def test_a_document_marks_every_mention_and_any_span_that_is_asked_for(site: TestClient) -> None:
    document = str(iri("document", "press-2025"))
    kg: KG = site.app.state.site.kg  # type: ignore[attr-defined] # as above
    shown = page(site, document, char="3,9")
    ids = Links(shown).ids
    for one in statements.of_document(kg, document):
        for start, end in one.spans:
            assert f"char={start},{end}" in ids
    text = (TEXTS / "press-2025.txt").read_text("utf-8")
    marked = "".join(re.findall(r'<mark class="target">([^<]*)</mark>', shown))
    assert marked.replace("\n", "") in text[3:9].replace("*", "")
    assert marked


def test_marks_are_cut_at_code_points_and_may_overlap() -> None:
    text = "甲𠀀乙**丙**丁\n戊"
    cut = texts.marked(text, [(1, 3, "a"), (2, 6, "b")], [(8, 9)], (10, 11))
    assert [[(it.text, it.claims) for it in paragraph] for paragraph in cut] == [
        [("甲", ()), ("𠀀", ("a",)), ("乙", ("a", "b")), ("丙", ("b",)), ("丁", ())],
        [("戊", ())],
    ]
    assert cut[1][0].target
    assert cut[0][1].anchors == ("char=1,3",)
    assert texts.marked("甲", [(0, 5, "beyond")]) == [[texts.Segment("甲")]]


def test_a_text_that_is_not_the_one_that_was_read_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text("另一份", "utf-8")
    assert texts.text_of(tmp_path, "d", "0" * 64) is None
    assert texts.text_of(tmp_path, "d", None) == "另一份"
    assert texts.text_of(tmp_path, "../d", None) is None
    assert texts.text_of(None, "d", None) is None


def test_pages_in_english_keep_to_english(site: TestClient) -> None:
    shown = page(site, str(iri("agency", "临江市公安局")), lang="en")
    assert '<html lang="en">' in shown
    assert "Linjiang" in shown
    inner = [it for it in Links(shown).anchors if it.startswith("/page/")]
    assert inner
    assert all("lang=en" in it for it in inner)


def test_facets_narrow_the_findings_and_count_what_they_would_show(site: TestClient) -> None:
    every = site.get("/findings", headers=HTML).text
    found = re.findall(r'href="(/findings\?check=[^"&]+)"[^>]*>[^<]*</a> <small class="soft">(\d+)</small>', every)
    assert found
    for address, count in found:
        shown = site.get(address, headers=HTML).text
        total = re.search(r'<p class="soft">\d+–\d+ / (\d+)</p>', shown)
        assert total
        assert total[1] == count


def test_the_network_says_in_a_table_what_its_picture_shows(site: TestClient) -> None:
    shown = site.get("/network", params={"all": "1"}, headers=HTML).text
    data = re.search(r'<script type="application/json" class="data">(.*?)</script>', shown, re.DOTALL)
    assert data
    edges = json.loads(data[1])["edges"]
    assert shown.count("<tr>") - 1 == len(edges) > 5


def test_search_finds_two_characters_aliases_and_english(site: TestClient) -> None:
    for text in ("公安", "市公安局", "Linjiang"):
        assert "临江" in site.get("/search", params={"q": text, "lang": "zh"}, headers=HTML).text
    assert site.get("/search", params={"q": '" OR 1=1 --'}, headers=HTML).status_code == 200


def test_headers_of_every_answer(site: TestClient) -> None:
    for address in ("/", "/sparql?query=ASK%7B%7D", "/page/nothing", "/static/site.css", "/health"):
        headers = site.get(address, headers=HTML).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers
        assert "accept" in headers["vary"].lower()
    policy = site.get("/", headers=HTML).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_a_site_below_a_path_links_below_it(built: Path) -> None:
    settings = Settings(store=built, base_url="https://data.example.org/kg/", rate=0)
    with TestClient(create_app(settings), follow_redirects=False) as client:
        for start in ("/kg/", "/"):  # a proxy may take the prefix off or leave it on
            shown = client.get(start, headers=HTML)
            assert shown.status_code == 200
            inner = [it for it in Links(shown.text).addresses if it.startswith("/")]
            assert all(it.startswith("/kg/") for it in inner)
        there = client.get("/kg" + path(iri("agency", "临江市公安局")), headers=HTML)
        assert there.headers["location"].startswith("/kg/page/agency/")
        assert client.get(there.headers["location"], headers=HTML).status_code == 200


def test_clients_from_outside_are_kept_to_a_rate() -> None:
    rates = Rates(2.0)
    assert [rates.wait("203.0.113.7", 0.0) for _ in range(20)] == [0.0] * 20
    assert rates.wait("203.0.113.7", 0.0) == 0.5
    assert rates.wait("203.0.113.7", 0.6) == 0.0
    assert rates.wait("203.0.113.8", 0.0) == 0.0
    assert [rates.wait("127.0.0.1", 0.0) for _ in range(50)] == [0.0] * 50


def test_a_client_that_asks_too_often_is_told_to_wait(built: Path) -> None:
    with TestClient(create_app(Settings(store=built, rate=0.1)), client=("203.0.113.7", 1)) as client:
        assert client.get("/health").status_code == 200
        refused = client.get("/health")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert "过于频繁" in refused.text


def test_the_cache_forgets_what_was_used_longest_ago() -> None:
    cache = Cache(8192)
    cache.put("a", b"1")
    for number in range(20):
        cache.get("a")
        cache.put(number, b"2")
    assert cache.get("a") == b"1"
    assert cache.get(0) is None
    assert cache.get(19) == b"2"
    cache.put("large", b"x" * 1025)
    assert cache.get("large") is None


def test_a_site_shows_a_new_graph_when_a_build_publishes_one(store: Path, city: Path) -> None:
    with TestClient(create_app(Settings(store=store, rate=0))) as client:
        before = client.app.state.site.version  # type: ignore[attr-defined] # as above
        build_at(store, city, options=Options(force=True))
        for _ in range(100):
            if client.app.state.site.version != before:  # type: ignore[attr-defined] # as above
                break
            time.sleep(0.1)
        assert client.app.state.site.version != before  # type: ignore[attr-defined] # as above
        assert client.get("/", headers=HTML).status_code == 200
        assert client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True


def test_a_card_in_a_notebook_has_the_parts_of_the_page(kg: KG) -> None:
    card = describe(kg, "临江市公安局")
    shown = card._repr_html_()
    assert "临江市公安局" in shown
    assert "<svg" in shown
    assert "/page/" not in shown
    assert BASE in shown

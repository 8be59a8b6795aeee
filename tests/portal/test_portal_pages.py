"""The pages of a release: one for everything in the graph, at its own address, and no link that leads nowhere."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import threading
from collections import Counter
from contextlib import contextmanager
from functools import cached_property, partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urljoin, urlsplit
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
import rdflib
from helpers import TEXTS, run
from rdflib.compare import isomorphic

from kg.pages.described import described
from kg.portal.addresses import file_of, filed, page_of
from kg.portal.metadata import metadata, read_editorial
from kg.portal.pages import Pages
from kg.portal.part import Part, Written
from kg.portal.release import Release
from kg.portal.shelf import Shelf, verified
from kg.session import KG
from kg.store import rebuild
from kg.terms import BASE, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SITE = "https://ask.example.org"
MOST = 100_000
"""Bytes of a page with its style sheets, compressed."""
SUFFIXES = ("/index.html", "/index.en.html", ".ttl", ".jsonld")


class Page(HTMLParser):
    """What a page links to, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[tuple[str, str]] = set()
        self.ids: Counter[str] = Counter()
        self.structured: list[str] = []
        self.lang = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links.update((tag, given[name]) for name in ("href", "src", "action") if name in given)
        if "id" in given:
            self.ids[given["id"]] += 1
        self.lang = given["lang"] if tag == "html" else self.lang


class Folder:
    """A release as its readers find it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    @cached_property
    def files(self) -> set[str]:
        return {str(it.relative_to(self.root)) for it in self.root.rglob("*") if it.is_file()}

    @cached_property
    def pages(self) -> dict[str, Page]:
        return {it: Page(self.text(it)) for it in sorted(self.files) if it.endswith(".html")}

    def text(self, path: str) -> str:
        return (self.root / path).read_text("utf-8")

    def broken(self) -> set[tuple[str, str]]:
        """Every link that leads to no file, or to no place on its page, with a page that has it."""
        wrong = {}
        for here, page in self.pages.items():
            for _, link in page.links:
                target = urlsplit(urljoin(f"http://here/{quote(here)}", link))
                path, fragment = unquote(target.path.removeprefix("/")), unquote(target.fragment)
                if target.netloc != "here":
                    continue
                at = self.pages.get(path)
                if path not in self.files or (at and fragment and not at.ids[fragment]):
                    wrong[link] = here
        return set(wrong.items())

    def elsewhere(self) -> set[tuple[str, str]]:
        """The addresses outside the release that its pages name: element and address."""
        return {it for page in self.pages.values() for it in page.links if urlsplit(it[1]).netloc}


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """The address of `python -m http.server` on a folder."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetched(url: str) -> tuple[str, bytes]:
    """Where an address leads to in the end, and what is there."""
    with urlopen(url) as answer:  # noqa: S310 - our own server
        return answer.url, answer.read()


@pytest.fixture(scope="module")
def folder(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A release with its pages and texts, by another process, where all is different that a build could notice."""
    place = tmp_path_factory.mktemp("pages") / "portal"
    strange = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    done = run("portal", "build", "-s", built, "-o", place, "--texts", TEXTS, environment=strange)
    assert done.returncode == 1, done.stderr  # nobody has said where the invented city is
    return Folder(place)


@pytest.fixture(scope="module")
def quads(kg: KG) -> list[ox.Quad]:
    return list(ox.parse("\n".join(kg.store.dump()), format=ox.RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def things(kg: KG, quads: list[ox.Quad]) -> list[str]:
    """Everything that the graph says something of, without fragments: all but the graphs themselves, which are data."""
    found = {it.subject.value.partition("#")[0] for it in quads if isinstance(it.subject, ox.NamedNode)}
    assert all(isinstance(it.subject, ox.NamedNode) for it in quads)
    return sorted(found - set(kg.store.graphs()))


@pytest.fixture(scope="module")
def written(kg: KG, folder: Folder) -> list[Written]:
    """The data files, which the pages speak of."""
    known = verified(folder.root)
    return [Written(it, *known[it.path]) for it in Release(kg, metadata(kg, read_editorial())).files()]


def test_two_builds_have_the_same_pages_byte_by_byte(kg: KG, folder: Folder, written: list[Written]) -> None:
    known = verified(folder.root)
    pages = Pages(kg, metadata(kg, read_editorial()), texts=TEXTS)
    ours = {it.path: b"".join(it.chunks()) for it in pages.parts(written)}
    assert {path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in ours.items()} == {
        path: known[path] for path in ours
    }
    assert {path for path in known if path.endswith((".html", "css", "svg"))} == {
        path for path in ours if path.endswith((".html", "css", "svg"))
    }


def test_everything_has_its_pages_and_its_data_at_its_own_address(folder: Folder, things: list[str]) -> None:
    assert len(things) > 200
    wanted = {unquote(it.removeprefix(BASE)) + suffix for it in things for suffix in SUFFIXES}
    assert wanted - folder.files == set()
    assert {it for it in folder.files if "/" in it and it.endswith(".html")} <= wanted  # and nothing else has


def test_no_page_is_the_error_of_another(folder: Folder, things: list[str]) -> None:
    """Each has a heading of its own, and says which thing it is about."""
    for iri in things:
        for suffix, lang in (("/index.html", "zh-CN"), ("/index.en.html", "en")):
            path = unquote(iri.removeprefix(BASE)) + suffix
            assert folder.pages[path].lang == lang
            text = folder.text(path)
            assert text.count("<h1") == 1
            assert f">{iri}<" in text or iri.endswith("ontology")


def test_every_link_leads_somewhere(folder: Folder) -> None:
    assert folder.broken() == set()
    assert sum(len(page.links) for page in folder.pages.values()) > 10_000


def test_no_anchor_is_there_twice(folder: Folder) -> None:
    assert {(path, it) for path, page in folder.pages.items() for it, count in page.ids.items() if count > 1} == set()


def test_no_page_names_another_host(folder: Folder) -> None:
    """Vocabularies and a licence are linked to, and nothing is loaded from anywhere."""
    known = (
        *PREFIXES.values(),
        "http://data.europa.eu/m8g/",
        "http://qudt.org/vocab/unit/",
        "http://purl.org/vocab/",
        "https://creativecommons.org/licenses/",
    )
    assert {it for it in folder.elsewhere() if it[0] != "a" or not it[1].startswith(known)} == set()
    sheets = [folder.text(it) for it in folder.files if it.endswith((".css", ".svg"))]
    assert sheets
    assert not any(re.search(r"url\(|@import|src=|href=", it) for it in sheets)


def test_each_page_leads_to_itself_in_the_other_language(folder: Folder) -> None:
    for path, page in folder.pages.items():
        other = path.replace(".en.html", ".html") if page.lang == "en" else path.replace(".html", ".en.html")
        assert ("a", other.rpartition("/")[2]) in {(tag, it.rpartition("/")[2]) for tag, it in page.links}
        switch = re.search(r'<a class="language" href="([^"]+)"', folder.text(path))
        assert switch
        assert unquote(urljoin(f"/{quote(path)}", switch[1])) == f"/{other}"


def test_the_data_of_a_thing_say_what_the_graph_says(folder: Folder, kg: KG, things: list[str]) -> None:
    """The Turtle in one parser, the JSON-LD in another; a part of them in both."""
    for x, iri in enumerate(things):
        expected = {ox.Triple(*it.triple) for it in _parsed(_lines(kg, iri), ox.RdfFormat.N_TRIPLES)}
        path = file_of(iri)
        assert expected, iri
        for suffix, form in ((".ttl", ox.RdfFormat.TURTLE), (".jsonld", ox.RdfFormat.JSON_LD)):
            found = {it.triple for it in _parsed(folder.text(path + suffix), form)}
            assert found == expected, iri
        if x % 40 == 0:
            left = rdflib.Graph().parse(data=folder.text(f"{path}.ttl"), format="turtle")
            right = rdflib.Graph().parse(data=folder.text(f"{path}.jsonld"), format="json-ld")
            assert isomorphic(left, right)
            assert len(left) == len(expected)


def _parsed(text: str, form: ox.RdfFormat) -> Iterable[ox.Quad]:
    return ox.parse(text, format=form)


def _lines(kg: KG, iri: str) -> str:
    return "".join(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in described(kg, iri))


def test_what_is_said_of_a_thing_is_all_in_its_data(folder: Folder, quads: list[ox.Quad]) -> None:
    """Also what is said of the parts of it that have a fragment, since they are found at its address."""
    said: dict[str, set[ox.Triple]] = {}
    for it in quads:
        assert isinstance(it.subject, ox.NamedNode)
        said.setdefault(it.subject.value.partition("#")[0], set()).add(it.triple)
    for iri, triples in said.items():
        if f"{file_of(iri)}.ttl" in folder.files:
            found = {it.triple for it in _parsed(folder.text(f"{file_of(iri)}.ttl"), ox.RdfFormat.TURTLE)}
            assert triples - found == set(), iri


@pytest.mark.parametrize("path", ["index.html", "index.en.html", "data.html", "data.en.html"])
def test_search_engines_read_the_dataset(folder: Folder, path: str) -> None:
    """As JSON: the context of schema.org is another host's."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', folder.text(path), re.DOTALL)
    assert len(blocks) == 1
    told = json.loads(blocks[0])
    graph = told.get("@graph", [told])
    files = verified(folder.root)
    downloads = [it for node in graph for it in node.get("distribution", [])]
    assert {it["contentUrl"].removeprefix(BASE) for it in downloads} <= {quote(it) for it in files} | set(files)
    sums = {it["contentUrl"].removeprefix(BASE): it["sha256"] for it in downloads}
    assert sums["kg.ttl"] == files["kg.ttl"][1]


def test_the_page_of_the_data_names_the_files_with_their_sums(folder: Folder) -> None:
    text, files = folder.text("data.html"), verified(folder.root)
    assert files["kg.nq.gz"][1] in text
    data = {path for path in files if path.startswith(("kg.", "csv/", "years/", "cube"))}
    linked = {unquote(it) for _, it in folder.pages["data.html"].links}
    assert {path for path in data if not path.endswith(".json")} <= linked
    assert {"catalog.ttl", "void.ttl", "directory.xlsx", "queries.ttl", "changes.atom", "MANIFEST"} <= linked


def test_a_plain_file_server_publishes_linked_data(folder: Folder, things: list[str]) -> None:
    """What `python -m http.server` does: the path of an IRI leads to the page, its data are next to it."""
    kinds = {it.removeprefix(BASE).partition("/")[0]: it for it in things}
    with serving(folder.root) as address:
        for iri in kinds.values():
            path = "/" + quote(unquote(iri.removeprefix(BASE)))
            url, page = fetched(address + path)
            assert url == f"{address}{path}/"
            assert page == (folder.root / f"{file_of(iri)}/index.html").read_bytes()
            turtle = next(it for tag, it in Page(page.decode()).links if tag == "link" and it.endswith(".ttl"))
            assert fetched(urljoin(url, turtle))[1] == (folder.root / f"{file_of(iri)}.ttl").read_bytes()
        assert fetched(f"{address}/")[1] == (folder.root / "index.html").read_bytes()


def test_a_page_is_light(folder: Folder) -> None:
    sheets = sum(len(gzip.compress((folder.root / it).read_bytes())) for it in folder.files if it.endswith(".css"))
    heaviest = max(folder.pages, key=lambda it: len(gzip.compress((folder.root / it).read_bytes(), 1)))
    assert len(gzip.compress((folder.root / heaviest).read_bytes())) + sheets < MOST, heaviest


def test_with_a_site_the_pages_lead_to_its_questions(kg: KG, written: list[Written]) -> None:
    home = first(Pages(kg, metadata(kg, read_editorial()), SITE).parts(written), "index.en.html")
    page = Page(home)
    assert ("form", f"{SITE}/search") in page.links
    assert ("a", f"{SITE}/queries?lang=en") in page.links
    assert ("a", f"{SITE}/docs?lang=en") in page.links
    assert ("a", "agencies.en.html") in page.links
    assert {it for _, it in page.links if it.startswith("/")} == set()


def test_without_a_site_nothing_is_asked(folder: Folder) -> None:
    assert {it for page in folder.pages.values() for it in page.links if it[0] in {"form", "script"}} == set()
    assert not any("<form" in folder.text(it) for it in folder.pages)


def first(parts: Iterable[Part], path: str) -> str:
    return b"".join(next(it for it in parts if it.path == path).chunks()).decode()


ODD = [
    "长" * 100,
    "长" * 99 + "短",
    "..",
    ".",
    "a%2Fb",
    "a%20b",
    "50%25",
    "%25%32%30",
    "名",
    "名.ttl",
    "index.html",
    "什么%3F",
    "%00",
    "%E2%80%A8",
    "%C2%85",
    "end.",
    "%20",
    "a%23b",
    "“引号”",
    "<x>".replace("<", "%3C").replace(">", "%3E"),
    "%22onclick=%22",
    "~a",
    "-",
]
"""Names that a file system, an address or a page could stumble over, as they stand in an IRI."""
HUB = "agency/hub/index.html"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The pages of a graph whose things have odd names, all linked to from one of them."""
    root = tmp_path_factory.mktemp("odd")
    triples = "".join(
        f"<{BASE}agency/{it}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}ontology#Thing> .\n"
        f"<{BASE}agency/hub> <http://purl.org/dc/terms/relation> <{BASE}agency/{it}> .\n"
        for it in ODD
    )
    with rebuild(root / "store", fresh=True) as store:
        store.replace(f"{BASE}graph/odd", triples)
    kg = KG.open(root / "store")
    shelf = Shelf(root / "portal")
    whole = Part("kg.ttl", "text/turtle", tuple, "全图", "Whole graph")
    shelf.put_all(Pages(kg, metadata(kg, read_editorial())).parts([Written(whole, 0, "")]))
    shelf.close()
    return Folder(root / "portal")


def test_odd_names_are_written_safely_and_apart(odd: Folder) -> None:
    verified(odd.root)
    places = {file_of(f"{BASE}agency/{it}") for it in ODD}
    assert len(places) == len(ODD)
    assert {it + suffix for it in places for suffix in SUFFIXES} <= odd.files
    assert max(len(part.encode()) for it in odd.files for part in it.split("/")) < 255
    assert not {it for it in odd.files if re.search(r'[\x00-\x1f\x7f-\x9f\u2028<>:"|?*\\]', it)}
    assert {it for it in odd.root.parent.iterdir() if it.name not in {"store", "portal"}} == set()


def test_odd_names_are_linked_to(odd: Folder) -> None:
    data = re.compile(r"(?:\.\./)*(?:[\w./-]+\.(?:ttl|xlsx|json|atom|md|gz)|MANIFEST|ontology/.+)")  # here are none
    broken = {it for it in odd.broken() if not data.fullmatch(it[0])}
    assert broken == set()
    linked = {unquote(urljoin(HUB, it)) for _, it in odd.pages[HUB].links}
    assert {page_of(f"{BASE}agency/{it}", "zh") for it in ODD} <= linked
    assert not re.search(r"\sonclick", odd.text(HUB))


def test_odd_names_are_served(odd: Folder) -> None:
    with serving(odd.root) as address:
        links = {urljoin(f"{address}/{HUB}", it) for _, it in odd.pages[HUB].links}
        links = {it for it in links if it.startswith(f"{address}/agency/") and "/hub/" not in it}
        assert len({it for it in links if it.endswith("/index.html")}) == len(ODD)
        for link in links:
            fetched(link)
        for plain in ("a%20b", "50%25", "“引号”", "~a"):
            url = f"{address}/agency/{quote(plain, safe='%')}"
            assert fetched(url)[1] == (odd.root / file_of(f"{BASE}agency/{plain}") / "index.html").read_bytes()


def test_addresses_are_relative_to_the_page(kg: KG) -> None:
    reader = filed(kg.lexicon, "en", "agency/a b/index.en.html", SITE)
    assert reader.url("/") == "../../index.en.html"
    assert reader.url("/agencies", check="x") == "../../agencies.en.html"
    assert reader.url("/static/site.css", lang=None) == "../../static/site.css"
    assert reader.url("/void.ttl", lang=None) == "../../void.ttl"
    assert reader.url("/page/ontology#Agency") == "../../ontology/index.en.html#Agency"
    assert reader.link(f"{BASE}document/d#char=1,2") == "../../document/d/index.en.html#char=1,2"
    assert reader.data(f"{BASE}agency/a%20b", "ttl") == "../../agency/a%20b.ttl"
    assert reader.url("/queries/series#answer", metric="数") == f"{SITE}/queries/series?metric=%E6%95%B0&lang=en#answer"
    assert filed(kg.lexicon, "zh", "index.html", SITE).url("/search") == f"{SITE}/search"

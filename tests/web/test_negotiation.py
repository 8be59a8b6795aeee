"""Which form a client gets: the cases of RFC 9110, of real clients, and of servers that got it wrong."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request

from kg.errors import UsageError
from kg.web.negotiation import DATA, GRAPHIC, HTML, TABULAR, Format, accepted, chosen, named
from kg.web.refusal import RefusedError

ALL = (*TABULAR, *GRAPHIC, HTML)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
RAPPER = (
    "application/rdf+xml, text/rdf;q=0.6, application/n-triples, text/plain;q=0.1, text/turtle, application/x-turtle, "
    "application/turtle, text/n3;q=0.3, text/rdf+n3;q=0.3, application/xml;q=0.3, text/html;q=0.2, "
    "application/xhtml+xml;q=0.4, text/html;q=0.6, application/xhtml+xml;q=0.8, */*;q=0.1"
)
TRIFID = (  # zazuko/trifid#362: a list was not taken apart
    "application/ld+json, application/trig, application/n-quads, application/n-triples, text/n3, text/turtle, "
    "application/rdf+xml"
)
PROFILE = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, a;q=0";q=0.9, text/turtle;q=0.8'


@pytest.mark.parametrize(
    ("header", "offered", "name"),
    [
        (None, GRAPHIC, "ttl"),
        ("", GRAPHIC, "ttl"),
        ("*/*", TABULAR, "json"),
        (BROWSER, DATA, "html"),
        (BROWSER, ALL, "html"),
        (BROWSER, GRAPHIC, "ttl"),
        (RAPPER, DATA, "ttl"),
        (TRIFID, DATA, "ttl"),
        ("application/ld+json, text/html;q=0.5", DATA, "jsonld"),
        ("text/turtle;q=0.5, application/n-triples;q=0.7", DATA, "nt"),
        ("text/turtle; q=0.5 , application/n-triples; q=0.70", DATA, "nt"),
        ("text/turtle;Q=0.1,application/n-triples;q=0.2", DATA, "nt"),
        ("TEXT/Turtle", DATA, "ttl"),
        # the wildcard's place in the list says nothing (nodeSolidServer/node-solid-server#1434)
        ("*/*;q=0.1,application/n-quads,application/trig;q=0.95,text/turtle;q=0.5", DATA, "ttl"),
        ("application/n-quads,application/trig;q=0.95,text/turtle;q=0.5,*/*;q=0.1", DATA, "ttl"),
        ("text/*", DATA, "html"),
        ("text/*;q=0.3, text/turtle;q=0.7, */*;q=0.5", DATA, "ttl"),
        ("application/*", DATA, "nt"),
        ("*/*, text/html;q=0, text/turtle;q=0.0", DATA, "nt"),
        (PROFILE, DATA, "jsonld"),
        ("text/turtle;version=1.1", DATA, "ttl"),
        ("text/turtle;q=nonsense, text/csv", DATA, "csv"),
        ("nonsense, ;;, text/csv", DATA, "csv"),
        ("application/json", TABULAR, "json"),
        ("application/json", GRAPHIC, "jsonld"),
        ("application/json", DATA, "json"),
        ("application/sparql-results+xml,application/rdf+xml,*/*", TABULAR, "json"),
        ("application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3", GRAPHIC, "ttl"),
    ],
)
def test_the_form_that_a_header_likes_best(header: str | None, offered: tuple[Format, ...], name: str) -> None:
    form = accepted(header, offered)
    assert form is not None
    assert form.name == name


@pytest.mark.parametrize(
    "header", ["image/png", "*/*;q=0", "text/turtle;q=0", "image/*, video/mp4;q=0.3", "text/*;q=0"]
)
def test_a_header_that_takes_nothing(header: str) -> None:
    assert accepted(header, GRAPHIC) is None


_KINDS = st.sampled_from(["text", "application", "*"])
_SUBKINDS = st.sampled_from(["turtle", "n-triples", "ld+json", "csv", "html", "*"])
_WEIGHTS = st.integers(0, 1000).map(lambda it: f"{it / 1000:.3f}")


@given(st.lists(st.tuples(_KINDS, _SUBKINDS, _WEIGHTS), min_size=1, max_size=6))
@example([("*", "*", "1.000"), ("text", "*", "0.500"), ("text", "turtle", "0.100")])
def test_the_most_specific_range_decides(ranges: list[tuple[str, str, str]]) -> None:
    """Against the rule written as a search through all ranges, one form at a time."""
    ranges = [it for it in ranges if it[0] != "*" or it[1] == "*"]
    header = ", ".join(f"{main}/{sub};q={weight}" for main, sub, weight in ranges)
    plain = [
        Format("a", "text/turtle", ".a"),
        Format("b", "application/n-triples", ".b"),
        Format("c", "text/html", ".c"),
    ]

    def weight(form: Format) -> float:
        main, sub = form.media.split("/")
        for wanted in ((main, sub), (main, "*"), ("*", "*")):
            found = [float(it[2]) for it in ranges if it[:2] == wanted]
            if found:
                return max(found)
        return 0.0

    form = accepted(header, plain)
    best = max(map(weight, plain)) if ranges else 1.0
    assert (form is None) == (best == 0)
    if form and ranges:
        assert weight(form) == best
        assert all(weight(it) < best for it in plain[: plain.index(form)])


@pytest.mark.parametrize(
    "header",
    [
        '"' + '\\"' * 30_000,
        " " * 60_000,
        ";" * 60_000,
        "a/b;" + " " * 60_000,
        "a/b" + ';a="\\' * 15_000,
        "a/b;a =" * 9_000,
    ],
    ids=["quotes", "blanks", "semicolons", "late blanks", "open quotes", "half parameters"],
)
def test_a_hostile_header_is_read_in_no_time(header: str) -> None:
    began = time.perf_counter()
    accepted(header, ALL)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("name", "offered", "found"),
    [
        ("ttl", GRAPHIC, "ttl"),
        (".ttl", GRAPHIC, "ttl"),
        ("text/turtle", GRAPHIC, "ttl"),
        ("turtle", GRAPHIC, "ttl"),
        ("TTL", GRAPHIC, "ttl"),
        ("application/ld+json", GRAPHIC, "jsonld"),
        ("application/ld json", GRAPHIC, "jsonld"),
        ("rdf%2Bxml", GRAPHIC, "rdf"),
        ("xml", GRAPHIC, "rdf"),
        ("xml", TABULAR, "xml"),
        ("json", GRAPHIC, "jsonld"),
        ("json", TABULAR, "json"),
        ("json", DATA, "json"),
        ("csv", GRAPHIC, None),
        ("zip", ALL, None),
    ],
)
def test_a_form_by_name(name: str, offered: tuple[Format, ...], found: str | None) -> None:
    form = named(name, offered)
    assert (form and form.name) == found


def test_names_suffixes_and_types_are_distinct_within_a_table() -> None:
    for offered in (TABULAR, GRAPHIC, DATA):
        for part in ("name", "media", "suffix"):
            assert len({getattr(it, part) for it in offered}) == len(offered)
        asked = [name for it in offered for name in it.also]
        assert len(set(asked)) == len(asked)


def _request(query: str = "", *accept: str) -> Request:
    headers = [(b"accept", it.encode()) for it in accept]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": headers})


def test_a_format_in_the_address_goes_before_the_header() -> None:
    assert chosen(_request("format=nt", "text/turtle"), GRAPHIC).name == "nt"
    assert chosen(_request("format=", "text/turtle"), GRAPHIC).name == "ttl"


def test_several_headers_are_one_list() -> None:
    assert chosen(_request("", "text/turtle;q=0.2", "application/n-triples;q=0.4"), GRAPHIC).name == "nt"


def test_what_there_is_not_is_refused_with_what_there_is() -> None:
    with pytest.raises(UsageError) as unknown:
        chosen(_request("format=zip"), GRAPHIC)
    assert "jsonld" in unknown.value.zh
    assert "jsonld" in unknown.value.en
    with pytest.raises(RefusedError) as refused:
        chosen(_request("", "image/png"), GRAPHIC)
    assert refused.value.status == 406
    assert "application/ld+json" in refused.value.en

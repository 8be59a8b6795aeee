"""The SPARQL 1.1 endpoint: which query a request asks over which graphs, and in which form it is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import KgError, UsageError
from kg.guard import MAX_BYTES
from kg.web.answers import answer
from kg.web.description import described, home
from kg.web.negotiation import GRAPHIC, HTML, TABULAR, Format, accepted, chosen, named, not_acceptable, wish
from kg.web.pool import Job
from kg.web.refusal import RefusedError, status_of
from kg.web.rendering import render
from kg.web.site import language
from kg.web.sparqlpage import START, examples, shown

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from kg.web.pool import Reply
    from kg.web.site import Site

__all__ = ["routes"]

_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_MOST = 4 * MAX_BYTES
"""Bytes of a request's body: a form writes most bytes of a Chinese query as three."""

_ALL = (*TABULAR, *GRAPHIC, HTML)

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Wish:
    """The forms that a client takes: of rows and truth values, of triples, and whether it wants a page instead."""

    tabular: Format | None
    graphic: Format | None
    page: bool


def routes(site: Site) -> list[BaseRoute]:
    """The endpoint and the examples that its page shows."""
    del site  # each request brings it along
    return [
        *(Route(path, _endpoint, methods=["GET", "POST"]) for path in ("/sparql", "/sparql/")),
        Route("/sparql/examples.json", _examples, methods=["GET"]),
    ]


async def _endpoint(request: Request) -> Response:
    given = _pairs(request.scope["query_string"])
    if request.method == "POST":
        given += await _posted(request)
    if any(name == "update" for name, _ in given):
        raise _read_only()
    name = next((value for key, value in given if key == "format" and value), None)
    if request.method != "POST" and not any(key == "query" for key, _ in given):
        return await _undirected(request)
    liked = _named(name) if name else _liked(wish(request))
    if liked.page:
        return await _page(request, given)
    reply = await _asked(request, given, liked)
    media = reply.media.partition(";")[0]
    if liked.graphic is None and any(media == it.media for it in GRAPHIC):
        raise not_acceptable(GRAPHIC)
    if liked.tabular is None and any(media == it.media for it in TABULAR):
        raise not_acceptable(TABULAR)
    if request.method == "POST":
        return Response(reply.body, media_type=reply.media, headers={"Cache-Control": "no-store"})
    return answer(request, reply.body, reply.media)


async def _asked(request: Request, given: Pairs, liked: _Wish) -> Reply:
    """The whole answer to the query of a request; raises UsageError where there is not just one."""
    queries = [value for name, value in given if name == "query"]
    if len(queries) != 1 or not queries[0].strip():
        raise UsageError(
            "需要恰好一个 query 参数" if len(queries) != 1 else "查询是空的",
            "there must be just one query parameter" if len(queries) != 1 else "the query is empty",
        )
    site: Site = request.app.state.site
    return await site.pool.run(
        Job(
            queries[0],
            tabular=(liked.tabular or TABULAR[0]).media,
            graphic=(liked.graphic or GRAPHIC[0]).media,
            default_graphs=_graphs(given, "default-graph-uri"),
            named_graphs=_graphs(given, "named-graph-uri"),
        )
    )


async def _undirected(request: Request) -> Response:
    """What a GET without a query shows: the page to people, the service description to programs."""
    form = chosen(request, (*GRAPHIC, HTML))
    if form is not HTML:
        return await described(request, form)
    site: Site = request.app.state.site
    found = examples(site.kg.queries.values(), language(request))
    body = render(
        request,
        "sparql.html",
        asked=False,
        query="",
        start=START,
        result=None,
        error=None,
        examples=found,
        alternates=GRAPHIC[:4],
        address=f"{home(request)}/sparql",
    )
    return answer(request, body, HTML.media)


async def _page(request: Request, given: Pairs) -> Response:
    """The page with the query, and with its answer or what is wrong with it."""
    query = next((value for name, value in given if name == "query"), "")
    context = {"asked": True, "query": query, "start": "", "result": None, "error": None}
    try:
        reply = await _asked(request, given, _Wish(None, None, page=True))
    except KgError as error:
        headers = error.headers if isinstance(error, RefusedError) else {}
        body = render(request, "sparql.html", **{**context, "error": error})
        return Response(body, status_of(error), headers, HTML.media)
    result = await run_in_threadpool(shown, reply)
    return answer(request, render(request, "sparql.html", **{**context, "result": result}), HTML.media)


async def _examples(request: Request) -> Response:
    site: Site = request.app.state.site
    found = examples(site.kg.queries.values(), language(request))
    return answer(request, json.dumps(found, ensure_ascii=False), "application/json")


def _named(name: str) -> _Wish:
    """What `?format=` asks for; raises UsageError where there is no such format."""
    if named(name, _ALL) is None:
        known = ", ".join(dict.fromkeys(it.name for it in _ALL))
        raise UsageError(f"没有格式“{name}”，可用：{known}", f"there is no format “{name}”; there are: {known}")
    return _Wish(named(name, TABULAR), named(name, GRAPHIC), page=named(name, [HTML]) is not None)


@lru_cache(maxsize=256)
def _liked(header: str) -> _Wish:
    """What an Accept header asks for; raises RefusedError where it takes nothing that a query can answer."""
    best = accepted(header, _ALL)
    if best is None:
        raise not_acceptable(_ALL)
    return _Wish(accepted(header, TABULAR), accepted(header, GRAPHIC), page=best is HTML)


def _graphs(given: Pairs, name: str) -> tuple[str, ...]:
    """The graphs that a parameter names; raises UsageError where one is no absolute IRI."""
    found = tuple(value for key, value in given if key == name)
    for value in found:
        try:
            ox.NamedNode(value)
        except ValueError as error:
            raise UsageError(f"{name} 不是合格的 IRI：{value}", f"{name} is not a valid IRI: {value}") from error
    return found


async def _posted(request: Request) -> Pairs:
    """The parameters in a body; raises RefusedError for a type that is no query's, and for a body that is too large."""
    media, _, rest = request.headers.get("content-type", "").partition(";")
    media = media.strip().lower()
    if media == _UPDATE:
        raise _read_only()
    if media not in {_FORM, _QUERY}:
        raise RefusedError(
            415, f"请求体的类型应为 {_FORM} 或 {_QUERY}", f"the body should be of the type {_FORM} or {_QUERY}"
        )
    charset = rest.lower().partition("charset=")[2].strip().strip('"')
    if charset not in {"", "utf-8", "utf8"} or request.headers.get("content-encoding", "identity") != "identity":
        raise RefusedError(415, "请求体应为未压缩的 UTF-8", "the body should be UTF-8, not compressed")
    body = await _body(request)
    return _pairs(body) if media == _FORM else [("query", _text(body))]


async def _body(request: Request) -> bytes:
    """A body, read no further than it may be large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST:
            raise RefusedError(413, f"请求体超过 {_MOST} 字节", f"the body is over {_MOST} bytes")
    return bytes(body)


def _pairs(encoded: bytes) -> Pairs:
    """The names and values of a form or of a query string, decoded once."""
    try:
        return parse_qsl(_text(encoded), keep_blank_values=True, errors="strict", max_num_fields=200)
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except ValueError as error:
        raise UsageError("参数太多", "there are too many parameters") from error


def _text(encoded: bytes) -> str:
    try:
        return encoded.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _not_utf8() -> UsageError:
    return UsageError("请求不是 UTF-8", "the request is not UTF-8")


def _read_only() -> RefusedError:
    return RefusedError(403, "这个图是只读的：不接受更新", "this graph is read-only: updates are refused")

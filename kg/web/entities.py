"""Linked data: every IRI of the graph answers, with a page for people and data for programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kg.lexicon import CLASSES
from kg.pages import described
from kg.pages.names import path_of
from kg.pages.shown import is_iri, shown
from kg.terms import BASE, CJ, iri
from kg.web.answers import answer
from kg.web.negotiation import DATA, Format, chosen
from kg.web.refusal import RefusedError
from kg.web.rendering import names, render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from kg.session import KG
    from kg.web.site import Site

__all__ = ["missing", "routes"]

_SUFFIXES = {form.suffix: form for form in DATA}
_RANGE = re.compile(r"([0-9]{1,9}),([0-9]{1,9})")


def routes(_: Site) -> list[BaseRoute]:
    """`/page/…`, `/data/…`, and every other path as the IRI of a thing; so these come last."""
    return [
        Route("/page/{path:path}", _page, name="page"),
        Route("/data/{path:path}", _data, name="data"),
        Route("/{path:path}", _thing, name="thing"),
    ]


async def _thing(request: Request) -> Response:
    """The thing itself cannot be sent: 303 to its page or its data."""
    site: Site = request.app.state.site
    kg, node = site.kg, _node(request, 0)
    form = None
    if not await run_in_threadpool(_exists, kg, node):
        bare, form = _suffixed(node)
        if form is None or not await run_in_threadpool(_exists, kg, bare):
            return await _moved(request, bare if form else node, form)
        node = bare
    return _to(request, node, form or chosen(request, DATA))


async def _moved(request: Request, node: str, form: Format | None) -> Response:
    """Another name of a thing leads to the one that stands for it; what nobody knows is not found."""
    site: Site = request.app.state.site
    kind, _, name = unquote(node.removeprefix(BASE)).partition("/")
    found = {str(it.iri) for sort in _sorts(kind) for it in site.kg.lexicon.candidates(name, sort)}
    if len(found) != 1:
        raise missing(request)
    reader, path = names(request), path_of(found.pop()) or ""
    return RedirectResponse(reader.url(path.removeprefix("/page") + (form.suffix if form else "")), 301)


def _to(request: Request, node: str, form: Format) -> Response:
    path = path_of(node) or ""
    reader = names(request)
    place = path if form.name == "html" else "/data" + path.removeprefix("/page") + form.suffix
    lang = request.query_params.get("lang")
    return RedirectResponse(reader.url(place, **({"lang": lang} if lang else {})), 303)


async def _data(request: Request) -> Response:
    """The data of a thing, in the form of its suffix."""
    site: Site = request.app.state.site
    node, form = _suffixed(_node(request, 1))
    if form is None:
        node, form = _node(request, 1), chosen(request, DATA)
    if form.name == "html":
        return _to(request, node, form)
    reader, key = names(request), (site.version, "data", node, form.name)
    body = site.cache.get((*key, reader.lang))
    if body is None:
        kg = site.kg
        triples = await run_in_threadpool(described.described, kg, node) if is_iri(node) else []
        if not triples:
            raise missing(request)
        body = await run_in_threadpool(described.WRITERS[form.name], triples, reader)
        site.cache.put((*key, reader.lang), body)
    link = f'<{reader.url(path_of(node) or "")}>; rel="alternate"; type="text/html", <{_ascii(node)}>; rel="describes"'
    return answer(request, body, form.media, {"Link": link})


async def _page(request: Request) -> Response:
    """The page of a thing."""
    site: Site = request.app.state.site
    node, target = _node(request, 1), request.query_params.get("char", "")
    key = (site.version, "page", node, request.url.query, names(request).lang)
    body = site.cache.get(key)
    if body is None:
        body = await run_in_threadpool(_written, request, site, node, target)
        site.cache.put(key, body)
    return answer(request, body, "text/html")


def _written(request: Request, site: Site, node: str, target: str) -> bytes:
    span = _RANGE.fullmatch(target)
    page = shown(site.kg, node, site.settings.texts, (int(span[1]), int(span[2])) if span else None)
    if page is None:
        raise missing(request)
    return render(request, page.template, **page.context).encode()


def missing(request: Request) -> RefusedError:
    """Nothing of this name, with what comes close."""
    site: Site = request.app.state.site
    *above, name = unquote(str(request.scope["path"]).rstrip("/")).split("/")
    sorts = _sorts(above[-1]) if above else []
    zh, en = ([it.label for it in site.search.find(name, 5, sorts, lang=lang)] for lang in ("zh", "en"))
    return RefusedError(
        404,
        f"图中没有“{name}”{'；是否要找：' + '、'.join(zh) if zh else ''}",
        f"there is no “{name}” in the graph{'; did you mean: ' + ', '.join(en) if en else ''}",
    )


def _sorts(kind: str) -> list[str]:
    """The sorts of things whose IRIs have a kind: an initiative is an undertaking."""
    return [sort for sort, classes in CLASSES.items() if sort == kind or CJ[kind.capitalize()] in classes]


def _node(request: Request, skip: int) -> str:
    """The IRI that a request's path stands for, however its characters are encoded; `skip` leading parts are ours."""
    raw = bytes(request.scope["raw_path"]).partition(b"?")[0].decode("ascii", "replace")
    prefix = str(request.scope.get("root_path", ""))
    parts = raw.removeprefix(prefix).strip("/").split("/")[skip:]
    *above, last = [unquote_to_bytes(part).decode("utf-8", "replace") for part in parts] or [""]
    return str(iri("/".join(above), last)) if above else BASE + last


def _suffixed(node: str) -> tuple[str, Format | None]:
    bare, dot, suffix = node.rpartition(".")
    form = _SUFFIXES.get(dot + suffix)
    return (bare, form) if form and bare else (node, None)


def _exists(kg: KG, node: str) -> bool:
    return is_iri(node) and described.exists(kg, node)


def _ascii(node: str) -> str:
    """An IRI as a URI: a header holds ASCII only."""
    return BASE + (path_of(node) or "").removeprefix("/page/")

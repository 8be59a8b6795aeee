"""The pages about the graph as a whole: home, lists, findings, the network, search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kg.pages import findings, overview
from kg.pages.agencies import ROLES
from kg.pages.embedding import embedded
from kg.pages.names import kind_of
from kg.terms import name_of
from kg.web.answers import answer
from kg.web.downloads import described
from kg.web.rendering import names, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from kg.pages.findings import FindingView
    from kg.web.site import Site

__all__ = ["routes"]

_LISTS = {
    "agencies": ("Organisation", "机构与组织", "Agencies and organisations"),
    "undertakings": ("Undertaking", "事项", "Undertakings"),
    "metrics": ("Metric", "指标", "Metrics"),
}
_PER_PAGE = 20


def routes(_: Site) -> list[BaseRoute]:
    """`/`, the lists, `/findings`, `/network`, `/search`, and what tools ask for first."""
    return [
        Route("/", _cached(_home)),
        *(Route(f"/{name}", _cached(_list)) for name in _LISTS),
        Route("/documents", _cached(_documents)),
        Route("/findings", _cached(_findings)),
        Route("/network", _cached(_network)),
        Route("/search", _cached(_search)),
        Route("/health", _health),
        Route("/favicon.ico", _icon),
    ]


def _cached(page: Callable[[Request, Site], str]) -> Callable[[Request], object]:
    """A page that is made once for each graph, address and language."""

    async def handler(request: Request) -> Response:
        site: Site = request.app.state.site
        key = (site.version, "page", request.url.path, request.url.query, names(request).lang)
        body = site.cache.get(key)
        if body is None:
            body = (await run_in_threadpool(page, request, site)).encode()
            site.cache.put(key, body)
        return answer(request, body, "text/html")

    return handler


def _home(request: Request, site: Site) -> str:
    view = overview.overview(site.kg)
    shown = view.findings
    told = described(request, names(request).lang)
    mentions = findings.mentions(site.kg, shown)
    return render(request, "home.html", view=view, findings=shown, mentions=mentions, structured=told)


def _list(request: Request, site: Site) -> str:
    name = request.url.path.rsplit("/", 1)[-1]
    sort, zh, en = _LISTS[name]
    groups: dict[str, list[tuple[str, int]]] = {}
    for iri, class_, count in overview.listing(site.kg, sort):
        groups.setdefault(class_, []).append((iri, count))
    return render(request, "listing.html", title=names(request).t(zh, en), groups=groups)


def _documents(request: Request, site: Site) -> str:
    return render(request, "documents.html", documents=overview.documents(site.kg))


def _findings(request: Request, site: Site) -> str:
    """Findings by severity, check, document and decision: the counts are those under the other facets' choices."""
    every = findings.all_findings(site.kg)
    chosen = {name: request.query_params.get(name, "") for name in _FACETS}
    facets = {}
    for name, values in _FACETS.items():
        others = [it for it in every if _fits(it, {**chosen, name: ""})]
        counts: dict[str, int] = {}
        for it in others:
            for value in values(it):
                counts[value] = counts.get(value, 0) + 1
        facets[name] = counts
    found = [it for it in every if _fits(it, chosen)]
    first = max(0, _number(request.query_params.get("offset", "")))
    shown = found[first : first + _PER_PAGE]
    return render(
        request,
        "findings.html",
        chosen=chosen,
        facets=facets,
        total=len(found),
        first=first,
        following=first + _PER_PAGE if first + _PER_PAGE < len(found) else None,
        before=max(0, first - _PER_PAGE) if first else None,
        findings=shown,
        mentions=findings.mentions(site.kg, shown),
    )


_FACETS: dict[str, Callable[[FindingView], tuple[str, ...]]] = {
    "severity": lambda it: (it.severity,),
    "check": lambda it: (name_of(it.check),),
    "document": lambda it: tuple(name_of(document) for document in it.documents),
    "decision": lambda it: (it.decision or "none",),
}


def _fits(it: FindingView, chosen: dict[str, str]) -> bool:
    return all(not value or value in _FACETS[name](it) for name, value in chosen.items())


def _network(request: Request, site: Site) -> str:
    """Agencies and their parts in undertakings: those of a role, all of them, or what two or more bodies share."""
    reader, every = names(request), overview.edges(site.kg)
    role = request.query_params.get("role", "")
    edges = [it for it in every if not role or name_of(it.role) == role]
    whole = request.query_params.get("all") == "1"
    bodies: dict[str, set[str]] = {}
    for edge in edges:
        bodies.setdefault(edge.undertaking, set()).add(edge.agency)
    shown = [edge for edge in edges if whole or role or len(bodies[edge.undertaking]) > 1]
    nodes = {node: kind_of(node) for edge in shown for node in (edge.agency, edge.undertaking)}
    data = {
        "lang": reader.lang,
        "nodes": [
            {"id": node, "label": reader.label(node), "kind": kind, "href": reader.link(node)}
            for node, kind in nodes.items()
        ],
        "edges": [
            {
                "source": edge.agency,
                "target": edge.undertaking,
                "label": reader.label(edge.role),
                "kind": name_of(edge.role),
            }
            for edge in shown
        ],
    }
    roles = {name: sum(name_of(it.role) == name for it in every) for name in ROLES}
    return render(
        request,
        "network.html",
        edges=shown,
        data=embedded(data),
        total=len(every),
        role=role,
        whole=whole,
        roles=roles,
    )


def _search(request: Request, site: Site) -> str:
    text, lang = request.query_params.get("q", ""), names(request).lang
    hits = site.search.find(text, limit=100, lang=lang) if text.strip() else []
    return render(request, "search.html", text=text, hits=hits)


async def _health(_: Request) -> Response:
    return Response("ok\n", media_type="text/plain")


async def _icon(request: Request) -> Response:
    return RedirectResponse(names(request).prefix + "/static/seal.svg", 301)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0

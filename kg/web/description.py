"""The description of the graph and of its endpoint, at the addresses where programs look for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import URIRef
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from kg.answer import Triple, line, term
from kg.description import questions, service, statistics, turtle
from kg.terms import PREFIXES
from kg.turtle import sorted_triples
from kg.web.answers import answer
from kg.web.negotiation import GRAPHIC, Format, chosen

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from kg.session import KG
    from kg.web.site import Site

__all__ = ["described", "home", "routes"]


def routes(_: Site) -> list[BaseRoute]:
    """The description where VoID says it is, and where crawlers try first."""
    return [Route("/.well-known/void", _negotiated), Route("/void", _negotiated), Route("/void.ttl", _turtle)]


async def _negotiated(request: Request) -> Response:
    return await described(request, chosen(request, GRAPHIC))


async def _turtle(request: Request) -> Response:
    return await described(request, GRAPHIC[0])


def home(request: Request) -> str:
    """The public address of the home page, without a slash at its end."""
    site: Site = request.app.state.site
    return (site.settings.base_url or str(request.base_url)).rstrip("/")


async def described(request: Request, form: Format) -> Response:
    """The service description and VoID of the site, in one of the forms of RDF."""
    site: Site = request.app.state.site
    address, kg = home(request), site.kg
    key = (site.version, "description", address, form.name)
    body = site.cache.get(key)
    if body is None:
        counted = await _counted(site, kg)
        body = await run_in_threadpool(_written, counted, [*questions(kg.queries.values()), *service(address)], form)
        site.cache.put(key, body)
    return answer(request, body, form.media)


async def _counted(site: Site, kg: KG) -> bytes:
    """The statistics of the graph as N-Triples, counted once for each version of it."""
    key = (site.version, "statistics")
    known = site.cache.get(key)
    if known is None:
        known = await run_in_threadpool(lambda: "".join(map(line, statistics(kg.store))).encode())
        site.cache.put(key, known)
    return known


def _written(counted: bytes, others: list[Triple], form: Format) -> bytes:
    parsed = ox.parse(input=counted, format=ox.RdfFormat.N_TRIPLES)
    triples = [(term(it.subject), URIRef(it.predicate.value), term(it.object)) for it in parsed] + others
    if form is GRAPHIC[0]:
        return turtle(triples).encode()
    ordered = "".join(map(line, sorted_triples(triples))).encode()
    wanted = ox.RdfFormat.from_media_type(form.media)
    body = ox.serialize(ox.parse(input=ordered, format=ox.RdfFormat.N_TRIPLES), format=wanted, prefixes=PREFIXES)
    return body or b""

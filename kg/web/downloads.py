"""The release of the graph that is shown, live: the same files at the same paths, made when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from kg.portal.metadata import metadata, read_editorial
from kg.portal.offer import offer, summary
from kg.portal.release import Release
from kg.web.answers import answer
from kg.web.description import home
from kg.web.entities import missing
from kg.web.rendering import names, render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from kg.portal.metadata import Metadata
    from kg.web.site import Site

__all__ = ["described", "routes"]

_FILES = ("kg.ttl", "kg.nq.gz", "kg.jsonld", "cube.ttl", "csv/{name}", "years/{name}", "ontology/{name}.ttl")
_DESCRIPTIONS = ("catalog.ttl", "directory.json", "directory.xlsx", "queries.ttl", "changes.atom", "notes.md")


def routes(_: Site) -> list[BaseRoute]:
    """`/data`, and the files of a release at their paths, but for those that other modules answer."""
    return [
        Route("/data", _page),
        *(Route(f"/{path}", _file) for path in _FILES),
        *(Route(f"/{path}", _description) for path in _DESCRIPTIONS),
    ]


def described(request: Request, lang: str) -> str:
    """The dataset of the site in schema.org's terms, for the head of the home page."""
    site: Site = request.app.state.site
    return summary(site.kg, _meta(request), (), lang)


async def _page(request: Request) -> Response:
    site, reader = _site(request), names(request)
    key = (site.version, "page", "/data", home(request), reader.lang)
    body = site.cache.get(key)
    if body is None:
        body = await run_in_threadpool(_drawn, request, reader.lang)
        site.cache.put(key, body)
    return answer(request, body, "text/html")


def _drawn(request: Request, lang: str) -> bytes:
    site, prefix = _site(request), names(request).prefix
    shown: dict[str, Any] = offer(site.kg, _meta(request), site.downloads.written(), lang)
    return render(request, "data.html", place=lambda path: f"{prefix}/{quote(path)}", **shown).encode()


async def _file(request: Request) -> Response:
    """A data file, with its checksum as validator."""
    site, path = _site(request), request.url.path.removeprefix(names(request).prefix).removeprefix("/")
    found = await run_in_threadpool(site.downloads.place, path)
    if found is None:
        raise missing(request)
    place, it = found
    media = it.part.compressed or it.part.media
    headers = {"ETag": f'"{it.sha256[:20]}"', "Cache-Control": "public, max-age=0, must-revalidate"}
    return FileResponse(place, media_type=media, headers=headers)


async def _description(request: Request) -> Response:
    """What describes the files at the address that this site is asked under."""
    site, path = _site(request), request.url.path.rpartition("/")[2]
    key = (site.version, "release", home(request), path)
    body = site.cache.get(key)
    if body is None:
        for name, made in (await run_in_threadpool(_descriptions, request)).items():
            site.cache.put((site.version, "release", home(request), name), made)
            body = made if name == path else body
    if body is None:
        raise missing(request)
    return answer(request, body, _MEDIA[path.rpartition(".")[2]])


def _descriptions(request: Request) -> dict[str, bytes]:
    site = _site(request)
    release = Release(site.kg, _meta(request), f"{home(request)}/sparql")
    found = release.descriptions(site.downloads.written())
    return {part.path: b"".join(part.chunks()) for part in found if part.path in _DESCRIPTIONS}


_MEDIA = {
    "ttl": "text/turtle",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "atom": "application/atom+xml",
    "md": "text/markdown",
}


def _meta(request: Request) -> Metadata:
    site, address = _site(request), f"{home(request)}/"
    return metadata(site.kg, read_editorial(site.settings.catalogue, address), address)


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site

"""Suggestions while a person types into the search field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route

from kg.errors import UsageError
from kg.pages.names import Names
from kg.terms import CJ
from kg.web.site import language

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from kg.search import Hit
    from kg.web.site import Site

__all__ = ["routes"]

_MOST = 50


def routes(site: Site) -> list[BaseRoute]:  # noqa: ARG001 - every module of routes is asked in the same way
    """`GET /suggest?q=&limit=`: names that the text can mean, as JSON."""
    return [Route("/suggest", _suggest, methods=["GET"])]


async def _suggest(request: Request) -> Response:
    """`[{label, kind, href, note}]`, the likeliest first; raises UsageError for a limit that is no number."""
    site: Site = request.app.state.site
    reader = Names(site.kg.lexicon, language(request), site.settings.prefix)
    text, given = request.query_params.get("q", ""), request.query_params.get("limit", "8")
    if not (given.isascii() and given.isdigit() and len(given) < 6):
        raise UsageError(f"limit 应为数字：“{given[:40]}”", f"limit should be a number: “{given[:40]}”")
    hits = await run_in_threadpool(site.search.find, text, min(int(given), _MOST), lang=reader.lang)
    return JSONResponse([_suggestion(hit, reader) for hit in hits], headers={"Vary": "Accept-Language"})


def _suggestion(hit: Hit, reader: Names) -> dict[str, str | None]:
    if hit.kind == "question":
        return {
            "label": hit.label,
            "kind": reader.t("问题", "question"),
            "href": reader.url(f"/queries/{hit.iri}"),
            "note": "",
        }
    also = [reader.t(f"又作 {hit.alias}", f"also {hit.alias}")] if hit.alias else []
    note = " · ".join(filter(None, [*also, hit.note]))
    return {"label": hit.label, "kind": reader.label(CJ[hit.kind]), "href": reader.link(hit.iri), "note": note}

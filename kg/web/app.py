"""The application: its routes, and what holds for every answer."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from kg.errors import KgError
from kg.version import VERSION
from kg.web import description, downloads, entities, home, protocol, questions, search
from kg.web.entities import missing
from kg.web.islands import STATIC
from kg.web.middleware import Edge, Zip
from kg.web.openapi import openapi
from kg.web.refusal import RefusedError, status_of
from kg.web.rendering import render
from kg.web.site import Settings, Site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

__all__ = ["create_app"]

_PACKAGES: list[str | tuple[str, str]] = [("kg.pages", "static")]
"""What else is served below /static."""


def create_app(settings: Settings) -> FastAPI:
    """The site of one store; raises UnreadableError where there is no graph."""
    site = Site(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await site.start()
        try:
            yield
        finally:
            await site.close()

    app = FastAPI(title="成绩单", version=VERSION, docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.site = site
    app.openapi = lambda: openapi(site)  # type: ignore[method-assign] # FastAPI's documented way to give one's own
    app.router.routes += [
        *protocol.routes(site),
        *questions.routes(site),
        *search.routes(site),
        *description.routes(site),
        *downloads.routes(site),
        *home.routes(site),
        Mount(
            "/static", StaticFiles(directory=STATIC, packages=[("kg.pages", "static")], check_dir=False), name="static"
        ),
        *entities.routes(site),
    ]
    app.add_exception_handler(KgError, _refused)
    app.add_exception_handler(HTTPException, _refused)
    app.add_middleware(Zip, minimum_size=2048)
    app.add_middleware(Edge, prefix=settings.prefix, rate=settings.rate)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    """An error as a page for people and as text for programs, in both languages."""
    if isinstance(error, HTTPException):
        error = missing(request) if error.status_code == 404 else _unfit(error)
    assert isinstance(error, KgError)  # noqa: S101 - the two kinds that this handler is registered for
    status, headers = status_of(error), dict(error.headers) if isinstance(error, RefusedError) else {}
    accept = request.headers.get("accept", "")
    if "text/html" in accept:
        page = render(request, "error.html", error=error, status=status)
        return Response(page, status, headers, "text/html")
    return PlainTextResponse(f"{error.zh}\n{error.en}\n", status, headers)


def _unfit(error: HTTPException) -> RefusedError:
    """What the router refuses by itself: most often a method that an address does not take."""
    zh = "这个地址不接受这种请求方法" if error.status_code == 405 else f"不能这样请求：{error.detail}"
    return RefusedError(error.status_code, zh, error.detail, headers=dict(error.headers or {}))

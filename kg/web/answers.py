"""HTTP answers: a body with its validator, so that what a client holds already is not sent again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

__all__ = ["answer", "etag", "is_known"]

CACHED = "public, max-age=0, must-revalidate"


def etag(body: bytes) -> str:
    """The validator of a body: the same for the same bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client says that it holds the body of this validator (RFC 9110, If-None-Match)."""
    held = request.headers.get("if-none-match", "")
    return held == "*" or tag in [part.strip().removeprefix("W/") for part in held.split(",")]


def answer(request: Request, body: bytes | str, media: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer with status 200, or 304 without a body where the client holds it."""
    data = body.encode() if isinstance(body, str) else body
    tag = etag(data)
    shared = {"ETag": tag, "Cache-Control": CACHED, **(headers or {})}
    if is_known(request, tag):
        return Response(status_code=304, headers=shared)
    return Response(data, media_type=media, headers=shared)

"""What holds for every request at the edge: the prefix, who may ask how often, and the headers of every answer."""

from __future__ import annotations

import ipaddress
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Edge", "Rates"]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{inline}; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_INLINE_STYLES = ("/sparql",)
"""The page whose bundled editor (YASGUI) writes style elements; no page has scripts of its own."""

_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, ETag, Link, Location, Retry-After, X-Total-Count",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Max-Age": "86400",
}


class Rates:
    """How often each client may ask: a bucket of `rate` requests a second that holds ten seconds' worth."""

    def __init__(self, rate: float) -> None:
        self._rate, self._most = rate, max(rate * 10, 1.0)
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, client: str, now: float) -> float:
        """Seconds that a client has to wait before its next request; 0 where it may ask now, which is counted."""
        if not self._rate or _is_local(client):
            return 0.0
        left, then = self._buckets.get(client, (self._most, now))
        left = min(self._most, left + (now - then) * self._rate)
        if left < 1:
            return (1 - left) / self._rate
        if len(self._buckets) > 10_000:  # those whose buckets are full again are as good as unknown
            full = self._most / self._rate
            self._buckets = {key: it for key, it in self._buckets.items() if now - it[1] < full}
        self._buckets[client] = (left - 1, now)
        return 0.0


class Edge:
    """Takes the prefix off, keeps clients to their rate, and puts the headers of every answer on."""

    def __init__(self, app: ASGIApp, prefix: str = "", rate: float = 0.0) -> None:
        self._app, self._prefix = app, prefix
        self._rates = Rates(rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, raw = str(scope["path"]), bytes(scope.get("raw_path") or quote(scope["path"]).encode())
        inner = path.removeprefix(self._prefix) if self._below(path) else path
        raw = raw.removeprefix(self._prefix.encode()) if self._below(path) else raw
        whole = {"path": self._prefix + (inner or "/"), "raw_path": self._prefix.encode() + (raw or b"/")}
        scope = {**scope, "root_path": self._prefix, **whole}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), inner)
                if _lasts(inner, scope["query_string"], message["status"]):
                    MutableHeaders(scope=message)["Cache-Control"] = "public, max-age=31536000, immutable"
            await send(message)

        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, sending)
        elif wait := self._rates.wait((scope.get("client") or ("",))[0], time.monotonic()):
            await _too_often(wait)(scope, receive, sending)
        else:
            await self._app(scope, receive, sending)

    def _below(self, path: str) -> bool:
        return bool(self._prefix) and (path == self._prefix or path.startswith(f"{self._prefix}/"))


def _dress(headers: MutableHeaders, path: str) -> None:
    headers.update(_HEADERS)
    headers["Vary"] = "Accept, Accept-Language, Accept-Encoding"
    if headers.get("content-type", "").startswith("text/html"):
        inline = " 'unsafe-inline'" if path.startswith(_INLINE_STYLES) else ""
        headers["Content-Security-Policy"] = _POLICY.format(inline=inline)


def _lasts(path: str, query: bytes, status: int) -> bool:
    """Whether an address names the bytes that it gives, by their hash."""
    return status == 200 and (path.startswith("/static/dist/") or (path.startswith("/static/") and b"v=" in query))


def _too_often(wait: float) -> Response:
    text = "请求过于频繁，请稍后再试。\nToo many requests: please wait.\n"
    return PlainTextResponse(text, 429, {"Retry-After": str(int(wait) + 1)})


def _is_local(client: str) -> bool:
    """Whether a client is this machine: who runs the site need not be kept from using it."""
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False

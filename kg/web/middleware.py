"""What holds for every request at the edge: the prefix, who may ask how often, and the headers of every answer."""

from __future__ import annotations

import ipaddress
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Edge", "Rates", "Zip"]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{inline}; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_INLINE_STYLES = ("/sparql",)
"""The page whose bundled editor (YASGUI) writes style elements; no page has scripts of its own."""

_HEADERS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Disposition, ETag, Link, Location, Retry-After, X-Total-Count"),
    (b"referrer-policy", b"same-origin"),
    (b"vary", b"Accept, Accept-Language, Accept-Encoding"),
    (b"x-content-type-options", b"nosniff"),
]
"""Of every answer, as ASGI sends them: setting each by name costs more than the answer of a cache."""

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
                message["headers"] = _dressed(message, inner, scope["query_string"])
            await send(message)

        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, sending)
        elif wait := self._rates.wait((scope.get("client") or ("",))[0], time.monotonic()):
            await _too_often(wait)(scope, receive, sending)
        else:
            await self._app(scope, receive, sending)

    def _below(self, path: str) -> bool:
        return bool(self._prefix) and (path == self._prefix or path.startswith(f"{self._prefix}/"))


def _dressed(message: Message, path: str, query: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with those of every answer; of a file named by its hash, one that lets it be kept."""
    headers = [(name, value) for name, value in message["headers"] if name != b"vary"]
    headers += _HEADERS
    if any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers):
        inline = " 'unsafe-inline'" if path.startswith(_INLINE_STYLES) else ""
        headers.append((b"content-security-policy", _POLICY.format(inline=inline).encode()))
    if path.startswith("/static/") and _lasts(path, query, int(message["status"])):
        headers = [(name, value) for name, value in headers if name != b"cache-control"]
        headers.append((b"cache-control", b"public, max-age=31536000, immutable"))
    return headers


class Zip(GZipMiddleware):
    """Compresses for clients that take it; the answers to the others are not even looked at."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "http" and any(
            name == b"accept-encoding" and b"gzip" in it for name, it in scope["headers"]
        ):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _lasts(path: str, query: bytes, status: int) -> bool:
    """Whether an address names the bytes that it gives, by their hash."""
    return status == 200 and (path.startswith("/static/dist/") or b"v=" in query)


def _too_often(wait: float) -> Response:
    text = "请求过于频繁，请稍后再试。\nToo many requests: please wait.\n"
    return PlainTextResponse(text, 429, {"Retry-After": str(int(wait) + 1)})


def _is_local(client: str) -> bool:
    """Whether a client is this machine: who runs the site need not be kept from using it."""
    if client == "127.0.0.1":  # nearly always
        return True
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False

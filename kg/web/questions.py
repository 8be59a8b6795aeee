"""Saved questions as pages for people and as an interface for programs: one address, one answer, many forms."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import KgError, UsageError
from kg.query import bind
from kg.web import openapi
from kg.web.answers import CACHED, answer, etag, is_known
from kg.web.asked import FORMATS, Asked, read
from kg.web.description import home
from kg.web.forms import choices, fields, resolved
from kg.web.negotiation import HTML, Format, chosen
from kg.web.pool import Job
from kg.web.questionpage import Page, attached, encoded, listed, neighbours, table_of
from kg.web.refusal import RefusedError, status_of
from kg.web.rendering import names, render
from kg.web.site import language

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from kg.answer import Term
    from kg.lexicon import Entry
    from kg.query import SavedQuery
    from kg.session import KG
    from kg.web.site import Site

__all__ = ["routes"]

_JSON = Format("json", "application/json", ".json")
_TELLING = (b"accept", b"accept-language", b"host")
"""The headers that an answer depends on."""
_UNFIT = {413, 504}
"""What a reader of the page mends by asking for less."""
_JOB = "text/tab-separated-values"


def routes(site: Site) -> list[BaseRoute]:
    """The list of questions, each question, and their description for programs."""
    questions = _Questions(site)
    return [
        Route("/queries", questions.index),
        Route("/queries.json", questions.index),
        Route("/queries/{name}", questions.question),
        *openapi.routes(site),
    ]


@dataclass(frozen=True, slots=True)
class _Made:
    """An answer that is ready to send."""

    status: int
    media: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def packed(self) -> bytes:
        """All of it as one string of bytes, for the cache: a line of JSON, then the body."""
        head = {**self.headers, "ETag": etag(self.body), "Cache-Control": CACHED}
        return json.dumps([self.media, head]).encode() + b"\n" + self.body


class _Questions:
    """The handlers. An answer is made once for all who ask the same at the same time, and kept."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._running: dict[bytes, asyncio.Task[_Made]] = {}
        self._choices: tuple[str, dict[str, list[Entry]]] = ("", {})

    async def index(self, request: Request) -> Response:
        """Every question, for people or as JSON."""
        queries = list(self._site.kg.queries.values())
        suffixed = str(request.scope["path"]).endswith(".json")
        if suffixed or chosen(request, (_JSON, HTML)) is _JSON:
            told = json.dumps(listed(queries, names(request)), ensure_ascii=False, indent=1)
            return answer(request, told, _JSON.media)
        return answer(request, render(request, "questions.html", queries=queries), HTML.media)

    async def question(self, request: Request) -> Response:
        """The answer to a question. What was answered before is found by the request as it came, and nothing parsed."""
        cache, key = self._site.cache, _fingerprint(self._site.version, request)
        kept = cache.get(key)
        if kept is None:
            made = await self._once(key, request)
            if made.status != 200:
                return Response(made.body, made.status, made.headers, made.media)
            kept = made.packed()
            cache.put(key, kept)
        head, _, body = kept.partition(b"\n")
        media, headers = json.loads(head)
        if is_known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=media)

    async def _once(self, key: bytes, request: Request) -> _Made:
        """The answer, made by the first of those who ask; it is not given up when that one goes away."""
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._made(request))
            self._running[key] = task
            task.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(task)

    def _done(self, key: bytes, task: asyncio.Task[_Made]) -> None:
        self._running.pop(key, None)
        if not task.cancelled():
            task.exception()  # seen, also where everybody has gone away

    async def _made(self, request: Request) -> _Made:
        kg = self._site.kg
        query, form = _target(request, kg)
        lang = language(request)
        pairs = request.query_params.multi_items()
        try:
            asked = read(query, pairs, form, lang)
        except KgError as error:
            if form is not HTML:
                raise
            return await self._refused(request, kg, Asked(query, form, lang), error)
        if form is HTML and _is_crude(query, pairs):
            return _Made(303, "text/plain", b"", {"Location": asked.url(names(request))})
        terms, errors = await run_in_threadpool(resolved, asked, kg)
        if errors and form is not HTML:
            raise next(iter(errors.values()))
        if errors:
            return await self._refused(request, kg, asked, None, errors)
        return await self._answered(request, kg, asked, terms)

    async def _answered(self, request: Request, kg: KG, asked: Asked, terms: dict[str, list[Term]]) -> _Made:
        """The answer to what is asked of a graph, in the form asked for."""
        bound = bind(asked.query, terms)
        try:
            rows = await self._rows(bound)
        except RefusedError as error:
            if asked.form is not HTML or error.status not in _UNFIT:
                raise
            return await self._refused(request, kg, asked, error)
        reader = names(request)
        table = await run_in_threadpool(table_of, kg, asked, rows)
        headers = {"X-Total-Count": str(len(table))}
        if link := neighbours(asked, len(table), reader):
            headers["Link"] = link
        if asked.form is not HTML:
            body = await run_in_threadpool(encoded, asked, table)
            return _Made(200, asked.form.media, body, headers | attached(asked))
        there = await self._there(kg)
        shown = await run_in_threadpool(fields, asked, kg, there, {})
        page = Page(asked, shown, reader, home(request), table, bound)
        html = await run_in_threadpool(render, request, "question.html", page=page)
        return _Made(200, HTML.media, html.encode(), headers)

    async def _rows(self, bound: str) -> bytes:
        """The rows of a query: other pages, orders and forms of an answer need not ask again."""
        site = self._site
        key = hashlib.sha256(f"rows {site.version} {bound}".encode()).digest()
        rows = site.cache.get(key)
        if rows is None:
            rows = (await site.pool.run(Job(bound, tabular=_JOB, trusted=True))).body
            site.cache.put(key, rows)
        return rows

    async def _refused(
        self,
        request: Request,
        kg: KG,
        asked: Asked,
        error: KgError | None,
        errors: dict[tuple[str, str], UsageError] | None = None,
    ) -> _Made:
        """The page of a question without an answer: what is wrong stands beside its field, or above them all."""
        there = await self._there(kg)
        shown = await run_in_threadpool(fields, asked, kg, there, errors or {})
        page = Page(asked, shown, names(request), home(request), problem=error)
        html = await run_in_threadpool(render, request, "question.html", page=page)
        headers = dict(error.headers) if isinstance(error, RefusedError) else {}
        return _Made(status_of(error) if error else 400, HTML.media, html.encode(), headers)

    async def _there(self, kg: KG) -> dict[str, list[Entry]]:
        """What a form offers to choose from, looked up once for each graph that is published."""
        version = self._site.version
        if self._choices[0] != version:
            self._choices = (version, await run_in_threadpool(choices, kg))
        return self._choices[1]


def _fingerprint(version: str, request: Request) -> bytes:
    """What tells one request from another, short enough to be a key."""
    scope = request.scope
    parts = [version.encode(), scope["path"].encode("utf-8", "surrogateescape"), scope["query_string"]]
    parts += [b"%b:%b" % header for header in scope["headers"] if header[0] in _TELLING]
    return hashlib.sha256(b"\n".join(parts)).digest()


def _target(request: Request, kg: KG) -> tuple[SavedQuery, Format]:
    """The question and the form that the path and the request name; raises RefusedError where there is none."""
    name, dot, suffix = str(request.path_params["name"]).partition(".")
    try:
        query = kg.question(name)
    except UsageError as error:
        raise RefusedError(404, error.zh, error.en) from error
    if not dot:
        return query, chosen(request, FORMATS)
    form = next((it for it in FORMATS if it.name == suffix), None)
    if form is None:
        known = ", ".join(f".{it.name}" for it in FORMATS)
        raise RefusedError(
            404, f"没有格式 .{suffix}，可用：{known}", f"there is no format .{suffix}; there are: {known}"
        )
    return query, form


def _is_crude(query: SavedQuery, pairs: list[tuple[str, str]]) -> bool:
    """Whether a form sent its empty fields along: the address to share is the one without them."""
    if any(param.default is not None for param in query.params):
        return False  # there an empty field says something
    return any(not value.strip() for _, value in pairs) or sum(name == "columns" for name, _ in pairs) > 1

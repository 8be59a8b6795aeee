"""The site: its settings, the graph that it shows, the readers of strangers' queries, and what it remembers."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kg.errors import UnreadableError
from kg.portal.downloads import Downloads
from kg.search import Search
from kg.session import KG
from kg.store import open_store, published
from kg.web.pool import Limits, Pool

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

__all__ = ["Cache", "Settings", "Site", "language"]

_log = logging.getLogger("kg.web")

_ENTRY = 512
"""What an entry costs beside its body, in bytes."""
_LOOK = 1.0
"""Seconds between two looks at whether a build has published another graph."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides.

    `base_url` is the public address of the home page where it is not the one that requests show; its path is the
    prefix below which the site lives. `catalogue` is the editors' file (see kg.portal.metadata). `rate` is requests a
    second for each client that is not this machine; 0: any.
    """

    store: Path
    base_url: str = ""
    texts: Path | None = None
    catalogue: Path | None = None
    lang: str = "zh"
    limits: Limits = field(default_factory=Limits)
    rate: float = 20.0

    @property
    def prefix(self) -> str:
        """The path of the base address without a slash at its end: `/kg`, or nothing."""
        return urlsplit(self.base_url).path.rstrip("/")


class Cache:
    """Answers by key, the least recently used dropped first; bounded by their size in bytes."""

    def __init__(self, size: int = 64 << 20) -> None:
        self._size, self._held = size, 0
        self._answers: OrderedDict[object, bytes] = OrderedDict()

    def get(self, key: object) -> bytes | None:
        """The answer for a key, None where there is none any more."""
        body = self._answers.get(key)
        if body is not None:
            self._answers.move_to_end(key)
        return body

    def put(self, key: object, body: bytes) -> None:
        """Remember an answer; one that is larger than an eighth of the whole is not kept."""
        if len(body) > self._size // 8:
            return
        self._held -= _cost(self._answers.pop(key, None))
        self._held += _cost(body)
        self._answers[key] = body
        while self._held > self._size:
            self._held -= _cost(self._answers.popitem(last=False)[1])


def _cost(body: bytes | None) -> int:
    return 0 if body is None else len(body) + _ENTRY


class _Shown:
    """One graph that is shown: what of it changes together when a build publishes another."""

    def __init__(self, settings: Settings, generation: Path) -> None:
        self.generation = generation
        self.kg = KG(open_store(settings.store), settings.lang)
        self.version = hashlib.sha256(str(generation).encode()).hexdigest()[:12]

        self.downloads = Downloads(self.kg)

    @cached_property
    def search(self) -> Search:
        return Search(self.kg)


class Site:
    """One graph on the web. `kg`, `search` and `version` change together when a build publishes another graph."""

    def __init__(self, settings: Settings) -> None:
        """Open the graph; raises UnreadableError where there is none."""
        self.settings = settings
        self.cache = Cache()
        self._shown = _Shown(settings, published(settings.store))
        self.pool = Pool(self._shown.generation, settings.limits)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def kg(self) -> KG:
        """The graph, for questions of our own."""
        return self._shown.kg

    @property
    def search(self) -> Search:
        """The index of its names."""
        return self._shown.search

    @property
    def downloads(self) -> Downloads:
        """Its files for download."""
        return self._shown.downloads

    @property
    def version(self) -> str:
        """What stands for the graph in keys of the cache."""
        return self._shown.version

    async def start(self) -> None:
        """Start the readers, and look from time to time whether there is another graph.

        Pages answer at once; a query waits until a reader is ready. Raises UsageError on a system without readers.
        """
        reading = asyncio.create_task(self.pool.start())
        await asyncio.sleep(0)
        if reading.done():
            await reading
        reading.add_done_callback(_tell)
        self._tasks = [reading, asyncio.create_task(self._watch())]

    async def close(self) -> None:
        """Stop them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.pool.close()

    async def _watch(self) -> None:
        told = ""
        while True:
            await asyncio.sleep(_LOOK)
            await asyncio.to_thread(getattr, self, "search")  # made before it is asked for, but after the first page
            try:
                generation = published(self.settings.store)
                if generation != self._shown.generation:
                    await self.pool.move(generation)  # first, so that no old answer is kept under the new version
                    self._shown = await asyncio.to_thread(_Shown, self.settings, generation)
            except UnreadableError as error:
                if told != str(error):  # the store is being repaired or removed: what is open still answers
                    _log.warning("%s", error)
                told = str(error)


def _tell(task: asyncio.Task[None]) -> None:
    """Readers that cannot start are no reason to show no pages, but the operator is told."""
    if not task.cancelled() and (error := task.exception()):
        _log.error("%s", error)


def language(request: Request) -> str:
    """The language of an answer: `?lang=`, else what the browser prefers, else the site's own."""
    asked = request.query_params.get("lang")
    if asked in {"zh", "en"}:
        return asked
    site: Site = request.app.state.site
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.split(";")[0].strip()
        if tag[:2] in {"zh", "en"}:
            return tag[:2]
    return site.settings.lang

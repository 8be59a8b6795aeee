"""The site: its settings, the graph that it shows, the readers of strangers' queries, and what it remembers."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kg.errors import UnreadableError
from kg.search import Search
from kg.session import KG
from kg.store import open_store, published
from kg.web.pool import Limits, Pool

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

__all__ = ["Cache", "Settings", "Site", "language"]

_ENTRY = 512
"""What an entry costs beside its body, in bytes."""
_LOOK = 1.0
"""Seconds between two looks at whether a build has published another graph."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides.

    `base_url` is the public address of the home page where it is not the one that requests show; its path is the
    prefix below which the site lives. `rate` is requests a second for each client that is not this machine; 0: any.
    """

    store: Path
    base_url: str = ""
    texts: Path | None = None
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


class Site:
    """One graph on the web. `kg`, `search` and `version` change together when a build publishes another graph."""

    def __init__(self, settings: Settings) -> None:
        """Open the graph; raises UnreadableError where there is none."""
        self.settings = settings
        self.cache = Cache()
        self._generation = published(settings.store)
        self._open(self._generation)
        self.pool = Pool(self._generation, settings.limits)
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the readers, and look from time to time whether there is another graph."""
        await self.pool.start()
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop both."""
        if self._watching:
            self._watching.cancel()
        await self.pool.close()

    def _open(self, generation: Path) -> None:
        kg = KG(open_store(self.settings.store), self.settings.lang)
        self.kg, self.search = kg, Search(kg)
        self.version = hashlib.sha256(f"{generation}".encode()).hexdigest()[:12]

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            try:
                generation = published(self.settings.store)
                if generation != self._generation:
                    await self.pool.move(generation)  # first, so that no old answer is kept under the new version
                    await asyncio.to_thread(self._open, generation)
                    self._generation = generation
            except UnreadableError:
                continue  # a build is being repaired or removed: what is open still answers


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

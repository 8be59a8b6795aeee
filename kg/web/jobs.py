"""What the readers are asked and told, what they may take, and what a query is refused for."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import KgError, LimitError, UsageError
from kg.guard import MAX_BYTES
from kg.web.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Job", "Limits", "Reply", "asked", "busy", "encoded", "failure", "told"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may take. Seconds of running, and the same again of waiting; bytes of a reader's address space.

    An open store takes about 200 MiB of that space and 50 MiB of real memory. `readers` answer at a time, and up to
    `slow` more have run for longer than `patience` seconds; `waiting` queries wait for a reader.
    """

    seconds: float = 10.0
    memory: int = 512 << 20
    answer: int = 20 << 20
    rows: int = 100_000
    readers: int = max(2, os.cpu_count() or 2)
    slow: int = 3
    waiting: int = 1000
    patience: float = 0.1


@dataclass(frozen=True, slots=True)
class Job:
    """A query, and the media types for an answer of rows (or a truth value) and for one of triples.

    With neither default nor named graphs, the default graph is the union of all, unless the query itself says FROM.
    As CSV and TSV, which have no form for it, a truth value is the word `true` or `false`. A `trusted` query is a
    saved question: it is not checked, its limits are the same.
    """

    query: str
    tabular: str = "application/sparql-results+json"
    graphic: str = "text/turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer: its bytes, media type, and how many solutions or triples, -1 for a truth value."""

    body: bytes
    media: str
    rows: int


def encoded(job: Job) -> bytes:
    """The text of a query as bytes; raises UsageError where it is none, and LimitError where it is too long."""
    try:
        query = job.query.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"查询不是 Unicode 文本：{error}", f"the query is no Unicode text: {error}") from error
    if len(query) > MAX_BYTES and not job.trusted:
        raise LimitError(f"查询超过 {MAX_BYTES} 字节", f"the query is over {MAX_BYTES} bytes")
    return query


def asked(job: Job) -> dict[str, object]:
    """What a reader is told of a job beside its query."""
    return {
        "tabular": job.tabular,
        "graphic": job.graphic,
        "default_graphs": job.default_graphs,
        "named_graphs": job.named_graphs,
        "trusted": job.trusted,
    }


def told(head: Mapping[str, str]) -> KgError:
    """The error that a reader told of."""
    kind, zh, en = head["error"], head["zh"], head["en"]
    if kind == "TooLarge":
        return RefusedError(413, zh, en)
    return {"LimitError": LimitError, "UsageError": UsageError}[kind](zh, en)


def failure(code: int) -> KgError | None:
    """What is wrong with a query that ended its reader, by the process's exit code; None where it was not the query."""
    if code == -signal.SIGABRT:
        return RefusedError(413, "查询需要的内存超过限制", "the query needs more memory than it may have")
    if code == -signal.SIGSEGV:
        return LimitError("查询嵌套过深", "the query nests too deep")
    if code == -signal.SIGALRM:
        return RefusedError(504, "查询超过时限", "the query took too long")
    return None


def busy(zh: str, en: str) -> RefusedError:
    """A refusal for now: the same query may be answered soon."""
    return RefusedError(503, zh, en, headers={"Retry-After": "2"})

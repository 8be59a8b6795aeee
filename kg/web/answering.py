"""What a reader does with one query: check it, ask the engine, write the whole answer into a buffer with a cap."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import KgError
from kg.guard import check_read
from kg.terms import BASE, CJ, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Rules", "answer"]

Head = dict[str, object]

_SHORT = {name: space for name, space in PREFIXES.items() if not space.startswith(BASE) or space == str(CJ)}
"""Not those of the kinds of things: a writer declares each, used or not."""

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rules:
    """How large an answer may get: bytes, and solutions or triples."""

    answer: int
    rows: int


class _TooLargeError(Exception):
    """The answer is over a limit."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class _Capped(BytesIO):
    """A buffer that takes so many bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, part: bytes, /) -> int:  # type: ignore[override] # the engine writes bytes
        written = super().write(part)
        if self.tell() > self._most:
            raise _TooLargeError(f"回答超过 {self._most} 字节", f"the answer is over {self._most} bytes")
        return written


def answer(store: ox.Store, job: Mapping[str, Any], query: str, rules: Rules) -> tuple[Head, bytes]:
    """The head and the body of the answer to a query; what is wrong with the query is a head with an error."""
    try:
        return _answer(store, job, query, rules)
    except KgError as error:
        return _error(type(error).__name__, error.zh, error.en), b""
    except SyntaxError as error:
        return _syntax(error), b""
    except _TooLargeError as error:
        return _error("TooLarge", error.zh, error.en), b""
    except MemoryError:
        return _error("TooLarge", "查询需要的内存超过限制", "the query needs more memory than it may have"), b""
    except (OSError, RuntimeError, ValueError) as error:
        return _error("UsageError", f"查询无法执行：{error}", f"the query cannot be run: {error}"), b""


def _answer(store: ox.Store, job: Mapping[str, Any], query: str, rules: Rules) -> tuple[Head, bytes]:
    own = check_read(query) if not job["trusted"] else False
    result = store.query(query, base_iri=BASE, **_dataset(job, own=own))
    buffer = _Capped(rules.answer)
    if isinstance(result, ox.QueryTriples):
        media = job["graphic"]
        counted = _Counted(result, rules.rows)
        ox.serialize(counted, buffer, _graphs(media), prefixes=_SHORT)
        return {"media": media, "rows": counted.rows}, buffer.getvalue()
    media = job["tabular"]
    form = _tables(media)
    result.serialize(buffer, form)
    body = buffer.getvalue()
    rows = -1 if isinstance(result, ox.QueryBoolean) else _rows(body, form)
    _check_rows(rows, rules.rows)
    return {"media": media, "rows": rows}, body


def _dataset(job: Mapping[str, Any], *, own: bool) -> dict[str, Any]:
    """The protocol's dataset, else the query's own, else the union of all graphs."""
    default, named = job["default_graphs"], job["named_graphs"]
    if default or named:
        return {
            "default_graph": [ox.NamedNode(it) for it in default],
            "named_graphs": [ox.NamedNode(it) for it in named],
        }
    return {"use_default_graph_as_union": not own}


class _Counted:
    """Triples that are counted as they go by."""

    def __init__(self, triples: Iterable[ox.Triple], most: int) -> None:
        self._triples, self._most = triples, most
        self.rows = 0

    def __iter__(self) -> Iterator[ox.Triple]:
        for triple in self._triples:
            self.rows += 1
            _check_rows(self.rows, self._most)
            yield triple


def _rows(body: bytes, form: ox.QueryResultsFormat) -> int:
    """How many solutions a written answer has: pyoxigraph writes them without counting."""
    if form == ox.QueryResultsFormat.XML:
        return body.count(b"<result>")
    if form == ox.QueryResultsFormat.TSV:
        return body.count(b"\n") - 1
    if form == ox.QueryResultsFormat.CSV:
        return _bare(body).count(b"\r\n") - 1
    if body.endswith(b'"bindings":[]}}'):
        return 0
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return _bare(body).count(b"},{") + 1


def _bare(body: bytes) -> bytes:
    """What stands outside quotation marks; two in a row are one within a string."""
    return b"".join(body.split(b'"')[::2])


def _check_rows(rows: int, most: int) -> None:
    if rows > most:
        raise _TooLargeError(f"回答超过 {most} 行", f"the answer has over {most} rows")


def _tables(media: str) -> ox.QueryResultsFormat:
    form = ox.QueryResultsFormat.from_media_type(media)
    if form is None:
        raise ValueError(f"no format for rows: {media}")
    return form


def _graphs(media: str) -> ox.RdfFormat:
    form = ox.RdfFormat.from_media_type(media)
    if form is None:
        raise ValueError(f"no format for triples: {media}")
    return form


def _syntax(error: SyntaxError) -> Head:
    place = _PLACE.match(error.msg)
    if place is None:
        return _error("UsageError", f"SPARQL 语法错误：{error.msg}", f"SPARQL syntax error: {error.msg}")
    line, column, told = place.groups()
    what = " ".join(told.partition("['")[0].split())[:200].rstrip(
        " ,"
    )  # the classes of characters that follow help nobody
    return _error(
        "UsageError",
        f"SPARQL 语法错误（第 {line} 行第 {column} 列）：{what}",
        f"SPARQL syntax error (line {line}, column {column}): {what}",
    )


def _error(kind: str, zh: str, en: str) -> Head:
    return {"error": kind, "zh": zh, "en": en}

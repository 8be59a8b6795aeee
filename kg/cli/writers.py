"""Where `kg extract` puts what it read: sheets, lines of JSON or review pages in a folder, or the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from kg.cli.output import plain_table, show
from kg.errors import UsageError
from kg.files import write_atomically, write_out
from kg.interval import plain
from kg.query import Column
from loaders.folder import Folder
from loaders.writing import jsonl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.model import Document, Period
    from loaders.press.extraction import Extraction
    from loaders.sources import Source

__all__ = ["Writer", "writer_for"]


class Writer(ABC):
    """Takes one extraction after the other, and the end of the run."""

    @abstractmethod
    def one(self, extraction: Extraction, source: Source) -> None:
        """Write one extraction. Raises a KgError where it cannot be written."""

    def all(self, lexicons: set[Path | None]) -> None:  # noqa: B027 - most formats are done by then
        """Write what belongs to the run as a whole, which was read with these lexicons."""


def writer_for(form: str | None, output: Path | None, lang: str, *, explain: bool = False) -> Writer:
    """The writer of a format (the usual one for None); raises UsageError for a format that cannot go there."""
    usual = "sheet" if output else "table" if sys.stdout.isatty() else "jsonl"
    if explain and form and not output:
        raise UsageError(
            "--explain 占用标准输出：请用 -o 写明文件夹", "--explain takes standard output: name a folder with -o"
        )
    makers = _INTO_FOLDERS if output else _ONTO_OUTPUT
    if form in {*_INTO_FOLDERS, *_ONTO_OUTPUT} - {*makers}:
        zh, en = ("不用 -o", "goes without -o") if output else ("要用 -o 写明文件夹", "needs a folder: -o DIR")
        raise UsageError(f"--format {form} {zh}", f"--format {form} {en}")
    if form and form not in makers:
        known = ", ".join(makers)
        raise UsageError(f"--format 没有 {form}，可选：{known}", f"--format has no {form}; it has: {known}")
    if explain:
        return _Explained(lang, makers[form or usual](output, lang) if output else None)
    return makers[form or usual](output, lang)


class _Sheets(Writer):
    def __init__(self, output: Path | None, _lang: str) -> None:
        assert output is not None  # noqa: S101 - sheets only go into folders
        self._folder = Folder(output)
        self._documents: list[Document] = []

    def one(self, extraction: Extraction, source: Source) -> None:
        self._documents.append(self._folder.write(extraction, source.file))

    def all(self, lexicons: set[Path | None]) -> None:
        self._folder.enter(self._documents)
        used = lexicons - {None}
        if self._documents and len(used) == 1 and (lexicon := used.pop()):
            self._folder.adopt(lexicon)


class _Lines(Writer):
    def __init__(self, output: Path | None, _lang: str) -> None:
        self._output = output

    def one(self, extraction: Extraction, source: Source) -> None:
        if self._output:
            write_atomically(self._output / f"{source.document.id}.jsonl", jsonl(extraction))
        else:
            write_out(None, jsonl(extraction))


class _Pages(Writer):
    def __init__(self, output: Path | None, lang: str) -> None:
        self._output, self._lang = output, lang
        self._waiting: list[Extraction] = []

    def one(self, extraction: Extraction, source: Source) -> None:
        if self._output:
            write_atomically(self._output / f"{source.document.id}.html", [self._page([extraction])])
        else:
            self._waiting.append(extraction)

    def all(self, lexicons: set[Path | None]) -> None:  # noqa: ARG002 - a page needs none
        if self._waiting:
            write_out(None, [self._page(self._waiting)])

    def _page(self, extractions: list[Extraction]) -> bytes:
        from loaders.review.page import review_page  # noqa: PLC0415 - only pages need Jinja2

        return review_page(extractions, self._lang).encode()


class _Tables(Writer):
    def __init__(self, _output: Path | None, lang: str) -> None:
        self._lang = lang

    def one(self, extraction: Extraction, source: Source) -> None:  # noqa: ARG002 - its name is in the document
        rows = []
        for taken in extraction.claims:
            it = taken.claim
            value = "" if it.value is None else plain(it.value)
            rows.append((it.surface, value, it.unit, it.metric_wording, it.agency or "", _period(it.period)))
        title = f"{extraction.document.id}  {extraction.document.title}"
        show(plain_table(title, _COLUMNS, rows, self._lang), "table", None, None)


class _Explained(Writer):
    """The explanation on the terminal, beside what another writer puts into a folder."""

    def __init__(self, lang: str, other: Writer | None) -> None:
        self._lang, self._other = lang, other

    def one(self, extraction: Extraction, source: Source) -> None:
        from loaders.review.terminal import explain  # noqa: PLC0415 - only this needs rich

        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        lines = explain(extraction, self._lang, colour, shutil.get_terminal_size((100, 40)).columns)
        write_out(None, (line.encode() for line in lines))
        if self._other:
            self._other.one(extraction, source)

    def all(self, lexicons: set[Path | None]) -> None:
        if self._other:
            self._other.all(lexicons)


def _period(period: Period) -> str:
    """A period as short as it can be said: 2025, 2021/2025, 2025-01-01/2025-10-31."""
    start, end = period.start.isoformat(), period.end.isoformat()
    if start.endswith("-01-01") and end.endswith("-12-31"):
        start, end = start[:4], end[:4]
    return start if start == end else f"{start}/{end}"


_COLUMNS = (
    Column("surface", "数量", "quantity"),
    Column("value", "数值", "value"),
    Column("unit", "单位", "unit"),
    Column("metric", "指标", "metric"),
    Column("agency", "组织", "agency"),
    Column("period", "时段", "period"),
)
_INTO_FOLDERS: dict[str, Callable[[Path | None, str], Writer]] = {"sheet": _Sheets, "jsonl": _Lines, "html": _Pages}
_ONTO_OUTPUT: dict[str, Callable[[Path | None, str], Writer]] = {"table": _Tables, "jsonl": _Lines, "html": _Pages}

"""What the page of a question shows, and its answer in the forms that programs and spreadsheets read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox

from kg.answer import Solutions, from_oxigraph
from kg.pages.cells import Cell, cells, kinds
from kg.pages.series import Chart, charts
from kg.table import FORMATS as WRITERS
from kg.table import Table
from kg.terms import BASE
from kg.web.asked import FORMATS
from kg.web.negotiation import HTML
from kg.web.samples import Sample, samples, without_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.errors import KgError
    from kg.pages.names import Names
    from kg.query import Column, SavedQuery
    from kg.session import KG
    from kg.web.asked import Asked
    from kg.web.forms import Field
    from kg.web.negotiation import Format

__all__ = ["Heading", "Page", "attached", "encoded", "listed", "neighbours", "table_of"]

_CHARTS = 12
_BOM = b"\xef\xbb\xbf"
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
"""Characters that no file name should have."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the table: words, kind (see kg.pages.cells), how it is sorted, the address that sorts by it."""

    text: str
    kind: str
    sorted: str | None
    href: str


@dataclass(frozen=True)
class Page:
    """The page of a question: its form, and its answer unless there is a problem; `root` is the site's address."""

    asked: Asked
    fields: Sequence[Field]
    names: Names
    root: str
    table: Table | None = None
    bound: str = ""
    problem: KgError | None = None

    @property
    def query(self) -> SavedQuery:
        """The question."""
        return self.asked.query

    @property
    def title(self) -> str:
        """The question in words."""
        return self.query.summary(self.names.lang)

    @cached_property
    def shown(self) -> Table | None:
        """The rows and columns that are shown."""
        return _part(self.asked, self.table) if self.table else None

    @property
    def count(self) -> int:
        """Rows in all."""
        return len(self.table) if self.table else 0

    @property
    def headings(self) -> list[Heading]:
        """The headings of what is shown."""
        if self.shown is None or not self.rows:
            return []
        return [self._heading(*it) for it in zip(self.shown.columns, kinds(self.rows), strict=True)]

    @cached_property
    def rows(self) -> list[list[Cell]]:
        """The cells of what is shown."""
        return cells(self.shown, self.names) if self.shown else []

    @cached_property
    def charts(self) -> list[Chart]:
        """The series of the whole answer, where the question has some."""
        return charts(self.table, self.names) if self.table and self.query.view == "series" else []

    @property
    def drawn(self) -> list[Chart]:
        """The charts on this page: the first few, until all are asked for."""
        return self.charts if self.asked.charts else self.charts[:_CHARTS]

    @property
    def samples(self) -> list[Sample]:
        """The question to take along."""
        return samples(self.asked, self.bound, self.root) if self.bound else []

    @property
    def sparql(self) -> str:
        """The query as it was run, for the editor."""
        return without_header(self.bound or self.query.text)

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """What is shown, as files: the name of each format and its address."""
        whole = [form for form in FORMATS if form is not HTML]
        order = ("csv", "xlsx", "json", "ttl", "tsv")
        found = sorted(whole, key=lambda form: order.index(form.name))
        return [(form.name, self.url(form, charts=False)) for form in found]

    @property
    def address(self) -> str:
        """The address of this page, to be sent to others."""
        return self.asked.address(self.root)

    @property
    def base(self) -> str:
        """What the IRIs of the graph's things begin with."""
        return BASE

    def url(self, form: Format | None = None, **changes: object) -> str:
        """The address of this page with changes."""
        return self.asked.url(self.names, form, **changes)

    def instead(self, name: str, text: str, other: str) -> str:
        """The address of this page with another value for a parameter."""
        given = tuple((key, other if (key, value) == (name, text) else value) for key, value in self.asked.given)
        return self.url(given=given, offset=0)

    def neighbour(self, step: int) -> str | None:
        """The address of the next (1) or the previous (-1) rows, None where there are none."""
        return _neighbour(self.asked, self.count, self.names, step)

    def _heading(self, column: Column, kind: str) -> Heading:
        first = self.asked.sort[0] if self.asked.sort else ""
        way = {column.name: "ascending", f"-{column.name}": "descending"}.get(first)
        names = {"ascending": (f"-{column.name}",), "descending": ()}.get(way or "", (column.name,))
        return Heading(column.label(self.names.lang), kind, way, self.url(sort=names, offset=0))


def table_of(kg: KG, asked: Asked, body: bytes) -> Table:
    """The rows of an answer in SPARQL's TSV, sorted as asked."""
    answer = from_oxigraph(ox.parse_query_results(body, format=ox.QueryResultsFormat.TSV))
    solutions = answer if isinstance(answer, Solutions) else Solutions((), ())
    table = Table.of(solutions, asked.query.columns, asked.query.summary(asked.lang), kg.lexicon, asked.lang)
    return table.sorted(asked.sort)


def encoded(asked: Asked, table: Table) -> bytes:
    """What is asked of an answer, as a file."""
    body = WRITERS[asked.form.name](_part(asked, table))
    return body if asked.bom else body.removeprefix(_BOM)


def neighbours(asked: Asked, count: int, names: Names) -> str:
    """The value of a Link header: the pages before and after the rows that are shown; empty where there are none."""
    form = None if asked.form is HTML else asked.form
    found = (("prev", _neighbour(asked, count, names, -1, form)), ("next", _neighbour(asked, count, names, 1, form)))
    return ", ".join(f'<{href}>; rel="{name}"' for name, href in found if href)


def attached(asked: Asked) -> dict[str, str]:
    """The header that names the file of an answer: the question with what is given for it (RFC 6266)."""
    suffix = f".{asked.form.name}"
    words = "-".join(value.removeprefix("https://") for _, value in asked.given)
    name = f"{asked.query.name} {_UNFIT.sub(' ', words)[:60]}".strip()
    way = "inline" if asked.form.name == "json" else "attachment"
    plain = f'{way}; filename="{asked.query.name}{suffix}"'
    return {"Content-Disposition": f"{plain}; filename*=UTF-8''{quote(name + suffix, safe='')}"}


def listed(queries: Sequence[SavedQuery], names: Names) -> list[dict[str, object]]:
    """The questions for programs."""
    return [
        {
            "name": query.name,
            "title": query.summary(names.lang),
            "href": names.url(f"/queries/{query.name}"),
            "view": query.view,
            "params": [
                {"name": it.name, "type": it.type, "title": it.en if names.lang == "en" else it.zh}
                for it in query.params
            ],
            "columns": [{"name": it.name, "title": it.label(names.lang)} for it in query.columns],
            "query": without_header(query.text),
        }
        for query in queries
    ]


def _part(asked: Asked, table: Table) -> Table:
    """The rows and columns asked for."""
    chosen = table.selected(asked.columns) if asked.columns else table
    return chosen.limited(asked.rows, asked.offset)


def _neighbour(asked: Asked, count: int, names: Names, step: int, form: Format | None = None) -> str | None:
    rows = asked.rows
    if not rows:
        return None
    if step < 0:
        return asked.url(names, form, offset=max(0, asked.offset - rows)) if asked.offset else None
    return asked.url(names, form, offset=asked.offset + rows) if asked.offset + rows < count else None

"""An answer as a table for people and programs: labels beside IRIs, and the formats that both want."""

from __future__ import annotations

import html
import io
import json
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rdflib import Literal, URIRef

from kg.answer import Solutions, Term, to_oxigraph
from kg.checkreport import escaped
from kg.errors import UsageError
from kg.tables import guarded, write_table
from kg.terms import BASE, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.lexicon import Lexicon
    from kg.query import Column

__all__ = ["FORMATS", "Table", "cell_text", "is_number"]

_SHOWN = 50
"""Rows that a notebook shows."""
_ALIGNED = {
    False: ' style="text-align:left"',
    True: ' style="text-align:right;font-variant-numeric:tabular-nums"',
}
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of RDF terms under headings, with the lexicon that labels them and the language of the labels."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    lexicon: Lexicon
    lang: str = "zh"

    @classmethod
    def of(cls, solutions: Solutions, columns: tuple[Column, ...], title: str, lexicon: Lexicon, lang: str) -> Table:
        """A table of the named columns of some solutions, in the columns' order."""
        index = [solutions.variables.index(column.name) for column in columns]
        rows = tuple(tuple(row[i] for i in index) for row in solutions.rows)
        return cls(title, columns, rows, lexicon, lang)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Term | None]]:
        """Each row as {column: term}."""
        names = [column.name for column in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)

    @property
    def headings(self) -> list[str]:
        """The headings in the table's language."""
        return [column.label(self.lang) for column in self.columns]

    def texts(self) -> list[list[str]]:
        """The rows as people read them."""
        return [[cell_text(cell, self.lexicon, self.lang) for cell in row] for row in self.rows]

    def limited(self, limit: int | None, offset: int = 0) -> Table:
        """Some rows only: `limit` of them (None: all) after the first `offset`."""
        rows = self.rows[offset:] if limit is None else self.rows[offset : offset + limit]
        return Table(self.title, self.columns, rows, self.lexicon, self.lang)

    def sorted(self, names: Sequence[str]) -> Table:
        """The rows by some columns, `-column` downwards; equal rows keep their order, empty cells come last.

        Numbers go by value, things by their labels. Raises UsageError for a column that there is not.
        """
        known = self.selected([name.removeprefix("-") for name in names]).columns
        rows = list(self.rows)
        for name, column in reversed(list(zip(names, known, strict=True))):
            x = self.columns.index(column)
            filled = sorted((row for row in rows if row[x] is not None), key=self._rank(x), reverse=name[0] == "-")
            rows = filled + [row for row in rows if row[x] is None]
        return Table(self.title, self.columns, tuple(rows), self.lexicon, self.lang)

    def _rank(self, x: int) -> Callable[[tuple[Term | None, ...]], tuple[bool, Decimal, str]]:
        """Where a row stands by one of its cells: numbers before words."""

        def rank(row: tuple[Term | None, ...]) -> tuple[bool, Decimal, str]:
            if is_number(row[x]):
                return False, Decimal(str(row[x])), ""
            return True, Decimal(0), cell_text(row[x], self.lexicon, self.lang)

        return rank

    def selected(self, names: Sequence[str]) -> Table:
        """Some columns only, in the order named; raises UsageError for one that there is not."""
        index = {column.name: x for x, column in enumerate(self.columns)}
        for name in names:
            if name not in index:
                known = ", ".join(index)
                raise UsageError(f"没有列 {name}，有：{known}", f"there is no column {name}; there are: {known}")
        keep = [index[name] for name in names]
        rows = tuple(tuple(row[x] for x in keep) for row in self.rows)
        return Table(self.title, tuple(self.columns[x] for x in keep), rows, self.lexicon, self.lang)

    def df(self) -> Any:  # pandas is optional, so its type cannot be named here
        """A pandas DataFrame of the rows as people read them; raises UsageError where pandas is missing."""
        try:
            import pandas as pd  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            raise UsageError(
                "需要 pandas：pip install 'chengjidan[notebook]'",
                "needs pandas: pip install 'chengjidan[notebook]'",
            ) from error
        return pd.DataFrame(self.texts(), columns=self.headings)

    def _repr_html_(self) -> str:
        """The first rows as HTML for a notebook: things link to their IRIs, numbers stand under each other."""
        numeric = [self._is_numeric(x) for x in range(len(self.columns))]
        heads = zip(self.headings, numeric, strict=True)
        head = "".join(f"<th{_ALIGNED[right]}>{html.escape(heading)}</th>" for heading, right in heads)
        shown = self.limited(_SHOWN)
        rows = zip(shown.rows, shown.texts(), strict=True)
        body = "".join(f"<tr>{''.join(map(_html_cell, cells, texts, numeric))}</tr>" for cells, texts in rows)
        more = f"<p>{html.escape(self._more)}</p>" if self._more else ""
        caption = f'<caption style="text-align:left">{html.escape(self.title)}</caption>'
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def _repr_markdown_(self) -> str:
        """The same as a table in Markdown, where no text is markup."""
        rule = ["---:" if self._is_numeric(x) else "---" for x in range(len(self.columns))]
        rows = [self.headings, *self.limited(_SHOWN).texts()]
        lines = [f"| {' | '.join(' '.join(escaped(text).split()) for text in row)} |" for row in rows]
        lines.insert(1, f"| {' | '.join(rule)} |")
        return "\n\n".join(filter(None, [escaped(self.title), "\n".join(lines), self._more])) + "\n"

    @property
    def _more(self) -> str:
        """How many rows a notebook does not show."""
        hidden = len(self) - _SHOWN
        if hidden <= 0:
            return ""
        return f"and {hidden:,} more" if self.lang == "en" else f"另有 {hidden:,} 行"

    def _is_numeric(self, x: int) -> bool:
        """Whether a column holds numbers and nothing else."""
        cells = [row[x] for row in self.rows if row[x] is not None]
        return bool(cells) and all(map(is_number, cells))


def _html_cell(cell: Term | None, text: str, right: bool) -> str:
    shown = html.escape(text)
    if isinstance(cell, URIRef) and str(cell).startswith(("http://", "https://")):
        shown = f'<a href="{html.escape(cell)}">{shown}</a>'
    return f"<td{_ALIGNED[right]}>{shown}</td>"


def cell_text(cell: Term | None, lexicon: Lexicon, lang: str) -> str:
    """A term as people read it: a label, a canonical name, or the plain value."""
    if cell is None:
        return ""
    if isinstance(cell, URIRef):
        label = lexicon.label(cell, lang)
        return label or (name_of(cell) if cell.startswith(BASE) else str(cell))
    return str(cell)


def is_number(cell: Term | None) -> bool:
    """Whether a cell is a decimal or a whole number, in its words as well as by its datatype."""
    return isinstance(cell, Literal) and type(cell.value) in {int, Decimal}


def _csv(table: Table) -> bytes:
    """CSV for spreadsheets: with a byte order mark, and a quote before what a spreadsheet would run."""
    rows = zip(table.rows, table.texts(), strict=True)
    return write_table(table.headings, [list(map(_guarded, cells, texts)) for cells, texts in rows])


def _guarded(cell: Term | None, text: str) -> str:
    return text if is_number(cell) else guarded(text)


def _tsv(table: Table) -> bytes:
    """SPARQL 1.1 TSV results: exact terms."""
    lines = ["\t".join(f"?{column.name}" for column in table.columns)]
    lines += ["\t".join("" if cell is None else str(to_oxigraph(cell)) for cell in row) for row in table.rows]
    return "\n".join(lines).encode() + b"\n"


def _json(table: Table) -> bytes:
    """SPARQL 1.1 JSON results, with a `label` beside each IRI that has one."""
    bindings = [{name: _json_term(cell, table) for name, cell in row.items() if cell is not None} for row in table]
    head = {"vars": [column.name for column in table.columns]}
    answer = {"head": head, "results": {"bindings": bindings}}
    return json.dumps(answer, ensure_ascii=False, indent=1).encode() + b"\n"


def _json_term(cell: Term, table: Table) -> dict[str, str]:
    if isinstance(cell, URIRef):
        label = table.lexicon.label(cell, table.lang)
        return {"type": "uri", "value": str(cell), **({"label": label} if label else {})}
    if isinstance(cell, Literal):
        extra = {"xml:lang": cell.language} if cell.language else {}
        if cell.datatype and not cell.language:
            extra = {"datatype": str(cell.datatype)}
        return {"type": "literal", "value": str(cell), **extra}
    return {"type": "bnode", "value": str(cell)}


def _xlsx(table: Table) -> bytes:
    """A workbook with the table and a sheet that says what it is; the same bytes each time."""
    return workbook([(table.title, table)])


def workbook(sheets: list[tuple[str, Table]]) -> bytes:
    """A workbook of some tables, each a sheet with a frozen heading and a filter; texts stay texts."""
    from datetime import datetime  # noqa: PLC0415 - for one constant

    import xlsxwriter  # noqa: PLC0415 - slow to import, and only this format needs it

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC), "title": sheets[0][0]})
    bold = book.add_format({"bold": True, "bottom": 1})
    for number, (title, table) in enumerate(sheets, start=1):
        sheet = book.add_worksheet(f"{number}")
        sheet.write_string(0, 0, title)
        for x, heading in enumerate(table.headings):
            sheet.write_string(2, x, heading, bold)
        for y, (row, texts) in enumerate(zip(table.rows, table.texts(), strict=True), start=3):
            for x, (cell, text) in enumerate(zip(row, texts, strict=True)):
                if is_number(cell):
                    sheet.write_number(y, x, float(text))
                elif text:
                    sheet.write_string(y, x, text)
        sheet.freeze_panes(3, 0)
        if table.rows:
            sheet.autofilter(2, 0, 2 + len(table), max(0, len(table.columns) - 1))
        sheet.autofit()
    book.close()
    return out.getvalue()


def _ttl(table: Table) -> bytes:
    """The rows in the W3C result-set vocabulary, with IRIs for rows and cells."""
    lines = [f"@prefix rs: <{_RS}> .", "", "<#answer> a rs:ResultSet ;"]
    lines.append("    rs:resultVariable " + ", ".join(f'"{column.name}"' for column in table.columns))
    if table.rows:
        lines[-1] += " ;"
        lines.append("    rs:solution " + ", ".join(f"<#row-{n}>" for n in range(1, len(table) + 1)))
    lines[-1] += " ."
    for number, row in enumerate(table, start=1):
        cells = [(name, cell) for name, cell in row.items() if cell is not None]
        names = ", ".join(f"<#row-{number}-{name}>" for name, _ in cells)
        lines.append(f"\n<#row-{number}> rs:index {number}{f' ; rs:binding {names}' if names else ''} .")
        for name, cell in cells:
            lines.append(f'<#row-{number}-{name}> rs:variable "{name}" ; rs:value {to_oxigraph(cell)} .')
    return "\n".join(lines).encode() + b"\n"


FORMATS: dict[str, Callable[[Table], bytes]] = {
    "csv": _csv,
    "json": _json,
    "tsv": _tsv,
    "ttl": _ttl,
    "xlsx": _xlsx,
}
"""The formats of an answer beside the table on a terminal."""

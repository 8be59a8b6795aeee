"""The tables of a release: one CSV file a class, which opens in a spreadsheet, and their description in CSVW."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from rdflib import Literal

from kg import resources
from kg.answer import Solutions
from kg.portal.csvw import fields, metadata, of_iri
from kg.portal.part import Part
from kg.query import load_queries
from kg.table import FORMATS, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.answer import Term
    from kg.query import SavedQuery
    from kg.session import KG

__all__ = ["DESCRIPTION", "table", "tables"]

DESCRIPTION = "csv/csv-metadata.json"
"""Where CSVW looks for the description of the tables of a folder, when nothing else names one."""


def tables(kg: KG) -> Iterator[Part]:
    """A file of CSV for each question of queries/tables, and the file that describes them.

    UTF-8 with a byte order mark, headings and labels in Chinese whatever the language of `kg`; the columns of
    the question come first, then one of IRIs for each column that holds things.
    """
    queries = load_queries(resources.queries() / "tables")
    for name, query in queries.items():
        yield Part(f"csv/{name}.csv", "text/csv", partial(_csv, kg, query), query.zh, query.en)
    yield Part(DESCRIPTION, "application/csvm+json", partial(_described, list(queries.values())))


def table(kg: KG, query: SavedQuery) -> Table:
    """The answer to a question of queries/tables in Chinese, with the IRIs of its things in further columns."""
    answer = kg.store.query(query.text)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    plain = Table.of(answer, query.columns, query.zh, kg.lexicon, "zh")
    known = fields(query)
    things = [x for x, column in enumerate(query.columns) if known[column.name].thing]
    columns = tuple(of_iri(query.columns[x]) for x in things)
    rows = tuple((*row, *(_iri(row[x]) for x in things)) for row in plain.rows)
    return Table(plain.title, query.columns + columns, rows, kg.lexicon, "zh")


def _iri(cell: Term | None) -> Literal | None:
    """An IRI as a text, since a cell that is an IRI is written as its label."""
    return None if cell is None else Literal(str(cell))


def _csv(kg: KG, query: SavedQuery) -> Iterator[bytes]:
    yield FORMATS["csv"](table(kg, query))


def _described(queries: list[SavedQuery]) -> Iterator[bytes]:
    yield json.dumps(metadata(queries), ensure_ascii=False, indent=1).encode() + b"\n"

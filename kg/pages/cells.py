"""The cells of an answer as a page shows them: things link to their pages, numbers line up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rdflib import Literal, URIRef

from kg.interval import plain
from kg.pages.names import kind_of
from kg.table import is_number

if TYPE_CHECKING:
    from kg.answer import Term
    from kg.pages.names import Names
    from kg.table import Table

__all__ = ["Cell", "cells", "kinds"]

_GROUPED = 10_000
"""Numbers from here on are written in groups of three digits: years and short numbers read better without."""

_SHORT, _LONG = 12, 40
"""Letters up to which a column stands on one line, and from which on it holds sentences."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in words: where it leads, the value to sort by where that is not its text, and its language."""

    text: str
    href: str | None = None
    value: str | None = None
    lang: str | None = None
    title: str | None = None


def cells(table: Table, names: Names) -> list[list[Cell]]:
    """The rows of a table as cells."""
    return [[_cell(cell, names) for cell in row] for row in table.rows]


def kinds(rows: list[list[Cell]]) -> list[str]:
    """How each column is set: `number` to the right; `words` and `long` may take several lines; others nothing."""
    return [_kind([cell for cell in column if cell.text]) for column in zip(*rows, strict=True)]


def _kind(column: list[Cell]) -> str:
    if column and all(cell.value is not None for cell in column):
        return "number"
    longest = max((len(cell.text) for cell in column), default=0)
    return "" if longest <= _SHORT else "words" if longest <= _LONG else "long"


def _cell(cell: Term | None, names: Names) -> Cell:
    if cell is None:
        return Cell("")
    if isinstance(cell, URIRef):
        label = names.label(cell)
        short = _span(label) if kind_of(cell) == "claim" else label
        return Cell(short, names.link(cell), title=None if short == label else label)
    if is_number(cell):
        number = Decimal(str(cell))
        return Cell(f"{number:,f}" if abs(number) >= _GROUPED else plain(number), value=str(cell))
    language = cell.language if isinstance(cell, Literal) else None
    return Cell(str(cell), lang=language if language not in {None, names.lang} else None)


def _span(claim: str) -> str:
    """The characters in a claim's name: its document stands in a column of its own."""
    return claim.rpartition(".")[2].replace("-", "–") if "." in claim else claim

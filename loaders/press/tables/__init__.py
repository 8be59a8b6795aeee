"""Tables of words that every city shares: measure words and standard bodies. They are data: edit the CSV files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Body", "Measure", "bodies", "measures"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure word: its kind (count, money, time …), the unit it stands for, whether a noun may follow it."""

    word: str
    kind: str
    unit: str
    counted: bool


@dataclass(frozen=True, slots=True)
class Body:
    """A kind of public body: its name without a place, what the press calls it, words that only its figures have."""

    name: str
    aliases: tuple[str, ...]
    levels: frozenset[str]
    competence: tuple[str, ...]


@cache
def measures() -> dict[str, Measure]:
    """Measure words by the word."""
    found = {}
    for row in _rows("measures.csv"):
        found[row["word"]] = Measure(row["word"], row["kind"], row["unit"], row["counted"] == "yes")
    return found


@cache
def bodies() -> tuple[Body, ...]:
    """The standard bodies, in the order of the file."""
    return tuple(
        Body(row["name"], _words(row["aliases"]), frozenset(_words(row["level"])), _words(row["competence"]))
        for row in _rows("bodies.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split(";") if word)

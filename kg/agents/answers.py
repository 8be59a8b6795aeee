"""What each tool answers: the schemas that a client is told, and how large an answer may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel, Field

from kg.agents.wire import Entity, Evidence, Found, Source, Thing
from kg.search import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Cell", "Described", "Findings", "Heading", "Hits", "Input", "Proof", "Question", "Questions", "Row", "Rows",
    "Solved", "answered", "cut", "fitting"]  # fmt: skip

_ROOM = 60_000
"""Characters of rows in an answer: what a model can still read."""
_CELL = 2_000
"""Characters of one cell."""

Cell = Thing | str | None
_Row = TypeVar("_Row")


class Hits(BaseModel):
    """Things that were found, the likeliest first."""

    text: str
    total: int
    note: str | None
    hits: list[Hit]


class Described(BaseModel):
    """A thing of the graph."""

    note: str | None
    entity: Entity


class Input(BaseModel):
    """A parameter of a question; every one may be left out."""

    name: str
    type: str
    label: str
    default: str | None


class Heading(BaseModel):
    """A column."""

    name: str
    label: str


class Question(BaseModel):
    """A question that can be asked by name."""

    name: str
    zh: str
    en: str
    params: list[Input]
    columns: list[Heading]


class Questions(BaseModel):
    """The saved questions."""

    questions: list[Question]


class Row(BaseModel):
    """A row: its cells by column, a thing as its IRI and label, and where what it says stands."""

    cells: dict[str, Cell]
    sources: list[Source]


class Rows(BaseModel):
    """The answer to a saved question; `value` is an interval where the text gives no exact number."""

    question: str
    title: str
    columns: list[Heading]
    total: int
    note: str | None
    rows: list[Row]


class Solved(BaseModel):
    """The answer to a SPARQL query: rows of a SELECT, the N-Triples of a CONSTRUCT, or the truth of an ASK."""

    columns: list[str]
    rows: list[dict[str, Cell]]
    triples: str | None = Field(description="sorted N-Triples, whole lines")
    truth: bool | None
    total: int
    note: str | None


class Proof(BaseModel):
    """The evidence of a claim."""

    evidence: Evidence


class Findings(BaseModel):
    """What the cross-claim checks found, the worst first."""

    total: int
    note: str | None
    findings: list[Found]


def answered(answer: BaseModel, text: str) -> CallToolResult:
    """An answer for programs, and the same as text to read."""
    structured: dict[str, Any] = answer.model_dump(mode="json")
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=structured)


def fitting(rows: Sequence[_Row], limit: int) -> list[_Row]:
    """The first rows, at most so many and no more than a model can read; the first one always."""
    kept: list[_Row] = []
    room = _ROOM
    for row in rows[:limit]:
        room -= len(str(row))
        if kept and room < 0:
            break
        kept.append(row)
    return kept


def cut(text: str) -> str:
    """The text of a cell, shortened where nobody would read it."""
    return text if len(text) <= _CELL else f"{text[:_CELL]}… ({len(text)})"

"""What answers are made of: figures with their intervals, and the sources of each, with labels in one language."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Entity", "Evidence", "Fact", "Figure", "Found", "Involvement", "Part", "Source", "Thing"]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a name; a text that stands for itself has no IRI."""

    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is said: a passage (its IRI is `document#char=start,end`), or a whole document.

    `quote` is the passage as printed, where the build or the reader had the text; `sentence` the sentence around it.
    """

    cite: str
    document: str
    title: str
    publisher: str
    published: str
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A claim: what it counts, whose it is, and the numbers that it allows.

    `interval` is one number only where the text states it exactly; `[470000, 480000)` is 47万余. A bracket belongs to
    the interval and a parenthesis does not; ∞ is no limit. It is None where the text gives no number.
    """

    claim: str
    metric: Thing
    interval: str | None
    lower: str | None
    upper: str | None
    wording: str | None
    unit: str
    kind: str
    status: str
    start: str
    end: str
    place: Thing
    agency: Thing | None
    undertaking: Thing | None
    direction: str | None
    base: str | None
    sources: list[Source]


@dataclass(frozen=True, slots=True)
class Involvement:
    """An organisation's part in an undertaking in a period, and every passage that states it."""

    agency: Thing
    role: str
    undertaking: Thing
    start: str
    end: str
    sources: list[Source]


@dataclass(frozen=True, slots=True)
class Fact:
    """A property of a thing, by name, and its values."""

    property: str
    name: str
    values: list[Thing]


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing; `claims` and `involvements` count all that there are, the lists hold the newest."""

    iri: str
    kind: str
    label: str
    names: dict[str, str]
    aliases: list[str]
    facts: list[Fact]
    claims: int
    figures: list[Figure]
    involvements: int
    roles: list[Involvement]


@dataclass(frozen=True, slots=True)
class Part:
    """What one passage gives of a claim; without a source it was inferred."""

    field: str
    stated: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim with the passage of each of its parts, who decided that it stands, and what read it."""

    figure: Figure
    parts: list[Part]
    review: str
    reviewer: str | None
    note: str | None
    read_by: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A finding: how serious, what it says in both languages, its arithmetic, and the figures with their sources."""

    iri: str
    severity: str
    grade: str
    check: Thing
    zh: str
    en: str
    computation: str | None
    decision: str | None
    ruled_out: list[str]
    still_possible: list[str]
    figures: list[Figure]

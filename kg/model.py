"""The few types that flow through the program, all frozen; the words are those of gold/GUIDELINES.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from kg.interval import Interval, interval, read_quantity
from kg.terms import document_iri, involvement_iri, passage_iri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rdflib import URIRef

    from kg.comparison import Comparison

__all__ = [
    "Bound",
    "Claim",
    "Direction",
    "Document",
    "Finding",
    "Interval",
    "Involvement",
    "Kind",
    "Location",
    "Passage",
    "Period",
    "Reading",
    "Review",
    "Role",
    "Severity",
    "Status",
]


class Kind(StrEnum):
    """The sort of quantity that a claim states."""

    LEVEL = "level"
    CHANGE = "change"
    POINTS = "points"
    SHARE = "share"
    RATE = "rate"
    MULTIPLE = "multiple"
    RANK = "rank"


class Bound(StrEnum):
    """How the text limits the number."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"


class Direction(StrEnum):
    """Whether a change goes up or down."""

    UP = "up"
    DOWN = "down"


class Status(StrEnum):
    """Whether a claim is a result or a plan."""

    ACHIEVED = "achieved"
    PLANNED = "planned"


class Role(StrEnum):
    """The part that an organisation plays in an undertaking."""

    LEADS = "leads"
    TAKES_PART = "takes_part"
    OPERATES = "operates"
    ISSUES = "issues"
    RECEIVES = "receives"
    PLANS = "plans"


class Review(StrEnum):
    """What a person decided about a row."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class Severity(StrEnum):
    """How serious a finding is; `rank` orders them, the worst first."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Document:
    """A published text: decoded, its byte order mark stripped, line ends LF, then never changed.

    `text` is None where the text is not at hand; `length` (code points) and `sha256` (of the UTF-8 bytes)
    then still describe it, where the manifest knows them. `published` is a day or a month in ISO form.
    """

    id: str
    title: str
    publisher: str
    published: str
    place: str
    agencies: tuple[str, ...] = ()
    about: str = ""
    length: int | None = None
    sha256: str | None = None
    text: str | None = field(default=None, repr=False)

    @property
    def iri(self) -> URIRef:
        """The document's IRI."""
        return document_iri(self.id)


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """The characters of a document from `start` up to but not including `end`, in Unicode code points.

    Raises ValueError where the offsets are not 0 <= start < end.
    """

    document: str
    start: int
    end: int

    def __post_init__(self) -> None:
        """Check the offsets."""
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a passage: {self.start} to {self.end}")

    @property
    def iri(self) -> URIRef:
        """The passage's IRI: `<document>#char=start,end`."""
        return passage_iri(self.document, self.start, self.end)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` to `end`, both included; the order of the two is for the shapes to judge."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Location:
    """A place in an input file: 1-based row (the heading is row 1) and the name of the column."""

    file: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """The place as `file:row:column`."""
        return ":".join(str(part) for part in (self.file, self.row, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Claim:
    """One quantity that a text states about one metric: a row of a claim sheet.

    `value` is None for a vague quantity. Names are canonical names of the lexicon. `part_of` is the start
    of the claim of the same sentence of which this one is a part. `stated_in` says which passage named the
    agency, the period or the place.
    """

    passage: Passage
    surface: str
    kind: Kind
    value: Decimal | None
    bound: Bound
    unit: str
    metric: str
    metric_wording: str
    place: str
    period: Period
    status: Status = Status.ACHIEVED
    direction: Direction | None = None
    base: str | None = None
    agency: str | None = None
    programme: str | None = None
    part_of: int | None = None
    stated_in: Mapping[str, Passage] = field(default_factory=dict)
    review: Review = Review.PROPOSED
    reviewer: str | None = None
    note: str | None = None
    location: Location | None = None

    @property
    def interval(self) -> Interval | None:
        """The numbers that the statement allows; None for a vague quantity."""
        if self.value is None:
            return None
        return interval(self.surface, self.value, self.bound, self.unit)

    @property
    def printed_value(self) -> Decimal | None:
        """The value that the surface itself prints; None where it prints no numeral."""
        quantity = read_quantity(self.surface)
        return quantity.value if quantity else None


@dataclass(frozen=True, slots=True)
class Involvement:
    """One role of one organisation in one undertaking: a row of an involvement sheet."""

    passage: Passage
    agency: str
    role: Role
    undertaking: str
    period: Period
    review: Review = Review.PROPOSED
    reviewer: str | None = None
    note: str | None = None
    location: Location | None = None

    @property
    def iri(self) -> URIRef:
        """The involvement's IRI."""
        span = self.passage
        return involvement_iri(span.document, span.start, span.end, self.agency, self.role, self.undertaking)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the data that a person should know: a rule, what it found, and where.

    `rule` is the local name of a SHACL shape, of a loader's rule or of a cross-claim check; `focus` the IRI
    of what it is about; `quote` the exact words where the text is at hand; `computation` the arithmetic.
    `component` and `path` are SHACL's, where a shape made it; `comparison` is a cross-claim check's.
    """

    severity: Severity
    rule: str
    zh: str
    en: str
    document: str | None = None
    focus: str | None = None
    location: Location | None = None
    passages: tuple[Passage, ...] = ()
    value: str | None = None
    quote: str | None = None
    computation: str | None = None
    component: str | None = None
    path: str | None = None
    comparison: Comparison | None = None

    @property
    def settled(self) -> bool:
        """Whether a reviewer explained or rejected it, so that nobody has to act."""
        decision = self.comparison.decision if self.comparison else None
        return decision is not None and decision.verdict != "accepted"

    @property
    def order(self) -> tuple[str, int, int, str, str, str]:
        """A stable order for reports: by document, row, severity, then the rest."""
        row = self.location.row if self.location and self.location.row else 0
        return (
            self.document or "",
            row,
            self.severity.rank,
            self.rule,
            self.focus or "",
            f"{self.location}{self.value}{self.en}",
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a loader made of one document: its claims and involvements, and what it had to say about them."""

    document: Document
    claims: tuple[Claim, ...]
    involvements: tuple[Involvement, ...]
    findings: tuple[Finding, ...]
    loader: str

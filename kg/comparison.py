"""What a cross-claim check adds to a finding, and what a person decided about it; frozen, as all that flows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

__all__ = ["Comparison", "Decision", "Quote", "Verdict"]


class Verdict(StrEnum):
    """What a reviewer decided about a finding."""

    EXPLAINED = "explained"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's decision about one finding (the last part of its IRI): a row of decisions.csv."""

    finding: str
    verdict: Verdict
    reviewer: str
    date: date
    why: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage's words as far as they are known, those around it where the text is at hand, and the title."""

    document: str
    start: int
    end: int
    title: str
    words: str | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a cross-claim check adds to a finding: the passages side by side, and how far it is a proof.

    `subject` (the metric or undertaking), `assumption` and the explanations are pairs of Chinese and English;
    `implied` is the derived interval;
    `identity` says under which identity of metrics the finding holds, `state` what became of a plan.
    """

    iri: str
    quotes: tuple[Quote, ...]
    subject: tuple[str, str] | None = None
    assumption: tuple[str, str] | None = None
    ruled_out: tuple[tuple[str, str], ...] = ()
    not_ruled_out: tuple[tuple[str, str], ...] = ()
    implied: tuple[Decimal, Decimal] | None = None
    state: str | None = None
    identity: str = "strict"
    decision: Decision | None = None

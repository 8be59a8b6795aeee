"""What reading one text yields: claims with the rules that read them, involvements, rejected numbers, findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.model import Claim, Document, Finding, Involvement, Passage, Reading

__all__ = ["Extraction", "Rejected", "Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A claim and the rules that read it, in the order in which they spoke; the names are keys of `rules.RULES`."""

    claim: Claim
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A number of the text that states no claim, and the rule that says why (a key of `rules.RULES`)."""

    passage: Passage
    surface: str
    rule: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one text yields, each part in the order of the text."""

    document: Document
    claims: tuple[Taken, ...]
    involvements: tuple[Involvement, ...]
    rejected: tuple[Rejected, ...]
    findings: tuple[Finding, ...]

    def reading(self) -> Reading:
        """The same without the explanations, as every loader returns it."""
        from kg.model import Reading  # noqa: PLC0415 - only types are needed otherwise

        claims = tuple(taken.claim for taken in self.claims)
        return Reading(self.document, claims, self.involvements, self.findings, "press")

"""What keeps the wording of a metric from being a noun phrase that a person would write in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Claim

__all__ = ["ill_worded"]

LONGEST = 32
CLAUSE_MARKS = frozenset(",，。;；:：!！?？\n*")
QUOTES = frozenset(" \t\r\n“”\"'‘’《》「」*·")


def ill_worded(claim: Claim) -> Iterator[str]:
    """The faults of a claim's metric, in words."""
    wording = claim.metric_wording
    length = sum(char not in QUOTES for char in wording)
    if not 0 < length <= LONGEST:
        yield f"the metric {wording!r} is empty or too long"
    if CLAUSE_MARKS & set(wording):
        yield f"the metric {wording!r} holds a clause mark"
    if claim.surface in wording:
        yield f"the metric {wording!r} holds the quantity {claim.surface}"

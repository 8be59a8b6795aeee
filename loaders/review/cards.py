"""Cards: a claim with all that a reviewer needs to judge it, field by field with the reasons of the rules."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from kg.model import Status
from kg.terms import claim_iri
from loaders.press.rules import reason
from loaders.review.wording import WORDS, amount, base_text, period_text

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from kg.model import Claim, Finding, Passage, Severity
    from loaders.press.extraction import Extraction, Taken
    from loaders.review.wording import Amount

__all__ = ["Because", "Card", "Doubt", "Field", "because", "doubts", "make_cards", "quote"]

_OF_QUANTITY = ("range", "vague-quantity", "stacked-marks", "inherited-unit", "provisional-unit")
_FIELDS = {"time": "period", "unnamed-metric": "metric", **dict.fromkeys(_OF_QUANTITY, "quantity")}
"""The field that a rule speaks of, where the rule's name does not begin or end with the field's."""
_SORTS = {"unit": "quantity", "undertaking": "programme"}
"""The field in which a name stands, where it is not called like the sort of thing that is named."""
_PROVISIONAL = "provisional-"
_NAMES = ("quantity", "metric", "agency", "period", "place", "programme", "status", "change", "whole")


@dataclass(frozen=True, slots=True)
class Because:
    """A rule, and its reason in the language asked for and in the other one; just its name where it is unknown."""

    rule: str
    text: str
    other: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a claim: its value in words, the passage that named it with its words, and the reasons.

    `provisional` where the value is a name that no lexicon knows.
    """

    name: str
    value: str
    passage: Passage | None
    quote: str
    reasons: tuple[Because, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A claim for a reviewer; `whole` is the number of the claim that it is a part of.

    `doubts` are the findings about this claim; those about a name that several share are its provisional fields.
    """

    number: int
    claim: Claim
    amount: Amount
    fields: tuple[Field, ...]
    doubts: tuple[Finding, ...]
    whole: int | None

    @property
    def provisional(self) -> bool:
        """Whether a name of the claim is provisional."""
        return any(field.provisional for field in self.fields)

    def field(self, name: str) -> Field | None:
        """A field by its name, None where the claim lacks it."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class Doubt:
    """The findings of one rule; `names` are what they are about, where its reason says the rest."""

    severity: Severity
    reason: Because
    findings: tuple[Finding, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What each finding is about, empty where that does not say it all."""
        named = tuple(it.value for it in self.findings if it.value)
        return named if len(named) == len(self.findings) and self.reason.text != self.reason.rule else ()


def doubts(extraction: Extraction, lang: str) -> list[Doubt]:
    """The findings of an extraction by rule, the worst first."""
    ordered = sorted(extraction.findings, key=lambda it: (it.severity.rank, it.rule, it.passages))
    grouped = groupby(ordered, key=lambda it: (it.severity, it.rule))
    return [Doubt(severity, because(rule, lang), tuple(own)) for (severity, rule), own in grouped]


def make_cards(extraction: Extraction, lang: str) -> list[Card]:
    """The claims of an extraction as cards, in its order and numbered from 1."""
    numbers: dict[int, int] = {}
    for number, taken in enumerate(extraction.claims, start=1):
        numbers.setdefault(taken.claim.passage.start, number)
    found = _doubts(extraction)
    unknown = {(_sort(it), it.value) for it in extraction.findings if it.value and it.rule.startswith(_PROVISIONAL)}
    made = []
    for number, taken in enumerate(extraction.claims, start=1):
        claim = taken.claim
        whole = numbers.get(claim.part_of) if claim.part_of is not None else None
        other = extraction.claims[whole - 1].claim if whole else None
        values = _values(claim, other, lang)
        provisional = {sort for sort, name in _names(claim) if (sort, name) in unknown}
        fields = tuple(_fields(taken, values, provisional, extraction.document.text or "", lang))
        made.append(Card(number, claim, amount(claim, lang), fields, tuple(found.get(number, ())), whole))
    return made


def because(rule: str, lang: str) -> Because:
    """A rule with its reasons."""
    return Because(rule, reason(rule, lang), reason(rule, "en" if lang == "zh" else "zh"))


def quote(text: str, passage: Passage, most: int = 24) -> str:
    """The words of a passage on one line, without their middle where they are many."""
    words = " ".join(text[passage.start : passage.end].split())
    half = most // 2
    return words if len(words) <= most else f"{words[:half]}…{words[-half:]}"


def _fields(
    taken: Taken, values: Mapping[str, str], provisional: Container[str], text: str, lang: str
) -> Iterator[Field]:
    """The fields that the claim has or that a rule speaks of, then the rules that speak of none."""
    reasons: dict[str, list[Because]] = {}
    for rule in taken.rules:
        reasons.setdefault(_field_of(rule), []).append(because(rule, lang))
    for name in (*_NAMES, "other"):
        value, own = values.get(name, ""), tuple(reasons.get(name, ()))
        passage = taken.claim.passage if name == "quantity" else taken.claim.stated_in.get(name)
        if value or own or passage:
            yield Field(name, value, passage, quote(text, passage) if passage else "", own, name in provisional)


def _values(claim: Claim, whole: Claim | None, lang: str) -> dict[str, str]:
    words = WORDS[lang]
    allowed = claim.interval
    wide = allowed is not None and allowed.lower != allowed.upper
    named = claim.metric in {claim.metric_wording, ""}
    change = [words[claim.direction]] if claim.direction else []
    change += [base_text(claim.base, lang)] if claim.base else []
    return {
        "quantity": f"{amount(claim, lang)}  {allowed}" if wide else str(amount(claim, lang)),
        "metric": claim.metric_wording if named else f"{claim.metric_wording} → {claim.metric}",
        "agency": claim.agency or words["nobody"],
        "period": period_text(claim.period, lang),
        "place": claim.place,
        "programme": claim.programme or "",
        "status": words[claim.status] if claim.status is Status.PLANNED else "",
        "change": "，".join(change) if lang == "zh" else ", ".join(change),
        "whole": f"{amount(whole, lang)} {whole.metric_wording}" if whole else "",
    }


def _names(claim: Claim) -> Iterator[tuple[str, str | None]]:
    """The names in a claim, with the field in which each stands."""
    yield from (("metric", claim.metric), ("agency", claim.agency), ("place", claim.place))
    yield from (("quantity", claim.unit), ("programme", claim.programme))


def _sort(finding: Finding) -> str:
    """The field that a finding about a provisional name is about."""
    sort = finding.rule.removeprefix(_PROVISIONAL)
    return _SORTS.get(sort, sort)


def _field_of(rule: str) -> str:
    head, tail = rule.partition(".")[0], rule.rpartition("-")[2]
    return next((name for name in (_FIELDS.get(head), head, _SORTS.get(tail, tail)) if name in _NAMES), "other")


def _doubts(extraction: Extraction) -> dict[int, list[Finding]]:
    """The findings about each claim by its number: those that name it or a passage that touches it."""
    spans = sorted((taken.claim.passage, number) for number, taken in enumerate(extraction.claims, start=1))
    named = {str(claim_iri(at.document, at.start, at.end)): number for at, number in spans}
    named |= {str(at.iri): number for at, number in spans}
    starts = [at.start for at, _ in spans]
    longest = max((at.end - at.start for at, _ in spans), default=0)
    found: dict[int, list[Finding]] = {}
    for finding in (it for it in extraction.findings if not it.rule.startswith(_PROVISIONAL)):
        about = {named[finding.focus]} if finding.focus in named else set()
        for passage in finding.passages:
            about |= _touched(passage, spans, starts, longest)
        for number in sorted(about):
            found.setdefault(number, []).append(finding)
    return found


def _touched(passage: Passage, spans: Sequence[tuple[Passage, int]], starts: Sequence[int], longest: int) -> set[int]:
    near = spans[bisect_left(starts, passage.start - longest) : bisect_left(starts, passage.end)]
    return {number for at, number in near if at.document == passage.document and passage.start < at.end}

"""The 106 phenomena of report cards: what a careful reader takes from made-up sentences, and what it leaves.

The cases are the files of phenomena/, a list of mappings each:

- `n`, `title`: the phenomenon and what the case shows of it; together the name of the test;
- `text`, and where the defaults do not fit `published` (2026-01), `place` (临江市), `agencies` (none);
- `expect`: the claims, in the order of the text. `surface`, `value` and `unit` always; `kind` (level), `bound` (exact),
  `status` (achieved) and `direction` (none) have defaults; `base`, `agency`, `place`, `period`, `programme`, `interval`
  and `part_of` (the surface of the whole) count only where they are given. A list means "any of these", `any` means no
  matter what. `metric` holds words that the metric's wording has to hold; `scope` words that stand in the wording, the
  place or the agency; `not` fields that must differ. `must: false`: a debatable mention, found or not, as it may be;
- `reject`: words on which no claim may lie;
- `findings`: rules that must raise a doubt; `silent`: rules that must not;
- `involvements`: some that must be found; others may be.

Every claim of the text that `expect` does not list is a fault, unless the case says `more: true`.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from wording import ill_worded

from kg.lexicon import fold
from kg.model import Document
from kg.vocabulary import Vocabulary
from loaders.press import extract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.lexicon import Lexicon
    from kg.model import Claim
    from loaders.press.extraction import Extraction

Case = dict[str, Any]
Span = tuple[int, int]

FILES = sorted((Path(__file__).parent / "phenomena").glob("*.yaml"))
CASES: list[Case] = [case for file in FILES for case in yaml.safe_load(file.read_text("utf-8"))]
NAMES = [f"{case['n']:03}-{case['title']}" for case in CASES]

KEYS = {
    *("n", "title", "text", "published", "place", "agencies", "expect", "reject", "findings", "silent", "involvements"),
    "more",
}
ITEM_KEYS = {
    *("surface", "value", "unit", "kind", "bound", "status", "direction", "base", "agency", "place", "programme"),
    *("period", "interval", "metric", "scope", "not", "part_of", "must"),
}
DEFAULTS = {"kind": "level", "bound": "exact", "status": "achieved", "direction": None}
NAMED = ("base", "agency", "place", "programme")


@cache
def lexicon() -> Lexicon:
    """Units and concept schemes, and nothing of any city: the grammar has to do."""
    return Vocabulary().lexicon


def extraction(case: Case) -> Extraction:
    text = case["text"]
    document = Document(
        id="case",
        title="试题",
        publisher="临江日报",
        published=str(case.get("published", "2026-01")),
        place=case.get("place", "临江市"),
        agencies=tuple(case.get("agencies", ())),
        length=len(text),
        text=text,
    )
    return extract(document, lexicon())


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_phenomenon(case: Case) -> None:
    result = extraction(case)
    claims = spans(result)
    wanted = list(places(case["text"], case.get("expect", [])))
    faults = [
        *misses(claims, wanted),
        *([] if case.get("more") else surplus(claims, wanted)),
        *rejected(case, claims, {span for span, _ in wanted}),
        *doubts(case, result),
        *involvements(case, result),
    ]
    assert not faults, "\n".join([case["title"], case["text"], *faults])


def test_every_phenomenon_has_a_case() -> None:
    assert sorted({case["n"] for case in CASES}) == list(range(1, 107))


def test_no_two_cases_share_a_name() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_the_cases_use_no_unknown_keys() -> None:
    for case in CASES:
        assert case.keys() <= KEYS
        for item in case.get("expect", []):
            assert {"surface", "value", "unit"} <= item.keys() <= ITEM_KEYS


def spans(result: Extraction) -> dict[Span, list[Claim]]:
    """The claims by their spans: one span may state the same of several metrics."""
    found: dict[Span, list[Claim]] = {}
    for taken in result.claims:
        claim = taken.claim
        found.setdefault((claim.passage.start, claim.passage.end), []).append(claim)
    return found


def places(text: str, expected: list[Case]) -> Iterator[tuple[Span, Case]]:
    """Where the expected surfaces stand, each behind the one before it."""
    at = 0
    for item in expected:
        surface = item["surface"]
        start = text.index(surface, at)
        while start and surface[0].isdigit() and text[start - 1].isdigit():  # 7000 is not in 17000
            start = text.index(surface, start + 1)
        at = start + len(surface)
        yield (start, at), item


def misses(claims: dict[Span, list[Claim]], wanted: list[tuple[Span, Case]]) -> Iterator[str]:
    """The expected claims that are not found or not as they should be."""
    starts = {expected["surface"]: span[0] for span, expected in wanted}
    for span, expected in wanted:
        if span in claims:
            yield from differences(claims[span], expected, starts)
        elif expected.get("must", True):
            yield f"{expected['surface']} at {span} is not found"


def surplus(claims: dict[Span, list[Claim]], wanted: list[tuple[Span, Case]]) -> Iterator[str]:
    """The claims that nobody expects."""
    listed = {span for span, _ in wanted}
    free = [span for span, expected in wanted if not expected.get("must", True)]
    for span, found in claims.items():
        if span not in listed and not any(overlap(span, other) for other in free):
            yield f"{found[0].surface} at {span} is no claim, or its span is wrong"


def differences(claims: list[Claim], expected: Case, starts: dict[str, int]) -> Iterator[str]:
    """What is wrong with the claims on one span; of a debatable mention, only what it must not be."""
    surface, claim = expected["surface"], claims[0]
    for field, unwanted in expected.get("not", {}).items():
        if getattr(claim, field) == unwanted:
            yield f"{surface}: {field} must not be {unwanted}"
    if not expected.get("must", True):
        return
    yield from (f"{surface}: {fault}" for claim in claims for fault in ill_worded(claim))
    yield from (f"{surface}: {fault}" for fault in unsaid(claims, expected))
    for field, found in fields(claim).items():
        want = expected.get(field, DEFAULTS.get(field, "any"))
        if not is_any_of(found, want, names=field in NAMED):
            yield f"{surface}: {field} is {found}, should be {want}"
    if "part_of" in expected and claim.part_of != starts.get(expected["part_of"]):
        yield f"{surface}: part_of is {claim.part_of}, should be the start of {expected['part_of']}"


def unsaid(claims: list[Claim], expected: Case) -> Iterator[str]:
    """The words that the metric, or at least the scope, of the claims on one span does not say."""
    claim = claims[0]
    wording = fold("".join(claim.metric_wording for claim in claims))
    scope = wording + fold(f"{claim.place}{claim.agency}{claim.programme}")
    for word in expected.get("metric", []):
        if fold(word) not in wording:
            yield f"the metric {claim.metric_wording} does not say {word}"
    for word in expected.get("scope", []):
        if fold(word) not in scope:
            yield f"neither metric nor place nor agency says {word}"


def fields(claim: Claim) -> dict[str, object]:
    """The fields of a claim as the cases write them."""
    return {
        "value": claim.value,
        "unit": claim.unit,
        "kind": str(claim.kind),
        "bound": str(claim.bound),
        "status": str(claim.status),
        "direction": claim.direction and str(claim.direction),
        "base": claim.base,
        "agency": claim.agency,
        "place": claim.place,
        "programme": claim.programme,
        "period": f"{claim.period.start} {claim.period.end}",
        "interval": str(claim.interval),
    }


def is_any_of(found: object, wanted: object, *, names: bool) -> bool:
    """Whether a field is what a case wants: numbers by value, names without quotes and blanks."""
    if wanted == "any":
        return True
    if isinstance(wanted, list) and not all(hasattr(item, "isoformat") for item in wanted):
        return any(is_any_of(found, item, names=names) for item in wanted)
    if isinstance(wanted, list):
        return found == " ".join(day.isoformat() for day in wanted)
    if isinstance(found, Decimal):
        return wanted is not None and abs(found - Decimal(str(wanted))) <= abs(found) / 100_000
    if names and isinstance(found, str) and isinstance(wanted, str):
        return fold(found) == fold(wanted)
    return found == wanted


def overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def rejected(case: Case, claims: dict[Span, list[Claim]], listed: set[Span]) -> Iterator[str]:
    """The words on which no claim may lie, wherever they stand outside the expected claims."""
    for word in case.get("reject", []):
        assert word in case["text"], f"{word} does not stand in the text"
        start = case["text"].find(word)
        while start >= 0:
            span = (start, start + len(word))
            if not any(overlap(span, other) for other in listed):
                yield from (f"{word} is no claim" for other in claims if overlap(span, other))
            start = case["text"].find(word, start + 1)


def doubts(case: Case, result: Extraction) -> Iterator[str]:
    """The doubts that must be raised or must not."""
    raised = {finding.rule for finding in result.findings}
    yield from (f"no finding {rule}" for rule in case.get("findings", []) if rule not in raised)
    yield from (f"a finding {rule}" for rule in case.get("silent", []) if rule in raised)


def involvements(case: Case, result: Extraction) -> Iterator[str]:
    """The involvements that must be found; one name may hold the other, as 碧波行动 holds 碧波."""
    for wanted in case.get("involvements", []):
        name = fold(wanted["undertaking"])
        if not any(
            found.agency == wanted["agency"]
            and found.role == wanted["role"]
            and (name in fold(found.undertaking) or fold(found.undertaking) in name)
            for found in result.involvements
        ):
            yield f"no involvement {wanted}"

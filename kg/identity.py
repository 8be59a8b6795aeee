"""Which metrics may be one: candidates with reasons for and against, and the groups that decisions make."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from kg.answer import Solutions
from kg.decisions import Relation
from kg.lexicon import fold
from kg.terms import CJ, iri, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.decisions import Identity
    from kg.store import Store

__all__ = ["Candidate", "MetricUse", "candidates", "groups", "metric_uses", "shared_words"]

_SCOPE = re.compile(
    "行动|专项|新增|新建|累计|其中|市级|区级|区市级|镇街级|省级|国家级|全省|全国|提速前|涉企|互联网|传统|农村|夜间|线上|重点|首批|每天|日均|占|率|率$"
)
"""Words that narrow or turn a metric: where only one of two has one, they are hardly one."""
_LIGHT = re.compile(
    "[“”\"'数量人次件起处个项家的]|案件|情况|全市|全区|滚动|深入|共|累计|组织|开展|推进|完成|实现|办理|成功"
)
_ALIKE = 0.6
_USES = f"""PREFIX cj: <{CJ}>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?metric ?label ?kind ?accumulation ?claim ?value ?wording ?unit ?agency ?programme ?place ?document
WHERE {{
  ?claim cj:metric ?metric ; cj:metricWording ?wording ; cj:place ?place ; prov:wasQuotedFrom ?passage .
  ?passage oa:hasSource ?document .
  ?metric skos:prefLabel ?label ; cj:metricKind ?kind ; cj:accumulation ?accumulation ; cj:unit ?unit .
  FILTER(LANG(?label) = "en")
  OPTIONAL {{ ?claim cj:value ?value }}
  OPTIONAL {{ ?claim cj:agency ?agency }}
  OPTIONAL {{ ?claim cj:programme ?programme }}
}}"""


@dataclass(slots=True)
class MetricUse:
    """A metric as the documents use it: how many claims, in which words and units, by whom, for what."""

    iri: str
    name: str
    label: str
    kind: str
    accumulation: str
    claims: int = 0
    wordings: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    agencies: set[str] = field(default_factory=set)
    programmes: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    figures: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two metrics that may be one: how alike their words are (0 to 1), and what speaks for and against it.

    Reasons are pairs of Chinese and English; `decided` is what a person said, if anything. `loose` is whether
    the checks may take the two as one under the loose identity.
    """

    one: MetricUse
    two: MetricUse
    likeness: float
    reasons: tuple[tuple[str, str], ...]
    against: tuple[tuple[str, str], ...]
    decided: Identity | None = None

    @property
    def loose(self) -> bool:
        """Alike, nothing against it, and nobody has said that they differ."""
        return not self.against and (self.decided is None or self.decided.relation is Relation.SAME)


def groups(identities: Iterable[Identity], extra: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """For each metric (IRI) that was decided to be one with another, the representative of its group.

    `extra` are pairs of IRIs to be taken as one as well. The representative is the first by name.
    """
    pairs = [
        (iri("metric", it.metric), iri("metric", it.other))
        for it in identities
        if it.relation is Relation.SAME and it.other
    ]
    parent: dict[str, str] = {}

    def top(node: str) -> str:
        while parent.get(node, node) != node:
            node = parent[node]
        return node

    for one, two in [*((str(a), str(b)) for a, b in pairs), *extra]:
        first, second = sorted((top(one), top(two)))
        parent[first], parent[second] = first, first
    return {node: top(node) for node in sorted(parent)}


def candidates(uses: Sequence[MetricUse], identities: Sequence[Identity]) -> list[Candidate]:
    """Pairs of metrics whose words are alike, the most alike first; what was decided is told, not left out."""
    decided = {frozenset((it.metric, it.other)): it for it in identities if it.other}
    by_name = {use.name: use for use in uses}
    pairs = _alike(uses) | {
        pair: _likeness(*(by_name[name] for name in sorted(pair))) for pair in decided if pair <= by_name.keys()
    }
    found = []
    for pair, likeness in pairs.items():
        one, two = (by_name[name] for name in sorted(pair))
        found.append(Candidate(one, two, likeness, _reasons(one, two), _against(one, two), decided.get(pair)))
    return sorted(found, key=lambda it: (-it.likeness, it.one.name, it.two.name))


def shared_words(one: str, two: str) -> str:
    """The longest run of characters that two names share.

    >>> shared_words("排查整改道路交通隐患", "滚动排查整改道路交通隐患")
    '排查整改道路交通隐患'
    """
    best = ""
    for start in range(len(one)):
        end = start + len(best) + 1
        while end <= len(one) and one[start:end] in two:
            best, end = one[start:end], end + 1
    return best


def _alike(uses: Sequence[MetricUse]) -> dict[frozenset[str], float]:
    """The pairs whose words are alike enough, found by the pairs of characters that they share."""
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for number, use in enumerate(uses):
        for key in _pairs_of(use):
            holders[key].add(number)
    common = max(20, len(uses) // 20)  # a pair of characters that many metrics hold tells nothing
    near = {pair for numbers in holders.values() if len(numbers) <= common for pair in combinations(sorted(numbers), 2)}
    found = {}
    for a, b in sorted(near):
        likeness = _likeness(uses[a], uses[b])
        if likeness >= _ALIKE and uses[a].places & uses[b].places:
            found[frozenset((uses[a].name, uses[b].name))] = likeness
    return found


def _likeness(one: MetricUse, two: MetricUse) -> float:
    """The share of character pairs that the two nearest wordings have in common."""
    best = 0.0
    for first in sorted({one.name, *one.wordings}):
        for second in sorted({two.name, *two.wordings}):
            a, b = _bigrams(first), _bigrams(second)
            best = max(best, 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0)
    return round(best, 2)


def _pairs_of(use: MetricUse) -> set[str]:
    return {pair for wording in (use.name, *use.wordings) for pair in _bigrams(wording)}


def _bigrams(wording: str) -> frozenset[str]:
    text = _LIGHT.sub("", fold(wording))
    return frozenset(text[x : x + 2] for x in range(len(text) - 1))


def _reasons(one: MetricUse, two: MetricUse) -> tuple[tuple[str, str], ...]:
    words = shared_words(fold(one.name), fold(two.name))
    found = [(f"共同用词“{words}”", f"shared words “{words}”")] if len(words) > 1 else []
    for zh, en, a, b in (
        ("单位", "unit", one.units, two.units),
        ("机构", "agency", one.agencies, two.agencies),
        ("事项", "undertaking", one.programmes, two.programmes),
    ):
        if both := "、".join(sorted(a & b)):
            found.append((f"同一{zh}{both}", f"same {en} {both}"))
    return tuple(found)


def _against(one: MetricUse, two: MetricUse) -> tuple[tuple[str, str], ...]:
    found = []
    if not one.units & two.units and one.kind == two.kind:
        a, b = "、".join(sorted(one.units)), "、".join(sorted(two.units))
        found.append((f"单位不同：{a}与{b}", f"other unit: {a} and {b}"))
    if one.kind != two.kind:
        found.append((f"类型不同：{one.kind}与{two.kind}", f"other kind: {one.kind} and {two.kind}"))
    scopes = [
        {match[0] for wording in (use.name, *use.wordings) for match in _SCOPE.finditer(wording)} for use in (one, two)
    ]
    if only := "、".join(sorted(scopes[0] ^ scopes[1])):
        found.append((f"只有一方有范围词：{only}", f"a scope word in one only: {only}"))
    if one.documents & two.documents and not one.figures & two.figures:
        found.append(("并列于同一文档，数字不同", "side by side in one document, with other figures"))
    if one.agencies and two.agencies and not one.agencies & two.agencies:
        found.append(("机构不同", "other agency"))
    return tuple(found)


def metric_uses(store: Store) -> list[MetricUse]:
    """Every metric that a claim of a store is about, by IRI."""
    answer = store.query(_USES)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    found: dict[str, MetricUse] = {}
    claims: defaultdict[str, set[str]] = defaultdict(set)
    for row in answer:
        cells = {name: str(cell) for name, cell in row.items() if cell is not None}
        metric = cells["metric"]
        if metric not in found:
            kind, accumulation = name_of(cells["kind"]), name_of(cells["accumulation"])
            found[metric] = MetricUse(metric, name_of(metric), cells["label"], kind, accumulation)
        claims[metric].add(cells["claim"])
        _note(found[metric], cells)
    for metric, use in found.items():
        use.claims = len(claims[metric])
    return [found[metric] for metric in sorted(found)]


def _note(use: MetricUse, cells: Mapping[str, str]) -> None:
    use.wordings.add(cells["wording"])
    use.figures.add((name_of(cells["document"]), cells.get("value", "")))
    for column, names in (
        ("unit", use.units), ("agency", use.agencies), ("programme", use.programmes),
        ("place", use.places), ("document", use.documents),
    ):  # fmt: skip
        if column in cells:
            names.add(name_of(cells[column]))

"""Running the checks: the claims of a city set beside each other, and what cannot all be true, as findings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rdflib import SH, Literal, URIRef

from kg.answer import Triple, term
from kg.checks import load_checks, load_comparisons
from kg.comparison import Comparison, Quote
from kg.model import Finding, Passage, Severity
from kg.terms import CJ, iri, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pyoxigraph as ox

    from kg.comparison import Decision
    from kg.working import Working

__all__ = ["Outcome", "check_city", "outcome", "under_loose"]

_SEVERITIES = {str(SH.Violation): Severity.VIOLATION, str(SH.Warning): Severity.WARNING, str(SH.Info): Severity.INFO}
_EXPLAINED = (CJ.ruledOut, CJ.notRuledOut)
_QUOTES = f"""PREFIX cj: <{CJ}>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?claim ?document ?title ?start ?end ?words WHERE {{
  VALUES ?claim {{ %s }}
  ?claim prov:wasQuotedFrom ?passage .
  ?passage oa:hasSource ?document ; oa:start ?start ; oa:end ?end .
  ?document dct:title ?title .
  OPTIONAL {{ ?passage oa:exact ?words }}
}}"""
_SUBJECTS = f"""PREFIX cj: <{CJ}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label (LANG(?label) AS ?lang) WHERE {{
  VALUES ?thing {{ %s }}
  {{ ?thing cj:metric ?it . ?it skos:prefLabel ?label }}
  UNION {{ ?thing cj:undertaking ?it . ?it skos:prefLabel ?label }}
  UNION {{ ?thing skos:prefLabel ?label }}
}}"""
_LABELS = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label (LANG(?label) AS ?lang) WHERE { VALUES ?thing { %s } ?thing skos:prefLabel ?label }"""

Properties = dict[str, list[Literal | URIRef]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings of a city as values, the worst first, and as triples."""

    findings: tuple[Finding, ...]
    triples: tuple[Triple, ...]


def check_city(working: Working, wanted: Callable[[str], bool] = lambda _name: True) -> dict[str, Properties]:
    """The results of every wanted check on a working graph: the properties of each, by its IRI.

    The comparisons are made first and stay in the graph.
    """
    for query in load_comparisons():
        working.extend(working.construct(query))
    found: dict[str, Properties] = {}
    for name, check in load_checks().items():
        if wanted(name):
            for triple in working.construct(check.text):
                _take(found, triple)
    return {node: found[node] for node in sorted(found)}


def outcome(
    working: Working,
    results: Mapping[str, Properties],
    decisions: Iterable[Decision] = (),
    loose: frozenset[str] = frozenset(),
) -> Outcome:
    """Findings and triples of some results; those in `loose` hold under the loose identity of metrics only."""
    decided = {decision.finding: decision for decision in decisions}
    quotes = _quotes(working, results)
    explained = {
        str(it) for properties in results.values() for key in _EXPLAINED for it in properties.get(str(key), [])
    }
    labels = _labels(working, _LABELS, explained)
    labels |= _labels(working, _SUBJECTS, {str(properties[str(SH.focusNode)][0]) for properties in results.values()})
    findings: list[Finding] = []
    triples: list[Triple] = []
    for node, properties in results.items():
        finding = _finding(node, properties, quotes, labels, decided.get(name_of(node)))
        if node in loose:
            finding = under_loose(finding)
        findings.append(finding)
        triples += _triples(node, properties, finding)
    return Outcome(tuple(sorted(findings, key=_order)), tuple(triples))


def under_loose(finding: Finding) -> Finding:
    """A finding that needs the metrics to be one: no proof, and the assumption says so."""
    comparison = finding.comparison
    if comparison is None:
        return finding
    said = comparison.assumption or ("", "")
    zh = f"{said[0]}假定所比的指标其实是同一个。"
    en = f"{said[1]} Assumed: the metrics that are compared are one.".strip()
    severity = Severity.WARNING if finding.severity is Severity.VIOLATION else finding.severity
    return replace(finding, severity=severity, comparison=replace(comparison, assumption=(zh, en), identity="loose"))


def _take(found: dict[str, Properties], triple: ox.Triple) -> None:
    values = found.setdefault(str(triple.subject.value), {}).setdefault(triple.predicate.value, [])  # type: ignore[union-attr] # results have IRIs
    value = term(triple.object)
    if value not in values and isinstance(value, Literal | URIRef):
        values.append(value)
        values.sort(key=lambda it: (str(it), str(getattr(it, "language", ""))))


def _finding(
    node: str,
    properties: Properties,
    quotes: Mapping[str, list[Quote]],
    labels: Mapping[str, tuple[str, str]],
    decision: Decision | None,
) -> Finding:
    claims = [str(it) for it in properties.get(str(CJ.concerns), [])]
    focus = str(properties[str(SH.focusNode)][0])
    cited = sorted({(it.document, it.start, it.end): it for claim in claims for it in quotes.get(claim, [])}.items())
    first = quotes.get(focus) or [quote for _, quote in cited]
    computation = properties.get(str(CJ.computation))
    return Finding(
        severity=_SEVERITIES[str(properties[str(SH.resultSeverity)][0])],
        rule=name_of(str(properties[str(SH.sourceShape)][0])),
        zh=_text(properties, SH.resultMessage, "zh") or "",
        en=_text(properties, SH.resultMessage, "en") or "",
        document=first[0].document if first else None,
        focus=focus,
        passages=tuple(Passage(*span) for span, _ in cited),
        computation=str(computation[0]) if computation else None,
        comparison=Comparison(
            node,
            tuple(quote for _, quote in cited),
            labels.get(focus),
            _pair(properties),
            _explained(properties, CJ.ruledOut, labels),
            _explained(properties, CJ.notRuledOut, labels),
            _implied(properties),
            name_of(str(properties[str(CJ.state)][0])) if str(CJ.state) in properties else None,
            decision=decision,
        ),
    )


def _triples(node: str, properties: Properties, finding: Finding) -> list[Triple]:
    """The triples of a result as they enter the store, with the identity and a severity to match."""
    subject = URIRef(node)
    severity = {it: URIRef(key) for key, it in _SEVERITIES.items()}[finding.severity]
    triples: list[Triple] = [
        (subject, URIRef(predicate), value)
        for predicate, values in properties.items()
        for value in values
        if predicate not in {str(SH.resultSeverity), str(CJ.assumption)}
    ]
    triples.append((subject, SH.resultSeverity, severity))
    comparison = finding.comparison
    if comparison is None:
        return triples
    triples.append((subject, CJ.underIdentity, Literal(comparison.identity)))
    if finding.document is not None:
        triples.append((subject, CJ.inDocument, iri("document", finding.document)))
    if comparison.assumption:
        zh, en = comparison.assumption
        triples += [(subject, CJ.assumption, Literal(zh, lang="zh")), (subject, CJ.assumption, Literal(en, lang="en"))]
    return triples


def _order(finding: Finding) -> tuple[int, str, str, str]:
    """The worst first, then by check, document and IRI."""
    node = finding.comparison.iri if finding.comparison else ""
    return (finding.severity.rank, finding.rule, finding.document or "", node)


def _quotes(working: Working, results: Mapping[str, Properties]) -> dict[str, list[Quote]]:
    """The passages of every claim (or involvement) that a result concerns, in the order of the text."""
    claims = sorted({str(it) for properties in results.values() for it in properties.get(str(CJ.concerns), [])})
    found: dict[str, list[Quote]] = {}
    for row in working.select(_QUOTES % " ".join(f"<{claim}>" for claim in claims)) if claims else []:
        words = re.sub(r"[*\s]", "", row["words"]) if "words" in row else None
        quote = Quote(name_of(row["document"]), int(row["start"]), int(row["end"]), row["title"], words)
        found.setdefault(row["claim"], []).append(quote)
    return {claim: sorted(quotes, key=lambda it: (it.document, it.start, it.end)) for claim, quotes in found.items()}


def _labels(working: Working, query: str, things: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The Chinese and English labels of some things, or of what they are about."""
    wanted = " ".join(f"<{thing}>" for thing in sorted(things))
    found: dict[str, dict[str, str]] = {}
    for row in working.select(query % wanted) if wanted else []:
        found.setdefault(row["thing"], {})[row["lang"]] = row["label"]
    return {thing: (labels["zh"], labels["en"]) for thing, labels in found.items() if labels.keys() >= {"zh", "en"}}


def _explained(
    properties: Properties, predicate: URIRef, labels: Mapping[str, tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    return tuple(labels[str(it)] for it in properties.get(str(predicate), []) if str(it) in labels)


def _text(properties: Properties, predicate: URIRef, lang: str) -> str | None:
    texts = [it for it in properties.get(str(predicate), []) if isinstance(it, Literal) and it.language == lang]
    return str(texts[0]) if texts else None


def _pair(properties: Properties) -> tuple[str, str] | None:
    zh, en = _text(properties, CJ.assumption, "zh"), _text(properties, CJ.assumption, "en")
    return (zh, en) if zh and en else None


def _implied(properties: Properties) -> tuple[Decimal, Decimal] | None:
    ends = [properties.get(str(key)) for key in (CJ.impliedLower, CJ.impliedUpper)]
    lower, upper = ends
    return (Decimal(str(lower[0])), Decimal(str(upper[0]))) if lower and upper else None

"""Cross-claim checks of a store, city by city: what is found, and what is kept of it in the graph."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import TYPE_CHECKING

from rdflib import RDF, SKOS, Literal, URIRef
from rdflib.namespace import XSD

from kg.answer import Solutions, Triple, lines
from kg.checking import Outcome, check_city, outcome
from kg.checks import load_checks
from kg.comparison import Decision, Verdict
from kg.decisions import Identity, Relation
from kg.graph import shared_triples
from kg.identity import candidates, groups, metric_uses
from kg.model import Finding
from kg.terms import BASE, CJ, GRAPHS, iri, name_of
from kg.working import Index, Working, cities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kg.store import Store

__all__ = [
    "check_documents",
    "check_graph",
    "check_triples",
    "checked",
    "city_outcome",
    "decision_triples",
    "read_decided",
    "read_identified",
]

_PERIOD = re.compile(rf"<({BASE}period/[^>]+)>")
_DECIDED = f"""SELECT ?node ?verdict ?who ?day ?why WHERE {{
  ?node <{CJ.decision}> ?verdict ; <{CJ.decidedBy}> ?who ; <{CJ.decidedOn}> ?day ; <{CJ.reason}> ?why
}}"""
_IDENTIFIED = f"""SELECT ?metric ?relation ?other ?who ?day ?why WHERE {{
  ?node <{CJ.oneMetric}> ?metric ; <{CJ.relation}> ?relation .
  ?node <{CJ.decidedBy}> ?who ; <{CJ.decidedOn}> ?day ; <{CJ.reason}> ?why
  OPTIONAL {{ ?node <{CJ.otherMetric}> ?other }}
}}"""


def check_graph(city: str) -> str:
    """The IRI of the named graph that holds the findings about one city."""
    return str(iri("graph/checks", name_of(city)))


def checked(
    store: Store, *, loose: bool = False, wanted: Callable[[str], bool] = lambda _name: True
) -> Iterable[tuple[str, Outcome]]:
    """The findings of every city of a store, by the IRI of its place, one city after the other.

    Under the loose identity, metrics that may be one (see kg.identity) are compared too; what only that finds is
    marked so. Memory is bounded by one city.
    """
    index = Index(store.read(str(GRAPHS["vocabulary"])))
    identities = read_identified(store)
    decisions = read_decided(store)
    one = groups(identities)
    same = _loosely(store, identities) if loose else {}
    for city, graphs in cities(store).items():
        yield city, _city([store.read(graph) for graph in graphs], index, one, same, decisions, wanted)


def check_documents(
    documents: Sequence[str],
    vocabulary: Iterable[Triple],
    identities: Iterable[Identity],
    decisions: Iterable[Decision],
) -> tuple[Finding, ...]:
    """The findings about documents (N-Triples) that are in no store, taken as those of one city."""
    periods = {URIRef(match) for text in documents for match in _PERIOD.findall(text)}
    index = Index(lines([*vocabulary, *shared_triples(periods)]))
    return _city(documents, index, groups(identities), {}, decisions, lambda _name: True).findings


def city_outcome(store: Store, graphs: Iterable[str], index: Index) -> Outcome:
    """The findings about the city whose documents' graphs these are, under the strict identity."""
    one, decisions = groups(read_identified(store)), read_decided(store)
    return _city([store.read(graph) for graph in graphs], index, one, {}, decisions, lambda _name: True)


def check_triples() -> list[Triple]:
    """The checks themselves: what each asks, in both languages."""
    triples: list[Triple] = []
    for check in load_checks().values():
        node = iri("check", check.name)
        triples += [
            (node, RDF.type, CJ.Check),
            (node, SKOS.prefLabel, Literal(check.title_zh, lang="zh")),
            (node, SKOS.prefLabel, Literal(check.title_en, lang="en")),
            (node, SKOS.definition, Literal(check.zh, lang="zh")),
            (node, SKOS.definition, Literal(check.en, lang="en")),
        ]
    return triples


def decision_triples(decisions: Iterable[Decision], identities: Iterable[Identity]) -> list[Triple]:
    """What people decided, as triples about the findings, and about a node for each decision on metrics."""
    triples: list[Triple] = []
    for it in decisions:
        node = iri("finding", it.finding)
        triples += [(node, CJ.decision, iri("decision", it.verdict)), *_signed(node, it.reviewer, it.date, it.why)]
    for row in identities:
        facts = "\n".join((row.metric, row.relation, row.other))
        node = iri("identity", hashlib.sha256(facts.encode()).hexdigest()[:16])
        triples += [
            (node, RDF.type, CJ.IdentityDecision),
            (node, CJ.oneMetric, iri("metric", row.metric)),
            (node, CJ.relation, Literal(row.relation)),
            *([(node, CJ.otherMetric, iri("metric", row.other))] if row.other else []),
            *_signed(node, row.reviewer, row.date, row.why),
        ]
    return triples


def read_decided(store: Store) -> tuple[Decision, ...]:
    """The decisions about findings that a store holds."""
    return tuple(
        Decision(name_of(node), Verdict(name_of(verdict)), who, date.fromisoformat(day), why)
        for node, verdict, who, day, why in _texts(store, _DECIDED)
    )


def read_identified(store: Store) -> tuple[Identity, ...]:
    """The decisions about metrics that a store holds."""
    return tuple(
        Identity(name_of(metric), Relation(relation), name_of(other), who, date.fromisoformat(day), why)
        for metric, relation, other, who, day, why in _texts(store, _IDENTIFIED)
    )


def _city(
    documents: Iterable[str],
    index: Index,
    one: Mapping[str, str],
    same: Mapping[str, str],
    decisions: Iterable[Decision],
    wanted: Callable[[str], bool],
) -> Outcome:
    texts = list(documents)
    working = Working(texts, index, one)
    results = check_city(working, wanted)
    if not same:
        return outcome(working, results, decisions)
    wider = Working(texts, index, {**one, **same})
    more = {node: found for node, found in check_city(wider, wanted).items() if node not in results}
    return outcome(wider, dict(sorted({**results, **more}.items())), decisions, frozenset(more))


def _loosely(store: Store, identities: Sequence[Identity]) -> dict[str, str]:
    """Each metric that may be one with another, and the representative of their group."""
    found = candidates(metric_uses(store), identities)
    return groups(identities, [(it.one.iri, it.two.iri) for it in found if it.loose])


def _texts(store: Store, query: str) -> list[tuple[str, ...]]:
    answer = store.query(query)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    return sorted(tuple("" if cell is None else str(cell) for cell in row) for row in answer.rows)


def _signed(node: URIRef, who: str, day: date, why: str) -> list[Triple]:
    return [
        (node, CJ.decidedBy, Literal(who)),
        (node, CJ.decidedOn, Literal(day.isoformat(), datatype=XSD.date)),
        (node, CJ.reason, Literal(why)),
    ]

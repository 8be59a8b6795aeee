"""The page of any IRI of the graph: which template draws it, and with what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rdflib import SH

from kg.lexicon import CLASSES
from kg.pages import agencies, claims, described, documents, findings, metrics, things, undertakings
from kg.pages.ontology import ontology
from kg.terms import BASE, CJ

if TYPE_CHECKING:
    from pathlib import Path

    from kg.answer import Triple
    from kg.pages.findings import FindingView
    from kg.session import KG

__all__ = ["Shown", "is_iri", "shown"]

_Span = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A page before it is drawn: the name of its template, and what the template shows in either language."""

    template: str
    context: dict[str, Any]


def is_iri(node: str) -> bool:
    """Whether a text can be asked for as an IRI: RFC 3987 leaves these characters out."""
    return not re.search(r'[\x00-\x20<>"{}|^`\\]', node)


def shown(kg: KG, node: str, texts: Path | None = None, span: _Span = None) -> Shown | None:
    """The page of a node; None where the graph says nothing of it.

    `texts` is the folder of the documents' texts, `span` the characters of a document to be marked out.
    """
    if not is_iri(node):
        return None
    if node == f"{BASE}ontology":
        return Shown("ontology.html", {"node": node, "view": ontology(kg)})
    if "/" not in node.removeprefix(BASE) or node in kg.store.graphs():
        return _terms(kg, node)
    it = things.thing(kg, node)
    if it is None:
        return None
    template, view, found = _view(kg, it, texts, span)
    mentions = findings.mentions(kg, found)
    return Shown(template, {"it": it, "node": node, "view": view, "findings": found, "mentions": mentions})


def _view(kg: KG, it: things.Thing, texts: Path | None, span: _Span) -> tuple[str, object, list[FindingView]]:
    """The template of a thing's page, what it shows, and the findings on it."""
    sorts = [sort for sort, classes in CLASSES.items() if set(it.classes) & set(map(str, classes))]
    if "agency" in sorts:
        agency = agencies.agency(kg, it.iri)
        return "agency.html", agency, agency.findings
    if "undertaking" in sorts:
        undertaking = undertakings.undertaking(kg, it.iri)
        return "undertaking.html", undertaking, undertaking.findings + undertaking.promises
    if "metric" in sorts:
        metric = metrics.metric(kg, it.iri)
        return "metric.html", metric, metric.findings
    if "document" in sorts:
        document = documents.document(kg, it, texts, span)
        return "document.html", document, document.findings
    if str(CJ.Claim) in it.classes and (claim := claims.claim(kg, it, texts)):
        return "claim.html", claim, claim.findings
    if str(SH.ValidationResult) in it.classes and (finding := findings.one(kg, it.iri)):
        return "finding.html", finding, [finding]
    return "thing.html", None, []


def _terms(kg: KG, node: str) -> Shown | None:
    """The page of a named graph, or of another vocabulary of ours, with an anchor a thing."""
    triples = described.described(kg, node)
    if not triples:
        return None
    subjects: dict[str, list[Triple]] = {}
    for triple in triples:
        subjects.setdefault(str(triple[0]), []).append(triple)
    return Shown("terms.html", {"node": node, "subjects": subjects, "count": len(triples)})

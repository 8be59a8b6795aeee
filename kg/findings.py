"""Findings as RDF: the results of a conforming sh:ValidationReport, every one with an IRI of its own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from rdflib import RDF, SH, Literal, URIRef
from rdflib.namespace import PROV, XSD

from kg.model import Severity
from kg.terms import BASE, CJ, CJS, iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.answer import Triple
    from kg.model import Finding

__all__ = ["finding_iri", "finding_triples", "report_triples"]

_SEVERITIES = {Severity.VIOLATION: SH.Violation, Severity.WARNING: SH.Warning, Severity.INFO: SH.Info}


def finding_iri(finding: Finding) -> URIRef:
    """The IRI of a finding, made from what it is about; row numbers count only where nothing else tells."""
    if finding.comparison is not None:
        return URIRef(finding.comparison.iri)
    spans = [f"{passage.iri}" for passage in finding.passages]
    column = finding.location.column if finding.location else None
    row = finding.location.row if finding.location and not spans else None
    facts = [finding.rule, finding.document, finding.focus, finding.value, column, row, *spans]
    digest = hashlib.sha256("\n".join("" if fact is None else str(fact) for fact in facts).encode())
    return iri("finding", digest.hexdigest()[:16])


def finding_triples(findings: Iterable[Finding]) -> list[Triple]:
    """Each finding as a sh:ValidationResult."""
    triples: list[Triple] = []
    for finding in findings:
        node = finding_iri(finding)
        focus = URIRef(finding.focus) if finding.focus else iri("document", finding.document or "")
        triples += [
            (node, RDF.type, SH.ValidationResult),
            (node, SH.focusNode, focus),
            (node, SH.resultSeverity, _SEVERITIES[finding.severity]),
            (node, SH.sourceConstraintComponent, URIRef(finding.component or CJ.RuleConstraintComponent)),
            (node, SH.sourceShape, iri("check", finding.rule) if finding.comparison else CJS[finding.rule]),
            (node, SH.resultMessage, Literal(finding.zh, lang="zh")),
            (node, SH.resultMessage, Literal(finding.en, lang="en")),
        ]
        if finding.path is not None:
            triples.append((node, SH.resultPath, URIRef(finding.path)))
        if finding.value is not None:
            triples.append((node, SH.value, Literal(finding.value)))
        if finding.location is not None:
            triples.append((node, CJ.location, Literal(str(finding.location))))
        if finding.document is not None:
            triples.append((node, CJ.inDocument, iri("document", finding.document)))
        triples += [(node, PROV.wasDerivedFrom, passage.iri) for passage in finding.passages]
    return triples


def report_triples(findings: Iterable[Finding]) -> Iterator[Triple]:
    """A whole sh:ValidationReport; as SHACL has it, it conforms where nothing at all was found."""
    report = URIRef(f"{BASE}report/validation")
    conforms = True
    for finding in findings:
        conforms = False
        yield (report, SH.result, finding_iri(finding))
        yield from finding_triples([finding])
    yield (report, RDF.type, SH.ValidationReport)
    yield (report, SH.conforms, Literal("true" if conforms else "false", datatype=XSD.boolean))

"""From one document's sheets to a graph that may enter the store, or to the findings that keep it out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib import URIRef
from rdflib.namespace import DCTERMS

from kg.documents import with_text
from kg.errors import KgError, UnreadableError, UsageError
from kg.graph import DocumentGraph, document_graph, shared_triples
from kg.model import Claim, Finding, Location, Severity
from kg.shapes import Shapes
from kg.terms import CJ, name_of, period_iri
from kg.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg.documents import Corpus
    from kg.lexicon import Loader
    from kg.model import Document, Involvement, Reading
    from kg.shapes import ShapeResult

__all__ = ["Gate", "Prepared", "check_vocabulary", "fails", "select"]

_COLUMNS = {
    "lower": "value",
    "upper": "value",
    "value": "value",
    "period": "period_start",
    "startDate": "period_start",
    "endDate": "period_end",
    "metric": "metric_id",
    "metricWording": "metric",
    "wasQuotedFrom": "start",
    "exact": "surface",
    "partOf": "part_of",
}
"""The sheet column of a property where it is not the property's own name."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One document after the gate: its triples as N-Triples, or None where a violation keeps it out."""

    document: str
    lines: str | None
    findings: tuple[Finding, ...]
    unreadable: bool = False


class Gate:
    """Reads documents with a loader and lets those through that break no shape."""

    def __init__(self, vocabulary: Vocabulary, shapes: Shapes, loader: Loader) -> None:
        self._vocabulary = vocabulary
        self._shapes = shapes
        self._loader = loader

    def prepare(self, document: Document, folder: Path, texts: Path | None = None) -> Prepared:
        """One document read, made a graph and checked. Never raises for what a sheet or a text holds."""
        try:
            known = with_text(document, texts) if texts else document
            reading = self._loader.read(known, folder, self._vocabulary.lexicon)
        except UnreadableError as error:
            return Prepared(document.id, None, (_unreadable(document, error),), unreadable=True)
        made = document_graph(reading, self._vocabulary.lexicon)
        missing = [_text_missing(known, texts)] if texts and known.text is None else []
        findings = sorted([*missing, *reading.findings, *self._check(reading, made)], key=lambda it: it.order)
        kept_out = fails(findings, Severity.VIOLATION)
        return Prepared(document.id, None if kept_out else made.lines(), tuple(findings))

    def _check(self, reading: Reading, made: DocumentGraph) -> list[Finding]:
        shared = shared_triples(_shared(made))
        results = self._shapes.check([*made.graph, *shared], self._vocabulary.triples)
        said = {finding.value for finding in reading.findings if finding.location and finding.location.row is None}
        return [
            finding
            for result in results
            if not (result.focus == str(reading.document.iri) and result.value and name_of(result.value) in said)
            for finding in _located(result, reading, made)
        ]


def check_vocabulary(vocabulary: Vocabulary, shapes: Shapes, source: str) -> list[Finding]:
    """The findings on the entities of a lexicon, outside any document."""
    return [
        Finding(it.severity, _local(it.shape), it.zh, it.en, None, it.focus, Location(source), value=it.value)
        for it in shapes.check(vocabulary.triples)
    ]


def fails(findings: Iterable[Finding], worst: Severity) -> bool:
    """Whether any finding that nobody has explained or rejected is as serious as `worst` or more."""
    return any(finding.severity.rank <= worst.rank and not finding.settled for finding in findings)


def select(corpora: Iterable[Corpus]) -> list[tuple[Document, Path]]:
    """Every document of some corpora with the folder of its sheets; raises UsageError where one is there twice."""
    selected = [(document, corpus.folder) for corpus in corpora for document in corpus.documents]
    counts = Counter(document.id for document, _ in selected)
    for name, count in counts.items():
        if count > 1:
            raise UsageError(f"文档 {name} 出现了 {count} 次", f"the document {name} is there {count} times")
    return selected


def _shared(made: DocumentGraph) -> set[URIRef]:
    nodes: set[URIRef] = set()
    for predicate in (CJ.period, DCTERMS.publisher):
        nodes.update(node for node in made.graph.objects(None, predicate) if isinstance(node, URIRef))
    return nodes


def _located(result: ShapeResult, reading: Reading, made: DocumentGraph) -> list[Finding]:
    """A shape's result as findings: one for each row that it is about, or one for the document."""
    rows = _rows(result, reading, made)
    if not rows:
        return [_finding(result, reading.document, None)]
    return [_finding(result, reading.document, row) for row in rows]


def _rows(result: ShapeResult, reading: Reading, made: DocumentGraph) -> Sequence[Claim | Involvement]:
    if result.focus in made.rows:
        return made.rows[result.focus][:1]
    everything: list[Claim | Involvement] = [*reading.claims, *reading.involvements]
    if result.focus == str(reading.document.iri):
        ends = [row for row in everything if str(row.passage.end) == result.value]
        return ends if _local(result.path or "") not in {"length", "sha256"} else []
    return [
        row
        for row in everything
        if str(period_iri(row.period.start.isoformat(), row.period.end.isoformat())) == result.focus
    ]


def _finding(result: ShapeResult, document: Document, row: Claim | Involvement | None) -> Finding:
    location = None
    if row is not None and row.location is not None:
        name = _local(result.path or "")
        location = Location(row.location.file, row.location.row, _COLUMNS.get(name, name) or None)
    return Finding(
        severity=result.severity,
        rule=_local(result.shape),
        zh=result.zh,
        en=result.en,
        document=document.id,
        focus=result.focus,
        location=location or Location("manifest.csv"),
        passages=(row.passage,) if row else (),
        value=result.value,
        component=result.component,
        path=result.path,
        quote=_quote(document, row),
    )


def _quote(document: Document, row: Claim | Involvement | None) -> str | None:
    if row is None:
        return None
    if document.text is not None:
        return document.text[row.passage.start : row.passage.end]
    return row.surface if isinstance(row, Claim) else None


def _text_missing(document: Document, texts: Path) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        rule="text-missing",
        zh="原文不在文件夹中，偏移未经核对",
        en="the text is not in the folder: its offsets were not verified",
        document=document.id,
        focus=str(document.iri),
        location=Location(str(texts / f"{document.id}.txt")),
    )


def _unreadable(document: Document, error: KgError) -> Finding:
    location = Location(str(error.file or document.id), error.row, error.column)
    return Finding(Severity.VIOLATION, "unreadable", error.zh, error.en, document.id, str(document.iri), location)


def _local(name: str) -> str:
    return name.rsplit("#", 1)[-1].rsplit("/", 1)[-1]

"""The SHACL gate: pySHACL over one document's graph, its results as plain values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef

from kg import resources
from kg.answer import Triple, line
from kg.model import Severity
from kg.terms import CJS
from kg.vocabulary import parse_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rdflib.term import Node

__all__ = ["ShapeResult", "Shapes"]

_SEVERITIES = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}


@dataclass(frozen=True, slots=True)
class ShapeResult:
    """One result of a validation: what broke which shape, at which property, with which value."""

    severity: Severity
    focus: str
    shape: str
    component: str
    path: str | None
    value: str | None
    zh: str
    en: str


class Shapes:
    """The shapes of a folder (the shipped ones by default), ready to check graphs."""

    def __init__(self, folder: Path | None = None) -> None:
        files = sorted((folder or resources.ontology() / "shapes").glob("*.ttl"))
        self._files = [parse_turtle(file) for file in files]
        self._graphs: dict[frozenset[Node], Graph] = {}

    @cached_property
    def digest(self) -> str:
        """A hash that changes whenever a shape does; blank nodes (lists) do not count."""
        named = (
            tuple(CJS.blank if _blank(part) else part for part in triple) for file in self._files for triple in file
        )
        return hashlib.sha256("".join(sorted(map(line, named))).encode()).hexdigest()  # type: ignore[arg-type] # terms

    def check(self, data: Iterable[Triple], reference: Iterable[Triple] = ()) -> list[ShapeResult]:
        """Check the nodes of some triples; the reference says of which classes other nodes are.

        `data` is a few thousand triples: one document's, or the vocabulary. Only shapes of the classes that
        occur in it are tried, since pySHACL would look at every node of the reference too; its own way to
        leave nodes out, `focus_nodes`, is slow and wrong for shapes that are applied to values.
        """
        import pyshacl  # noqa: PLC0415 - takes 0.2 s to import, and a question needs none of it

        graph = Graph(bind_namespaces="none")
        for triple in data:
            graph.add(triple)
        nodes, classes = set(graph.subjects()), set(graph.objects(None, RDF.type))
        for triple in reference:
            if triple[1] in (RDF.type, RDFS.subClassOf):
                graph.add(triple)
        for each in set(classes):
            classes.update(it for it in graph.transitive_objects(each, RDFS.subClassOf) if it)
        _, report, _ = pyshacl.validate(
            graph,
            shacl_graph=self._of(frozenset(classes)),
            inference="none",
            inplace=True,
            advanced=False,
            meta_shacl=False,
            do_owl_imports=False,
        )
        found = (node for node in report.objects(None, SH.result) if report.value(node, SH.focusNode) in nodes)
        results = (_result(report, node) for node in found)
        return sorted(results, key=lambda it: (it.focus, it.shape, it.path or "", it.value or ""))

    def _of(self, classes: frozenset[Node]) -> Graph:
        """The shapes of the files that target one of some classes."""
        if classes not in self._graphs:
            graph = Graph(bind_namespaces="none")
            for file in self._files:
                if any(p == SH.targetClass and o in classes for _, p, o in file):
                    for triple in file:
                        graph.add(triple)
            self._graphs[classes] = graph
        return self._graphs[classes]


def _result(report: Graph, node: Node) -> ShapeResult:
    def one(predicate: URIRef) -> str | None:
        value = report.value(node, predicate)
        return None if value is None else str(value)

    messages = {m.language: str(m) for m in report.objects(node, SH.resultMessage) if isinstance(m, Literal)}
    severity = report.value(node, SH.resultSeverity)
    return ShapeResult(
        severity=_SEVERITIES[URIRef(str(severity))],
        focus=one(SH.focusNode) or "",
        shape=one(SH.sourceShape) or "",
        component=one(SH.sourceConstraintComponent) or "",
        path=one(SH.resultPath) if isinstance(report.value(node, SH.resultPath), URIRef) else None,
        value=one(SH.value),
        zh=messages.get("zh", ""),
        en=messages.get("en", ""),
    )


def _blank(part: Node) -> bool:
    return not isinstance(part, (URIRef, Literal))

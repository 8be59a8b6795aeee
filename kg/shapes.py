"""The SHACL gate: pySHACL over one document's graph, its results as plain values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rdflib import SH, Graph, Literal, URIRef

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
    path: str | None
    value: str | None
    zh: str
    en: str


class Shapes:
    """The shapes of a folder (the shipped ones by default), ready to check graphs."""

    def __init__(self, folder: Path | None = None) -> None:
        files = sorted((folder or resources.ontology() / "shapes").glob("*.ttl"))
        self.triples: list[Triple] = [triple for file in files for triple in parse_turtle(file)]

    @cached_property
    def graph(self) -> Graph:
        """The shapes as one graph."""
        graph = Graph(bind_namespaces="none")
        for triple in self.triples:
            graph.add(triple)
        return graph

    @cached_property
    def digest(self) -> str:
        """A hash that changes whenever a shape does; blank nodes (lists) do not count."""
        named = (tuple(CJS.blank if _blank(part) else part for part in triple) for triple in self.triples)
        return hashlib.sha256("".join(sorted(map(line, named))).encode()).hexdigest()  # type: ignore[arg-type] # terms

    def check(self, graphs: Iterable[Iterable[Triple]], focus: Iterable[str] | None = None) -> list[ShapeResult]:
        """Check the union of some triples; with `focus` only the nodes named there are looked at.

        The graphs are few thousand triples each: one document with the vocabulary that it speaks of.
        """
        import pyshacl  # noqa: PLC0415 - takes 0.2 s to import, and a question needs none of it

        data = Graph(bind_namespaces="none")
        for graph in graphs:
            for triple in graph:
                data.add(triple)
        _, report, _ = pyshacl.validate(
            data,
            shacl_graph=self.graph,
            inference="none",
            inplace=True,
            advanced=False,
            meta_shacl=False,
            do_owl_imports=False,
            focus_nodes=[URIRef(node) for node in sorted(focus)] if focus is not None else None,
        )
        results = (_result(report, node) for node in report.objects(None, SH.result))
        return sorted(results, key=lambda it: (it.focus, it.shape, it.path or "", it.value or ""))


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
        path=one(SH.resultPath),
        value=one(SH.value),
        zh=messages.get("zh", ""),
        en=messages.get("en", ""),
    )


def _blank(part: Node) -> bool:
    return not isinstance(part, (URIRef, Literal))

"""A document: what it says of itself, its text with the claims marked, what it covers and what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.pages import findings, statements, texts
from kg.pages.agencies import parts
from kg.pages.asking import ask
from kg.terms import CJ, DCT, name_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pages.agencies import Part
    from kg.pages.findings import FindingView
    from kg.pages.statements import Statement
    from kg.pages.things import Thing
    from kg.session import KG

__all__ = ["DocumentView", "document"]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """What the page of a document shows; `paragraphs` is None where the text is not at hand."""

    paragraphs: list[list[texts.Segment]] | None
    statements: list[Statement]
    parts: list[Part]
    agencies: list[tuple[str | None, int]]
    reviews: list[tuple[str, int]]
    mentions: int
    findings: list[FindingView]

    def statement(self, iri: str) -> Statement | None:
        """A claim by its IRI."""
        return next((it for it in self.statements if it.iri == iri), None)


def document(kg: KG, node: Thing, folder: Path | None, target: tuple[int, int] | None = None) -> DocumentView:
    """The view of a document, with the characters of `target` marked out where the text is at hand."""
    claims = statements.of_document(kg, node.iri)
    sha = next(iter(node.values(CJ.sha256)), None)
    name = next(iter(node.values(DCT.identifier)), name_of(node.iri))
    text = texts.text_of(folder, name, sha)
    paragraphs = None
    if text is not None:
        spans = [(start, end, it.iri) for it in claims for start, end in it.spans]
        paragraphs = texts.marked(text, spans, _passages(kg, node.iri), target)
    counted = Counter(it.agency for it in claims)
    reviews = ask(
        kg,
        """SELECT ?review (COUNT(DISTINCT ?row) AS ?count)
        WHERE { ?row cj:review ?review ; prov:wasQuotedFrom ?passage . ?passage oa:hasSource $thing }
        GROUP BY ?review ORDER BY ?review""",
        thing=node.iri,
    )
    return DocumentView(
        paragraphs=paragraphs,
        statements=claims,
        parts=parts(kg, "?source oa:hasSource $thing . ?involvement prov:wasQuotedFrom ?source", node.iri),
        agencies=sorted(counted.items(), key=lambda it: (-it[1], it[0] or "")),
        reviews=[(str(row["review"]), int(str(row["count"]))) for row in reviews],
        mentions=sum(len(it.spans) for it in claims),
        findings=findings.in_document(kg, node.iri),
    )


def _passages(kg: KG, iri: str) -> list[tuple[int, int]]:
    rows = ask(
        kg, "SELECT ?start ?end WHERE { ?passage oa:hasSource $thing ; oa:start ?start ; oa:end ?end }", thing=iri
    )
    return [(int(str(row["start"])), int(str(row["end"]))) for row in rows]

"""Where things stand: the characters of documents that state claims, involvements, findings, and how to cite them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.pages.asking import ask, values
from kg.pages.names import kind_of
from kg.pages.texts import text_of
from kg.quoting import Context, context
from kg.terms import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.pages.asking import Row
    from kg.session import KG

__all__ = ["Mention", "Origin", "Texts", "mentions", "origins", "printed"]

_STATED = {
    "passage": "BIND(?node AS ?passage)",
    "finding": "?node cj:concerns/prov:wasQuotedFrom ?passage",
    "claim": "?node prov:wasQuotedFrom ?passage",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """The characters of a document that state something, `printed` and with their sentence where these are at hand."""

    node: str
    document: str
    start: int
    end: int
    printed: str
    context: Context | None

    @property
    def passage(self) -> str:
        """Its IRI."""
        return f"{self.document}#char={self.start},{self.end}"


@dataclass(frozen=True, slots=True)
class Origin:
    """A document as one cites it, and the check sum of its text."""

    iri: str
    title: str
    publisher: str
    published: str
    sha256: str | None


class Texts:
    """The texts of some documents, each read once; none without a folder."""

    def __init__(self, kg: KG, folder: Path | None, documents: Iterable[str]) -> None:
        found = origins(kg, documents) if folder is not None else {}
        self._texts = {iri: text_of(folder, name_of(iri), it.sha256) for iri, it in found.items()}

    def context(self, document: str, start: int, end: int) -> Context | None:
        """Some characters in their sentence, None where the text is not at hand or not the one that was read."""
        text = self._texts.get(document)
        return None if text is None else context(text, start, end)


def mentions(kg: KG, nodes: Iterable[str], folder: Path | None = None) -> dict[str, list[Mention]]:
    """The mentions of claims, involvements, findings and passages, in the order of documents and characters."""
    groups: dict[str, list[str]] = {}
    for node in dict.fromkeys(nodes):
        kind = "passage" if "#char=" in node else "finding" if kind_of(node) == "finding" else "claim"
        groups.setdefault(kind, []).append(node)
    rows = [row for kind, own in groups.items() for row in _rows(kg, _STATED[kind], own)]
    texts = Texts(kg, folder, {str(row["document"]) for row in rows})
    found: dict[str, list[Mention]] = {}
    for row in rows:
        place = (str(row["document"]), int(str(row["start"])), int(str(row["end"])))
        mention = Mention(str(row["node"]), *place, printed(row), texts.context(*place))
        found.setdefault(mention.node, []).append(mention)
    return found


def printed(row: Row) -> str:
    """The words of a passage, without bold marks; nothing where the build had no text."""
    return "" if row["printed"] is None else str(row["printed"]).replace("*", "")


def origins(kg: KG, documents: Iterable[str]) -> dict[str, Origin]:
    """Some documents as one cites them, by their IRIs."""
    rows = ask(
        kg,
        """SELECT ?document ?title ?publisher ?published ?sha WHERE {
          VALUES ?document { $documents }
          ?document dct:title ?title ; dct:publisher ?publisher ; dct:issued ?published .
          OPTIONAL { ?document cj:sha256 ?sha }
        }""",
        documents=values(dict.fromkeys(documents)),
    )
    return {str(row["document"]): _origin(row) for row in rows}


def _origin(row: Row) -> Origin:
    iri, title, publisher, published = (str(row[name]) for name in ("document", "title", "publisher", "published"))
    return Origin(iri, title, publisher, published, None if row["sha"] is None else str(row["sha"]))


def _rows(kg: KG, stated: str, nodes: Iterable[str]) -> list[Row]:
    return ask(
        kg,
        f"""SELECT DISTINCT ?node ?document ?start ?end ?printed WHERE {{
          VALUES ?node {{ $nodes }} {stated} .
          ?passage oa:hasSource ?document ; oa:start ?start ; oa:end ?end . OPTIONAL {{ ?passage oa:exact ?printed }}
        }} ORDER BY ?node ?document ?start ?end""",
        nodes=values(nodes),
    )

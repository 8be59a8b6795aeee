"""The folder that an extraction goes to: sheets, texts and a manifest, as `kg build` reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.documents import MANIFEST_COLUMNS, TEXT_COLUMNS, read_text
from kg.errors import KgError, UsageError
from kg.files import write_atomically
from kg.model import Review
from kg.tables import read_bytes, read_table
from loaders.sheet import CLAIM_COLUMNS, INVOLVEMENT_COLUMNS
from loaders.writing import claim_rows, involvement_rows, manifest_row, manifest_table, table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.model import Document
    from loaders.press.extraction import Extraction
    from loaders.writing import Row

__all__ = ["UNSTATED", "DecidedError", "Folder"]

UNSTATED = "未注明"
"""The publisher of a text of which nobody said who published it: a manifest must name one."""

_KINDS = {"claims": CLAIM_COLUMNS, "involvements": INVOLVEMENT_COLUMNS}


class DecidedError(KgError):
    """A sheet that holds a person's decisions, which an extraction must not overwrite."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of sheets, which need not be there yet."""

    path: Path

    @property
    def manifest(self) -> Path:
        """The list of its documents."""
        return self.path / "manifest.csv"

    @property
    def lexicon(self) -> Path:
        """The names of its documents."""
        return self.path / "lexicon.ttl"

    def write(self, extraction: Extraction, source: Path | None) -> Document:
        """Write both sheets of a document and its text, which came from `source`; the document for the manifest.

        Raises DecidedError, with nothing written, where one of its sheets holds a person's decision, and
        UsageError where the text would replace its own source.
        """
        document = extraction.document
        document = replace(document, publisher=document.publisher or UNSTATED)
        self._check_decisions(document.id)
        self._write_text(document, source)
        for kind, rows in (("claims", claim_rows(extraction)), ("involvements", involvement_rows(extraction))):
            write_atomically(self._sheet(document.id, kind), [table(_KINDS[kind], rows)])
        return document

    def enter(self, documents: Iterable[Document]) -> None:
        """Put documents into the manifest, in the place of their old rows or at its end."""
        rows: dict[str, Row] = {}
        if self.manifest.is_file():
            rows = {row["document"]: row for _, row in read_table(self.manifest, MANIFEST_COLUMNS, TEXT_COLUMNS)}
        fresh = {document.id: manifest_row(document) for document in documents}
        if fresh:
            write_atomically(self.manifest, [manifest_table((rows | fresh).values())])

    def adopt(self, lexicon: Path) -> bool:
        """Keep the lexicon that named things beside the sheets, unless one lies there; whether it did."""
        if self.lexicon.exists():
            return False
        write_atomically(self.lexicon, [read_bytes(lexicon)])
        return True

    def _sheet(self, document: str, kind: str) -> Path:
        return self.path / f"{document}.{kind}.csv"

    def _check_decisions(self, document: str) -> None:
        for kind, columns in _KINDS.items():
            sheet = self._sheet(document, kind)
            if not sheet.is_file():
                continue
            decided = sum(row["review"] != Review.PROPOSED for _, row in read_table(sheet, columns))
            if decided:
                raise DecidedError(
                    f"已有 {decided} 行经人审核，未改动；要并入新的抽取，请用 kg review {sheet}",
                    f"holds {decided} rows that a person decided on; it is as it was: merge with kg review {sheet}",
                    file=sheet,
                )

    def _write_text(self, document: Document, source: Path | None) -> None:
        target = self.path / "texts" / f"{document.id}.txt"
        text = document.text or ""
        if source is not None and target.is_file() and target.samefile(source):
            if read_text(target) == text:
                return
            raise UsageError(
                f"{source} 会被改写：请用 -o 另选文件夹", f"{source} would be rewritten: choose another folder with -o"
            )
        write_atomically(target, [_encoded(text)])


def _encoded(text: str) -> bytes:
    """The bytes from which `kg.documents.read_text` reads just this text, which may hold odd marks and line ends."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return (mark + text.replace("\r\n", "\r\r\n")).encode()

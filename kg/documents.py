"""Documents: the manifest that lists them, their texts, and the sheets that lie beside the manifest."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kg import resources
from kg.errors import UnreadableError, UsageError
from kg.model import Document
from kg.tables import decode, read_bytes, read_table

__all__ = [
    "MANIFEST_COLUMNS",
    "TEXT_COLUMNS",
    "Corpus",
    "is_id",
    "is_published",
    "read_corpus",
    "read_text",
    "verified",
    "with_text",
]

MANIFEST_COLUMNS = ("document", "title", "publisher", "published", "place", "agencies", "about")
TEXT_COLUMNS = ("length", "sha256")
"""The columns of a manifest that may be left out: they describe the text, for where it is at hand."""

_ID = re.compile(r"[^\s/\\:*?\"<>|#%\x00-\x1f.][^\s/\\:*?\"<>|#%\x00-\x1f]*")
_FIRST, _LAST = "1900", "2100"
_PUBLISHED = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of one manifest and the lexicon that names what they speak of (None: there is none)."""

    manifest: Path
    documents: tuple[Document, ...]
    lexicon: Path | None

    @property
    def folder(self) -> Path:
        """The folder of the manifest, in which the sheets lie."""
        return self.manifest.parent


def read_corpus(target: str | Path, lexicon: Path | None = None, *, described: bool = True) -> Corpus:
    """The corpus of a city that ships with the project, or of a manifest anywhere.

    The lexicon is the one given, else `lexicon.ttl` beside the manifest, else the shipped city of the same
    name. Every document needs a title and a publisher, unless `described` is False: to read a text, neither
    is needed. Raises UsageError for an unknown city, UnreadableError for a manifest that cannot be read.
    """
    manifest = _manifest(target)
    documents = _documents(manifest, described=described)
    beside = manifest.parent / "lexicon.ttl"
    shipped = resources.ontology() / "cities" / f"{manifest.resolve().parent.name}.ttl"
    found = next((path for path in (lexicon, beside, shipped) if path and path.is_file()), None)
    if lexicon and not lexicon.is_file():
        raise UnreadableError("没有这个词表文件", "there is no such lexicon", file=lexicon)
    return Corpus(manifest, documents, found)


def read_text(path: Path) -> str:
    """A text as the project uses it: UTF-8 decoded, byte order mark stripped, CRLF made LF, else as it is."""
    return decode(read_bytes(path), path).replace("\r\n", "\n")


def with_text(document: Document, folder: Path) -> Document:
    """The document with its text from `<folder>/<id>.txt`, where that file is there.

    Raises UnreadableError where the text is not the one whose length or hash the manifest states, and UsageError
    where there is no such folder.
    """
    path = folder / f"{document.id}.txt"
    if not folder.is_dir():
        raise UsageError(f"没有这个原文文件夹：{folder}", f"there is no such folder of texts: {folder}")
    if not path.is_file():
        return document
    return verified(document, read_text(path), path)


def verified(document: Document, text: str, path: Path) -> Document:
    """The document with this text, which was read from `path`.

    Raises UnreadableError where the text is not the one whose length or hash the manifest states.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    if document.sha256 and document.sha256 != digest:
        raise UnreadableError(
            f"原文的 SHA-256 是 {digest}，与清单所记 {document.sha256} 不同",
            f"has the SHA-256 {digest}, the manifest states {document.sha256}",
            file=path,
        )
    if document.length is not None and document.length != len(text):
        raise UnreadableError(
            f"原文有 {len(text)} 个字符，清单所记为 {document.length}",
            f"has {len(text)} characters, the manifest states {document.length}",
            file=path,
        )
    return replace(document, text=text, length=len(text), sha256=digest)


def _manifest(target: str | Path) -> Path:
    path = Path(target)
    if path.is_dir():
        path = path / "manifest.csv"
    if path.suffix == ".csv":
        return path
    shipped = resources.data() / str(target) / "manifest.csv"
    if not shipped.is_file():
        known = "、".join(resources.cities())
        raise UsageError(
            f"没有名为 {target} 的城市，也没有这个清单文件；已有城市：{known}",
            f"there is no city {target} and no such manifest; the cities are: {', '.join(resources.cities())}",
        )
    return shipped


def _documents(manifest: Path, *, described: bool) -> tuple[Document, ...]:
    documents: dict[str, Document] = {}
    for row, cells in read_table(manifest, MANIFEST_COLUMNS, TEXT_COLUMNS):
        document = _document(manifest, row, cells, described=described)
        if document.id in documents:
            raise UnreadableError(
                f"文档 {document.id} 重复",
                f"lists the document {document.id} twice",
                file=manifest,
                row=row,
                column="document",
            )
        documents[document.id] = document
    if not documents:
        raise UnreadableError("清单里没有文档", "lists no document", file=manifest)
    return tuple(documents.values())


def _document(manifest: Path, row: int, cells: dict[str, str], *, described: bool) -> Document:
    def wrong(column: str, zh: str, en: str) -> UnreadableError:
        return UnreadableError(zh, en, file=manifest, row=row, column=column)

    if not is_id(cells["document"]):
        raise wrong("document", "文档编号不能作文件名", "the identifier cannot be a file name")
    if not is_published(cells["published"]):
        raise wrong("published", "应为年月日或年月，如 2024-01-29", "should be a day or a month, as 2024-01-29")
    needed = ("title", "publisher", "place") if described else ("place",)
    if empty := next((name for name in needed if not cells[name]), None):
        raise wrong(empty, "不能为空", "must not be empty")
    length, digest = cells.get("length", ""), cells.get("sha256", "")
    if length and not re.fullmatch(r"[0-9]{1,12}", length):
        raise wrong("length", "应为字符数", "should be a number of characters")
    if digest and not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise wrong("sha256", "应为 64 位十六进制小写", "should be 64 lower-case hexadecimal digits")
    return Document(
        id=cells["document"],
        title=cells["title"],
        publisher=cells["publisher"],
        published=cells["published"],
        place=cells["place"],
        agencies=tuple(name.strip() for name in cells["agencies"].split(";") if name.strip()),
        about=cells["about"],
        length=int(length) if length else None,
        sha256=digest or None,
    )


def is_id(text: str) -> bool:
    """Whether a text can be a document's identifier: a file name on every system, and a part of an IRI."""
    return _ID.fullmatch(text) is not None


def is_published(text: str) -> bool:
    """Whether a text is a day or a month that the calendar has."""
    try:
        date.fromisoformat(f"{text}-01"[:10])
    except ValueError:
        return False
    return _PUBLISHED.fullmatch(text) is not None and _FIRST <= text[:4] <= _LAST

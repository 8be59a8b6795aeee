"""Sources: what `kg extract` is asked to read, each a document that is not read yet and the file of its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.documents import is_id, is_published, read_corpus
from kg.errors import UnreadableError, UsageError
from kg.model import Document
from loaders.acquire import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["About", "Source", "described", "find_sources", "in_folder", "passed_over", "text_file"]

_LONGEST_TITLE = 100
_NO_ID = re.compile(r"[\s/\\:*?\"<>|#%&{}^`\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class About:
    """What a command line says of texts that no manifest describes."""

    place: str | None = None
    published: str | None = None
    publisher: str = ""
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document without its text, the file to acquire the text from, and the lexicon beside its manifest.

    What only the text can say (title, date of publication) is still empty. `file` is None where the folder of
    texts has none for the document.
    """

    document: Document
    file: Path | None
    lexicon: Path | None = None


def find_sources(targets: Sequence[Path], about: About) -> list[Source]:
    """The sources that files and folders name; a manifest, or a folder with one, is read as the manifest says.

    Raises UsageError for a target that is not there or cannot be acquired, for a missing place, and where two
    files would give the same document.
    """
    sources: list[Source] = []
    for target in targets:
        manifest = target if target.suffix == ".csv" else target / "manifest.csv"
        if manifest.is_file():
            texts = manifest.parent / "texts"
            sources += in_folder(manifest, texts if texts.is_dir() else manifest.parent)
        elif target.is_dir():
            sources += [_of_file(file, about) for file in _files(target)]
        else:
            sources.append(_of_file(target, about))
    _check_repeats(sources)
    return sources


def in_folder(manifest: Path, texts: Path) -> list[Source]:
    """The sources of a manifest with the texts of a folder."""
    if not texts.is_dir():
        raise UsageError(f"没有这个原文文件夹：{texts}", f"there is no such folder of texts: {texts}")
    corpus = read_corpus(manifest, described=False)
    return [Source(document, text_file(texts, document.id), corpus.lexicon) for document in corpus.documents]


def text_file(folder: Path, document: str) -> Path | None:
    """The file in a folder from which a document's text can be acquired: `<id>.txt` before other suffixes."""
    files = (folder / f"{document}{suffix}" for suffix in SUFFIXES)
    return next((file for file in files if file.is_file()), None)


def _files(folder: Path) -> list[Path]:
    files = sorted(file for file in folder.iterdir() if _is_text(file))
    if not files:
        known = ", ".join(SUFFIXES)
        raise UsageError(f"{folder} 里没有可读的文件（{known}）", f"{folder} has no file to read ({known})")
    return files


def passed_over(targets: Sequence[Path]) -> list[Path]:
    """What stands in the folders among the targets and is not read: other formats and folders, no hidden files."""
    folders = [target for target in targets if target.is_dir() and not (target / "manifest.csv").is_file()]
    return sorted(
        file for folder in folders for file in folder.iterdir() if not _is_text(file) and not _is_hidden(file)
    )


def _is_text(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and file.is_file() and not _is_hidden(file)


def _is_hidden(file: Path) -> bool:
    return file.name.startswith((".", "~$"))  # Word keeps ~$name.docx while it has a file open


def _of_file(file: Path, about: About) -> Source:
    if not file.exists():
        raise UnreadableError("没有这个文件", "there is no such file", file=file)
    if not about.place:
        raise UsageError(
            f"{file.name} 没有清单：请用 --place 写明它所述的地区，如 --place 临江市",
            f"{file.name} has no manifest: name the area that it speaks of, as --place 临江市",
        )
    document = Document(
        id=_identifier(file),
        title="",
        publisher=about.publisher,
        published=about.published or "",
        place=about.place,
        agencies=about.agencies,
    )
    beside = file.parent / "lexicon.ttl"
    return Source(document, file, beside if beside.is_file() else None)


def _identifier(file: Path) -> str:
    """The file's name without its suffix, as an identifier: what no identifier may hold becomes a hyphen."""
    name = _NO_ID.sub("-", file.stem).strip("-.")
    if not is_id(name):
        raise UsageError(f"{file} 的文件名不能作编号", f"the name of {file} cannot be an identifier")
    return name


def _check_repeats(sources: Sequence[Source]) -> None:
    seen: dict[str, Source] = {}
    for source in sources:
        first = seen.setdefault(source.document.id, source)
        if first is not source:
            raise UsageError(
                f"{first.file} 与 {source.file} 的编号相同：{source.document.id}",
                f"{first.file} and {source.file} have the same identifier: {source.document.id}",
            )


def described(document: Document, text: str, title: str | None, published: str | None) -> Document:
    """The document with what its text says of itself, where nothing else says it.

    The title is the acquired one, else the first line. Raises UsageError where no one knows the date.
    """
    when = document.published or published or ""
    if not is_published(when):
        raise UsageError(
            f"{document.id} 没有发布日期：请用 --published 写明，如 --published 2026-01",
            f"{document.id} has no date of publication: give one, as --published 2026-01",
        )
    named = " ".join((document.title or title or _first_line(text)).split())
    return replace(document, title=named[:_LONGEST_TITLE].strip() or document.id, published=when)


def _first_line(text: str) -> str:
    return next((line.strip(" \t#*\u3000") for line in text.splitlines() if line.strip(" \t#*\u3000")), "")

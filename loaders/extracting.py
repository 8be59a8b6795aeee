"""Extracting: sources acquired and read, here or in several processes, one outcome for each and none ends the run."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

from kg.documents import verified
from kg.errors import KgError, UnreadableError
from loaders.acquire import acquire
from loaders.sources import described

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.lexicon import Lexicon
    from loaders.press.extraction import Extraction
    from loaders.sources import Source

__all__ = ["Failure", "Outcome", "extract_all", "extract_one"]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a source was not read: a KgError as a plain value, which can cross from process to process."""

    where: str
    zh: str
    en: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a source: one of the two is None."""

    source: Source
    extraction: Extraction | None
    failure: Failure | None


def extract_one(source: Source, lexicon: Lexicon) -> Extraction:
    """Acquire a source's text and read it. Raises a KgError where that cannot be done."""
    from loaders.press import extract  # noqa: PLC0415 - its tables are loaded where they are needed

    if source.file is None:
        raise UnreadableError(
            f"文件夹里没有文档 {source.document.id} 的原文",
            f"the folder has no text of the document {source.document.id}",
        )
    acquired = acquire(source.file)
    document = described(source.document, acquired.text, acquired.title, acquired.published)
    extraction = extract(verified(document, acquired.text, source.file), lexicon)
    own = (replace(it, document=document.id, focus=it.focus or str(document.iri)) for it in acquired.findings)
    return replace(extraction, findings=(*own, *extraction.findings))


def extract_all(
    sources: Sequence[tuple[Source, Path | None]], lexicons: Mapping[Path | None, Lexicon], jobs: int = 1
) -> Iterator[Outcome]:
    """The outcome of each source with the lexicon of its path, in order; the same for every number of processes."""
    if min(jobs, len(sources)) <= 1:
        yield from (_outcome(source, lexicons[path]) for source, path in sources)
        return
    with ProcessPoolExecutor(min(jobs, len(sources)), get_context("spawn"), _start_worker, (lexicons,)) as pool:
        yield from pool.map(_work, *zip(*sources, strict=True))


def _outcome(source: Source, lexicon: Lexicon) -> Outcome:
    try:
        return Outcome(source, extract_one(source, lexicon), None)
    except KgError as error:
        where = error.where or str(source.file or source.document.id)
        return Outcome(source, None, Failure(where, error.zh, error.en, error.exit_code))


_lexicons: Mapping[Path | None, Lexicon] = {}


def _start_worker(lexicons: Mapping[Path | None, Lexicon]) -> None:
    global _lexicons  # noqa: PLW0603 - a spawned worker has its lexicons for its life
    _lexicons = lexicons


def _work(source: Source, path: Path | None) -> Outcome:
    return _outcome(source, _lexicons[path])

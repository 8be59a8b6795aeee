"""Acquiring: the text of a file that people have, with what the file says of its title and its date.

Text and Markdown need nothing else; pages and PDF need the extra `inputs`. Nothing is ever fetched.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kg.errors import LimitError, UnreadableError, UsageError
from loaders.acquire.acquired import Acquired

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["LARGEST", "SUFFIXES", "Acquired", "acquire"]

LARGEST = 20_000_000
"""The most bytes that a file may have."""

_READERS = {
    ".txt": "encoding.read_plain",
    ".md": "encoding.read_plain",
    ".html": "page.read_page",
    ".htm": "page.read_page",
    ".shtml": "page.read_page",
    ".mhtml": "page.read_archive",
    ".mht": "page.read_archive",
    ".docx": "docx.read_docx",
    ".pdf": "pdf.read_pdf",
}
SUFFIXES = tuple(_READERS)
"""The suffixes of the files that can be acquired, the plainest first."""


def acquire(path: Path) -> Acquired:
    """The text of a file, told by its suffix.

    Raises UsageError for a suffix that no reader knows and where the extra `inputs` is not installed,
    UnreadableError where the file cannot be read or holds no text, LimitError where it is too large.
    """
    reader = _reader(path)
    try:
        with path.open("rb") as handle:
            data = handle.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(f"无法读取文件：{reason}", f"cannot be read: {reason}", file=path) from error
    if len(data) > LARGEST:
        most = LARGEST // 1_000_000
        raise LimitError(f"大于 {most} MB", f"is larger than {most} MB", file=path)
    acquired = reader(data, path)
    if not acquired.text.strip():
        raise UnreadableError("文件里没有文字", "holds no text", file=path)
    return acquired


def _reader(path: Path) -> Callable[[bytes, Path], Acquired]:
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        known = ", ".join(SUFFIXES)
        raise UsageError(
            f"不能读 {suffix or '没有后缀的'} 文件：{path}；可读 {known}，其他格式请另存为 .docx 或 .pdf",
            f"cannot read {suffix or 'a file without suffix'}: {path}; the suffixes are {known}",
        )
    module, name = _READERS[suffix].split(".")
    try:
        reader: Callable[[bytes, Path], Acquired] = getattr(import_module(f"loaders.acquire.{module}"), name)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"读 {suffix} 文件需要附加组件：pip install 'chengjidan[inputs]'",
            f"reading {suffix} needs an extra: pip install 'chengjidan[inputs]'",
        ) from error
    return reader

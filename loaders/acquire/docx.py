"""Word documents: paragraphs, table rows and text boxes as lines; what was deleted or hidden is left out."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from kg.errors import LimitError, UnreadableError
from loaders.acquire.acquired import Acquired
from loaders.acquire.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["read_docx"]

_LARGEST = 40_000_000  # bytes of the unpacked text: a small file may unpack to any size
_MAIN = re.compile(r"word/document[0-9]*\.xml")
_OLE = b"\xd0\xcf\x11\xe0"
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, OSError)
_LEFT_OUT = frozenset(("del", "moveFrom", "Fallback", "pPr", "sectPr", "tblPr", "trPr", "tcPr", "rt"))
_STARTS: dict[str, Callable[[Lines], None]] = {
    "p": Lines.end,
    "tr": Lines.start_row,
    "tc": Lines.start_cell,
    "txbxContent": Lines.start_aside,
}
_ENDS: dict[str, Callable[[Lines], None]] = {
    "p": Lines.end,
    "br": Lines.end,
    "cr": Lines.end,
    "tr": Lines.end_row,
    "txbxContent": Lines.end_aside,
}
_TEXTS = {"tab": " ", "noBreakHyphen": "-"}


def read_docx(data: bytes, path: Path) -> Acquired:
    """The text of a Word document as it stands with its changes accepted; macros and links are never looked at."""
    body = _Body()
    parser = ET.XMLParser(target=body)  # noqa: S314 - expat ends the parsing where entities grow without measure
    try:
        parser.feed(_unpacked(data, path))
        parser.close()
    except (ET.ParseError, ValueError, LookupError) as error:  # the last two: an encoding that is none
        raise UnreadableError(f"Word 文档已损坏：{error}", f"is damaged: {error}", file=path) from error
    return Acquired("\n".join(line.text for line in body.lines.done), None, None, "docx", None)


@dataclass(slots=True)
class _Body:
    """What the parser tells: starts, ends and texts. Deleted and hidden text is no part of the lines."""

    lines: Lines = field(default_factory=Lines)
    _skipped: int = 0
    _hidden: bool = False
    _is_text: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element starts."""
        name = tag.rpartition("}")[2]
        if name in _LEFT_OUT:
            self._skipped += 1
        elif not self._skipped:
            self._is_text = name == "t"
            self._hidden |= name == "vanish" and not {"0", "false", "off"} & set(attributes.values())
            _STARTS.get(name, _nothing)(self.lines)

    def end(self, tag: str) -> None:
        """An element ends."""
        name = tag.rpartition("}")[2]
        if name in _LEFT_OUT:
            self._skipped -= 1
        elif not self._skipped:
            self._is_text = False
            self._hidden &= name != "r"
            self.lines.add(_TEXTS.get(name))
            _ENDS.get(name, _nothing)(self.lines)

    def data(self, text: str) -> None:
        """Characters of an element."""
        if self._is_text and not self._skipped and not self._hidden:
            self.lines.add(text)


def _unpacked(data: bytes, path: Path) -> bytes:
    """The XML of the text itself, unpacked no further than the limit."""
    if data.startswith(_OLE):
        raise UnreadableError(
            "是加密的 Word 文档或旧的 .doc 文件，请另存为不加密的 .docx",
            "is encrypted or an old .doc: save it as .docx without a password",
            file=path,
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            name = next((name for name in archive.namelist() if _MAIN.fullmatch(name)), None)
            if name is None:
                raise UnreadableError("不是 Word 文档", "is no Word document", file=path)
            with archive.open(name) as handle:
                body = handle.read(_LARGEST + 1)
    except _BROKEN as error:
        raise UnreadableError(f"Word 文档已损坏：{error}", f"is damaged: {error}", file=path) from error
    if len(body) > _LARGEST:
        most = _LARGEST // 1_000_000
        raise LimitError(f"解压后大于 {most} MB", f"is larger than {most} MB when unpacked", file=path)
    return body


def _nothing(_lines: Lines) -> None:
    pass

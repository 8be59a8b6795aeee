"""Encodings told apart: UTF-8 where the bytes are valid, else GB18030 where what they give looks like Chinese."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.errors import UnreadableError
from kg.model import Finding, Location, Severity
from loaders.acquire.acquired import Acquired

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["decode", "decode_page", "read_plain"]

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEAD = 4096  # bytes of a page in which it may declare its encoding
_COMMON = 0.8  # the least share of characters of GB 2312 among those beyond ASCII: Chinese has 0.97 and more
_MARKS_OF_PRINT = re.compile("[·—…“”‘’㎡℃€‰々〇]")  # of GBK or of Unicode, and common in print
_DAMAGED = 200  # a page may have one undecodable byte in so many


def read_plain(data: bytes, path: Path) -> Acquired:
    """A text file: its byte order mark stripped, CRLF made LF, and nothing else changed."""
    text, encoding = decode(data, path)
    medium = "markdown" if path.suffix.lower() == ".md" else "text"
    return Acquired(text.replace("\r\n", "\n"), None, None, medium, encoding)


def decode(data: bytes, path: Path) -> tuple[str, str]:
    """The text of bytes without its byte order mark, and the name of its encoding.

    Raises UnreadableError that names the first byte that fits no encoding, and where the text holds a NUL.
    """
    mark, encoding = next((pair for pair in _MARKS if data.startswith(pair[0])), (b"", ""))
    body = data[len(mark) :]
    at = 0
    for name in [encoding] if encoding else ["utf-8", "gb18030"]:
        try:
            text = body.decode(name)
        except UnicodeDecodeError as error:
            at = max(at, len(mark) + error.start)
            continue
        if name != "gb18030" or _is_chinese(text):
            return _checked(text.removeprefix("\ufeff") if name == "gb18030" else text, path), name
    names = encoding.upper() or "UTF-8、GB18030"
    raise UnreadableError(
        f"不是 {names} 编码的文字（第 {at} 字节处），请另存为 UTF-8",
        f"is no text in {names.replace('、', ' or ')} (at byte {at}): save it as UTF-8",
        file=path,
    )


def decode_page(data: bytes, path: Path) -> tuple[str, str, tuple[Finding, ...]]:
    """The same for a web page, which may declare its encoding and may be damaged in a few places.

    A page in valid UTF-8 is taken as such, whatever it declares: pages are saved anew more often than declared anew.
    """
    try:
        return *decode(data, path), ()
    except UnreadableError:
        found = _DECLARED.search(data[:_HEAD])
        declared = found[1].decode("ascii", "replace").lower() if found else ""
        encoding = "gb18030" if declared.startswith("gb") else "big5hkscs" if declared.startswith("big5") else "utf-8"
        text = data.decode(encoding, "replace")
        damaged = text.count("\ufffd")
        if not found or damaged * _DAMAGED > len(text):
            raise
    finding = Finding(
        Severity.WARNING,
        "damaged-bytes",
        f"网页有 {damaged} 处字节无法按 {encoding} 解码，以 \ufffd 代替",
        f"the page has {damaged} places that are no {encoding}; \ufffd stands for them",
        location=Location(path.name),
    )
    return _checked(text, path), encoding, (finding,) if damaged else ()


def _is_chinese(text: str) -> bool:
    beyond = sum(map(len, re.findall(r"[^\x00-\x7f]+", _MARKS_OF_PRINT.sub("", text))))
    common = len(text.encode("gb2312", "ignore")) - len(text.encode("ascii", "ignore"))
    return common >= 2 * _COMMON * beyond


def _checked(text: str, path: Path) -> str:
    at = text.find("\0")
    if at >= 0:
        raise UnreadableError(
            f"第 {at + 1} 个字符是 NUL：不是文字，或是没有标记的 UTF-16，请另存为 UTF-8",
            f"character {at + 1} is a NUL: it is no text, or UTF-16 without a mark; save it as UTF-8",
            file=path,
        )
    return text

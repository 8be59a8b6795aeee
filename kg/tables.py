"""Reading CSV tables strictly: every fault in their structure is an error that names file, row and column."""

from __future__ import annotations

import csv
import io
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kg.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["decode", "guarded", "read_bytes", "read_table", "write_table"]

Row = dict[str, str]

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_QUOTE = '"'
_NOTHING = '""'
_SPECIAL = re.compile('[,"\r\n]')


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; raises UnreadableError where there are none to be had."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(f"无法读取文件：{reason}", f"cannot be read: {reason}", file=path) from error


def decode(data: bytes, path: Path) -> str:
    """UTF-8 bytes as text, byte order mark dropped; raises UnreadableError that tells the likely encoding."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        zh, en = _likely_encoding(data)
        raise UnreadableError(
            f"不是 UTF-8 编码（第 {error.start} 字节处）{zh}",
            f"is not UTF-8 (at byte {error.start}){en}",
            file=path,
            row=row,
        ) from error


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Iterator[tuple[int, Row]]:
    """The rows of a CSV file with a heading, as (row, {column: cell}); the heading is row 1.

    Blank rows are passed over, cells are stripped. Raises UnreadableError for a wrong encoding, an empty
    file, a missing, unknown or repeated column, a row of another width, an over-long cell or a NUL.
    """
    text = decode(read_bytes(path), path)
    if not text.strip():
        raise UnreadableError("文件是空的", "is empty", file=path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 0
    try:
        for row, cells in enumerate(reader, start=1):
            if row == 1:
                heading = [cell.strip() for cell in cells]
                _check_heading(heading, path, required, optional)
            elif any(cell.strip() for cell in cells):
                _check_width(cells, heading, path, row)
                yield row, {name: cell.strip() for name, cell in zip(heading, cells, strict=True)}
    except csv.Error as error:
        raise UnreadableError(
            f"不是合格的 CSV：{error}", f"is not valid CSV: {error}", file=path, row=row + 1
        ) from error


def guarded(text: str) -> str:
    """A text for a cell, with a quote before what a spreadsheet would run."""
    return f"'{text}" if text.startswith(_RISKY) else text


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = True) -> bytes:
    """A table as CSV bytes, with a byte order mark for Excel unless told otherwise; LF line ends."""
    text = "".join(f"{','.join(map(_quoted, row)) or _NOTHING}\n" for row in [columns, *rows])
    return text.encode("utf-8-sig" if bom else "utf-8")


def _quoted(cell: str) -> str:
    """A cell, quoted where it must be: Python's writer leaves a lone CR bare, which readers take for a row's end."""
    return _QUOTE + cell.replace(_QUOTE, _QUOTE * 2) + _QUOTE if _SPECIAL.search(cell) else cell


def _check_heading(heading: Sequence[str], path: Path, required: Sequence[str], optional: Sequence[str]) -> None:
    known = [*required, *optional]
    for name in heading:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            zh, en = (f"，是否应为 {close[0]}", f"; is it {close[0]}?") if close else ("", "")
            raise UnreadableError(
                f"多出一列 {name!r}{zh}", f"has an unknown column {name!r}{en}", file=path, row=1, column=name
            )
        if heading.count(name) > 1:
            raise UnreadableError(f"列 {name} 重复", f"has the column {name} twice", file=path, row=1, column=name)
    for name in required:
        if name not in heading:
            raise UnreadableError(f"缺少列 {name}", f"lacks the column {name}", file=path, row=1, column=name)


def _check_width(cells: Sequence[str], heading: Sequence[str], path: Path, row: int) -> None:
    if len(cells) != len(heading):
        raise UnreadableError(
            f"有 {len(cells)} 格，应为 {len(heading)} 格",
            f"has {len(cells)} cells where the heading has {len(heading)}",
            file=path,
            row=row,
        )
    for name, cell in zip(heading, cells, strict=True):
        if "\0" in cell:
            raise UnreadableError("单元格含 NUL 字符", "a cell holds a NUL", file=path, row=row, column=name)


def _likely_encoding(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "，看来是 UTF-16，请另存为 UTF-8", "; it looks like UTF-16: save it as UTF-8"
    if data.startswith(b"PK"):
        return "，看来是 Excel 工作簿，请另存为 CSV UTF-8", "; it looks like a workbook: save it as CSV UTF-8"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "", ""
    return "，看来是 GB18030，请另存为 UTF-8", "; it looks like GB18030: save it as UTF-8"

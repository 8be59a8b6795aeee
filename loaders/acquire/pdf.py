"""PDF files with a text layer: pages in order, lines as they stand, what repeats at the edges of pages dropped.

PDFium reads them in a process of its own, with limits of time and memory: files from anywhere may crash it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from kg.errors import LimitError, UnreadableError
from kg.model import Finding, Location, Severity
from loaders.acquire.acquired import Acquired, tidy

__all__ = ["read_pdf"]

if find_spec("pypdfium2") is None:  # the process below would only find out itself
    raise ModuleNotFoundError("pypdfium2")

_SECONDS = 60
_READER = Path(__file__).with_name("pdfium.py")
_EDGE = 2  # lines at the top and at the bottom of a page that may be its header or footer
_REPEATED = 0.6  # the share of pages on which they stand
_PAGE = re.compile(r"\W*(?:第\s*)?[0-9]{1,4}\s*页?(?:\s*[/，,]?\s*(?:共\s*)?[0-9]{1,4}\s*页?)?\W*")
_REASONS = {
    "password": ("已加密，请另存为不加密的文件", "is encrypted: save it without a password"),
    "format": ("不是 PDF 文件或已损坏", "is no PDF or is damaged"),
    "long": ("页数或文字过多", "has too many pages or too much text"),
}


def read_pdf(data: bytes, path: Path) -> Acquired:
    """The text of a PDF; pages without a text layer are said, and a file without any is an UnreadableError."""
    pages = [[line for line in map(tidy, page.splitlines()) if line] for page in _pages(data, path)]
    empty = [number for number, page in enumerate(pages, start=1) if not page]
    if len(empty) == len(pages):
        raise UnreadableError(
            "没有文字层（可能是扫描件），请先做文字识别（OCR）",
            "has no text layer (it may be a scan): recognise its characters (OCR) first",
            file=path,
        )
    text, findings = _without_edges(pages, path)
    if empty:
        listed = ", ".join(map(str, empty))
        findings += (
            Finding(
                Severity.WARNING,
                "page-without-text",
                f"这些页没有文字层：{listed}",
                f"these pages have no text layer: {listed}",
                location=Location(path.name),
            ),
        )
    return Acquired(text, None, None, "pdf", None, findings)


def _pages(data: bytes, path: Path) -> list[str]:
    command = [sys.executable, "-P", str(_READER)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise LimitError(f"{_SECONDS} 秒内没有读完", f"was not read in {_SECONDS} seconds", file=path) from error
    if done.returncode:
        last = (done.stderr.decode(errors="replace").splitlines() or [""])[-1]
        raise UnreadableError(
            f"PDF 读取程序意外结束（{done.returncode}）：{last}",
            f"ended the PDF reader ({done.returncode}): {last}",
            file=path,
        )
    answer: dict[str, list[str]] | str = json.loads(done.stdout)
    if isinstance(answer, str):
        zh, en = _REASONS[answer]
        raise (LimitError if answer == "long" else UnreadableError)(zh, en, file=path)
    return answer["pages"]


def _without_edges(pages: list[list[str]], path: Path) -> tuple[str, tuple[Finding, ...]]:
    """The lines of all pages without headers and footers: edge lines that most pages share but for their number."""
    edges = [
        {index: _key(line, number) for index, line in enumerate(page) if min(index, len(page) - 1 - index) < _EDGE}
        for number, page in enumerate(pages, start=1)
    ]
    counts = Counter(key for page in edges for key in set(page.values()))
    least = max(2, _REPEATED * len(pages))
    kept: list[str] = []
    dropped: list[str] = []
    for page, keys in zip(pages, edges, strict=True):
        for index, line in enumerate(page):
            (dropped if counts[keys.get(index, "")] >= least else kept).append(line)
    if not dropped:
        return "\n".join(kept), ()
    finding = Finding(
        Severity.INFO,
        "repeated-lines-dropped",
        f"略去页眉页脚 {len(dropped)} 行",
        f"left out {len(dropped)} lines of page headers and footers",
        location=Location(path.name),
        quote=" | ".join(dict.fromkeys(dropped)),
    )
    return "\n".join(kept), (finding,)


def _key(line: str, number: int) -> str:
    """The line without the number of its page, so that headers with it are the same on all pages."""
    return "#" if _PAGE.fullmatch(line) else re.sub(rf"(?<![0-9.]){number}(?![0-9.])", "#", line, count=1)

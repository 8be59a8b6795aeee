"""Acquiring files: what holds for every sort of file, and for any bytes at all."""

from __future__ import annotations

import random
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from made_files import ARTICLE, PAGES, docx, pdf, run

from kg.documents import read_text
from kg.errors import LimitError, UnreadableError, UsageError
from loaders import acquire as acquiring
from loaders.acquire import SUFFIXES, acquire

GOOD = {
    ".txt": ARTICLE.encode("gb18030"),
    ".md": b"\xef\xbb\xbf" + ARTICLE.encode(),
    ".html": PAGES["government"].encode(),
    ".docx": docx("".join(f"<w:p>{run(line)}</w:p>" for line in ARTICLE.replace("\t", " ").split("\n"))),
    ".pdf": pdf(ARTICLE.replace("\t", " ").split("\n")),
}
TAGS = ["<p>", "</p>", "<td>", "<tr>", "</table>", "<a>", "<pre>", "<div hidden>", "<br", "&#xD800;", "&#0;"]
QUICK = [suffix for suffix in SUFFIXES if suffix != ".pdf"]  # a PDF starts a process


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def put(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return put


@pytest.mark.parametrize("suffix", GOOD)
def test_every_sort_gives_the_same_lines_twice_and_as_they_are_stored(
    suffix: str, put: Callable[[str, bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("asks the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    path = put("报告" + suffix.upper(), GOOD[suffix])
    acquired = acquire(path)
    assert acquired.text.split() == ARTICLE.split()
    assert acquire(path) == acquired
    assert read_text(put("stored.txt", acquired.text.encode())) == acquired.text


def test_what_is_no_file_has_no_reader_or_is_too_large_is_said(
    put: Callable[[str, bytes], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreadableError):
        acquire(tmp_path / "absent.txt")
    with pytest.raises(UnreadableError):
        acquire(tmp_path.with_suffix(".txt"))
    for name in ("a.doc", "a"):
        with pytest.raises(UsageError, match=r"\.docx"):
            acquire(tmp_path / name)
    monkeypatch.setattr(acquiring, "LARGEST", 3)
    assert acquire(put("a.txt", b"abc")).text == "abc"
    with pytest.raises(LimitError):
        acquire(put("b.txt", b"abcd"))


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, put: Callable[[str, bytes], Path]) -> None:
    for library, module in (("lxml", "page"), ("pypdfium2", "pdf")):
        monkeypatch.setitem(sys.modules, library, None)
        monkeypatch.delitem(sys.modules, f"loaders.acquire.{module}", raising=False)
    for suffix, data in GOOD.items():
        if suffix in (".html", ".pdf"):
            with pytest.raises(UsageError, match=r"chengjidan\[inputs\]"):
                acquire(put(f"a{suffix}", data))
        else:
            assert acquire(put(f"a{suffix}", data)).text


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_scraps_are_a_text_or_unreadable(suffix: str, tmp_path: Path) -> None:
    for data in (b"", b" \r\n\t", b"\0", b"\xff\xfe", b"%PDF-1.7", b"PK\x03\x04", b"<", b"\xd0\xcf\x11\xe0"):
        _same_or_unreadable(tmp_path / f"scrap{suffix}", data)


def _same_or_unreadable(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        acquired = acquire(path)
    except UnreadableError as error:
        assert error.file == path  # noqa: PT017 - either outcome is right
        return
    assert acquired.text.strip()
    assert "\0" not in acquired.text
    assert acquired.text.encode().decode() == acquired.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=st.sampled_from(QUICK), data=st.binary(max_size=300))
@example(suffix=".txt", data=b"\x83\x36\xc7\x38")
@example(suffix=".html", data=b"<table><tr><td>1</table><tr></td>2<td>")
def test_any_bytes_are_a_text_or_unreadable(suffix: str, data: bytes, tmp_path: Path) -> None:
    _same_or_unreadable(tmp_path / f"any{suffix}", data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=st.sampled_from(QUICK), pieces=st.lists(st.sampled_from(TAGS) | st.text(max_size=9), max_size=40))
def test_any_markup_is_a_text_or_unreadable(suffix: str, pieces: list[str], tmp_path: Path) -> None:
    _same_or_unreadable(tmp_path / f"any{suffix}", "".join(pieces).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("suffix", GOOD)
def test_damaged_files_are_a_text_or_unreadable(suffix: str, tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311
    good = GOOD[suffix]
    for _ in range(12 if suffix == ".pdf" else 150):
        data = bytearray(good[: chance.randrange(1, len(good)) if chance.random() < 0.4 else None])
        for _ in range(chance.choice((0, 1, 8))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        _same_or_unreadable(tmp_path / f"damaged{suffix}", bytes(data))

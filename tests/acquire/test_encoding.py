"""Text files: encodings told apart, line ends, and what cannot be decoded."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UnreadableError
from loaders.acquire.encoding import decode, decode_page, read_plain

TEXT = "“江城通”注册用户超47万，其中喆某家占地3㎡……"
PATH = Path("报告.txt")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (TEXT.encode("gbk"), "gb18030"),
        (("\ufeff" + TEXT).encode("gb18030"), "gb18030"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encodings_are_told_apart(data: bytes, encoding: str) -> None:
    assert decode(data, PATH) == (TEXT, encoding)


@given(st.text(st.characters(codec="utf-8", min_codepoint=0x20), min_size=1))
def test_valid_utf_8_always_wins(text: str) -> None:
    assert read_plain(text.encode(), PATH).text == text.removeprefix("\ufeff")


def test_only_line_ends_are_changed() -> None:
    acquired = read_plain(b" a\r\n\r\r\nb\r\xef\xbb\xbf\xc2\xa0 \x0c", Path("a.md"))
    assert acquired.text == " a\n\r\nb\r\ufeff\xa0 \x0c"
    assert (acquired.medium, acquired.title, acquired.published) == ("markdown", None, None)


@pytest.mark.parametrize(
    ("data", "at"),
    [
        ("雲嶺市整修井蓋四千座，臺北市長與議會討論預算問題。".encode("big5"), 0),
        ("今年度の予算は十億円で、前年比五％増となりました。".encode("shift_jis"), 0),
        ("Les élèves français étaient déjà là".encode("latin-1"), 31),
        (TEXT.encode()[:-1], len(TEXT.encode()) - 3),
        ("临江".encode() + b"\xff" + TEXT.encode(), 6),
        (b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1], 2 * len(TEXT)),
        ("\ud800江".encode("utf-8", "surrogatepass"), 2),
    ],
)
def test_what_is_no_text_names_the_byte(data: bytes, at: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        decode(data, PATH)
    assert f"第 {at} 字节" in caught.value.zh
    assert f"byte {at})" in caught.value.en


def test_a_nul_is_no_text() -> None:
    for data in (b"a\0b", TEXT.encode("utf-16-le")):
        with pytest.raises(UnreadableError):
            decode(data, PATH)
    with pytest.raises(UnreadableError, match="character 2 is a NUL"):
        decode(b"a\0b", PATH)


def test_a_page_may_be_damaged_in_few_places() -> None:
    page = b"<meta charset=gb2312>" + TEXT.encode("gb18030") * 20
    assert decode_page(page, PATH)[1:] == ("gb18030", ())
    text, encoding, findings = decode_page(page + b"\xff" + page, PATH)
    assert (text.count("\ufffd"), encoding, [finding.rule for finding in findings]) == (1, "gb18030", ["damaged-bytes"])
    with pytest.raises(UnreadableError):
        decode_page(page + b"\xff" * 90, PATH)
    with pytest.raises(UnreadableError):
        decode_page(TEXT.encode() * 50 + b"\xff", PATH)


def test_a_page_in_utf_8_is_so_whatever_it_declares() -> None:
    assert decode_page(b"<meta charset=gbk>" + TEXT.encode(), PATH)[1] == "utf-8"
    assert decode_page(b"<meta charset=big5>" + "雲嶺市整修井蓋".encode("big5"), PATH)[0].endswith("雲嶺市整修井蓋")

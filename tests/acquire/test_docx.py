"""Word documents: what a reader sees with the changes accepted, as lines."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from made_files import docx, run

from kg.errors import LimitError, UnreadableError
from loaders.acquire import docx as reader

PATH = Path("报告.docx")
BOX = f"<w:txbxContent><w:p>{run('框')}</w:p></w:txbxContent>"


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc><w:p>{run(cell)}</w:p></w:tc>" for cell in cells) + "</w:tr>"


def read(body: str) -> str:
    return reader.read_docx(docx(body), PATH).text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>{run('办结')}{run('86件')}</w:p><w:p/>", "办结86件"),
        (f"<w:p>{run('一')}<w:r><w:br/><w:tab/><w:t>　二</w:t></w:r></w:p>", "一\n二"),
        (f"<w:p><w:ins>{run('86件')}</w:ins><w:del><w:r><w:delText>78件</w:delText></w:r></w:del></w:p>", "86件"),
        (f"<w:p><w:moveFrom>{run('去')}</w:moveFrom><w:moveTo>{run('来')}</w:moveTo></w:p>", "来"),
        (f"<w:sdt><w:sdtContent><w:p>{run('控件')}</w:p></w:sdtContent></w:sdt>", "控件"),
        (f"<w:p><w:hyperlink>{run('链接')}</w:hyperlink><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>", "链接"),
        (f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>{run('显')}</w:p>", "显"),
        ("<w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>显</w:t></w:r></w:p>", "显"),
        (f"<w:p>{run('前')}<mc:Choice>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback>{run('后')}</w:p>", "框\n前后"),
        (
            f"<w:tbl>{row('指标', '', '3.5')}{row('甲', '丙').replace('甲', '甲</w:t><w:br/><w:t>乙')}</w:tbl>",
            "指标\t\t3.5\n甲\n乙\n丙",
        ),
    ],
)
def test_lines_are_what_a_reader_sees(body: str, expected: str) -> None:
    assert read(body) == expected


def test_what_is_no_word_document_is_unreadable() -> None:
    broken = [b"\xd0\xcf\x11\xe0\xa1\xb1", docx("", "xl/workbook.xml"), docx("<w:p>"), docx("&a;"), b"PK"]
    stored = docx(f"<w:p>{run('办结86件')}</w:p>", compression=zipfile.ZIP_STORED)
    for data in [*broken, stored.replace("件".encode(), b"xxx"), stored[:-30]]:
        with pytest.raises(UnreadableError):
            reader.read_docx(data, PATH)


def test_a_small_file_that_grows_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    with pytest.raises(UnreadableError, match="amplification"):
        reader.read_docx(docx(run("&a9;"), prolog=f"<!DOCTYPE d [<!ENTITY a0 '字'>{entities}]>"), PATH)
    monkeypatch.setattr(reader, "_LARGEST", 1000)
    with pytest.raises(LimitError):
        read(run("字" * 1000))

"""Reading CSV: every fault in the structure is an error that names file, row and column in both languages."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UnreadableError
from kg.tables import read_table, write_table

REQUIRED, OPTIONAL = ("document", "start", "note"), ("length",)


def read(path: Path, data: bytes) -> list[tuple[int, dict[str, str]]]:
    path.write_bytes(data)
    return list(read_table(path, REQUIRED, OPTIONAL))


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "sheet.csv"


def fault(path: Path, data: bytes) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        read(path, data)
    error = caught.value
    assert error.file == path
    assert error.zh
    assert error.en
    assert error.zh in str(error)
    assert error.en in str(error)
    return error


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(sheet: Path) -> None:
    rows = read(sheet, 'document,start,note\nD1, 1 ,早\n\n , ,\nD1,2,"两\n行"\nD1,3,晚\n'.encode())
    assert [number for number, _ in rows] == [2, 5, 6]
    assert rows[0][1] == {"document": "D1", "start": "1", "note": "早"}
    assert rows[1][1]["note"] == "两\n行"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_byte_order_mark_and_line_ends_do_not_count(sheet: Path, mark: bytes, end: bytes) -> None:
    data = mark + end.join([b"document,start,note", "D1,1,𠮷".encode(), b""])
    assert read(sheet, data) == [(2, {"document": "D1", "start": "1", "note": "𠮷"})]


def test_an_optional_column_may_stand_anywhere(sheet: Path) -> None:
    assert read(sheet, b"length,note,start,document\n9,n,1,D1\n")[0][1]["length"] == "9"


def test_a_heading_alone_has_no_rows(sheet: Path) -> None:
    assert read(sheet, b"document,start,note\n") == []


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n\n", b"\t"])
def test_an_empty_file_is_refused(sheet: Path, data: bytes) -> None:
    assert fault(sheet, data).en == "is empty"


def test_a_missing_file_is_refused(sheet: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        list(read_table(sheet, REQUIRED))


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        list(read_table(tmp_path, REQUIRED))


def test_a_missing_column_is_named(sheet: Path) -> None:
    error = fault(sheet, b"document,note\nD1,n\n")
    assert (error.row, error.column) == (1, "start")
    assert error.where == f"{sheet}:1:start"


def test_an_unknown_column_is_named_with_a_suggestion(sheet: Path) -> None:
    error = fault(sheet, b"document,strat,note\nD1,1,n\n")
    assert (error.row, error.column) == (1, "strat")
    assert "is it start?" in error.en
    assert "是否应为 start" in error.zh


def test_an_unknown_column_like_none_has_no_suggestion(sheet: Path) -> None:
    assert "?" not in fault(sheet, "document,start,note,备忘录\n".encode()).en


def test_an_empty_column_of_a_spreadsheet_is_refused(sheet: Path) -> None:
    assert fault(sheet, b"document,start,note,\nD1,1,n,\n").row == 1


def test_a_column_twice_is_refused(sheet: Path) -> None:
    error = fault(sheet, b"document,start,note,start\nD1,1,n,2\n")
    assert (error.row, error.column) == (1, "start")
    assert "twice" in error.en


@pytest.mark.parametrize("row", [b"D1,1", b"D1,1,n,more", b"D1"])
def test_a_row_of_another_width_is_refused(sheet: Path, row: bytes) -> None:
    error = fault(sheet, b"document,start,note\nD1,0,n\n" + row + b"\n")
    assert error.row == 3
    assert f"{row.count(b',') + 1} cells" in error.en


def test_a_nul_is_refused(sheet: Path) -> None:
    error = fault(sheet, b"document,start,note\nD1,0,n\nD1,1,a\0b\n")
    assert (error.row, error.column) == (3, "note")


def test_a_huge_cell_is_refused(sheet: Path) -> None:
    error = fault(sheet, b"document,start,note\nD1,0,n\nD1,1," + b"x" * 131_073 + b"\n")
    assert error.row == 3
    assert "field limit" in error.en


def test_a_large_cell_below_the_limit_is_read(sheet: Path) -> None:
    assert len(read(sheet, b"document,start,note\nD1,1," + b"x" * 131_072 + b"\n")[0][1]["note"]) == 131_072


def test_a_quote_that_never_closes_is_refused(sheet: Path) -> None:
    assert fault(sheet, b'document,start,note\nD1,0,n\nD1,1,"open\nD1,2,n\n').row == 3


@pytest.mark.parametrize(
    ("encoding", "likely"),
    [("gb18030", "GB18030"), ("utf-16", "UTF-16"), ("utf-16-be", "")],
)
def test_another_encoding_is_refused_and_guessed(sheet: Path, encoding: str, likely: str) -> None:
    error = fault(sheet, "document,start,note\nD1,1,临江市公安局\n".encode(encoding))
    assert likely in error.en
    assert likely in error.zh


def test_the_row_of_a_byte_that_is_not_utf8_is_named(sheet: Path) -> None:
    error = fault(sheet, b"document,start,note\nD1,1,n\nD1,2,\xff\xff\xff\n")
    assert error.row == 3
    assert "at byte 32" in error.en


def test_a_workbook_is_refused_and_recognised(sheet: Path) -> None:
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    assert "workbook" in fault(sheet, out.getvalue()).en


def test_a_table_for_spreadsheets_has_a_byte_order_mark() -> None:
    assert write_table(("甲",), [["乙"]]) == b"\xef\xbb\xbf" + "甲\n乙\n".encode()
    assert write_table(("甲",), [["乙"]], bom=False) == "甲\n乙\n".encode()


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), max_size=4))
def test_any_table_is_read_back_or_refused(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(write_table(REQUIRED, rows))
    if any("\0" in cell for row in rows for cell in row):
        with pytest.raises(UnreadableError):
            list(read_table(path, REQUIRED))
    else:
        found = [list(row.values()) for _, row in read_table(path, REQUIRED)]
        assert found == [[c.strip() for c in row] for row in rows if any(c.strip() for c in row)]


@given(st.binary())
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(data)
    with pytest.raises(UnreadableError):
        list(read_table(path, REQUIRED))

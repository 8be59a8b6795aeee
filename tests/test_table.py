"""Answers as tables: every format read back, numbers as numbers, text as text, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, BNode, Graph, Literal, URIRef, namespace

from kg.lexicon import Lexicon
from kg.query import Column
from kg.table import FORMATS, Table, cell_text, workbook
from kg.terms import BASE, iri

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from kg.answer import Term

DECIMAL, INTEGER, DATE = namespace.XSD.decimal, namespace.XSD.integer, namespace.XSD.date
POLICE = iri("agency", "临江市公安局")
COLUMNS = (
    Column("agency", "机构", "agency"),
    Column("value", "数值", "value"),
    Column("words", "原文", "words"),
    Column("day", "日期", "day"),
)
ROWS: tuple[tuple[Term | None, ...], ...] = (
    (POLICE, Literal("1600", datatype=DECIMAL), Literal("=1+1"), Literal("2025-01-01", datatype=DATE)),
    (URIRef("http://example.org/x"), Literal("-12.5", datatype=DECIMAL), Literal('一,"二"\r\n\t三', lang="zh"), None),
    (iri("place", "a b"), Literal("7", datatype=INTEGER), Literal("<b>&</b>"), Literal("http://example.org")),
    (BNode("b0"), Literal("x", datatype=INTEGER), Literal("-见备注"), Literal("007")),
)


@pytest.fixture(scope="module")
def table(lexicon: Lexicon) -> Table:
    return Table("机构的陈述", COLUMNS, ROWS, lexicon)


def sheet_of(data: bytes) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return book.worksheets[0]


def test_cells_as_people_read_them(lexicon: Lexicon) -> None:
    assert cell_text(POLICE, lexicon, "zh") == "临江市公安局"
    assert cell_text(POLICE, lexicon, "en") == "Linjiang Public Security Bureau"
    assert cell_text(iri("claim", "D1.1-2"), lexicon, "zh") == "D1.1-2"
    assert cell_text(URIRef("http://example.org/x"), lexicon, "zh") == "http://example.org/x"
    assert cell_text(None, lexicon, "zh") == ""
    assert cell_text(Literal("007"), lexicon, "zh") == "007"


def test_a_table_is_rows_of_terms(table: Table) -> None:
    assert len(table) == 4
    assert next(iter(table))["agency"] == POLICE
    assert table.headings == ["机构", "数值", "原文", "日期"]
    assert len(table.limited(2)) == 2
    assert len(table.limited(0)) == 0
    assert table.limited(None).rows == table.rows


def test_csv_opens_in_a_spreadsheet(table: Table) -> None:
    data = FORMATS["csv"](table)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["机构", "数值", "原文", "日期"]
    assert rows[1] == ["临江市公安局", "1600", "'=1+1", "2025-01-01"]
    assert rows[2] == ["http://example.org/x", "-12.5", '一,"二"\r\n\t三', ""]  # a number is no formula
    assert rows[4][2] == "'-见备注"
    assert len(rows) == 5


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_guards_what_a_spreadsheet_would_run(start: str) -> None:
    column = (Column("x", "甲", "x"),)
    data = FORMATS["csv"](Table("t", column, ((Literal(f"{start}HYPERLINK(1)"),),), Lexicon()))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[1] == [f"'{start}HYPERLINK(1)"]


def test_tsv_keeps_exact_terms(table: Table) -> None:
    lines = FORMATS["tsv"](table).decode().split("\n")
    assert lines[0] == "?agency\t?value\t?words\t?day"
    first = lines[1].split("\t")
    assert first[0] == f"<{POLICE}>"
    assert first[1] == f'"1600"^^<{DECIMAL}>'
    assert lines[2].split("\t")[2] == '"一,\\"二\\"\\r\\n\\t三"@zh'
    assert lines[2].endswith("\t")
    assert [line.count("\t") for line in lines[:-1]] == [3] * 5
    assert lines[-1] == ""


def test_json_is_sparql_results_with_labels(table: Table) -> None:
    answer = json.loads(FORMATS["json"](table))
    assert answer["head"]["vars"] == ["agency", "value", "words", "day"]
    first, second, _, fourth = answer["results"]["bindings"]
    assert first["agency"] == {"type": "uri", "value": str(POLICE), "label": "临江市公安局"}
    assert first["value"] == {"type": "literal", "value": "1600", "datatype": str(DECIMAL)}
    assert second["words"]["xml:lang"] == "zh"
    assert "day" not in second
    assert fourth["agency"] == {"type": "bnode", "value": "b0"}
    assert fourth["words"] == {"type": "literal", "value": "-见备注"}


def test_xlsx_has_numbers_texts_and_a_frozen_heading(table: Table) -> None:
    sheet = sheet_of(FORMATS["xlsx"](table))
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:D7"
    assert sheet["A1"].value == "机构的陈述"
    assert [cell.value for cell in sheet[3]] == ["机构", "数值", "原文", "日期"]
    assert (sheet["B4"].value, sheet["B4"].data_type) == (1600, "n")
    assert (sheet["B5"].value, sheet["B6"].value) == (-12.5, 7)
    assert (sheet["B7"].value, sheet["B7"].data_type) == ("x", "s")
    assert (sheet["C4"].value, sheet["C4"].data_type) == ("=1+1", "s")  # no formula
    assert (sheet["D6"].value, sheet["D6"].hyperlink) == ("http://example.org", None)
    assert (sheet["D7"].value, sheet["D7"].data_type) == ("007", "s")
    assert sheet["D5"].value is None


def test_a_workbook_has_a_sheet_for_each_table(table: Table) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([("甲", table), ("乙", table.limited(0))])))
    assert book.sheetnames == ["1", "2"]
    assert book["2"]["A1"].value == "乙"
    assert book["2"].max_row == 3


def test_ttl_is_a_result_set(table: Table) -> None:
    graph = Graph().parse(data=FORMATS["ttl"](table), format="turtle", publicID="http://example.org/")
    rs = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
    (answer,) = graph.subjects(RDF.type, URIRef(rs + "ResultSet"))
    assert {str(v) for v in graph.objects(answer, URIRef(rs + "resultVariable"))} == {"agency", "value", "words", "day"}
    rows = list(graph.objects(answer, URIRef(rs + "solution")))
    assert len(rows) == 4
    values = set(graph.objects(None, URIRef(rs + "value")))
    assert {POLICE, Literal("=1+1"), Literal('一,"二"\r\n\t三', lang="zh")} <= values
    empty = Graph().parse(data=FORMATS["ttl"](table.limited(0)), format="turtle", publicID="http://example.org/")
    assert list(empty.objects(None, URIRef(rs + "solution"))) == []


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_same_table_gives_the_same_bytes(table: Table, form: str) -> None:
    assert FORMATS[form](table) == FORMATS[form](table)
    assert FORMATS[form](table) != FORMATS[form](table.limited(1))


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("rows", [(), ((None,),), ((Literal(""),),)])
def test_little_or_nothing_can_be_written(form: str, rows: tuple[tuple[Term | None, ...], ...]) -> None:
    table = Table("t", (Column("x", "甲", "x"),), rows, Lexicon())
    data = FORMATS[form](table)
    if form == "csv":
        assert len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))) == 1 + len(rows)
    assert data


def test_a_data_frame_has_the_texts(table: Table) -> None:
    frame = table.df()
    assert list(frame.columns) == ["机构", "数值", "原文", "日期"]
    assert frame.shape == (4, 4)
    assert frame.iloc[0, 0] == "临江市公安局"


def test_html_for_notebooks_is_escaped(table: Table) -> None:
    html = table._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in html
    hostile = Table("<script>", (Column("x", "<i>", "<i>"),), ((Literal("<script>alert(1)</script>"),),), Lexicon())
    assert "<script" not in hostile._repr_html_()
    assert "<i>" not in hostile._repr_html_()


def test_html_for_notebooks_links_things_and_aligns_numbers(table: Table) -> None:
    root = ET.fromstring(f"<div>{table._repr_html_()}</div>")  # noqa: S314 - our own text
    cells = [list(row) for row in root.findall(".//tbody/tr")]
    links = {it.text: it.get("href") for it in root.iter("a")}
    assert links["临江市公安局"] == str(POLICE)
    assert links["http://example.org/x"] == "http://example.org/x"
    assert len(links) == 3  # a literal that looks like an address is no link
    assert "right" not in (cells[0][1].get("style") or "")  # the last row's value is no number
    numbers = Table("t", (COLUMNS[1],), tuple((row[1],) for row in ROWS[:3]), Lexicon())
    assert numbers._repr_html_().count("text-align:right") == 1 + 3
    hostile = Table("t", COLUMNS[:1], ((URIRef("javascript:alert(1)"),), (URIRef('http://x/"><b>'),)), Lexicon())
    assert "javascript:alert" not in [it.get("href") for it in ET.fromstring(hostile._repr_html_()).iter("a")]  # noqa: S314
    assert "<b>" not in hostile._repr_html_()


@pytest.mark.parametrize(("lang", "more"), [("zh", "另有 1,200 行"), ("en", "and 1,200 more")])
def test_notebooks_show_the_first_rows_and_count_the_rest(lang: str, more: str) -> None:
    rows = tuple((Literal(number),) for number in range(1250))
    table = Table("t", (Column("n", "数", "n"),), rows, Lexicon(), lang)
    for shown, row in ((table._repr_html_(), "<tr>"), (table._repr_markdown_(), "\n| ")):
        assert more in shown
        assert "1250" not in shown
        assert shown.count(row) >= 50
    assert "more" not in table.limited(50)._repr_html_()


def test_markdown_for_notebooks_is_a_table_without_markup(table: Table) -> None:
    lines = table._repr_markdown_().splitlines()
    assert lines[0] == "机构的陈述"
    assert lines[2] == "| 机构 | 数值 | 原文 | 日期 |"
    assert lines[3] == "| --- | --- | --- | --- |"
    assert len(lines) == 4 + len(ROWS)
    assert "\\<b\\>&\\</b\\>" in lines[6]
    piped = Table("a|b\n#", (COLUMNS[2],), ((Literal("x | y\n| z"),),), Lexicon())._repr_markdown_()
    assert piped.splitlines()[-1] == "| x \\| y \\| z |"


_terms = st.one_of(
    st.none(),
    st.builds(Literal, st.text(st.characters(codec="utf-8"))),
    st.builds(Literal, st.text(st.characters(codec="utf-8")), lang=st.sampled_from(["zh", "en"])),
    st.builds(lambda it: Literal(str(it), datatype=DECIMAL), st.decimals(-(10**9), 10**9, places=3)),
    st.builds(lambda it: iri("agency", it), st.text(max_size=5)),
)


@given(st.lists(st.tuples(_terms, _terms), max_size=4))
def test_any_rows_can_be_written_and_read_back(rows: list[tuple[Term | None, ...]]) -> None:
    table = Table("t", (Column("a", "甲", "a"), Column("b", "乙", "b")), tuple(rows), Lexicon())
    written = list(csv.reader(io.StringIO(FORMATS["csv"](table).decode("utf-8-sig"), newline="")))
    assert [[text.removeprefix("'") for text in row] for row in written[1:]] == [
        [text.removeprefix("'") for text in row] for row in table.texts()
    ]
    parsed = json.loads(FORMATS["json"](table))["results"]["bindings"]
    assert [{name: it["value"] for name, it in row.items()} for row in parsed] == [
        {name: str(cell) for name, cell in row.items() if cell is not None} for row in table
    ]
    lines = FORMATS["tsv"](table).decode().split("\n")
    assert len(lines) == len(rows) + 2
    graph = Graph().parse(data=FORMATS["ttl"](table), format="turtle", publicID="http://example.org/")
    cells = sum(cell is not None for row in rows for cell in row)
    value = URIRef("http://www.w3.org/2001/sw/DataAccess/tests/result-set#value")
    assert len(list(graph.triples((None, value, None)))) == cells


def test_numbers_of_the_graph_reach_the_spreadsheet_exactly() -> None:
    numbers = ["450000000", "12.35", "0.000001", "123456789012"]
    rows = tuple((Literal(number, datatype=DECIMAL, normalize=False),) for number in numbers)
    sheet = sheet_of(FORMATS["xlsx"](Table("t", (Column("v", "值", "v"),), rows, Lexicon())))
    assert [Decimal(str(sheet.cell(row, 1).value)) for row in range(4, 8)] == [Decimal(it) for it in numbers]


def test_names_of_other_bases_keep_their_address() -> None:
    assert cell_text(URIRef("http://other.example/agency/x"), Lexicon(), "zh") == "http://other.example/agency/x"
    assert cell_text(URIRef(BASE + "agency/a%20b"), Lexicon(), "zh") == "a b"

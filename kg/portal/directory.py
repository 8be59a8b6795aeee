"""The datasets as rows of a Chinese government information directory (政务信息资源目录), for spreadsheets and programs.

The 13 elements are those of the 政务信息资源目录编制指南（试行） of 2017, whose core goes back to GB/T 21063.3-2007;
they are filled from the same metadata as the DCAT catalogue. What nobody stated is empty.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from rdflib import FOAF, SKOS, Literal
from rdflib.namespace import DCTERMS as DCT

from kg.portal.catalogue import offered
from kg.portal.csvw import fields
from kg.portal.dcat import FORMATS
from kg.portal.metadata import library
from kg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rdflib import URIRef

    from kg.answer import Term
    from kg.portal.metadata import Dataset, Metadata
    from kg.portal.part import Written
    from kg.query import SavedQuery

__all__ = ["ELEMENTS", "as_json", "as_workbook", "rows"]

ELEMENTS: dict[str, tuple[str, str]] = {
    "信息资源分类": ("class of the resource", "dct:subject"),
    "信息资源名称": ("name of the resource", "dct:title"),
    "信息资源代码": ("code of the resource", "dct:identifier"),
    "信息资源提供方": ("provider", "dct:publisher"),
    "信息资源提供方代码": ("code of the provider (GB 32100)", "dct:publisher / dct:identifier"),
    "信息资源摘要": ("abstract", "dct:description"),
    "信息资源格式": ("formats", "dct:format"),
    "信息项信息": ("items and their types", "csv/"),
    "共享属性": ("sharing", "dct:rights"),
    "开放属性": ("opening", "dct:rights"),
    "更新周期": ("frequency", "dct:accrualPeriodicity"),
    "发布日期": ("date of issue", "dct:issued"),
    "关联资源代码": ("codes of related resources", "dct:isPartOf, dct:source"),
}
"""The elements in their order, with an English name and where each comes from."""

_TYPES = {"date": "日期型 D", "decimal": "数值型 N", "boolean": "逻辑型 L", "nonNegativeInteger": "整型 I"}
_TEXT = "字符型 C"
_YEARS = "years"
"""The folder of the claims of each city and year."""
_NOTE_ZH = "依据《政务信息资源目录编制指南（试行）》（2017）的 13 个要素，由目录 catalog.ttl 的同一份元数据生成。"
_NOTE_EN = "The 13 elements of the guide of 2017, made from the same metadata as catalog.ttl."

Row = dict[str, str | list[dict[str, str]]]


def rows(meta: Metadata, files: Sequence[Written], queries: Mapping[str, SavedQuery]) -> list[Row]:
    """A row a dataset, keyed by ELEMENTS; `queries` are the questions of the tables `csv/<name>.csv`.

    The tables below `years/` have the columns of that of claims.

    信息项信息 is a list of {文件, 信息项名称, 数据类型}, every other element a text. Raises UsageError for a file of a
    dataset that nobody knows.
    """
    datasets = offered(meta, files)
    codes = {it.name: str(meta.identifier(it)) for it in datasets}
    labels = _labels(meta)
    return [_row(meta, it, [f for f in files if f.part.dataset == it.name], codes, labels, queries) for it in datasets]


def as_json(found: Sequence[Row]) -> bytes:
    """The rows as JSON in UTF-8."""
    return (
        json.dumps({"说明": _NOTE_ZH, "note": _NOTE_EN, "资源": found}, ensure_ascii=False, indent=1).encode() + b"\n"
    )


def as_workbook(found: Sequence[Row]) -> bytes:
    """The rows as a workbook of three sheets (目录, 信息项, 说明) with frozen headings; the same bytes each time."""
    from datetime import UTC, datetime  # noqa: PLC0415 - for one constant

    import xlsxwriter  # noqa: PLC0415 - slow to import, and only this format needs it

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC), "title": "政务信息资源目录"})
    bold, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    for name, table in _sheets(found):
        sheet = book.add_worksheet(name)
        for x, heading in enumerate(table[0]):
            sheet.write_string(0, x, heading, bold)
            sheet.set_column(x, x, max(14, min(40, 2 * len(heading) + 4)))
        for y, cells in enumerate(table[1:], start=1):
            for x, cell in enumerate(cells):
                if cell:
                    sheet.write_string(y, x, cell, wrapped)
        sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _sheets(found: Sequence[Row]) -> list[tuple[str, list[list[str]]]]:
    table = [list(ELEMENTS), *([_cell(row[element]) for element in ELEMENTS] for row in found)]
    heads = ["信息资源代码", "文件", "信息项名称", "数据类型"]
    items = [
        [_cell(row["信息资源代码"]), *(item[name] for name in heads[1:])]
        for row in found
        for item in row["信息项信息"]
        if isinstance(item, dict)
    ]
    notes = [[element, en, source] for element, (en, source) in ELEMENTS.items()]
    about = [["要素", "element", "来源 / from"], *notes, [_NOTE_ZH, _NOTE_EN, ""]]
    return [("目录", table), ("信息项", [heads, *items]), ("说明", about)]


def _cell(value: str | list[dict[str, str]]) -> str:
    """A list of items as one text: each item's name and type once."""
    if isinstance(value, str):
        return value
    return "；".join(dict.fromkeys(f"{item['信息项名称']}（{item['数据类型']}）" for item in value))


def _row(
    meta: Metadata,
    dataset: Dataset,
    files: Sequence[Written],
    codes: Mapping[str, str],
    labels: Mapping[Term, str],
    queries: Mapping[str, SavedQuery],
) -> Row:
    publisher = meta.inherited(dataset, DCT.publisher)[:1]
    rights = meta.inherited(dataset, DCT.rights)
    issued = [*map(str, meta.values(dataset.iri, DCT.issued)), str(dataset.issued or "")]
    related = [code for name, code in codes.items() if name != dataset.name and "graph" in (name, dataset.name)]
    formats = dict.fromkeys(FORMATS[it.part.media].replace("_", "-") for it in files if it.part.zh or it.part.en)
    cells: list[str | list[dict[str, str]]] = [
        _joined(labels, meta.inherited(dataset, DCT.subject)),
        dataset.text("zh"),
        codes[dataset.name],
        _stated(meta, publisher, FOAF.name),
        _stated(meta, publisher, DCT.identifier),
        dataset.text("zh", "descriptions"),
        "、".join(formats),
        _items(files, queries),
        _joined(labels, [it for it in rights if str(it).startswith(BASE + "sharing/")]),
        _joined(labels, [it for it in rights if str(it).startswith(BASE + "opening/")]),
        _joined(labels, meta.inherited(dataset, DCT.accrualPeriodicity)),
        issued[0],
        "、".join(related),
    ]
    return dict(zip(ELEMENTS, cells, strict=True))


def _items(files: Sequence[Written], queries: Mapping[str, SavedQuery]) -> list[dict[str, str]]:
    """The columns of the tables among some files, with the types of the guide."""
    found = []
    for file in files:
        folder, _, name = file.part.path.removesuffix(".csv").rpartition("/")
        is_table = file.part.media == "text/csv"
        query = queries.get("claims" if folder == _YEARS else name) if is_table else None
        if query is not None:
            known = fields(query)
            for column in query.columns:
                datatype = known[column.name].datatype
                kind = _TYPES.get(datatype, _TEXT) if isinstance(datatype, str) else _TEXT
                found.append({"文件": file.part.path, "信息项名称": column.zh, "数据类型": kind})
    return found


def _labels(meta: Metadata) -> dict[Term, str]:
    """The Chinese names of concepts; those of the directory's classes with the names of what is above them."""
    everything = [*library(), *meta.stated]
    names = {
        s: str(o) for s, p, o in everything if p == SKOS.prefLabel and isinstance(o, Literal) and o.language == "zh"
    }
    above = {s: o for s, p, o in everything if p == SKOS.broader}
    paths: dict[Term, str] = {}
    for node in names:
        line, seen = [node], {node}
        while line[-1] in above and above[line[-1]] not in seen:
            line.append(above[line[-1]])
            seen.add(line[-1])
        paths[node] = "/".join(names.get(it, "") for it in reversed(line))
    return paths


def _joined(labels: Mapping[Term, str], nodes: Iterable[Term]) -> str:
    return "、".join(labels.get(node, str(node)) for node in nodes)


def _stated(meta: Metadata, nodes: Sequence[Term], predicate: URIRef) -> str:
    """What is stated of the first of some nodes, in Chinese where there is a choice."""
    texts = [it for node in nodes for it in meta.values(node, predicate) if isinstance(it, Literal)]  # type: ignore[arg-type]
    return next((str(it) for it in texts if it.language == "zh"), str(texts[0]) if texts else "")

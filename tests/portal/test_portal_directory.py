"""The rows of a Chinese government information directory, and the graph for search engines."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from portal_release import sample_files

from kg import resources
from kg.pages.embedding import embedded
from kg.portal.directory import ELEMENTS, as_json, as_workbook, rows
from kg.portal.metadata import metadata, read_editorial
from kg.portal.structured import measured, structured
from kg.query import load_queries

if TYPE_CHECKING:
    from pathlib import Path

    from kg.portal.directory import Row
    from kg.portal.metadata import Metadata
    from kg.session import KG


@pytest.fixture(scope="module")
def meta(kg: KG) -> Metadata:
    return metadata(kg, read_editorial())


@pytest.fixture(scope="module")
def found(meta: Metadata) -> list[Row]:
    return rows(meta, sample_files(meta), load_queries(resources.queries() / "tables"))


def test_a_row_has_the_thirteen_elements_in_their_order(found: list[Row]) -> None:
    assert len(ELEMENTS) == 13
    assert all(list(row) == list(ELEMENTS) for row in found)
    assert [row["信息资源代码"] for row in found] == ["308001/1", "308001/2", "308001/9901002025", "308001/9901002026"]


def test_a_row_is_filled_from_the_metadata(found: list[Row]) -> None:
    row = found[0]
    assert row["信息资源名称"] == "成绩单知识图谱"
    assert row["信息资源分类"] == "部门信息资源/计划单列市及其下各级政务部门/年度工作成绩单"
    assert row["信息资源提供方"] == "成绩单项目"
    assert row["信息资源提供方代码"] == ""
    assert (row["共享属性"], row["开放属性"], row["更新周期"]) == ("无条件共享", "向社会开放", "每年")
    assert row["信息资源格式"] == "RDF-TURTLE、RDF-N-QUADS、JSON-LD、CSV"
    assert row["发布日期"] == "2025-12-09"
    assert row["关联资源代码"] == "308001/2、308001/9901002025、308001/9901002026"
    assert found[1]["关联资源代码"] == "308001/1"


def test_items_are_the_columns_of_the_tables_with_types(found: list[Row]) -> None:
    items = found[0]["信息项信息"]
    assert isinstance(items, list)
    kinds = {(item["文件"], item["信息项名称"]): item["数据类型"] for item in items}
    assert kinds["csv/claims.csv", "数值"] == "数值型 N"
    assert kinds["csv/claims.csv", "时段起始"] == "日期型 D"
    assert kinds["csv/documents.csv", "标题"] == "字符型 C"
    assert kinds["csv/documents.csv", "已核对原文"] == "逻辑型 L"
    assert found[1]["信息项信息"] == []
    yearly = found[2]["信息项信息"]
    assert isinstance(yearly, list)
    assert [item["信息项名称"] for item in yearly][:2] == ["陈述", "文档编号"]


def test_the_workbook_opens_with_the_same_bytes_each_time(found: list[Row]) -> None:
    data = as_workbook(found)
    assert data == as_workbook(found)
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["目录", "信息项", "说明"]
    sheet = book["目录"]
    assert [cell.value for cell in sheet[1]] == list(ELEMENTS)
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet["C"]][1:] == [row["信息资源代码"] for row in found]
    assert "数值（数值型 N）" in str(sheet["H2"].value)
    assert book["信息项"].max_row > 30


def test_the_json_is_the_rows(found: list[Row]) -> None:
    assert json.loads(as_json(found))["资源"] == found


def test_what_editors_do_not_state_is_empty_and_a_code_of_theirs_is_used(kg: KG, tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(
        """@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
        <#dataset-graph> dct:publisher <#p> ; dct:title "图"@zh .
        <#p> foaf:name "临江市数据局"@zh ; dct:identifier "11990100MB0000000X" .""",
        "utf-8",
    )
    meta = metadata(kg, read_editorial(file))
    (row,) = rows(meta, sample_files(meta, years=False)[:1], {})
    assert (row["信息资源提供方"], row["信息资源提供方代码"]) == ("临江市数据局", "11990100MB0000000X")
    assert (row["共享属性"], row["开放属性"], row["更新周期"], row["信息资源分类"]) == ("", "", "", "")
    assert row["信息资源代码"] == "1"


@pytest.mark.parametrize(
    ("lang", "name", "city"), [("zh", "成绩单知识图谱", "临江市"), ("en", "Knowledge graph", "Linjiang")]
)
def test_schema_org(kg: KG, meta: Metadata, lang: str, name: str, city: str) -> None:
    files = sample_files(meta)
    told = structured(meta, files, lang, variables=measured(kg, lang))
    assert told["@type"] == "Dataset"
    assert told["name"].startswith(name)
    assert [it["name"] for it in told["spatialCoverage"]] == [city]
    assert told["spatialCoverage"][0]["identifier"]["value"] == "990100"
    start, _, end = told["temporalCoverage"].partition("/")
    assert start < end
    assert told["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert len(told["distribution"]) == 5
    assert told["distribution"][0]["contentUrl"] == "https://w3id.org/chengjidan/kg.ttl"
    assert told["distribution"][0]["contentSize"] == f"{files[0].size} B"
    assert (told["version"], told["datePublished"], told["dateModified"]) == ("2026-01-15", "2025-12-09", "2026-01-15")
    assert told["includedInDataCatalog"]["@type"] == "DataCatalog"
    assert told["inLanguage"] == ["zh", "en"]
    assert 0 < len(told["variableMeasured"]) <= 50
    assert all(told["variableMeasured"])


def test_the_most_measured_metrics_come_first(kg: KG) -> None:
    names = measured(kg, "zh", 3)
    assert names == measured(kg, "zh")[:3]
    assert len(names) == 3


def test_markup_in_a_title_cannot_leave_the_script(kg: KG, tmp_path: Path) -> None:
    file = tmp_path / "bad.ttl"
    file.write_text('<#dataset-graph> <http://purl.org/dc/terms/title> "</script><b>&"@zh .', "utf-8")
    meta = metadata(kg, read_editorial(file))
    text = embedded(structured(meta, sample_files(meta)))
    assert "<" not in text
    assert json.loads(text)["name"] == "</script><b>&"


def test_another_dataset_and_one_that_there_is_not(meta: Metadata) -> None:
    assert structured(meta, sample_files(meta), name="临江市-2025")["name"] == "临江市2025年公布的成绩单"
    with pytest.raises(KeyError):
        structured(meta, [], name="x")

"""The tables of a release: they open in Excel, and what CSVW says of them is true of the files and of the graph."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from kg import resources
from kg.portal import csvw
from kg.portal.tables import DESCRIPTION, tables
from kg.query import load_queries
from kg.session import KG
from kg.store import OxigraphStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

QUERIES = load_queries(resources.queries() / "tables")
VALIDATOR = os.environ.get("KG_CSVW_VALIDATE")
"""The program `csvwvalidate` of csvw, a library for CSVW, where there is one."""

Files = dict[str, bytes]
Row = dict[str, str]


@pytest.fixture(scope="module")
def files(kg: KG) -> Files:
    return {part.path: b"".join(part.chunks()) for part in tables(kg)}


@pytest.fixture(scope="module")
def group(files: Files) -> dict[str, Any]:
    return dict(json.loads(files[DESCRIPTION]))


@pytest.fixture(scope="module")
def facts(kg: KG) -> set[tuple[str, str, str]]:
    """The triples of the graph as texts."""
    store = ox.Store()
    store.load("\n".join(kg.store.dump()).encode(), format=ox.RdfFormat.N_QUADS)
    return {(plain(quad.subject), plain(quad.predicate), plain(quad.object)) for quad in store}


def plain(node: object) -> str:
    assert isinstance(node, ox.NamedNode | ox.Literal)
    return node.value


def described(group: dict[str, Any], name: str) -> dict[str, Any]:
    return next(table["tableSchema"] for table in group["tables"] if table["url"] == f"{name}.csv")


def written(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns that stand in the file."""
    return [column for column in schema["columns"] if not column.get("virtual")]


def rows_of(files: Files, group: dict[str, Any], name: str) -> list[Row]:
    """The rows by the names of the columns; the heading has to be the titles."""
    data = files[f"csv/{name}.csv"]
    assert data.startswith(b"\xef\xbb\xbf")
    heading, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    columns = written(described(group, name))
    assert heading == [column["titles"]["zh"] for column in columns]
    return [dict(zip((column["name"] for column in columns), row, strict=True)) for row in rows]


READ: dict[str, Callable[[str], object]] = {
    "anyURI": lambda text: re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text) or fault(text),
    "boolean": lambda text: {"true": True, "false": False}[text],
    "date": date.fromisoformat,
    "decimal": lambda text: Decimal(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else fault(text),
    "nonNegativeInteger": lambda text: int(text) if text.isdecimal() else fault(text),
    "string": str,
}


def fault(text: str) -> object:
    raise ValueError(text)


def faults(files: Files, group: dict[str, Any]) -> Iterator[str]:
    """What a validator of CSVW finds: cells that are not of their datatype, keys that are not unique or not there."""
    read = {table["url"][:-4]: rows_of(files, group, table["url"][:-4]) for table in group["tables"]}
    for name, rows in read.items():
        schema = described(group, name)
        yield from (f"{name}: {it}" for column in written(schema) for row in rows for it in bad(column, row))
        keys = [row[schema["primaryKey"]] for row in rows]
        if len(set(keys)) != len(keys) or "" in keys:
            yield f"{name}: key"
        for link in schema.get("foreignKeys", []):
            other = read[link["reference"]["resource"][:-4]]
            there = [tuple(row[it] for it in link["reference"]["columnReference"]) for row in other]
            for row in rows:
                wanted = tuple(row[it] for it in link["columnReference"])
                if there.count(wanted) != 1:
                    yield f"{name}: {link['columnReference']} {wanted}"


def bad(column: dict[str, Any], row: Row) -> Iterator[str]:
    cell, datatype = row[column["name"]], column["datatype"]
    if column.get("required") and not cell:
        yield f"{column['name']} is empty"
    for text in cell.split(column["separator"]) if "separator" in column else [cell]:
        try:
            if isinstance(datatype, dict) and text and not re.fullmatch(datatype["format"], text):
                fault(text)
            if isinstance(datatype, str) and text:
                READ[datatype](text)
        except (KeyError, ValueError):
            yield f"{column['name']} {text!r}"


def test_there_is_a_file_for_each_table_and_one_that_describes_them(kg: KG, files: Files) -> None:
    parts = list(tables(kg))
    assert [part.path for part in parts] == [*(f"csv/{name}.csv" for name in QUERIES), "csv/csv-metadata.json"]
    assert {part.media for part in parts[:-1]} == {"text/csv"}
    assert parts[-1].media == "application/csvm+json"
    assert all(part.zh and part.en for part in parts[:-1])
    assert all(len(data) > 100 for data in files.values())


def test_every_column_of_every_table_is_known() -> None:
    columns = {column.name for query in QUERIES.values() for column in query.columns}
    assert columns == set(csvw._FIELDS)
    assert all(its.keys() <= {column.name for column in QUERIES[name].columns} for name, its in csvw._ELSEWHERE.items())


def test_titles_are_in_both_languages(group: dict[str, Any]) -> None:
    for table in group["tables"]:
        assert [text["@language"] for text in table["dc:title"]] == ["zh", "en"]
        for column in written(table["tableSchema"]):
            assert set(column["titles"]) == {"zh", "en"}
            assert re.fullmatch(r"[A-Za-z]\w*", column["name"])
        names = [column["name"] for column in table["tableSchema"]["columns"]]
        assert len(set(names)) == len(names)


def test_the_files_are_as_described(files: Files, group: dict[str, Any]) -> None:
    assert list(faults(files, group)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("claims", b",1547,", b",many,", "claims: value 'many'"),
        ("documents", b"2025-12-09", b"2025/12/09", "documents: published '2025/12/09'"),
        ("documents", b"", b"", "documents: key"),
        ("periods", b",2021-01-01,", b",2021-01-02,", "claims: ['from', 'to'] ('2021-01-01', '2025-12-31')"),
        ("places", b"place/", b"plaza/", "claims: ['place_iri']"),
        ("claims", b"https://w3id.org/chengjidan/metric/", b"", "claims: metric_iri '"),
        (
            "claims",
            b"https://w3id.org/chengjidan/place/\xe4\xb8\xb4\xe6\xb1\x9f\xe5\xb8\x82",
            b"",
            "claims: place_iri is empty",
        ),
    ],
)
def test_files_that_are_not_as_described_are_found_out(
    files: Files, group: dict[str, Any], name: str, old: bytes, new: bytes, found: str
) -> None:
    path = f"csv/{name}.csv"
    data = files[path].replace(old, new)
    if found.endswith("key"):
        data = files[path] + files[path].splitlines(keepends=True)[1]
    assert data != files[path]
    assert any(it.startswith(found) for it in faults({**files, path: data}, group))


@pytest.mark.parametrize("name", QUERIES)
def test_what_the_columns_state_is_in_the_graph(
    name: str, files: Files, group: dict[str, Any], facts: set[tuple[str, str, str]]
) -> None:
    schema = described(group, name)
    subjects = {subject for subject, _, _ in facts}
    stated = 0
    for row in rows_of(files, group, name):
        subject = expanded(schema["aboutUrl"], row)
        assert subject in subjects
        for column in schema["columns"]:
            cells = [expanded(column["valueUrl"], row)] if "valueUrl" in column else values(column, row)
            for cell in filter(None, cells):
                if "propertyUrl" in column:
                    assert (subject, column["propertyUrl"], cell) in facts
                    stated += 1
                else:
                    assert column["suppressOutput"]
    assert stated >= 2 * len(rows_of(files, group, name)) > 0


def expanded(template: str, row: Row) -> str:
    """A URI template with the cells of a row; Chinese characters are left as they are."""
    return re.sub(r"\{\+?(\w+)\}", lambda match: row[match[1]], template)


def values(column: dict[str, Any], row: Row) -> list[str]:
    cell = row[column["name"]]
    return cell.split(column["separator"]) if "separator" in column else [cell]


def test_programs_find_an_iri_beside_every_label(files: Files, group: dict[str, Any]) -> None:
    row = next(row for row in rows_of(files, group, "claims") if row["value"] == "1547")
    assert row["agency"] == "临江市公安局"
    assert row["agency_iri"] == "https://w3id.org/chengjidan/agency/临江市公安局"
    assert row["claim_iri"] == "https://w3id.org/chengjidan/claim/digest-2025.109-114"
    assert row["base"] == row["base_iri"] == ""


def test_what_a_spreadsheet_would_run_is_quoted_and_said_to_be(kg: KG, group: dict[str, Any]) -> None:
    store = ox.Store()
    store.load("\n".join(kg.store.dump()).encode(), format=ox.RdfFormat.N_QUADS)
    title = "<http://purl.org/dc/terms/title>"
    store.update(
        f"DELETE {{ GRAPH ?g {{ ?d {title} ?t }} }} INSERT {{ GRAPH ?g {{ ?d {title} '=1+1'@zh }} }} "
        f"WHERE {{ GRAPH ?g {{ ?d {title} ?t }} }}"
    )
    changed = {part.path: b"".join(part.chunks()) for part in tables(KG(OxigraphStore(store)))}
    assert {row["title"] for row in rows_of(changed, group, "documents")} == {"'=1+1"}
    assert {row["document"] for row in rows_of(changed, group, "claims")} == {"'=1+1"}
    assert all("=" in text["@value"] for text in group["rdfs:comment"])


def test_labels_are_chinese_whatever_the_language_asked_in(kg: KG, files: Files) -> None:
    english = {part.path: b"".join(part.chunks()) for part in tables(KG(kg.store, "en"))}
    assert english == files


def test_an_empty_graph_gives_headings_and_the_same_description(files: Files, group: dict[str, Any]) -> None:
    empty = {part.path: b"".join(part.chunks()) for part in tables(KG(OxigraphStore()))}
    assert empty[DESCRIPTION] == files[DESCRIPTION]
    assert [rows_of(empty, group, name) for name in QUERIES] == [[]] * len(QUERIES)


@pytest.mark.skipif(not VALIDATOR, reason="KG_CSVW_VALIDATE names no csvwvalidate")
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("claims", b"", b""),
        ("claims", b",1547,", b",many,"),
        ("places", b"place/", b"plaza/"),
        ("periods", b"2021-01-01_", b"2025-01-01_"),
    ],
)
def test_a_validator_of_others_agrees(
    name: str, old: bytes, new: bytes, files: Files, group: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / DESCRIPTION).write_bytes(files[DESCRIPTION])
    for other in QUERIES:
        # It goes by the heading where the standard goes by the order of the columns, so it is given their names.
        _, _, rows = files[f"csv/{other}.csv"].partition(b"\n")
        names = ",".join(column["name"] for column in written(described(group, other)))
        data = rows.replace(old, new) if other == name else rows
        (tmp_path / f"csv/{other}.csv").write_bytes(b"\xef\xbb\xbf" + names.encode() + b"\n" + data)
    run = subprocess.run([str(VALIDATOR), str(tmp_path / DESCRIPTION)], capture_output=True, text=True, check=False)
    assert (run.returncode == 0) == (old == new), run.stdout + run.stderr

"""The program: what it prints where, in which language, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
from typing import TYPE_CHECKING

import openpyxl
import pytest
from helpers import (
    CITY,
    DIGEST,
    PRESS,
    PROGRAM,
    TEXTS,
    Result,
    build_at,
    claims,
    dump,
    edit,
    involvements,
    row_of,
    run,
)
from rdflib import SH, Graph, Literal

from kg import resources
from kg.build import Options
from kg.export import EXPORTERS
from kg.query import load_queries
from kg.report import REPORTS
from kg.terms import CJ

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
COUNT = f"SELECT (COUNT(?c) AS ?n) WHERE {{ ?c a <{CJ.Claim}> }}"
CLAIMS = f"SELECT ?c ?v WHERE {{ ?c a <{CJ.Claim}> ; <{CJ.value}> ?v }} ORDER BY ?c"


# help and mistakes


@pytest.mark.parametrize("command", ["", "build", "validate", "ask", "queries", "sparql", "export", "doctor"])
def test_help_is_in_both_languages(kg_: Callable[..., Result], command: str) -> None:
    done = kg_(*([command] if command else []), "--help")
    assert done.code == 0
    assert "Usage" in done.text
    assert any("\u4e00" <= char <= "\u9fff" for char in done.text)


def test_no_command_is_answered_with_help() -> None:
    done = run()
    assert "build" in done.stdout + done.stderr
    assert done.returncode in {0, 2}


@pytest.mark.parametrize(
    "args",
    [
        ["unknown"],
        ["build", "--unknown"],
        ["build", "atlantis"],
        ["validate", "--format", "pdf", "qingdao"],
        ["validate", "--fail-on", "never"],
        ["export", "--format", "pdf"],
        ["sparql"],
        ["sparql", "none.rq"],
        ["queries", "unknown"],
        ["ask", "unknown"],
    ],
)
def test_a_wrong_call_exits_with_2(kg_: Callable[..., Result], built: Path, args: list[str]) -> None:
    stored = ["-s", str(built)] if args[0] in {"sparql", "ask", "export"} else []
    done = kg_(*args, *stored)
    assert done.code == 2
    assert done.out == b""
    assert done.err


def test_an_error_is_told_in_both_languages_on_standard_error(kg_: Callable[..., Result], tmp_path: Path) -> None:
    done = kg_("sparql", COUNT, "-s", tmp_path / "none")
    assert done.code == 3
    assert done.out == b""
    zh, en = done.err.splitlines()
    assert zh == f"kg: {tmp_path / 'none'}: 这里还没有图，请先运行 kg build"
    assert en == f"kg: {tmp_path / 'none'}: holds no graph yet: run kg build first"


# build


def test_build_says_what_it_did_on_standard_error(kg_: Callable[..., Result], tmp_path: Path) -> None:
    store = tmp_path / "store"
    done = kg_("build", CITY, "-s", store)
    assert (done.code, done.out) == (0, b"")
    counts = "核对: 0 矛盾, 1 存疑, 9 提示 (kg check)\n"
    assert done.err == f"{store}: 载入 3, 未变 0, 未通过 0, 移除 0\n{counts}"
    again = kg_("build", CITY / "manifest.csv", "-s", store, "--lang", "en")
    assert again.err == f"{store}: loaded 0, unchanged 3, kept out 0, removed 0\n"


def test_the_store_can_come_from_the_environment(
    kg_: Callable[..., Result], built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_STORE", str(built))
    assert kg_("sparql", COUNT, "-f", "csv").text.splitlines()[1:] == ["30"]


def test_a_build_with_a_fault_exits_with_1_and_loads_the_others(
    kg_: Callable[..., Result], city: Path, tmp_path: Path
) -> None:
    edit(claims(city), 2, {"kind": "levle"})
    done = kg_("build", city, "-s", tmp_path / "store", "--lang", "en")
    assert done.code == 1
    assert "loaded 2, unchanged 0, kept out 1, removed 0" in done.err
    assert "row 2" in done.err
    assert "column kind" in done.err
    assert "should be one of: level" in done.err
    assert "应为以下之一" in done.err


def test_a_build_with_an_unreadable_sheet_exits_with_3(kg_: Callable[..., Result], city: Path, tmp_path: Path) -> None:
    claims(city).write_bytes(b"")
    done = kg_("build", city, "-s", tmp_path / "store")
    assert done.code == 3
    assert "载入 2" in done.err
    assert "文件是空的" in done.err
    assert "is empty" in done.err


def test_a_build_with_a_faulty_lexicon_exits_with_1(kg_: Callable[..., Result], city: Path, tmp_path: Path) -> None:
    with (city / "lexicon.ttl").open("a", encoding="utf-8") as lexicon:
        lexicon.write("\nplace:无名 a cj:Place .\n")
    done = kg_("build", city, "-s", tmp_path / "store")
    assert done.code == 1
    assert "词表有 1 处问题" in done.err
    assert "the lexicon has 1 faults" in done.err
    assert "place/无名" in done.err


def test_build_takes_texts_lexicon_force_and_jobs(
    kg_: Callable[..., Result], city: Path, built: Path, tmp_path: Path
) -> None:
    lexicon = (city / "lexicon.ttl").rename(tmp_path / "names.ttl")
    store = tmp_path / "store"
    done = kg_("build", city, "-s", store, "--lexicon", lexicon, "--texts", TEXTS, "--jobs", "2", "--force")
    assert done.code == 0, done.err
    assert dump(store) == dump(built)


def test_progress_is_told_on_a_terminal_only(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    done = subprocess.run([PROGRAM, "build", CITY, "-s", tmp_path / "store"], stderr=slave, check=True)
    os.close(slave)
    told = os.read(master, 10_000).decode()
    os.close(master)
    assert done.returncode == 0
    assert f"载入  {DIGEST}" in told
    quiet = run("build", CITY, "-s", tmp_path / "store")
    assert quiet.stdout == ""
    assert len(quiet.stderr.splitlines()) == 1


# validate


def test_validate_is_content_with_the_city(kg_: Callable[..., Result]) -> None:
    done = kg_("validate", CITY, "--texts", TEXTS)
    assert done.code == 0
    assert "3 份文档: 0 违规, 0 警告, 0 提示" in done.text
    assert done.err == ""


@pytest.mark.parametrize("form", sorted(REPORTS))
def test_validate_writes_every_format(kg_: Callable[..., Result], city: Path, tmp_path: Path, form: str) -> None:
    edit(claims(city), 2, {"agency": "临江市公安厅"})
    output = tmp_path / "report"
    done = kg_("validate", city / f"{DIGEST}.claims.csv", "--format", form, "--lang", "en", "-o", output)
    assert (done.code, done.out) == (1, b"")
    assert done.err == f"{output}: 1 documents: 1 violation, 0 warning, 0 information\n"
    assert "is it 临江市公安局" in output.read_text("utf-8").replace("\\", "")


def test_a_turtle_report_names_the_row(kg_: Callable[..., Result], city: Path) -> None:
    edit(claims(city), 5, {"value": "1548"})
    graph = Graph().parse(data=kg_("validate", city, "-f", "ttl").text, format="turtle")
    assert list(graph.objects(None, CJ.location)) == [Literal(f"{DIGEST}.claims.csv:5:value")]
    assert list(graph.objects(None, SH.conforms)) == [Literal(False)]


def test_validate_one_sheet_looks_at_one_document(kg_: Callable[..., Result], city: Path) -> None:
    edit(claims(city, PRESS), 2, {"kind": "levle"})
    other = kg_("validate", claims(city), "--lang", "en")
    assert (other.code, "1 documents: 0 violation" in other.text) == (0, True)
    own = kg_("validate", involvements(city, PRESS), "--lang", "en")
    assert (own.code, "1 documents: 1 violation" in own.text) == (1, True)


def test_fail_on_says_what_counts(kg_: Callable[..., Result], city: Path) -> None:
    sheet = involvements(city, PRESS)
    edit(sheet, row_of(sheet, {"role": "issues"}), {"undertaking": "全城一张图"})
    assert kg_("validate", city).code == 0
    assert kg_("validate", city, "--fail-on", "warning").code == 1
    assert kg_("validate", CITY, "--fail-on", "info").code == 0


def test_validate_exits_with_3_where_a_sheet_cannot_be_read(kg_: Callable[..., Result], city: Path) -> None:
    claims(city).write_bytes("临江市".encode("gb18030"))
    done = kg_("validate", city, "-f", "json")
    assert done.code == 3
    assert json.loads(done.text)["findings"][0]["rule"] == "unreadable"


def test_validate_touches_no_store(kg_: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert kg_("validate", CITY).code == 0
    assert list(tmp_path.iterdir()) == []


# sparql


def test_sparql_prints_a_table(kg_: Callable[..., Result], built: Path) -> None:
    done = kg_("sparql", CLAIMS, "-s", built)
    assert done.code == 0
    assert "1600" in done.text
    assert done.err == ""
    lines = done.text.splitlines()
    assert len(lines) > 30


def test_a_limit_is_told(kg_: Callable[..., Result], built: Path) -> None:
    done = kg_("sparql", CLAIMS, "-s", built, "--limit", "2", "-f", "csv")
    assert len(done.text.splitlines()) == 3
    assert done.err == "2 / 30 (--limit)\n"
    assert kg_("sparql", COUNT, "-s", built, "--limit", "2").err == ""


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "ttl", "xlsx"])
def test_the_suffix_of_the_output_chooses_the_format(
    kg_: Callable[..., Result], built: Path, tmp_path: Path, form: str
) -> None:
    output = tmp_path / f"answer.{form}"
    done = kg_("sparql", CLAIMS, "-s", built, "-o", output)
    assert (done.code, done.out) == (0, b"")
    asked = tmp_path / "asked"
    kg_("sparql", CLAIMS, "-s", built, "-f", form, "-o", asked)
    assert output.read_bytes() == asked.read_bytes()
    if form == "xlsx":
        assert openpyxl.load_workbook(output).worksheets[0].max_row == 33
    if form == "csv":
        rows = list(csv.reader(io.StringIO(output.read_text("utf-8-sig"))))
        assert len(rows) == 31


def test_a_query_comes_from_a_file_or_standard_input(
    kg_: Callable[..., Result], built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "count.rq"
    path.write_text(COUNT, "utf-8")
    assert kg_("sparql", path, "-s", built, "-f", "csv").text.splitlines()[1:] == ["30"]
    monkeypatch.setattr("sys.stdin", io.StringIO(COUNT))
    assert kg_("sparql", "-", "-s", built, "-f", "csv").text.splitlines()[1:] == ["30"]
    path.write_bytes("# 临江".encode("gb18030"))
    assert kg_("sparql", path, "-s", built).code == 3


def test_ask_and_construct_have_forms_of_their_own(kg_: Callable[..., Result], built: Path) -> None:
    assert kg_("sparql", "ASK { ?s ?p ?o }", "-s", built).text == "true\n"
    assert kg_("sparql", "ASK { <http://x> ?p ?o }", "-s", built).text == "false\n"
    construct = f"CONSTRUCT WHERE {{ ?s a <{CJ.Place}> }}"
    assert "place:临江市 a cj:Place ." in kg_("sparql", construct, "-s", built).text
    assert kg_("sparql", construct, "-s", built, "-f", "csv").code == 2


def test_what_is_refused_is_told(kg_: Callable[..., Result], built: Path) -> None:
    service = kg_("sparql", "SELECT * { SERVICE <http://x> { ?s ?p ?o } }", "-s", built)
    assert service.code == 2
    assert "SERVICE is refused" in service.err
    deep = kg_("sparql", "SELECT * " + "{" * 300 + "?s ?p ?o" + "}" * 300, "-s", built)
    assert deep.code == 4
    assert "查询嵌套超过" in deep.err


def test_a_query_that_takes_too_long_exits_with_4(built: Path) -> None:
    cross = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    done = run("sparql", cross, "-s", built, "--timeout", "0.5")
    assert done.returncode == 4
    assert done.stdout == ""
    assert "kg: 查询超过 0.5 秒" in done.stderr
    assert "kg: the query took over 0.5 seconds" in done.stderr


def test_english_labels(kg_: Callable[..., Result], built: Path) -> None:
    query = f"SELECT ?a WHERE {{ ?a a <{CJ.Agency}> }} ORDER BY ?a"
    assert "临江市公安局" in kg_("sparql", query, "-s", built, "-f", "csv").text
    assert "Linjiang Water Bureau" in kg_("sparql", query, "-s", built, "-f", "csv", "--lang", "en").text


# ask and queries


QUESTION = """#+ summary: Claims of an agency
#+ summary-zh: 一个机构的陈述
#+ params:
#+   agency: {type: agency, zh: 机构, en: agency}
#+   bound: {type: string, zh: 界限, en: bound, default: x}
#+ columns:
#+   agency: {zh: 机构, en: agency}
#+   value: {zh: 数值, en: value}
#+ view: table
PREFIX cj: <https://w3id.org/chengjidan/ontology#>
SELECT ?agency ?value WHERE {
  VALUES ?agency { UNDEF }
  VALUES ?bound { UNDEF }
  ?claim cj:agency ?agency ; cj:value ?value
} ORDER BY ?agency ?value
"""


@pytest.fixture
def question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder with one saved question in the place of the shipped ones."""
    folder = tmp_path / "queries"
    folder.mkdir()
    (folder / "claims-of.rq").write_text(QUESTION, "utf-8")
    monkeypatch.setattr(resources, "queries", lambda: folder)
    return "claims-of"


def test_ask_answers_with_parameters(kg_: Callable[..., Result], built: Path, question: str) -> None:
    done = kg_("ask", question, "--agency", "市公安局", "-s", built, "-f", "csv")
    assert (done.code, done.err) == (0, "")
    rows = list(csv.reader(io.StringIO(done.out.decode("utf-8-sig"))))
    assert rows[0] == ["机构", "数值"]
    assert {row[0] for row in rows[1:]} == {"临江市公安局"}
    both = kg_("ask", question, "--agency=市公安局", "--agency", "市水务局", "-s", built, "-f", "csv", "--lang", "en")
    assert "Linjiang Water Bureau" in both.text
    assert both.text.startswith("\ufeffagency,value")
    assert len(both.text.splitlines()) > len(rows)


def test_columns_can_be_chosen(kg_: Callable[..., Result], built: Path, question: str) -> None:
    done = kg_("ask", question, "-s", built, "-f", "tsv", "--columns", "value")
    assert done.text.splitlines()[0] == "?value"
    unknown = kg_("ask", question, "-s", built, "--columns", "value,colour")
    assert (unknown.code, "there is no column colour" in unknown.err) == (2, True)


@pytest.mark.parametrize(
    ("args", "en"),
    [
        (["--agency", "临江市公安厅"], "did you mean: 临江市公安局"),
        (["--agency", "江北分局"], "can mean"),
        (["--colour", "red"], "has no parameter colour; it has: agency, bound"),
        (["--agency"], "write --parameter value"),
        (["stray"], "write --parameter value"),
    ],
)
def test_ask_says_what_it_does_not_understand(
    kg_: Callable[..., Result], built: Path, question: str, args: list[str], en: str
) -> None:
    done = kg_("ask", question, "-s", built, *args)
    assert done.code == 2
    assert en in done.err
    assert len(done.err.splitlines()) == 2


def test_queries_lists_and_details(kg_: Callable[..., Result], question: str) -> None:
    listed = kg_("queries", "-f", "tsv")
    assert f'"{question}"\t"一个机构的陈述"\t"--agency --bound"' in listed.text
    assert "Claims of an agency" in kg_("queries", "--lang", "en").text
    detail = kg_("queries", question)
    assert detail.text.startswith("claims-of: 一个机构的陈述\n")
    assert "--bound <string> = x  界限" in detail.text
    assert detail.text.endswith(QUESTION)
    assert "agency <agency>  agency" in kg_("queries", question, "--lang", "en").text.replace("--", "")


def test_every_shipped_question_is_listed_and_runs_on_the_city(kg_: Callable[..., Result], built: Path) -> None:
    listed = kg_("queries", "-f", "tsv").text
    for name, saved in load_queries().items():
        assert f'"{name}"' in listed
        if not any(param.default is None for param in saved.params):
            assert kg_("ask", name, "-s", built).code == 0, name


# export and doctor


@pytest.mark.parametrize("form", sorted(EXPORTERS))
def test_export_writes_every_format_twice_the_same(
    kg_: Callable[..., Result], built: Path, tmp_path: Path, form: str
) -> None:
    first = kg_("export", "-s", built, "-f", form)
    assert first.code == 0
    kg_("export", "-s", built, "-f", form, "-o", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == first.out


@pytest.mark.parametrize(
    ("suffix", "form"),
    [("ttl", "turtle"), ("nq", "nquads"), ("nt", "ntriples"), ("trig", "trig"), ("jsonld", "jsonld")],
)
def test_the_suffix_chooses_the_format_of_an_export(
    kg_: Callable[..., Result], built: Path, tmp_path: Path, suffix: str, form: str
) -> None:
    kg_("export", "-s", built, "-o", tmp_path / f"graph.{suffix}")
    assert (tmp_path / f"graph.{suffix}").read_bytes() == kg_("export", "-s", built, "-f", form).out


def test_an_export_can_have_another_base(kg_: Callable[..., Result], built: Path) -> None:
    text = kg_("export", "-s", built, "--base", "https://kg.example/").text
    assert "@prefix agency: <https://kg.example/agency/> ." in text


def test_tables_are_exported(kg_: Callable[..., Result], built: Path, tmp_path: Path) -> None:
    folder = resources.queries() / "tables"
    if not list(folder.glob("*.rq")):
        pytest.skip("no tables ship yet")
    done = kg_("export", "-s", built, "-f", "csv", "--table", "claims")
    assert done.code == 0
    assert len(list(csv.reader(io.StringIO(done.out.decode("utf-8-sig"))))) >= 31
    book = tmp_path / "city.xlsx"
    assert kg_("export", "-s", built, "-o", book).code == 0
    assert len(openpyxl.load_workbook(book).sheetnames) == len(list(folder.glob("*.rq")))
    assert kg_("export", "-s", built, "-f", "csv", "--table", "unknown").code == 2


def test_doctor_describes_a_sound_store(kg_: Callable[..., Result], built: Path) -> None:
    done = kg_("doctor", "-s", built)
    assert done.code == 0
    assert "graph/document/digest-2025" in done.text
    assert f"{len(dump(built))}  quads, sha256 " in done.text
    assert kg_("doctor", "-s", built).out == done.out


def test_doctor_finds_a_damaged_store(kg_: Callable[..., Result], store: Path) -> None:
    next(store.glob("g-*/*.sst")).unlink()
    done = kg_("doctor", "-s", store)
    assert done.code == 3
    assert "is damaged" in done.err
    assert kg_("build", CITY, "-s", store, "--force").code == 0
    assert kg_("doctor", "-s", store).code == 0


# in a process of its own


def test_the_installed_program_answers_in_a_pipe(built: Path) -> None:
    done = run("sparql", COUNT, "-s", built, "-f", "json")
    assert done.returncode == 0
    assert done.stderr == ""
    assert json.loads(done.stdout)["results"]["bindings"][0]["n"]["value"] == "30"


def test_the_output_is_utf8_whatever_the_locale(built: Path) -> None:
    query = f"SELECT ?a WHERE {{ ?a a <{CJ.Agency}> }}"
    done = run("sparql", query, "-s", built, environment=ASCII)
    assert done.returncode == 0, done.stderr
    assert "临江市公安局" in done.stdout


def test_a_reader_that_stops_reading_is_no_error(built: Path) -> None:
    process = subprocess.Popen(
        [PROGRAM, "export", "-s", built, "-f", "nquads"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def test_errors_are_readable_whatever_the_locale(tmp_path: Path) -> None:
    done = run("sparql", COUNT, "-s", tmp_path, environment=ASCII)
    assert done.returncode == 3
    assert "holds no graph yet" in done.stderr


def test_a_build_without_texts_then_with(kg_: Callable[..., Result], store: Path, built: Path) -> None:
    assert kg_("build", CITY, "-s", store, "--texts", TEXTS).code == 0
    assert kg_("export", "-s", store, "-f", "nquads").out == kg_("export", "-s", built, "-f", "nquads").out
    assert build_at(store, CITY, options=Options(texts=TEXTS)).unchanged

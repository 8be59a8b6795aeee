"""`kg extract`, `kg review` and `kg init-city` as a person runs them: files, streams, languages and exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from helpers import CITY, DIGEST, PRESS, PROGRAM, claims, copy_of, edit, involvements, read_sheet, write_sheet

from kg import resources
from kg.documents import read_corpus
from kg.errors import LimitError
from kg.model import Finding, Severity
from kg.tables import write_table
from loaders import extracting
from loaders.folder import UNSTATED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Result

    from kg.lexicon import Lexicon
    from loaders.press.extraction import Extraction
    from loaders.sources import Source

STORY = """云溪市公安局：2025年侦破电诈案件1600余起，同比上升12.4%。

市司法局：全年办理法律援助3200件，其中农民工案件580件。
"""
PLACE = ("--place", "云溪市", "--published", "2026-01")


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "story.txt"
    file.write_text(STORY, encoding="utf-8")
    return file


@pytest.fixture
def sheets(kg_: Callable[..., Result], story: Path, tmp_path: Path) -> Path:
    """The folder that an extraction of the story made."""
    folder = tmp_path / "sheets"
    assert kg_("extract", story, *PLACE, "-o", folder).code == 0
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def decide(sheet: Path, row: int, **cells: str) -> None:
    """Decide about a row as a person does."""
    edit(sheet, row, {"review": "confirmed", "reviewer": "王审", **cells})


# from a text to answers


def test_the_whole_way_from_a_text_to_a_store(kg_: Callable[..., Result], sheets: Path, tmp_path: Path) -> None:
    assert sorted(content(sheets)) == [
        "manifest.csv",
        "story.claims.csv",
        "story.involvements.csv",
        "texts/story.txt",
    ]
    drafted = kg_("init-city", "云溪市", sheets)
    assert drafted.code == 0
    assert "指标" in drafted.err
    checked = kg_("validate", sheets, "--texts", sheets / "texts", "--fail-on", "warning")
    assert (checked.code, checked.err) == (0, ""), checked.text
    built = kg_("build", sheets, "--texts", sheets / "texts", "-s", tmp_path / "store")
    assert built.code == 0
    asked = kg_("ask", "claims-of-an-agency", "--agency", "云溪市公安局", "-s", tmp_path / "store", "-f", "csv")
    assert "1600" in asked.text


def test_the_manifest_says_what_the_text_says_of_itself(sheets: Path) -> None:
    (document,) = read_corpus(sheets).documents
    assert (document.id, document.title) == ("story", STORY.splitlines()[0])
    assert (document.place, document.published, document.publisher) == ("云溪市", "2026-01", UNSTATED)
    assert document.length == len(STORY)


def test_every_claim_points_at_its_own_characters(sheets: Path) -> None:
    for row in read_sheet(sheets / "story.claims.csv"):
        assert STORY[int(row["start"]) : int(row["end"])] == row["surface"]
        assert row["review"] == "proposed"


def test_a_second_run_writes_the_same_bytes(kg_: Callable[..., Result], sheets: Path, story: Path) -> None:
    before = content(sheets)
    assert kg_("extract", story, *PLACE, "-o", sheets).code == 0
    assert content(sheets) == before


def test_extracting_what_was_extracted_gives_the_same(kg_: Callable[..., Result], sheets: Path, tmp_path: Path) -> None:
    assert kg_("extract", sheets, "-o", tmp_path / "again").code == 0
    assert content(tmp_path / "again") == content(sheets)
    assert kg_("extract", sheets, "-o", sheets).code == 0
    assert content(tmp_path / "again") == content(sheets)


def test_options_describe_texts_without_a_manifest(kg_: Callable[..., Result], story: Path, tmp_path: Path) -> None:
    said = ("--publisher", "云溪晚报", "--agency", "云溪市商务局", "--agency", "云溪市司法局")
    assert kg_("extract", story, *PLACE, *said, "-o", tmp_path / "out").code == 0
    (document,) = read_corpus(tmp_path / "out").documents
    assert document.publisher == "云溪晚报"
    assert document.agencies == ("云溪市商务局", "云溪市司法局")


# manifests and folders


def test_a_manifest_may_leave_titles_and_publishers_open(
    kg_: Callable[..., Result], story: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "list.csv"
    heading = "document,title,publisher,published,place,agencies,about\n"
    manifest.write_text(heading + "story,,,2026-01-09,云溪市,,\n", encoding="utf-8")
    done = kg_("extract", "--manifest", manifest, "--texts", story.parent, "-o", tmp_path / "out")
    assert done.code == 0
    (document,) = read_corpus(tmp_path / "out").documents
    assert (document.title, document.published) == (STORY.splitlines()[0], "2026-01-09")
    assert kg_("build", manifest, "-s", tmp_path / "store").code == 3
    (tmp_path / "texts").mkdir()
    shutil.move(story, tmp_path / "texts")
    assert kg_("extract", manifest, "-o", tmp_path / "again").code == 0
    assert content(tmp_path / "again") == content(tmp_path / "out")


def test_a_folder_with_a_manifest_brings_its_own_names(kg_: Callable[..., Result], city: Path, tmp_path: Path) -> None:
    done = kg_("extract", city, "-o", tmp_path / "out")
    assert done.code in {0, 1}
    out = content(tmp_path / "out")
    assert out["lexicon.ttl"] == (city / "lexicon.ttl").read_bytes()
    assert len([name for name in out if name.endswith(".claims.csv")]) == 3
    assert [it.title for it in read_corpus(tmp_path / "out").documents] == [
        it.title for it in read_corpus(city).documents
    ]


def test_a_folder_without_a_manifest_is_every_file_that_can_be_read(kg_: Callable[..., Result], tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in ("b.txt", "a 一.md", "c.jpg", "~$b.docx"):
        (folder / name).write_text(STORY, encoding="utf-8")
    result = kg_("extract", folder, *PLACE, "-o", tmp_path / "out")
    assert result.code == 0
    assert [it.id for it in read_corpus(tmp_path / "out").documents] == ["a-一", "b"]
    assert f"未读 {folder / 'c.jpg'}" in result.err
    assert "~$b.docx" not in result.err


def test_texts_of_one_folder_can_be_added_one_by_one(kg_: Callable[..., Result], sheets: Path, tmp_path: Path) -> None:
    (tmp_path / "next.txt").write_text(STORY, encoding="utf-8")
    assert kg_("extract", tmp_path / "next.txt", *PLACE, "-o", sheets).code == 0
    assert [it.id for it in read_corpus(sheets).documents] == ["story", "next"]


def test_a_shipped_city_is_known_by_its_place(kg_: Callable[..., Result], story: Path, tmp_path: Path) -> None:
    assert kg_("extract", story, "--place", "青岛市", "--published", "2026-01", "-o", tmp_path / "out").code in {0, 1}
    shipped = resources.ontology() / "cities" / "qingdao.ttl"
    assert (tmp_path / "out" / "lexicon.ttl").read_bytes() == shipped.read_bytes()


# streams


def test_a_pipe_gets_lines_of_json_and_the_counts_go_elsewhere(kg_: Callable[..., Result], story: Path) -> None:
    done = kg_("extract", story, *PLACE)
    assert done.code == 0
    assert {"claim", "rejected"} <= {str(line["type"]) for line in done.lines}
    claims_ = [line for line in done.lines if line["type"] == "claim"]
    assert [claim["surface"] for claim in claims_][:2] == ["1600余起", "12.4%"]
    assert done.err.splitlines()[-1].startswith(f"文档 1，陈述 {len(claims_)}，")
    assert kg_("extract", story, *PLACE, "--lang", "en").err.splitlines()[-1].startswith("documents 1, claims ")


@pytest.mark.parametrize(("lang", "heading"), [("zh", "指标"), ("en", "metric")])
def test_a_terminal_gets_a_table(story: Path, lang: str, heading: str) -> None:
    shown = _on_terminal("extract", story, *PLACE, "--lang", lang)
    assert heading in shown
    assert "1600余起" in shown


def test_the_explanation_goes_to_standard_output(kg_: Callable[..., Result], story: Path, tmp_path: Path) -> None:
    done = kg_("extract", story, *PLACE, "--explain", "-o", tmp_path / "out")
    assert done.code == 0
    assert "1600余起" in done.text
    assert "\x1b" not in done.text
    assert (tmp_path / "out" / "story.claims.csv").is_file()


def test_lines_and_pages_go_into_a_folder_too(kg_: Callable[..., Result], story: Path, tmp_path: Path) -> None:
    piped = kg_("extract", story, *PLACE).text
    assert kg_("extract", story, *PLACE, "-f", "jsonl", "-o", tmp_path / "out").code == 0
    assert (tmp_path / "out" / "story.jsonl").read_text(encoding="utf-8") == piped
    assert kg_("extract", story, *PLACE, "-f", "html", "-o", tmp_path / "out").code == 0
    page = (tmp_path / "out" / "story.html").read_text(encoding="utf-8")
    assert page == kg_("extract", story, *PLACE, "-f", "html").text
    assert "1600余起" in page


# mistakes and exit codes


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ((), "--manifest"),
        (("story.txt",), "--place"),
        (("story.txt", "--place", "云溪市"), "--published"),
        (("story.txt", "--place", "云溪市", "--published", "2026"), "--published"),
        (("story.txt", *PLACE, "-f", "sheet"), "-o"),
        (("story.txt", *PLACE, "-f", "pdf"), "jsonl"),
        (("story.txt", *PLACE, "-f", "table", "-o", "out"), "-o"),
        (("story.txt", *PLACE, "-f", "jsonl", "--explain"), "--explain"),
        (("story.txt", "--manifest", "m.csv"), "--manifest"),
        (("story.txt", "--texts", "."), "--manifest"),
        (("empty", *PLACE), ".txt"),
        (("story.txt", "story.md", *PLACE), "story"),
    ],
)
def test_a_wrong_call_exits_with_2_and_names_the_option(
    kg_: Callable[..., Result], story: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], named: str
) -> None:
    monkeypatch.chdir(story.parent)
    (story.parent / "empty").mkdir()
    shutil.copy(story, "story.md")
    done = kg_("extract", *args)
    assert (done.code, done.text) == (2, "")
    assert named in done.err


def test_one_unreadable_text_does_not_stop_the_others(kg_: Callable[..., Result], story: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\xff\xff\x00\x81")
    done = kg_("extract", bad, story, *PLACE, "-o", tmp_path / "out")
    assert done.code == 3
    assert str(bad) in done.err
    assert [it.id for it in read_corpus(tmp_path / "out").documents] == ["story"]
    missing = kg_("extract", tmp_path / "none.txt", *PLACE)
    assert missing.code == 3


def test_a_text_that_the_manifest_lists_and_the_folder_lacks(kg_: Callable[..., Result], city: Path) -> None:
    (city / "texts" / f"{PRESS}.txt").unlink()
    done = kg_("extract", city)
    assert done.code == 3
    assert PRESS in done.err
    assert {line["document"] for line in done.lines} == {DIGEST, "district-2025"}


def test_a_text_that_is_not_the_listed_one_is_not_read(kg_: Callable[..., Result], city: Path) -> None:
    file = city / "texts" / f"{PRESS}.txt"
    file.write_text(file.read_text(encoding="utf-8") + "多了。", encoding="utf-8")
    done = kg_("extract", city)
    assert done.code == 3
    assert "SHA-256" in done.err


@pytest.mark.parametrize(("severity", "code"), [(Severity.INFO, 0), (Severity.WARNING, 1), (Severity.VIOLATION, 1)])
def test_a_doubt_that_is_more_than_information_exits_with_1(
    kg_: Callable[..., Result], story: Path, monkeypatch: pytest.MonkeyPatch, severity: Severity, code: int
) -> None:
    real = extracting.extract_one

    def doubting(source: Source, lexicon: Lexicon) -> Extraction:
        doubt = Finding(severity, "doubt", "可疑", "doubtful", document=source.document.id)
        return replace(real(source, lexicon), findings=(doubt,))

    monkeypatch.setattr(extracting, "extract_one", doubting)
    done = kg_("extract", story, *PLACE)
    assert done.code == code
    assert ("doubtful" in done.err) is bool(code)


def test_a_limit_exits_with_4(kg_: Callable[..., Result], story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(_source: Source, _lexicon: Lexicon) -> Extraction:
        raise LimitError("太大", "too large")

    monkeypatch.setattr(extracting, "extract_one", refusing)
    assert kg_("extract", story, *PLACE).code == 4


def test_the_number_of_processes_changes_nothing(kg_: Callable[..., Result], tmp_path: Path, city: Path) -> None:
    (city / "texts" / f"{PRESS}.txt").write_bytes(b"\xff\xff\x00\x81")
    done = [kg_("extract", city, "-j", str(jobs), "-o", tmp_path / str(jobs)) for jobs in (1, 2)]
    assert done[0].code == done[1].code == 3
    assert done[0].err == done[1].err
    assert content(tmp_path / "1") == content(tmp_path / "2")


def test_a_sheet_that_a_person_reviewed_is_left_alone(
    kg_: Callable[..., Result], sheets: Path, story: Path, tmp_path: Path
) -> None:
    decide(sheets / "story.claims.csv", 2)
    before = content(sheets)
    (tmp_path / "next.txt").write_text(STORY, encoding="utf-8")
    done = kg_("extract", story, tmp_path / "next.txt", *PLACE, "-o", sheets)
    assert done.code == 1
    assert "kg review" in done.err
    after = content(sheets)
    assert {name: after[name] for name in before if name != "manifest.csv"} == {
        name: before[name] for name in before if name != "manifest.csv"
    }
    assert "next.claims.csv" in after


# review


def test_a_decision_survives_and_a_second_review_changes_nothing(kg_: Callable[..., Result], sheets: Path) -> None:
    sheet = sheets / "story.claims.csv"
    decide(sheet, 2, review="corrected", agency="云溪市刑侦支队", metric_id="电诈破案数")
    edit(sheet, 3, {"review": "rejected"})
    rows = read_sheet(sheet)
    edit(sheet, 4, {"value": "9", "surface": rows[2]["surface"]})
    done = kg_("review", sheet, "--in-place", "-f", "csv")
    assert done.code == 0
    told = list(csv.reader(io.StringIO(done.text.removeprefix("\ufeff"))))
    assert ["保留", "agency", "云溪市刑侦支队", "云溪市公安局"] in [[row[0], *row[4:]] for row in told]
    assert ["改读", "value", "9", "3200"] in [[row[0], *row[4:]] for row in told]
    after = read_sheet(sheet)
    assert after[:2] == [rows[0], rows[1] | {"review": "rejected"}]
    assert after[2]["value"] == "3200"
    before = sheet.read_bytes()
    assert kg_("review", sheet, "--in-place").code == 0
    assert sheet.read_bytes() == before


@pytest.mark.parametrize("args", [("--dry-run",), ("--in-place", "--dry-run"), ()])
def test_without_a_target_the_changes_are_only_listed(
    kg_: Callable[..., Result], sheets: Path, args: tuple[str, ...]
) -> None:
    sheet = sheets / "story.claims.csv"
    write_sheet(sheet, read_sheet(sheet)[1:])
    before = sheet.read_bytes()
    done = kg_("review", sheet, *args, "--lang", "en")
    assert done.code == 0
    assert "added" in done.text
    assert sheet.read_bytes() == before


def test_the_merged_sheet_can_go_elsewhere(kg_: Callable[..., Result], sheets: Path, tmp_path: Path) -> None:
    sheet, target = sheets / "story.claims.csv", tmp_path / "merged.csv"
    assert kg_("review", sheet, "-o", target).code == 0
    assert target.read_bytes() == sheet.read_bytes()


def test_a_changed_text_is_refused(kg_: Callable[..., Result], sheets: Path, tmp_path: Path) -> None:
    sheet, other = sheets / "story.claims.csv", tmp_path / "other.txt"
    decide(sheet, 2)
    other.write_text("前言。" + STORY, encoding="utf-8")
    before = content(sheets)
    for args in (("--text", other), ("--text", tmp_path / "none.txt")):
        assert kg_("review", sheet, *args, "--in-place").code in {2, 3}
    done = kg_("review", sheet, "--text", other, "--in-place")
    assert done.code == 3
    assert "kg extract" in done.err
    assert content(sheets) == before
    _without_hashes(sheets / "manifest.csv")
    assert kg_("review", sheet, "--text", other, "--in-place").code == 3
    assert kg_("review", sheet).code == 0


def _without_hashes(manifest: Path) -> None:
    rows = read_sheet(manifest)
    write_sheet(manifest, [{name: cell for name, cell in row.items() if name != "sha256"} for row in rows])


def test_decisions_of_a_page_come_into_the_sheet(kg_: Callable[..., Result], sheets: Path, tmp_path: Path) -> None:
    sheet, file = sheets / "story.claims.csv", tmp_path / "decisions.csv"
    rows = read_sheet(sheet)
    decisions = [("story", rows[0]["start"], rows[0]["end"], "confirmed", ""), ("story", "0", "1", "rejected", "")]
    heading = ("document", "start", "end", "review", "note")
    file.write_bytes(write_table(heading, decisions))
    assert kg_("review", sheet, "--decisions", file).code == 2
    said = ("--decisions", file, "--reviewer", " 王 审 ", "--in-place")
    assert kg_("review", sheet, *said).code == 3
    assert read_sheet(sheet) == rows
    file.write_bytes(write_table(heading, decisions[:1]))
    assert kg_("review", sheet, *said).code == 0
    assert read_sheet(sheet) == [rows[0] | {"review": "confirmed", "reviewer": "王 审"}, *rows[1:]]
    assert kg_("review", sheets / "story.involvements.csv", *said).code == 2


def test_involvements_are_merged_likewise(kg_: Callable[..., Result], city: Path) -> None:
    sheet = involvements(city)
    before = [row for row in read_sheet(sheet) if row["review"] != "proposed"]
    assert before
    assert kg_("review", sheet, "--in-place").code == 0
    assert [row for row in read_sheet(sheet) if row["review"] != "proposed"] == before


def test_a_sheet_of_a_city_keeps_every_decision(kg_: Callable[..., Result], city: Path) -> None:
    before = [row for row in read_sheet(claims(city)) if row["review"] != "proposed"]
    done = kg_("review", claims(city), "--in-place", "-f", "json")
    assert done.code == 0
    json.loads(done.text)
    after = [row for row in read_sheet(claims(city)) if row["review"] != "proposed"]
    assert after == before


@pytest.mark.parametrize(
    "args",
    [
        ("manifest.csv",),
        ("unknown.claims.csv",),
        ("story.claims.csv", "--in-place", "-o", "x.csv"),
        ("story.claims.csv", "--text", "a.txt", "--texts", "texts"),
        ("story.claims.csv", "--texts", "."),
    ],
)
def test_a_wrong_review_exits_with_2(
    kg_: Callable[..., Result], sheets: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.chdir(sheets)
    done = kg_("review", *args)
    assert (done.code, done.text) == (2, "")


# a new city


def test_a_second_draft_leaves_the_file_as_it_is(kg_: Callable[..., Result], sheets: Path) -> None:
    assert kg_("init-city", "云溪市", sheets).code == 0
    lexicon = sheets / "lexicon.ttl"
    lexicon.write_text("# 已改。\n" + lexicon.read_text(encoding="utf-8"), encoding="utf-8")
    before = lexicon.read_bytes()
    assert kg_("init-city", "云溪市", sheets).code == 0
    assert lexicon.read_bytes() == before
    edit(sheets / "story.claims.csv", 2, {"agency": "云溪市渔政局"})
    assert kg_("init-city", "云溪市", sheets).code == 0
    assert lexicon.read_bytes().startswith(before.rstrip())
    assert "agency:云溪市渔政局" in lexicon.read_text(encoding="utf-8")


def test_a_draft_can_go_elsewhere_and_start_from_a_lexicon(
    kg_: Callable[..., Result], city: Path, tmp_path: Path
) -> None:
    target = tmp_path / "names.ttl"
    own = (city / "lexicon.ttl").read_text(encoding="utf-8")
    edit(claims(city), 2, {"metric_id": "夜巡里程"})
    assert kg_("init-city", "临江市", city, "-o", target).code == 0
    assert target.read_text(encoding="utf-8").startswith(own.rstrip())
    assert "metric:夜巡里程" in target.read_text(encoding="utf-8")
    assert (city / "lexicon.ttl").read_text(encoding="utf-8") == own


def test_a_folder_that_holds_no_sheets_is_an_error(kg_: Callable[..., Result], tmp_path: Path) -> None:
    assert kg_("init-city", "云溪市", tmp_path).code == 3
    folder = copy_of(CITY, tmp_path / "city")
    claims(folder).unlink()
    assert kg_("init-city", "临江市", folder).code == 3


@pytest.mark.parametrize("command", ["extract", "review", "init-city"])
def test_help_is_in_both_languages(kg_: Callable[..., Result], command: str) -> None:
    done = kg_(command, "--help")
    assert done.code == 0
    assert any("\u4e00" <= char <= "\u9fff" for char in done.text)
    assert "Usage" in done.text


def _on_terminal(*args: str | Path) -> str:
    """What the program shows on a terminal."""
    main_end, other_end = pty.openpty()
    environment = {**os.environ, "COLUMNS": "160", "TERM": "dumb"}
    with subprocess.Popen([PROGRAM, *map(str, args)], stdout=other_end, stderr=subprocess.DEVNULL, env=environment):
        os.close(other_end)
        shown = b""
        while True:
            try:
                part = os.read(main_end, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(main_end)
    return shown.decode()

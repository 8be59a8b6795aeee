"""`kg check` and `kg metrics` as a person runs them, decisions that survive rebuilds, and what is built anew."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from helpers import CITY, DIGEST, PRESS, TEXTS, build_at, claims, dump, edit, row_of, select

from kg.decisions import DECISIONS, IDENTITIES, read_decisions, read_identities
from kg.errors import UnreadableError
from kg.store import open_store
from kg.tables import write_table
from kg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Result

SIGNED = ("王审", "2026-01-20", "the press conference was a month earlier")


def decide(city: Path, *rows: tuple[str, str]) -> None:
    (city / "decisions.csv").write_bytes(write_table(DECISIONS, [(*row, *SIGNED) for row in rows]))


def identify(city: Path, *rows: tuple[str, str, str]) -> None:
    (city / "identities.csv").write_bytes(write_table(IDENTITIES, [(*row, *SIGNED) for row in rows]))


def findings(kg_: Callable[..., Result], store: Path, *options: str) -> list[dict[str, Any]]:
    done = kg_("check", "-s", store, "-f", "json", *options)
    return list(json.loads(done.out)["findings"])


def test_a_contradiction_exits_with_1_and_says_it_in_both_languages(
    kg_: Callable[..., Result], city: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    edit(claims(city, PRESS), row_of(claims(city, PRESS), {"start": "139"}), {"value": "520", "surface": "520多个"})
    build_at(store, city)
    done = kg_("check", "-s", store, "--type", "same-scope", "--severity", "violation")
    assert done.code == 1
    assert "420多个" in done.text
    assert "520多个" in done.text
    assert "430 < 520" in done.text
    assert "both cannot be true" in done.text
    assert f"{PRESS}#28-33" in done.text
    english = kg_("check", "-s", store, "--type", "same-scope", "--lang", "en")
    assert "contradiction" in english.text
    assert kg_("check", "-s", store, "--type", "residual").code == 0


def test_validate_tells_contradictions_and_does_not_fail_for_them(kg_: Callable[..., Result], city: Path) -> None:
    edit(claims(city, PRESS), row_of(claims(city, PRESS), {"start": "139"}), {"value": "520", "surface": "520多个"})
    done = kg_("validate", city)
    assert done.code == 0
    assert "[矛盾] 同口径不同数 社区警务室数" in done.text
    assert done.text.startswith("数据检查报告  3 份文档: 0 违规, 0 警告, 0 提示; 核对: 1 矛盾, 1 存疑 (kg check)")
    report = json.loads(kg_("validate", city, "-f", "json").out)
    assert (report["counts"]["violation"], report["checks"]["violation"]) == (0, 1)
    assert 'failures="0"' in kg_("validate", city, "-f", "junit").text
    assert "矛盾</span>" in kg_("validate", city, "-f", "html").text


def test_formats(kg_: Callable[..., Result], built: Path, tmp_path: Path) -> None:
    counts = {}
    for form in ("text", "md", "html", "json", "csv", "ttl"):
        done = kg_("check", "-s", built, "-f", form)
        assert done.code == 0
        counts[form] = len(done.out)
    assert all(counts.values())
    rows = list(csv.DictReader(io.StringIO(kg_("check", "-s", built, "-f", "csv").out.decode("utf-8-sig"))))
    listed = findings(kg_, built)
    assert [row["id"] for row in rows] == [it["id"].rsplit("/", 1)[-1] for it in listed]
    turtle = kg_("check", "-s", built, "-f", "ttl").out
    parsed = {str(quad.subject) for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    assert parsed == {f"<{it['id']}>" for it in listed}
    limited = kg_("check", "-s", built, "-f", "json", "--limit", "2")
    assert len(json.loads(limited.out)["findings"]) == 2
    assert limited.err == f"2 / {len(listed)} (--limit)\n"
    few = kg_("check", "-s", built, "-f", "ttl", "--limit", "2").out
    assert len({quad.subject for quad in ox.parse(few, format=ox.RdfFormat.TURTLE)}) == 2
    saved = kg_("check", "-s", built, "-o", tmp_path / "checks.html", "--severity", "warning")
    assert "核对: 0 矛盾, 1 存疑" in saved.err
    assert "1547个" in (tmp_path / "checks.html").read_text("utf-8")


def test_quotes_stand_in_their_sentences(kg_: Callable[..., Result], built: Path, tmp_path: Path) -> None:
    done = kg_("check", "-s", built, "--severity", "warning", "--texts", TEXTS)
    text = (TEXTS / f"{PRESS}.txt").read_text("utf-8")
    assert "【1670个】" in done.text
    quoted = next(line for line in done.text.splitlines() if f"{PRESS}#48-53" in line)
    before, _, after = quoted.partition("「")[2].partition("」")[0].partition("【1670个】")
    assert f"{before}1670个{after}" in "".join(text.replace("*", "").split())
    page = kg_("check", "-s", built, "--severity", "warning", "--texts", TEXTS, "-f", "html")
    assert "<mark>1670个</mark>" in page.text
    other = tmp_path / "texts"
    other.mkdir()
    (other / f"{PRESS}.txt").write_text("另一份原文" * 100, "utf-8")
    wrong = kg_("check", "-s", built, "--texts", other)
    assert wrong.code == 3
    assert "不是同一份原文" in wrong.err
    assert kg_("check", "-s", built, "--texts", tmp_path / "none").code == 2


def test_a_wrong_call_names_what_there_is(kg_: Callable[..., Result], built: Path) -> None:
    done = kg_("check", "-s", built, "--type", "shares")
    assert done.code == 2
    assert "share-of-whole" in done.err
    assert kg_("check", "-s", built, "-f", "pdf").code == 2


def test_a_decision_survives_rebuilds_and_settles_a_finding(
    kg_: Callable[..., Result], city: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    build_at(store, city)
    (doubt,) = findings(kg_, store, "--severity", "warning")
    name = doubt["id"].rsplit("/", 1)[-1]
    assert kg_("check", "-s", store, "--fail-on", "warning").code == 1
    decide(city, (name, "explained"))
    build_at(store, city)
    edit(claims(city), 2, {"note": "looked at again"})
    report = build_at(store, city)
    assert report.checked == ["临江市"]
    done = kg_("check", "-s", store, "--fail-on", "warning")
    assert done.code == 0
    assert "已解释" in done.text
    assert SIGNED[2] in done.text
    assert findings(kg_, store, "--severity", "warning")[0]["decision"]["reviewer"] == "王审"
    decide(city, (name, "accepted"))
    build_at(store, city)
    assert kg_("check", "-s", store, "--fail-on", "warning").code == 1
    decide(city, (name, "rejected"), ("0123456789abcdef", "accepted"))
    build_at(store, city)
    done = kg_("check", "-s", store, "--fail-on", "warning")
    assert done.code == 0
    assert "0123456789abcdef 没有对应的结果" in done.err


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (("nonsense", "explained", *SIGNED), "finding"),
        (("0123456789abcdef", "maybe", *SIGNED), "decision"),
        (("0123456789abcdef", "explained", "", "2026-01-20", "why"), "reviewer"),
        (("0123456789abcdef", "explained", "王审", "last week", "why"), "date"),
        (("0123456789abcdef", "explained", "王审", "2026-01-20", ""), "why"),
    ],
)
def test_a_faulty_decision_names_its_place(city: Path, cells: tuple[str, ...], column: str) -> None:
    (city / "decisions.csv").write_bytes(write_table(DECISIONS, [cells]))
    with pytest.raises(UnreadableError) as caught:
        read_decisions(city)
    assert (caught.value.row, caught.value.column) == (2, column)


def test_a_faulty_decision_changes_nothing(kg_: Callable[..., Result], city: Path, store: Path) -> None:
    before = dump(store)
    (city / "decisions.csv").write_bytes(write_table(DECISIONS, [("nonsense", "explained", *SIGNED)]))
    edit(claims(city), 2, {"note": "changed"})
    done = kg_("build", city, "-s", store)
    assert done.code == 3
    assert "decisions.csv:2:finding" in done.err
    assert dump(store) == before


def test_faulty_identities_name_their_place(city: Path) -> None:
    for row, column in (
        (("a", "different", ""), "other"),
        (("a", "same", "a"), "metric"),
        (("a", "like", "b"), "decision"),
    ):
        identify(city, row)
        with pytest.raises(UnreadableError) as caught:
            read_identities(city)
        assert caught.value.column == column
    decide(city, ("0123456789abcdef", "explained"), ("0123456789abcdef", "rejected"))
    with pytest.raises(UnreadableError, match="twice"):
        read_decisions(city)


def test_a_decision_on_an_unknown_metric_is_a_finding(kg_: Callable[..., Result], city: Path, store: Path) -> None:
    identify(city, ("劝阻人次", "different", "电话劝阻人次"), ("劝阻人次", "same", ""))
    (finding,) = build_at(store, city).findings
    assert (finding.rule, str(finding.location)) == ("Identity-metric", "identities.csv:2:other")
    assert "电话劝阻人次" in kg_("validate", city).text


def test_a_changed_document_is_compared_again_and_an_unchanged_city_is_not(store: Path, city: Path) -> None:
    assert build_at(store, CITY).checked == []
    before = dump(store)
    edit(claims(city), row_of(claims(city), {"start": "109"}), {"value": "1600", "surface": "1600个"})
    changed = build_at(store, city)
    assert (changed.checked, changed.loaded) == (["临江市"], [DIGEST])
    assert any("1600" in finding.zh for finding in changed.contradictions)
    build_at(store, CITY)
    assert dump(store) == before


def test_findings_are_a_graph_of_their_own(built: Path) -> None:
    store = open_store(built)
    rows = select(
        store,
        f"""PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX cj: <{BASE}ontology#>
        SELECT ?graph (COUNT(DISTINCT ?finding) AS ?n) WHERE {{
          GRAPH ?graph {{ ?finding a sh:ValidationResult ; sh:sourceShape ?check ; cj:underIdentity "strict" }}
        }} GROUP BY ?graph""",
    )
    assert rows == [(f"{BASE}graph/checks/临江市", "10")]


def test_loose_identity_compares_what_may_be_one(kg_: Callable[..., Result], city: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    lexicon = city / "lexicon.ttl"
    text = lexicon.read_text("utf-8")
    start = text.index("metric:劝阻人次 a cj:Metric")
    block = text[start : text.index("\n\n", start)]
    other = block.replace("metric:劝阻人次", "metric:电话劝阻人次").replace('"劝阻人次"@zh', '"电话劝阻人次"@zh')
    kept = [line for line in other.splitlines() if "altLabel" not in line]
    lexicon.write_text(f"{text}\n\n" + "\n".join(kept) + "\n", "utf-8")
    sheet = claims(city, PRESS)
    cells = {"metric_id": "电话劝阻人次", "metric": "电话劝阻人次", "unit": "人次", "surface": "超47万人次"}
    edit(sheet, row_of(sheet, {"start": "194"}), cells | {"programme": "", "end": "200"})
    build_at(store, city)
    strict = findings(kg_, store, "--type", "same-scope")
    loose = findings(kg_, store, "--type", "same-scope", "--identity", "loose")
    new = [it for it in loose if it["id"] not in {old["id"] for old in strict}]
    assert [(it["severity"], it["identity"]) for it in new] == [("warning", "loose")]
    assert "假定所比的指标其实是同一个" in new[0]["assumption"]["zh"]
    pairs = kg_("metrics", "电话劝阻", "-s", store, "--candidates", "-f", "csv").out.decode("utf-8-sig")
    assert "共同用词" in pairs
    identify(city, ("电话劝阻人次", "different", "劝阻人次"))
    build_at(store, city)
    assert len(findings(kg_, store, "--type", "same-scope", "--identity", "loose")) == len(strict)
    identify(city, ("电话劝阻人次", "same", "劝阻人次"))
    build_at(store, city)
    now = findings(kg_, store, "--type", "same-scope")
    assert {it["severity"] for it in now if it["id"] == new[0]["id"]} == {"violation"}


def test_metrics_are_listed_with_claims_and_wordings(kg_: Callable[..., Result], built: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(kg_("metrics", "-s", built, "-f", "csv").out.decode("utf-8-sig"))))
    lots = next(row for row in rows if row["指标"] == "接入停车场数")
    assert int(lots["陈述"]) >= 2
    assert "联网停车场数" in lots["措辞"]
    english = kg_("metrics", "-s", built, "--lang", "en", "--limit", "1")
    assert "wordings" in english.text

"""The build: what enters the store, what is skipped, what is kept out and keeps its old graph, what goes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from helpers import (
    CITY,
    DIGEST,
    DISTRICT,
    PRESS,
    TEXTS,
    build_at,
    claims,
    copy_of,
    dump,
    edit,
    fill,
    graph_lines,
    read_sheet,
    row_of,
    select,
    write_sheet,
)

from kg.build import LexiconError, Options, build
from kg.documents import read_corpus
from kg.errors import UnreadableError, UsageError
from kg.export import EXPORTERS
from kg.store import OxigraphStore, open_store
from kg.terms import CJ
from loaders import LOADERS

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = [DIGEST, PRESS, DISTRICT]
VALUES = f"SELECT ?v WHERE {{ ?c <{CJ.value}> ?v }} ORDER BY ?v"


def document_graphs(path: Path) -> dict[str, list[str]]:
    return {name: lines for name, lines in graph_lines(open_store(path)).items() if "/document/" in name}


def exported(path: Path) -> bytes:
    return b"".join(EXPORTERS["nquads"](open_store(path)))


def spoil(city: Path, name: str = DIGEST) -> None:
    """Make one document's sheet break the gate."""
    edit(claims(city, name), 2, {"kind": "levle"})


def change(city: Path, name: str = DIGEST) -> None:
    """Make one document's sheet another good one."""
    edit(claims(city, name), 2, {"note": "checked again"})


def test_a_first_build_loads_everything() -> None:
    told: list[tuple[str, str]] = []
    store = OxigraphStore()
    report = build(
        store, [read_corpus(CITY)], LOADERS["sheet"], Options(), lambda document, state: told.append((document, state))
    )
    assert report.loaded == DOCUMENTS
    assert report.unchanged == report.rejected == report.removed == []
    assert not report.unreadable
    assert told == [(name, "loaded") for name in DOCUMENTS]
    assert set(graph_lines(store)) >= {
        "graph/build",
        "graph/derived",
        "graph/vocabulary",
        *(f"graph/document/{name}" for name in DOCUMENTS),
    }


def test_claims_and_involvements_arrive(built: Path) -> None:
    store = open_store(built)
    (counts,) = select(
        store,
        f"""SELECT (COUNT(DISTINCT ?c) AS ?claims) (COUNT(DISTINCT ?i) AS ?involvements)
        WHERE {{ {{ ?c a <{CJ.Claim}> }} UNION {{ ?i a <{CJ.Involvement}> }} }}""",
    )
    assert counts == ("30", "7")  # 34 rows: one rejected, three figures repeated; 8 rows: one rejected


def test_direct_edges_are_derived(built: Path) -> None:
    rows = select(
        open_store(built),
        "PREFIX cj: <https://w3id.org/chengjidan/ontology#> SELECT ?a ?u WHERE { ?a cj:leads ?u } ORDER BY ?a",
    )
    names = [tuple(cell.rsplit("/", 1)[-1] for cell in row) for row in rows]
    assert names == [("临江市公安局", "全城一张图"), ("临江市水务局", "河湖清风行动")]
    involved = select(open_store(built), f"SELECT ?a ?u WHERE {{ ?a <{CJ.involvedIn}> ?u }}")
    assert len(involved) == 6  # one agency leads one programme in two documents: one edge


def test_no_triple_stands_in_two_graphs(built: Path) -> None:
    counts = Counter(line for lines in graph_lines(open_store(built)).values() for line in lines)
    assert [line for line, count in counts.items() if count > 1] == []


def test_counts_do_not_depend_on_the_union(built: Path) -> None:
    store = open_store(built)
    (union,) = select(store, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    (named,) = select(store, "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert union == named == (str(len(dump(built))),)


def test_an_unchanged_build_skips_everything(store: Path) -> None:
    before = dump(store)
    report = build_at(store, CITY)
    assert report.unchanged == DOCUMENTS
    assert report.loaded == report.rejected == report.removed == []
    assert dump(store) == before


def test_a_changed_sheet_replaces_that_document_only(store: Path, city: Path) -> None:
    before = document_graphs(store)
    change(city)
    report = build_at(store, city)
    assert (report.loaded, report.unchanged) == ([DIGEST], [PRESS, DISTRICT])
    after = document_graphs(store)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {f"graph/document/{DIGEST}"}
    assert any("checked again" in line for line in after[f"graph/document/{DIGEST}"])


def test_a_removed_row_leaves_no_trace(store: Path, city: Path) -> None:
    rows = read_sheet(claims(city))
    write_sheet(claims(city), [row for row in rows if row["surface"] != "1547个"])
    build_at(store, city)
    assert not [line for line in dump(store) if "char=109,114" in line]


def test_an_incremental_build_gives_what_a_fresh_one_gives(store: Path, city: Path, tmp_path: Path) -> None:
    change(city)
    edit(claims(city, PRESS), 2, {"period_start": "2021-02-01"})  # a period that no other document has
    build_at(store, city)
    build_at(tmp_path / "fresh", city)
    assert dump(store) == dump(tmp_path / "fresh")
    build_at(store, CITY)
    build_at(tmp_path / "again", CITY)
    assert dump(store) == dump(tmp_path / "again")


@pytest.mark.parametrize("force", [False, True])
def test_a_rejected_document_keeps_its_old_graph(store: Path, city: Path, *, force: bool) -> None:
    before = document_graphs(store)
    spoil(city)
    change(city, PRESS)
    report = build_at(store, city, options=Options(force=force))
    assert report.rejected == [DIGEST]
    assert PRESS in report.loaded
    assert [finding.rule for finding in report.findings] == ["choice"]
    after = document_graphs(store)
    assert after[f"graph/document/{DIGEST}"] == before[f"graph/document/{DIGEST}"]
    assert after[f"graph/document/{PRESS}"] != before[f"graph/document/{PRESS}"]


def test_a_rejected_document_that_was_never_in_stays_out(city: Path, tmp_path: Path) -> None:
    spoil(city)
    report = build_at(tmp_path / "store", city)
    assert report.rejected == [DIGEST]
    assert set(document_graphs(tmp_path / "store")) == {f"graph/document/{PRESS}", f"graph/document/{DISTRICT}"}


def test_a_rejected_document_is_told_again_and_again(store: Path, city: Path) -> None:
    spoil(city)
    for _ in range(2):
        report = build_at(store, city)
        assert report.rejected == [DIGEST]
        assert report.findings


def test_findings_go_with_their_faults(store: Path, city: Path) -> None:
    original = claims(city).read_bytes()
    spoil(city)
    build_at(store, city)
    assert f"graph/findings/{DIGEST}" in graph_lines(open_store(store))
    claims(city).write_bytes(original)
    report = build_at(store, city)
    assert report.loaded == [DIGEST]
    assert f"graph/findings/{DIGEST}" not in graph_lines(open_store(store))


def test_a_removed_documents_graph_goes(store: Path, city: Path) -> None:
    manifest = city / "manifest.csv"
    write_sheet(manifest, [row for row in read_sheet(manifest) if row["document"] != PRESS])
    report = build_at(store, city)
    assert report.removed == [PRESS]
    assert not [line for line in dump(store) if f"document/{PRESS}>" in line]
    assert not [line for line in dump(store) if "publisher/临江日报" in line]  # nobody else names it


def test_two_cities_share_a_store(store: Path, tmp_path: Path) -> None:
    other = copy_of(CITY, tmp_path / "jiangnan")
    rows = [{**row, "document": f"{row['document']}-b"} for row in read_sheet(other / "manifest.csv")]
    write_sheet(other / "manifest.csv", rows)
    for path in other.glob("*.csv"):
        if path.name != "manifest.csv":
            sheet = [{**row, "document": f"{row['document']}-b"} for row in read_sheet(path)]
            name, _, kind = path.name.partition(".")
            write_sheet(other / f"{name}-b.{kind}", sheet)
    report = build_at(store, CITY, other)
    assert len(report.loaded) + len(report.unchanged) == 6
    report = build_at(store, CITY)
    assert report.removed == [f"{name}-b" for name in sorted(DOCUMENTS)]


def test_an_unreadable_sheet_keeps_the_others_from_nothing(store: Path, city: Path) -> None:
    before = document_graphs(store)
    claims(city).write_bytes(claims(city).read_bytes().decode("utf-8-sig").encode("gb18030"))
    change(city, PRESS)
    report = build_at(store, city)
    assert report.unreadable
    assert (report.rejected, report.loaded) == ([DIGEST], [PRESS])
    assert document_graphs(store)[f"graph/document/{DIGEST}"] == before[f"graph/document/{DIGEST}"]
    assert "GB18030" in report.findings[0].en


def test_a_missing_sheet_keeps_the_others_from_nothing(store: Path, city: Path) -> None:
    claims(city).unlink()
    report = build_at(store, city)
    assert (report.rejected, report.unchanged) == ([DIGEST], [PRESS, DISTRICT])


def test_a_fault_of_the_lexicon_stops_the_build(store: Path, city: Path) -> None:
    before = dump(store)
    with (city / "lexicon.ttl").open("a", encoding="utf-8") as lexicon:
        lexicon.write("\nplace:无名 a cj:Place .\n")
    with pytest.raises(LexiconError) as caught:
        build_at(store, city)
    assert [finding.rule for finding in caught.value.findings] == ["Place-prefLabel"]
    assert caught.value.exit_code == 1
    assert dump(store) == before


def test_a_lexicon_that_is_no_turtle_stops_the_build(store: Path, city: Path) -> None:
    before = dump(store)
    (city / "lexicon.ttl").write_text("这不是 Turtle", "utf-8")
    with pytest.raises(UnreadableError, match="not valid Turtle"):
        build_at(store, city)
    assert dump(store) == before


def test_a_new_name_in_the_lexicon_reads_every_document_again(store: Path, city: Path) -> None:
    with (city / "lexicon.ttl").open("a", encoding="utf-8") as lexicon:
        lexicon.write('\nplace:江南区 a cj:Place ; skos:prefLabel "江南区"@zh, "Jiangnan"@en .\n')
    report = build_at(store, city)
    assert report.loaded == DOCUMENTS
    assert any("place/江南区" in line for line in dump(store))


def test_two_jobs_give_the_same_store(tmp_path: Path, built: Path) -> None:
    told: list[str] = []
    store = OxigraphStore()
    report = build(
        store,
        [read_corpus(CITY)],
        LOADERS["sheet"],
        Options(texts=TEXTS, jobs=2),
        lambda document, _: told.append(document),
    )
    assert report.loaded == told == DOCUMENTS
    assert sorted(store.dump()) == dump(built)
    assert list(tmp_path.iterdir()) == []


def test_with_texts_quotes_are_stored_and_verified(built: Path, built_without_texts: Path) -> None:
    exact = "SELECT ?w WHERE { ?p <http://www.w3.org/ns/oa#exact> ?w }"
    verified = f"SELECT ?v WHERE {{ ?d <{CJ.textVerified}> ?v }}"
    with_texts, without = open_store(built), open_store(built_without_texts)
    assert {row[0] for row in select(with_texts, verified)} == {"true"}
    assert {row[0] for row in select(without, verified)} == {"false"}
    headings = {"“十四五”时期", "示范窗口"}
    assert headings <= {row[0] for row in select(with_texts, exact)}
    assert not headings & {row[0] for row in select(without, exact)}
    assert len(dump(built)) > len(dump(built_without_texts))


def test_texts_that_come_later_are_taken_in(store: Path, built: Path) -> None:
    assert build_at(store, CITY, options=Options(texts=TEXTS)).loaded == DOCUMENTS
    assert exported(store) == exported(built)


def test_a_text_that_is_not_the_manifests_keeps_its_document_out(store: Path, city: Path) -> None:
    (city / "texts" / f"{DIGEST}.txt").write_text("别的文字", "utf-8")
    report = build_at(store, city, options=Options(texts=city / "texts"))
    assert report.rejected == [DIGEST]
    assert report.unreadable


def test_a_forced_build_reads_everything_and_changes_nothing(store: Path) -> None:
    before = exported(store)
    report = build_at(store, CITY, options=Options(force=True))
    assert report.loaded == DOCUMENTS
    assert exported(store) == before


def test_a_warning_stays_in_the_findings_graph(store: Path, city: Path) -> None:
    sheet = city / f"{PRESS}.involvements.csv"
    edit(sheet, row_of(sheet, {"role": "issues"}), {"undertaking": "全城一张图"})
    report = build_at(store, city)
    assert report.loaded == [PRESS]
    lines = graph_lines(open_store(store))[f"graph/findings/{PRESS}"]
    assert any("Involvement-issuesUnfit" in line for line in lines)


def test_the_same_city_fills_any_store(built_without_texts: Path) -> None:
    store = OxigraphStore()
    fill(store, CITY)
    assert sorted(store.dump()) == dump(built_without_texts)
    assert select(store, VALUES) == select(open_store(built_without_texts), VALUES)


def test_a_document_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=DIGEST):
        build_at(tmp_path / "store", CITY, CITY)
    assert not (tmp_path / "store" / "store.json").exists()


def test_an_unknown_place_in_the_manifest_is_one_finding(city: Path, tmp_path: Path) -> None:
    edit(city / "manifest.csv", 2, {"place": "临海市"})
    report = build_at(tmp_path / "store", city)
    assert [(finding.rule, finding.value) for finding in report.findings] == [("unknown-name", "临海市")]


def test_each_city_is_read_with_its_own_names(tmp_path: Path) -> None:
    other = copy_of(CITY, tmp_path / "other")
    for sheet in sorted(other.glob("*.csv")):
        renamed = (
            sheet.read_text("utf-8-sig").replace("临江", "临湖").replace("江北", "湖北").replace("-2025", "-2025b")
        )
        sheet.write_text(renamed, "utf-8")
        sheet.rename(sheet.with_name(sheet.name.replace("-2025", "-2025b")))
    lexicon = other / "lexicon.ttl"
    lexicon.write_text(lexicon.read_text("utf-8").replace("临江", "临湖").replace("江北", "湖北"), "utf-8")
    report = build_at(tmp_path / "store", CITY, other)
    assert (len(report.loaded), report.findings) == (6, [])


def test_a_folder_of_texts_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        build_at(tmp_path / "store", CITY, options=Options(texts=tmp_path / "nowhere"))


def test_a_text_that_is_missing_is_a_warning(tmp_path: Path) -> None:
    report = build_at(tmp_path / "store", CITY, options=Options(texts=tmp_path))
    assert [finding.rule for finding in report.findings] == ["text-missing"] * 3
    assert report.loaded == DOCUMENTS


def test_a_forced_build_that_fails_on_a_damaged_store_removes_nothing(city: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    build_at(store, city)
    generation = next(store.glob("g-*"))
    before = sorted(path.name for path in generation.iterdir())
    (generation / "CURRENT").write_bytes(b"")
    (city / "lexicon.ttl").write_text("not turtle", "utf-8")
    with pytest.raises(UnreadableError):
        build_at(store, city, options=Options(force=True))
    assert sorted(path.name for path in generation.iterdir()) == before


def test_a_stray_file_in_a_generation_does_no_harm(city: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    build_at(store, city)
    (next(store.glob("g-*")) / ".DS_Store").write_bytes(b"x")
    assert open_store(store).graphs()

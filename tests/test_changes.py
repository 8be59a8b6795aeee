"""Differences of two graphs: what people are told, and a patch that makes one the other."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from helpers import CITY, DIGEST, build_at, claims, copy_of, edit, involvements, row_of
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.changes.difference import Difference, Event, difference
from kg.changes.patch import patch, version_iri
from kg.changes.quads import RELEASE, Quads, changed_subjects, sorted_quads
from kg.errors import UnreadableError
from kg.export import EXPORTERS
from kg.sorting import Kept
from kg.store import OxigraphStore, open_store
from kg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from helpers import Result

    from kg.store import Store

FRAUD = f"{BASE}claim/{DIGEST}.64-70"


@pytest.fixture(scope="module")
def before(built_without_texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented city as a file of sorted quads."""
    return write(tmp_path_factory.mktemp("before") / "a.nq", exported(built_without_texts))


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the city after a reviewer's corrections."""
    city = copy_of(CITY, tmp_path_factory.mktemp("corrected") / "linjiang")
    sheet = claims(city)
    edit(sheet, row_of(sheet, {"start": "64"}), {"surface": "1670余起", "value": "1670"})
    edit(sheet, row_of(sheet, {"start": "75"}), {"period_start": "2024-01-01", "period_end": "2024-12-31"})
    edit(sheet, row_of(sheet, {"start": "241"}), {"review": "rejected"})
    rows = involvements(city)
    edit(rows, row_of(rows, {"role": "operates"}), {"role": "takes_part"})
    lexicon = city / "lexicon.ttl"
    text = lexicon.read_text("utf-8")
    named = '"临江市"@zh, "Linjiang"@en ;'
    lexicon.write_text(text.replace(named, f'{named}\n    skos:altLabel "江城"@zh ;'), "utf-8")
    store = city.parent / "store"
    build_at(store, city)
    return store


@pytest.fixture(scope="module")
def corrections(before: Path, corrected: Path) -> Difference:
    return compared(before, corrected)


def exported(store: Path) -> str:
    return b"".join(EXPORTERS["nquads"](open_store(store))).decode()


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def compared(before: Path | Store | None, after: Path | Store, most: int = 1000) -> Difference:
    with sorted_quads(after) as new:
        if before is None:
            return difference(None, new, most)
        with sorted_quads(before) as old:
            return difference(old, new, most)


def patched(before: Path | Store, after: Path | Store) -> bytes:
    with sorted_quads(before) as old, sorted_quads(after) as new:
        return b"".join(patch(old, new))


def counts(found: Difference, *kinds: str) -> dict[tuple[str, str], int]:
    return {(kind, str(event)): count for (kind, event), count in found.counts.items() if kind in kinds}


def test_a_graph_is_the_same_as_itself_in_every_form(built_without_texts: Path, tmp_path: Path) -> None:
    text = exported(built_without_texts)
    release = tmp_path / "release"
    release.mkdir()
    (release / RELEASE).write_bytes(gzip.compress(text.encode(), mtime=0))
    shuffled = "".join(sorted(text.splitlines(keepends=True), key=lambda line: line[::-1]))
    trig = tmp_path / "kg.trig"
    trig.write_bytes(b"".join(EXPORTERS["trig"](open_store(built_without_texts))))
    for form in (release, write(tmp_path / "kg.nq", shuffled), trig):
        found = compared(built_without_texts, form)
        assert found.same
        assert not found.counts
        assert not found.changes
        assert found.before == found.after


def test_a_corrected_figure_is_said_as_people_say_it(corrections: Difference) -> None:
    (change,) = [it for it in corrections.changes if it.iri == FRAUD]
    assert change.said == (
        "侦破诈骗案件数：1600余起 → 1670余起（2025年，临江市公安局）",
        "Fraud cases solved: at least 1,600 case → at least 1,670 case (2025, Linjiang Public Security Bureau)",
    )
    assert [(it.name[0], it.before[0], it.after[0]) for it in change.fields] == [("数值", "1600", "1670")]
    assert (change.event, change.document) == (Event.CHANGED, f"{BASE}document/{DIGEST}")


def test_a_corrected_period_is_a_field(corrections: Difference) -> None:
    (change,) = [it for it in corrections.changes if it.iri.endswith(".75-80")]
    assert change.said[0] == "侦破诈骗案件数：同比上升12.4%（2024年，临江市公安局）"
    (field,) = change.fields
    assert (field.name, field.before, field.after) == (("时段", "period"), ("2025年", "2025"), ("2024年", "2024"))


def test_what_a_reviewer_rejects_is_removed(corrections: Difference) -> None:
    (gone,) = corrections.of("claim", Event.REMOVED)
    assert gone.said[0] == "治水投入：超4.5亿元（2025年，临江市水务局）"
    assert not corrections.of("claim", Event.ADDED)


def test_another_role_is_one_involvement_that_changed(corrections: Difference) -> None:
    (change,) = corrections.of("involvement")
    assert change.event is Event.CHANGED
    assert change.said[0] == "临江数据集团 配合 全城一张图（2025年）"
    assert [(it.name[0], it.before[0], it.after[0]) for it in change.fields] == [("角色", "运行", "配合")]


def test_a_new_alias_is_told_of_its_thing(corrections: Difference) -> None:
    (change,) = corrections.of("place")
    assert change.said == ("临江市", "Linjiang")
    assert [(it.name, it.before, it.after) for it in change.fields] == [(("别名", "alias"), ("", ""), ("江城", "江城"))]


def test_what_follows_from_claims_alone_is_not_told(corrections: Difference) -> None:
    assert not corrections.of("organisation")
    assert not corrections.of("undertaking")


def test_every_changed_quad_is_counted(before: Path, corrected: Path, corrections: Difference) -> None:
    old, new = set(before.read_text("utf-8").splitlines()), set(exported(corrected).splitlines())
    assert corrections.quads == (len(old - new), len(new - old))


def test_the_other_way_round_adds_what_was_removed(before: Path, corrected: Path, corrections: Difference) -> None:
    back = compared(corrected, before)
    assert back.quads == corrections.quads[::-1]
    assert [it.said for it in back.of("claim", Event.ADDED)] == [
        it.said for it in corrections.of("claim", Event.REMOVED)
    ]
    assert len(back.of("claim", Event.CHANGED)) == len(corrections.of("claim", Event.CHANGED)) == 2


def test_a_renamed_document_keeps_its_claims(before: Path, tmp_path: Path) -> None:
    after = write(tmp_path / "b.nq", before.read_text("utf-8").replace(DIGEST, "annual-2025"))
    found = compared(before, after)
    (change,) = found.of("document")
    assert change.event is Event.CHANGED
    assert [(it.name[0], it.before[0], it.after[0]) for it in change.fields] == [("编号", DIGEST, "annual-2025")]
    assert counts(found, "claim", "involvement") == {("claim", "moved"): 14, ("involvement", "moved"): 3}


def test_a_renamed_document_is_known_by_its_publication_where_its_text_is_not(before: Path, tmp_path: Path) -> None:
    text = re.sub(r"(?m)^.*ontology#(sha256|length)>.*\n", "", before.read_text("utf-8"))
    old = write(tmp_path / "a.nq", text)
    new = write(tmp_path / "b.nq", text.replace(DIGEST, "annual-2025"))
    assert counts(compared(old, new), "document", "claim") == {("document", "changed"): 1, ("claim", "moved"): 14}


def test_another_document_is_not_a_renamed_one(before: Path, tmp_path: Path) -> None:
    other = before.read_text("utf-8").replace(DIGEST, "annual-2025").replace("两家单位交出", "三家单位交出")
    found = compared(before, write(tmp_path / "b.nq", re.sub(r'(annual-2025> <[^>]*sha256> )"[^"]*"', r'\1"0"', other)))
    assert counts(found, "document") == {("document", "added"): 1, ("document", "removed"): 1}
    (come,) = found.of("document", Event.ADDED)
    assert dict(come.within) == {"claim": 14, "involvement": 3}
    assert len(found.of("claim", Event.ADDED)) == len(found.of("claim", Event.REMOVED)) == 14


def test_a_replaced_text_moves_claims_and_tells_only_what_they_say_anew(before: Path, tmp_path: Path) -> None:
    def moved(match: re.Match[str]) -> str:
        return match[1] + match[3].join(str(int(number) + 7) for number in (match[2], match[4]))

    text = re.sub(rf"({DIGEST}(?:\.|#char=))([0-9]+)([-,])([0-9]+)", moved, before.read_text("utf-8"))
    assert text != before.read_text("utf-8")
    text = text.replace('"1600余起"', '"1700余起"').replace(
        '"1600"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"1700"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    )
    found = compared(before, write(tmp_path / "b.nq", text))
    assert counts(found, "claim", "involvement") == {
        ("claim", "changed"): 1,
        ("claim", "moved"): 13,
        ("involvement", "moved"): 3,
    }
    (change,) = found.of("claim")
    assert change.said[0] == "侦破诈骗案件数：1600余起 → 1700余起（2025年，临江市公安局）"
    assert ("原文位置", "第 64–70 字", "第 71–77 字") in [
        (it.name[0], it.before[0], it.after[0]) for it in change.fields
    ]


def test_other_words_of_a_passage_are_a_change_of_the_claim_that_quotes_it(before: Path, tmp_path: Path) -> None:
    after = write(tmp_path / "b.nq", before.read_text("utf-8").replace('"1600余起"', '"1600多起"'))
    (change,) = compared(before, after).of("claim")
    assert (change.iri, change.said[0]) == (
        FRAUD, "侦破诈骗案件数：1600余起 → 1600多起（2025年，临江市公安局）",
    )  # fmt: skip


def test_the_first_release_is_all_new(before: Path) -> None:
    found = compared(None, before)
    assert found.before is None
    assert found.quads == (0, len(before.read_text("utf-8").splitlines()))
    assert counts(found, "document", "claim") == {("document", "added"): 3, ("claim", "added"): 30}
    assert {it.event for it in found.changes} == {Event.ADDED}


def test_counts_are_whole_where_only_the_first_are_told(before: Path) -> None:
    found, whole = compared(None, before, most=5), compared(None, before)
    assert found.counts == whole.counts
    assert found.of("claim") == whole.of("claim")[:5]


def applied(data: bytes, store: ox.Store) -> set[str]:
    """What a strict reader of RDF Patch makes of a store: headers, then one transaction of whole quads."""
    lines = data.decode().split("\n")
    assert lines.pop() == ""
    headers = [it for it in lines if it.startswith("H ")]
    assert all(re.fullmatch(r'H [a-z0-9]+ (<urn:uuid:[0-9a-f-]{36}>|"[0-9a-f]{64}") \.', it) for it in headers)
    body = lines[len(headers) :]
    assert (body[0], body[-1]) == ("TX .", "TC .")
    for line in body[1:-1]:
        code, _, rest = line.partition(" ")
        (quad,) = ox.parse(rest, format=ox.RdfFormat.N_QUADS)
        assert (quad in store) is {"D": True, "A": False}[code]
        (store.remove if code == "D" else store.add)(quad)
    return {f"{quad} ." for quad in store}


def test_the_patch_of_two_stores_makes_one_the_other(before: Path, corrected: Path, corrections: Difference) -> None:
    store = ox.Store()
    store.load(path=str(before), format=ox.RdfFormat.N_QUADS)
    data = patched(before, corrected)
    assert applied(data, store) == set(exported(corrected).splitlines())
    assert data == patched(before, corrected)
    assert corrections.before
    assert f"H prev <{version_iri(corrections.before)}> .".encode() in data
    assert f"H id <{version_iri(corrections.after)}> .".encode() in data


NODES = st.sampled_from(["http://a/x", "http://a/x/y", "http://a/x-1", "http://a/中", "http://a/x!"]).map(ox.NamedNode)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
VALUES = (
    NODES | WORDS.map(ox.Literal) | st.integers().map(ox.Literal) | WORDS.map(lambda it: ox.Literal(it, language="zh"))
)
GRAPH_NAMES = NODES | st.just(ox.DefaultGraph())
QUADS = st.sets(st.builds(ox.Quad, NODES, NODES, VALUES, GRAPH_NAMES), max_size=12)


@settings(max_examples=50)
@given(QUADS, QUADS)
def test_a_patch_makes_any_graph_any_other(one: set[ox.Quad], two: set[ox.Quad]) -> None:
    def kept(quads: Iterable[ox.Quad]) -> Kept:
        return Kept(f"{line} .\n".encode() for line in sorted(map(str, quads)))

    with kept(one) as old, kept(two) as new:
        left, right = Quads(old), Quads(new)
        data = b"".join(patch(left, right))
        subjects = {subject for subject, _, _ in changed_subjects(left, right)}
    store = ox.Store()
    store.extend(one)
    assert applied(data, store) == {f"{quad} ." for quad in two}
    assert subjects == {quad.subject.value for quad in one ^ two}  # type: ignore[union-attr] # all are named nodes


def test_build_notes_and_graphs_of_others_in_a_store_do_not_count(tmp_path: Path) -> None:
    quad = f"<{BASE}agency/a> <http://p> <http://o> <{BASE}graph/vocabulary> .\n"
    note = f'<{BASE}graph/vocabulary> <http://p> "note" <{BASE}graph/build> .\n'
    store = OxigraphStore()
    store.replace(f"{BASE}graph/vocabulary", f"<{BASE}agency/a> <http://p> <http://o> .")
    store.replace(f"{BASE}graph/build", f'<{BASE}graph/vocabulary> <http://p> "note" .')
    assert compared(store, write(tmp_path / "b.nq", quad)).same
    assert compared(store, write(tmp_path / "c.nq", note + quad)).same


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.nq", b"<http://a> <http://b> .\n", "is not valid RDF"),
        ("a.nq", b"_:x <http://b> <http://c> <http://d> .\n", "blank nodes"),
        ("a.nq.gz", gzip.compress(b"<http://a> <http://b> <http://c> .\n" * 99, mtime=0)[:-9], "cannot be read"),
    ],
)
def test_files_that_cannot_be_compared_are_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableError, match=said), sorted_quads(tmp_path / name):
        pass


def test_the_program_says_whether_two_graphs_differ(
    kg_: Callable[..., Result], before: Path, corrected: Path, tmp_path: Path
) -> None:
    assert kg_("diff", before, before).code == 0
    result = kg_("diff", before, corrected)
    assert result.code == 1
    assert "  ~ 侦破诈骗案件数：1600余起 → 1670余起（2025年，临江市公安局）\n      数值：1600 → 1670\n" in result.text
    assert "陈述：移除 1，更改 2\n" in result.text
    english = kg_("diff", before, corrected, "--lang", "en").text
    assert "claims: removed 1, changed 2\n" in english
    assert kg_("diff", before, tmp_path / "none").code == 3
    assert kg_("diff", before, CITY / "lexicon.ttl").code == 2
    assert kg_("diff", before, before, "-f", "pdf").code == 2


def test_the_limit_is_told(kg_: Callable[..., Result], before: Path, corrected: Path) -> None:
    result = kg_("diff", before, corrected, "--limit", "1", "-f", "json")
    assert len(json.loads(result.text)["changes"]) == 1
    told = len(json.loads(kg_("diff", before, corrected, "-f", "json").text)["changes"])
    assert f"1 / {told} (--limit)" in result.err


def test_formats_hold_the_same_changes(
    kg_: Callable[..., Result], before: Path, corrected: Path, corrections: Difference, tmp_path: Path
) -> None:
    told = [(it.iri, it.said[0], it.said[1]) for it in corrections.changes]
    answer = json.loads(kg_("diff", before, corrected, "-f", "json").text)
    assert [(it["iri"], it["zh"], it["en"]) for it in answer["changes"]] == told
    assert (answer["quads"]["removed"], answer["quads"]["added"]) == corrections.quads
    kg_("diff", before, corrected, "-o", tmp_path / "d.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "d.csv").read_text("utf-8-sig"))))
    assert list(dict.fromkeys((it["iri"], it["zh"], it["en"]) for it in rows)) == told
    text = kg_("diff", before, corrected, "-f", "md").text
    assert text.startswith("# 更改\n")
    assert text.count("\n- **") == len(told)


def test_a_patch_is_written_by_its_suffix(
    kg_: Callable[..., Result], before: Path, corrected: Path, tmp_path: Path
) -> None:
    assert kg_("diff", before, corrected, "-o", tmp_path / "d.rdfp").code == 1
    assert (tmp_path / "d.rdfp").read_bytes() == patched(before, corrected)
    assert kg_("diff", before, before, "-f", "rdfpatch").code == 0

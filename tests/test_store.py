"""The embedded store: generations, damage that is noticed, one build at a time, and builds that are killed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from helpers import (
    CITY,
    PROGRAM,
    build_at,
    claims,
    copy_of,
    dump,
    edit,
    fill,
    graph_lines,
    run,
    select,
)
from rdflib import Literal, URIRef

from kg.answer import line
from kg.build import Options
from kg.errors import UnreadableError, UsageError
from kg.store import OxigraphStore, open_store, rebuild

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ONE = "<http://s> <http://p> <http://o> .\n"
TWO = "<http://s> <http://p> <http://x> .\n"


def generations(path: Path) -> list[str]:
    return sorted(folder.name for folder in path.glob("g-*"))


def published(path: Path) -> Path:
    return path / str(json.loads((path / "store.json").read_text("utf-8"))["generation"])


def test_a_graph_is_replaced_whole() -> None:
    store = OxigraphStore()
    store.replace("http://g", ONE)
    store.replace("http://h", ONE)
    store.replace("http://g", TWO)
    assert sorted(store.dump()) == [
        "<http://s> <http://p> <http://o> <http://h> .",
        "<http://s> <http://p> <http://x> <http://g> .",
    ]
    assert store.graphs() == ["http://g", "http://h"]
    store.drop("http://g")
    store.drop("http://never")
    store.keep("http://never")
    assert store.graphs() == ["http://h"]


@pytest.mark.parametrize(
    "words", ['"}} ; DROP ALL ; #', '\\u0022 . <http://x> <http://y> "', "a\\", "两\n行\r\t", "\U0002000b"]
)
def test_words_cannot_change_an_update(words: str) -> None:
    store = OxigraphStore()
    store.replace("http://h", ONE)
    for _ in range(2):
        store.replace("http://g", line((URIRef("http://s"), URIRef("http://p"), Literal(words))))
    assert select(store, "SELECT ?o WHERE { GRAPH <http://g> { ?s ?p ?o } }") == [(words,)]
    assert store.graphs() == ["http://g", "http://h"]


def test_a_query_that_is_none_is_refused_in_both_languages() -> None:
    with pytest.raises(UsageError, match=r"SPARQL 语法错误.*SPARQL syntax error"):
        OxigraphStore().query("SELEC ?s")


def test_a_place_without_a_store_says_what_to_do(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UnreadableError, match="run kg build first"):
            open_store(path)


def test_a_build_publishes_a_new_generation_and_keeps_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "store"
    for number in range(1, 5):
        with rebuild(path) as store:
            store.replace(f"http://g{number}", ONE)
        assert generations(path) == [f"g-{n:06d}" for n in range(max(1, number - 1), number + 1)]
    assert open_store(path).graphs() == ["http://g1", "http://g2", "http://g3", "http://g4"]


def test_the_pointer_counts_quads_and_files(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with rebuild(path) as store:
        store.replace("http://g", ONE + TWO)
    pointer = json.loads((path / "store.json").read_text("utf-8"))
    assert pointer["quads"] == 2
    assert pointer["files"]
    assert all((published(path) / name).stat().st_size == size for name, size in pointer["files"].items())


def test_a_fresh_build_starts_empty_and_can_keep_graphs(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with rebuild(path) as store:
        store.replace("http://kept", ONE)
        store.replace("http://gone", ONE)
    with rebuild(path, fresh=True) as store:
        assert store.graphs() == []
        store.keep("http://kept")
        store.replace("http://new", TWO)
        store.replace("http://new", ONE)
    assert open_store(path).graphs() == ["http://kept", "http://new"]
    assert len(dump(path)) == 2


def break_off(store: OxigraphStore) -> None:
    store.replace("http://g", TWO)
    raise KeyboardInterrupt


@pytest.mark.parametrize("fresh", [False, True])
def test_an_exception_leaves_the_old_store(tmp_path: Path, *, fresh: bool) -> None:
    path = tmp_path / "store"
    with rebuild(path) as store:
        store.replace("http://g", ONE)
    with pytest.raises(KeyboardInterrupt), rebuild(path, fresh=fresh) as store:
        break_off(store)
    assert dump(path) == ["<http://s> <http://p> <http://o> <http://g> ."]
    assert len(generations(path)) == 1


def test_an_exception_in_the_first_build_leaves_no_store(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with pytest.raises(RuntimeError), rebuild(path):
        raise RuntimeError
    assert generations(path) == []
    with pytest.raises(UnreadableError):
        open_store(path)


def test_what_a_killed_build_left_is_swept(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with rebuild(path) as store:
        store.replace("http://g", ONE)
    (path / "g-000007").mkdir()
    (path / "g-000007" / "half").write_text("x", "utf-8")
    (path / "store.json.new").write_text("{", "utf-8")
    with rebuild(path):
        pass
    assert generations(path) == ["g-000001", "g-000008"]
    assert dump(path) == ["<http://s> <http://p> <http://o> <http://g> ."]


def data_file(path: Path) -> Path:
    return max(published(path).glob("*.sst"), key=lambda file: file.stat().st_size)


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


DAMAGES: list[Callable[[Path], object]] = [
    lambda path: data_file(path).unlink(),
    lambda path: (published(path) / "CURRENT").unlink(),
    lambda path: data_file(path).write_bytes(data_file(path).read_bytes()[:-1]),
    lambda path: empty(published(path)),
    lambda path: published(path).rename(path / "elsewhere"),
    lambda path: (path / "store.json").write_text("{", "utf-8"),
    lambda path: (path / "store.json").write_text("", "utf-8"),
    lambda path: (path / "store.json").write_text("[]", "utf-8"),
    lambda path: (path / "store.json").write_text('"g"', "utf-8"),
    lambda path: (path / "store.json").write_text("{}", "utf-8"),
    lambda path: (path / "store.json").write_bytes(b"\xff"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed_and_a_forced_build_repairs_it(store: Path, damage: Callable[[Path], object]) -> None:
    before = dump(store)
    damage(store)
    with pytest.raises(UnreadableError, match="--force"):
        open_store(store)
    with pytest.raises(UnreadableError, match="--force"), rebuild(store):
        pass
    with rebuild(store, fresh=True) as repaired:
        repaired.replace("http://g", ONE)
    assert dump(store) == ["<http://s> <http://p> <http://o> <http://g> ."]
    assert before


def test_a_damaged_engine_file_is_noticed(store: Path) -> None:
    manifest = next(published(store).glob("MANIFEST-*"))
    manifest.write_bytes(b"\0" * manifest.stat().st_size)
    with pytest.raises(UnreadableError, match="--force"):
        open_store(store)


def test_a_forced_build_of_a_damaged_store_is_a_whole_one(store: Path) -> None:
    before = dump(store)
    data_file(store).unlink()
    report = build_at(store, CITY, options=Options(force=True))
    assert len(report.loaded) == 3
    assert dump(store) == before


def test_a_second_build_is_refused_while_one_runs(store: Path) -> None:
    with rebuild(store):
        with pytest.raises(UsageError, match="another build"), rebuild(store):
            pass
        second = run("build", CITY, "-s", store)
        assert second.returncode == 2
        assert "另一个构建正在写入" in second.stderr
        assert "another build is writing" in second.stderr
    assert run("build", CITY, "-s", store).returncode == 0


def test_readers_beside_a_build_see_the_old_graph(store: Path) -> None:
    before = dump(store)
    reader = open_store(store)
    with rebuild(store) as fresh:
        fresh.replace("http://g", ONE)
        assert dump(store) == before
        assert sorted(reader.dump()) == before
    assert sorted(reader.dump()) == before  # its generation stays until the build after the next
    assert len(dump(store)) == len(before) + 1


def test_a_killed_build_leaves_each_document_old_or_new(store: Path, tmp_path: Path) -> None:
    """`kg build` is killed at 12 moments; whatever it was doing, the store opens and no document is half done."""
    new = copy_of(CITY, tmp_path / "new")
    for name in ("digest-2025", "press-2025", "district-2025"):
        edit(claims(new, name), 2, {"note": "new"})
    cities = [new, CITY]
    allowed = [documents(city) for city in cities]
    assert all(allowed[0][name] != allowed[1][name] for name in allowed[0])
    moments = random.Random(20251121)  # noqa: S311 - no secret
    killed = 0
    for attempt in range(12):
        before = set(generations(store))
        process = subprocess.Popen(
            [PROGRAM, "build", cities[attempt % 2], "-s", store, *(["--force"] if attempt % 5 == 4 else [])],
            stderr=subprocess.DEVNULL,
        )
        if attempt % 3:  # most of the time is the start of the interpreter, so wait for the writing to begin
            until = time.monotonic() + 20
            while set(generations(store)) <= before and process.poll() is None and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(moments.uniform(0, 0.7))
        else:
            time.sleep(moments.uniform(0.1, 1.6))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        found = graph_lines(open_store(store))
        for name in allowed[0]:
            assert found[name] in (allowed[0][name], allowed[1][name])
    assert killed >= 6
    build_at(store, CITY)
    assert {name: graph_lines(open_store(store))[name] for name in allowed[1]} == allowed[1]


def documents(city: Path) -> dict[str, list[str]]:
    store = OxigraphStore()
    fill(store, city)
    return {name: lines for name, lines in graph_lines(store).items() if name.startswith("graph/document/")}

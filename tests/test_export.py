"""Exports: every format read back holds the same triples, and the same graph gives the same bytes."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from helpers import CITY, TEXTS, build_at, copy_of, dump
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from kg.answer import line
from kg.build import Options
from kg.export import EXPORTERS, graphs_of
from kg.store import OxigraphStore, open_store
from kg.terms import BASE, GRAPHS

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "https://data.linjiang.example/kg/"


def exported(path: Path, form: str, base: str = BASE) -> bytes:
    return b"".join(EXPORTERS[form](graphs_of(open_store(path), base), base))


def triples(path: Path) -> set[str]:
    return {it.rpartition(" <")[0] for it in dump(path) if f" <{GRAPHS['build']}" not in it}


def quads(path: Path) -> set[str]:
    return {it for it in dump(path) if f" <{GRAPHS['build']}" not in it}


@pytest.mark.parametrize(
    ("form", "syntax"),
    [("ntriples", ox.RdfFormat.N_TRIPLES), ("turtle", ox.RdfFormat.TURTLE)],
)
def test_formats_of_triples_are_read_back(built: Path, form: str, syntax: ox.RdfFormat) -> None:
    parsed = {f"{q.subject} {q.predicate} {q.object}" for q in ox.parse(exported(built, form), format=syntax)}
    assert parsed == triples(built)


@pytest.mark.parametrize(
    ("form", "syntax"),
    [("nquads", ox.RdfFormat.N_QUADS), ("trig", ox.RdfFormat.TRIG), ("jsonld", ox.RdfFormat.JSON_LD)],
)
def test_formats_of_graphs_are_read_back(built: Path, form: str, syntax: ox.RdfFormat) -> None:
    parsed = {f"{quad} ." for quad in ox.parse(exported(built, form), format=syntax)}
    assert parsed == quads(built)


@pytest.mark.parametrize(("form", "syntax"), [("turtle", "turtle"), ("ntriples", "nt")])
def test_rdflib_reads_the_same_graph(built: Path, form: str, syntax: str) -> None:
    expected = Graph().parse(data="".join(f"{line} .\n" for line in triples(built)), format="nt")
    assert isomorphic(Graph().parse(data=exported(built, form), format=syntax), expected)


@pytest.mark.parametrize(("form", "syntax"), [("nquads", "nquads"), ("trig", "trig"), ("jsonld", "json-ld")])
def test_rdflib_reads_the_same_graphs(built: Path, form: str, syntax: str) -> None:
    dataset = Dataset()
    dataset.parse(data=exported(built, form), format=syntax)
    assert sum(1 for _ in dataset.quads()) == len(quads(built))
    assert {str(graph.identifier) for graph in dataset.graphs() if len(graph)} == {
        line.rpartition(" <")[2].removesuffix("> .") for line in quads(built)
    }


_PRINT = """
import sys
from pathlib import Path
from kg.export import EXPORTERS, graphs_of
from kg.store import open_store
from kg.terms import BASE
for name in sorted(EXPORTERS):
    sys.stdout.buffer.write(b"".join(EXPORTERS[name](graphs_of(open_store(Path(sys.argv[1])), BASE), BASE)))
"""


def test_the_hash_seed_does_not_count(built: Path) -> None:
    here = b"".join(exported(built, form) for form in sorted(EXPORTERS))
    for seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", _PRINT, built], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        assert there.stdout == here


@pytest.fixture(scope="module")
def rebuilt(built_without_texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same city in a store with another history: first without its texts, then with them."""
    path = copy_of(built_without_texts, tmp_path_factory.mktemp("rebuilt") / "store")
    build_at(path, CITY, options=Options(texts=TEXTS))
    return path


@pytest.mark.parametrize("form", sorted(EXPORTERS))
def test_another_history_gives_the_same_bytes(built: Path, rebuilt: Path, form: str) -> None:
    assert exported(rebuilt, form) == exported(built, form)


def test_only_prefixes_that_are_used_are_declared(built: Path) -> None:
    for form in ("turtle", "trig"):
        text = exported(built, form).decode()
        declared = re.findall(r"^@prefix ([a-z]+): <", text, re.MULTILINE)
        body = text.rpartition("@prefix")[2].partition("\n")[2]
        assert declared == sorted(declared)
        assert [prefix for prefix in declared if not re.search(rf"(?<![\w<]){prefix}:", body)] == []


def test_turtle_has_one_block_an_entity(built: Path) -> None:
    text = exported(built, "turtle").decode()
    subjects = [line.split(" ", 1)[0] for line in text.splitlines() if line and line[0] not in " @"]
    assert len(subjects) == len(set(subjects))
    assert len(subjects) == len({line.split(" ", 1)[0] for line in triples(built)})
    assert "\nagency:临江市公安局 a cj:Agency ;\n" in text


def test_nquads_are_sorted_lines(built: Path) -> None:
    lines = exported(built, "nquads").decode().splitlines()
    assert lines == sorted(set(lines))
    assert set(lines) == quads(built)


def test_build_notes_are_no_part_of_an_export(built: Path) -> None:
    assert GRAPHS["build"] in open_store(built).graphs()
    assert not [graph for graph, _ in graphs_of(open_store(built)) if graph.startswith(GRAPHS["build"])]
    assert GRAPHS["build"] not in exported(built, "nquads").decode()


@pytest.mark.parametrize("form", sorted(EXPORTERS))
def test_another_base_moves_things_but_not_terms(built: Path, form: str) -> None:
    text = exported(built, form, OTHER).decode()
    assert OTHER in text
    assert f"{BASE}agency/" not in text
    assert f"{BASE}graph/" not in text
    assert f"{OTHER}ontology" not in text
    assert f"{BASE}ontology#" in text


def test_another_base_is_a_bijection(built: Path) -> None:
    lines = exported(built, "nquads", OTHER).decode().splitlines()
    back = {line.replace(f"<{OTHER}", f"<{BASE}") for line in lines}
    assert back == quads(built)


def test_another_base_leaves_words_alone() -> None:
    store = OxigraphStore()
    words = f"see <{BASE}agency/x> and \\"
    store.replace(BASE + "graph/g", line((URIRef(BASE + "agency/x"), URIRef("http://p"), Literal(words))))
    ((graph, (only,)),) = graphs_of(store, OTHER)
    assert graph == OTHER + "graph/g"
    (quad,) = ox.parse(only, format=ox.RdfFormat.N_TRIPLES)
    assert str(quad.subject) == f"<{OTHER}agency/x>"
    assert isinstance(quad.object, ox.Literal)
    assert quad.object.value == words

"""Exports: every format is what the plain way in memory writes, and the same graph gives the same bytes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from helpers import CITY, TEXTS, build_at, copy_of, dump
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from kg.answer import Triple, line, term
from kg.build import Options
from kg.errors import UnreadableError
from kg.export import EXPORTERS, graphs_of
from kg.store import OxigraphStore, Store, open_store
from kg.terms import BASE, GRAPHS, PREFIXES, iri
from kg.turtle import Namer, blocks, prefixes, sorted_triples

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER = "https://data.linjiang.example/kg/"
FORMS = sorted(EXPORTERS)
TINY = 3000  # bytes: every document's graph is more than this


def exported(path: Path, form: str, base: str = BASE) -> bytes:
    return b"".join(EXPORTERS[form](open_store(path), base))


# the plain way in memory, by terms


def moved(node: str, base: str) -> str:
    stays = (PREFIXES["cj"], PREFIXES["cjs"], f"{BASE}ontology")
    return node if node.startswith(stays[:2]) or node == stays[2] else node.replace(BASE, base, 1)


def quads_by_graph(store: Store, base: str) -> list[tuple[str, list[ox.Quad]]]:
    """The quads of each named graph that is exported, the vocabulary first, each graph sorted by its lines."""

    def named(node: ox.NamedNode | ox.Literal) -> ox.NamedNode | ox.Literal:
        return ox.NamedNode(moved(node.value, base)) if isinstance(node, ox.NamedNode) else node

    found: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse("\n".join(store.dump()), format=ox.RdfFormat.N_QUADS):
        if isinstance(quad.graph_name, ox.NamedNode) and not quad.graph_name.value.startswith(GRAPHS["build"]):
            parts = [named(part) for part in (quad.subject, quad.predicate, quad.object, quad.graph_name)]
            found.setdefault(quad.graph_name.value, []).append(ox.Quad(*parts))  # type: ignore[arg-type]
    order = sorted(found, key=lambda graph: (graph != GRAPHS["vocabulary"], graph))
    return [(moved(graph, base), sorted(found[graph], key=str)) for graph in order]


def terms(quads: list[ox.Quad]) -> set[Triple]:
    return {(term(q.subject), URIRef(q.predicate.value), term(q.object)) for q in quads}


def plainly(store: Store, form: str, base: str) -> bytes:
    graphs = quads_by_graph(store, base)
    everything = [quad for _, quads in graphs for quad in quads]
    known = {prefix: moved(space, base) for prefix, space in PREFIXES.items()}
    namer, sections = Namer(known), []
    if form == "nquads":
        return "".join(sorted(f"{quad} .\n" for quad in everything)).encode()
    if form == "ntriples":
        return "".join(sorted({f"{q.subject} {q.predicate} {q.object} .\n" for q in everything})).encode()
    if form == "jsonld":
        return ox.serialize(everything, format=ox.RdfFormat.JSON_LD, prefixes=known) or b""
    if form == "turtle":
        sections.append("\n".join(["", *blocks(sorted_triples(terms(everything)), namer)]))
    else:
        for graph, quads in graphs:
            body = "\n".join(blocks(sorted_triples(terms(quads)), namer, "    "))
            sections.append(f"\n{namer.term(URIRef(graph))} {{\n{body}}}\n")
    return f"{prefixes(namer.used)}{''.join(sections)}".encode()


@pytest.mark.parametrize("base", [BASE, OTHER])
@pytest.mark.parametrize("form", FORMS)
def test_an_export_is_what_the_plain_way_writes(built: Path, form: str, base: str) -> None:
    assert exported(built, form, base) == plainly(open_store(built), form, base)


@pytest.mark.parametrize("form", FORMS)
def test_runs_on_the_disk_give_the_same_bytes(built: Path, form: str) -> None:
    chunks = list(EXPORTERS[form](open_store(built), room=TINY))
    assert b"".join(chunks) == exported(built, form)
    assert len(chunks) > 1
    assert max(map(len, chunks)) < 1_000_000


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
from kg.export import EXPORTERS
from kg.store import open_store
for name in sorted(EXPORTERS):
    sys.stdout.buffer.write(b"".join(EXPORTERS[name](open_store(Path(sys.argv[1])))))
"""


def test_the_hash_seed_does_not_count(built: Path) -> None:
    here = b"".join(exported(built, form) for form in FORMS)
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


@pytest.mark.parametrize("form", FORMS)
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
    assert not [graph for graph in graphs_of(open_store(built)) if graph.startswith(GRAPHS["build"])]
    assert GRAPHS["build"] not in exported(built, "nquads").decode()


@pytest.mark.parametrize("form", FORMS)
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


def stored(*triples: Triple, graph: str = f"{BASE}graph/g") -> OxigraphStore:
    store = OxigraphStore()
    store.replace(graph, "".join(map(line, triples)))
    return store


def test_another_base_leaves_words_alone() -> None:
    words = f"see <{BASE}agency/x> and \\"
    store = stored((URIRef(BASE + "agency/x"), URIRef("http://p"), Literal(words)))
    (quad,) = ox.parse(b"".join(EXPORTERS["nquads"](store, OTHER)), format=ox.RdfFormat.N_QUADS)
    assert str(quad.graph_name) == f"<{OTHER}graph/g>"
    assert str(quad.subject) == f"<{OTHER}agency/x>"
    assert isinstance(quad.object, ox.Literal)
    assert quad.object.value == words


def test_graphs_of_others_stay_out() -> None:
    store = stored((URIRef("http://a"), URIRef("http://p"), Literal("mine")))
    store.replace("http://example.org/theirs", '<http://b> <http://p> "theirs" .')
    store.replace(f"{GRAPHS['build']}/notes", '<http://b> <http://p> "a note" .')
    for form in FORMS:
        text = b"".join(EXPORTERS[form](store)).decode()
        assert "mine" in text
        assert "theirs" not in text
        assert "a note" not in text


@pytest.mark.parametrize("form", FORMS)
def test_what_two_graphs_say_is_one_triple(form: str) -> None:
    agency, places = iri("agency", "临江市公安局"), PREFIXES["rdfs"] + "seeAlso"
    store = stored((agency, URIRef(places), iri("place", "2")), (agency, URIRef(places), iri("place", "10")))
    store.replace(f"{BASE}graph/h", line((agency, URIRef(places), iri("place", "10"))))
    assert b"".join(EXPORTERS[form](store)) == plainly(store, form, BASE)
    turtle = b"".join(EXPORTERS["turtle"](store)).decode()
    assert turtle.endswith("agency:临江市公安局 rdfs:seeAlso place:2, place:10 .\n")


@pytest.mark.parametrize("form", FORMS)
def test_line_ends_of_every_kind_in_a_text(form: str) -> None:
    text = 'a\nb\rc\x0bd\x0ce\x1cf\x85g\u2028h .\n<http://s> i\t"\\'
    store = stored((URIRef("http://s"), URIRef("http://p"), Literal(text, lang="zh")))
    graph = Dataset().parse(io.BytesIO(b"".join(EXPORTERS[form](store))), format=_RDFLIB[form])
    assert [value for _, _, value, _ in graph.quads()] == [Literal(text, lang="zh")]


_RDFLIB = {"jsonld": "json-ld", "nquads": "nquads", "ntriples": "nt", "trig": "trig", "turtle": "turtle"}


# temporary files


def deleted_but_open() -> list[str]:
    """The files of this process that have no name any more."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(link.readlink()))
        except FileNotFoundError:  # the one that lists the folder
            continue
    return [name for name in found if name.endswith("(deleted)")]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of temporary files, which has to be empty in the end, with no file left open."""
    before = deleted_but_open()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []
    assert deleted_but_open() == before


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("form", FORMS)
def test_nothing_temporary_is_left(built: Path, form: str, temporary: Path) -> None:
    chunks = EXPORTERS[form](open_store(built), room=TINY)
    next(chunks)
    assert [name for name in deleted_but_open() if name.startswith(str(temporary))]
    assert sum(map(len, chunks)) > 0


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("temporary")
def test_nothing_temporary_is_left_by_a_reader_that_stops(built: Path, form: str) -> None:
    chunks = EXPORTERS[form](open_store(built), room=TINY)
    assert list(islice(chunks, 1))
    chunks.close()  # type: ignore[attr-defined] # an exporter is a generator


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("form", ["trig", "turtle"])
@pytest.mark.usefixtures("temporary")
def test_nothing_temporary_is_left_by_a_failure(form: str) -> None:
    store = ox.Store()
    node, many = ox.NamedNode("http://p"), [ox.NamedNode(f"http://s{number}") for number in range(200)]
    quads = [ox.Quad(it, node, ox.Literal("x" * 100), ox.NamedNode(f"{BASE}graph/g")) for it in many]
    last = ox.Triple(node, node, node)
    store.extend([*quads, ox.Quad(many[-1], node, last, ox.NamedNode(f"{BASE}graph/g"))])
    with pytest.raises(TypeError, match=r"no RDF 1\.1 term"):
        list(EXPORTERS[form](OxigraphStore(store), room=TINY))


def test_a_folder_that_is_not_there_is_told(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(UnreadableError, match=r"临时文件写不了.*TMPDIR.*a temporary file cannot be written") as caught:
        list(EXPORTERS["nquads"](open_store(built), room=TINY))
    assert caught.value.where.startswith(str(tmp_path / "nowhere"))


_SMALL_DISK = """
import resource, sys
from kg.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # no file may grow beyond this
sys.argv = ["kg", *sys.argv[1:]]
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
@pytest.mark.parametrize("form", ["jsonld", "trig", "turtle"])
def test_a_full_disk_is_told_and_leaves_nothing(built: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out" / f"graph.{form}"
    done = subprocess.run(
        [sys.executable, "-c", _SMALL_DISK, "export", "-s", built, "-f", form, "-o", target],
        env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "a temporary file cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []

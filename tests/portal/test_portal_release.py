"""`kg portal`: the same bytes wherever and however often it is built, and nothing published that lacks what it must."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from helpers import PRESS, run
from portal_release import EDITORIAL

from kg import resources
from kg.errors import UnreadableError
from kg.portal.metadata import metadata, read_editorial
from kg.portal.part import Part
from kg.portal.release import Release
from kg.portal.shelf import MANIFEST, published, verified
from kg.terms import BASE, document_graph, document_iri

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Result

    from kg.session import KG

HOME, SITE = "https://open.example.org/cards", "https://ask.example.org"
SHIPPED = resources.data() / "catalogue.ttl"
ATOM = "{http://www.w3.org/2005/Atom}"
DCAT, RDF_TYPE = "http://www.w3.org/ns/dcat#", ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


class Run(NamedTuple):
    code: int
    out: str
    err: str
    place: Path


def portal(place: Path, store: Path, *options: str | Path, **environment: str) -> Run:
    done = run("portal", "build", "--no-pages", "-s", store, "-o", place, *options, environment=environment)
    return Run(done.returncode, done.stdout, done.stderr, place)


@pytest.fixture(scope="module")
def again(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The release of the fixture `release` by another process, where all is different that a build could notice."""
    place = tmp_path_factory.mktemp("elsewhere") / "published"
    strange = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    return portal(place, built, "--site", "https://data.example.org/", **strange)


@pytest.fixture(scope="module")
def moved(built: Path, release: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A release at an address of its own after one that had a document less, which stands at the same place."""
    folder = tmp_path_factory.mktemp("moved")
    graph = f"<{document_graph(PRESS)}> ."
    quads = gzip.decompress((release / "kg.nq.gz").read_bytes()).decode().splitlines(keepends=True)
    earlier = [line for line in quads if not line.rstrip().endswith(graph)]
    assert 100 < len(earlier) < len(quads)
    with published(folder / "portal") as shelf:
        shelf.put(Part("kg.nq.gz", "application/n-quads", lambda: [gzip.compress("".join(earlier).encode())]))
    catalogue = folder / "editors.ttl"
    catalogue.write_text(SHIPPED.read_text("utf-8") + EDITORIAL, "utf-8")
    options: list[str | Path] = [
        "--home",
        HOME,
        "--site",
        SITE,
        "--catalogue",
        catalogue,
        "--previous",
        folder / "portal",
    ]
    return portal(folder / "portal", built, *options)


def subjects(file: Path, class_: str) -> set[str]:
    quads = ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)
    return {
        it.subject.value
        for it in quads
        if (it.predicate, it.object) == (RDF_TYPE, ox.NamedNode(class_)) and isinstance(it.subject, ox.NamedNode)
    }


def feed_of(run: Run) -> ET.Element:
    return ET.parse(run.place / "changes.atom").getroot()  # noqa: S314 - our own file


def test_two_builds_are_equal_byte_by_byte(release: Path, again: Run) -> None:
    ours, theirs = verified(release), verified(again.place)
    assert ours == theirs
    assert len(ours) > 20
    assert (release / MANIFEST).read_bytes() == (again.place / MANIFEST).read_bytes()
    standing = {str(it.relative_to(release.resolve())) for it in release.resolve().rglob("*") if it.is_file()}
    assert standing == {*ours, MANIFEST}


def test_warnings_are_told_and_do_not_keep_back(again: Run) -> None:
    """Nobody has said where the invented city is."""
    assert again.code == 1
    assert again.out == ""
    assert "没有边框（dcat:bbox）" in again.err
    assert "place/临江市" in again.err
    files = verified(again.place)
    size = sum(size for size, _ in files.values())
    assert again.err.endswith(f"{again.place}: {len(files)} 个文件 / files, {size} bytes\n")


def test_a_catalogue_that_says_all_leaves_nothing_to_tell(moved: Run) -> None:
    assert (moved.code, moved.out) == (0, "")
    assert len(moved.err.splitlines()) == 1
    verified(moved.place)


def test_the_changes_since_the_release_before_are_told(moved: Run, release: Path) -> None:
    feed = feed_of(moved)
    links = [it.attrib["href"] for it in feed.iterfind(f"{ATOM}entry/{ATOM}link")]
    new = str(document_iri(PRESS)).removeprefix(BASE)
    assert [it for it in links if it.endswith(new)]
    assert not any("document/" in it for it in links if not it.endswith(new))
    notes = (moved.place / "notes.md").read_text("utf-8")
    assert "首次发布" not in notes
    assert "文档：新增 1" in notes
    assert "documents: added 1" in notes
    assert "首次发布" in (release / "notes.md").read_text("utf-8")


def test_what_has_not_changed_is_not_told(kg: KG, release: Path) -> None:
    same = Release(kg, metadata(kg, read_editorial()), previous=release)
    assert same.difference.same
    notes = b"".join(next(it for it in same.descriptions([]) if it.path == "notes.md").chunks()).decode()
    assert "数据没有变化" in notes
    assert "The data have not changed" in notes


def test_the_addresses_reach_what_describes_the_release(moved: Run) -> None:
    catalogue = moved.place / "catalog.ttl"
    assert subjects(catalogue, f"{DCAT}Catalog") == {f"{HOME}/catalog.ttl#catalog"}
    assert len(subjects(catalogue, f"{DCAT}DataService")) == 1
    assert f"{SITE}/sparql" in catalogue.read_text("utf-8")
    downloads = {
        it.object.value
        for it in ox.parse(path=str(catalogue), format=ox.RdfFormat.TURTLE)
        if it.predicate.value == f"{DCAT}downloadURL" and isinstance(it.object, ox.NamedNode)
    }
    assert {it for it in downloads if not it.startswith(f"{HOME}/")} == set()
    assert {it.removeprefix(f"{HOME}/") for it in downloads} <= set(verified(moved.place))
    void = (moved.place / "void.ttl").read_text("utf-8")
    assert f"{HOME}/kg.ttl" in void
    assert f"{SITE}/sparql" in void
    feed = feed_of(moved)
    assert feed.findtext(f"{ATOM}id") == f"{HOME}/changes.atom"


def test_the_data_are_the_same_wherever_they_are_published(moved: Run, release: Path) -> None:
    ours, theirs = verified(release), verified(moved.place)
    assert set(ours) == set(theirs)
    told = {"catalog.ttl", "changes.atom", "directory.json", "directory.xlsx", "notes.md", "queries.ttl", "void.ttl"}
    assert {path for path in ours if ours[path] != theirs[path]} <= told


def test_without_a_site_nothing_offers_a_service(kg: KG, release: Path) -> None:
    quiet = Release(kg, metadata(kg, read_editorial()), previous=release)
    texts = {it.path: b"".join(it.chunks()).decode(errors="replace") for it in quiet.descriptions([])}
    assert "DataService" not in texts["catalog.ttl"]
    assert "sparqlEndpoint" not in texts["void.ttl"]
    assert "sparqlEndpoint" in (release / "void.ttl").read_text("utf-8")


def test_a_catalogue_that_lacks_what_it_must_have_publishes_nothing(
    kg_: Callable[..., Result], built: Path, tmp_path: Path
) -> None:
    with published(tmp_path / "portal") as shelf:
        shelf.put(Part("old.txt", "text/plain", lambda: [b"old"]))
    text, count = re.subn(r"(<#catalog> a (?:.+\n)+?) +dct:publisher .+\n", r"\1", SHIPPED.read_text("utf-8"), count=1)
    assert count
    lacking = tmp_path / "editors.ttl"
    lacking.write_text(text + EDITORIAL, "utf-8")
    before = sorted(it.name for it in tmp_path.iterdir())
    done = kg_("portal", "build", "-s", built, "-o", tmp_path / "portal", "--catalogue", lacking, "--lang", "en")
    assert (done.code, done.text) == (1, "")
    assert done.err.startswith("violation Portal-Catalog-publisher: ")
    assert "publisher" in done.err
    assert "没有发布" in done.err
    assert "nothing was published" in done.err
    assert sorted(it.name for it in tmp_path.iterdir()) == before
    assert (tmp_path / "portal" / "old.txt").read_text() == "old"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("@prefix dct: <http://purl.org/dc/terms/> .\n\n<#catalog> dct:title .\n", ":3: ", "is not valid Turtle"),
        ("<#catalog> <http://purl.org/dc/terms/publisher> [] .\n", ": ", "has a blank node"),
        (None, ": ", "cannot be read"),
    ],
)
def test_a_catalogue_that_cannot_be_read_is_an_error_with_its_place(
    kg_: Callable[..., Result], built: Path, tmp_path: Path, text: str | None, place: str, said: str
) -> None:
    file = tmp_path / "editors.ttl"
    if text is not None:
        file.write_text(text)
    done = kg_("portal", "build", "-s", built, "-o", tmp_path / "portal", "--catalogue", file)
    assert (done.code, done.text) == (3, "")
    assert f"kg: {file}{place}" in done.err
    assert said in done.err
    assert not (tmp_path / "portal").exists()


def test_a_release_before_that_cannot_be_read_is_an_error(kg: KG, tmp_path: Path) -> None:
    lost = Release(kg, metadata(kg, read_editorial()), previous=tmp_path / "gone")
    with pytest.raises(UnreadableError, match="gone"):
        list(lost.descriptions([]))


WRONG = (
    "data.example.org",
    "https://",
    "https:///x",
    "https://a b/",
    "ftp://a.example/",
    "https://a.example/?x",
    "https://a<b/",
)


@pytest.mark.parametrize(("option", "wrong"), [(it, wrong) for it in ("--home", "--site") for wrong in WRONG])
def test_what_is_no_address_is_refused(
    kg_: Callable[..., Result], built: Path, tmp_path: Path, option: str, wrong: str
) -> None:
    done = kg_("portal", "build", "-s", built, "-o", tmp_path / "portal", option, wrong)
    assert (done.code, done.text) == (2, "")
    assert f"{option} 不是网址" in done.err
    assert f"{option} is no address" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_is_not_there_is_an_error(kg_: Callable[..., Result], tmp_path: Path) -> None:
    done = kg_("portal", "build", "-s", tmp_path / "gone", "-o", tmp_path / "portal")
    assert (done.code, done.text) == (3, "")
    assert "holds no graph" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_somebody_else_is_refused(kg_: Callable[..., Result], built: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = kg_("portal", "build", "-s", built, "-o", tmp_path)
    assert (done.code, done.text) == (2, "")
    assert "不是发布链接" in done.err
    assert "neither the link of a release" in done.err
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_score(kg_: Callable[..., Result], moved: Run) -> None:
    text = kg_("portal", "score", moved.place, "--at-least", "405")
    assert (text.code, text.err) == (0, "")
    assert "405 / 405  优 / Excellent" in text.text


def test_a_score_below_what_is_asked_for_is_a_failure(
    kg_: Callable[..., Result], release: Path, tmp_path: Path
) -> None:
    """A catalogue without the files that it names."""
    (tmp_path / "catalog.ttl").write_bytes((release / "catalog.ttl").read_bytes())
    out = tmp_path / "score.json"
    below = kg_("portal", "score", tmp_path, "--at-least", "405", "-f", "json", "-o", out)
    assert (below.code, below.text, below.err) == (1, "", "")
    assert 0 < json.loads(out.read_text("utf-8"))["points"] < 405


@pytest.mark.parametrize("options", [("-f", "xml"), ("--at-least", "406")])
def test_a_score_that_nobody_can_give_is_refused(kg_: Callable[..., Result], release: Path, options: list[str]) -> None:
    assert kg_("portal", "score", release, *options).code == 2


def test_a_folder_without_a_catalogue_has_no_score(kg_: Callable[..., Result], tmp_path: Path) -> None:
    done = kg_("portal", "score", tmp_path)
    assert (done.code, done.text) == (3, "")
    assert "catalog.ttl" in done.err


def test_help_is_in_both_languages(kg_: Callable[..., Result]) -> None:
    runs = [kg_("portal", *args, "--help") for args in ((), ("build",), ("score",))]
    assert {it.code for it in runs} == {0}
    group, build, score = (" ".join(it.text.split()) for it in runs)
    for words in ("发布文件夹", "folder to publish", "build", "score"):
        assert words in group
    for words in ("整体替换", "at once", "--home", "--site", "--catalogue", "--previous", "--texts", "--no-pages"):
        assert words in build
    for words in ("评分", "offline", "--at-least", "--format"):
        assert words in score

"""The manifest and the texts: what is wrong in them is an error that names the place."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from helpers import CITY, DIGEST, TEXTS, edit, read_sheet, write_sheet

from kg import resources
from kg.documents import read_corpus, read_text, with_text
from kg.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def manifest_fault(city: Path, cells: dict[str, str]) -> UnreadableError:
    edit(city / "manifest.csv", 3, cells)
    with pytest.raises(UnreadableError) as caught:
        read_corpus(city)
    return caught.value


def test_the_documents_of_a_city() -> None:
    corpus = read_corpus(CITY)
    assert [document.id for document in corpus.documents] == ["digest-2025", "press-2025", "district-2025"]
    assert corpus.lexicon == CITY / "lexicon.ttl"
    assert corpus.folder == CITY
    digest = corpus.documents[0]
    assert digest.agencies == ("临江市公安局", "市水务局")
    assert digest.published == "2026-01"
    assert digest.length == 276
    assert digest.text is None


@pytest.mark.parametrize("target", [CITY, CITY / "manifest.csv", str(CITY)])
def test_a_corpus_is_named_by_folder_or_manifest(target: Path | str) -> None:
    assert read_corpus(target).manifest == CITY / "manifest.csv"


def test_a_shipped_city_is_named_by_its_name() -> None:
    corpus = read_corpus("qingdao")
    assert corpus.lexicon == resources.ontology() / "cities" / "qingdao.ttl"
    assert len(corpus.documents) == 5


def test_an_unknown_city_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="qingdao"):
        read_corpus("atlantis")


def test_a_lexicon_can_be_given(city: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.ttl"
    other.write_bytes((city / "lexicon.ttl").read_bytes())
    assert read_corpus(city, other).lexicon == other
    with pytest.raises(UnreadableError, match="no such lexicon"):
        read_corpus(city, tmp_path / "none.ttl")


def test_a_city_without_a_lexicon_has_none(city: Path) -> None:
    (city / "lexicon.ttl").unlink()
    assert read_corpus(city).lexicon is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("document", ""),
        ("document", "../escape"),
        ("document", ".hidden"),
        ("document", "a b"),
        ("document", "a/b"),
        ("document", "a#b"),
        ("title", ""),
        ("publisher", ""),
        ("place", ""),
        ("published", ""),
        ("published", "2025"),
        ("published", "2025-13"),
        ("published", "2025-02-30"),
        ("published", "20250101"),
        ("published", "2025-1-1"),
        ("length", "-1"),
        ("length", "many"),
        ("length", "1" * 5000),
        ("sha256", "abc"),
        ("sha256", "A" * 64),
    ],
)
def test_a_wrong_cell_of_the_manifest_is_named(city: Path, column: str, value: str) -> None:
    error = manifest_fault(city, {column: value})
    assert (error.file, error.row, error.column) == (city / "manifest.csv", 3, column)
    assert error.zh != error.en


def test_a_document_twice_is_named(city: Path) -> None:
    error = manifest_fault(city, {"document": DIGEST})
    assert (error.row, error.column) == (3, "document")


def test_a_manifest_without_documents_is_refused(city: Path) -> None:
    manifest = city / "manifest.csv"
    write_sheet(manifest, [], list(read_sheet(manifest)[0]))
    with pytest.raises(UnreadableError, match="lists no document"):
        read_corpus(city)


def test_length_and_hash_may_be_missing(city: Path) -> None:
    manifest = city / "manifest.csv"
    rows = [{k: v for k, v in row.items() if k not in {"length", "sha256"}} for row in read_sheet(manifest)]
    write_sheet(manifest, rows)
    document = with_text(read_corpus(city).documents[0], TEXTS)
    assert document.length == 276
    assert document.sha256 == hashlib.sha256((TEXTS / f"{DIGEST}.txt").read_bytes()).hexdigest()


def test_a_text_is_counted_in_code_points() -> None:
    text = with_text(read_corpus(CITY).documents[0], TEXTS).text
    assert text is not None
    assert text[11:13] == "📮🚤"
    assert text[64:70] == "1600余起"


@pytest.mark.parametrize("change", [lambda data: b"\xef\xbb\xbf" + data, lambda data: data.replace(b"\n", b"\r\n")])
def test_byte_order_mark_and_line_ends_do_not_change_a_text(city: Path, change: object) -> None:
    path = city / "texts" / f"{DIGEST}.txt"
    assert callable(change)
    original = read_text(path)
    path.write_bytes(change(path.read_bytes()))
    document = with_text(read_corpus(city).documents[0], city / "texts")
    assert document.text == original


def test_nothing_else_in_a_text_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    path.write_bytes("１６７０　个\u3000Ａ\rb\t\u200b\n".encode())
    assert read_text(path) == "１６７０　个\u3000Ａ\rb\t\u200b\n"


def test_a_text_with_another_hash_is_refused(city: Path) -> None:
    path = city / "texts" / f"{DIGEST}.txt"
    path.write_text(read_text(path).replace("1600", "1700"), "utf-8")
    with pytest.raises(UnreadableError, match="SHA-256") as caught:
        with_text(read_corpus(city).documents[0], city / "texts")
    assert caught.value.file == path


def test_a_text_of_another_length_is_refused(city: Path) -> None:
    edit(city / "manifest.csv", 2, {"length": "275"})
    with pytest.raises(UnreadableError, match="276 characters, the manifest states 275"):
        with_text(read_corpus(city).documents[0], city / "texts")


def test_a_text_in_another_encoding_is_refused(city: Path) -> None:
    path = city / "texts" / f"{DIGEST}.txt"
    path.write_bytes(read_text(path).encode("gb18030"))
    with pytest.raises(UnreadableError, match="GB18030"):
        with_text(read_corpus(city).documents[0], city / "texts")


def test_a_missing_text_leaves_the_document_as_it_is(tmp_path: Path) -> None:
    document = read_corpus(CITY).documents[0]
    assert with_text(document, tmp_path) is document

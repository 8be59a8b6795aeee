"""A release appears whole or not at all, takes no place that is not its own, and can be checked byte by byte."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from kg.errors import UnreadableError, UsageError
from kg.portal.part import Part
from kg.portal.shelf import MANIFEST, Shelf, published, verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILLING = """
import sys, time
from pathlib import Path
from kg.portal.part import Part
from kg.portal.shelf import published
with published(Path(sys.argv[1])) as shelf:
    shelf.put(Part("a/new.txt", "text/plain", lambda: [b"half"]))
    print("half", flush=True)
    time.sleep(60)
"""


def part(path: str, *chunks: bytes) -> Part:
    return Part(path, "text/plain", lambda: chunks)


def publish(place: Path, text: str, path: str = "a/text.txt") -> None:
    with published(place) as shelf:
        shelf.put(part(path, text.encode()))


def behind(place: Path) -> set[str]:
    """The folders that stand beside a place, whatever they are called."""
    return {it.name for it in place.parent.iterdir() if it.is_dir() and not it.is_symlink()}


@contextmanager
def filling(place: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a build; in the end it is killed, if nobody has done so before."""
    with subprocess.Popen([sys.executable, "-c", FILLING, str(place)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "half\n"
            yield process
        finally:
            process.kill()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "portal"


def test_a_release_says_what_it_holds(place: Path) -> None:
    with published(place) as shelf:
        first = shelf.put(part("b.txt", b"ab", b"c"))
        shelf.put(part("a/名 字.txt"))
    assert (first.size, first.sha256) == (3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (place / MANIFEST).read_text("utf-8") == f"{empty}  0  a/名 字.txt\n{first.sha256}  3  b.txt\n"
    assert verified(place) == {"a/名 字.txt": (0, empty), "b.txt": (3, first.sha256)}
    assert (place / "b.txt").read_bytes() == b"abc"


def test_a_new_release_replaces_the_old_one_as_a_whole(place: Path) -> None:
    publish(place, "old", "old.txt")
    with published(place) as shelf:
        shelf.put(part("new.txt", b"new"))
        assert {it.name for it in place.iterdir()} == {"old.txt", MANIFEST}
        verified(place)
    assert {it.name for it in place.iterdir()} == {"new.txt", MANIFEST}


def test_a_release_can_be_read_by_others(place: Path) -> None:
    publish(place, "x")
    assert place.resolve().stat().st_mode & 0o777 == 0o755


def test_a_reader_of_the_release_before_finds_it_until_the_next(place: Path) -> None:
    publish(place, "1")
    first = place.resolve()
    publish(place, "2")
    assert (first / "a" / "text.txt").read_text() == "1"
    second = place.resolve()
    publish(place, "3")
    assert behind(place) == {second.name, place.resolve().name}


def test_an_error_leaves_what_stood_there(place: Path) -> None:
    publish(place, "old")
    before = behind(place)
    for error in (RuntimeError, KeyboardInterrupt, UsageError):

        def fail(error: type[BaseException] = error) -> list[bytes]:
            raise error("half of it", "half of it")

        with pytest.raises(error), published(place) as shelf:
            shelf.put_all([part("a/text.txt", b"new"), Part("b.txt", "text/plain", fail)])
    assert (place / "a" / "text.txt").read_text() == "old"
    assert behind(place) == before


def test_an_error_of_the_first_release_leaves_nothing(place: Path) -> None:
    with pytest.raises(RuntimeError), published(place):
        raise RuntimeError
    assert not place.is_symlink()
    assert behind(place) == set()


def test_a_killed_build_leaves_the_old_release_and_is_swept_by_the_next(place: Path) -> None:
    publish(place, "old")
    with filling(place) as process:
        process.send_signal(signal.SIGKILL)
    assert (place / "a" / "text.txt").read_text() == "old"
    verified(place)
    left = behind(place) - {place.resolve().name}
    assert len(left) == 1
    (place.parent / f".{place.name}.link").symlink_to(next(iter(left)))  # killed between the two steps of the swap
    publish(place, "new")
    assert (place / "a" / "text.txt").read_text() == "new"
    assert not behind(place) & left
    assert {it.name for it in place.parent.iterdir() if it.is_symlink()} == {place.name}


def test_two_builds_at_the_same_time_are_refused(place: Path) -> None:
    publish(place, "old")
    with filling(place) as process:
        with pytest.raises(UsageError, match="another build is writing"), published(place):
            pytest.fail("two builds write to one place")
        publish(place.with_name("other"), "new")
        assert process.poll() is None
    publish(place, "new")
    assert (place / "a" / "text.txt").read_text() == "new"


def test_an_empty_folder_is_taken(place: Path) -> None:
    place.mkdir(parents=True)
    publish(place, "x")
    assert place.is_symlink()


def test_what_no_release_made_is_refused_and_untouched(place: Path) -> None:
    place.mkdir(parents=True)
    (place / "mine.txt").write_text("mine")
    file, link, gone = (place.with_name(name) for name in ("file", "link", "gone"))
    file.write_text("mine")
    link.symlink_to(place)
    gone.symlink_to("nowhere")
    for taken in (place, file, link, gone):
        with pytest.raises(UsageError, match="neither the link of a release nor an empty folder"):
            publish(taken, "x")
    assert (place / "mine.txt").read_text() == file.read_text() == "mine"
    assert link.readlink() == place
    assert {it.name for it in place.parent.iterdir()} == {"portal", "file", "link", "gone"}


def test_a_folder_that_is_filled_meanwhile_is_kept(place: Path) -> None:
    place.mkdir(parents=True)
    with pytest.raises(UnreadableError, match="cannot be written"), published(place):
        (place / "mine.txt").write_text("mine")
    assert (place / "mine.txt").read_text() == "mine"
    assert behind(place) == {"portal"}


def test_a_link_whose_release_was_removed_is_ours(place: Path) -> None:
    publish(place, "old")
    folder = place.resolve()
    for file in (folder / "a" / "text.txt", folder / MANIFEST):
        file.unlink()
    (folder / "a").rmdir()
    folder.rmdir()
    publish(place, "new")
    assert (place / "a" / "text.txt").read_text() == "new"


@pytest.mark.parametrize("other", ["portal.2025", "portal.abcdefgh", "portal.release-abcdefgh"])
def test_releases_of_like_names_keep_apart(place: Path, other: str) -> None:
    beside = place.with_name(other)
    mine = place.with_name(f".{place.name}.backup_1")
    mine.mkdir(parents=True)
    publish(beside, "beside")
    for text in ("1", "2", "3"):
        publish(place, text)
    assert (beside / "a" / "text.txt").read_text() == "beside"
    assert mine.is_dir()


def test_a_name_is_no_pattern(tmp_path: Path) -> None:
    place, other = tmp_path / "p[ab]*", tmp_path / "pa"
    publish(other, "other")
    for text in ("1", "2", "3"):
        publish(place, text)
    assert (other / "a" / "text.txt").read_text() == "other"
    assert len(behind(place)) == 3


@pytest.mark.parametrize("path", ["/etc/a.txt", "../a.txt", "a/../../b.txt", "a/..", ".", "", "./a.txt"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    shelf = Shelf(tmp_path / "shelf")
    with pytest.raises(ValueError, match="cannot be a file of a release"):
        shelf.put(part(path, b"x"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("paths", [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("a", f"{'a' * 256}")])
def test_a_file_that_the_disk_does_not_take_is_an_error_with_its_name(place: Path, paths: tuple[str, str]) -> None:
    publish(place, "old")
    with pytest.raises(UnreadableError, match="cannot be written") as caught, published(place) as shelf:
        shelf.put_all(part(path, b"x") for path in paths)
    assert str(caught.value.file).endswith(paths[1])
    assert caught.value.exit_code == 3
    assert (place / "a" / "text.txt").read_text() == "old"


def test_a_full_disk_is_an_error_and_leaves_what_stood_there(place: Path) -> None:
    publish(place, "old")
    before, limits = behind(place), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(UnreadableError, match="cannot be written") as caught, published(place) as shelf:
            shelf.put(part("big.txt", b"x" * 3000, b"x" * 3000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.exit_code == 3
    assert (place / "a" / "text.txt").read_text() == "old"
    assert behind(place) == before


@pytest.mark.parametrize("name", ["p" * 250, "p" * 300, "file/portal"])
def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UnreadableError, match="cannot be written") as caught:
        publish(tmp_path / name, "x")
    assert caught.value.file == tmp_path / name
    assert {it.name for it in tmp_path.iterdir()} <= {"file", f".{name}.lock"}


def test_a_relative_place_is_below_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path as Here  # noqa: PLC0415 - at run time; elsewhere it is a name for the type checker

    monkeypatch.chdir(tmp_path)
    publish(Here("out/../portal/"), "x")
    assert (tmp_path / "portal" / "a" / "text.txt").read_text() == "x"


@pytest.fixture
def folder(place: Path) -> Path:
    with published(place) as shelf:
        shelf.put_all([part("a/one.txt", b"one"), part("two.txt", b"two")])
    return place.resolve()


def test_a_changed_missing_or_added_byte_is_found(folder: Path) -> None:
    file = folder / "a" / "one.txt"
    for spoiled in (b"onE", b"on", b"one ", b""):
        file.write_bytes(spoiled)
        with pytest.raises(UnreadableError, match=r"one\.txt.* is missing or not the one"):
            verified(folder)
    file.unlink()
    with pytest.raises(UnreadableError, match=r"one\.txt.* is missing or not the one"):
        verified(folder)
    file.mkdir()
    with pytest.raises(UnreadableError, match=r"one\.txt.* is missing or not the one"):
        verified(folder)
    file.rmdir()
    file.write_bytes(b"one")
    assert set(verified(folder)) == {"a/one.txt", "two.txt"}


@pytest.mark.parametrize("line", ["nothing", "abc  x  a/one.txt", "abc  3", ""])
def test_a_line_that_a_manifest_does_not_have_is_named(folder: Path, line: str) -> None:
    manifest = folder / MANIFEST
    manifest.write_text(f"{manifest.read_text()}{line}\n")
    with pytest.raises(UnreadableError, match=f"{MANIFEST}:3: .*is no line of a manifest"):
        verified(folder)


def test_a_folder_without_a_manifest_is_no_release(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"\xff\n")
    with pytest.raises(UnreadableError, match="is no release"):
        verified(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(UnreadableError, match="is no release"):
        verified(folder)

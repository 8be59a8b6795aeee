"""A folder of files that appears whole: written beside its place, then put there in one step."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kg.errors import UnreadableError, UsageError
from kg.files import locked
from kg.portal.part import Part, Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["MANIFEST", "Shelf", "published", "verified"]

MANIFEST = "MANIFEST"
"""The file of a release that lists the others: SHA-256, size in bytes and path, a line each, sorted by path."""

_MADE = ".release-"
"""What the name of the folder behind a link has after the link's own name; eight random characters follow."""


class Shelf:
    """A folder that is being filled; it remembers what stands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: dict[str, Written] = {}

    def put(self, part: Part) -> Written:
        """Write a part; its path must be below the folder (ValueError).

        Raises UnreadableError where the disk refuses: it is full, or a file of the path (or, where the disk does not
        tell letters apart, of one like it) is there already.
        """
        place = PurePosixPath(part.path)
        if place.is_absolute() or not {".", ".."}.isdisjoint(part.path.split("/")) or not place.name:
            raise ValueError(f"{part.path!r} cannot be a file of a release")
        target, size, digest = self.folder / place, 0, hashlib.sha256()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as handle:
                for chunk in part.chunks():
                    size += handle.write(chunk)
                    digest.update(chunk)
        except OSError as error:
            raise _unwritable(target, error) from error
        self.written[part.path] = Written(part, size, digest.hexdigest())
        return self.written[part.path]

    def put_all(self, parts: Iterable[Part]) -> list[Written]:
        """Write parts one after the other."""
        return [self.put(part) for part in parts]

    def close(self) -> None:
        """Write the manifest."""
        rows = [f"{it.sha256}  {it.size}  {path}\n" for path, it in sorted(self.written.items())]
        self.put(Part(MANIFEST, "text/plain", lambda: ["".join(rows).encode()]))


@contextmanager
def published(place: Path) -> Iterator[Shelf]:
    """A shelf that stands at `place` once the block has ended well; after an error what stood there stands as it did.

    `place` becomes a symbolic link, since a link can be replaced in one step and a folder cannot: a reader sees the
    old release or the new one, and one that is in the middle of the old one finds it until the build after this.
    Raises UsageError where `place` is something that no release made, or another build is writing there;
    UnreadableError where the disk refuses.
    """
    place = Path(os.path.abspath(place))  # noqa: PTH100 - resolve() would follow the link that is to be replaced
    with ExitStack() as held:
        try:
            _check(place)
            place.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(place.parent / f".{place.name}.lock"))
            folder = Path(tempfile.mkdtemp(prefix=f".{place.name}{_MADE}", dir=place.parent))
            folder.chmod(0o755)
        except OSError as error:
            raise _unwritable(place, error) from error
        try:
            shelf = Shelf(folder)
            yield shelf
            shelf.close()
            _swap(place, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def verified(folder: Path) -> dict[str, tuple[int, str]]:
    """The files that a release says it has: path to size and SHA-256.

    Raises UnreadableError where there is no release, or a file is missing or not the one that was published.
    """
    manifest, found = folder / MANIFEST, {}
    try:
        lines = manifest.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableError("不是发布文件夹", f"is no release: {error}", file=folder) from error
    for number, line in enumerate(lines, 1):
        digest, size, path = (*line.split("  ", 2), "", "")[:3]
        if not size.isdecimal() or not path:
            raise UnreadableError("清单行不合格", "is no line of a manifest", file=manifest, row=number)
        found[path] = (int(size), digest)
        target = folder / path
        if _measured(target) != found[path]:
            raise UnreadableError(
                "文件缺失或与清单不符", "is missing or not the one that the manifest names", file=target
            )
    return found


def _measured(file: Path) -> tuple[int, str] | None:
    """The size and the SHA-256 of a file; None where it cannot be read."""
    try:
        with file.open("rb") as handle:
            return os.fstat(handle.fileno()).st_size, hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return None


def _unwritable(place: Path, error: OSError) -> UnreadableError:
    return UnreadableError(f"无法写入：{error}", f"cannot be written: {error}", file=place)


def _is_ours(place: Path, name: str) -> bool:
    """Whether a folder beside a place is one that a build for that place made."""
    return re.fullmatch(rf"{re.escape(f'.{place.name}{_MADE}')}[a-z0-9_]{{8}}", name) is not None


def _check(place: Path) -> None:
    """Only a link of ours, an empty folder or nothing is replaced: what somebody else put there is not ours to take."""
    if place.is_symlink():
        fits = _is_ours(place, str(place.readlink()))
    else:
        fits = not place.exists() or (place.is_dir() and not any(place.iterdir()))
    if not fits:
        raise UsageError(
            f"{place} 不是发布链接，也不是空文件夹：请换一个位置或先移走",
            f"{place} is neither the link of a release nor an empty folder: choose another place, or move it away",
        )


def _swap(place: Path, folder: Path) -> None:
    """Let the place lead to a folder; the release before stays for its readers, those before that one go."""
    before = place.readlink().name if place.is_symlink() else None
    link = place.parent / f".{place.name}.link"
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(folder.name, target_is_directory=True)
        if place.is_dir() and not place.is_symlink():
            place.rmdir()
        link.replace(place)
    except OSError as error:  # a disk without links, a folder that is no longer empty
        raise _unwritable(place, error) from error
    for old in place.parent.iterdir():
        if _is_ours(place, old.name) and old.name not in {folder.name, before}:
            shutil.rmtree(old, ignore_errors=True)

"""Writing files so that a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import UnreadableError, UsageError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["locked", "write_atomically", "write_out"]


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a lock while the block runs; the system frees it when the process ends, however it ends.

    Raises UsageError at once where another process holds it.
    """
    with file.open("a+b") as handle:
        try:
            if sys.platform == "win32":
                msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError(
                f"另一个构建正在写入 {file.parent}", f"another build is writing to {file.parent}"
            ) from error
        yield


def write_atomically(path: Path, chunks: Iterable[bytes]) -> int:
    """Write a file beside its place and rename it there once it is complete; the number of bytes.

    After any exception the old file stands as it was. Raises UnreadableError where the place is not writable.
    """
    written = 0
    path = path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _unwritable(path, error) from error
    fresh = Path(name)
    try:
        with os.fdopen(number, "wb") as handle:
            for chunk in chunks:
                written += handle.write(chunk)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.chmod(0o644)
        fresh.replace(path)
    except BaseException as error:
        fresh.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(path, error) from error
        raise
    return written


def _unwritable(path: Path, error: OSError) -> UnreadableError:
    return UnreadableError(f"无法写入：{error}", f"cannot be written: {error}", file=path)


def write_out(target: Path | None, chunks: Iterable[bytes]) -> None:
    """Write to a file, or to standard output for None and for `-`."""
    if target is not None and target.exists() and not target.is_file() and not target.is_dir():
        with target.open("wb") as handle:  # a device or a pipe, which a rename would replace
            handle.writelines(chunks)
    elif target is None or str(target) == "-":
        try:
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # the reader has seen enough; what is left in the buffer goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    else:
        write_atomically(target, chunks)

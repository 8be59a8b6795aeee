"""The files that every page needs, style sheet and icon, and addresses of them that change with their bytes."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

__all__ = ["ASSETS", "asset"]

ASSETS = Path(__file__).parent / "static"
"""The folder of the files, which is served below /static."""


def asset(prefix: str, name: str, folder: Path = ASSETS) -> str:
    """The address of a file with a hash of its bytes, so that it may be kept for ever."""
    file = folder / name
    return f"{prefix}/static/{name}?v={_digest(file, file.stat().st_mtime_ns)}"


@lru_cache
def _digest(file: Path, _: int) -> str:
    """The hash of a file as it was when it was last written, computed once."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]

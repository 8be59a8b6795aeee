"""The data files of a graph that is shown live, made when they are first asked for."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kg.portal.metadata import metadata
from kg.portal.release import Release
from kg.portal.shelf import Shelf

if TYPE_CHECKING:
    from kg.portal.part import Written
    from kg.session import KG

__all__ = ["Downloads"]


class Downloads:
    """The data files of one graph, in a folder that lives as long as this object does."""

    def __init__(self, kg: KG) -> None:
        self._kg, self._lock = kg, threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._written: list[Written] = []

    def written(self) -> list[Written]:
        """The files, written when this is first called; a second caller waits for the first."""
        with self._lock:
            if self._folder is None:
                folder = tempfile.TemporaryDirectory(prefix="kg-data-")
                self._written = Shelf(Path(folder.name)).put_all(Release(self._kg, metadata(self._kg, ())).files())
                self._folder = folder
            return self._written

    def place(self, path: str) -> tuple[Path, Written] | None:
        """Where a file stands; None where there is none of this path."""
        found = next((it for it in self.written() if it.part.path == path), None)
        return (Path(self._folder.name) / path, found) if found and self._folder else None

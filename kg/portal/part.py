"""What a release is made of: files that say what they are, and, once written, how long they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Part", "Written"]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a release, before it is written.

    `path` is below the release's folder, with `/`; `media` its IANA media type without the compression, which
    `compressed` tells (`application/gzip`); `chunks` makes its bytes, the same for the same graph. A part with a
    title is a distribution of the dataset `dataset` (see `kg.portal.metadata`) in the catalogue; one without is a
    page or data of a single thing.
    """

    path: str
    media: str
    chunks: Callable[[], Iterable[bytes]]
    zh: str = ""
    en: str = ""
    compressed: str = ""
    dataset: str = "graph"


@dataclass(frozen=True, slots=True)
class Written:
    """A part that stands on the disk: its size in bytes and the hexadecimal SHA-256 of them."""

    part: Part
    size: int
    sha256: str

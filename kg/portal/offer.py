"""What the page of the data shows: the datasets with their files, and the same as schema.org's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.pages.embedding import embedded
from kg.portal.catalogue import offered
from kg.portal.structured import measured, structured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.portal.metadata import Metadata
    from kg.portal.part import Written
    from kg.session import KG

__all__ = ["offer", "readable_size", "summary"]


def offer(kg: KG, meta: Metadata, files: Sequence[Written], lang: str) -> dict[str, Any]:
    """What the template data.html shows in a language, without addresses."""
    titled = [it for it in files if it.part.zh]
    return {
        "datasets": [
            {
                "title": dataset.text(lang),
                "description": dataset.text(lang, "descriptions"),
                "files": [_file(it, lang) for it in titled if it.part.dataset == dataset.name],
            }
            for dataset in offered(meta, files)
        ],
        "structured": summary(kg, meta, files, lang),
        "version_of_data": meta.version,
    }


def summary(kg: KG, meta: Metadata, files: Sequence[Written], lang: str) -> str:
    """The dataset in schema.org's terms, as JSON-LD that can stand in a page."""
    return embedded(structured(meta, files, lang, variables=measured(kg, lang)))


def readable_size(size: int) -> str:
    """A size in bytes as people read it.

    >>> readable_size(1536)
    '1.5 KB'
    """
    value, names = float(size), iter(("B", "KB", "MB", "GB"))
    name = next(names)
    while value >= 1024 and name != "GB":
        value, name = value / 1024, next(names)
    return f"{value:.1f} {name}" if name != "B" else f"{size} B"


def _file(it: Written, lang: str) -> dict[str, str]:
    title = it.part.en if lang == "en" else it.part.zh
    return {"path": it.part.path, "title": title, "size": readable_size(it.size), "sha256": it.sha256}

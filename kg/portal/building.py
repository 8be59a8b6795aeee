"""Building a release: the files, what describes them, the pages, and the step that publishes all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import Severity
from kg.portal.pages import Pages
from kg.portal.shelf import published

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.model import Finding
    from kg.portal.part import Written
    from kg.portal.release import Release

__all__ = ["Unfit", "build"]


class Unfit(Exception):  # noqa: N818 - not an error of the program: the editors have something to complete
    """The catalogue lacks what a portal must have: nothing was published."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(it.en for it in findings))
        self.findings = findings


def build(
    release: Release,
    place: Path,
    *,
    pages: bool = True,
    texts: Path | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> tuple[list[Written], list[Finding]]:
    """Publish a release at a place: its files, and what is noticed about the catalogue.

    Raises Unfit for violations of the catalogue's shapes, and what kg.portal.shelf raises; then what stood at the
    place stands as it did. `told` hears of each file that has been written.
    """
    with published(place) as shelf:
        written = []
        for part in release.files():
            written.append(shelf.put(part))
            told(part.path)
        findings = release.faults(written)
        if any(it.severity is Severity.VIOLATION for it in findings):
            raise Unfit(findings)
        for part in release.descriptions(written):
            shelf.put(part)
            told(part.path)
        if pages:
            site = release.endpoint.removesuffix("/sparql")
            for part in Pages(release.kg, release.meta, site, texts).parts(written):
                shelf.put(part)
                told(part.path)
        return list(shelf.written.values()), findings

"""The islands of the bundle as tags for a page.

A page is complete without islands, so a checkout whose bundle was never built has none, and no tags either.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

__all__ = ["STATIC", "islands"]

STATIC = Path(__file__).parent / "static"
"""The folder that is served below /static beside kg.pages.assets: `dist`, the bundle, where there is one."""

_STYLE = Markup('<link rel="stylesheet" href="{}">')
_PRELOAD = Markup('<link rel="modulepreload" href="{}">')
_SCRIPT = Markup('<script type="module" src="{}"></script>')


def islands(prefix: str, *names: str, static: Path = STATIC) -> Markup:
    """The tags that load some islands: styles, then the modules they share, then the islands in the order named.

    Each file stands once; an island that the bundle lacks is left out. `prefix` is the path that the site lives below.
    """
    manifest = static / "dist" / "manifest.json"
    if not manifest.is_file():
        return Markup()
    bundle = _manifest(manifest, _changed(manifest))
    wanted = [bundle[name] for name in dict.fromkeys(names) if name in bundle]
    tags = [
        tag.format(f"{prefix}/static/dist/{file}")
        for tag, files in (
            (_STYLE, [file for island in wanted for file in island["styles"]]),
            (_PRELOAD, [file for island in wanted for file in island["imports"]]),
            (_SCRIPT, [file for island in wanted for file in island["scripts"]]),
        )
        for file in dict.fromkeys(files)
    ]
    return Markup("\n").join(tags)


def _changed(file: Path) -> int:
    """When a file was written; what is remembered of it holds until then."""
    return file.stat().st_mtime_ns


@lru_cache
def _manifest(file: Path, _: int) -> dict[str, dict[str, list[str]]]:
    """The files of each island."""
    bundle: dict[str, dict[str, list[str]]] = json.loads(file.read_bytes())
    return bundle

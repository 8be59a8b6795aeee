"""What a reader's line has to carry before a page can be read, and pictures of pages for docs/."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from helpers import ROOT

from browser.sight import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from browser.sight import Sight

MOST = 100_000
"""Bytes of a page and its style sheet, compressed, before any island."""
SHOTS = ROOT / "docs" / "screenshots"
APPROVE = os.environ.get("KG_APPROVE") == "1"


def carried(url: str) -> int:
    """The bytes of an answer as they go over the line to a browser."""
    asked = Request(url, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})  # noqa: S310 - our own site
    try:
        with urlopen(asked) as answer:  # noqa: S310 - our own site
            assert answer.headers["content-encoding"] == "gzip"
            return len(answer.read())
    except HTTPError as refusal:
        return len(refusal.read())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light(sight: Sight, name: str, record_property: Callable[[str, object], None]) -> None:
    page, sheet = carried(sight.url(name)), carried(f"{sight.address}/static/site.css")
    record_property("bytes", page + sheet)
    assert 1000 < page < MOST - sheet


def test_a_first_load_asks_for_little(sight: Sight) -> None:
    """Without the islands, a page is itself, its style sheet and the seal; the sheet carries no other file in."""
    page = sight.open("agency", scripts=False)
    asked = page.evaluate("() => performance.getEntriesByType('resource').map((it) => new URL(it.name).pathname)")
    assert {it for it in asked if "/dist/" not in it} == {"/static/site.css", "/static/seal.svg"}


@pytest.mark.skipif(not APPROVE, reason="KG_APPROVE=1 writes docs/screenshots anew")
@pytest.mark.parametrize(
    ("shot", "name", "fragment", "lang", "width", "scheme"),
    [
        ("home", "home", "", "zh", 1280, "light"),
        ("programme", "undertaking", "#who", "zh", 1280, "light"),
        ("claim", "claim", "", "zh", 1280, "light"),
        ("findings", "findings", "", "en", 1280, "light"),
        ("question", "series-question", "#answer", "zh", 1280, "light"),
        ("home-dark", "home", "", "zh", 1280, "dark"),
        ("programme-narrow", "undertaking", "", "zh", 390, "light"),
    ],
)
def test_pictures(
    sight: Sight, shot: str, name: str, fragment: str, lang: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = sight.open(name, lang=lang, width=width, scheme=scheme, fragment=fragment)
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{shot}.png", animations="disabled", caret="hide")

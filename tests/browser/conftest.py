"""A browser and the site of the invented city, both started once; what goes wrong on a page fails its test."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest
from helpers import TEXTS
from playwright.sync_api import sync_playwright

from browser.sight import AXE, ISLANDS, PAGES, Sight, live
from kg.web.site import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

_ARGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def _missing(what: str) -> None:
    if os.environ.get("KG_REQUIRE_BROWSER"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or another one that is installed; for one file, since the event loop of its driver runs on
    between tests and would let no other test of the process run its own.
    """
    found = next((it for it in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if it), None)
    if found is None:
        _missing("needs Chromium")
    if not ISLANDS:
        _missing("needs the bundle of the islands: python hatch_build.py")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    """The address of the site of the invented city, with its texts; its readers are no business of other files."""
    with live(Settings(store=built, texts=TEXTS, rate=0)) as running:
        yield running


@pytest.fixture(scope="module")
def paths(address: str) -> dict[str, str]:
    """Where each type of page is found; the name of a finding is not known before it is made."""
    with urlopen(Request(f"{address}/findings", headers={"Accept": "text/html"})) as answer:  # noqa: S310 - our own site
        found = re.search(r'href="(/page/finding/[0-9a-f]+)"', answer.read().decode())
    assert found
    return {**PAGES, "finding": found[1]}


@pytest.fixture
def sight(browser: Browser, address: str, paths: dict[str, str]) -> Iterator[Sight]:
    """Opens pages; at the end nothing may have gone wrong on any of them."""
    made = Sight(browser, address, paths)
    yield made
    made.close()
    assert made.wrong == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker of accessibility, as a script."""
    if not AXE.is_file():
        _missing("needs: npm ci --ignore-scripts --prefix tests/clients")
    return AXE.read_text(encoding="utf-8")

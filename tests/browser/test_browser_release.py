"""The pages of a release as a browser shows them from a plain file server: readable by all, nothing from elsewhere."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from helpers import TEXTS

from browser.sight import SHORT, Sight, faults
from kg.portal.building import build
from kg.portal.metadata import metadata, read_editorial
from kg.portal.release import Release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from kg.session import KG

STATIC = {
    "home": "/index",
    "data": "/data",
    "findings": "/findings",
    "agency": "/agency/临江市公安局/index",
    "metric": "/metric/接入泊位数/index",
    "claim": "/claim/press-2025.194-199/index",
    "document": "/document/digest-2025/index",
    "ontology": "/ontology/index",
}
WORDED = ("document-title", "html-lang-valid", "landmark-unique", "link-name", "svg-img-alt", "valid-lang")
"""The rules whose answer depends on the words; structure and colours are the same in both languages."""
STICKS_OUT = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(kg: KG, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the release of the invented city, as `python -m http.server` publishes a folder."""
    place = tmp_path_factory.mktemp("static") / "portal"
    build(Release(kg, metadata(kg, read_editorial())), place, texts=TEXTS)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(place)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def sight(browser: Browser, address: str) -> Iterator[Sight]:
    """Opens pages of the release; at the end nothing may have gone wrong on any of them."""
    paths = {f"{name}.{lang}": f"{it}{end}" for name, it in STATIC.items() for lang, end in ENDS.items()}
    made = Sight(browser, address, paths, islands=False)
    yield made
    made.close()
    assert made.wrong == []


ENDS = {"zh": ".html", "en": ".en.html"}


@pytest.mark.parametrize("lang", ENDS)
@pytest.mark.parametrize("name", STATIC)
def test_page(sight: Sight, axe: str, name: str, lang: str) -> None:
    """Wide and light, then narrow and dark."""
    page = sight.open(f"{name}.{lang}", lang=lang)
    assert page.locator("html").get_attribute("lang") == ("zh-CN" if lang == "zh" else "en")
    assert page.locator("h1:visible").count() == 1
    assert page.locator("[aria-current=page]").count() == (name in {"data", "findings"})
    assert page.evaluate(STICKS_OUT) <= 0
    found = faults(page, axe, rules=() if lang == "zh" else WORDED)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": SHORT})
    assert page.evaluate(STICKS_OUT) <= 0
    found += faults(page, axe, rules=("color-contrast", "scrollable-region-focusable", "target-size"))
    assert found == []


def test_a_reader_finds_the_way(sight: Sight) -> None:
    """From the home page to an agency, a claim and its characters, in the other language and back."""
    page = sight.open("home.zh")
    page.click("nav >> text=机构")
    page.click("main >> text=临江市公安局 >> nth=0")
    assert page.locator("h1").inner_text() == "临江市公安局"
    page.click("a.language")
    assert page.locator("h1").inner_text() == "Linjiang Public Security Bureau"
    assert page.locator("html").get_attribute("lang") == "en"
    page.click("main a.figure >> nth=0")
    assert "/claim/" in page.url
    page.click("main a[href*='#char='] >> nth=0")
    assert "/document/" in page.url
    assert page.locator(".anchor:target").count() == 1
    page.click("nav >> text=Data")
    assert page.locator("main a[href='kg.ttl']").count() == 1


def test_the_language_stands_at_the_end_of_the_bar(sight: Sight) -> None:
    """Where there is no search form between it and the brand."""
    page = sight.open("home.zh")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": SHORT})
        bar, link = page.locator(".bar").bounding_box(), page.locator("a.language").bounding_box()
        assert bar
        assert link
        assert bar["x"] + bar["width"] - link["x"] - link["width"] < 40

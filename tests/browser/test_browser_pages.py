"""Every type of page, in both languages and at two widths: nothing goes wrong, nothing sticks out, all can use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.sight import PAGES, SHORT, faults

if TYPE_CHECKING:
    from browser.sight import Sight

WIDGETS = {"sparql": (".yasgui",), "docs": (".swagger-ui",)}
"""Left out on two pages: the inside of YASGUI and of Swagger UI is other people's work, and theirs to mend."""

STICKS_OUT = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


FITS = ("scrollable-region-focusable", "target-size")
"""The rules whose answer depends on the width of the window."""

WORDED = (
    *("aria-input-field-name", "button-name", "document-title", "html-has-lang", "html-lang-valid", "label"),
    *("link-name", "svg-img-alt", "valid-lang"),
)
"""The rules whose answer depends on the words."""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page(sight: Sight, axe: str, name: str, lang: str) -> None:
    """Chinese is opened wide and made narrow, English the other way round: each page is loaded at both widths."""
    without = WIDGETS.get(name, ())
    widths = (1280, 390) if lang == "zh" else (390, 1280)
    page = sight.open(name, lang=lang, width=widths[0])
    assert page.locator("html").get_attribute("lang") == ("zh-CN" if lang == "zh" else "en")
    assert page.locator("h1:visible").count() == 1
    assert page.locator("h1:visible").inner_text().strip()
    assert page.evaluate(STICKS_OUT) <= 0
    found = faults(page, axe, rules=() if lang == "zh" else WORDED, without=without)
    if lang == "zh":  # colours and structure are the same in both
        page.emulate_media(color_scheme="dark")
        found += faults(page, axe, rules=("color-contrast",), without=without)
    page.set_viewport_size({"width": widths[1], "height": SHORT})
    assert page.evaluate(STICKS_OUT) <= 0
    found += faults(page, axe, rules=FITS, without=without)
    assert found == []

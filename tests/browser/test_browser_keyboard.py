"""Everything with the keyboard alone, also while an input method composes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from browser.sight import Sight

FOCUS = (
    "() => { let it = document.activeElement; while (it.shadowRoot?.activeElement) it = it.shadowRoot.activeElement; "
)


def tab_to(page: Page, test: str, most: int = 60, key: str = "Tab") -> None:
    """Press Tab until what has the focus passes a test."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate(f"{FOCUS} return Boolean({test}); }}"):
            return
    raise AssertionError(test)


def typed(page: Page, words: str) -> None:
    page.focus("input[name=q]")
    page.keyboard.type(words)
    expect(page.locator("[role=option]").first).to_be_visible()


def test_the_first_tab_leads_past_the_head(sight: Sight) -> None:
    page = sight.open("agency")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_every_stop_shows_that_it_has_the_focus(sight: Sight) -> None:
    page = sight.open("home")
    for _ in range(25):
        page.keyboard.press("Tab")
        style, width = page.evaluate(
            "() => { const it = getComputedStyle(document.activeElement); return [it.outlineStyle, it.outlineWidth]; }"
        )
        assert style != "none"
        assert float(width.removesuffix("px")) >= 2


def test_suggestions_with_arrows_escape_and_enter(sight: Sight) -> None:
    page = sight.open("home")
    typed(page, "公安")
    field, options = page.locator("input[name=q]"), page.locator("[role=option]")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "?")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_value("公安")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/page/agency/" in page.url
    typed(page, "公安")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/search?q=" in page.url


def test_letters_that_are_still_composed_are_not_searched_for(sight: Sight) -> None:
    page = sight.open("home")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest" in request.url else None)
    page.focus("input[name=q]")
    session = page.context.new_cdp_session(page)
    for letters in ("g", "go", "gong", "gong'an"):
        session.send("Input.imeSetComposition", {"text": letters, "selectionStart": 7, "selectionEnd": 7})
        page.wait_for_timeout(160)  # longer than the pause after which it would ask
    assert asked == []
    session.send("Input.insertText", {"text": "公安"})
    expect(page.locator("[role=option]").first).to_be_visible()
    assert len(asked) == 1
    assert "gong" not in asked[0]


def test_a_table_is_sorted_by_its_headings(sight: Sight) -> None:
    page = sight.open("undertaking")
    tab_to(page, "it.matches('th:nth-child(3) > button')")
    page.keyboard.press("Enter")
    heading = page.locator("th[aria-sort]")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    page.keyboard.press("Space")
    expect(heading).to_have_attribute("aria-sort", "descending")


def test_an_edited_query_runs_and_tab_leaves_the_editor(sight: Sight) -> None:
    page = sight.open("table-question")
    page.locator(".sample summary").last.focus()
    tab_to(page, "it.matches('.cm-content')", 5)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")  # Chromium itself reports a style where typing replaces several lines
    page.keyboard.type("SELECT ?n { VALUES ?n { 4 ?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".answer-error")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.type("5")  # the editor has closed the braces
    page.keyboard.press("Control+Enter")
    expect(page.locator(".answer-grid td")).to_have_text(["4", "5"])
    sight.forgive("400 (Bad Request)")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.matches('form.editor button')")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate("() => Boolean(document.activeElement.closest('.editor-host'))")


def test_details_open_and_the_language_changes(sight: Sight) -> None:
    page = sight.open("document")
    tab_to(page, "it.matches('main summary')", 80)
    page.keyboard.press("Enter")
    expect(page.locator("main details[open]")).not_to_have_count(0)
    page.focus("input[name=q]")
    tab_to(page, "it.matches('.language')", 5)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "/page/document/" in page.url


def test_the_site_can_be_scrolled_sideways_where_a_table_is_wide(sight: Sight) -> None:
    page = sight.open("series-question", width=390)
    tab_to(page, "it.matches('.scroll')")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.scroll').scrollLeft > 0")

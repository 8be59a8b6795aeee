"""Without scripts the pages say the same, and their forms work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.sight import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from browser.sight import Sight

REMADE = {"sparql", "docs"}
"""Pages whose form or list an island replaces as a whole."""

SAID = """() => {
  const main = document.querySelector("main");
  const links = [...main.querySelectorAll("a[href]:not(.network-note a)")].map((it) => it.getAttribute("href"));
  return {
    rows: main.querySelectorAll("tbody tr").length,
    links: [...new Set(links)].sort(),
    charts: main.querySelectorAll("figure.chart svg").length,
    marks: [...main.querySelectorAll("mark")].map((it) => it.textContent),
  };
}"""


@pytest.mark.parametrize("name", [name for name in PAGES if name not in REMADE])
def test_a_page_says_the_same_without_scripts(sight: Sight, name: str) -> None:
    without = sight.open(name, scripts=False)
    assert without.locator("button[data-island=copy]:visible").count() == 0
    assert without.locator("figure.network:visible").count() == 0
    assert without.evaluate(SAID) == sight.open(name).evaluate(SAID)
    assert without.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_the_charts_and_marks_of_the_server_are_there(sight: Sight) -> None:
    metric = sight.open("metric", scripts=False)
    assert metric.locator("figure.chart > svg.chart path.number").count() == 2
    assert "超47万个" in metric.locator("figure.chart desc").first.inner_html()
    assert sight.open("series-question", scripts=False).locator("figure.chart > svg.chart").count() == 3
    assert sight.open("document", scripts=False).locator(".text mark").first.inner_text() == "1600余起"
    assert sight.open("claim", scripts=False).locator(".passage mark").first.inner_text() == "超47万个"


def searched(page: Page, words: str) -> list[str]:
    page.fill("input[name=q]", words)
    page.click("form[role=search] button")
    return page.locator("main li a").all_inner_texts()


def test_search_answers(sight: Sight) -> None:
    assert "临江市公安局" in searched(sight.open("home", scripts=False), "公安")
    english = sight.open("home", lang="en", scripts=False)
    assert "Linjiang Public Security Bureau" in searched(english, "security")
    assert english.locator("html").get_attribute("lang") == "en"


def test_a_question_answers_sorts_and_names_what_is_wrong(sight: Sight) -> None:
    page = sight.open("series-question", scripts=False)
    every = page.locator("table.answer tbody tr").count()
    page.fill("input[name=metric]", "接入泊位数")
    page.click("form.question button[type=submit]")
    assert 0 < page.locator("table.answer tbody tr").count() < every
    page.click("table.answer th a >> text=数值")
    assert page.locator("table.answer th[aria-sort]").count() == 1
    assert page.locator("input[name=metric]").first.input_value()
    page.fill("input[name=metric] >> nth=0", "没有的指标")
    with page.expect_navigation() as there:
        page.click("form.question button[type=submit]")
    assert there.value.status == 400
    assert page.locator("input[aria-invalid=true]").count() == 1
    assert "没有的指标" in page.locator(".entry .error").inner_text()
    sight.forgive("400 (Bad Request)")


def test_choosing_columns_shows_those(sight: Sight) -> None:
    page = sight.open("table-question", scripts=False)
    columns = page.locator("table.answer thead th").count()
    page.click("details.which summary")
    page.locator("input[name=columns]").first.uncheck()
    page.click("form.question button[type=submit]")
    assert page.locator("table.answer thead th").count() == columns - 1


def test_a_query_answers_from_both_of_its_forms(sight: Sight) -> None:
    page = sight.open("sparql", scripts=False)
    page.fill("textarea", "SELECT ?n { VALUES ?n { 1 2 3 } }")
    page.click("form.sparql button")
    assert page.locator("tbody td").all_inner_texts() == ["1", "2", "3"]
    question = sight.open("table-question", scripts=False)
    rows = question.locator("table.answer tbody tr").count()
    question.click("form.editor button >> nth=0")
    assert question.url.startswith(f"{sight.address}/sparql?")
    assert question.locator("tbody tr").count() == rows


def test_facets_and_details_open(sight: Sight) -> None:
    page = sight.open("findings", scripts=False)
    page.click(".facets a >> nth=0")
    assert page.locator(".facets a[aria-current]").count() == 1
    document = sight.open("document", scripts=False)
    document.click("summary >> nth=0")
    assert document.locator("details[open] table, details[open] .finding").first.is_visible()

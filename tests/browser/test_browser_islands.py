"""What scripts add: sorting, charts, the network, editors, copying; and what themes, prints and links do."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from browser.sight import Sight


def column(page: Page, number: int) -> list[str]:
    return page.locator(f"main table tbody tr td:nth-child({number})").all_inner_texts()


def test_a_table_sorts_by_words_and_by_number(sight: Sight) -> None:
    page = sight.open("undertaking")
    table = page.locator("table[data-island=table]")
    figures = table.locator("tbody td:nth-child(3)")
    before = figures.all_inner_texts()
    table.locator("thead th:nth-child(3) button").click()
    values = [float(it.get_attribute("data-value") or "nan") for it in figures.all()]
    assert values == sorted(values)
    assert figures.all_inner_texts() != before
    table.locator("thead th:nth-child(3) button").click()
    assert [float(it.get_attribute("data-value") or "nan") for it in figures.all()] == sorted(values, reverse=True)
    table.locator("thead th:nth-child(1) button").click()
    names = table.locator("tbody td:nth-child(1)").all_inner_texts()
    assert names == page.evaluate("(it) => it.sort(new Intl.Collator('zh-CN', { numeric: true }).compare)", names)
    assert table.locator("th[aria-sort]").count() == 1


def test_a_chart_takes_the_place_of_the_drawing(sight: Sight) -> None:
    page = sight.open("metric")
    figure = page.locator("figure.chart").first
    expect(figure.locator("> svg")).to_have_count(0)
    stage = figure.locator(".chart-stage")
    expect(stage.locator("svg")).to_have_count(1)
    assert "2 个数字" in (stage.get_attribute("aria-label") or "")
    words = stage.locator("svg text").all_text_contents()
    assert {"超47万个", "15.1万个"} <= set(words)


def test_a_bound_is_drawn_as_a_bracket(sight: Sight) -> None:
    """Of the two claims the one that is a bound, 超47万个, has ends that turn up; the other has none."""
    page = sight.open("metric")
    svg = page.locator("figure.chart .chart-stage svg").first
    lines = [it.get_attribute("d") or "" for it in svg.locator('path[stroke-width="2"]').all()]
    turned = [re.findall(r"-?[\d.]+", it) for it in lines]
    legs = [float(it[3]) - float(it[1]) for it in turned if len(it) == 8]
    assert len(lines) == 2
    assert len(legs) == 1
    assert legs[0] >= 4


def test_the_network_has_the_things_of_its_table(sight: Sight) -> None:
    page = sight.open("network")
    data = json.loads(page.locator("figure.network script").inner_text())
    things = set(column(page, 1)) | set(column(page, 3))
    assert {it["label"] for it in data["nodes"]} == things
    figure = page.locator("figure.network.drawn")
    assert figure.locator("canvas").count() > 0
    assert f"{len(things)} 个节点" in (figure.locator("[role=img]").get_attribute("aria-label") or "")
    drawn = figure.locator("canvas").last.evaluate(
        "(it) => new Set(it.getContext('2d').getImageData(0, 0, it.width, it.height).data).size"
    )
    assert drawn > 2
    figure.locator("button").first.click()


def test_yasgui_runs_a_query(sight: Sight) -> None:
    page = sight.open("sparql")
    page.locator(".yasgui-examples select").select_option(index=1)
    expect(page.locator(".yasqe .CodeMirror-code")).to_contain_text("SELECT")
    page.locator(".yasqe_queryButton").click()
    expect(page.locator(".yasr .dataTable tbody tr").first).to_be_visible()


def test_swagger_lists_the_questions(sight: Sight) -> None:
    page = sight.open("docs")
    paths = [it.replace("\u200b", "") for it in page.locator(".opblock-summary-path").all_inner_texts()]
    assert "/queries/claims-of-an-agency" in paths
    assert "/sparql" in paths
    page.locator("#operations-queries-promises-by-state button.opblock-summary-control").click()
    page.locator("#operations-queries-promises-by-state .execute").click()
    expect(
        page.locator(
            "#operations-queries-promises-by-state .live-responses-table td.response-col_status:not(.col_header)"
        )
    ).to_contain_text("200")


def test_copying(sight: Sight) -> None:
    page = sight.open("agency")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("button[data-island=copy]").click()
    expect(page.locator("button[data-island=copy]")).to_have_text("已复制")
    assert page.evaluate("() => navigator.clipboard.readText()") == "https://w3id.org/chengjidan/agency/临江市公安局"


def test_a_link_to_characters_lights_them_up(sight: Sight) -> None:
    page = sight.open("document", fragment="#char=117,123")
    target = page.locator(":target")
    expect(target).to_have_count(1)
    lit = page.locator(":target + a mark, :target + .anchor + a mark").first
    expect(lit).to_have_text("15.1万个")
    expect(lit).to_be_in_viewport()
    assert lit.evaluate("(it) => getComputedStyle(it).outlineStyle") == "solid"


def brightness(page: Page) -> float:
    colour = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3


def test_the_theme_is_that_of_the_reader(sight: Sight) -> None:
    page = sight.open("series-question", scheme="dark")
    assert brightness(page) < 60
    page.emulate_media(color_scheme="light")
    assert brightness(page) > 200


@pytest.mark.parametrize("name", ["agency", "document", "findings", "series-question", "network"])
def test_prints_have_the_content_and_no_controls(sight: Sight, name: str) -> None:
    page = sight.open(name, scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in ("header nav", ".search", ".language", ".facets", ".network", ".chips", "form.question"):
        assert page.locator(f"{hidden}:visible").count() == 0, hidden
    assert page.locator("h1").is_visible()
    assert brightness(page) == 255
    assert page.evaluate("() => getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    for scroll in page.locator(".scroll").all():
        assert scroll.evaluate("(it) => getComputedStyle(it).overflowX") == "visible"

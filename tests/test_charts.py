"""The drawings: bounds look like bounds, plans like plans, and every label can be read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.pages.charts import Point, intervals, sparkline
from kg.pages.names import Names
from kg.pages.scales import Values, Years, compact
from kg.pages.series import charts

if TYPE_CHECKING:
    from kg.session import KG

NUMBERS = st.none() | st.decimals(-(10**12), 10**12, places=2)


@st.composite
def points(draw: st.DrawFn) -> Point:
    start, end = sorted(draw(st.lists(st.dates(date(1990, 1, 1), date(2040, 12, 31)), min_size=2, max_size=2)))
    ends = [draw(NUMBERS), draw(NUMBERS)]
    if ends[0] is not None and ends[1] is not None:
        ends.sort()
    lower, upper = ends
    value = draw(st.sampled_from([lower, upper, None]))
    return Point(start, end, lower, upper, value, draw(st.booleans()), draw(st.text(max_size=30)))


def at(
    year: int, lower: int | None, upper: int | None, value: int | None, label: str = "", *, planned: bool = False
) -> Point:
    def number(it: int | None) -> Decimal | None:
        return None if it is None else Decimal(it)

    return Point(date(year, 1, 1), date(year, 12, 31), number(lower), number(upper), number(value), planned, label)


def number_path(svg: str) -> list[str]:
    return re.findall(r'<path class="number" d="([^"]*)"', svg)


@given(st.lists(points(), max_size=12), st.sampled_from(["zh", "en"]))
def test_every_drawing_is_well_formed_and_inside_its_box(drawn: list[Point], lang: str) -> None:
    drawn = [replace(it, label=re.sub(r"[^\w<>&\"' ]", "", it.label)) for it in drawn]
    for svg in (intervals(drawn, "<个&", lang), sparkline(drawn, lang)):
        if not any(it.stated is not None for it in drawn):
            assert svg == ""
            continue
        root = ET.fromstring(svg)  # noqa: S314 - what is parsed was made here
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        assert root.attrib["role"] == "img"
        assert root.findtext("{*}title") or root.findtext("title")
        assert "style" not in svg.replace("<desc>", "").split("</desc>")[1]
        for node in root.iter():
            for name in ("x", "y"):
                if name in node.attrib and node.tag == "text":
                    assert 0 <= float(node.attrib[name]) <= (width if name == "x" else height)


@given(st.lists(points(), max_size=8).flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(drawn))))
def test_the_bytes_do_not_depend_on_the_order(drawn: tuple[list[Point], list[Point]]) -> None:
    assert intervals(drawn[0], "个") == intervals(drawn[1], "个")
    assert sparkline(drawn[0]) == sparkline(drawn[1])


def test_a_bound_is_not_a_point() -> None:
    exact, least, most, about = (number_path(intervals([it], "个"))[0] for it in (
        at(2024, 100, 100, 100), at(2024, 100, 110, 100), at(2024, 90, 100, 100), at(2024, 90, 110, 100)
    ))  # fmt: skip
    assert re.fullmatch(r"M[\d.]+ [\d.]+H[\d.]+", exact)
    assert re.fullmatch(r"M[\d.]+ [\d.]+H[\d.]+", about)
    up = re.fullmatch(r"M[\d.]+ ([\d.]+)V([\d.]+)H[\d.]+v-([\d.]+)", least)
    down = re.fullmatch(r"M[\d.]+ ([\d.]+)V([\d.]+)H[\d.]+v([\d.]+)", most)
    assert up is not None
    assert float(up[1]) < float(up[2])
    assert down is not None
    assert float(down[1]) > float(down[2])


def test_a_bound_shows_where_its_interval_is_thinner_than_a_line() -> None:
    svg = intervals([at(2024, 1_000_000, 1_000_001, 1_000_000), at(2025, 1, 1, 1)], "个")
    assert 'class="band"' not in svg
    assert "v-4" in number_path(svg)[0]


@pytest.mark.parametrize(("lower", "upper"), [(450, None), (None, 30)])
def test_a_bound_without_an_end_fades_below_an_arrow(lower: int | None, upper: int | None) -> None:
    svg = intervals([at(2024, lower, upper, lower or upper)], "个")
    assert svg.count('class="fade"') == 3
    assert svg.count('class="arrow"') == 1
    assert 'class="fade"' not in intervals([at(2024, 1, 2, 1)], "个")


def test_a_plan_is_dashed() -> None:
    svg = intervals([at(2024, 5, 5, 5), at(2025, 9, 9, 9, planned=True)], "个")
    assert svg.count('class="claim planned"') == 1
    assert svg.count("stroke-dasharray") == 1


def test_labels_do_not_cover_each_other() -> None:
    svg = intervals([at(2020 + n, 100 + n, 100 + n, 100 + n, "一百二十三万余人次") for n in range(6)], "个")
    boxes = []
    for x, y, text in re.findall(r'<text class="value" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)<', svg):
        width = 11 * len(text)
        boxes.append((float(x) - width / 2, float(y) - 10, float(x) + width / 2, float(y) + 1))
    assert len(boxes) > 1
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        ("0", "0", "0"),
        ("9999", "9999", "10k"),
        ("470000", "47万", "470k"),
        ("123000000", "1.23亿", "123M"),
        ("2.5", "2.5", "2.5"),
    ],
)
def test_numbers_are_short_in_each_language(number: str, zh: str, en: str) -> None:
    assert compact(Decimal(number)) == zh
    assert compact(Decimal(number), "en") == en


def test_an_axis_is_round_and_starts_at_zero_where_that_is_honest() -> None:
    assert Values.of([Decimal(100), Decimal(730)], 0, 100).ticks == tuple(map(Decimal, (0, 200, 400, 600, 800)))
    assert Values.of([Decimal(448500), Decimal(480000)], 0, 100).ticks[0] == 440000
    assert Values.of([Decimal(5)], 0, 100).ticks[0] == 0
    assert Values.of([Decimal(-34), Decimal(12)], 0, 100).ticks == tuple(map(Decimal, (-40, -20, 0, 20)))
    assert Values.of([Decimal(0)], 0, 100).ticks[0] == 0


def test_years_are_labelled_as_far_as_there_is_room() -> None:
    few = Years.of([(date(2021, 5, 1), date(2023, 2, 1))], 0, 300)
    assert [year for _, year in few.labels] == [2021, 2022, 2023]
    assert few.x(date(2021, 1, 1)) == 0
    assert few.x(date(2023, 12, 31), ends=True) == 300
    assert len(Years.of([(date(1950, 1, 1), date(2025, 1, 1))], 0, 300).labels) <= 10


def test_series_part_what_does_not_compare(kg: KG) -> None:
    table = kg.ask("metric-series")
    found = charts(table, Names(kg.lexicon))
    assert found
    assert len({(it.name, it.note) for it in found}) == len(found)
    assert all(len(it.points) > 1 for it in found)
    assert charts(table.selected(["metric", "value"]), Names(kg.lexicon)) == []

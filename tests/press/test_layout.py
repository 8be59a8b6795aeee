"""The layout: what a line is on the page, and which lines are one sentence."""

from __future__ import annotations

import pytest

from loaders.press.layout import Block, Shape, blocks
from loaders.press.view import fold_text

CUT = "临江市水务局全年在沿江一带的各个街道和乡镇按照年初的安排先后新建和改造了各类泵站"
"""More than a heading has: a line that a break cuts."""


def laid_out(text: str) -> list[Block]:
    return list(blocks(fold_text(text)))


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ("一、守住水源", Shape.HEADING),
        ("市水务局:", Shape.HEADING),
        ("临江市全年新建泵站12座,改造管网30公里。", Shape.TEXT),
        ("● 新建泵站12座", Shape.BULLET),
        ("- 全年巡查河道三千余次,清理漂浮物", Shape.BULLET),
        ("▲新泵站一角", Shape.CAPTION),
        ("江边的新泵站 江一帆 摄", Shape.CAPTION),
        ("本报记者 江一帆 通讯员 林小舟", Shape.BYLINE),
        ("来源:临江日报", Shape.BYLINE),
        ("公益广告", Shape.BYLINE),
        ("(记者 江一帆 通讯员 林小舟)", Shape.BYLINE),
        ("2026-01-15 10:20 来源:临江日报 编辑:江一帆", Shape.BYLINE),
        ("来源:临江市水务局。2025年,全市新建泵站12座,改造管网30公里。", Shape.TEXT),
        ("全年新建泵站12座,改造管网30公里(数据来源:市水务局)。", Shape.TEXT),
        ("本报讯(记者 江一帆)2025年,临江市水务局新建泵站12座。", Shape.TEXT),
    ],
)
def test_the_shape_of_a_line(line: str, shape: Shape) -> None:
    (block,) = laid_out(line)
    assert block.shape is shape


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("一、守住水源", "守住水源"),
        ("(二)改造管网", "改造管网"),
        ("3.改造管网", "改造管网"),
        ("● 新建泵站12座", "新建泵站12座"),
        ("一是新建泵站12座,改造管网。", "新建泵站12座,改造管网。"),
        ("3.5公里管网", "3.5公里管网"),
        ("新建泵站", "新建泵站"),
        ("本报讯(记者 江一帆)临江市新建泵站12座。", "临江市新建泵站12座。"),
    ],
)
def test_the_mark_ends_where_the_words_begin(line: str, words: str) -> None:
    (block,) = laid_out(line)
    assert block.text[block.mark :] == words


def test_a_short_bullet_without_a_figure_is_a_heading() -> None:
    assert [block.shape for block in laid_out("■守住水源")] == [Shape.HEADING]


def test_a_sentence_that_a_line_break_cuts_is_one_block() -> None:
    (block,) = laid_out(f"{CUT}\n共计12座,改造管网30公里。")
    assert block.text == f"{CUT}共计12座,改造管网30公里。"


def test_a_caption_inside_a_sentence_is_a_block_of_its_own() -> None:
    text = f"{CUT}\n▲新泵站一角\n共计12座,改造管网30公里。"
    sentence, caption = laid_out(text)
    assert sentence.text == f"{CUT}共计12座,改造管网30公里。"
    assert (caption.shape, caption.text) == (Shape.CAPTION, "▲新泵站一角")


@pytest.mark.parametrize(
    "text",
    [
        "临江市水务局全年在沿江一带新建了各类泵站。\n改造管网30公里,修复堤岸。",
        "守住水源\n全年新建泵站12座,改造管网。",
        f"{CUT}\n一、共计12座,改造管网30公里。",
        f"{CUT}\n● 共计12座,改造管网30公里。",
    ],
)
def test_lines_that_are_no_halves_stay_apart(text: str) -> None:
    assert [block.text for block in laid_out(text)] == text.split("\n")


def test_blocks_find_their_way_back_to_the_text() -> None:
    text = "\n\n  守住水源\n　全年新建泵站１２座，改造管网。\n"
    heading, paragraph = laid_out(text)
    assert text[slice(*heading.view.span(0, 4))] == "守住水源"
    at = paragraph.text.index("12座")
    assert text[slice(*paragraph.view.span(at, at + 3))] == "１２座"


def test_no_block_is_long_and_nothing_is_lost() -> None:
    text = "新建泵站,改造管网;" * 700
    found = laid_out(text)
    assert max(len(block.text) for block in found) <= 2000
    assert "".join(block.text for block in found) == text
    assert all(block.text.endswith(("。", ";", ",", "、")) for block in found)


def test_an_empty_text_has_no_blocks() -> None:
    assert laid_out("") == laid_out(" \n\n\u3000") == []


def test_a_percentage_point_that_a_line_break_cuts_is_whole() -> None:
    (block,) = laid_out("全市各级窗口的群众满意率为99.1%,较上年提高0.6个百\n分点,居全省前列。")
    assert "0.6个百分点" in block.text


def test_a_table_of_bars_is_its_cells() -> None:
    rows = [block.text.split() for block in laid_out("| 项目 | 数量 |\n|---|---|\n| 泵站 | 12座 |")]
    assert rows == [["项目", "数量"], ["泵站12座"]]

"""The folded view: equal forms for equal meaning, and the way back to every character."""

from __future__ import annotations

import pytest

from loaders.press.view import fold_text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("３６０户，５％", "360户,5%"),
        ("新建泵站12萬餘臺", "新建泵站12万余台"),
        ("整治**2万**余起", "整治2万余起"),
        ("整\u200b治\ufeff12\u00ad件", "整治12件"),
        ("12. 8万条", "12.8万条"),
        ("12 .8万条", "12.8万条"),
        ("1 250户", "1250户"),
        ("新建 12 座", "新建12座"),
        ("新建12\n万余座", "新建12万余座"),
        ("比例为1∶4.2", "比例为1:4.2"),
        ('推进"净江"和"清河"', "推进“净江”和“清河”"),
    ],
)
def test_forms_that_mean_the_same_become_equal(text: str, folded: str) -> None:
    assert fold_text(text).text == folded


@pytest.mark.parametrize(
    "text",
    ["第一行\n第二行", "新建12\n座", "编号 A 7", "12, 30件", "5*6"],
)
def test_what_means_something_else_stays(text: str) -> None:
    assert fold_text(text).text == text


def test_quotes_open_and_close_on_each_line_anew() -> None:
    assert fold_text('"甲\n"乙"').text == "“甲\n“乙”"


@pytest.mark.parametrize("text", ["新建12座", "新建**１２**座", "新\u200b建 1 250 户，增长12. 8％", "", "**"])
def test_every_character_knows_its_offset(text: str) -> None:
    view = fold_text(text)
    assert len(view.offsets) == len(view.text)
    assert list(view.offsets) == sorted(set(view.offsets))
    for char, offset in zip(view.text, view.offsets, strict=True):
        assert fold_text(text[offset]).text == char


def test_a_span_covers_what_was_dropped_inside_it() -> None:
    text = "增长12. 8％以上"
    view = fold_text(text)
    start = view.text.index("12.8%")
    first, last = view.span(start, start + len("12.8%"))
    assert text[first:last] == "12. 8％"


def test_joined_stretches_keep_their_offsets() -> None:
    view = fold_text("**甲**乙丙丁")
    joined = view.joined([(0, 1), (2, 4)])
    assert joined.text == "甲丙丁"
    assert list(joined.offsets) == [2, 6, 7]
    assert joined.span(1, 3) == (6, 8)

"""Marks on a text: cut at every end, nothing lost, offsets in code points."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pages import TEXT, book

from loaders.review.marks import Mark, marks_of, paragraphs

_texts = st.text(st.sampled_from("字𠮷1。：■\n \t*\u200b\r") | st.characters(), max_size=60)
_sorts = st.sampled_from(["claim", "rejected", "agency", "period", "doubt"])
_marks = st.builds(
    lambda start, length, sort, number: Mark(start, start + length, sort, number),
    st.integers(0, 70), st.integers(1, 70), _sorts, st.integers(0, 3),
)  # fmt: skip


@given(_texts, st.lists(_marks, max_size=12, unique=True))
def test_the_pieces_are_the_text_and_lie_inside_or_outside_of_every_mark(text: str, marks: list[Mark]) -> None:
    lines = list(paragraphs(text, marks))
    assert ["".join(piece.text for piece in line.pieces) for line in lines] == [
        line for line in text.split("\n") if line.strip()
    ]
    for piece in (piece for line in lines for piece in line.pieces):
        assert piece.text == text[piece.start : piece.end]
        covering = {mark for mark in marks if mark.start < piece.end and piece.start < mark.end}
        assert set(piece.marks) == covering
        assert all(mark.start <= piece.start and piece.end <= min(mark.end, len(text)) for mark in covering)


def test_the_shortest_mark_of_a_sort_comes_first() -> None:
    long, short, other = Mark(0, 9, "claim", 1), Mark(2, 4, "claim", 2), Mark(2, 3, "agency")
    (line,) = paragraphs("0123456789", [long, short, other])
    assert [piece.mark("claim") for piece in line.pieces] == [long, short, short, long, None]
    assert [(piece.start, piece.end) for piece in line.pieces] == [(0, 2), (2, 3), (3, 4), (4, 9), (9, 10)]


def test_a_passage_that_many_claims_share_is_one_mark() -> None:
    marks = marks_of(book())
    assert len(marks) == len(set(marks))
    assert [TEXT[it.start : it.end] for it in marks if it.sort == "agency"] == ["市水务局："]
    assert [TEXT[it.start : it.end] for it in marks if it.sort == "markup"] == ["**", "**"]
    assert len([it for it in marks if it.sort == "claim"]) == 7


def test_lines_have_the_shape_that_the_extractor_sees() -> None:
    text = "云溪账单\n市水务局：\n新建管网46公里，群众出行更方便，城市排水能力明显提高。\n\n▲工人检修。\n编辑：江禾"
    lines = list(paragraphs(text, []))
    assert [line.shape for line in lines] == ["title", "heading", "text", "caption", "byline"]
    assert [line.apart for line in lines] == [False, False, False, True, False]
    assert list(paragraphs("", [Mark(0, 3, "claim", 1)])) == []

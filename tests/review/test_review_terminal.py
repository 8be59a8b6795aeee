"""The explanation on the terminal."""

from __future__ import annotations

import pytest
from pages import another, book, hostile
from rich.cells import cell_len

from loaders.press.rules import RULES
from loaders.review.terminal import explain


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [30, 80, 200])
def test_every_line_ends_and_fits(lang: str, width: int) -> None:
    lines = list(explain(book(), lang, colour=False, width=width))
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
    assert max(cell_len(line.rstrip("\n")) for line in lines) <= width
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_what_was_taken_and_why(lang: str) -> None:
    text = "".join(explain(book(), lang, colour=False, width=400))
    for number, taken in enumerate(book().claims, start=1):
        assert f"[{number}:{taken.claim.surface}]" in text
        for rule in taken.rules:
            assert f"({rule})" in text
            assert rule not in RULES or getattr(RULES[rule], lang) in text
    assert "~第七届~" in text
    assert f"{getattr(RULES['no.ordinal'], lang)} (no.ordinal)" in text
    assert "46 公里" in text
    assert {"zh": "近与成并用", "en": "both marks"}[lang] in text
    assert "云溪市水务局" in text
    assert {"zh": "牵头", "en": "leads"}[lang] in text


def test_colour_tells_claims_from_rejected_numbers() -> None:
    text = "".join(explain(book(), "zh", colour=True, width=400))
    assert "\x1b[1;34m[1:46公里]" in text
    assert "\x1b[2m~第七届~" in text


@pytest.mark.parametrize("colour", [False, True])
def test_no_text_commands_the_terminal(colour: bool) -> None:
    text = "".join(explain(hostile(), "zh", colour=colour, width=80))
    assert "\x1b[31m" not in text
    assert "\u202e" not in text
    text.encode()


def test_a_text_without_claims() -> None:
    text = "".join(explain(another(), "zh", colour=False, width=80))
    assert "没有数字的一段话。" in text
    assert "陈述 0" in text
    assert list(explain(book(), "zh", colour=False, width=1))

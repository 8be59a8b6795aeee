"""The whole way from text to extraction: what cannot be read is said, and the same text gives the same claims."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from helpers import ROOT
from readings import NOTHING, document, read

from kg.errors import UnreadableError
from kg.model import Review
from loaders.press.rules import RULES

TEXT = (
    "守住水源\n"
    "临江市水务局会同市教育局开展“净江”专项行动,２０２４年新建泵站**12**余座,同比增长12. 8％,占全省的三分之一。\n"
    "▲新泵站一角\n"
    "一级、二级泵站漏损量分别下降20%、5.1%,居全省第二位。明年将新建泵站30至50座。\n"
    "拨打12345反映情况。本报记者 江一帆"
)
SCRIPT = f"""
import sys
sys.path.insert(0, {str(ROOT / "tests" / "press")!r})
from readings import document, read
print(ascii(read(document({TEXT!r}))))
"""


def test_a_document_without_its_text_cannot_be_read() -> None:
    with pytest.raises(UnreadableError) as caught:
        read(replace(document(""), text=None))
    assert caught.value.file == "d"
    assert "没有原文" in str(caught.value)


@pytest.mark.parametrize("text", ["新建泵站\ud83c12座。", "\udfff"])
def test_a_text_with_lone_surrogates_cannot_be_read(text: str) -> None:
    with pytest.raises(UnreadableError, match="lone surrogates"):
        read(document(text))


def test_a_character_outside_the_basic_plane_is_no_surrogate() -> None:
    assert [taken.claim.surface for taken in read(document("🌾新建泵站12座。")).claims] == ["12座"]


@pytest.mark.parametrize("text", ["", "\n\n", "没有数字的句子。"])
def test_a_text_without_figures_yields_nothing(text: str) -> None:
    result = read(document(text))
    assert (result.claims, result.involvements, result.rejected, result.findings) == ((), (), (), ())


def test_every_surface_stands_where_its_passage_says() -> None:
    result = read(document(TEXT))
    assert len(result.claims) == 7
    for taken in result.claims:
        passage = taken.claim.passage
        assert TEXT[passage.start : passage.end] == taken.claim.surface
    for rejected in result.rejected:
        assert TEXT[rejected.passage.start : rejected.passage.end] == rejected.surface


def test_every_reason_can_be_explained() -> None:
    result = read(document(TEXT))
    rules = {rule for taken in result.claims for rule in taken.rules} | {it.rule for it in result.rejected}
    rules |= {finding.rule for finding in result.findings}
    assert rules <= RULES.keys()


def test_claims_are_in_the_order_of_the_text_and_nobody_has_decided_yet() -> None:
    claims = [taken.claim for taken in read(document(TEXT)).claims]
    starts = [claim.passage.start for claim in claims]
    assert starts == sorted(starts)
    assert {claim.review for claim in claims} == {Review.PROPOSED}
    assert {claim.reviewer for claim in claims} == {None}


def test_a_number_is_a_claim_or_has_a_reason_and_never_both() -> None:
    result = read(document(TEXT))
    taken = {taken.claim.passage for taken in result.claims}
    assert taken
    assert not taken & {rejected.passage for rejected in result.rejected}


def test_a_newline_at_the_end_changes_no_claim() -> None:
    without, within = read(document(TEXT)), read(document(f"{TEXT}\n"))
    assert without.claims == within.claims
    assert without.involvements == within.involvements
    assert without.rejected == within.rejected


def test_the_reading_is_the_extraction_without_its_reasons() -> None:
    result = read(document(TEXT), NOTHING)
    reading = result.reading()
    assert reading.claims == tuple(taken.claim for taken in result.claims)
    assert (reading.involvements, reading.findings) == (result.involvements, result.findings)
    assert reading.loader == "press"


def test_the_same_text_gives_the_same_whatever_the_hashes_are() -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    one, other = (run.communicate()[0] for run in runs)
    assert one == other
    assert "Taken(" in one

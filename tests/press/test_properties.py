"""Any text at all: an extraction never fails, every span holds its surface, and the same text yields the same."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wording import ill_worded

from kg.errors import KgError
from kg.model import Document
from kg.vocabulary import Vocabulary
from loaders.press import extract
from loaders.press.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.lexicon import Lexicon
    from kg.model import Passage
    from loaders.press.extraction import Extraction

_CARD = (
    "2025年，|1—9月|今年以来|“十四五”期间|截至11月底|较“十三五”时期|市公安局：\n|市水务局|江北区卫健局|"
    "临江市民政局牵头、会同|“净江”行动|《临江市供水办法》|“好停”平台|12345热线|第九届|全省首个|新建泵站|"
    "盗窃、抢劫案件|分别下降|同比增长|占全省|其中|均超|各建|合计|由|压缩至|居全省|将新建|1.2万余件|３６０户|"
    "近三百人次|12. 8万条|**2万**余起|18%、5.1%|7.5、4亿元|30至50个|七八百人|三分之一|三成半|翻两番|1∶4.2|"
    "6∶44∶50|8/10万|4.5‰|首位|前十|全部|全覆盖|零事故|数十场|若干|千余家|3.5个百分点|27微克/立方米|半年|两|余|多|"
    "近|万|亿|个|%|，|、|；|。|：|\n|\n\n|（|）|“|”|‘|’|《|》|- |● |①|▲|■|□|江一帆 摄\n|公益广告\n|\u3000| "
)
CARD = _CARD.split("|")
"""Fragments of report cards, made up: what rules look for, in any order."""

CHARACTERS = (
    "\u202e\u202c\u2066\u200b\u200d\ufeff\u00ad\u0301\u20e3\ufe0f\u2028\x85\x00\x1b\r\t😀🌾𠮷𪚥ㄅﷺ㎡㎞½⑽㈠Ⅷ㍻％．İßﬁ한ᄒ"
    "\ue000\U0010ffff〇○٣१¹壹廿卅萬億餘"
)
RUNS = [
    *(char * 80 for char in "9亿万余“）、第年一:*个%"),
    *(pair * 60 for pair in ("）（", "0.", "分之", "千百十", "1,", "“”", "、1")),
    f"{'1' * 60}.{'3' * 60}",
    "0000年00月",
    "99月99日",
    "2025年13月",
    "1—0月",
]
"""What folding, offsets and numerals stumble over: rare characters, and runs of one or two."""

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(CARD),
        st.sampled_from(CARD),
        st.sampled_from([*CHARACTERS, *RUNS]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
        st.decimals(0, 10**9, places=2).map(str),
    ),
    max_size=40,
).map("".join)

DOCUMENTS = st.builds(
    lambda text, published, place, agencies: Document(
        id="any",
        title="试题",
        publisher="临江日报",
        published=published,
        place=place,
        agencies=agencies,
        length=len(text),
        text=text,
    ),
    TEXTS,
    st.sampled_from(["2026-01", "2025-12-09", "2024-02-29", "2025-06"]),
    st.sampled_from(["临江市", "江北区", "临江市江北区", "云山省", "临江县"]),
    st.sampled_from([(), ("临江市公安局",), ("临江市公安局", "临江市水务局")]),
)


@cache
def lexicon() -> Lexicon:
    return Vocabulary().lexicon


def read(document: Document) -> Extraction:
    return extract(document, lexicon())


def passages(extraction: Extraction) -> Iterator[Passage]:
    """Every passage that an extraction names."""
    for taken in extraction.claims:
        yield taken.claim.passage
        yield from taken.claim.stated_in.values()
    for part in (extraction.involvements, extraction.rejected):
        yield from (item.passage for item in part)
    for finding in extraction.findings:
        yield from finding.passages


@settings(max_examples=300)
@given(DOCUMENTS)
def test_every_span_holds_its_surface(document: Document) -> None:
    text, extraction = document.text or "", read(document)
    for passage in passages(extraction):
        assert passage.document == document.id
        assert 0 <= passage.start < passage.end <= len(text)
    for taken in extraction.claims:
        assert text[taken.claim.passage.start : taken.claim.passage.end] == taken.claim.surface
    for rejected in extraction.rejected:
        assert text[rejected.passage.start : rejected.passage.end] == rejected.surface
    for finding in extraction.findings:
        if finding.quote and finding.passages:
            assert finding.quote in {text[passage.start : passage.end] for passage in finding.passages}


@settings(max_examples=200)
@given(DOCUMENTS)
def test_what_is_found_is_well_formed(document: Document) -> None:
    extraction = read(document)
    claims = [taken.claim for taken in extraction.claims]
    spans = [claim.passage for claim in claims]
    assert spans == sorted(spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for claim in claims:
        assert claim.value is None or claim.value.is_finite()
        assert claim.interval is None or claim.interval.lower is None or claim.interval.lower.is_finite()
        assert claim.period.start <= claim.period.end
        assert claim.unit
        assert claim.place
        assert claim.part_of is None or claim.part_of in {span.start for span in spans} - {claim.passage.start}
    for part in (extraction.involvements, extraction.rejected):
        starts = [item.passage.start for item in part]
        assert starts == sorted(starts)
    assert not any(overlaps(rejected.passage, span) for rejected in extraction.rejected for span in spans)


@settings(max_examples=200)
@given(DOCUMENTS)
def test_a_metric_is_a_noun_phrase(document: Document) -> None:
    assert not [fault for taken in read(document).claims for fault in ill_worded(taken.claim)]


@given(DOCUMENTS)
def test_every_decision_names_its_rules(document: Document) -> None:
    extraction = read(document)
    named = {rule for taken in extraction.claims for rule in taken.rules}
    named |= {rejected.rule for rejected in extraction.rejected}
    named |= {finding.rule for finding in extraction.findings}
    assert named <= RULES.keys()
    assert all(taken.rules for taken in extraction.claims)


@given(DOCUMENTS)
def test_the_same_text_yields_the_same(document: Document) -> None:
    assert read(document) == read(document)


@pytest.mark.parametrize("surrogate", [0xD800, 0xD83D, 0xDFFF])
def test_lone_surrogates_are_refused(surrogate: int) -> None:
    text = f"2025年，新建泵站{chr(surrogate)}12座。"
    document = Document("any", "试题", "临江日报", "2026-01", "临江市", length=len(text), text=text)
    with pytest.raises(KgError):
        read(document)


@pytest.mark.parametrize("text", ["", "\n", " \u3000\n\n", "\ufeff", "\x00"])
def test_nothing_yields_nothing(text: str) -> None:
    extraction = read(Document("any", "试题", "临江日报", "2026-01", "临江市", length=len(text), text=text))
    assert not extraction.claims
    assert not extraction.involvements
    assert not extraction.rejected


def overlaps(one: Passage, other: Passage) -> bool:
    return one.start < other.end and other.start < one.end

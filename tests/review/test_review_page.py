"""The review page: one safe file that says everything, with links that lead somewhere."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import replace
from urllib.parse import unquote

import pytest
from pages import TEXT, Page, another, book, hostile

from kg.model import Passage
from loaders.press.extraction import Extraction
from loaders.press.rules import RULES
from loaders.review.page import review_page

_POLICY = "Content-Security-Policy"


def pages(lang: str = "zh", *extractions: Extraction) -> tuple[str, Page]:
    html = review_page(extractions or (book(),), lang)
    return html, Page(html)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("extractions", [(book(),), (book(), another()), (hostile(),), (another(),), ()])
def test_it_is_one_safe_file(lang: str, extractions: tuple[Extraction, ...]) -> None:
    html = review_page(extractions, lang)
    page = Page(html)
    assert page.open == []
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"link", "img", "iframe", "object", "embed", "base", "b>"}
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in {"src", "action", "style", "srcdoc"}}
    assert all(it["href"].startswith("#") for it in page.having("href"))
    assert "url(" not in html
    assert "@import" not in html
    assert html == review_page(extractions, lang)
    html.encode()


@pytest.mark.parametrize("extraction", [book(), hostile()])
def test_the_policy_names_every_style_and_script_by_its_hash(extraction: Extraction) -> None:
    html = review_page([extraction], "zh")
    (policy,) = (it["content"] for it in Page(html).having("http-equiv") if it["http-equiv"] == _POLICY)
    assert policy.startswith("default-src 'none'")
    parts = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", html, re.DOTALL)
    assert len(parts) == 3
    for part in parts:
        assert f"'sha256-{b64encode(hashlib.sha256(part.encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy


def test_the_script_uses_nothing_that_reaches_out_or_makes_code_of_text() -> None:
    html, _ = pages()
    script = "".join(re.findall(r"<script>(.*?)</script>", html, re.DOTALL))
    for word in ("fetch", "XMLHttp", "import(", "eval", "innerHTML", "document.write", "WebSocket", "http"):
        assert word not in script


@pytest.mark.parametrize("extractions", [(book(),), (book(), another())])
def test_ids_are_unique_and_every_link_leads_to_one(extractions: tuple[Extraction, ...]) -> None:
    _, page = pages("zh", *extractions)
    ids = [it["id"] for it in page.having("id")]
    assert len(ids) == len(set(ids))
    assert {unquote(it["href"]).removeprefix("#") for it in page.having("href")} <= set(ids)


def test_the_text_stands_as_it_is() -> None:
    _, page = pages()
    assert page.lines == [line for line in TEXT.splitlines() if line]


def test_offsets_are_code_points() -> None:
    html, page = pages()
    at = {tuple(map(int, it["data-at"].split(","))) for it in page.having("data-at")}
    for start, end in at:
        assert TEXT[start:end]
        assert "\n" not in TEXT[start:end]
    start = TEXT.index("近三成")  # behind a character beyond the BMP
    assert f'id="char={start},{start + 3}"' in html
    assert (start + 1, start + 3) in at  # the passage of the finding cuts the claim


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_claim_is_there_with_its_reasons(lang: str) -> None:
    html, page = pages(lang)
    cards = page.of_class("card")
    assert len(cards) == len(book().claims)
    for card, taken in zip(cards, book().claims, strict=True):
        span = taken.claim.passage
        assert card["data-passage"] == f"{span.start},{span.end}"
        assert card["data-fragment"] == f"char={span.start},{span.end}"
        assert card["data-review"] == taken.claim.review
        for rule in taken.rules:
            assert f"<code>{rule}</code>" in html
            assert rule not in RULES or getattr(RULES[rule], lang) in page.words
    assert cards[0]["data-atagency"] == "10,15"
    assert cards[1]["data-whole"] == "1"
    assert (cards[5]["data-note"], cards[5]["data-review"]) == ("无误", "confirmed")
    assert [bool(card.get("data-doubt")) for card in cards] == [True, True, True, False, True, True, True]
    assert cards[2]["data-doubt"].split() == ["doubt", "provisional"]


def test_claims_and_rejected_numbers_are_links_with_what_they_are() -> None:
    _, page = pages()
    claims = page.of_class("claim")
    assert {it["href"] for it in claims} == {f"#c{number}" for number in range(1, 8)}
    assert {"k-level", "k-change", "k-rate", "k-rank"} <= {name for it in claims for name in it["class"].split()}
    assert claims[0]["title"] == "新建雨水管网 46 公里"
    rejected = [it for it in page.of_class("rejected") if "title" in it]
    assert {it["title"] for it in rejected} == {RULES["no.ordinal"].zh, "no-such-rule"}
    starts = [it for it in claims if "tabindex" not in it]
    assert len(starts) == 7  # one stop of the keyboard for each, however many pieces


def test_involvements_rejections_and_doubts_are_listed() -> None:
    _, page = pages("en")
    words = " ".join(page.words.split())
    assert "云溪市水务局 leads 清河节" in words
    assert RULES["no.ordinal"].en in words
    assert "no-such-rule" in words
    assert "近与成并用" in words
    assert "both marks" in words
    assert [it["data-passage"] for it in page.having("data-sort") if it["data-sort"] == "undertaking"] == [
        f"{TEXT.index('清河节')},{TEXT.index('清河节') + 3}"
    ]


def test_filters_offer_what_there_is_with_counts() -> None:
    _, page = pages()
    assert "云溪市水务局 (6)" in page.words
    assert "未指明组织 (1)" in page.words
    assert "计划 (1)" in page.words
    assert "倍数 (" not in page.words


def test_several_documents_are_told_apart() -> None:
    html, page = pages("zh", book(), another())
    sheets = page.of_class("sheet")
    assert [it["data-document"] for it in sheets] == ["book", "second"]
    assert page.of_class("card")[0]["data-fragment"].startswith("book:char=")
    assert 'id="book:char=' in html
    assert len({it["data-key"] for it in sheets}) == 2


def test_decisions_are_kept_by_document_and_text() -> None:
    changed = replace(book(), document=replace(book().document, text=f"{TEXT}。"))
    keys = [pages("zh", it)[1].of_class("sheet")[0]["data-key"] for it in (book(), book(), changed)]
    assert keys[0] == keys[1] != keys[2]


def test_a_text_that_is_not_at_hand_and_passages_outside_of_it_break_nothing() -> None:
    without = replace(book(), document=replace(book().document, text=None))
    html, page = pages("en", without)
    assert "not at hand" in html
    assert len(page.of_class("card")) == 7
    far = replace(book().rejected[0], passage=Passage("book", 10**6, 10**6 + 3))
    assert "10" in review_page([replace(book(), rejected=(far,))], "zh")


def test_many_claims_are_all_there() -> None:
    many, length = 40, len(TEXT)
    claims = tuple(
        replace(it, claim=replace(it.claim, passage=Passage("book", at.start + turn * length, at.end + turn * length)))
        for turn in range(many)
        for it in book().claims
        for at in (it.claim.passage,)
    )
    long = replace(book(), document=replace(book().document, text=TEXT * many), claims=claims)
    page = review_page([long], "zh")
    assert page.count('class="card ') == len(claims) == 280

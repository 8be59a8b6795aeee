"""Saved web pages: the article found on pages of several sorts, and what is not the article left out."""

from __future__ import annotations

import quopri
import time
from pathlib import Path

import pytest
from made_files import ARTICLE, LINES, NAV, PAGES, TITLE, page

from kg.errors import UnreadableError
from loaders.acquire.page import read_archive, read_page

PATH = Path("网页.html")
LONG = "临江市城市管理局全年整修井盖4260座，同比增长12.5%，群众满意率96.8%。"


def read(body: str, head: str = "") -> str:
    return read_page(page(body, head).encode(), PATH).text


@pytest.mark.parametrize("sort", PAGES)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_the_article_is_found_whole_and_alone(sort: str, encoding: str) -> None:
    acquired = read_page(PAGES[sort].encode(encoding), PATH)
    assert acquired.text == ARTICLE
    assert (acquired.title, acquired.published, acquired.medium) == (TITLE, "2026-01-15", "html")
    assert [finding.rule for finding in acquired.findings] == ["page-parts-dropped"]


def test_an_archive_of_a_browser_is_its_page() -> None:
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n"
    body = quopri.encodestring(PAGES["government"].encode())
    data = head + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + body + b"\r\n--b--\r\n"
    assert read_archive(data, PATH).text == ARTICLE
    with pytest.raises(UnreadableError):
        read_archive(b"Content-Type: text/plain\r\n\r\n" + body, PATH)
    with pytest.raises(UnreadableError):
        read_archive(b"Content-Type: message/rfc822\r\n\r\n" * 3000, PATH)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>{LONG}</p><p>打印社保凭证1.2万份。</p>", f"{LONG}\n打印社保凭证1.2万份。"),
        (f"<p>{LONG}<br>其中<del></del>新增\n 3\n座</p>", f"{LONG}\n其中新增3座"),
        (f"<p>{LONG}</p><pre>一\n二<b>三</b>\n四</pre>", f"{LONG}\n一\n二三\n四"),
        (f"<p>{LONG}</p><p>two\n words &amp;&nbsp;\u200b more&#65279;</p>", f"{LONG}\ntwo words & more"),
        (f"<div><p>{LONG}</p></div><div><ul><li>示范街21条</li></ul></div>", f"{LONG}\n示范街21条"),
        (f"<table><tr><td>甲<p>乙<td>丙<tr><td>指标<td><td>3</table>{LONG}", f"甲\n乙\n丙\n指标\t\t3\n{LONG}"),
        (f"<p>临江市<a href='/k'>城管局</a>{LONG}</p><p><a>相关链接标题</a></p>", f"临江市城管局{LONG}"),
        (f"<p>{LONG}</p><p>姓　名</p>　<div hidden>{LONG}</div>", f"{LONG}\n姓　名"),
    ],
)
def test_lines_are_what_a_reader_sees(body: str, expected: str) -> None:
    assert read(body) == expected


def test_a_page_without_an_article_is_kept_with_a_warning() -> None:
    acquired = read_page("<p>公告</p><a>附件</a>".encode(), PATH)
    assert acquired.text == "公告\n附件"
    assert [finding.rule for finding in acquired.findings] == ["article-not-found"]


def test_a_short_article_among_teasers_is_found() -> None:
    teasers = "".join(f"<div><a>某条要闻的标题{n}</a><p>这是要闻的摘要，共{n}个方面内容。</p></div>" for n in range(9))
    body = f"{NAV}<div><h1>{TITLE}</h1><div>{LINES[0]}</div></div><div>{teasers}</div>"
    assert read(body, f"<title>{TITLE}</title>") == f"{TITLE}\n{LINES[0]}"


def test_a_second_headline_belongs_to_the_article_and_a_column_does_not() -> None:
    head = "<title>临江市城管局晒出成绩单 - 临江新闻网</title>"
    title = "<h1>临江市城管局晒出成绩单</h1>"
    assert read(f"{title}<h2>——年终盘点</h2><div>{LONG}</div>", head) == f"临江市城管局晒出成绩单\n——年终盘点\n{LONG}"
    assert read(f"{title}{'<p>栏目</p>' * 9}<div>{LONG}</div>", head) == f"临江市城管局晒出成绩单\n{LONG}"


@pytest.mark.parametrize(
    ("meta", "published"),
    [
        ("<meta property='article:published_time' content='2026-01-08T10:00:00+08:00'>", "2026-01-08"),
        ("<meta name='publishdate' content='20260108'>", "2026-01-08"),
        ("<meta name='PubDate' content='2026年1月'>", "2026-01"),
        ("<meta name='PubDate' content='2026-02-30'><meta name='date' content='2026/2/3'>", "2026-02-03"),
        ("<meta name='PubDate' content='昨天'>", None),
    ],
)
def test_the_date_is_a_day_or_a_month(meta: str, published: str | None) -> None:
    assert read_page(page(f"<p>{LONG}2025年12月1日起施行。</p>", meta).encode(), PATH).published == published


@pytest.mark.parametrize("body", ["<div>" * 5000, "<p " + " ".join(f"a{n}=b" for n in range(9000)), "<!--", ""])
def test_hostile_pages_are_refused(body: str) -> None:
    with pytest.raises(UnreadableError):
        read_page(body.encode(), PATH)


def test_time_grows_with_length() -> None:
    for body in ("<p>" + " " * 300_000 + "字", "评论(" * 30_000, "1" * 300_000, "<tr>" * 20_000, "2025年，" * 60_000):
        start = time.perf_counter()
        read(f"{LONG}{body}")
        assert time.perf_counter() - start < 5

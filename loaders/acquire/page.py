"""Saved web pages: the article's lines, its title and its date, without what the site puts around them.

A page is first laid out as lines; then the part of it is taken whose lines read like sentences and not like links.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

from lxml import etree

from kg.errors import UnreadableError
from kg.model import Finding, Location, Severity
from loaders.acquire.acquired import Acquired
from loaders.acquire.article import Part, find_article
from loaders.acquire.encoding import decode_page
from loaders.acquire.lines import Line, Lines

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_archive", "read_page"]

_DROPPED = frozenset((
    "head", "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "button", "select",
    "textarea", "nav", "footer", "aside", "audio", "video", "canvas",
))  # fmt: skip
_BLOCKS = frozenset((
    "address", "article", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "form", "founder-content", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "li", "main", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ucapcontent", "ul",
))  # fmt: skip
_UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)  # many a page goes on after its end, which parsers do not
_LONG_TAG = re.compile(r"<[a-z][^<>]{8192,}", re.IGNORECASE)
_ATTRIBUTES = 2000  # the most that a tag may have: the parser takes the square of their number
_STARTS = {"tr": Lines.start_row, "td": Lines.start_cell, "th": Lines.start_cell}
_ENDS = {"tr": Lines.end_row}
_TITLES = ("articletitle", "og:title", "twitter:title")
_LONGEST_TITLE = 300  # characters
_DATES = (
    "pubdate", "publishdate", "publish-date", "article:published_time", "publish_time", "publishtime",
    "datepublished", "dc.date", "date", "time",
)  # fmt: skip


def read_page(data: bytes, path: Path) -> Acquired:
    """The article of a page. Raises UnreadableError for an unknown encoding and where there is no text."""
    markup, encoding, findings = decode_page(data, path)
    root = _tree(markup, path)
    said = _said(root)
    titles = [said[name][:_LONGEST_TITLE] for name in (*_TITLES, "") if said.get(name)]
    dates = [said[name] for name in _DATES if said.get(name)]
    lines, parts = _laid_out(root)
    article = find_article(lines, parts, titles, dates)
    shape = (
        Finding(
            Severity.INFO if article.found else Severity.WARNING,
            "page-parts-dropped" if article.found else "article-not-found",
            f"网页共 {len(lines)} 行，取正文 {len(article.kept)} 行"
            if article.found
            else "网页里没有成段的正文，所有文字都保留",
            f"kept the article's {len(article.kept)} lines of the page's {len(lines)}"
            if article.found
            else "the page has no article in sentences: all of its text is kept",
            location=Location(path.name),
        ),
    )
    return Acquired("\n".join(article.kept), article.title, article.published, "html", encoding, findings + shape)


def read_archive(data: bytes, path: Path) -> Acquired:
    """The first page of an MHTML archive, as browsers save them."""
    try:
        parts = list(email.message_from_bytes(data, policy=email.policy.compat32).walk())
    except RecursionError as error:  # parts within parts within parts
        raise UnreadableError("嵌套过深", "is nested too deeply", file=path) from error
    for part in parts:
        body = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(body, bytes):
            return read_page(body, path)
    raise UnreadableError("没有网页", "holds no page", file=path)


def _tree(markup: str, path: Path) -> etree._Element:
    if any(len(tag[0].split()) > _ATTRIBUTES for tag in _LONG_TAG.finditer(markup)):
        raise UnreadableError("有过长的标签", "has a tag of excessive length", file=path)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(_END.sub("", markup).encode(), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"不是网页：{error.msg}", f"is no page: {error.msg}", file=path) from error
    if root is None:
        raise UnreadableError("不是网页", "is no page", file=path)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise UnreadableError("嵌套过深", "is nested too deeply", file=path)
    return root


def _said(root: etree._Element) -> dict[str, str]:
    """What the page says of itself: its meta tags by name, the first time it names, and its title as ``""``."""
    said: dict[str, str] = {}
    for element in root.iter("meta", "time"):
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        content = element.get("content") or element.get("datetime") or ""
        said.setdefault(name.lower() or element.tag, " ".join(content.split()))
    said[""] = " ".join("".join(root.findtext(".//title") or "").split())
    return said


def _laid_out(root: etree._Element) -> tuple[list[Line], list[Part]]:
    """The lines of the page's body, and its parts, each with the lines that it spans."""
    lines = Lines()
    parts: list[Part] = []
    inside: list[Part] = []
    within: Counter[str] = Counter()
    walk = etree.iterwalk(root, ("start", "end"))
    for event, element in walk:
        tag = str(element.tag)
        starts = event == "start"
        within[tag] += 1 if starts else -1
        if tag in _BLOCKS:
            (_STARTS if starts else _ENDS).get(tag, Lines.end)(lines)
            if starts:
                inside.append(Part(tag, f"{element.get('id', '')} {element.get('class', '')}", len(lines.done)))
                parts.append(inside[-1])
            else:
                _close(inside.pop(), parts, len(lines.done))
        if not starts:
            _add(lines, element.tail, within)
        elif tag in _DROPPED or element.get("hidden") is not None or _UNSEEN.search(element.get("style", "")):
            walk.skip_subtree()
        else:
            _add(lines, element.text, within)
    return lines.done, parts


def _close(part: Part, parts: list[Part], end: int) -> None:
    """Set the end of a part, and that of what lies within it: the cells of a row may have become one line."""
    part.end = end
    if part.tag == "tr":
        for inner in takewhile(lambda inner: inner is not part, reversed(parts)):
            inner.start, inner.end = min(inner.start, end), min(inner.end, end)


def _add(lines: Lines, text: str | None, within: Counter[str]) -> None:
    """Text of the page, whose own line ends count within `pre` alone."""
    first, *more = (text or "").split("\n") if within["pre"] else [text]
    lines.add(first, linked=within["a"] > 0)
    for piece in more:
        lines.end()
        lines.add(piece, linked=within["a"] > 0)

"""Which lines of a page are its article, and what its title and its date are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loaders.acquire.lines import Line

__all__ = ["Article", "Part", "find_article"]

_SENTENCE = re.compile(r"[，。；！？,;]")
_SHORTEST = 12  # characters of a line that can be a sentence
_LINK = 5  # what a line that is a link costs
_LINKED = 3  # and what each of its characters does: a headline with a teaser is worth nothing
_LONG = 40  # characters of a sentence that is no link's label though it is linked
_WHOLE = 0.7  # a part with so much of the page's sentences is no furniture, whatever its name
_NAMED = 20  # characters in sentences that make a part with an article's name the article
_SHARE = 0.3  # of what the best part is worth, that such a part must be
_TITLE = 4  # characters of a line that can be a headline
_LONG_TITLE = 8  # characters of a title that one finds within a line
_BETWEEN = 6  # lines between the headline and the article that may belong to it: a kicker, a second headline
_SITE = re.compile(r"[_|]| - |--|——")  # what sets a title apart from the name of its site
_GAP = re.compile(r"\s+")
_NO_ARTICLES = frozenset(("br", "caption", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "option", "p", "tr"))
_ARTICLE_TAGS = ("founder-content", "ucapcontent")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_FURNITURE = frozenset((
    "ad", "ads", "advert", "aside", "banner", "bdshare", "bdsharebuttonbox", "breadcrumb", "breadcrumbs", "comment",
    "comments", "copyright", "crumb", "crumbs", "erweima", "ewm", "foot", "footer", "hot", "login", "menu", "nav",
    "next", "pager", "pagination", "pinglun", "position", "prenext", "prev", "qrcode", "rank", "ranking",
    "recommend", "related", "relation", "search", "share", "sidebar", "tags", "toolbar", "tuijian", "xgxw", "xgyd",
))  # fmt: skip
_ARTICLES = re.compile(
    r"(?:^| )(?:ucap-?content|trs_editor|trs_ueditor|custom_unionstyle|pages_content|js_content|artibody|ozoom|zoom"
    r"|article-?(?:content|body|text|con)|(?:content|detail|news)-?(?:article|text|content|body)|arti_content|rm_txt_con"
    r"|main-?text|post_body|mainContent|endText|view-content|bmnr_con|xxgk_con|zwcontent|textcontent)(?= |$)",
    re.IGNORECASE,
)
_DIGIT, _CHINESE = re.compile(r"[0-9]"), re.compile(r"[\u4e00-\u9fff]")
_ABOUT = re.compile(  # the line under a headline
    r"(?:发布|发表|更新|发稿|成文)(?:时间|日期)[:：]|时间[:：]\s*20[0-9]{2}-|(?:来\s?源|稿源|作者|编辑|责编)[:：]|【?字[体号][:：]"
    r"|(?:浏览|点击|阅读|访问)(?:次数|量|数)?[:：]?\s*[0-9]*\s*次?$"
    r"|20[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?(?:[\sT]*[0-9]{1,2}:[0-9]{2}|\s*(?:星期.\s*)?$)"
)
_NOISE = re.compile(
    r"\W*+(?:(?:字[体号]|[大中小]|默认|打印(?:本页|此页|本文)?|关闭(?:窗口|本页)?|收藏|分享到?|微信|微博|朋友圈"
    r"|QQ空间|Qzone|返回(?:顶部|首页)?|图集|关注|评论\W*[0-9]*|我要跟帖|已输入0字)\W*+)++"
    r"|\W*(?:责任编辑|责编|编辑|审核|校对|初审|终审|(?:本文)?来源|稿源)[:：|][^，。；！？]{0,40}"
    r"|\W*(?:(?:相关|延伸|推荐)(?:阅读|链接|新闻|文章|报道)|[上下]一[篇页]|阅读原文)[^。；！？]{0,60}"
    r"|\W*(?:版权|免责|特别)声明[:：].{0,200}"
    r"|点击(?:蓝字|上方|下方|关注).{0,16}|.{0,8}关注.{0,12}公众号[^，。]{0,16}|扫一扫[^，。]{0,8}(?:手机|二维码)[^，。]{0,12}"
    r"|.{0,80}(?:ICP备|公网安备|版权所有|网站标识码|位访问者|Copyright).{0,120}",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(20[0-9]{2})(?:[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2})(?![0-9]))?|([01][0-9])([0-3][0-9])(?![0-9]))"
)


@dataclass(slots=True)
class Part:
    """A block of a page: its tag, its id and class, and the lines that it spans."""

    tag: str
    names: str
    start: int
    end: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """The lines that make the article; `found` is False where nothing on the page reads like one."""

    kept: list[str]
    title: str | None
    published: str | None
    found: bool


def find_article(lines: Sequence[Line], parts: Sequence[Part], titles: Sequence[str], dates: Iterable[str]) -> Article:
    """The article of a page laid out as lines, with its headline before it where the page prints one.

    `titles` and `dates` are what the page says of itself, the best first; both may be nothing.
    """
    furniture = _furniture(lines, parts)
    worth = [-_LINK if index in furniture else _worth(line) for index, line in enumerate(lines)]
    start, end = _best(parts, worth)
    found = any(value > 0 for value in worth[start:end])
    if not found:
        start, end = 0, len(lines)
    body = next((index for index in range(start, end) if worth[index] > 0), start)
    headline = _headline(lines[: body + 1], titles, start)
    first = min([start, *headline])
    if body in headline:
        body = next((index for index in range(headline[-1] + 1, end) if worth[index] > 0), headline[-1] + 1)
    head = [index for index in range(first, body) if index in headline or not _ABOUT.search(lines[index].text)]
    if sum(index < start for index in head) > len(headline) + _BETWEEN:
        head = [index for index in head if index >= start or index in headline]
    kept = [
        lines[index].text
        for index in [*head, *range(body, end)]
        if index in headline or not found or (worth[index] >= 0 and not _NOISE.fullmatch(lines[index].text))
    ]
    named = "".join(lines[index].text for index in headline) or _SITE.split("".join(titles[:1]))[0].strip()
    around = [*lines[first:body], *reversed(lines[max(0, first - _BETWEEN) : first])]
    published = next(
        (day for day in map(_day, [*dates, *(line.text for line in around if _ABOUT.search(line.text))]) if day), None
    )
    return Article(kept, named or None, published, found)


def _worth(line: Line) -> int:
    """What a line says for its being part of the article: sentences do, figures a little, links speak against it."""
    sentence = len(line.text) >= _SHORTEST and _SENTENCE.search(line.text) is not None
    if line.linked * 2 > len(line.text) and not (sentence and len(line.text) > _LONG):
        return -_LINKED * line.linked - _LINK
    if _NOISE.fullmatch(line.text):
        return -_LINK
    return len(line.text) if sentence else int(_is_figure(line.text))


def _is_figure(text: str) -> bool:
    return bool(_DIGIT.search(text) and _CHINESE.search(text) and not _ABOUT.search(text))


def _furniture(lines: Sequence[Line], parts: Sequence[Part]) -> set[int]:
    """The lines of parts that are named as navigation, sharing, comments and the like."""
    sums = [0, *accumulate(max(0, _worth(line)) for line in lines)]
    found: set[int] = set()
    last = 0
    for part in parts:
        words = {word.lower() for word in _WORD.findall(part.names)}
        if part.end > last and words & _FURNITURE and sums[part.end] - sums[part.start] < _WHOLE * sums[-1]:
            found.update(range(part.start, part.end))
            last = part.end
    return found


def _best(parts: Sequence[Part], worth: Sequence[int]) -> tuple[int, int]:
    """The smallest part that is worth most; one that is named as an article goes before."""
    sums = [0, *accumulate(worth)]

    def value(part: Part) -> tuple[int, int]:
        return sums[part.end] - sums[part.start], part.start - part.end

    best = max((part for part in parts if part.tag not in _NO_ARTICLES), key=value, default=Part("", "", 0, len(worth)))
    named = [part for part in parts if _ARTICLES.search(part.names) or part.tag in _ARTICLE_TAGS]
    article = max(named, key=value, default=best)
    if value(article)[0] < max(_NAMED, _SHARE * value(best)[0]):
        article = best
    return article.start, article.end


def _headline(lines: Sequence[Line], titles: Sequence[str], start: int) -> list[int]:
    """The lines in which the page prints its title: the longest that a title holds, with its neighbours in it.

    Where there is none, the one that holds a title beside a mark of the site, then one that is a link.
    """
    every = [_GAP.sub("", line.text) for line in lines]
    texts = ["" if line.linked else text for line, text in zip(lines, every, strict=True)]
    whole = [_GAP.sub("", title) for title in titles]
    long = [title for title in whole if len(title) > _LONG_TITLE]

    def held(text: str) -> bool:
        return any(text in title for title in whole)

    def holds(text: str) -> bool:
        return any(title in text for title in long)

    for printed, is_title in ((texts, held), (texts, holds), (every, held)):
        lengths = [len(text) if len(text) >= _TITLE and is_title(text) else 0 for text in printed]
        longest = max(lengths, default=0)
        if longest:
            at = max((at for at, length in enumerate(lengths) if length == longest), key=lambda at: (at <= start, at))
            first, last = at, at + 1
            while first > 0 and lengths[first - 1] and printed[first - 1] != printed[at]:
                first -= 1
            while last < len(lengths) and lengths[last] and printed[last] != printed[at]:
                last += 1
            return list(range(first, last))
    return []


def _day(text: str) -> str | None:
    """The first day or month that a text states, in ISO form."""
    for found in _DATE.finditer(text):
        year, month, day = found[1], found[2] or found[4], found[3] or found[5]
        try:
            whole = date(int(year), int(month), int(day or 1))
        except ValueError:
            continue
        return whole.isoformat() if day else whole.isoformat()[:7]
    return None

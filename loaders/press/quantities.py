"""Quantities: every stretch of a block that states a number, with its value, bound and unit. Nothing is judged here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from kg.interval import read_quantity
from kg.model import Bound
from loaders.press.numerals import CHINESE, NUMBER, SCALED
from loaders.press.tables import measures

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Quantity", "quantities"]

_TO = r"(?:[-—–~～至到])"
_AT_LEAST = ("超过", "超", "逾", "突破", "不少于", "不低于", "至少", "多于", "高于", "大于", "过")
_AT_MOST = (
    "将近",
    "接近",
    "逼近",
    "近",
    "不足",
    "不到",
    "不超过",
    "不高于",
    "不多于",
    "至多",
    "最多",
    "少于",
    "低于",
    "小于",
)
_ABOUT = ("约有", "约为", "大约", "约")
_BEFORE = (
    r"(?:约有|约为|大约|(?<![签预合特违])约|将近|接近|逼近|(?<![附最靠邻临])近|超过|(?<!赶)超(?!级)|逾|(?<!攻坚)突破|不少于|不低于|不超过|不高于|不多于|不足|不到|至少"
    r"|至多|最多|(?<![不减])少于|(?<!不)多于|(?<!不)低于|(?<!不)高于|小于|大于)"
)
_AFTER = r"(?:及?以上|及?以下|以内|之内|左右|上下|之多)"
_UNKNOWN = r"[\u4e00-\u9fff](?<![版号后前时点内外中上下的了年月日元楼室层名])(?=[,。;、!?)\s]|$)"
"""A word of one character at the end of a clause can be a measure word that no table has."""
_SCALES = re.compile(r"[万亿千百]")
_ROUGHLY = re.compile(r"(?:左右|上下)$")
_UP_TO = re.compile(r"(?:以下|以内|之内)$")
_FROM = re.compile(r"(?:以上|之多)$")
_MORE = re.compile(r"[0-9一二三四五六七八九十百千万亿][余多]")
_LONGEST = 18  # characters of a printed number: a longer one is no figure that anybody reports
_DIGITS = {char: value for value, char in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_SIGN = r"(?:(?<![0-9A-Za-z%万亿元])[-－](?=[0-9.]+[%‰]))?"


@dataclass(slots=True)
class Quantity:
    """A number as a block prints it: its form, value, bound and unit.

    `form` is number, percent, points, fraction, ratio, structure (a share of 6:44:50), rank, multiple, or overlong
    for digits that no figure has.

    `unit` is the measure word's unit, empty where none stands there; `measure` the sort of measure word; `scaled`
    says that 万 or 亿 stands in it, `worded` that it is written in Chinese numerals; `value` is None for a vague one.
    """

    start: int
    end: int
    surface: str
    form: str
    value: Decimal | None
    bound: Bound
    unit: str
    measure: str
    scaled: bool = False
    worded: bool = False
    doubt: str | None = None


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(measures(), key=len, reverse=True)
    unit = "|".join(re.escape(word) for word in words)
    return re.compile(
        rf"""
        (?=[-0-9一二三四五六七八九十百千万亿两数几上好第首榜前翻约大将接近逼超逾突不至最少多低高小过])(?:
        (?P<rank>(?:第(?:[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:位|名)?|首位|榜首|前(?:[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:[位名强](?!次|额))?))
        |(?P<ratio>(?<![0-9.:])[0-9]+(?:\.[0-9]+)?(?::[0-9]+(?:\.[0-9]+)?){{1,3}}(?![0-9:]))
        |(?P<fraction>{_BEFORE}?(?:[一二三四五六七八九十百千万]+|[0-9]+)分之(?:[一二三四五六七八九十]+(?:点[一二三四五六七八九零]+)?|[0-9]+(?:\.[0-9]+)?){_AFTER}?)
        |(?P<tenths>{_BEFORE}?(?<!第)[一二三四五六七八九两]成(?:半|多|[一二三四五六七八九])?(?![立为果长功本员熟套交绩就]){_AFTER}?)
        |(?P<double>{_BEFORE}?翻了?近?(?P<fold>[一二两三])?番)
        |(?P<duration>{_BEFORE}?(?:[0-9]+个?小时[0-9]+分钟?(?:[0-9]+秒钟?)?|[0-9]+分钟?[0-9]+秒钟?){_AFTER}?)
        |(?P<number>(?P<before>{_BEFORE})?
            (?P<vague>(?:数|几|上|好几)(?=[十百千万亿]))?(?:
              (?P<low>{NUMBER})(?:{unit})?{_TO}(?P<high>{NUMBER})
              |{_SIGN}(?P<arabic>{SCALED})
              |(?P<chinese>{CHINESE})
            )(?P<unit>(?:{unit})(?:(?:/|每)(?:万|千|百)?(?:{unit}|人|户|标准))?|/(?:10|1)?[百千十]?万(?:人)?|{_UNKNOWN})?(?P<after>{_AFTER})?))
        """,
        re.VERBOSE,
    )


def quantities(text: str) -> Iterator[Quantity]:
    """The quantities of a block, in order; they do not overlap."""
    for match in _pattern().finditer(text):
        if match.end() - match.start() > _LONGEST:
            yield Quantity(match.start(), match.end(), match.group(), "overlong", None, Bound.EXACT, "", "")
            continue
        name = match.lastgroup if match.lastgroup in _READERS else None
        name = next(kind for kind in _READERS if match.group(kind) is not None) if name is None else name
        yield from _READERS[name](match)


def _rank(match: re.Match[str]) -> Iterator[Quantity]:
    words = match.group()
    if words in {"首位", "榜首"}:
        value: Decimal | None = Decimal(1)
    else:
        number = read_quantity(words.strip("第前位名强"))
        value = number.value if number else None
    bound = Bound.AT_MOST if words.startswith("前") else Bound.EXACT
    yield Quantity(match.start(), match.end(), words, "rank", value, bound, "rank", "rank", worded=True)


def _ratio(match: re.Match[str]) -> Iterator[Quantity]:
    start = match.start()
    parts = match.group().split(":")
    if len(parts) == 2:
        value = Decimal(parts[0]) / Decimal(parts[1]) if Decimal(parts[1]) else None
        value = value.quantize(Decimal("0.000001")).normalize() if value is not None else None
        yield Quantity(match.start(), match.end(), match.group(), "ratio", value, Bound.EXACT, "", "ratio")
        return
    for part in parts:
        end = start + len(part)
        yield Quantity(start, end, part, "structure", Decimal(part), Bound.EXACT, "percent", "rate")
        start = end + 1


def _fraction(match: re.Match[str]) -> Iterator[Quantity]:
    words = match.group()
    number = read_quantity(words)
    yield Quantity(
        match.start(),
        match.end(),
        words,
        "fraction",
        number.value if number else None,
        _bound(words),
        "percent",
        "rate",
    )


def _tenths(match: re.Match[str]) -> Iterator[Quantity]:
    words = match.group()
    tens, _, ones = words.partition("成")
    value = 10 * _DIGITS[tens[-1]] + (5 if ones.startswith("半") else _DIGITS.get(ones[:1], 0))
    bound = Bound.AT_LEAST if "多" in words else _bound(words)
    yield Quantity(match.start(), match.end(), words, "fraction", Decimal(value), bound, "percent", "rate")


def _double(match: re.Match[str]) -> Iterator[Quantity]:
    times = {"两": 4, "二": 4, "三": 8}.get(match["fold"] or "", 2)
    yield Quantity(
        match.start(),
        match.end(),
        match.group(),
        "multiple",
        Decimal(times),
        _double_bound(match.group()),
        "倍",
        "rate",
    )


def _duration(match: re.Match[str]) -> Iterator[Quantity]:
    """A time in two units: 7分30秒, in the smaller of them."""
    words = match.group()
    number = read_quantity(words)
    value = number.value if number else None
    unit = measures()["秒" if "秒" in words else "分钟"].unit
    yield Quantity(match.start(), match.end(), words, "number", value, _bound(words), unit, "time")


def _number(match: re.Match[str]) -> Iterator[Quantity]:
    words, word = match.group(), match["unit"] or ""
    measure = measures().get(word)
    unit, kind = (measure.unit, measure.kind) if measure else _compound(word)
    doubt, bound = None, _bound(words)
    if match["low"]:
        low = read_quantity(_whole(match["low"], match["high"]))
        value = low.value if low else None
        bound, doubt = Bound.AT_LEAST, "range"
    else:
        printed = words.removeprefix(match["before"] or "")
        number = read_quantity(match["arabic"] or match["chinese"])
        value = number.value if number else None
        if printed.startswith(("-", "－")) and value is not None:
            value = -value
    if match["vague"]:
        bound, doubt = Bound.AT_LEAST, "vague-quantity"
        value = value if match["vague"] == "上" else None
    if value is None and doubt is None:
        doubt, bound = "vague-quantity", Bound.AT_LEAST
        if pair := re.match(
            r"(?P<low>[一二两三四五六七八])[二三四五六七八九](?P<scale>[十百千万亿]+)", match["chinese"] or ""
        ):
            low = read_quantity(pair["low"] + pair["scale"])
            value = low.value if low else None
    if match["before"] in {*_AT_MOST, *_ABOUT} and re.search(r"[余多来]|以上$", words.removesuffix(word)):
        doubt = "stacked-marks"
    form = {"percent": "percent", "‰": "percent", "percentage_point": "points", "倍": "multiple"}.get(unit, "number")
    text = match["arabic"] or match["chinese"] or match["high"] or ""
    yield Quantity(
        match.start(), match.end(), words, form, value, bound, unit, kind,
        scaled=bool(_SCALES.search(text)), worded=match["chinese"] is not None, doubt=doubt,
    )  # fmt: skip


_READERS = {
    "rank": _rank, "ratio": _ratio, "fraction": _fraction, "tenths": _tenths, "double": _double,
    "duration": _duration, "number": _number,
}  # fmt: skip


def _whole(low: str, high: str) -> str:
    """The lower number with the scale that only the higher one has: 30至50万."""
    scale = re.search(r"[万亿千百]+$", high)
    return low + scale.group() if scale and not re.search(r"[万亿千百]$", low) else low


def _compound(word: str) -> tuple[str, str]:
    for sign in ("/", "每"):
        head, found, per = word.partition(sign)
        if found and head in measures():
            base = measures()[head].unit
            return f"{'元' if base == 'CNY' else head}{sign}{per}", "compound"
    return word, "other" if word else ""


def _bound(words: str) -> Bound:
    if words.startswith(_ABOUT) or _ROUGHLY.search(words):
        return Bound.ABOUT
    if _UP_TO.search(words):
        return Bound.AT_MOST
    if _FROM.search(words):
        return Bound.AT_LEAST
    if words.startswith(_AT_MOST):
        return Bound.AT_MOST
    if words.startswith(_AT_LEAST) or _MORE.search(words):
        return Bound.AT_LEAST
    return Bound.EXACT


def _double_bound(words: str) -> Bound:
    return Bound.AT_MOST if "近" in words else _bound(words)

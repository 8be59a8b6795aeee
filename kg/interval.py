"""Quantities as intervals: what a printed number such as 1600余起 or 15.1万 really allows.

The rules are those of docs/decisions.md, "Numbers are intervals": they are wide enough that a check on
intervals can prove a contradiction and never finds one that rounding explains.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

__all__ = ["Interval", "Quantity", "interval", "plain", "read_quantity"]

_DIGITS = {char: Decimal(value) for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": Decimal(0),
    "两": Decimal(2),
    "半": Decimal("0.5"),
}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_NUMERAL = "零〇一二三四五六七八九两半十百千万亿"

_WORDS = rf"[{_NUMERAL}]+(?:点[零〇一二三四五六七八九]+)?"
_PART = rf"[0-9]+(?:\.[0-9]+)?[十百千万亿]*|{_WORDS}"
_FRACTION = re.compile(rf"(?P<whole>{_PART})分之(?P<part>{_PART})")
_TENTHS = re.compile(r"(?P<tenths>[一二三四五六七八九])成(?P<half>半?)")
_ARABIC = re.compile(r"(?P<digits>[0-9]+(?:\.[0-9]+)?)(?P<mark>余|多|来)?(?P<scale>[十百千万亿]*)")
_LASTING = re.compile(r"(?:(?P<hours>[0-9]+)个?小时(?=[0-9]+分))?(?P<minutes>[0-9]+)分钟?(?:(?P<seconds>[0-9]+)秒)?")
_CHINESE = re.compile(rf"(?P<chinese>{_WORDS})(?P<half>个半)?")

_SPOKEN = 12  # the greatest denominator of a fraction that stands for a rough share; 百分之三 is a percentage
_COARSE = 5
_SIXTH = Decimal("0.000001")

_PLAIN = {0xFEE0 + code: code for code in range(ord("!"), ord("~") + 1)}
"""Full-width forms and the plain ones: ２.６％ states 2.6%."""
_UNPRINTED = re.compile("[\\s*,\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

_ROUGH = re.compile(r"一半|半数|近半|过半|大半|[两二三四五六七八九]{2}[十百千万亿]")
"""Words that state no one number: a half of something, and loose pairs such as 两三百."""
_RANGE = re.compile(rf"[0-9零一二两三四五六七八九十百千万亿][^-—–~～至到]{{0,3}}[-—–~～至到](?P<high>{_PART})")
_PAIR = re.compile(r"[一二两三四五六七八](?P<high>[二三四五六七八九])(?P<scale>[十百千万亿]+)")
_OVER = re.compile(r"超|逾|突破|高于|大于")
_ODD = re.compile(r"[0-9十百千万亿][余多]")
_UNDER = re.compile(r"不到|不足|低于|小于|少于")
_NEARLY = re.compile(r"近")


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers that a statement allows; a limit of None is no limit.

    >>> str(Interval(Decimal(1600), Decimal(1700), True, False))
    '[1600, 1700)'
    """

    lower: Decimal | None
    upper: Decimal | None
    lower_inclusive: bool = True
    upper_inclusive: bool = True

    def __str__(self) -> str:
        """The interval as mathematicians write it, with ∞ for no limit."""
        left = "(-∞" if self.lower is None else f"{'[' if self.lower_inclusive else '('}{plain(self.lower)}"
        right = "∞)" if self.upper is None else f"{plain(self.upper)}{']' if self.upper_inclusive else ')'}"
        return f"{left}, {right}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A numeral as printed: its value, and what one unit of its last places is worth.

    `printed` is the worth of the last printed place (12.50 万: 100), `rounded` of the last place that is
    not zero (1200 万: 1 000 000), and `inexact` whether the print itself rounds (a scale or a decimal point).
    """

    value: Decimal
    printed: Decimal
    rounded: Decimal
    inexact: bool


def plain(number: Decimal) -> str:
    """A decimal in its one canonical form: no exponent, no trailing zeros.

    >>> plain(Decimal("1.430E+6")), plain(Decimal("14.30"))
    ('1430000', '14.3')
    """
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def read_quantity(surface: str) -> Quantity | None:
    """The first numeral in a printed quantity, None where it has none (全覆盖, 首位).

    Bold marks, blanks and thousands separators inside the numeral do not count. A fraction in words is read
    as a percentage, as gold/GUIDELINES.md has it: 三分之一 is 33.333333 with a unit of a third. A time in two units
    is in the smaller: 7分30秒 is 450 seconds, 3小时20分 is 200 minutes.

    >>> read_quantity("17.4亿余元").value == 1_740_000_000, read_quantity("全覆盖")
    (True, None)
    """
    text = _bare(surface)
    if _ROUGH.search(text):
        return None
    if match := _FRACTION.search(text):
        return _fraction(_small_number(match["part"]), _small_number(match["whole"]))
    if match := _TENTHS.search(text):
        tenths = _DIGITS[match["tenths"]] + (_DIGITS["半"] if match["half"] else 0)
        return Quantity(tenths * 10, Decimal(10), Decimal(10), inexact=True)
    if (match := _LASTING.search(text)) and (match["hours"] or match["seconds"]):
        return _lasting(match)
    if match := _ARABIC.search(text):
        scale, quantity = _scale(match["scale"]), _scaled(match["digits"], _scale(match["scale"]))
        rest = _ARABIC.match(text, match.end())
        if rest and Decimal(rest["digits"]) * _scale(rest["scale"]) < scale:  # 1亿2000万, 1万2000
            last = _scaled(rest["digits"], _scale(rest["scale"]))
            return replace(last, value=quantity.value + last.value)
        return quantity
    if match := _CHINESE.search(text):
        value = _small_number(match["chinese"]) + (_DIGITS["半"] if match["half"] else 0)
        unit = _last_place(value)
        return Quantity(value, unit, unit, inexact=value >= Decimal(10000) or value % 1 != 0)
    return None


def _lasting(match: re.Match[str]) -> Quantity:
    value = Decimal(match["hours"] or 0) * 60 + Decimal(match["minutes"])
    if match["seconds"]:
        value = value * 60 + Decimal(match["seconds"])
    return Quantity(value, Decimal(1), Decimal(1), inexact=False)


def interval(surface: str, value: Decimal, bound: str, unit: str) -> Interval:
    """What a quantity allows, from its print, its value, its bound and its unit."""
    if bound == "exact" and (fraction := _FRACTION.search(_bare(surface))):
        part, whole = _small_number(fraction["part"]), _small_number(fraction["whole"])
        if 0 < part <= whole <= _SPOKEN and whole % 1 == part % 1 == 0:
            return _between_neighbours(Fraction(int(part), int(whole)))
    quantity = read_quantity(surface)
    rounded = quantity.rounded if quantity else Decimal(0)
    if bound == "at_least" and (ends := _ends(_bare(surface))):
        return Interval(value, ends)
    if bound == "at_least":
        return _at_least(_bare(surface), value, rounded)
    if bound == "at_most":
        return _at_most(_bare(surface), value, rounded, unit)
    if bound == "about":
        return Interval(value - rounded, value + rounded)
    if quantity and unit != "rank" and (quantity.inexact or unit in {"percent", "percentage_point"}):
        return Interval(value - quantity.printed / 2, value + quantity.printed, upper_inclusive=False)
    return Interval(value, value)


def _ends(surface: str) -> Decimal | None:
    """The upper end of a printed range (20至40名, 3—6天) or of a loose pair (六七百人); None where it is none."""
    if match := _RANGE.search(surface):
        return _small_number(match["high"])
    if match := _PAIR.search(surface):
        return _DIGITS[match["high"]] * _scale(match["scale"])
    return None


def _between_neighbours(fraction: Fraction) -> Interval:
    """What a fraction in words allows, in percent: a rough share, between the ones that could have been said instead.

    三分之一 lies above 四分之一 and below 二分之一: denominators go up to one more, and for finer fractions to 5.
    """
    most = fraction.denominator + 1 if fraction.denominator <= _COARSE else _COARSE
    said = {Fraction(part, whole) for whole in range(1, most + 1) for part in range(2 * whole + 1)}
    below, above = max(it for it in said if it < fraction), min(it for it in said if it > fraction)
    lower, upper = ((Decimal(100) * it.numerator / it.denominator).quantize(_SIXTH) for it in (below, above))
    return Interval(lower, upper, lower_inclusive=False, upper_inclusive=False)


def _bare(surface: str) -> str:
    """The print in plain forms, without bold marks, blanks, unseen characters and thousands separators."""
    return _UNPRINTED.sub("", surface.translate(_PLAIN))


def _at_least(surface: str, value: Decimal, rounded: Decimal) -> Interval:
    if _OVER.search(surface):
        return Interval(value, None, lower_inclusive=False)
    if _ODD.search(surface):
        return Interval(value, value + rounded, upper_inclusive=False)
    return Interval(value, None)


def _at_most(surface: str, value: Decimal, rounded: Decimal, unit: str) -> Interval:
    if unit == "rank":
        return Interval(Decimal(1), value)
    if _UNDER.search(surface):
        return Interval(None, value, upper_inclusive=False)
    if _NEARLY.search(surface) and rounded:
        return Interval(value - rounded, value, upper_inclusive=False)
    return Interval(None, value)


def _fraction(part: Decimal, whole: Decimal) -> Quantity | None:
    if not whole:
        return None
    unit = (Decimal(100) / whole).quantize(_SIXTH)
    value = (Decimal(100) * part / whole).quantize(_SIXTH)
    return Quantity(value, unit, unit, inexact=True)


def _scaled(digits: str, scale: int) -> Quantity:
    number = Decimal(digits)
    printed = Decimal(1).scaleb(min(0, int(number.as_tuple().exponent)))
    return Quantity(number * scale, printed * scale, _last_place(number) * scale, inexact=scale > 1 or "." in digits)


def _last_place(number: Decimal) -> Decimal:
    """The worth of the last place that is not zero: 1600 -> 100, 36.2 -> 0.1, 0 -> 1."""
    if not number:
        return Decimal(1)
    return Decimal(1).scaleb(int(number.normalize().as_tuple().exponent))


def _scale(chars: str) -> int:
    scale = 1
    for char in chars:
        scale *= _SMALL.get(char) or _LARGE[char]
    return scale


def _small_number(text: str) -> Decimal:
    """The value of a Chinese or Arabic numeral: 两百零六, 千, 十二, 3, 10万."""
    if text[0].isascii():
        digits = text.rstrip("十百千万亿")
        return Decimal(digits) * _scale(text[len(digits) :])
    text, _, decimals = text.partition("点")
    total, section, digit = Decimal(0), Decimal(0), None
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _SMALL:
            section += (Decimal(1) if digit is None else digit) * _SMALL[char]
            digit = None
        else:
            section += digit or 0
            scale = _LARGE[char]
            total = total + section * scale if total >= scale else (total + section or Decimal(1)) * scale
            section, digit = Decimal(0), None
    places = "".join(str(_DIGITS[char]) for char in decimals)
    return total + section + (digit or 0) + (Decimal(f"0.{places}") if places else 0)

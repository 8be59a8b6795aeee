"""Numerals: the one pattern of a printed number with its scale and its mark of more."""

from __future__ import annotations

__all__ = ["CHINESE", "MORE", "NUMBER", "SCALED"]

_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
_SCALE = r"(?:[十百千]?[万亿]亿?|[百千])"
MORE = "[余多来]"
"""The marks that say that there is more."""

SCALED = rf"(?:{_ARABIC}{_SCALE}(?=[0-9]))?{_ARABIC}{MORE}?{_SCALE}?{MORE}?"
"""A number that begins with a digit: 1600余, 1200余万, 5.3亿余, 1亿2000万."""

CHINESE = (
    r"(?:[一二三四五六七八九两][十百千万亿零〇一二三四五六七八九两]*|[十百千万][一二三四五六七八九十百千万亿零〇]*)"
    rf"(?:点[零〇一二三四五六七八九]+)?{MORE}?[万亿]?{MORE}?"
)
"""A number in words: 十二, 两百零六, 千余, 三十多万."""

NUMBER = rf"(?:{SCALED}|{CHINESE})"

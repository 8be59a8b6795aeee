"""Topics: what a clause is about, for the wording of a metric that says too little by itself."""

from __future__ import annotations

import re

from loaders.press.words import VERB

__all__ = ["subject_of"]

_LEAD = re.compile(
    r"^[\s]*(?:同时|此外|另外|其中|今年以来|全年|全市|五年来|据了解|扎实|深入|持续|积极|大力|全面)*(?:开展|推进|实施)?"
)
_PREDICATE = re.compile(
    r"(?P<subject>.{2,16}?)(?:成效|效能|力度|水平|质量|能力|持续|不断|进一步|深入|稳步|更加|全面|明显|显著|高效|快速|加快|有序|扎实|"
    r"深化|突出|始终|一直|连续|取得|实现|得到|保持|优化|增强|提升|改革|方面|常态化|纵深)"
)
_MEASURED = re.compile(r"[^,。;的在]{2,16}(?:率|占比|比重|比例|总额|余额|收入|总量|产值|增加值|总数|数量|指数)$")
_RANKED = re.compile(r"(?P<metric>.{2,20}?(?:占比|比重))(?:最高|居前|最大|较高|较大|领先|居首)")
_LONGEST = 18


def subject_of(clause: str) -> str:
    """The subject of a clause that ends in a predicate: 命案防控成效显著 -> 命案防控; empty where it has none."""
    text = _LEAD.sub("", clause.strip())
    if ranked := _RANKED.match(text):
        return ranked["metric"]
    if noun := _MEASURED.search(text):
        return re.sub(r"^[一二三四五六七八九十]是|^其中", "", noun.group())
    if match := _PREDICATE.match(text):
        return match["subject"]
    return text if 2 <= len(text) <= _LONGEST and not re.match(VERB, text) else ""

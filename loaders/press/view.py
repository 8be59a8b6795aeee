"""The folded view: the text as the rules read it, with the way back to the characters as they stand.

Folding makes forms equal that mean the same (full-width signs, traditional script, bold marks, blanks inside a
numeral) and never changes the text itself. Every character of the view knows its offset in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

__all__ = ["View", "fold_text"]

_TRADITIONAL = (
    "萬万億亿兩两餘余個个條条項项戶户輛辆處处場场臺台間间棟栋張张頭头隻只單单筆笔門门類类種种級级歲岁噸吨畝亩頃顷裡里釐厘約约過过達达與与為为於于從从將将並并後后來来時时週周歷历曆历實实際际現现開开關关進进"
    "動动務务機机構构組组織织總总數数據据資资產产業业農农貿贸財财稅税質质價价額额營营銷销齊齐長长減减佔占佈布發发獲获評评優优選选創创設设備备辦办審审結结調调糾纠紛纷訴诉訟讼證证認认識识護护衛卫環环廢废氣气"
    "濟济區区縣县鄉乡鎮镇國国廣广東东灣湾島岛龍龙鳳凤馬马鳥鸟魚鱼麥麦學学習习讀读書书報报記记訊讯獎奖勵励積积極极穩稳擴扩轉转變变換换網网絡络電电話话詐诈騙骗騐验驗验檢检測测監监導导領领蓋盖職职員员眾众體体"
    "醫医療疗藥药養养齡龄婦妇兒儿殘残幫帮貧贫師师課课較较屆届連连續续紀纪錄录標标準准點点節节輪轮線线陸陆協协議议簽签訂订則则離离災灾殺杀"
)
"""Pairs of characters, traditional then simplified: those that report cards are written with."""

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0xA0: 0x20,
    0x9: 0x20,
    0xD: 0x20,
    0x7C: 0x20,
    0xFF5C: 0x20,
}
_SAME = {ord("﹪"): "%", ord("∶"): ":", ord("﹒"): ".", ord("〜"): "~", ord("−"): "-", ord("―"): "—", ord("─"): "—"}
_DROPPED = re.compile(
    r"\*\*"  # bold marks
    r"|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"  # invisible characters
    r"|(?<=[0-9]\.) +(?=[0-9])|(?<=[0-9]) +(?=\.[0-9])"  # 12. 8
    r"|(?<=[0-9]) +(?=[0-9]{3}[万亿余多个元人名件起户处家条项辆])"  # 1 250户
    r"|(?<=[0-9万亿千百余多]) +(?=[\u4e00-\u9fff%])|(?<=[\u4e00-\u9fff]) +(?=[0-9])"
    r"|(?<=[0-9]) *\n *(?=[万亿千百余多%])"  # a numeral that a line break cuts
)


@dataclass(frozen=True, slots=True)
class View:
    """A folded text and, for each of its characters, the offset of the character that it stands for."""

    text: str
    offsets: list[int] | range

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the text of the characters from `start` up to `end` of the view; start < end."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def joined(self, pieces: list[tuple[int, int]]) -> View:
        """The view of some stretches of this one, one after the other."""
        if len(pieces) == 1:
            start, end = pieces[0]
            return View(self.text[start:end], self.offsets[start:end])
        text = "".join(self.text[start:end] for start, end in pieces)
        return View(text, [offset for start, end in pieces for offset in self.offsets[start:end]])


def fold_text(text: str) -> View:
    """The folded view of a text."""
    folded = _paired(text.translate(_table()))
    offsets: list[int] = []
    kept: list[str] = []
    at = 0
    for match in _DROPPED.finditer(folded):
        kept.append(folded[at : match.start()])
        offsets.extend(range(at, match.start()))
        at = match.end()
    if not kept:
        return View(folded, range(len(folded)))
    kept.append(folded[at:])
    offsets.extend(range(at, len(folded)))
    return View("".join(kept), offsets)


def _paired(text: str) -> str:
    """Straight quotes as opening and closing ones, in turn on each line."""
    if '"' not in text:
        return text
    lines = (line.split('"') for line in text.split("\n"))
    return "\n".join("".join(part + "“”"[at % 2] for at, part in enumerate(parts[:-1])) + parts[-1] for parts in lines)


@cache
def _table() -> dict[int, int | str]:
    pairs = zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)
    return _WIDTH | _SAME | {ord(old): new for old, new in pairs}

"""The words in which reviewing speaks of claims, in Chinese and English: amounts, times, names of fields."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from kg.interval import plain
from kg.model import Bound, Direction, Kind, Review, Role, Severity, Status

if TYPE_CHECKING:
    from datetime import date

    from kg.model import Claim, Period

__all__ = ["WORDS", "Amount", "amount", "base_text", "period_text", "unit_text", "visible"]

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        Kind.LEVEL: "水平", Kind.CHANGE: "变化", Kind.POINTS: "百分点变化", Kind.SHARE: "占比", Kind.RATE: "比率",
        Kind.MULTIPLE: "倍数", Kind.RANK: "位次",
        Direction.UP: "上升", Direction.DOWN: "下降", Status.ACHIEVED: "已实现", Status.PLANNED: "计划",
        Role.LEADS: "牵头", Role.TAKES_PART: "配合", Role.OPERATES: "运行", Role.ISSUES: "出台", Role.RECEIVES: "获评",
        Role.PLANS: "计划",
        Review.PROPOSED: "待审", Review.CONFIRMED: "确认", Review.CORRECTED: "更正", Review.REJECTED: "否决",
        Severity.VIOLATION: "违规", Severity.WARNING: "警告", Severity.INFO: "提示",
        "title": "审阅", "characters": "字", "text": "原文", "claims": "陈述", "involvements": "参与",
        "rejections": "不算的数", "doubts": "疑点", "claim": "陈述", "no-text": "没有原文。",
        "quantity": "数量", "metric": "指标", "agency": "组织", "period": "时段", "place": "地点", "programme": "事项",
        "status": "状态", "change": "变化", "whole": "整体", "other": "其他", "undertaking": "事项", "doubt": "疑点",
        "part": "其中", "nobody": "未指明组织", "vague": "约数", "kind": "类型",
        "decision": "决定", "none": "没有。", "search": "搜索指标、组织、原文……",
        "doubtful": "有疑点", "provisional": "暂定名", "note": "备注：应为……",
        "download": "下载决定", "decided": "已审", "copy": "复制链接",
        "copied": "已复制链接", "documents": "文档", "correct": "更正，并写备注",
        "unkept": "浏览器不保存本页的决定：关闭之前请下载。", "nothing": "没有符合筛选条件的陈述。",
        "keys": "<kbd>j</kbd><kbd>k</kbd> 上下 · <kbd>Enter</kbd> 确认 · <kbd>x</kbd> 否决 · <kbd>e</kbd> 更正 · "
                "<kbd>u</kbd> 撤销 · <kbd>n</kbd> 下一条待审 · <kbd>/</kbd> 搜索",
    },
    "en": {
        Kind.LEVEL: "level", Kind.CHANGE: "change", Kind.POINTS: "points", Kind.SHARE: "share", Kind.RATE: "rate",
        Kind.MULTIPLE: "multiple", Kind.RANK: "rank",
        Direction.UP: "up", Direction.DOWN: "down", Status.ACHIEVED: "achieved", Status.PLANNED: "planned",
        Role.LEADS: "leads", Role.TAKES_PART: "takes part", Role.OPERATES: "operates", Role.ISSUES: "issues",
        Role.RECEIVES: "receives", Role.PLANS: "plans",
        Review.PROPOSED: "open", Review.CONFIRMED: "confirmed", Review.CORRECTED: "corrected",
        Review.REJECTED: "rejected",
        Severity.VIOLATION: "violation", Severity.WARNING: "warning", Severity.INFO: "information",
        "title": "Review", "characters": "characters", "text": "text", "claims": "Claims",
        "involvements": "Involvements", "rejections": "Not claims", "doubts": "Doubts", "claim": "claim",
        "no-text": "The text is not at hand.",
        "quantity": "quantity", "metric": "metric", "agency": "agency", "period": "period", "place": "place",
        "programme": "programme", "status": "status", "change": "change", "whole": "whole", "other": "other",
        "undertaking": "undertaking", "doubt": "doubt",
        "part": "part", "nobody": "no agency named", "vague": "vague", "kind": "kind",
        "decision": "decision", "none": "None.", "search": "Search metric, agency, text …",
        "doubtful": "doubtful", "provisional": "provisional name", "note": "Note: it should be …",
        "download": "Download decisions", "decided": "Decided",
        "copy": "Copy link", "copied": "Link copied", "documents": "Documents",
        "correct": "correct, with a note",
        "unkept": "This browser does not keep the decisions: download them before you leave.",
        "nothing": "No claim passes the filters.",
        "keys": "<kbd>j</kbd><kbd>k</kbd> move · <kbd>Enter</kbd> confirm · <kbd>x</kbd> reject · "
                "<kbd>e</kbd> correct · <kbd>u</kbd> undo · <kbd>n</kbd> next open · <kbd>/</kbd> search",
    },
}  # fmt: skip
"""Every word by language; `keys` is HTML."""

_UNITS = {
    "CNY": ("元", "CNY"), "USD": ("美元", "USD"), "percent": ("%", "%"), "percentage_point": ("个百分点", "pp"),
    "rank": ("位", ""), "one": ("", ""), "multiple": ("倍", "times"),
    "km2": ("平方公里", "km²"), "m2": ("平方米", "m²"),
    "year": ("年", "years"), "month": ("个月", "months"), "day": ("天", "days"), "hour": ("小时", "hours"),
    "minute": ("分钟", "minutes"),
}  # fmt: skip
_BASES = {"yoy": ("同比", "year on year"), "mom": ("环比", "period on period")}
_PLAN = re.compile("十[一二三四五六七八九]五")
_SIGNS = {Bound.EXACT: "", Bound.AT_LEAST: "≥ ", Bound.AT_MOST: "≤ ", Bound.ABOUT: "≈ "}
_ARROWS = {None: "", Direction.UP: "↑ ", Direction.DOWN: "↓ "}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"} | {0x7F: 0x2421}
_UNSEEN = [*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)]
_VISIBLE = _PICTURES | dict.fromkeys(_UNSEEN, 0xFFFD)


class Amount(NamedTuple):
    """What a claim states, drawn with its bound: a number and its unit."""

    number: str
    unit: str

    def __str__(self) -> str:
        """Both, with a blank between a figure and a word."""
        return f"{self.number}{'' if self.unit in {'%', ''} else ' '}{self.unit}"


def amount(claim: Claim, lang: str) -> Amount:
    """What a claim states: `≥ 1,600 起`, `↓ 12.6%`, `前 10 位`."""
    if claim.value is None:
        return Amount(WORDS[lang]["vague"], "")
    number = _grouped(plain(claim.value))
    if claim.kind is Kind.RANK and claim.unit == "rank" and claim.bound in {Bound.EXACT, Bound.AT_MOST}:
        first = claim.bound is Bound.EXACT
        return Amount(f"{('第 ' if first else '前 ') if lang == 'zh' else ('no. ' if first else 'top ')}{number}",
                      "位" if lang == "zh" else "")  # fmt: skip
    return Amount(f"{_ARROWS[claim.direction]}{_SIGNS[claim.bound]}{number}", unit_text(claim.unit, lang))


def unit_text(unit: str, lang: str) -> str:
    """A unit as people write it: its label where its name is a symbol, else the measure word."""
    zh, en = _UNITS.get(unit, (unit, unit))
    return zh if lang == "zh" else en


def base_text(base: str, lang: str) -> str:
    """What a change is against."""
    plan = (f"较“{base}”时期", f"against the {base} period")
    zh, en = _BASES.get(base) or (plan if _PLAN.fullmatch(base) else (f"较{base}", f"against {base}"))
    return zh if lang == "zh" else en


def period_text(period: Period, lang: str) -> str:
    """A period as short as it can be said: whole years, whole months, else its days."""
    start, end = period.start, period.end
    if start > end or start.day != 1 or not _ends_month(end):
        return start.isoformat() if start == end else f"{start.isoformat()} – {end.isoformat()}"
    whole = start.month == 1 and end.month == 12
    if lang == "zh":
        return _years_zh(start, end) if whole else _months_zh(start, end)
    if whole:
        return f"{start.year}" if start.year == end.year else f"{start.year}–{end.year}"
    first, last = _MONTHS[start.month - 1], f"{_MONTHS[end.month - 1]} {end.year}"
    if start.year != end.year:
        return f"{first} {start.year} – {last}"
    return last if start.month == end.month else f"{first}–{last}"


def visible(text: str) -> str:
    """The text with control characters, turns of direction and lone surrogates made visible, one for one."""
    return text.translate(_VISIBLE)


def _years_zh(start: date, end: date) -> str:
    return f"{start.year}年" if start.year == end.year else f"{start.year}—{end.year}年"


def _months_zh(start: date, end: date) -> str:
    if start.year != end.year:
        return f"{start.year}年{start.month}月—{end.year}年{end.month}月"
    return f"{start.year}年{start.month}{'' if start.month == end.month else f'—{end.month}'}月"


def _ends_month(day: date) -> bool:
    return (day.month == 12 and day.day == 31) or (day.month < 12 and (day + timedelta(1)).day == 1)


def _grouped(number: str) -> str:
    """A plain decimal with commas between thousands."""
    whole, dot, decimals = number.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.removeprefix('-')):,}{dot}{decimals}"

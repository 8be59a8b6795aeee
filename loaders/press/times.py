"""Periods: the time words of a text, and the days that each of them covers when the text appeared."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kg.model import Period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.model import Document

__all__ = ["Clock", "Time", "times"]

_YEAR = r"(?:19|20)[0-9]{2}"
_TO = r"(?:[-—–~～至到]{1,2})"
_ORDINALS = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_TENTH_PLAN = 2001  # the first year of the tenth five-year plan; every plan is five years

_TIME = re.compile(
    rf"""
    (?<![0-9])(?=[0-9一二三四五六七八九十“‘"'(这过近最前去今明上本当同截至到全年目迄第晚])(?:
    (?P<plan>(?P<plan_open>["“‘’(]{{1,2}})?(?P<plan_no>[一二三四五六七八九十]{{1,3}})五(?(plan_open)["“”‘’)]{{0,2}})(?P<plan_tail>时期|期间|规划期?|以来|末期?|初期?|收官之年|前(?P<plan_part>[一二三四])年)?(?(plan_tail)|(?<=["”’])))
    |(?P<span_years>(?:这|过去|近|最近|前)?(?P<span_no>[一二三四五六七八九十]{{1,2}}|[0-9]{{1,2}})年(?:多)?(?:来|间|以来|里|期间))
    |(?P<past_years>(?:过去|近|这|前)(?P<past_no>[一二三四五六七八九十]|[0-9])年(?!级|度|行动))
    |(?P<years>(?P<y1>{_YEAR})年?{_TO}(?P<y2>{_YEAR})年(?!度?[0-9一二三四五六七八九十]))
    |(?P<asof>截至|截止到?|至)?(?:(?P<year>{_YEAR}|去|今|明|上|前|本|当|同)年(?:度)?)?
      (?:
        (?P<half>上半年|下半年)
        |(?P<quarters>前[一二三]个?季度|前三季度|第?[一二三四]季度末?)
        |(?P<months>(?P<m1>1?[0-9])(?:月份?)?{_TO}(?P<m2>1?[0-9])(?:个)?月(?:份)?)
        |(?P<firstmonths>(?:(?<![提目此先以年])前)?(?P<fm>[0-9]{{1,2}}|[两一二三四五六七八九十]{{1,2}})个月(?:间|来|里)|(?<![提目此先以年])前(?P<fn>[0-9]{{1,2}}|[两一二三四五六七八九十]{{1,2}})个?月(?:份)?)
        |(?P<month>1?[0-9])月(?:(?P<day>[0-3]?[0-9])日|份)?(?:[上中下]旬|底|末|初)?(?:(?P<clock>[0-2]?[0-9])[时点](?:[0-9]{{1,2}}分)?许?)?
      )
    |(?P<endyear>(?:截至|截止到?|到|至)?(?P<ey>{_YEAR}|去|今|明|上|前|本|当)年(?P<tail>度|末|底|初|以来|内|全年)?)
    |(?P<iso>{_YEAR}[-./][01]?[0-9][-./][0-3]?[0-9]|{_YEAR}{_TO}{_YEAR}年?)
    |(?P<whole>全年|年内|年初以来|年度内|一年来|过去一年|这一年|一年下来|一年间|目前|截至目前|迄今|年末|年底)
    |(?P<hours>[0-2]?[0-9]时(?![间段长速限])(?:[0-5]?[0-9]分)?许?|[0-2]?[0-9]点(?:[0-5]?[0-9]分?|许|半|整)|晚[0-9]{{1,2}}点|(?<![0-9.:])[0-2]?[0-9]:[0-5][0-9](?![0-9.:]))
    )
    """,
    re.VERBOSE,
)


@dataclass(slots=True)
class Time:
    """A time word: where it stands in its block, the days it covers (None: it states no period), and its rule.

    `short` says that it covers some months and not whole years.
    """

    start: int
    end: int
    period: Period | None
    rule: str
    short: bool = False


_OF_PLAN = re.compile(r"的?[\u4e00-\u9fff]{0,4}?(?:目标|任务|计划|预算|指标|预期)")
_LEAD = 160
_FRAMES = frozenset({"time.half", "time.quarters", "time.months", "time.firstmonths", "time.asof"})


def _reported(title: str, text: str, year: int, month: int) -> int:
    """The year that a text reports: last year where it appeared early in a year, or says so in title or lead."""
    early = re.search(r"今年(?:[1一][-—至到]|前)?[12一二](?:个)?月|[12]月份", text[:_LEAD])
    if month <= 2 and not early:
        return year - 1
    stated = re.search(
        r"(20[0-9]{2})(?:年度|年(?=[^,。;]{0,12}(?:公报|报告|工作|总结|情况|回顾)))", f"{title}\n{text[:_LEAD]}"
    )
    if stated and int(stated.group(1)) == year - 1:
        return year - 1
    before, now = text.count(f"{year - 1}年"), text.count(f"{year}年")
    return year - 1 if month <= 4 and before and before >= now else year


class Clock:
    """What the words of time mean in one document: the year it reports, and up to which day."""

    def __init__(self, document: Document, text: str) -> None:
        """Find the year that the document reports: the year before, where it appeared early in a year and says so."""
        year, month, *day = (int(part) for part in document.published.split("-"))
        self.published = date(year, month, day[0] if day else calendar.monthrange(year, month)[1])
        self.year = _reported(document.title, text, year, month)
        self.frame = self._lead(f"{document.title}\n{text[:_LEAD]}")

    @property
    def default(self) -> Period:
        """What title and lead state, else the reported year, up to the day of publication where it is not over."""
        return self.frame or self.of_year(self.year)

    def _lead(self, lead: str) -> Period | None:
        """The period that title and first sentences state for the whole text; None where they state several or none."""
        found = [time for time in times(lead, self) if time.period and time.period.start <= self.published]
        title = lead.split("\n", 1)[0]
        for part in (len(title), len(lead)):
            spans = {time.period for time in found if time.start < part and time.rule in _FRAMES}
            if len(spans) == 1:
                return next(iter(spans))
            plans = [
                time.period for time in found if time.start < part and time.rule in {"time.plan", "time.span_years"}
            ]
            if plans and plans[0] and plans[0].end <= date(self.published.year, 12, 31):
                return plans[0]
        return None

    def of_year(self, year: int) -> Period:
        """A year, up to the day of publication where it is the year of publication."""
        end = date(year, 12, 31)
        return Period(date(year, 1, 1), min(end, self.published) if year == self.published.year else end)

    def full(self, year: int) -> Period:
        """A whole year."""
        return Period(date(year, 1, 1), date(year, 12, 31))

    def named(self, word: str | None) -> int:
        """The year that a word names."""
        if word and word.isdigit():
            return int(word)
        if word in {"去", "上", "前"}:
            return self.published.year - (2 if word == "前" else 1)
        return self.year + (1 if word == "明" else 0)


def times(text: str, clock: Clock) -> Iterator[Time]:
    """The time words of a block, in order."""
    for match in _TIME.finditer(text):
        if match.end() == match.start():
            continue
        name = next(name for name in _READERS if match.group(name) is not None)
        read = _READERS[name](match, clock)
        if read is None:
            yield Time(match.start(), match.end(), None, "time." + name)
        else:
            period, short = read
            rule = "time.asof" if match["asof"] and name == "month" else "time." + name
            yield Time(match.start(), match.end(), period, rule, short)


_Read = tuple[Period, bool] | None


def _plan(match: re.Match[str], clock: Clock) -> _Read:  # noqa: ARG001 - every reader has the same form
    words = match["plan_no"]
    number = _small(words)
    start = _TENTH_PLAN + 5 * (number - 10)
    part = match["plan_part"]
    if number < 10 or not re.search(r"时期|期间|以来|前", match.group()):
        return None
    end = start + (_ORDINALS[part] if part else 5) - 1
    return Period(date(start, 1, 1), date(end, 12, 31)), False


def _span_years(match: re.Match[str], clock: Clock) -> _Read:
    return _last_years(_small(match["span_no"]), clock)


def _past_years(match: re.Match[str], clock: Clock) -> _Read:
    return _last_years(_small(match["past_no"]), clock)


def _last_years(number: int, clock: Clock) -> _Read:
    if number == 1:
        return clock.of_year(clock.year), False
    if not 1 < number < 30:
        return None
    return Period(date(clock.year - number + 1, 1, 1), date(clock.year, 12, 31)), False


def _half(match: re.Match[str], clock: Clock) -> _Read:
    year = clock.named(match["year"])
    first = match["half"] == "上半年"
    return Period(date(year, 1 if first else 7, 1), date(year, 6, 30) if first else date(year, 12, 31)), True


def _quarters(match: re.Match[str], clock: Clock) -> _Read:
    year, words = clock.named(match["year"]), match["quarters"]
    number = next(_ORDINALS[char] for char in words if char in _ORDINALS)
    start = 1 if words.startswith("前") or words.endswith("末") or match["asof"] else 3 * number - 2
    return _months_of(year, start, 3 * number), True


def _months(match: re.Match[str], clock: Clock) -> _Read:
    first, last = int(match["m1"]), int(match["m2"])
    if not 1 <= first <= last <= 12:
        return None
    return _months_of(clock.named(match["year"]), first, last), True


def _firstmonths(match: re.Match[str], clock: Clock) -> _Read:
    last = _small(match["fm"] or match["fn"])
    return (_months_of(clock.named(match["year"]), 1, last), True) if 1 <= last <= 12 else None


def _month(match: re.Match[str], clock: Clock) -> _Read:
    month, day = int(match["month"]), match["day"]
    year = clock.named(match["year"])
    if not 1 <= month <= 12 or (day and int(day) == 0):
        return None
    if not match["year"] and year == clock.published.year and date(year, month, 1) > clock.published:
        year -= 1
    if match["asof"] == "至":
        return None
    if match["asof"] or match.group().endswith(("底", "末")):
        end = (
            date(year, month, min(int(day), _last_day(year, month)))
            if day
            else date(year, month, _last_day(year, month))
        )
        return (Period(date(year, 1, 1), end), True) if match["asof"] else None
    if day or match["clock"]:
        return None  # the day of an event
    if match.end() < len(match.string) and match.string[match.end()] in "起正开拟":
        return None
    return _months_of(year, month, month), True


def _endyear(match: re.Match[str], clock: Clock) -> _Read:
    year, word, tail = clock.named(match["ey"]), match["ey"], match["tail"]
    if word in {"上", "前"} and not tail and not match.group().startswith("前年"):
        return None
    if word == "当":
        return None
    if tail == "初":
        return None
    if year == clock.published.year and year == clock.year and not match.group().startswith(("到", "至")):
        return clock.of_year(year), False
    return clock.full(year), False


def _years(match: re.Match[str], clock: Clock) -> _Read:
    first, last = int(match["y1"]), int(match["y2"])
    return (Period(date(first, 1, 1), clock.of_year(last).end), False) if first < last else None


def _iso(match: re.Match[str], clock: Clock) -> _Read:  # noqa: ARG001 - every reader has the same form
    return None


def _whole(match: re.Match[str], clock: Clock) -> _Read:
    words = match.group()
    if _OF_PLAN.match(match.string, match.end()):
        return None  # 完成全年目标任务的八成: the year is the plan's
    if words in {"目前", "截至目前", "迄今", "年末", "年底"}:
        return None
    if words == "全年":
        return (clock.full(clock.year) if clock.year < clock.published.year else clock.of_year(clock.year)), False
    return clock.of_year(clock.year), False


def _hours(match: re.Match[str], clock: Clock) -> _Read:  # noqa: ARG001 - every reader has the same form
    return None


_READERS: dict[str, Callable[[re.Match[str], Clock], _Read]] = {
    "plan": _plan,
    "span_years": _span_years,
    "past_years": _past_years,
    "years": _years,
    "half": _half,
    "quarters": _quarters,
    "months": _months,
    "firstmonths": _firstmonths,
    "month": _month,
    "endyear": _endyear,
    "iso": _iso,
    "whole": _whole,
    "hours": _hours,
}


def _months_of(year: int, first: int, last: int) -> Period:
    return Period(date(year, first, 1), date(year, last, _last_day(year, last)))


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _small(words: str) -> int:
    """A number from 1 to 99 in digits or words; 0 where it is none."""
    if words.isdigit():
        return int(words)
    tens, found, ones = words.partition("十")
    if not found:
        return _ORDINALS.get(words, 0)
    return 10 * (_ORDINALS.get(tens, 1) if tens else 1) + (_ORDINALS.get(ones, 0) if ones else 0)

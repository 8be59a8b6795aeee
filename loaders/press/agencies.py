"""Agencies: the bodies that a text names, with their full names, and whose work a figure is.

The grammar is place + body + branch: 市公安局市北分局, 全市商务系统, 省司法厅. It needs the document's place only; what
the manifest or the lexicon knows is preferred.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kg.terms import CJ
from loaders.press.tables import bodies
from loaders.press.words import VERB, heads_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.lexicon import Lexicon
    from kg.model import Document
    from loaders.press.tables import Body

__all__ = ["Mention", "Registry"]

_PLACE = re.compile(
    r"(?:^|(?<=[^\u4e00-\u9fff])|(?<=[由与和同合从为对向给的被及,、]))"
    r"((?:[\u4e00-\u9fff]{2,7}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,5}?(?:市|自治州|盟))?(?:[\u4e00-\u9fff]{1,5}?(?:区|县|旗|市))?)$"
)
_NAMED = re.compile(
    r"(?:^|(?<=[^\u4e00-\u9fff])|(?<=[由与和同合从为对向给的被及]))([\u4e00-\u9fff]{2,3}(?:省|市|区|县|旗|州))$"
)
_NOT_IN_NAMES = re.compile(
    rf"^(?:{VERB})|会同|联合|协同|联动|配合|协助|支持|推动|组织|走进|[与和是由从为对向给被及经据我全本该各副原每其级]"
)
_HERE = re.compile(r"(?:全|我|本|该|各)?(?:省|市|区|县|州|旗)(?:级|直)?$|各级$|全[省市区县州]各级$")
_BRANCH = re.compile(r"([\u4e00-\u9fff]{2,4}?)(?:公安)?分局")
_OFFICE = re.compile(r"([\u4e00-\u9fff]{2,3})(?=分局)")
_TAIL = re.compile(r"(?:机关|系统|部门|战线)")
_OFFICIAL = re.compile(
    r"^(?:[\u4e00-\u9fff]{0,12}?(?:书记|局长|主任|厅长|处长|行长|院长|检察长|负责人|发言人|秘书长|科长|支队长|委员|检察官)[、,\u4e00-\u9fff]{0,18}?)"
    r"(?:介绍|表示|说|称|通报|透露|指出|发布)"
)
_SUBJECT_BEFORE = re.compile(
    r"(?:^|[,。;:!?、\s“(—])(?:(?:由|据|记者(?:今天|昨天|近日|日前)?(?:从|自)|从|经|同时|此外|目前|近日|日前|截至目前|其中|另外|"
    r"为此|期间|当前|与此同时|近年来|今年|去年|同年)[,:]?)*$"
)
_NOT_SUBJECT = re.compile(r"(?:与|和|同|向|对|联合|会同|协同|配合|联动|经|被|获|涉|及|促|让|助|推动|支持|督促|的)$")
_FOLLOWS = re.compile(r"^(?:的|等|、[\u4e00-\u9fff]{2,8}(?:局|委|办|院))")
_SHORTEST = 2
_SPARE = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """A body named in a block: its full name, whether it is the subject there, whether an official speaks for it."""

    start: int
    end: int
    agency: str
    subject: bool
    speaks: bool = False


class Registry:
    """Finds and names the bodies of one document."""

    def __init__(self, document: Document, lexicon: Lexicon) -> None:
        """Take place and agencies from the manifest; names that the lexicon knows are written as it writes them."""
        self.document, self.lexicon = document, lexicon
        self.known = document.agencies
        self.places = _parts(document.place)
        self.stem = re.sub(r"(?:省|市|区|县|自治区|自治州|州|盟|旗)$", "", self.places[-1]) if self.places else ""
        self.place_subject = _place_subject(document.place, self.stem)
        self._in_city = _level(document.place) == "city"
        self._names, self._starts = _names(lexicon, self.known)
        self._words: tuple[str, ...] | None = None
        self._resolved: dict[tuple[str, str, str], str | None] = {}

    def mentions(self, text: str) -> Iterator[Mention]:
        """The bodies of a block in order; a longer name wins over one inside it."""
        at, index = 0, _index()
        for found_head in self._starts.finditer(text):
            start = found_head.start()
            head = text[start : start + 2]
            if start < at:
                continue
            if name := next((it for it in self._names.get(head, ()) if text.startswith(it, start)), None):
                agency = self._canonical(name)
                yield self._mention(text, start, start + len(name), agency)
                at = start + len(name)
            else:
                for alias, found in index.get(head, ()):
                    if text.startswith(alias, start) and (mention := self._of_alias(text, start, alias, found)):
                        yield mention
                        at = mention.end
                        break

    def competent(self, text: str) -> str | None:
        """The document's first agency, where a text has words that only figures of such a body have."""
        if not self.known:
            return None
        if self._words is None:
            found = [body for body in bodies() if self.known[0].endswith(body.name)]
            self._words = tuple({word for body in found for word in (*body.competence, body.name[:-1])})
        return self.known[0] if any(word in text for word in self._words) else None

    def of_name(self, name: str, *, whole: bool = False) -> str | None:
        """The agency that a heading names, with at most two characters beside it; None where it names none."""
        spare = 0 if whole else _SPARE
        found = [mention for mention in self.mentions(name) if mention.end - mention.start >= len(name) - spare]
        return found[0].agency if found else None

    def _of_alias(self, text: str, start: int, alias: str, found: tuple[Body, ...]) -> Mention | None:
        end = start + len(alias)
        if alias == "公安" and (match := _OFFICE.match(text, end)):
            return self._mention(text, start, match.end() + 2, self._canonical(self._office(match.group(1))))
        if len(alias) <= _SHORTEST and text[end : end + 1] in set("室员会托派处科"):
            return None
        tail = _TAIL.match(text, end)
        end = tail.end() if tail and len(alias) > _SHORTEST else end
        place, begin = self._place_before(text, start)
        if (
            place is None
            and alias.endswith("支队")
            and self._in_city
            and _SUBJECT_BEFORE.search(text[max(0, start - 20) : start])
        ):
            place = ""  # a 支队 is a branch of a city's body: 交警支队 in a text about one city
        if place is None and not (alias.endswith(("机关", "系统", "部门")) or (tail and end > start + len(alias))):
            return None
        branch = ""
        if found[0].name.startswith("公安") and (match := _BRANCH.match(text, end)) and match.group(1):
            branch, end = match.group(1) + "分局", match.end()
        elif found[0].name == "公安局" and (match := _OFFICE.match(text, end)):
            branch, end = match.group(1) + "分局", match.end() + 2
        agency = self._named(place or "", found, branch)
        return self._mention(text, begin, end, agency) if agency else None

    def _office(self, area: str) -> str:
        """公安江北分局 in full: the city's bureau where the document is about the city, else as it stands."""
        city = next((part for part in self.places if part.endswith("市")), "")
        return f"{city}公安局{area}分局" if city else f"公安{area}分局"

    def _place_before(self, text: str, start: int) -> tuple[str | None, int]:
        """The place before a body and where it begins: its full name, "" for the document's own, None for none."""
        window = text[max(0, start - 16) : start]
        for part in (self.document.place, *reversed(self.places), self.stem):
            if part and window.endswith(part):
                whole = self.document.place if part != self.document.place and part == self.places[-1] else part
                return ("" if part in {self.stem, whole} or whole == self.document.place else part), start - len(part)
        if (match := _NAMED.search(window)) and not _NOT_IN_NAMES.search(match.group(1)):
            return match.group(1), start - len(match.group(1))
        if match := _HERE.search(window):
            return self._here(match.group()), start - len(match.group())
        if (match := _PLACE.search(window)) and match.group(1):
            return match.group(1), start - len(match.group(1))
        return None, start

    def _here(self, words: str) -> str:
        """The place that 市, 全区 or 省 means in this document."""
        sign = next((char for char in words if char in "省市区县州旗"), "")
        for part in self.places:
            if part.endswith(sign):
                inner = self.places[: self.places.index(part) + 1]
                return "" if inner == self.places else "".join(inner)
        return "" if not sign or sign in self.document.place else f"?{sign}"

    def _named(self, place: str, found: tuple[Body, ...], branch: str) -> str | None:
        if place.startswith("?"):
            return None
        key = (place, found[0].name, branch)
        if key not in self._resolved:
            self._resolved[key] = self._name(place or self.document.place, found, branch)
        return self._resolved[key]

    def _name(self, place: str, found: tuple[Body, ...], branch: str) -> str:
        level = _level(place)
        fitting = [body for body in found if level in body.levels] or list(found)
        names = [body.name.replace("…", place) if "…" in body.name else place + body.name for body in fitting]
        for known in self.known:  # the manifest says which of the forms this place has
            for body, name in zip(fitting, names, strict=True):
                if known == name or (place == self.document.place and known.endswith(body.name)):
                    return self._canonical(known + branch)
        return self._canonical(names[0] + branch)

    def _canonical(self, name: str) -> str:
        entry = self.lexicon.find(name, "agency")
        return entry.name if entry else name

    def _mention(self, text: str, start: int, end: int, agency: str) -> Mention:
        before, after = text[max(0, start - 20) : start], text[end : end + 40]
        speaks = bool(_OFFICIAL.match(after))
        subject = not _NOT_SUBJECT.search(before) and not _FOLLOWS.match(after)
        subject = subject and bool(_SUBJECT_BEFORE.search(_without_time(before)))
        return Mention(start, end, agency, subject, speaks)


def _without_time(text: str) -> str:
    """The last clause without the words of time and place with which it may begin."""
    clause = re.split(r"(?<=[,。;:!?])", text)[-1]
    return (
        re.sub(r"^[^,。;]{0,10}(?:年|月|日|季度|以来|期间|年来|年间|时期|天|\))[,]?(?:全[市区县省])?", "", clause)
        if clause
        else ","
    )


@cache
def _index() -> dict[str, list[tuple[str, tuple[Body, ...]]]]:
    """Names and aliases by their first two characters, the longest first."""
    by_alias: dict[str, list[Body]] = {}
    for body in bodies():
        for alias in (body.name, *body.aliases):
            if len(alias) >= _SHORTEST and "…" not in alias:
                by_alias.setdefault(alias, []).append(body)
    index: dict[str, list[tuple[str, tuple[Body, ...]]]] = {}
    for alias in sorted(by_alias, key=lambda word: (-len(word), word)):
        index.setdefault(alias[:2], []).append((alias, tuple(by_alias[alias])))
    return index


@lru_cache(maxsize=64)
def _names(lexicon: Lexicon, known: tuple[str, ...]) -> tuple[dict[str, list[str]], re.Pattern[str]]:
    """Names that the manifest and the lexicon know by their first two characters, and where any body can begin."""
    names: dict[str, list[str]] = {}
    for name in sorted({*known, *_lexicon_names(lexicon)}, key=lambda name: (-len(name), name)):
        names.setdefault(name[:2], []).append(name)
    return names, heads_pattern(frozenset(names.keys() | _index().keys()))


def _parts(place: str) -> list[str]:
    """上海市徐汇区 -> 上海市, 徐汇区."""
    return re.findall(r"[\u4e00-\u9fff]+?(?:自治区|自治州|省|市|区|县|旗|州|盟)", place) or ([place] if place else [])


def _level(place: str) -> str:
    parts = _parts(place)
    if not parts or parts[-1].endswith(("省", "自治区")):
        return "province"
    if parts[-1].endswith("市") or parts[-1].endswith(("州", "盟")):
        return "city"
    return "county" if parts[-1].endswith(("县", "旗")) else "district"


@lru_cache(maxsize=8)
def _lexicon_names(lexicon: Lexicon) -> frozenset[str]:
    """The names and aliases of agencies that say enough to be found in running text."""
    names: set[str] = set()
    for entry in lexicon.of_sort("agency"):
        if CJ.Agency not in entry.classes:
            continue  # a company or venue has no figures of its own in a report card
        names.update(
            name
            for name in (entry.name, *entry.labels.values(), *entry.aliases)
            if len(name) > 3 and name[0] > "\u2e7f"
        )
    return frozenset(names)


def _place_subject(place: str, stem: str) -> re.Pattern[str] | None:
    """How a sentence begins whose subject is the place: 2025年,临江…."""
    if not stem:
        return None
    return re.compile(rf"(?:[^,。;]{{0,12}}[,是])?(?:{re.escape(place)}|{re.escape(stem)}市?|我市)(?=[\u4e00-\u9fff])")

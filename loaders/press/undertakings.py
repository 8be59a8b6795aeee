"""Undertakings: the programmes, actions, platforms, policies and honours that a text names, and who has which part.

Names that the lexicon knows come first; unseen ones are read by their form (quotes, 《》, …行动, …平台).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.lexicon import fold
from kg.model import Role
from loaders.press.words import heads_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.lexicon import Lexicon

__all__ = ["Named", "Undertakings", "role_of"]

_ACTION = (
    "专项整治|专项行动|集中整治行动|三年行动|百日行动|系列行动|行动|整治|攻坚战|攻坚|工程|试点|改革|"
    "计划|战役|活动|竞赛|博览会|峰会|大赛|论坛|招聘会|圆桌会议|购房节|消费节|购物节"
)
_PLATFORM = (
    "平台|热线|系统|小程序|公众号|服务区|服务站|工作站|警务站|驿站|数据库|专区|"
    "大脑|客户端|驾驶舱|指挥中心|服务中心|管理中心"
)
_POLICY = "条例|办法|实施方案|方案|实施细则|细则|意见|规则|规划|清单|指引|规定|指南|措施|政策"
_MODEL = "机制|模式|制度|品牌|体系|工作法|渠道|联盟|IP|改革|警务"
_SUFFIX = f"{_ACTION}|{_PLATFORM}|{_POLICY}|{_MODEL}"
_QUOTED = re.compile(
    rf"“(?P<inner>[^“”,。;]{{2,20}})”(?:“[^“”,。;]{{2,16}}”)*(?P<tail>(?:[\u4e00-\u9fff]{{0,8}}?(?:{_SUFFIX}))?)"
)
_SLOGAN = re.compile(r"^[新大金强硬好老]|[网墙线服药牌经账单卷圈锁窗口]$|急难愁盼")
_BOOK = re.compile(r"《[^《》]{3,60}》")
_PLAIN = re.compile(
    rf"(?:开展|实施|推进|组织|启动|部署|发起|开通|建立|构建|推行|升级|打造|搭建|建设|建成|运行|运营|上线|出台|印发|发布|制定|参加|举办|承办|推出|深化|完善|优化|完成|获批|入选|获评|创新)(?:了|的)?"
    rf"(?P<name>[\u4e00-\u9fffA-Za-z0-9+·]{{3,22}}?(?:专项行动|集中整治行动|整治行动|三年行动|百日行动|攻坚行动|提升行动|攻坚战|三年提升工程|提升工程|{_PLATFORM}|条例|实施方案|实施细则|管理办法|[文艺旅消购音读体][\u4e00-\u9fff]节|博览会|峰会|大赛|试点|示范区|示范城市))(?![\u4e00-\u9fff]?(?:数|率|量))"
)
_EACH = re.compile(r"一[\u4e00-\u9fff]一(?:策|档|码|品|警|长|图|表|单|方案)(?![\u4e00-\u9fff]?化)")
_HONOUR = re.compile(
    r"(?:获评|荣获|被评为|被授予|获得|入选|入围|获批|被列为|被命名为)(?:了|为)?(?P<name>[^,。;“”《》0-9、]{4,26}?)(?:称号|荣誉)?(?=[,。;]|$)"
)
_VERBS = re.compile(
    r"开展|实施|推进|打造|深化|创新|探索|建设|推出|组织|启动|优化|擦亮|推广|推行|坚持|落实|运行|开通|上线|设立|举办|持续|构建|建立|争创|创建|获评|入选|获批|荣获|聚焦|围绕|依托|利用|参加|以|设置|实现|提供|升级|做强|做优|完善|制定|出台|发布|培育|织就|承办"
)
_RECEIVES = re.compile(
    r"(?:获评|获批|入选|荣获|获得|获授|被评为|被列为|被授予|授予|入围|跻身|斩获|捧回|获|评为|列入|命名为|认定为)[^,。;]{0,30}$"
)
_PLANS = re.compile(
    r"(?:加快制定|加快编制|研究制定|起草|争创|争取|力争|将|拟|计划|谋划|筹备|筹建|申报|申请|下一步|明年)[^,。;]{0,24}$"
)
_PART = re.compile(
    r"(?:配合|协同|联动|参与|参加|入驻|支持|(?:围绕|聚焦)(?=[国省市县区党上])|协作|协助|对接|融入|响应|加入|结合)[^,。;]{0,30}$"
)
_ISSUES = re.compile(r"(?:出台|发布|印发|制定|推出|修订|公布|编制|颁布|推动出台)[^,。;]{0,40}$")
_JOINT = re.compile(r"(?:联合|协同|联动)[^,。;]{0,24}$")


_KEPT = re.compile(r"[^“”\"'‘’《》「」『』〈〉*· ]+")


@dataclass(frozen=True, slots=True)
class Named:
    """An undertaking named in a block: its name, whether the lexicon knows it, and the sort that its form suggests."""

    start: int
    end: int
    name: str
    known: bool
    sort: str


class Undertakings:
    """Finds the undertakings of one document."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Index the names and aliases of the lexicon by their first two characters."""
        self._names = _index(lexicon)
        self._heads = heads_pattern(frozenset(self._names))

    def named(self, text: str, names: tuple[tuple[int, int], ...]) -> list[Named]:
        """The undertakings of a block, in order and apart from each other; `names` are its quoted stretches."""
        found = [*self._known(text), *_by_form(text, names)]
        found.sort(key=lambda it: (not it.known, it.start, -it.end))
        kept: list[Named] = []
        for item in found:
            if all(item.end <= other.start or other.end <= item.start for other in kept):
                kept.append(item)
        return sorted(kept, key=lambda it: it.start)

    def _known(self, text: str) -> Iterator[Named]:
        if not self._names:
            return
        plain, offsets = _without_quotes(text)
        at = 0
        for head in self._heads.finditer(plain):
            start = head.start()
            if start < at:
                continue
            for name, canonical, sort in self._names.get(plain[start : start + 2], ()):
                if plain.startswith(name, start):
                    at = start + len(name)
                    yield Named(offsets[start], offsets[at - 1] + 1, canonical, True, sort)
                    break


@lru_cache(maxsize=8)
def _index(lexicon: Lexicon) -> dict[str, list[tuple[str, str, str]]]:
    """Folded names, canonical names and sorts by the first two characters, the longest first."""
    index: dict[str, list[tuple[str, str, str]]] = {}
    for entry in lexicon.of_sort("undertaking"):
        sort = next((str(iri).rsplit("#", 1)[-1] for iri in sorted(entry.classes)), "")
        for name in {entry.name, *entry.labels.values(), *entry.aliases}:
            plain = fold(name)
            if len(plain) > 2 and plain[0] > "\u2e7f":  # two characters are too common
                index.setdefault(plain[:2], []).append((plain, entry.name, sort))
    for found in index.values():
        found.sort(key=lambda item: (-len(item[0]), item))
    return index


def role_of(text: str, named: Named) -> Role:
    """The part that the subject has in an undertaking, from the words before it and its form."""
    before = text[max(0, named.start - 44) : named.start].rstrip("“《")
    clause = re.split(r"[,。;!?]", before)[-1]
    if re.search(r"争创|争取(?!到)", clause) or (named.sort == "Policy" and _PLANS.search(clause)):
        return Role.PLANS
    if named.sort == "Recognition" or _RECEIVES.search(clause):
        return Role.RECEIVES
    if _PLANS.search(clause):
        return Role.PLANS
    if "牵头" in clause:
        return Role.LEADS
    if _PART.search(clause) or _JOINT.search(clause) or clause.endswith("与"):
        return Role.TAKES_PART
    if named.sort == "Policy" and (_ISSUES.search(clause) or named.name.startswith("《")):
        return Role.ISSUES
    if re.match(r"[”》]?(?:手机端|建设)?(?:运行|运营)", text[named.end :]):
        return Role.OPERATES
    if (
        named.sort == "Platform"
        and not named.name.endswith("区")
        and not re.search(r"(?:启动|推进|推动|加快)[^,。;]{0,20}$", clause)
    ):
        return Role.OPERATES
    return Role.LEADS


def _by_form(text: str, names: tuple[tuple[int, int], ...]) -> Iterator[Named]:
    for match in _BOOK.finditer(text):
        yield Named(match.start(), match.end(), match.group(), False, "Policy")
    for match in _QUOTED.finditer(text):
        start, end, tail = match.start("inner") - 1, match.end(), match["tail"] or ""
        before = text[max(0, start - 12) : start]
        if any(a == start for a, _ in names) and (
            tail or (_VERBS.search(before) and not _SLOGAN.search(match["inner"]))
        ):
            name = text[start:end] if tail and re.search(r"[0-9]|^.{2}$", match["inner"]) else match["inner"]
            yield Named(start, end, name, False, _sort(text[start:end] if tail else name))
    for match in _PLAIN.finditer(text):
        yield Named(match.start("name"), match.end("name"), match["name"], False, _sort(match["name"]))
    for match in _EACH.finditer(text):
        yield Named(match.start(), match.end(), match.group(), False, "Programme")
    for match in _HONOUR.finditer(text):
        yield Named(match.start("name"), match.end("name"), match["name"], False, "Recognition")


def _sort(name: str) -> str:
    for sort, words in (("Policy", _POLICY), ("Platform", _PLATFORM), ("Initiative", _ACTION)):
        if re.search(rf"(?:{words})$", name):
            return sort
    return "Recognition" if re.search(r"(?:示范区|示范城市|试点城市|称号)$", name) else "Programme"


def _without_quotes(text: str) -> tuple[str, list[int]]:
    folded = text.casefold()
    if len(folded) != len(text):  # ß has two characters then
        folded = "".join(char if len(char.casefold()) > 1 else char.casefold() for char in text)
    kept = list(_KEPT.finditer(folded))
    return "".join(run.group() for run in kept), [at for run in kept for at in range(*run.span())]

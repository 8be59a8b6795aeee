"""What a thing of the graph is in one line, as people would say it, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from rdflib import RDF, SH, SKOS, Literal, URIRef
from rdflib.namespace import PROV

from kg.lexicon import Lexicon
from kg.pages.names import Names
from kg.pages.periods import period_text
from kg.terms import CJ, CV, DCT, PREFIXES, name_of

if TYPE_CHECKING:
    from kg.answer import Term

__all__ = ["SPOKEN", "Kind", "Said", "Sayings", "Thing", "kind_of_thing"]

Said = tuple[str, str]
"""A text in Chinese and in English."""

Kind = str
"""A sort of thing that is told apart in a difference: a key of SPOKEN."""

SPOKEN: dict[Kind, Said] = {
    "document": ("文档", "documents"),
    "claim": ("陈述", "claims"),
    "involvement": ("参与", "involvements"),
    "organisation": ("组织", "organisations"),
    "undertaking": ("事项", "undertakings"),
    "metric": ("指标", "metrics"),
    "place": ("地点", "places"),
    "finding": ("问题", "findings"),
    "term": ("词汇", "terms"),
    "other": ("其他（文段、时段、来源等）", "other (passages, periods, provenance)"),
}
"""What the sorts of things are called, in the order of a report; those of the last are counted, not told."""

_KINDS: dict[URIRef, Kind] = {
    CJ.Document: "document",
    CJ.Claim: "claim",
    CJ.Involvement: "involvement",
    CJ.Agency: "organisation",
    CJ.Organisation: "organisation",
    **dict.fromkeys((CJ.Programme, CJ.Initiative, CJ.Platform, CJ.Policy, CJ.Recognition), "undertaking"),
    CJ.Metric: "metric",
    CJ.Place: "place",
    **dict.fromkeys((CJ.Passage, CJ.Period, CJ.Publisher, CJ.Extraction, CJ.IdentityDecision), "other"),
}
_WORDS: dict[str, Said] = {
    str(PROV.wasQuotedFrom): ("原文位置", "characters"),
    str(CV.role): ("角色", "role"),
    str(DCT.title): ("标题", "title"),
    str(RDF.type): ("类别", "class"),
    str(SH.resultMessage): ("说明", "message"),
    str(SH.resultSeverity): ("严重程度", "severity"),
    str(SKOS.altLabel): ("别名", "alias"),
    str(SKOS.closeMatch): ("相近于", "close match"),
    str(SKOS.exactMatch): ("即", "exact match"),
    str(SKOS.note): ("备注", "note"),
    str(SKOS.prefLabel): ("名称", "label"),
}
_FINDING = f"{PREFIXES['finding']}"


@dataclass(frozen=True, slots=True)
class Thing:
    """All that a graph says of one thing: the objects of each property, sorted."""

    iri: str
    properties: Mapping[URIRef, Sequence[Term]]

    def one(self, predicate: URIRef) -> Term | None:
        """The first object of a property, None where it has none."""
        return next(iter(self.properties.get(predicate, ())), None)


def kind_of_thing(thing: Thing) -> Kind:
    """The sort of a thing; a finding may be known by its IRI alone, since decisions stand in a graph of their own."""
    if thing.iri.startswith(_FINDING) or SH.ValidationResult in thing.properties.get(RDF.type, ()):
        return "finding"
    kinds = [_KINDS[it] for it in thing.properties.get(RDF.type, ()) if it in _KINDS]  # type: ignore[index] # terms
    return kinds[0] if kinds else "term"


@dataclass(slots=True)
class Sayings:
    """Puts things into words with the labels (by IRI and language) of their graph, and the words of its passages."""

    labels: Mapping[str, Mapping[str, str]]
    words: dict[str, str] = field(default_factory=dict)
    _names: dict[str, Names] = field(default_factory=lambda: {it: Names(Lexicon(), it) for it in ("zh", "en")})

    def thing(self, thing: Thing, kind: Kind) -> Said:
        """What a thing is."""
        by_kind = {"claim": self._claim, "involvement": self._involvement, "document": self._document}
        if kind == "finding":
            return self._finding(thing)
        spoken = by_kind.get(kind)
        return spoken(thing) if spoken else self.both(URIRef(thing.iri))

    def revised(self, old: Thing, new: Thing, before: Sayings) -> Said:
        """A claim before and after: `破获案件：1600余起 → 1670起（2025年，临江市公安局）`."""
        was, now = before._figure(old), self._figure(new)
        if was == now:
            return self._claim(new)
        zh, en = f"{was[0]} → {now[0]}", f"{was[1]} → {now[1]}"
        return self._stated(new, (zh, en))

    def both(self, value: Term | None) -> Said:
        """A term in both languages."""
        return self.text(value, "zh"), self.text(value, "en")

    def text(self, value: Term | None, lang: str) -> str:
        """A term as people read it: a label, the days of a period, the characters of a passage, or plain text."""
        if value is None:
            return ""
        if not isinstance(value, URIRef):
            return str(value)
        if "#char=" in value:
            span = value.rsplit("=", 1)[-1].replace(",", "–")
            return f"第 {span} 字" if lang == "zh" else f"characters {span}"
        if "/period/" in value:
            start, _, end = name_of(value).partition("_")
            return period_text(date.fromisoformat(start), date.fromisoformat(end), lang)
        found = self.labels.get(str(value), {})
        words = _WORDS.get(str(value))
        own = found.get(lang) or found.get("zh") or (words and words[lang == "en"])
        return own or self._names[lang].label(value)

    def _claim(self, it: Thing) -> Said:
        return self._stated(it, self._figure(it))

    def _stated(self, it: Thing, figure: Said) -> Said:
        """A figure with its metric before it, and the period and who it is about behind it."""
        metric, period = self.both(it.one(CJ.metric)), self.both(it.one(CJ.period))
        whose = self.both(it.one(CJ.agency) or it.one(CJ.place))
        planned = str(it.one(CJ.status) or "").endswith("/planned")
        zh = f"{metric[0]}：{'计划' if planned else ''}{figure[0]}（{period[0]}，{whose[0]}）"
        return zh, f"{metric[1]}: {'planned ' if planned else ''}{figure[1]} ({period[1]}, {whose[1]})"

    def _figure(self, it: Thing) -> Said:
        """The quantity as it is printed; in English as a number, where it has one."""
        number, unit, bound = it.one(CJ.value), self.both(it.one(CJ.unit)), self.text(it.one(CJ.bound), "en")
        passages = sorted(it.properties.get(PROV.wasQuotedFrom, ()), key=_start)
        words = next((self.words[str(one)] for one in passages if str(one) in self.words), "")
        words = "".join(words.replace("*", "").split())
        plain = f"{Decimal(str(number)):,f}" if number is not None else ""
        exact = str(it.one(CJ.bound) or "").endswith("/exact")
        counted = "%" if unit[0] == "%" else f" {unit[1]}"
        zh, en = words or f"{plain}{unit[0]}", f"{'' if exact else f'{bound} '}{plain}{counted}"
        up, base = self.both(it.one(CJ.direction)), self.both(it.one(CJ.base))
        zh = f"{base[0]}{up[0]}{zh}"
        return zh, " ".join(filter(None, (up[1], en if plain else words, base[1])))

    def _involvement(self, it: Thing) -> Said:
        who, role, what, when = (self.both(it.one(each)) for each in (CJ.agency, CV.role, CJ.undertaking, CJ.period))
        return f"{who[0]} {role[0]} {what[0]}（{when[0]}）", f"{who[1]} {role[1]} {what[1]} ({when[1]})"

    def _document(self, it: Thing) -> Said:
        title, by, when = (self.both(it.one(each)) for each in (DCT.title, DCT.publisher, DCT.issued))
        return f"《{title[0]}》（{by[0]}，{when[0]}）", f"{title[1]} ({by[1]}, {when[1]})"

    def _finding(self, it: Thing) -> Said:
        messages = {
            str(one.language): str(one) for one in it.properties.get(SH.resultMessage, ()) if isinstance(one, Literal)
        }
        name = name_of(it.iri)
        return messages.get("zh", name), messages.get("en", name)


def _start(passage: Term) -> int:
    start = str(passage).rpartition("=")[2].partition(",")[0]
    return int(start) if start.isdecimal() else 0

"""A lexicon drafted from sheets, for a person to edit: it only says what names and sheets prove, and marks the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rdflib import RDF, SKOS, Literal, URIRef
from rdflib.namespace import ORG

from kg import turtle
from kg.terms import BASE, CJ, DCT, PREFIXES, iri
from loaders.names import Name, Names, plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.answer import Triple
    from kg.lexicon import Lexicon

__all__ = ["TODO", "draft"]

TODO = "TODO"
"""How a label or a definition begins that a person has to write."""

_MENTIONS = 5
_COMPANY = re.compile(r"公司|集团|协会|商会|学会|联盟|基金会|合作社|银行$")
_UNIT = re.compile(r".{0,12}(分局|支队|大队|中队|总队|派出所|支局|分院|分中心|服务站|工作站|服务中心|所)")
_CLASSES = (
    ("Policy", re.compile(r"条例|办法|规定|细则|方案|措施|意见|清单|规划|政策$|\d+条$")),
    ("Platform", re.compile(r"平台|热线|系统|小程序|大脑|云脑|[Aa][Pp][Pp]$")),
    ("Initiative", re.compile(r"行动|整治|攻坚|战役|会战|大比武")),
)
_LEVELS = (
    ("international", re.compile("国际|世界|全球|亚洲")),
    ("national", re.compile("全国|国家|中国|中央")),
    ("provincial", re.compile("省|自治区")),
    ("municipal", re.compile("市")),
    ("district", re.compile("[区县]")),
)
_FLOW = re.compile(
    r"(?:滚动|集中|深入|快速|联合)?(?:"
    r"新[增建设签开]|侦破|破获|抓获|打掉|查[处获办]|办[理结]|受理|审结|调解|化解|处[置理]|清理|整[治改]|治理|排查|封堵|抽检|"
    r"更换|改造|加装|安装|修缮|发放|举办|召开|开展|评选|培训|接[待听]|劝阻|止付|返还|追[回缴]|挽回|投[入放]|拨付|兑[现付]|"
    r"减免|救助|拆除|出动|走访|投诉|举报)"
)
_FLOW_UNITS = re.compile("起|.*次")
_MAXIMUM = re.compile("最(长|大|高|多|久)(?!限度)")
_STOCK = re.compile("现有|接入|在册|保有|存量|余额|库存|常住|注册用户")
_LASTING = frozenset({"year", "month", "day", "hour", "minute", "天", "日", "小时", "分钟", "岁"})
_RATIOS = {"share": "percent", "rate": "percent", "rank": "rank", "multiple": "multiple"}


def draft(names: Names, lexicon: Lexicon, place: str, before: str = "") -> str:
    """Turtle for the unknown names, to be written after `before` (an existing lexicon, which stays as it is).

    Empty where there is nothing to add. The result passes the gate; what a person must decide is marked TODO.
    """
    drafter = _Drafter(names, lexicon, place)
    body = "\n".join(f"# {title}\n\n" + "\n".join(blocks) for title, blocks in drafter.sections() if blocks)
    if not body:
        return ""
    fresh = {prefix: it for prefix, it in drafter.namer.used.items() if f"@prefix {prefix}: <{it}> ." not in before}
    said = f"# 由 kg init-city 起草，凡 {TODO} 处待人工填写。 Drafted by kg init-city: fill in each {TODO}."
    return f"{said}\n\n{turtle.prefixes(fresh)}\n{body}" if fresh else f"{said}\n\n{body}"


class _Drafter:
    def __init__(self, names: Names, lexicon: Lexicon, place: str) -> None:
        self.namer = turtle.Namer(PREFIXES)
        self._names, self._lexicon, self._place = names, lexicon, place
        self._places = _known(lexicon, "place") | {it.name: iri("place", it.name) for it in names.of("place")}
        self._bodies = _known(lexicon, "agency") | {it.name: self._body(it.name) for it in names.of("agency")}

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """Each section of the lexicon with its blocks."""
        makers: list[tuple[str, str, Callable[[Name], tuple[list[Triple], str]]]] = [
            ("地点。 Places.", "place", self._a_place),
            ("组织。 Organisations.", "agency", self._an_organisation),
            ("事项。 Undertakings.", "undertaking", self._an_undertaking),
            ("指标。 Metrics.", "metric", self._a_metric),
            ("单位。 Units.", "unit", self._a_unit),
            ("比较基准。 Bases.", "base", self._a_base),
        ]
        for title, sort, make in makers:
            variants = self._names.variants(sort)
            yield title, [self._block(name, variants[name.name], *make(name)) for name in self._names.of(sort)]

    def _block(self, name: Name, variants: list[str], triples: list[Triple], hint: str) -> str:
        """One entity: where the sheets speak of it, what a person should look at, and its triples."""
        node = triples[0][0]
        others = [(node, SKOS.altLabel, Literal(variant, lang="zh")) for variant in variants]
        places = [f"{it.document} {it.start}-{it.end} {_one_line(it.words)}" for it in name.mentions]
        rest = len(places) - _MENTIONS
        more = [f"… + {rest}"] if rest > 0 else []
        hints = [f"{TODO} {hint}"] if hint else []
        said = "".join(f"# {line}\n" for line in [*places[:_MENTIONS], *more, *hints])
        return said + "".join(turtle.blocks(turtle.sorted_triples([*triples, *others]), self.namer))

    def _a_place(self, name: Name) -> tuple[list[Triple], str]:
        node = iri("place", name.name)
        triples = _entry(node, CJ.Place, name)
        whole = _longest(self._places, lambda it: name.name.startswith(it) and it != name.name)
        if whole:
            triples.append((node, DCT.isPartOf, self._places[whole]))
        return triples, "" if whole else "dct:isPartOf, dct:identifier"

    def _an_organisation(self, name: Name) -> tuple[list[Triple], str]:
        node = self._bodies[name.name]
        public = not _is_no_agency(name.name, self._places)
        triples = _entry(node, CJ.Agency if public else CJ.Organisation, name)
        triples.append((node, DCT.spatial, self._area(name.name)))
        parent = _longest(
            self._bodies, lambda it: name.name.startswith(it) and _UNIT.fullmatch(name.name[len(it) :]) is not None
        )
        if parent:
            triples.append((node, ORG.unitOf, self._bodies[parent]))
        return triples, "org:subOrganizationOf" if public and not parent else ""

    def _area(self, body: str) -> URIRef:
        """The area of a body: of a branch the district in its name, else the one that its name begins with."""
        branch = _longest(self._places, lambda it: body.endswith((f"{it[:-1]}分局", f"{it}分局")))
        area = branch or _longest(self._places, body.startswith)
        return self._places[area] if area else self._places.get(self._place, iri("place", self._place))

    def _body(self, name: str) -> URIRef:
        return iri("organisation" if _is_no_agency(name, self._places) else "agency", name)

    def _an_undertaking(self, name: Name) -> tuple[list[Triple], str]:
        kind = _class_of(name)
        node = iri(kind.lower(), name.name)
        triples = _entry(node, CJ[kind], name)
        if kind != "Recognition":
            return triples, ""
        level = next((level for level, words in _LEVELS if words.search(name.name)), None)
        triples.append((node, CJ.level, iri("level", level or "municipal")))
        return triples, "" if level else "cj:level"

    def _a_metric(self, name: Name) -> tuple[list[Triple], str]:
        node, kind = iri("metric", name.name), _kind_of(name)
        units = sorted(name.units.get(kind) or {_RATIOS.get(kind, "one"): 1})
        units = [unit for unit in units if unit != "one"] or units
        accumulation = _accumulation(name.name, kind, units)
        triples = [
            *_entry(node, CJ.Metric, name),
            *_todo(node, SKOS.definition),
            (node, CJ.metricKind, iri("kind", kind)),
            (node, CJ.accumulation, iri("accumulation", accumulation or "none")),
            *((node, CJ.unit, self._unit(unit)) for unit in units),
        ]
        doubts = {"cj:accumulation": not accumulation, "cj:unit": kind not in name.units}
        return triples, ", ".join(doubt for doubt, there in doubts.items() if there)

    def _unit(self, unit: str) -> URIRef:
        entry = self._lexicon.find(unit, "unit")
        return entry.iri if entry else iri("unit", plain_name(unit))

    def _a_unit(self, name: Name) -> tuple[list[Triple], str]:
        return _concept("unit", CJ.Unit, name), ""

    def _a_base(self, name: Name) -> tuple[list[Triple], str]:
        return _concept("base", CJ.Base, name), ""


def _known(lexicon: Lexicon, sort: str) -> dict[str, URIRef]:
    """The names and Chinese labels that a lexicon has for a sort."""
    return {name: entry.iri for entry in lexicon.of_sort(sort) for name in (entry.name, entry.label("zh"))}


def _longest(names: dict[str, URIRef], fits: Callable[[str], bool]) -> str | None:
    return max((name for name in names if fits(name)), key=lambda it: (len(it), it), default=None)


def _is_no_agency(name: str, places: dict[str, URIRef]) -> bool:
    """Whether a body is none with a public duty: a company, an association, or a city as such."""
    return name in places or _COMPANY.search(name) is not None


def _entry(node: URIRef, kind: URIRef, name: Name) -> list[Triple]:
    """The class and the labels of a thing; the English one is for a person to write."""
    return [
        (node, RDF.type, kind),
        (node, SKOS.prefLabel, Literal(name.name, lang="zh")),
        (node, SKOS.prefLabel, Literal(f"{TODO} {name.name}", lang="en")),
    ]


def _todo(node: URIRef, predicate: URIRef) -> list[Triple]:
    return [(node, predicate, Literal(TODO, lang=lang)) for lang in ("zh", "en")]


def _concept(kind: str, of: URIRef, name: Name) -> list[Triple]:
    node = iri(kind, name.name)
    return [*_entry(node, of, name), *_todo(node, SKOS.definition), (node, SKOS.inScheme, URIRef(f"{BASE}{kind}"))]


def _class_of(name: Name) -> str:
    if "receives" in name.roles:
        return "Recognition"
    if any("《" in spelling for spelling in name.spellings):
        return "Policy"
    found = {kind: [match.end() for match in words.finditer(name.name)] for kind, words in _CLASSES}
    last = max((end for ends in found.values() for end in ends), default=0)
    return next((kind for kind, ends in found.items() if last in ends), "Programme")


def _kind_of(name: Name) -> str:
    """The kind of the thing itself: what most claims state of it that are no changes, else what its name ends with."""
    kinds = [(count, kind) for kind, count in name.kinds.items() if kind not in {"change", "points"}]
    if kinds:
        return max(kinds)[1]
    return "share" if re.search("占比$|比重$", name.name) else "rate" if name.name.endswith("率") else "level"


def _accumulation(name: str, kind: str, units: list[str]) -> str | None:
    """How a metric adds up, where kind, unit or wording prove it."""
    if kind == "level" and _MAXIMUM.search(name):
        return "maximum"
    if kind in _RATIOS or _LASTING.intersection(units):
        return "none"
    if _STOCK.match(name):
        return "stock"
    counted = all(_FLOW_UNITS.fullmatch(unit) for unit in units)
    return "flow" if counted or (_FLOW.match(name) and "事项" not in name) else None


def _one_line(words: str) -> str:
    return " ".join(words.split())

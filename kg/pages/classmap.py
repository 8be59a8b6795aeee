"""The ontology drawn: the map of its main classes, and each class with its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.pages.diagram import Edge, Node, Row, Source, box, chart
from kg.pages.glossary import called, glossary
from kg.terms import CJ, OA, PROV

if TYPE_CHECKING:
    from markupsafe import Markup
    from rdflib import URIRef

    from kg.pages.names import Names
    from kg.pages.ontology import ClassView
    from kg.pages.rules import Slot

__all__ = ["mapped", "pictured"]

_BANDS = (
    (0, 108, "谁、做什么、量什么", "Who, what, which measure"),
    (120, 150, "文本所述", "What texts state"),
    (282, 108, "出处与时空", "Source, time and place"),
)
_PLACES: dict[str, tuple[int, int, str]] = {
    "Undertaking": (160, 64, ""),
    "Organisation": (424, 64, ""),
    "Metric": (736, 64, ""),
    "Involvement": (292, 202, "stated"),
    "Claim": (580, 202, "stated"),
    "Document": (90, 346, ""),
    "Passage": (330, 346, ""),
    "Period": (534, 346, ""),
    "Place": (738, 346, ""),
}
"""Where the main classes stand on the map, by hand: no automatic layout reads as well."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the map: a property of a class, the path, and the middle of its words."""

    start: str
    property: URIRef
    drawn: str
    x: int
    y: int
    derived: bool = False


_LINES = (
    _Line("Organisation", CJ.involvedIn, "M348 64H238", 293, 56, derived=True),
    _Line("Involvement", CJ.undertaking, "M264 175 186 93", 212, 150),
    _Line("Involvement", CJ.agency, "M320 175 398 93", 330, 150),
    _Line("Claim", CJ.agency, "M542 175 450 93", 519, 152),
    _Line("Claim", CJ.programme, "M503 190C444 140 304 128 236 93", 414, 138),
    _Line("Claim", CJ.metric, "M618 175 710 93", 690, 140),
    _Line("Involvement", PROV.wasQuotedFrom, "M296 229 320 317", 268, 266),
    _Line("Involvement", CJ.period, "M346 229 496 317", 388, 258),
    _Line("Claim", PROV.wasQuotedFrom, "M526 229 378 317", 482, 272),
    _Line("Claim", CJ.period, "M574 229 540 317", 578, 266),
    _Line("Claim", CJ.place, "M624 229 712 317", 690, 266),
    _Line("Passage", OA.hasSource, "M254 346H168", 211, 338),
)


def mapped(names: Names) -> Markup:
    """The main classes and how they stand to each other; raises KeyError where the ontology has no such property."""
    nodes = [
        Node(_label(str(CJ[name]), names), f"cj:{name}", f"#{name}", x, y, kind)
        for name, (x, y, kind) in _PLACES.items()
    ]
    edges = [Edge(it.drawn, _told(it, names), it.x, it.y, it.derived) for it in _LINES]
    bands = [(top, height, names.t(zh, en)) for top, height, zh, en in _BANDS]
    return chart(nodes, edges, bands, names.t("主要的类及其关系", "The main classes and how they relate"))


def pictured(of: ClassView, names: Names) -> Markup:
    """A class with its properties, what they take and what points to it."""
    rows = [*(_row(it, names) for it in of.slots), *(_row(it, names, faint=True) for it in of.further)]
    sources = [Source(_label(other, names), _anchor(other), called(it, names)) for other, it in of.sources]
    title = of.word.label(names.lang)
    words = names.t(f"{title}及其属性与相邻的类", f"{title}: its properties and neighbours")
    return box(title, of.word.name, rows, sources, words)


def _told(line: _Line, names: Names) -> str:
    """The words on a line: the property, and how often where a shape says so."""
    shaped, free = glossary().slots(str(CJ[line.start]))
    slots = {it.path: it for it in (*free, *shaped)}
    slot, words = slots[str(line.property)], called(str(line.property), names)
    return words if slot in free else f"{words} {slot.times}"


def _row(slot: Slot, names: Names, *, faint: bool = False) -> Row:
    times = "" if faint else slot.times
    own = [it for it in slot.values if it in glossary().words]
    if own:
        return Row(called(slot.path, names), times, _label(own[0], names), _anchor(own[0]), faint)
    return Row(called(slot.path, names), times, _taken(slot, names), "", faint)


def _taken(slot: Slot, names: Names) -> str:
    """What a property takes that is no class of ours: datatypes, languages, a list of its own."""
    if slot.listed:
        labels = [names.label(it) for it in slot.listed]
        return names.t("、", ", ").join(labels)
    if slot.languages:
        return " ".join(f"@{it}" for it in slot.languages)
    return " ".join(names.label(it) for it in slot.values)


def _label(iri: str, names: Names) -> str:
    return glossary().words[iri].label(names.lang)


def _anchor(iri: str) -> str:
    return f"#{glossary().words[iri].name}"

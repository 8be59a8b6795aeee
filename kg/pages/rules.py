"""What the shapes of ontology/ demand, read for people: how often a class bears a property, of what values, and why.

Shapes that only serve inside others (`sh:or`, `sh:not`) are conditions and no demands: the shape that uses them speaks.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from rdflib import RDF, SH, BNode, Literal, URIRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.answer import Term, Triple

__all__ = ["Rule", "Rules", "Slot"]

_INSIDE = (SH.property, SH["not"], SH.node)
_LISTS = (SH["or"], SH["and"], SH.xone)
_COMPARED = (SH.lessThan, SH.lessThanOrEquals, SH.disjoint, SH.equals)
_PATHS = (SH.alternativePath, SH.inversePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)


@dataclass(frozen=True, slots=True)
class Rule:
    """What one shape says where it is broken, how serious that is (`Violation`, `Warning`, `Info`), and about what."""

    shape: str
    zh: str
    en: str
    severity: str
    classes: tuple[str, ...]
    properties: tuple[str, ...]

    def message(self, lang: str) -> str:
        """What it says in a language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Slot:
    """A property as the things of a class bear it: how often at least and at most, and which values it takes.

    `path` is the property; `values` are classes and datatypes, `listed` the only terms allowed, `languages` the tags
    of its texts.
    """

    path: str
    least: int = 0
    most: int | None = None
    values: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def times(self) -> str:
        """How often, as UML writes it: `1`, `0..1`, `1..*`."""
        most = "*" if self.most is None else str(self.most)
        return most if str(self.least) == most else f"{self.least}..{most}"


class Rules:
    """The shapes of some triples."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._about: dict[Term, dict[URIRef, list[Term]]] = defaultdict(dict)
        for subject, predicate, value in triples:
            self._about[subject].setdefault(predicate, []).append(value)

    @cached_property
    def slots(self) -> dict[str, tuple[Slot, ...]]:
        """The properties of each class that a shape targets, in the order in which the shape lists them."""
        found: dict[str, dict[str, Slot]] = {}
        for shape, classes in self._targeted:
            for each in [shape, *self._values(shape, SH.property)]:
                path = next(iter(self._values(each, SH.path)), None)
                for name in classes:
                    own = found.setdefault(name, {})
                    if isinstance(path, URIRef):
                        own[str(path)] = self._slot(each, own.get(str(path), Slot(str(path))), name)
        return {name: tuple(own.values()) for name, own in found.items()}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every demand with a message, each shape once, with all the classes that it is made on."""
        found: dict[str, Rule] = {}
        for shape, classes in self._demands():
            rule = self._rule(shape, classes)
            before = found.get(rule.shape)
            if before is not None:
                rule = replace(rule, classes=tuple(dict.fromkeys((*before.classes, *rule.classes))))
            if rule.zh:
                found[rule.shape] = rule
        return tuple(found.values())

    @cached_property
    def _targeted(self) -> list[tuple[Term, tuple[str, ...]]]:
        """The shapes that name the classes which they are for."""
        return [
            (shape, tuple(map(str, facts[SH.targetClass])))
            for shape, facts in self._about.items()
            if SH.targetClass in facts
        ]

    def _demands(self) -> Iterator[tuple[Term, tuple[str, ...]]]:
        for shape, classes in self._targeted:
            for each in [shape, *self._values(shape, SH.property)]:
                yield each, classes
        for shape, facts in self._about.items():
            for target in facts.get(SH.targetSubjectsOf, ()):
                yield (
                    shape,
                    tuple(name for name, own in self.slots.items() if str(target) in {it.path for it in own}),
                )

    def _values(self, node: Term, predicate: URIRef) -> list[Term]:
        return self._about[node].get(predicate, []) if node in self._about else []

    def _items(self, node: Term) -> Iterator[Term]:
        """The members of a list."""
        while node in self._about and RDF.first in self._about[node]:
            yield self._about[node][RDF.first][0]
            node = self._about[node][RDF.rest][0]

    def _steps(self, path: Term) -> Iterator[str]:
        """Every property in a path."""
        if not isinstance(path, BNode):
            yield str(path)
        for one in [*self._items(path), *(it for kind in _PATHS for it in self._values(path, kind))]:
            yield from self._steps(one)

    def _read(self, shape: Term) -> Iterator[str]:
        """Every property that a shape looks at, itself or through the shapes inside it."""
        for path in self._values(shape, SH.path):
            yield from self._steps(path)
        for kind in (*_COMPARED, SH.targetSubjectsOf):
            yield from map(str, self._values(shape, kind))
        if not (self._values(shape, SH.targetClass) and self._values(shape, SH.property)):
            # The list of a class's properties looks at none itself: each has a shape, which speaks for it.
            yield from (it for each in self._inner(shape) for it in self._read(each))

    def _inner(self, shape: Term) -> list[Term]:
        listed = [it for kind in _LISTS for head in self._values(shape, kind) for it in self._items(head)]
        return [*listed, *(it for kind in _INSIDE for it in self._values(shape, kind))]

    def _slot(self, shape: Term, slot: Slot, name: str) -> Slot:
        """A slot with what one more shape demands of it."""
        least = [int(str(it)) for it in self._values(shape, SH.minCount)]
        most = [int(str(it)) for it in self._values(shape, SH.maxCount)]
        values = [*self._values(shape, SH["class"]), *self._values(shape, SH.datatype)]
        listed = [it for head in self._values(shape, SH["in"]) for it in self._items(head)]
        tags = [it for head in self._values(shape, SH.languageIn) for it in self._items(head)]
        if tags and Literal(True) in self._values(shape, SH.uniqueLang):
            most.append(len(tags))
        rule = self._rule(shape, (name,))
        return replace(
            slot,
            least=max([slot.least, *least]),
            most=min([*most, *([] if slot.most is None else [slot.most])], default=None),
            values=tuple(dict.fromkeys([*slot.values, *map(str, values)])),
            listed=slot.listed or tuple(map(str, listed)),
            languages=slot.languages or tuple(map(str, tags)),
            rules=(*slot.rules, rule) if rule.zh else slot.rules,
        )

    def _rule(self, shape: Term, classes: tuple[str, ...]) -> Rule:
        said = {it.language: str(it) for it in self._values(shape, SH.message) if isinstance(it, Literal)}
        severity = next((str(it).rpartition("#")[2] for it in self._values(shape, SH.severity)), "Violation")
        read = tuple(dict.fromkeys(self._read(shape)))
        return Rule(str(shape), said.get("zh", ""), said.get("en", ""), severity, classes, read)

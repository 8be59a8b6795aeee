"""The documentation of the ontology, made from its own files and from the graph that uses it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rdflib import OWL, URIRef

from kg.pages.asking import ask, values
from kg.pages.classmap import mapped, pictured
from kg.pages.glossary import Glossary, Word, called, glossary
from kg.terms import DCT, PREFIXES
from kg.turtle import Namer, blocks, sorted_triples

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from kg.answer import Triple
    from kg.pages.names import Names
    from kg.pages.rules import Rule, Slot
    from kg.session import KG

__all__ = ["ClassView", "ListView", "OntologyView", "PropertyView", "ontology"]

_SHORT = Namer()
_MOST = 5
"""Values of one property in an example at most; what is left out is counted below it."""

_CLASSES = """SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) (MIN(STR(?thing)) AS ?first)
WHERE { VALUES ?class { $all } ?thing a ?class } GROUP BY ?class"""
_PROPERTIES = """SELECT ?property (COUNT(*) AS ?n)
WHERE { VALUES ?property { $all } ?thing ?property ?value } GROUP BY ?property"""
_USERS = """SELECT ?property ?class (COUNT(*) AS ?n)
WHERE { VALUES ?property { $all } ?thing ?property ?value . ?thing a ?class } GROUP BY ?property ?class"""
_CONCEPTS = """SELECT ?concept (COUNT(*) AS ?n)
WHERE { VALUES ?concept { $all } ?thing ?property ?concept } GROUP BY ?concept"""
_EXAMPLES = "SELECT ?thing ?property ?value WHERE { VALUES ?thing { $all } ?thing ?property ?value }"


@dataclass(frozen=True, slots=True)
class ClassView:
    """A class: its properties with a shape and without, its other rules, who points to it, and one thing of it.

    `below` are its subclasses, `inherits` the classes above whose properties it has too; `sources` are pairs of class
    and property; `uses` counts the things of it and of its subclasses; `example` is Turtle of the thing `first`, both
    empty where the graph has none.
    """

    word: Word
    slots: tuple[Slot, ...]
    further: tuple[Slot, ...]
    rules: tuple[Rule, ...]
    sources: tuple[tuple[str, str], ...]
    below: tuple[str, ...]
    inherits: tuple[str, ...]
    uses: int = 0
    first: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class PropertyView:
    """A property: the rules that look at it, and how often the graph uses it.

    `users` are, where no domain says it, the classes whose things bear it, with how often.
    """

    word: Word
    rules: tuple[Rule, ...]
    users: tuple[tuple[str, int], ...]
    uses: int


@dataclass(frozen=True, slots=True)
class ListView:
    """A closed list: the class of its concepts, its scheme, and each concept with how often the graph points to it."""

    of: ClassView
    scheme: Word
    concepts: tuple[tuple[Word, int], ...]


@dataclass(frozen=True, slots=True)
class OntologyView:
    """All that the page shows; `common` are the properties that the concepts of more than one list bear."""

    word: Word
    version: str
    licence: str
    classes: tuple[ClassView, ...]
    lists: tuple[ListView, ...]
    common: tuple[Slot, ...]
    properties: tuple[PropertyView, ...]
    others: tuple[Word, ...]
    prefixes: tuple[tuple[str, str], ...]

    def anchor(self, iri: str) -> str | None:
        """The address of a term on this page; None where it has none."""
        return f"#{glossary().words[iri].name}" if iri in glossary().words else None

    def called(self, iri: str, names: Names) -> str:
        """What a property is called."""
        return called(iri, names)

    def short(self, iri: str) -> str:
        """An IRI with its prefix, as Turtle writes it."""
        return _SHORT.iri(iri)

    def meaning(self, iri: str, lang: str) -> str:
        """The definition of a term of ours."""
        return glossary().words[iri].definition(lang)

    def map(self, names: Names) -> Markup:
        """The main classes and how they stand to each other, drawn."""
        return mapped(names)

    def picture(self, of: ClassView, names: Names) -> Markup:
        """A class with its properties, and with what they take and what points to it, drawn."""
        return pictured(of, names)


def ontology(kg: KG) -> OntologyView:
    """The terms, the rules and the lists of the ontology, with what a graph makes of them."""
    known = glossary()
    classes = _classes(kg, known)
    used = _counts(kg, _CONCEPTS, [it.iri for _, concepts in known.lists.values() for it in concepts])
    lists = tuple(
        ListView(classes[name], scheme, tuple((it, used[it.iri]) for it in concepts))
        for name, (scheme, concepts) in known.lists.items()
    )
    borne: Counter[str] = Counter(slot.path for it in lists for slot in it.of.slots)
    slots = {slot.path: slot for it in reversed(lists) for slot in it.of.slots if borne[slot.path] > 1}
    return OntologyView(
        word=known.ontology,
        version=known.stated(OWL.versionInfo),
        licence=known.stated(DCT.license),
        classes=tuple(it for name, it in classes.items() if name not in known.lists),
        lists=lists,
        common=tuple(slots.values()),
        properties=_properties(kg, known),
        others=tuple(it for it in known.words.values() if not it.is_class and not it.is_property),
        prefixes=tuple((prefix, space) for prefix, space in sorted(PREFIXES.items()) if space in known.namespaces),
    )


def _classes(kg: KG, known: Glossary) -> dict[str, ClassView]:
    names = [it.iri for it in known.words.values() if it.is_class]
    rows = {str(row["class"]): row for row in ask(kg, _CLASSES, all=values(names))}
    uses = {it: int(str(rows[it]["n"])) if it in rows else 0 for it in names}
    firsts = {it: str(row["first"]) for it, row in rows.items()}
    examples = _examples(kg, firsts.values())
    found = {}
    for name in names:
        first = firsts.get(name, "")
        count = sum(uses[it] for it in names if it == name or name in known.above(it))
        found[name] = replace(_class(known, name), uses=count, first=first, example=examples.get(first, ""))
    return found


def _class(known: Glossary, name: str) -> ClassView:
    slots, further = known.slots(name)
    spoken = {rule.shape for slot in slots for rule in slot.rules}
    return ClassView(
        known.words[name],
        slots,
        further,
        tuple(it for it in known.rules.rules if name in it.classes and it.shape not in spoken),
        known.sources(name),
        tuple(it.iri for it in known.words.values() if it.is_class and name in it.above),
        tuple(it for it in known.above(name) if any(known.slots(it))),
    )


def _properties(kg: KG, known: Glossary) -> tuple[PropertyView, ...]:
    wanted = [it for it in known.words.values() if it.is_property]
    iris = [it.iri for it in wanted]
    uses = _counts(kg, _PROPERTIES, iris)
    users: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in ask(kg, _USERS, all=values(it.iri for it in wanted if not it.domain)):
        users[str(row["property"])].append((str(row["class"]), int(str(row["n"]))))
    return tuple(
        PropertyView(
            it,
            tuple(rule for rule in known.rules.rules if it.iri in rule.properties),
            tuple(sorted(users[it.iri], key=lambda user: (-user[1], user[0]))),
            uses[it.iri],
        )
        for it in wanted
    )


def _counts(kg: KG, text: str, iris: Iterable[str]) -> Counter[str]:
    """What a query counts for each of some IRIs: its first column and its second."""
    rows = (list(row.values()) for row in ask(kg, text, all=values(iris)))
    return Counter({str(node): int(str(count)) for node, count in rows})


def _examples(kg: KG, things: Iterable[str]) -> dict[str, str]:
    """What the graph says of some things, as Turtle without its prefixes."""
    triples: dict[str, list[Triple]] = defaultdict(list)
    for row in ask(kg, _EXAMPLES, all=values(things)):
        subject, value = row["thing"], row["value"]
        if subject is not None and value is not None:
            triples[str(subject)].append((subject, URIRef(str(row["property"])), value))
    return {thing: _turtle(sorted_triples(own)) for thing, own in triples.items()}


def _turtle(triples: Sequence[Triple]) -> str:
    seen: Counter[URIRef] = Counter()
    kept = []
    for triple in triples:
        seen[triple[1]] += 1
        if seen[triple[1]] <= _MOST:
            kept.append(triple)
    left = len(triples) - len(kept)
    return "".join(blocks(kept, Namer())) + (f"# … 另有 {left} 条 / {left} more\n" if left else "")

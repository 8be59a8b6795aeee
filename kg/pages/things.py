"""Anything of the graph: what is said of it, and what points to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, SKOS, Literal, URIRef

from kg.errors import UsageError
from kg.pages.asking import ask
from kg.search import SORTS, Search
from kg.terms import CJ, DCT, name_of

if TYPE_CHECKING:
    from kg.answer import Term
    from kg.session import KG

__all__ = ["Thing", "named", "thing"]

_NAMING = {str(it) for it in (RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, DCT.title, SKOS.definition)}
_LETTERS = 100
"""How much of a name an error repeats."""
_MOST = 100
"""Values of one property, or things that point here by one property, at most."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A node with its names, its facts by property, and what points to it by property (cut at 100, with the count)."""

    iri: str
    classes: tuple[str, ...]
    labels: dict[str, str]
    aliases: tuple[str, ...]
    definitions: dict[str, str]
    facts: dict[str, list[Term]]
    incoming: dict[str, list[str]]
    counts: dict[str, int]

    def label(self, lang: str) -> str:
        """What it is called."""
        other = self.labels.get("zh") or next(iter(self.labels.values()), None)
        return self.labels.get(lang) or other or name_of(self.iri)

    def definition(self, lang: str) -> str:
        """What it is, in words."""
        return self.definitions.get(lang) or next(iter(self.definitions.values()), "")

    def values(self, *predicates: URIRef) -> list[str]:
        """The values of some properties, as text."""
        return [str(value) for predicate in predicates for value in self.facts.get(str(predicate), ())]

    @property
    def is_own(self) -> bool:
        """Whether it belongs to the ontology and not to the data."""
        return str(CJ) in self.iri


def thing(kg: KG, iri: str) -> Thing | None:
    """What the graph says about a node; None where it says nothing and nothing points to it."""
    out = ask(kg, "SELECT DISTINCT ?property ?object WHERE { $thing ?property ?object }", thing=iri)
    incoming, counts = _incoming(kg, iri)
    if not out and not incoming:
        return None
    facts: dict[str, list[Term]] = {}
    for row in sorted(out, key=lambda row: (str(row["property"]), str(row["object"]))):
        value = row["object"]
        if value is not None:
            facts.setdefault(str(row["property"]), []).append(value)
    labels = _texts(facts, RDFS.label) | _texts(facts, DCT.title) | _texts(facts, SKOS.prefLabel)
    return Thing(
        iri=iri,
        classes=tuple(str(it) for it in facts.get(str(RDF.type), ())),
        labels=labels,
        aliases=tuple(str(it) for it in facts.get(str(SKOS.altLabel), ())),
        definitions=_texts(facts, SKOS.definition),
        facts={name: values for name, values in facts.items() if name not in _NAMING},
        incoming=incoming,
        counts=counts,
    )


def named(kg: KG, name: str, search: Search | None = None) -> Thing:
    """The thing that a name, an alias or an IRI means; raises UsageError with what comes close, or what it can mean."""
    if name.startswith(("http://", "https://")):
        if found := _at(kg, name):
            return found
        entries = []
    else:
        entries = list({it.iri: it for sort in SORTS[:-1] for it in kg.lexicon.candidates(name, sort)}.values())
    if len(entries) == 1 and (found := thing(kg, str(entries[0].iri))):
        return found
    short = name if len(name) <= _LETTERS else f"{name[:_LETTERS]}…"
    if entries:
        close = "、".join(f"{it.label(kg.lang)} <{it.iri}>" for it in entries)
        raise UsageError(f"“{short}”可以指：{close}，请给出 IRI", f"“{short}” can mean: {close}; give the IRI")
    hits = [f"{hit.label} <{hit.iri}>" for hit in (search or Search(kg)).find(name_of(name), 5, SORTS[:-1])]
    spelled = [close for sort in SORTS[:-1] for close in kg.lexicon.suggest(name_of(name), sort, 2)]
    close = "、".join([*hits, *spelled][:5])
    zh, en = (f"；是否要找：{close}", f"; did you mean: {close}") if close else ("", "")
    raise UsageError(f"图中没有“{short}”{zh}", f"“{short}” is not in the graph{en}")


def _at(kg: KG, iri: str) -> Thing | None:
    try:
        return thing(kg, iri)
    except ValueError:  # no IRI at all
        return None


def _incoming(kg: KG, iri: str) -> tuple[dict[str, list[str]], dict[str, int]]:
    counted = ask(
        kg,
        "SELECT ?property (COUNT(DISTINCT ?subject) AS ?count) WHERE { ?subject ?property $thing }"
        " GROUP BY ?property ORDER BY ?property",
        thing=iri,
    )
    counts = {str(row["property"]): int(str(row["count"])) for row in counted if row["property"] is not None}
    found: dict[str, list[str]] = {}
    for name in counts:
        rows = ask(
            kg,
            f"SELECT DISTINCT ?subject WHERE {{ ?subject $property $thing }} ORDER BY ?subject LIMIT {_MOST}",
            thing=iri,
            property=name,
        )
        found[name] = [str(row["subject"]) for row in rows]
    return found, counts


def _texts(facts: dict[str, list[Term]], predicate: URIRef) -> dict[str, str]:
    values = facts.get(str(predicate), [])
    return {value.language or "zh": str(value) for value in values if isinstance(value, Literal)}

"""What is one thing before and after: the subjects that changed between two graphs, each with its other self.

A claim's IRI is its document and its characters, so a corrected claim keeps it. Where a text was replaced or a document
renamed, all IRIs move: claims of one document that say the same are then one that moved, those that speak of the same
are one that was revised.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.namespace import PROV

from kg.answer import term
from kg.changes.sayings import Kind, Thing, kind_of_thing
from kg.terms import CJ, CV, DCT, GRAPHS, OA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg.answer import Term

__all__ = ["STATED", "Event", "Finder", "Pair", "document_of", "renamed", "thing_of"]

_DERIVED = f" <{GRAPHS['derived']}> ."
_SPAN = re.compile(r"(.*/)(?:claim|involvement)/(.+)\.([0-9]+)-[0-9]+(?:\.[0-9a-f]{8})?")
_PLACED = {
    PROV.wasQuotedFrom, PROV.wasGeneratedBy, CJ.partOf, CJ.agencyStatedIn, CJ.periodStatedIn, CJ.placeStatedIn,
}  # fmt: skip
"""What moves when a text or its name changes, though the claim says the same."""

STATED: dict[Kind, tuple[tuple[URIRef, ...], ...]] = {
    "claim": (
        (CJ.metric, CJ.kind, CJ.agency, CJ.place, CJ.period, CJ.status, CJ.unit),
        (CJ.metric, CJ.kind, CJ.status, CJ.unit),
        (CJ.value, CJ.unit, CJ.kind, CJ.period),
    ),
    "involvement": ((CJ.agency, CJ.undertaking), (CJ.undertaking, CV.role)),
}
"""What documents state, and by which properties one that went and one that came are one, the closest first."""


class Event(StrEnum):
    """What became of a thing. What is MOVED says the same at another place of its document; it is only counted."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing before and after, None where it was not there."""

    kind: Kind
    event: Event
    old: Thing | None
    new: Thing | None


class Finder:
    """Takes the subjects that changed, in the order of their lines, and pairs what is one thing.

    Every thing is counted; of each kind the first `most` are kept as `pairs`. `within` says how many claims and
    involvements came or went with each document, `reworded` which passages have other words now. `renames` gives
    documents their new IRI.
    """

    def __init__(self, renames: Mapping[str, str], most: int) -> None:
        """Nothing was taken yet."""
        self.counts: Counter[tuple[Kind, Event]] = Counter()
        self.pairs: list[Pair] = []
        self.within: dict[str, Counter[Kind]] = {}
        self.reworded: set[str] = set()
        self.removed = self.added = 0
        self._renames = renames
        self._new_names = frozenset(renames.values())
        self._most = most
        self._kept: Counter[Kind] = Counter()
        self._waiting: dict[tuple[Kind, str], tuple[list[Thing], list[Thing]]] = {}
        self._documents: dict[str, Thing] = {}

    def take(self, subject: str, old: list[str], new: list[str]) -> None:
        """Take all lines of one subject in either graph."""
        self.removed += len(set(old) - set(new))
        self.added += len(set(new) - set(old))
        before, after = thing_of(subject, old), thing_of(subject, new)
        either = after or before
        if either is None or before == after:
            return  # only what is derived from other things changed
        kind = kind_of_thing(either)
        if kind in STATED:
            self._take_stated(kind, before, after)
        elif kind == "document" and (subject in self._renames or subject in self._new_names):
            self._take_renamed(either)
        else:
            if before and after and "#char=" in subject and before.one(OA.exact) != after.one(OA.exact):
                self.reworded.add(subject)
            self.add(kind, before, after)

    def add(self, kind: Kind, old: Thing | None, new: Thing | None, event: Event | None = None) -> None:
        """Count one thing, and keep it if it is among the first of its kind."""
        event = event or (Event.CHANGED if old and new else Event.ADDED if new else Event.REMOVED)
        self.counts[kind, event] += 1
        if kind != "other" and event is not Event.MOVED and self._kept[kind] < self._most:
            self._kept[kind] += 1
            self.pairs.append(Pair(kind, event, old, new))

    def finish(self) -> None:
        """Pair what still waits."""
        for key in list(self._waiting):
            self._pair(key)

    def _take_stated(self, kind: Kind, old: Thing | None, new: Thing | None) -> None:
        """Let what is on one side only wait for the rest of its document: lines are sorted, so that comes next."""
        document = document_of((new or old).iri)  # type: ignore[union-attr] # one of the two is there
        document = self._renames.get(document, document)
        for key in [it for it in self._waiting if it != (kind, document) and it[1] not in self._new_names]:
            self._pair(key)
        if old and new:
            self.add(kind, old, new)
            return
        olds, news = self._waiting.setdefault((kind, document), ([], []))
        olds += [old] if old else []
        news += [new] if new else []

    def _take_renamed(self, thing: Thing) -> None:
        """A document under its old or its new name, whichever comes first."""
        name = self._renames.get(thing.iri, thing.iri)
        other = self._documents.pop(name, None)
        if other is None:
            self._documents[name] = thing
        elif thing.iri == name:
            self.add("document", other, thing)
        else:
            self.add("document", thing, other)

    def _pair(self, key: tuple[Kind, str]) -> None:
        kind, document = key
        olds, news = (sorted(things, key=_place) for things in self._waiting.pop(key))
        self._match(kind, olds, news, _facts, Event.MOVED)
        for predicates in STATED[kind]:
            self._match(kind, olds, news, lambda it, wanted=predicates: _only(it, wanted), Event.CHANGED)  # type: ignore[misc] # mypy infers no default
        for old in olds:
            self.add(kind, old, None)
        for new in news:
            self.add(kind, None, new)
        if olds or news:
            self.within.setdefault(document, Counter())[kind] += len(olds) + len(news)

    def _match(
        self, kind: Kind, olds: list[Thing], news: list[Thing], key: Callable[[Thing], object], event: Event
    ) -> None:
        """Take out of both lists what has the same key, in the order of the text."""
        waiting: dict[object, list[Thing]] = {}
        for new in news:
            waiting.setdefault(key(new), []).append(new)
        matched: set[str] = set()
        for old in olds:
            if found := waiting.get(key(old)):
                new = found.pop(0)
                matched |= {old.iri, new.iri}
                self.add(kind, old, new, event)
        olds[:] = [it for it in olds if it.iri not in matched]
        news[:] = [it for it in news if it.iri not in matched]


def renamed(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The new IRI of each document that has another now; documents come with their facts by property.

    It is one where the text is the same (its hash), or, where that is not known, title, publisher and date are; and
    where no other document shares these.
    """
    gone = {it: facts for it, facts in before.items() if it not in after}
    come = {it: facts for it, facts in after.items() if it not in before}
    found: dict[str, str] = {}
    for key in (_hash_of, _publication):
        old, new = _alone(gone, key, found), _alone(come, key, set(found.values()))
        found |= {old[it]: new[it] for it in old.keys() & new.keys()}
    return dict(sorted(found.items()))


def thing_of(subject: str, lines: Iterable[str]) -> Thing | None:
    """What some lines say of their subject; what is derived from other things is no part of it."""
    own = "\n".join(line for line in lines if not line.endswith(_DERIVED))
    properties: dict[URIRef, list[Term]] = {}
    for quad in ox.parse(own, format=ox.RdfFormat.N_QUADS):
        properties.setdefault(URIRef(quad.predicate.value), []).append(term(quad.object))
    ordered = {predicate: tuple(sorted(values, key=_order)) for predicate, values in properties.items()}
    return Thing(subject, ordered) if ordered else None


def document_of(iri: str) -> str:
    """The IRI of the document that states a claim or an involvement, which their own IRIs hold."""
    match = _SPAN.fullmatch(iri)
    return f"{match[1]}document/{match[2]}" if match else iri


def _hash_of(facts: Mapping[str, str]) -> str | None:
    return facts.get(str(CJ.sha256))


def _publication(facts: Mapping[str, str]) -> str | None:
    parts = [facts.get(str(it)) for it in (DCT.title, DCT.publisher, DCT.issued)]
    return "\n".join(map(str, parts)) if all(parts) else None


def _alone(
    documents: Mapping[str, Mapping[str, str]],
    key: Callable[[Mapping[str, str]], str | None],
    taken: Iterable[str],
) -> dict[str, str]:
    """Those documents that are the only ones with their key, by it."""
    keys = {it: key(facts) for it, facts in documents.items() if it not in taken}
    counts = Counter(keys.values())
    return {value: it for it, value in keys.items() if value is not None and counts[value] == 1}


def _order(value: Term) -> tuple[str, str]:
    return (str(value), str(getattr(value, "language", "") or ""))


def _facts(thing: Thing) -> object:
    return frozenset((it, tuple(values)) for it, values in thing.properties.items() if it not in _PLACED)


def _only(thing: Thing, predicates: Iterable[URIRef]) -> object:
    return tuple(thing.properties.get(it) for it in predicates)


def _place(thing: Thing) -> tuple[int, str]:
    match = _SPAN.fullmatch(thing.iri)
    return (int(match[3]) if match else 0, thing.iri)

"""What became other between two graphs, as people would say it: claims that came, went or now say something else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import RDFS, SKOS, Literal
from rdflib.namespace import PROV

from kg.answer import term
from kg.changes.pairing import STATED, Event, Finder, document_of, renamed, thing_of
from kg.changes.quads import changed_subjects
from kg.changes.sayings import SPOKEN, Kind, Said, Sayings, kind_of_thing
from kg.terms import CJ, DCT, OA, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.answer import Term
    from kg.changes.pairing import Pair
    from kg.changes.quads import Quads
    from kg.changes.sayings import Thing

__all__ = ["MOST", "Change", "Difference", "Event", "Field", "difference"]

MOST = 1000
"""How many changes of a kind a difference tells unless told otherwise; it counts them all."""

_LABELS = {f"<{it}>" for it in (SKOS.prefLabel, RDFS.label, DCT.title)}
_FACTS = {f"<{it}>" for it in (CJ.sha256, DCT.title, DCT.issued, DCT.publisher)}
_EXACT = f"<{OA.exact}>"
_QUOTED = f" <{PROV.wasQuotedFrom}> <"
_IMPLIED = {PROV.wasGeneratedBy, CJ["lower"], CJ["upper"], CJ.lowerInclusive, CJ.upperInclusive}
"""What follows from other fields or from the software: told only where nothing else is to tell."""


@dataclass(frozen=True, slots=True)
class Field:
    """One property that changed: what it is called, and the values that only one side has."""

    name: Said
    before: Said
    after: Said


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that came, went or changed, in words; `document` is the IRI of the one that states it, if any.

    `iri` is the new one where that changed too. For a document that came or went, `within` says how many claims and
    involvements did with it; they are changes of their own as well.
    """

    kind: Kind
    event: Event
    iri: str
    said: Said
    fields: tuple[Field, ...] = ()
    document: str | None = None
    within: Mapping[Kind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of two graphs: every count, and of each kind the first changes.

    `before` and `after` are the SHA-256 of their sorted N-Quads, `before` None where there was no graph; `quads`
    says how many were removed and added.
    """

    before: str | None
    after: str
    quads: tuple[int, int]
    counts: Mapping[tuple[Kind, Event], int]
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether the two graphs are one."""
        return self.quads == (0, 0)

    def of(self, kind: Kind, *events: Event) -> list[Change]:
        """The changes of a kind that are told, those of some events or all, in order."""
        return [it for it in self.changes if it.kind == kind and (not events or it.event in events)]


def difference(before: Quads | None, after: Quads, most: int = MOST) -> Difference:
    """The difference of two graphs, told up to `most` changes a kind; None before is the empty graph.

    Memory is bounded by the labels of the graphs, `most`, and the largest document.
    """
    known, fresh = _Known.of(before or ()), _Known.of(after)
    finder = Finder(renamed(known.documents, fresh.documents), most)
    for subject, old, new in changed_subjects(before or (), after):
        finder.take(subject, old, new)
    finder.finish()
    _take_reworded(finder, after)
    earlier, later = Sayings(fresh.labels | known.labels), Sayings(known.labels | fresh.labels)
    _hear(earlier, before or (), [it.old for it in finder.pairs if it.old])
    _hear(later, after, [it.new for it in finder.pairs if it.new])
    changes = [_told(pair, earlier, later, finder.within) for pair in finder.pairs]
    kinds, events = list(SPOKEN), list(Event)
    changes.sort(key=lambda it: (kinds.index(it.kind), events.index(it.event)))  # else as they came
    sha256 = before.sha256 if before else None
    return Difference(sha256, after.sha256, (finder.removed, finder.added), dict(finder.counts), tuple(changes))


@dataclass(slots=True)
class _Known:
    """The labels of a graph by IRI and language, and the facts by which its documents are told apart."""

    labels: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    documents: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, quads: Iterable[str]) -> _Known:
        known = cls()
        for line in quads:
            subject, predicate, rest = line.split(" ", 2)
            if predicate in _LABELS:
                label = _object(line)
                lang = label.language if isinstance(label, Literal) else None
                known.labels[subject[1:-1]][lang or "zh"] = str(label)
            if predicate in _FACTS:
                known.documents[subject[1:-1]][predicate[1:-1]] = rest.rpartition(" <")[0]
        return known


def _take_reworded(finder: Finder, after: Iterable[str]) -> None:
    """Take the claims that stand as they did, but whose passages have other words now."""
    known = {pair.new.iri for pair in finder.pairs if pair.new}
    for subject, lines in groupby(after, key=lambda line: line.partition(" ")[0][1:-1]) if finder.reworded else ():
        own = list(lines)
        quoted = {line.partition(_QUOTED)[2].partition(">")[0] for line in own if _QUOTED in line}
        if quoted & finder.reworded and subject not in known:
            thing = thing_of(subject, own)
            if thing and kind_of_thing(thing) == "claim":
                finder.add("claim", thing, thing)


def _hear(sayings: Sayings, quads: Iterable[str], things: Iterable[Thing]) -> None:
    """Give sayings the words of the passages that some things quote."""
    wanted = {f"<{passage}>" for it in things for passage in it.properties.get(PROV.wasQuotedFrom, ())}
    for line in quads if wanted else ():
        subject, predicate, _ = line.split(" ", 2)
        if predicate == _EXACT and subject in wanted:
            sayings.words[subject[1:-1]] = str(_object(line))


def _object(line: str) -> Term:
    return next(term(quad.object) for quad in ox.parse(line, format=ox.RdfFormat.N_QUADS))


def _told(pair: Pair, earlier: Sayings, later: Sayings, within: Mapping[str, Mapping[Kind, int]]) -> Change:
    old, new = pair.old, pair.new
    thing, sayings = (new, later) if new else (old, earlier)
    assert thing is not None  # noqa: S101 - a pair has one of them
    said = sayings.thing(thing, pair.kind)
    fields: tuple[Field, ...] = ()
    if old and new:
        fields = tuple(_fields(pair.kind, old, new, earlier, later))
        said = later.revised(old, new, earlier) if pair.kind == "claim" else said
    document = document_of(thing.iri) if pair.kind in STATED else None
    own = within.get(thing.iri, {}) if pair.kind == "document" and pair.event is not Event.CHANGED else {}
    return Change(pair.kind, pair.event, thing.iri, said, fields, document, dict(own))


def _fields(kind: Kind, old: Thing, new: Thing, earlier: Sayings, later: Sayings) -> Iterator[Field]:
    """The properties that differ, in the order of their IRIs; first the name that other things have of it."""
    if kind == "document" and old.iri != new.iri:
        was, now = name_of(old.iri), name_of(new.iri)
        yield Field(("编号", "identifier"), (was, was), (now, now))
    both = sorted({*old.properties, *new.properties})
    differing = [it for it in both if old.properties.get(it) != new.properties.get(it)]
    for predicate in [it for it in differing if it not in _IMPLIED] or differing:
        if kind == "document" and predicate == DCT.identifier:
            continue  # said already
        before, after = old.properties.get(predicate, ()), new.properties.get(predicate, ())
        gone, come = [it for it in before if it not in after], [it for it in after if it not in before]
        yield Field(later.both(predicate), _joined(gone, earlier), _joined(come, later))


def _joined(values: Iterable[Term], sayings: Sayings) -> Said:
    texts = [sayings.both(it) for it in values]
    return "、".join(zh for zh, _ in texts), ", ".join(en for _, en in texts)

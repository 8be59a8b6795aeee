"""The lexicon: which names and aliases mean which agency, undertaking, metric, place or unit."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rdflib import RDF, SKOS, Literal, URIRef

from kg.terms import CJ, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from rdflib.term import Node

    from kg.model import Document, Reading

__all__ = ["CLASSES", "Entry", "Lexicon", "Loader", "fold"]

CLASSES: dict[str, frozenset[URIRef]] = {
    "agency": frozenset({CJ.Agency, CJ.Organisation}),
    "undertaking": frozenset({CJ.Programme, CJ.Initiative, CJ.Platform, CJ.Policy, CJ.Recognition}),
    "metric": frozenset({CJ.Metric}),
    "place": frozenset({CJ.Place}),
    "unit": frozenset({CJ.Unit}),
    "base": frozenset({CJ.Base}),
    "role": frozenset({CJ.Role}),
    "level": frozenset({CJ.Level}),
    "document": frozenset({CJ.Document}),
    "check": frozenset({CJ.Check}),
    "state": frozenset({CJ.State}),
}
"""The sorts of thing that a sheet cell or a question's parameter can name, and their classes."""

_DROPPED = dict.fromkeys(map(ord, "“”\"'‘’《》「」『』〈〉*·"))


def fold(text: str) -> str:
    """The key under which two spellings of a name are one: width, case, quotes and blanks do not count.

    >>> fold("全市“一个停车场”") == fold("“全市一个停车场”")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).translate(_DROPPED).split()).casefold()


@dataclass(slots=True)
class Entry:
    """One named thing: its IRI, its classes, its labels by language and its aliases."""

    iri: URIRef
    classes: set[URIRef] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The canonical name, as sheets write it."""
        return name_of(self.iri)

    def label(self, lang: str) -> str:
        """The label in a language, else in Chinese, else the canonical name."""
        return self.labels.get(lang) or self.labels.get("zh") or self.name


class Lexicon:
    """Looks names up, canonical names before labels and labels before aliases; suggests on a miss."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        """Index the entries."""
        self.entries: dict[str, Entry] = {str(entry.iri): entry for entry in entries}
        self._by_name: dict[str, list[tuple[int, Entry]]] = {}
        for entry in self.entries.values():
            ranked = [(0, entry.name), *((1, label) for label in entry.labels.values())]
            for rank, name in [*ranked, *((2, alias) for alias in entry.aliases)]:
                self._by_name.setdefault(fold(name), []).append((rank, entry))

    @classmethod
    def of(cls, triples: Iterable[tuple[Node, Node, Node]]) -> Lexicon:
        """The lexicon of the types, preferred and alternative labels in some triples."""
        entries: dict[Node, Entry] = {}
        for subject, predicate, value in triples:
            if not isinstance(subject, URIRef):
                continue
            entry = entries.setdefault(subject, Entry(subject))
            if predicate == RDF.type and isinstance(value, URIRef):
                entry.classes.add(value)
            elif predicate == SKOS.prefLabel and isinstance(value, Literal):
                entry.labels[value.language or "zh"] = str(value)
            elif predicate == SKOS.altLabel:
                entry.aliases.append(str(value))
        return cls(entry for entry in entries.values() if entry.classes)

    def find(self, name: str, sort: str) -> Entry | None:
        """The one thing of a sort (a key of CLASSES) that a name means; None for none or for several."""
        found = self.candidates(name, sort)
        return found[0] if len(found) == 1 else None

    def candidates(self, name: str, sort: str) -> list[Entry]:
        """Everything of a sort that a name can mean, at its best rank: more than one is an ambiguity."""
        ranked = [(rank, entry) for rank, entry in self._by_name.get(fold(name), []) if self._is(entry, sort)]
        best = min((rank for rank, _ in ranked), default=0)
        return list({entry.iri: entry for rank, entry in ranked if rank == best}.values())

    def has_sort(self, sort: str) -> bool:
        """Whether there is anything of a sort."""
        return any(self._is(entry, sort) for entry in self.entries.values())

    def of_sort(self, sort: str) -> list[Entry]:
        """Every thing of a sort, in the order of their IRIs."""
        return [self.entries[iri] for iri in sorted(self.entries) if self._is(self.entries[iri], sort)]

    def suggest(self, name: str, sort: str, count: int = 3) -> list[str]:
        """Canonical names of a sort that are spelled like this one or hold it."""
        keys: dict[str, str] = {}
        for key, ranked in self._by_name.items():
            for _, entry in ranked:
                if self._is(entry, sort):
                    keys.setdefault(key, entry.name)
        wanted = fold(name)
        close = get_close_matches(wanted, keys, n=count, cutoff=0.5)
        holding = sorted((key for key in keys if wanted and wanted in key), key=len)
        return list(dict.fromkeys(keys[key] for key in [*close, *holding]))[:count]

    def label(self, iri: str, lang: str = "zh") -> str | None:
        """The label of a thing, None where the lexicon does not hold it."""
        entry = self.entries.get(str(iri))
        return entry.label(lang) if entry else None

    @staticmethod
    def _is(entry: Entry, sort: str) -> bool:
        return bool(entry.classes & CLASSES[sort])


@dataclass(frozen=True, slots=True)
class Loader:
    """How one kind of source is read: a document with the folder of its manifest, and a lexicon.

    `read` raises UnreadableError where a source cannot be read at all; `inputs` names the files it reads.
    """

    name: str
    read: Callable[[Document, Path, Lexicon], Reading]
    inputs: Callable[[Document, Path], list[Path]]

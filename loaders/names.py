"""The names in a folder of sheets that a lexicon does not know, each with what the sheets say about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.lexicon import fold
from kg.model import Review
from kg.tables import read_table
from loaders import sheet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.lexicon import Lexicon
    from kg.model import Document
    from loaders.writing import Row

__all__ = ["Mention", "Name", "Names", "plain_name"]

_TIERS = "省市区县"
_MARKS = str.maketrans("", "", '“”‘’"《》〈〉「」『』*')


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a sheet speaks of something, and in which words: those of the text where the sheet has them."""

    document: str
    start: str
    end: str
    words: str


@dataclass(slots=True)
class Name:
    """A name with its spellings and mentions; a metric's units by kind of claim, an undertaking's roles."""

    name: str
    spellings: Counter[str] = field(default_factory=Counter)
    mentions: list[Mention] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    units: dict[str, Counter[str]] = field(default_factory=dict)
    roles: set[str] = field(default_factory=set)


class Names:
    """Collects the names of sheets, by the sorts of `kg.lexicon.CLASSES`, that a lexicon does not know.

    `ambiguous` are the names with which the lexicon means several things: a draft cannot help there.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        """Nothing is collected yet."""
        self._lexicon = lexicon
        self._unknown: dict[str, dict[str, Name]] = {}
        self.ambiguous: dict[str, list[str]] = {}

    def of(self, sort: str) -> list[Name]:
        """The unknown names of a sort, in the order of their first mention."""
        return list(self._unknown.get(sort, {}).values())

    def variants(self, sort: str) -> dict[str, list[str]]:
        """The other spellings and wordings of each unknown name of a sort that mean nothing else of it, sorted."""
        names = self.of(sort)
        owners = Counter(spelling for it in names for spelling in {it.name, *it.spellings})
        return {
            it.name: sorted(spelling for spelling in it.spellings if spelling != it.name and owners[spelling] == 1)
            for it in names
        }

    def read(self, documents: Iterable[Document], folder: Path) -> None:
        """Collect the names of all rows that nobody rejected. Raises UnreadableError for a missing claim sheet."""
        for document in documents:
            self.add("place", document.place)
            for agency in document.agencies:
                self.add("agency", agency)
            claims, involvements = sheet.inputs(document, folder)
            for _, row in read_table(claims, sheet.CLAIM_COLUMNS):
                if row["review"] != Review.REJECTED:
                    self._claim(row)
            for _, row in read_table(involvements, sheet.INVOLVEMENT_COLUMNS) if involvements.is_file() else ():
                if row["review"] != Review.REJECTED:
                    self._involvement(row)
        self._join_short_names()

    def add(self, sort: str, spelling: str, mention: Mention | None = None) -> Name | None:
        """Collect a name; None where it is empty or the lexicon knows it."""
        name = plain_name(spelling)
        if not name:
            return None
        if found := self._lexicon.candidates(spelling, sort):
            if len(found) > 1:
                self.ambiguous[spelling] = [entry.name for entry in found]
            return None
        known = self._unknown.setdefault(sort, {}).setdefault(fold(name), Name(name))
        known.spellings[" ".join(spelling.split())] += 1
        if mention:
            known.mentions.append(mention)
        return known

    def _join_short_names(self) -> None:
        """Make 市水务局 a spelling of 临江市水务局 where that is there, and no other place has such a body."""
        bodies = self._unknown.get("agency", {})
        for key, short in list(bodies.items()):
            if short.name[0] not in _TIERS:
                continue
            long = [it for it in bodies.values() if it.name != short.name and it.name.endswith(short.name)]
            if len(long) == 1:
                long[0].spellings.update(short.spellings)
                long[0].mentions += short.mentions
                del bodies[key]

    def _claim(self, row: Row) -> None:
        mention = Mention(row["document"], row["start"], row["end"], row["surface"])
        for column, sort in (("place", "place"), ("agency", "agency"), ("programme", "undertaking"), ("base", "base")):
            self.add(sort, row[column], mention)
        self.add("unit", row["unit"], mention)
        if metric := self.add("metric", row["metric_id"], mention):
            metric.kinds[row["kind"]] += 1
            metric.units.setdefault(row["kind"], Counter())[row["unit"] or "one"] += 1
            metric.spellings[" ".join(row["metric"].split())] += 1

    def _involvement(self, row: Row) -> None:
        mention = Mention(row["document"], row["start"], row["end"], row["role"])
        self.add("agency", row["agency"], mention)
        if undertaking := self.add("undertaking", row["undertaking"], mention):
            undertaking.roles.add(row["role"])


def plain_name(spelling: str) -> str:
    """A canonical name: one spelling without quotes and title marks, on one line; marks alone stay as they are.

    >>> plain_name("《临江市停车便民办法》")
    '临江市停车便民办法'
    """
    return " ".join(spelling.translate(_MARKS).split()) or " ".join(spelling.split())

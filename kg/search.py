"""Finding a thing by what people type: names, aliases and wordings in Chinese and English, as they type.

The index is SQLite's full text in memory. Chinese has no blanks between words, and the trigram tokenizer that SQLite
brings misses words of two characters, so Chinese is indexed by pairs of characters and English by words.
"""

from __future__ import annotations

import sqlite3
import threading
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from kg.answer import Solutions
from kg.errors import UnreadableError
from kg.lexicon import CLASSES, fold
from kg.terms import CJ, PROV

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from kg.lexicon import Entry
    from kg.session import KG
    from kg.store import Store

__all__ = ["OF_CLAIM", "OF_INVOLVEMENT", "SORTS", "Hit", "Search"]

SORTS = ("agency", "undertaking", "metric", "document", "place", "question")
"""The sorts of things that can be found: keys of kg.lexicon.CLASSES, and saved questions."""

OF_CLAIM = f"(<{CJ.agency}>|<{CJ.metric}>|<{CJ.programme}>|<{CJ.place}>|<{PROV.wasGeneratedBy}>/<{PROV.used}>)"
OF_INVOLVEMENT = f"(<{CJ.agency}>|<{CJ.undertaking}>|<{PROV.wasGeneratedBy}>/<{PROV.used}>)"
"""What a claim, and an involvement, is about: the paths that lead to things with names and to its document."""

_LONGEST = 80
"""Characters of a search that count: no name is longer, and every further pair would cost time."""
_WIDE = 0x2E80
"""The first character of the scripts that write no blanks."""

_RANKED = 1000
"""How many of the names that hold what is looked for are ranked: those of the things that the graph says most about."""

_TABLES = """
CREATE TABLE things (id INTEGER PRIMARY KEY, iri, sort, kind, zh, en, claims INTEGER, involvements INTEGER);
CREATE TABLE names (id INTEGER PRIMARY KEY, thing INTEGER, sort, key, text, is_alias INTEGER);
CREATE INDEX keys ON names (key);
CREATE VIRTUAL TABLE grams USING fts5(words, content='', detail=none, prefix='1 2', tokenize='ascii');
"""
_FIND = """
WITH found AS (
  SELECT rowid AS id FROM (SELECT rowid FROM grams WHERE grams MATCH :words ORDER BY rowid LIMIT :ranked)
  UNION SELECT id FROM names WHERE key = :key AND instr(:sorts, sort)
)
SELECT iri, kind, zh, en, claims, involvements, text FROM (
  SELECT thing, text, tier, MIN(tier * 100000000 + id) FROM (
    SELECT id, thing, text, CASE
      WHEN key = :key THEN is_alias WHEN substr(key, 1, :length) = :key THEN 2 WHEN instr(key, :key) THEN 3 ELSE 4
    END AS tier FROM found JOIN names USING (id)
  ) GROUP BY thing
) JOIN things ON things.id = thing ORDER BY tier, thing LIMIT :limit
"""
_COUNT = """
SELECT COUNT(DISTINCT thing) FROM names
WHERE id IN (SELECT rowid FROM grams WHERE grams MATCH :words) OR key = :key AND instr(:sorts, sort)
"""
_WORDINGS = f"SELECT DISTINCT ?thing ?wording WHERE {{ ?claim <{CJ.metric}> ?thing ; <{CJ.metricWording}> ?wording }}"
_COUNTS = "SELECT ?thing (COUNT(?node) AS ?count) WHERE {{ ?node a <{kind}> ; {path} ?thing }} GROUP BY ?thing"


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, in the words of one language.

    `iri` is the name of a question where the kind is `question`; else the kind is a class of the ontology (`Agency`).
    `alias` is the name that matched where that is not the label; `note` says how much the graph holds about it.
    """

    iri: str
    label: str
    kind: str
    alias: str | None
    note: str


class Search:
    """The index over one graph; made once for each version of it. Every thread may ask it."""

    def __init__(self, kg: KG) -> None:
        """Read the names; raises UnreadableError where this Python's SQLite was built without FTS5."""
        self._lang = kg.lang
        self._lock = threading.Lock()  # a connection serves several threads, but one at a time
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._base.row_factory = sqlite3.Row
        try:
            self._base.executescript(_TABLES)
        except sqlite3.OperationalError as error:
            if "no such module" not in str(error):
                raise
            raise UnreadableError(
                f"本机 Python 的 SQLite {sqlite3.sqlite_version} 没有 FTS5，不能检索：{error}",
                f"SQLite {sqlite3.sqlite_version} of this Python has no FTS5, so nothing can be searched: {error}",
            ) from error
        with self._base:
            self._fill(kg)

    def find(
        self, text: str, limit: int = 20, sorts: Collection[str] | None = None, *, lang: str | None = None
    ) -> list[Hit]:
        """The things that a text can mean, the likeliest first; `sorts` are some of SORTS, all where there are none.

        Exact names come first, then exact aliases, names that begin with the text, that hold it, and that hold all of
        its pairs of characters and words; among these what the graph says most about.
        """
        return [_hit(row, lang or self._lang) for row in self._run(_FIND, text, limit, sorts)]

    def count(self, text: str, sorts: Collection[str] | None = None) -> int:
        """How many things `find` would find without a limit."""
        return int(self._run(_COUNT, text, 1, sorts)[0][0])

    def _run(self, query: str, text: str, limit: int, sorts: Collection[str] | None) -> list[sqlite3.Row]:
        cleaned = text[: 4 * _LONGEST].encode("utf-8", "ignore").decode().replace("\0", " ")
        words = [f'"{word}"{"*" if begins else ""}' for word, begins in _wanted(cleaned)][:_LONGEST]
        wanted = [sort for sort in SORTS if sorts is None or sort in sorts]
        if not words or not wanted:
            words = wanted = ['""']  # which nothing holds
        key = fold(cleaned)
        given = {
            "key": key,
            "length": len(key),
            "words": f"({' OR '.join(map(_sorted, wanted))}) AND {' AND '.join(words)}",
            "sorts": ",".join(wanted),
            "limit": limit,
            "ranked": _RANKED,
        }
        with self._lock:
            return self._base.execute(query, given).fetchall()

    def _fill(self, kg: KG) -> None:
        """Enter the things, those first that the graph says most about: their numbers are their order."""
        wordings = _wordings(kg.store)
        claims = _counts(kg.store, _COUNTS.format(kind=CJ.Claim, path=OF_CLAIM))
        involved = _counts(kg.store, _COUNTS.format(kind=CJ.Involvement, path=OF_INVOLVEMENT))
        entries = kg.lexicon.entries.items()
        for iri, entry in sorted(entries, key=lambda it: (-claims.get(it[0], 0) - involved.get(it[0], 0), it[1].name)):
            if place := _place(entry):
                labels = (entry.label("zh"), entry.label("en"))
                aliases = [*sorted(entry.aliases), *wordings.get(iri, ())]
                thing = (iri, *place, *labels, claims.get(iri, 0), involved.get(iri, 0))
                self._add(thing, [*labels, entry.name], aliases)
        for name, query in kg.queries.items():
            self._add((name, "question", "question", query.zh, query.en, 0, 0), [query.zh, query.en, name], [])

    def _add(self, thing: tuple[object, ...], names: Iterable[str], aliases: Iterable[str]) -> None:
        number = self._base.execute("INSERT INTO things VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", thing).lastrowid
        sort, keys = str(thing[1]), set[str]()
        for is_alias, text in [*((0, name) for name in names), *((1, alias) for alias in aliases)]:
            key = fold(text)
            if key not in keys:
                keys.add(key)
                row = (number, sort, key, text, is_alias)
                here = self._base.execute("INSERT INTO names VALUES (NULL, ?, ?, ?, ?, ?)", row).lastrowid
                words = " ".join([_sorted(sort), *_held(text)])
                self._base.execute("INSERT INTO grams (rowid, words) VALUES (?, ?)", (here, words))


def _sorted(sort: str) -> str:
    """The word that stands in the index for a sort; no text yields it, for its first character is no letter."""
    return f'"·{sort}"'


def _place(entry: Entry) -> tuple[str, str] | None:
    """The sort and the class of a thing, None where it is of no sort that is looked for."""
    for sort in SORTS[:-1]:
        classes = entry.classes & CLASSES[sort]
        if classes:
            return sort, str(min(classes)).removeprefix(str(CJ))
    return None


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    """The runs of letters and digits of a text, and whether their script writes no blanks between words."""
    for kind, chars in groupby(text, key=lambda char: (char.isalnum(), ord(char) >= _WIDE)):
        if kind[0]:
            yield kind[1], "".join(chars)


def _held(text: str) -> Iterator[str]:
    """What a name is indexed under: its pairs of characters, the last character of each run, and its words."""
    for wide, run in _runs(_spelled(text, joined=True)):
        if wide:
            yield from (run[at : at + 2] for at in range(len(run)))
        else:
            yield run


def _wanted(text: str) -> Iterator[tuple[str, bool]]:
    """What a search asks for: pairs of characters and words, and whether it is enough that one begins so."""
    for wide, run in _runs(_spelled(text, joined=False)):
        if wide and len(run) > 1:
            yield from ((run[at : at + 2], False) for at in range(len(run) - 1))
        else:
            yield run, True


def _spelled(text: str, *, joined: bool) -> str:
    """A text as `fold` has it, with the blanks between words that are no Chinese, or with all of them."""
    words = [fold(word) for word in unicodedata.normalize("NFKC", text).split()]
    if not joined:
        return " ".join(words)
    out = ""
    for word in filter(None, words):
        out += word if out and ord(out[-1]) >= _WIDE and ord(word[0]) >= _WIDE else f" {word}"
    return out


def _wordings(store: Store) -> dict[str, list[str]]:
    """How the documents word each metric."""
    found: dict[str, list[str]] = {}
    for metric, wording in sorted(_pairs(store, _WORDINGS)):
        found.setdefault(metric, []).append(wording)
    return found


def _counts(store: Store, query: str) -> dict[str, int]:
    return {thing: int(count) for thing, count in _pairs(store, query)}


def _pairs(store: Store, query: str) -> Iterator[tuple[str, str]]:
    answer = store.query(query)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    return ((str(one), str(other)) for one, other in answer.rows)


def _hit(row: sqlite3.Row, lang: str) -> Hit:
    label, text = str(row["en" if lang == "en" else "zh"]), str(row["text"])
    return Hit(row["iri"], label, row["kind"], text if fold(text) != fold(label) else None, _note(row, lang))


def _note(row: sqlite3.Row, lang: str) -> str:
    """How many claims and involvements the graph holds about a thing, as 12 条陈述，3 项参与."""
    claims, involvements = row["claims"], row["involvements"]
    if lang == "en":
        counted = [(claims, "claim"), (involvements, "involvement")]
        return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counted if count)
    return "，".join(f"{count} {word}" for count, word in [(claims, "条陈述"), (involvements, "项参与")] if count)

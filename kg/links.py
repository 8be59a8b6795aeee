"""Links to what others know: which of our things are theirs, from a reviewed table beside the manifest.

Nothing is ever guessed: a row that no person confirmed does not reach the graph.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rdflib import SKOS, URIRef

from kg.lexicon import fold
from kg.model import Finding, Location, Review, Severity
from kg.tables import guarded, read_table, write_table
from kg.terms import BASE, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg.answer import Triple
    from kg.lexicon import Entry, Lexicon

__all__ = [
    "AUTHORITIES",
    "COLUMNS",
    "LINKS",
    "Authority",
    "Link",
    "Match",
    "authority_of",
    "check_links",
    "link_triples",
    "proposed",
    "read_links",
]

LINKS = "links.csv"
"""The name of the table in a city's folder."""

COLUMNS = ("thing", "target", "relation", "review", "reviewer", "note")
CANDIDATES = ("label", "target")
"""The columns of the table, and of a file of candidates."""


class Match(StrEnum):
    """How a thing and its target are one: SKOS mapping properties."""

    EXACT = "exactMatch"
    CLOSE = "closeMatch"


@dataclass(frozen=True, slots=True)
class Authority:
    """Somebody whose identifiers we link to: a name, the beginning of its IRIs, and the pattern of the rest."""

    key: str
    zh: str
    en: str
    space: str
    rest: str


AUTHORITIES = (
    Authority("wikidata", "维基数据", "Wikidata", "http://www.wikidata.org/entity/", r"Q[1-9][0-9]{0,11}"),
    Authority("geonames", "GeoNames 地名库", "GeoNames", "https://sws.geonames.org/", r"[1-9][0-9]{0,9}/"),
    Authority(
        "eu-country", "欧盟国家名录", "EU country authority table",
        "http://publications.europa.eu/resource/authority/country/", r"[A-Z]{3}",
    ),
    Authority("viaf", "VIAF 虚拟国际规范文档", "VIAF", "http://viaf.org/viaf/", r"[1-9][0-9]{0,21}"),
    Authority("isni", "ISNI 国际标准名称标识", "ISNI", "https://isni.org/isni/", r"[0-9]{15}[0-9X]"),
)  # fmt: skip
"""Whose IRIs a target can be. Codes of GB/T 2260 have no IRIs of their own: places state them as dct:identifier."""


@dataclass(frozen=True, slots=True)
class Link:
    """One row: a thing as the row names it, its IRI where that is clear, and the IRI of the target."""

    thing: str
    iri: URIRef | None
    target: str
    relation: str
    review: str
    reviewer: str
    note: str
    row: int


def read_links(folder: Path, lexicon: Lexicon) -> tuple[Link, ...]:
    """The rows of `links.csv` in a city's folder, none where there is no such file; an empty relation is exactMatch.

    A thing is named by its canonical name, by its kind and name (`place/青岛市`) or by its IRI. Raises UnreadableError
    for a table that cannot be read; what is wrong with a row is for `check_links`.
    """
    path = folder / LINKS
    if not path.is_file():
        return ()
    named = _named(lexicon)
    return tuple(
        Link(
            cells["thing"],
            _only(named.get(cells["thing"], [])),
            cells["target"],
            cells["relation"] or str(Match.EXACT),
            cells["review"],
            cells["reviewer"],
            cells["note"],
            row,
        )
        for row, cells in read_table(path, COLUMNS)
    )


def check_links(links: Sequence[Link], lexicon: Lexicon) -> list[Finding]:
    """What is wrong with each row that nobody rejected, and as notes the rows that nobody has reviewed."""
    live = [it for it in links if it.review != Review.REJECTED]
    said = Counter((it.iri or it.thing, it.target) for it in live)
    exact: dict[str, set[str]] = {}
    for it in live:
        if it.relation == Match.EXACT and it.iri is not None:
            exact.setdefault(it.target, set()).add(it.iri)
    findings: list[Finding] = []
    for it in live:
        findings += _faults(it, lexicon)
        if said[it.iri or it.thing, it.target] > 1:
            findings.append(_fault(it, "repeated", "target", it.target, "同一链接写了两次", "the link is there twice"))
        elif len(exact.get(it.target, ())) > 1 and it.relation == Match.EXACT:
            zh = "有两个不同的事物都与它相同：改为 closeMatch 或否决其中之一"
            en = "two different things are exactly this one: make one a closeMatch or reject it"
            findings.append(_fault(it, "shared", "target", it.target, zh, en))
        if it.review == Review.PROPOSED:
            zh, en = "尚未审核，不入图", "nobody has reviewed it: it stays out of the graph"
            findings.append(_fault(it, "unreviewed", "review", it.review, zh, en, Severity.INFO))
    return findings


def link_triples(links: Iterable[Link], findings: Iterable[Finding]) -> list[Triple]:
    """The confirmed links as triples, without those of which the findings tell a fault."""
    faulty = {it.location.row for it in findings if it.location and it.severity is not Severity.INFO}
    return [
        (it.iri, SKOS[it.relation], URIRef(it.target))
        for it in links
        if it.review == Review.CONFIRMED and it.iri is not None and it.row not in faulty
    ]


def authority_of(target: str) -> Authority | None:
    """Whose IRI a target is; None where it is of nobody known, or not of the form that theirs have.

    >>> authority_of("http://www.wikidata.org/entity/Q148").en
    'Wikidata'
    >>> authority_of("https://www.wikidata.org/wiki/Q148")
    """
    for it in AUTHORITIES:
        if target.startswith(it.space) and re.fullmatch(it.rest, target.removeprefix(it.space)):
            return it
    return None


def proposed(file: Path, links: Iterable[Link], lexicon: Lexicon) -> bytes:
    """Rows for a person to review, as `links.csv`: candidates of a file whose label is a name of one of our things.

    The file is a CSV with the columns label and target; labels are one where `kg.lexicon.fold` makes them so. What
    the table has already, whatever was decided, is not proposed again. Raises UnreadableError for another file.
    """
    known = {(str(it.iri), it.target) for it in links}
    by_label: dict[str, list[Entry]] = {}
    for entry in _linkable(lexicon):
        for label in {fold(it) for it in (entry.name, *entry.labels.values())}:
            by_label.setdefault(label, []).append(entry)
    rows: dict[tuple[str, str], list[str]] = {}
    for number, cells in read_table(file, CANDIDATES):
        for entry in by_label.get(fold(cells["label"]), ()):
            path, target = entry.iri.removeprefix(BASE), cells["target"]
            if (str(entry.iri), target) not in known:
                note = guarded(f"{file.name} {number}: {cells['label']}")
                rows.setdefault((path, target), [path, target, str(Match.EXACT), str(Review.PROPOSED), "", note])
    return write_table(COLUMNS, rows.values())


def _named(lexicon: Lexicon) -> dict[str, list[Entry]]:
    """The things that each spelling of a row can mean."""
    found: dict[str, list[Entry]] = {}
    for entry in _linkable(lexicon):
        iri = str(entry.iri)
        for name in (entry.name, iri, f"{iri.removeprefix(BASE).partition('/')[0]}/{name_of(iri)}"):
            found.setdefault(name, []).append(entry)
    return found


def _only(entries: Sequence[Entry]) -> URIRef | None:
    return entries[0].iri if len(entries) == 1 else None


def _linkable(lexicon: Lexicon) -> list[Entry]:
    """The things of the project's own namespace, no terms of the ontology."""
    return [entry for iri, entry in sorted(lexicon.entries.items()) if iri.startswith(BASE) and "#" not in iri]


def _faults(it: Link, lexicon: Lexicon) -> list[Finding]:
    """What is wrong with the cells of one row."""
    found: list[Finding] = []
    if it.iri is None:
        found.append(_unknown(it, lexicon))
    if authority_of(it.target) is None:
        known = "、".join(f"{one.space}…" for one in AUTHORITIES)
        zh, en = f"不是所认可的 IRI：{known}", f"is no IRI of a known form: {known.replace('、', ', ')}"
        found.append(_fault(it, "target", "target", it.target, zh, en))
    for column, value, choices in (("relation", it.relation, Match), ("review", it.review, _REVIEWS)):
        if value not in list(choices):
            known = ", ".join(choices)
            zh, en = f"应为其中之一：{known}", f"should be one of: {known}"
            found.append(_fault(it, column, column, value, zh, en))
    if it.review == Review.CONFIRMED:
        for column, value in (("reviewer", it.reviewer), ("note", it.note)):
            if not value:
                zh, en = "确认的链接须写明谁审核、依据何在", "a confirmed link says who reviewed it, and on what ground"
                found.append(_fault(it, column, column, value, zh, en))
    return found


_REVIEWS = (Review.PROPOSED, Review.CONFIRMED, Review.REJECTED)


def _unknown(it: Link, lexicon: Lexicon) -> Finding:
    meant = [entry.iri.removeprefix(BASE) for entry in _named(lexicon).get(it.thing, ())]
    if meant:
        known = "、".join(meant)
        zh, en = f"这个名称可以指：{known}", f"this name can mean: {', '.join(meant)}"
    else:
        zh, en = "词表中没有这个事物", "the lexicon has no such thing"
    return _fault(it, "thing", "thing", it.thing, zh, en)


def _fault(
    it: Link, rule: str, column: str, value: str, zh: str, en: str, severity: Severity = Severity.VIOLATION
) -> Finding:
    location = Location(LINKS, it.row, column)
    return Finding(
        severity, f"Link-{rule}", zh, en, focus=str(it.iri) if it.iri else None, location=location, value=value
    )

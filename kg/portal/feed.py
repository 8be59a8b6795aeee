"""changes.atom: what a release changed, as an Atom feed (RFC 4287) that readers and portals follow."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree import ElementTree as ET

from kg.changes.report import EVENTS, counted, folded, sentence
from kg.errors import UsageError
from kg.portal.part import Part
from kg.terms import BASE

if TYPE_CHECKING:
    from kg.changes.difference import Change, Difference
    from kg.changes.sayings import Said

__all__ = ["FEED", "feed", "feed_part"]

FEED = "changes.atom"
"""The path of the feed in a release."""

ENTRIES = 200
"""The most entries of a feed, beside the summary."""

_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"
_XML = "http://www.w3.org/XML/1998/namespace"
_LANG = f"{{{_XML}}}lang"
_SAFE = "/~!$&'()*+,;=:@-._%#?"
_SUMMARY = ("本版概要", "summary of this release")
_FIRST = ("首次发布", "the first release")


def feed(difference: Difference, title: Said, home: str, updated: str, version: str) -> bytes:
    """The feed of one release: a summary, then an entry for each of the first changes, documents first.

    `title` is that of the dataset, `home` the address (with a slash at its end) below which the release is published,
    `updated` the day (or month) that the release states, never a clock; `version` names it in the entries'
    identifiers, so that a thing that changes again has another entry. Claims that came with a document are told by
    its entry. Raises UsageError for an `updated` that is no date.
    """
    moment = _moment(updated)
    root = ET.Element(_name("feed"), {_LANG: "zh"})
    _add(root, "id", f"{home}{FEED}")
    _add(root, "title", f"{title[0]}：更改")
    _add(root, "subtitle", f"{title[1]}: changes", {_LANG: "en"})
    _add(root, "updated", moment)
    _add(root, "link", None, {"rel": "self", "type": "application/atom+xml", "href": f"{home}{FEED}"})
    _add(root, "link", None, {"rel": "alternate", "href": home})
    _add(_add(root, "author"), "name", title[0])
    _add_entry(
        root, f"{home}{FEED}#{_token(version)}", _summary(difference, version), home, moment, _counts(difference)
    )
    for change in folded(difference)[:ENTRIES]:
        facts = "\n".join((version, change.kind, str(change.event), change.iri))
        name = hashlib.sha256(facts.encode()).hexdigest()[:16]
        _add_entry(
            root, f"{home}{FEED}#{name}", _headline(change), _address(change.iri, home), moment, _details(change)
        )
    ET.indent(root, " ")
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def feed_part(difference: Difference, title: Said, home: str, updated: str, version: str) -> Part:
    """The feed as a file of a release."""
    return Part(FEED, "application/atom+xml", lambda: [feed(difference, title, home, updated, version)])


def _summary(difference: Difference, version: str) -> Said:
    what = _SUMMARY if difference.before else _FIRST
    return f"{version} {what[0]}", f"{version} {what[1]}"


def _counts(difference: Difference) -> list[Said]:
    return list(zip(counted(difference, "zh"), counted(difference, "en"), strict=True))


def _headline(change: Change) -> Said:
    zh, en = EVENTS[change.event]
    return f"{zh}：{sentence(change, 'zh')}", f"{en}: {sentence(change, 'en')}"


def _details(change: Change) -> list[Said]:
    return [
        (
            f"{it.name[0]}：{it.before[0] or '（无）'} → {it.after[0] or '（无）'}",
            f"{it.name[1]}: {it.before[1] or '(nothing)'} → {it.after[1] or '(nothing)'}",
        )
        for it in change.fields
    ]


def _add_entry(root: ET.Element, name: str, said: Said, address: str, moment: str, details: list[Said]) -> None:
    """One entry: the title in Chinese, the summary in English, and the details in both as XHTML."""
    entry = _add(root, "entry")
    _add(entry, "id", name)
    _add(entry, "title", _flat(said[0]))
    _add(entry, "updated", moment)
    _add(entry, "link", None, {"rel": "alternate", "href": address})
    _add(entry, "summary", _flat(said[1]), {_LANG: "en"})
    body = ET.SubElement(_add(entry, "content", None, {"type": "xhtml"}), f"{{{_XHTML}}}div")
    for x, lang in enumerate(("zh", "en")):
        part = ET.SubElement(body, f"{{{_XHTML}}}div", {_LANG: lang, "lang": lang})
        ET.SubElement(part, f"{{{_XHTML}}}p").text = _clean(said[x])
        if details:
            items = ET.SubElement(part, f"{{{_XHTML}}}ul")
            for it in details:
                ET.SubElement(items, f"{{{_XHTML}}}li").text = _clean(it[x])


def _add(parent: ET.Element, tag: str, text: str | None = None, attributes: dict[str, str] | None = None) -> ET.Element:
    element = ET.SubElement(parent, _name(tag), attributes or {})
    element.text = _clean(text) if text is not None else None
    return element


def _name(tag: str) -> str:
    return f"{{{_ATOM}}}{tag}"


def _moment(updated: str) -> str:
    """The first moment of a day or month, as RFC 3339 has it, in China's time."""
    try:
        day = date.fromisoformat(f"{updated}-01"[:10])
    except ValueError as error:
        raise UsageError(
            f"发布日期应为年月日或年月，如 2026-01-31：{updated}",
            f"the day of a release should be a day or a month, as 2026-01-31: {updated}",
        ) from error
    return f"{day.isoformat()}T00:00:00+08:00"


def _address(iri: str, home: str) -> str:
    """Where a thing is described below the address of the release, percent-encoded."""
    return quote(iri.replace(BASE, home, 1), safe=_SAFE)


def _token(version: str) -> str:
    return quote(version, safe="")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _clean(text: str) -> str:
    """Text without the characters that XML 1.0 cannot hold at all, not even escaped."""
    return "".join(it for it in text if _allowed(ord(it)))


def _allowed(code: int) -> bool:
    return code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


ET.register_namespace("", _ATOM)
ET.register_namespace("xhtml", _XHTML)

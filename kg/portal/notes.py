"""notes.md: a draft of the release's notes from what changed, for a person to edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.changes.difference import Event
from kg.changes.report import counted, sentence
from kg.checkreport import escaped
from kg.portal.part import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.changes.difference import Change, Difference
    from kg.changes.sayings import Said

__all__ = ["NOTES", "notes", "notes_part"]

NOTES = "notes.md"
"""The path of the notes in a release."""

NOTABLE = 20
"""The most changes in one section; the feed and `kg diff` tell the rest."""

_TITLE = ("更改说明", "Release notes")
_FIRST = ("首次发布。", "The first release.")
_SAME = ("数据没有变化。", "The data have not changed.")
_MORE = ("另有 {} 项，见 changes.atom。", "And {} more: see changes.atom.")
_SECTIONS: Sequence[tuple[Said, str, tuple[Event, ...]]] = (
    (("新文档", "New documents"), "document", (Event.ADDED,)),
    (("更改或移除的文档", "Documents changed or removed"), "document", (Event.CHANGED, Event.REMOVED)),
    (("更正的陈述", "Corrected claims"), "claim", (Event.CHANGED,)),
    (("移除的陈述", "Claims removed"), "claim", (Event.REMOVED,)),
    (("更改的参与", "Involvements changed"), "involvement", (Event.CHANGED, Event.REMOVED)),
    (("已消除的问题", "Findings resolved"), "finding", (Event.REMOVED,)),
    (("新发现的问题", "New findings"), "finding", (Event.ADDED,)),
    (("组织", "Organisations"), "organisation", tuple(Event)),
    (("事项", "Undertakings"), "undertaking", tuple(Event)),
    (("指标", "Metrics"), "metric", tuple(Event)),
)


def notes(difference: Difference, version: str, lang: str) -> str:
    """The notes in Markdown in one language: the counts, then what is notable.

    A first release has no earlier one to differ from: then they tell its documents only.
    """
    x = 1 if lang == "en" else 0
    lines = [f"# {_TITLE[x]} {escaped(version)}", ""]
    if difference.same:
        return "\n".join([*lines, _SAME[x]]) + "\n"
    if difference.before is None:
        lines += [_FIRST[x], ""]
    lines += [f"- {escaped(it)}" for it in counted(difference, lang)]
    for heading, kind, events in _SECTIONS if difference.before else _SECTIONS[:1]:
        if own := difference.of(kind, *events):
            total = sum(difference.counts.get((kind, event), 0) for event in events if event is not Event.MOVED)
            lines += ["", f"## {heading[x]}", "", *_items(own[:NOTABLE], x)]
            if total > len(own[:NOTABLE]):
                lines += ["", _MORE[x].format(total - len(own[:NOTABLE]))]
    return "\n".join(lines) + "\n"


def notes_part(difference: Difference, version: str) -> Part:
    """The notes in both languages as a file of a release."""
    return Part(
        NOTES,
        "text/markdown",
        lambda: [f"{notes(difference, version, 'zh')}\n{notes(difference, version, 'en')}".encode()],
    )


def _items(changes: Sequence[Change], x: int) -> list[str]:
    lines = []
    for change in changes:
        lines.append(f"- {_flat(sentence(change, ('zh', 'en')[x]))}")
        for it in change.fields:
            before, after = it.before[x] or "—", it.after[x] or "—"
            lines.append(f"  - {_flat(it.name[x])}{'：' if x == 0 else ': '}{_flat(before)} → {_flat(after)}")
    return lines


def _flat(text: str) -> str:
    return escaped(" ".join(text.split()))

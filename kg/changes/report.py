"""A difference for people and programs: text, Markdown, JSON and CSV, in Chinese or English."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kg.changes.difference import Event
from kg.changes.sayings import SPOKEN
from kg.checkreport import escaped
from kg.tables import guarded, write_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.changes.difference import Change, Difference, Field
    from kg.changes.sayings import Said

__all__ = ["CHANGE_REPORTS", "EVENTS", "counted", "folded", "sentence"]

EVENTS: dict[Event, Said] = {
    Event.ADDED: ("新增", "added"),
    Event.REMOVED: ("移除", "removed"),
    Event.CHANGED: ("更改", "changed"),
    Event.MOVED: ("仅换位置", "moved only"),
}
_FINDINGS: dict[Event, Said] = {
    **EVENTS,
    Event.ADDED: ("新发现", "found anew"),
    Event.REMOVED: ("已消除", "gone"),
}
_SIGNS = {Event.ADDED: "+", Event.REMOVED: "-", Event.CHANGED: "~"}
_SAME = ("两个图相同。", "The two graphs are the same.")
_NOTHING = ("（无）", "(nothing)")
_COLUMNS = (
    "event",
    "kind",
    "iri",
    "zh",
    "en",
    "field_zh",
    "field_en",
    "before_zh",
    "before_en",
    "after_zh",
    "after_en",
)


def counted(difference: Difference, lang: str) -> list[str]:
    """A line a kind of which something changed: `陈述：新增 2，更改 1`."""
    lines = []
    for kind, name in SPOKEN.items():
        words = _FINDINGS if kind == "finding" else EVENTS
        counts = [(words[event], difference.counts.get((kind, event), 0)) for event in Event]
        parts = [f"{_in(word, lang)} {count:,}" for word, count in counts if count]
        if parts:
            lines.append(f"{_in(name, lang)}：{'，'.join(parts)}" if lang == "zh" else f"{name[1]}: {', '.join(parts)}")
    removed, added = difference.quads
    lines.append(_in((f"四元组：+{added:,} −{removed:,}", f"quads: +{added:,} −{removed:,}"), lang))
    return lines


def sentence(change: Change, lang: str) -> str:
    """What changed, in one line; of a document that came or went, with what it holds."""
    own = [(SPOKEN[kind], count) for kind, count in change.within.items()]
    said = _in(change.said, lang)
    if not own:
        return said
    if lang == "zh":
        return f"{said}：{'、'.join(f'{count} 项{name[0]}' for name, count in own)}"
    return f"{said}: {', '.join(f'{count} {name[1]}' for name, count in own)}"


def folded(difference: Difference) -> list[Change]:
    """The changes without those that came or went with their document, which tells how many they are."""
    whole = {(it.iri, it.event) for it in difference.of("document", Event.ADDED, Event.REMOVED)}
    return [it for it in difference.changes if (it.document, it.event) not in whole]


def _text(difference: Difference, changes: Sequence[Change], lang: str) -> str:
    if difference.same:
        return f"{_in(_SAME, lang)}\n"
    lines = counted(difference, lang)
    for heading, own in _by_kind(changes, lang):
        lines += ["", heading]
        for change in own:
            lines.append(f"  {_SIGNS[change.event]} {sentence(change, lang)}")
            lines += [f"      {_field(it, lang)}" for it in change.fields]
    return "\n".join(lines) + "\n"


def _markdown(difference: Difference, changes: Sequence[Change], lang: str) -> str:
    lines = [f"# {_in(('更改', 'Changes'), lang)}", ""]
    if difference.same:
        return "\n".join([*lines, _in(_SAME, lang)]) + "\n"
    lines += [f"- {escaped(line)}" for line in counted(difference, lang)]
    for heading, own in _by_kind(changes, lang):
        lines += ["", f"## {heading}", ""]
        for change in own:
            words = _FINDINGS if change.kind == "finding" else EVENTS
            lines.append(f"- **{_in(words[change.event], lang)}** {_flat(sentence(change, lang))}")
            lines += [f"  - {_flat(_field(it, lang))}" for it in change.fields]
    return "\n".join(lines) + "\n"


def _json(difference: Difference, changes: Sequence[Change], _lang: str) -> str:
    removed, added = difference.quads
    counts: dict[str, dict[str, int]] = {}
    for kind in SPOKEN:
        own = {str(event): difference.counts[kind, event] for event in Event if (kind, event) in difference.counts}
        counts |= {kind: own} if own else {}
    report = {
        "before": difference.before,
        "after": difference.after,
        "quads": {"added": added, "removed": removed},
        "counts": counts,
        "changes": [_record(change) for change in changes],
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _record(change: Change) -> dict[str, object]:
    return {
        "event": str(change.event),
        "kind": change.kind,
        "iri": change.iri,
        "document": change.document,
        "zh": change.said[0],
        "en": change.said[1],
        "within": dict(change.within),
        "fields": [
            {"name": _pair(it.name), "before": _pair(it.before), "after": _pair(it.after)} for it in change.fields
        ],
    }


def _csv(_difference: Difference, changes: Sequence[Change], _lang: str) -> str:
    rows = []
    for change in changes:
        own = [str(change.event), change.kind, change.iri, *change.said]
        cells = [[*it.name, *it.before, *it.after] for it in change.fields] or [[""] * 6]
        rows += [[guarded(cell) for cell in [*own, *more]] for more in cells]
    return write_table(_COLUMNS, rows).decode()


CHANGE_REPORTS: dict[str, Callable[[Difference, Sequence[Change], str], str]] = {
    "text": _text,
    "md": _markdown,
    "json": _json,
    "csv": _csv,
}
"""The formats of a difference, of which only some of the changes may be shown."""


def _by_kind(changes: Sequence[Change], lang: str) -> Iterator[tuple[str, list[Change]]]:
    for kind, name in SPOKEN.items():
        if own := [it for it in changes if it.kind == kind]:
            yield _in(name, lang).capitalize(), own


def _field(it: Field, lang: str) -> str:
    before, after = (_in(side, lang) or _in(_NOTHING, lang) for side in (it.before, it.after))
    colon = "：" if lang == "zh" else ": "
    return f"{_in(it.name, lang)}{colon}{before} → {after}"


def _flat(text: str) -> str:
    return escaped(" ".join(text.split()))


def _pair(said: Said) -> dict[str, str]:
    return {"zh": said[0], "en": said[1]}


def _in(said: Said, lang: str) -> str:
    return said[1] if lang == "en" else said[0]

"""`kg diff`: what changed between two graphs, for people, for sheets and as a patch."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.changes.difference import MOST, difference
from kg.changes.patch import patch
from kg.changes.quads import changed_quads, sorted_quads
from kg.changes.report import CHANGE_REPORTS
from kg.cli.options import Lang, LangOption, LimitOption, OutputOption
from kg.cli.output import choice
from kg.files import write_out

if TYPE_CHECKING:
    from kg.store import Store

__all__ = ["diff"]

_PATCH = "rdfpatch"
_SUFFIXES = {"txt": "text", "md": "md", "json": "json", "csv": "csv", "rdfp": _PATCH}
_WHAT = "存储、发布包，或 .nq、.trig（可加 .gz）文件。 A store, a release, or a file .nq, .trig (also .gz)."


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=_WHAT)],
    after: Annotated[str, typer.Argument(metavar="B", help="同上，较新的。 The same, the newer one.")],
    form: Annotated[
        str | None,
        typer.Option("--format", "-f", help=f"格式。 One of: {', '.join(CHANGE_REPORTS)}, {_PATCH}."),
    ] = None,
    output: OutputOption = None,
    limit: LimitOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """比较两个图：哪些陈述、文档、指标新增、移除或更改。 What changed between two graphs.

    退出码：0 相同，1 不同。rdfpatch 是 Apache Jena 可直接应用的补丁。

    Exit code: 0 they are the same, 1 they differ. rdfpatch is a patch that Apache Jena applies.
    """
    suffix = output.suffix.removeprefix(".") if output else ""
    form = form or _SUFFIXES.get(suffix, "text")
    choice({**CHANGE_REPORTS, _PATCH: None}, form, "format")
    with sorted_quads(_source(before)) as old, sorted_quads(_source(after)) as new:
        if form == _PATCH:
            write_out(output, patch(old, new))
            same = next(changed_quads(old, new), None) is None
        else:
            found = difference(old, new, MOST if limit is None else max(MOST, limit))
            same = found.same
            shown = found.changes[:limit]
            write_out(output, [CHANGE_REPORTS[form](found, shown, lang).encode()])
            told = sum(count for (kind, event), count in found.counts.items() if kind != "other" and event != "moved")
            if len(shown) < told:
                sys.stderr.write(f"{len(shown)} / {told} (--limit)\n")
    if not same:
        raise typer.Exit(1)


def _source(location: str) -> Path | Store:
    if location.startswith(("http://", "https://")):
        from kg.remote import RemoteStore  # noqa: PLC0415 - only a server needs SPARQLWrapper

        return RemoteStore(location, user=os.environ.get("KG_USER"), password=os.environ.get("KG_PASSWORD"))
    return Path(location)

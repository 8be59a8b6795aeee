"""`kg portal`: the folder that an open-data team publishes or a portal harvests, and how portals will rate it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import DEFAULT_STORE, Lang, LangOption, OutputOption, StoreOption
from kg.cli.output import choice, opened
from kg.errors import UsageError
from kg.files import write_out
from kg.terms import BASE

if TYPE_CHECKING:
    from kg.model import Finding

__all__ = ["app"]

_ADDRESS = re.compile(r'https?://[^\x00-\x20<>"{}|\\^`?#/]+(?:/[^\x00-\x20<>"{}|\\^`?#]*)?')
"""An IRI (RFC 3987) of the web, without query and fragment."""

app = typer.Typer(
    name="portal",
    help="开放数据门户：发布文件夹与评分。\n\nFor open-data portals: the folder to publish, and its score.",
    no_args_is_help=True,
)


@app.command("build")
def build(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="发布到哪里。 Where to publish.")],
    store: StoreOption = str(DEFAULT_STORE),
    home: Annotated[
        str, typer.Option(help="文件夹的对外网址，以 / 结尾。 Public address of the folder, ending with a slash.")
    ] = BASE,
    site: Annotated[
        str, typer.Option(help="同一个图的 kg serve 的对外网址。 Public address of a kg serve of the same graph.")
    ] = "",
    catalogue: Annotated[
        Path | None, typer.Option(help="目录的编辑说明（Turtle）。 What the editors state of the catalogue (Turtle).")
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="上一次发布（或存储），用来写更改。 The release before (or a store), for the changes."),
    ] = None,
    texts: Annotated[
        Path | None, typer.Option(help="原文文件夹：页面标出陈述。 Folder of the texts: pages mark the claims.")
    ] = None,
    pages: Annotated[bool, typer.Option(help="每个事物的网页与数据。 Page and data of every thing.")] = True,
    lang: LangOption = Lang.ZH,
) -> None:
    """写出整个发布文件夹，整体替换，逐字节可重复。 Write the folder; it appears at once.

    例 Example: kg portal build -o build/portal --home https://data.example.cn/chengjidan/
    """
    from kg.portal import building  # noqa: PLC0415 - rdflib and the templates: other commands do not wait for them
    from kg.portal.metadata import metadata, read_editorial  # noqa: PLC0415 - the same
    from kg.portal.release import Release  # noqa: PLC0415 - the same

    home = f"{_address('--home', home)}/"
    site = _address("--site", site) if site else ""
    if texts and not texts.is_dir():
        raise UsageError(f"没有这个原文文件夹：{texts}", f"there is no such folder of texts: {texts}")
    kg = opened(store)
    meta = metadata(kg, read_editorial(catalogue, home), home)
    endpoint = f"{site}/sparql" if site else ""
    shown = sys.stderr.isatty()
    try:
        written, findings = building.build(
            Release(kg, meta, endpoint, previous),
            output,
            pages=pages,
            texts=texts,
            told=lambda path: _tell(path, shown=shown),
        )
    except building.Unfit as unfit:
        _report(unfit.findings, lang)
        sys.stderr.write(
            "没有发布：目录缺少必需的内容 / nothing was published: the catalogue lacks what it must have\n"
        )
        raise typer.Exit(1) from unfit
    _report(findings, lang)
    size = sum(it.size for it in written)
    sys.stderr.write(f"{output}: {len(written)} 个文件 / files, {size} bytes\n")
    raise typer.Exit(1 if findings else 0)


@app.command("score")
def score(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="发布文件夹。 Folder of a release.")],
    form: Annotated[str, typer.Option("--format", "-f", help="格式。 One of: text, json.")] = "text",
    output: OutputOption = None,
    at_least: Annotated[
        int, typer.Option(min=0, max=405, help="低于此分则退出码为 1。 Exit code 1 below so many points.")
    ] = 0,
) -> None:
    """按 data.europa.eu 的方法（MQA，405 分）给目录评分，不联网。 Score by the MQA of data.europa.eu, offline."""
    from kg.portal.score import score as scored  # noqa: PLC0415 - rdflib: other commands do not wait for it

    found = scored(folder)
    writers = {"text": found.text, "json": found.json}
    write_out(output, [choice(writers, form, "format")().encode()])
    raise typer.Exit(1 if found.points < at_least else 0)


def _address(option: str, given: str) -> str:
    """An address without the slashes at its end; raises UsageError for what paths cannot be written after."""
    if not _ADDRESS.fullmatch(given):
        raise UsageError(f"{option} 不是网址：{given}", f"{option} is no address: {given}")
    return given.rstrip("/")


def _tell(path: str, *, shown: bool) -> None:
    if shown:
        sys.stderr.write(f"\r\x1b[K{path[:100]}")


def _report(findings: list[Finding], lang: str) -> None:
    if findings and sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    for it in findings:
        where = f" <{it.focus}>" if it.focus else ""
        sys.stderr.write(f"{it.severity} {it.rule}: {it.en if lang == 'en' else it.zh}{where}\n")

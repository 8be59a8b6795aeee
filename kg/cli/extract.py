"""`kg extract`: from the texts of report cards to claim sheets, lines of JSON or review pages."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.lexicons import choose_lexicon, load_lexicon
from kg.cli.options import Lang, LangOption, LexiconOption
from kg.cli.tally import Tally
from kg.cli.writers import writer_for
from kg.documents import is_published
from kg.errors import UsageError
from loaders.extracting import extract_all
from loaders.folder import Folder
from loaders.sources import About, Source, find_sources, in_folder, passed_over

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["extract"]

_WORTH_PROCESSES = 2_000_000  # bytes; a spawned process takes about a second to start


_Targets = Annotated[
    list[Path] | None, typer.Argument(metavar="FILE|DIR", help="原文文件或其文件夹。 Texts, or their folders.")
]
_Manifest = Annotated[Path | None, typer.Option(help="原文的清单，与 --texts 同用。 Manifest; goes with --texts.")]
_Texts = Annotated[Path | None, typer.Option(help="清单所列原文的文件夹。 Folder of the manifest's texts.")]
_Format = Annotated[str | None, typer.Option("--format", "-f", help="格式。 One of: sheet, jsonl, html, table.")]
_Folder = Annotated[Path | None, typer.Option("--output", "-o", help="输出文件夹。 Output folder.", file_okay=False)]
_Place = Annotated[
    str | None, typer.Option(help="无清单的原文所述的地区。 Area that texts without a manifest speak of.")
]
_Published = Annotated[str | None, typer.Option(help="其发布日期或月份。 Their day or month, as 2026-01.")]
_Publisher = Annotated[str, typer.Option(help="其发布者。 Their publisher.")]
_Agencies = Annotated[
    list[str] | None,
    typer.Option("--agency", help="其全文所述的组织，可重复。 A body they are wholly about; repeatable."),
]
_Explain = Annotated[bool, typer.Option("--explain", help="在终端逐条说明取舍。 Say on the terminal why.")]
_Jobs = Annotated[int, typer.Option("--jobs", "-j", min=0, help="进程数，0 为自动。 Processes; 0 chooses.")]


def extract(
    targets: _Targets = None,
    manifest: _Manifest = None,
    texts: _Texts = None,
    form: _Format = None,
    output: _Folder = None,
    lexicon: LexiconOption = None,
    place: _Place = None,
    published: _Published = None,
    publisher: _Publisher = "",
    agencies: _Agencies = None,
    explain: _Explain = False,
    jobs: _Jobs = 0,
    lang: LangOption = Lang.ZH,
) -> None:
    """从成绩单原文抽取陈述与参与。 Read claims and involvements out of the texts of report cards.

    不联网；同一原文总得到同样的结果。 Offline; the same text gives the same claims.

    例 Example: kg extract news.html --place 临江市 -o sheets
    """
    about = _about(place, published, publisher, agencies)
    writer = writer_for(form, output, lang, explain=explain)
    sources = _sources(targets or [], manifest, texts, about)
    chosen = [(source, _lexicon(source, lexicon, output)) for source in sources]
    lexicons = {path: load_lexicon(path) for _, path in chosen}
    tally = Tally(lang, len(sources))
    for outcome in extract_all(chosen, lexicons, jobs or _jobs(sources)):
        tally.add(outcome)
        if outcome.extraction:
            with tally.errors():
                writer.one(outcome.extraction, outcome.source)
    with tally.errors():
        writer.all(set(lexicons))
    tally.tell()
    if code := tally.exit_code:
        raise typer.Exit(code)


def _about(place: str | None, published: str | None, publisher: str, agencies: list[str] | None) -> About:
    if published and not is_published(published):
        raise UsageError(
            f"--published {published} 应为日期或年月，如 2026-01", f"--published {published} is no day or month"
        )
    named = tuple(" ".join(name.split()) for name in agencies or ())
    if any(not name or ";" in name for name in named):
        raise UsageError("--agency 每次写一个组织的全名", "--agency takes the full name of one body each time")
    return About(" ".join(place.split()) if place else None, published, publisher, named)


def _sources(targets: Sequence[Path], manifest: Path | None, texts: Path | None, about: About) -> list[Source]:
    if manifest and targets:
        raise UsageError("有 --manifest 时不再写文件", "name files or a --manifest, not both")
    if texts and not manifest:
        raise UsageError("--texts 要与 --manifest 同用", "--texts goes with --manifest")
    if manifest:
        return in_folder(manifest, texts or manifest.parent)
    if not targets:
        raise UsageError("请写明原文文件、文件夹或 --manifest", "name texts, a folder or a --manifest")
    sources = find_sources(targets, about)
    for path in passed_over(targets):
        sys.stderr.write(f"kg: 未读 {path}\nkg: passed over {path}\n")
    return sources


def _lexicon(source: Source, given: Path | None, output: Path | None) -> Path | None:
    """The lexicon given, else the one beside the manifest, else that of the output folder, else a shipped one."""
    before = Folder(output).lexicon if output else None
    nearby = source.lexicon or (before if before and before.is_file() else None)
    return choose_lexicon(given, nearby, source.document.place)


def _jobs(sources: Sequence[Source]) -> int:
    size = sum(source.file.stat().st_size for source in sources if source.file)
    return (os.cpu_count() or 1) if size >= _WORTH_PROCESSES else 1

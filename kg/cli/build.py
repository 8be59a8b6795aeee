"""`kg build`: from sheets to a validated store."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg import resources
from kg.build import BuildReport, LexiconError, Options
from kg.build import build as run_build
from kg.checkreport import counted
from kg.cli.options import (
    DEFAULT_STORE,
    Lang,
    LangOption,
    LexiconOption,
    StoreOption,
    TargetsArgument,
    TextsOption,
)
from kg.documents import Corpus, read_corpus
from kg.model import Severity
from kg.report import REPORTS
from kg.store import Store, rebuild
from kg.validate import fails
from loaders import LOADERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["build", "corpora"]

_STATES = {
    "loaded": ("载入", "loaded"),
    "unchanged": ("未变", "unchanged"),
    "rejected": ("未通过", "kept out"),
}
_MANY = 16


def build(
    targets: TargetsArgument = None,
    store: StoreOption = str(DEFAULT_STORE),
    texts: TextsOption = None,
    lexicon: LexiconOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="全部重建。 Build everything again, unchanged or not.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="进程数，0 为自动。 Processes; 0 chooses.")] = 0,
    update_url: Annotated[str | None, typer.Option(help="远程存储的更新地址。 Update URL of a remote store.")] = None,
    graph_url: Annotated[
        str | None,
        typer.Option(help="远程存储的图存储协议地址。 Graph Store Protocol URL of a remote store."),
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """读表、检查、存图。 Read the sheets, validate them and store the graph.

    存储里只留下这里列出的城市。远程存储的用户名和密码取自 KG_USER 与 KG_PASSWORD。

    The store then holds just the cities named. A remote store's user and password: KG_USER, KG_PASSWORD.
    """
    chosen = corpora(targets, lexicon)
    options = Options(texts, force, jobs or _jobs(chosen))
    try:
        with _writing(store, update_url, graph_url, fresh=force) as target:
            report = run_build(target, chosen, LOADERS["sheet"], options, _progress(lang))
    except LexiconError as error:
        sys.stderr.write(REPORTS["text"](error.findings, 0, lang))
        raise
    _tell(report, store, lang)
    if report.unreadable:
        raise typer.Exit(3)
    if fails(report.findings, Severity.VIOLATION):
        raise typer.Exit(1)


def corpora(targets: list[str] | None, lexicon: Path | None = None) -> list[Corpus]:
    """The corpora that a command line names, all shipped cities where it names none."""
    return [read_corpus(target, lexicon) for target in targets or resources.cities()]


@contextmanager
def _writing(location: str, update_url: str | None, graph_url: str | None, *, fresh: bool) -> Iterator[Store]:
    if location.startswith(("http://", "https://")):
        from kg.remote import RemoteStore  # noqa: PLC0415 - only a server needs SPARQLWrapper

        user, password = os.environ.get("KG_USER"), os.environ.get("KG_PASSWORD")
        yield RemoteStore(location, update_url or location, graph_url, user, password)
    else:
        with rebuild(Path(location), fresh=fresh) as store:
            yield store


def _jobs(chosen: list[Corpus]) -> int:
    """How many processes are worth it: a spawned one takes about a second to start."""
    many = sum(len(corpus.documents) for corpus in chosen) >= _MANY
    return (os.cpu_count() or 1) if many else 1


def _progress(lang: Lang) -> Callable[[str, str], None]:
    def tell(document: str, state: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"{_STATES[state][lang is Lang.EN]}  {document}\n")

    return tell


def _tell(report: BuildReport, store: str, lang: Lang) -> None:
    """Say on standard error what was found, and in one line what was done."""
    seen = len(report.loaded) + len(report.rejected)
    if report.findings:
        sys.stderr.write(REPORTS["text"](report.findings, seen, lang) + "\n")
    counts = [
        (report.loaded, "载入", "loaded"),
        (report.unchanged, "未变", "unchanged"),
        (report.rejected, "未通过", "kept out"),
        (report.removed, "移除", "removed"),
    ]
    parts = [f"{(zh, en)[lang is Lang.EN]} {len(documents)}" for documents, zh, en in counts]
    sys.stderr.write(f"{store}: {', '.join(parts)}\n")
    if report.checked:
        sys.stderr.write(f"{counted(report.contradictions, lang)} (kg check)\n")

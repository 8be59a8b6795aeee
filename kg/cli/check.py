"""`kg check` and `kg metrics`: figures that cannot all be true, and which metrics are, or may be, one."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg import turtle
from kg.checkreport import CHECK_REPORTS, counted
from kg.checks import load_checks
from kg.cli.options import DEFAULT_STORE, Lang, LangOption, LimitOption, OutputOption, StoreOption
from kg.cli.output import choice, opened, plain_table, show, table_format
from kg.crosscheck import checked, read_decided, read_identified
from kg.errors import UsageError
from kg.files import write_out
from kg.identity import Candidate, MetricUse, candidates, metric_uses
from kg.model import Finding, Severity
from kg.query import Column
from kg.quoting import in_context
from kg.terms import name_of
from kg.validate import fails

if TYPE_CHECKING:
    from kg.answer import Triple
    from kg.store import Store

__all__ = ["check", "metrics"]


class Identity(StrEnum):
    """Which metrics are taken as one."""

    STRICT = "strict"
    LOOSE = "loose"


_FORMATS = [*CHECK_REPORTS, "ttl"]


def check(
    store: StoreOption = str(DEFAULT_STORE),
    only: Annotated[
        list[str] | None,
        typer.Option("--type", "-t", help="只做这些核对，可重复。 These checks only; may be repeated."),
    ] = None,
    severity: Annotated[
        Severity, typer.Option(help="只报告这样严重或更严重的。 Report what is as serious or more.")
    ] = Severity.INFO,
    identity: Annotated[
        Identity,
        typer.Option(
            help="strict 只比审核认定的同一指标；loose 也比可能相同的。 loose also compares metrics that may be one."
        ),
    ] = Identity.STRICT,
    form: Annotated[
        str | None, typer.Option("--format", "-f", help=f"格式，默认按输出文件后缀。 One of: {', '.join(_FORMATS)}.")
    ] = None,
    output: OutputOption = None,
    limit: LimitOption = None,
    texts: Annotated[
        Path | None, typer.Option(help="原文文件夹：引出处所在的句子。 Folder of the texts: quotes the sentences.")
    ] = None,
    fail_on: Annotated[
        Severity, typer.Option(help="何种结果使退出码为 1。 The mildest finding that makes the exit code 1.")
    ] = Severity.VIOLATION,
    lang: LangOption = Lang.ZH,
) -> None:
    """核对：哪些数字不能都对，附计算与出处。 Which figures cannot all be true, with the arithmetic and the passages.

    审核决定写在 data/<城市>/decisions.csv。 Decisions are rows of data/<city>/decisions.csv: docs/checks.md.
    """
    suffix = output.suffix.removeprefix(".") if output else ""
    name = form or (suffix if suffix in _FORMATS else "text")
    if name != "ttl":
        choice(CHECK_REPORTS, name, "format")
    wanted = _wanted(only)
    graph = opened(store, lang).store
    findings, triples = _compared(graph, identity is Identity.LOOSE, wanted, severity)
    if texts:
        findings = in_context(findings, texts)
    shown = findings[:limit]
    nodes = {it.comparison.iri for it in shown if it.comparison}
    text = (
        turtle.written(it for it in triples if str(it[0]) in nodes)
        if name == "ttl"
        else CHECK_REPORTS[name](shown, lang)
    )
    write_out(output, [text.encode()])
    if len(shown) < len(findings):
        sys.stderr.write(f"{len(shown)} / {len(findings)} (--limit)\n")
    if output and str(output) != "-":
        sys.stderr.write(f"{output}: {counted(findings, lang)}\n")
    if len(wanted) == len(load_checks()) and severity is Severity.INFO:
        found = {name_of(it.comparison.iri) for it in findings if it.comparison}
        _tell_unknown({it.finding for it in read_decided(graph)} - found)
    if fails(findings, fail_on):
        raise typer.Exit(1)


def _compared(store: Store, loose: bool, wanted: set[str], severity: Severity) -> tuple[list[Finding], list[Triple]]:
    """What is as serious as asked for or more, of every city, the worst first; and the triples of all findings."""
    findings: list[Finding] = []
    triples: list[Triple] = []
    for _, outcome in checked(store, loose=loose, wanted=wanted.__contains__):
        kept = [it for it in outcome.findings if it.severity.rank <= severity.rank]
        findings += kept
        triples += outcome.triples
    return sorted(findings, key=lambda it: it.severity.rank), triples


def metrics(
    store: StoreOption = str(DEFAULT_STORE),
    pairs: Annotated[
        bool, typer.Option("--candidates", help="列出可能相同的指标对。 List pairs of metrics that may be one.")
    ] = False,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[METRIC]", help="只看名称或措辞含此的指标。 Metrics whose name or wording holds this."),
    ] = None,
    form: Annotated[str | None, typer.Option("--format", "-f", help="table, csv, tsv, json, xlsx, ttl")] = None,
    output: OutputOption = None,
    limit: LimitOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """指标：陈述数、措辞、可能相同的指标及理由。 Metrics with their claims and wordings, and which may be one, and why.

    决定写在 data/<城市>/identities.csv。 Decisions are rows of data/<city>/identities.csv: docs/checks.md.
    """
    graph = opened(store, lang).store
    uses = metric_uses(graph)
    found = candidates(uses, read_identified(graph))
    if name is not None:
        uses = [it for it in uses if _holds(it, name)]
        found = [it for it in found if _holds(it.one, name) or _holds(it.two, name)]
    if pairs:
        title = "可能相同的指标" if lang is Lang.ZH else "Metrics that may be one"
        table = plain_table(title, _PAIR_COLUMNS, [_pair_row(it, lang) for it in found], lang)
    else:
        title = "指标" if lang is Lang.ZH else "Metrics"
        alike = {use.iri: [it for it in found if use in (it.one, it.two)] for use in uses}
        table = plain_table(title, _COLUMNS, [_row(use, alike[use.iri], lang) for use in uses], lang)
    show(table, table_format(form, output), output, limit)


_COLUMNS = (
    Column("metric", "指标", "metric"),
    Column("claims", "陈述", "claims"),
    Column("documents", "文档", "documents"),
    Column("units", "单位", "units"),
    Column("accumulation", "累积方式", "accumulation"),
    Column("wordings", "措辞", "wordings"),
    Column("candidates", "可能相同", "may be one with"),
)
_PAIR_COLUMNS = (
    Column("one", "指标", "metric"),
    Column("two", "另一指标", "other metric"),
    Column("likeness", "相似", "likeness"),
    Column("reasons", "理由", "for"),
    Column("against", "反对", "against"),
    Column("loose", "宽松时视为同一", "one under loose"),
    Column("decided", "决定", "decided"),
)


def _row(use: MetricUse, found: list[Candidate], lang: Lang) -> list[str]:
    others = [f"{(it.two if it.one == use else it.one).name} {it.likeness}" for it in found if it.decided is None]
    shown = use.name if lang is Lang.ZH else use.label
    wordings = " / ".join(sorted(use.wordings))
    return [
        shown,
        str(use.claims),
        str(len(use.documents)),
        "、".join(sorted(use.units)),
        use.accumulation,
        wordings,
        "；".join(others),
    ]


def _pair_row(it: Candidate, lang: Lang) -> list[str]:
    language = 0 if lang is Lang.ZH else 1
    joint = "；" if lang is Lang.ZH else "; "
    decided = (
        f"{it.decided.relation} ({it.decided.reviewer}, {it.decided.date}): {it.decided.why}" if it.decided else ""
    )
    reasons, against = (joint.join(pair[language] for pair in pairs) for pairs in (it.reasons, it.against))
    yes = ("是", "yes")[language] if it.loose else ""
    return [it.one.name, it.two.name, str(it.likeness), reasons, against, yes, decided]


def _holds(use: MetricUse, name: str) -> bool:
    return any(name in text for text in (use.name, use.label, *use.wordings))


def _wanted(only: list[str] | None) -> set[str]:
    known = load_checks()
    for name in only or ():
        if name not in known:
            raise UsageError(
                f"没有名为 {name} 的核对，有：{'、'.join(known)}",
                f"there is no check {name}; there are: {', '.join(known)}",
            )
    return set(only or known)


def _tell_unknown(names: set[str]) -> None:
    """Say which decisions are about no finding, so that a stale one is seen."""
    for name in sorted(names):
        sys.stderr.write(f"decisions.csv: {name} 没有对应的结果 / is about no finding\n")

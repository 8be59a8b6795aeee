"""`kg link`: the reviewed links of a city to Wikidata and others, checked, and candidates for a person to review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Lang, LangOption, LexiconOption, OutputOption
from kg.cli.output import plain_table, show, table_format
from kg.documents import read_corpus
from kg.files import write_out
from kg.links import LINKS, check_links, link_triples, proposed, read_links
from kg.query import Column
from kg.report import REPORTS
from kg.vocabulary import Vocabulary

__all__ = ["link"]

_COLUMNS = (
    Column("thing", "事物", "thing"),
    Column("relation", "关系", "relation"),
    Column("target", "目标", "target"),
)


def link(
    target: Annotated[
        str, typer.Argument(metavar="CITY|FILE", help=f"城市名、其文件夹，或 {LINKS}。 A city, its folder, or {LINKS}.")
    ],
    candidates: Annotated[
        Path | None,
        typer.Option(
            help="候选文件（CSV：label, target）：名称相同者列为待审的行。"
            " A CSV file (label, target): rows to review for equal labels."
        ),
    ] = None,
    form: Annotated[str | None, typer.Option("--format", "-f", help="table, csv, tsv, json, xlsx, ttl")] = None,
    output: OutputOption = None,
    lexicon: LexiconOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """检查到维基数据等的链接，列出将入图的。 Check the links to Wikidata and others; list those that enter the graph.

    只有人工确认的行入图，从不猜测。退出码：0 无问题，1 有问题或未审核的行。

    Only rows that a person confirmed enter the graph. Exit code: 0 all is well, 1 there are faults or unreviewed rows.
    """
    path = Path(target)
    corpus = read_corpus(path.parent if path.name == LINKS else target, lexicon)
    names = Vocabulary([corpus.lexicon] if corpus.lexicon else []).lexicon
    links = read_links(corpus.folder, names)
    if candidates is not None:
        write_out(output, [proposed(candidates, links, names)])
        return
    findings = check_links(links, names)
    rows = [
        (names.label(str(thing), lang) or str(thing), str(relation).rsplit("#", 1)[-1], str(other))
        for thing, relation, other in link_triples(links, findings)
    ]
    title = "将入图的链接" if lang is Lang.ZH else "Links that enter the graph"
    show(plain_table(title, _COLUMNS, rows, lang), table_format(form, output), output, None)
    if findings:
        sys.stderr.write(REPORTS["text"](findings, len(corpus.documents), lang))
        raise typer.Exit(1)

"""`kg ask`, `kg queries`, `kg sparql`: questions to the store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg import turtle
from kg.answer import Answer, Solutions, Triples
from kg.cli.options import (
    DEFAULT_STORE,
    Lang,
    LangOption,
    LimitOption,
    OutputOption,
    StoreOption,
    TimeoutOption,
)
from kg.cli.output import deadline, opened, plain_table, show, table_format
from kg.errors import UsageError
from kg.files import write_out
from kg.query import Column, SavedQuery, load_queries
from kg.session import KG
from kg.table import FORMATS
from kg.tables import decode, read_bytes

__all__ = ["ask", "queries", "sparql"]

_FORMATS = ", ".join(["table", *FORMATS])
FormatOption = Annotated[
    str | None, typer.Option("--format", "-f", help=f"格式，默认按输出文件后缀。 One of: {_FORMATS}.")
]


def ask(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="问题名，见 kg queries。 A question: see kg queries.")],
    store: StoreOption = str(DEFAULT_STORE),
    form: FormatOption = None,
    output: OutputOption = None,
    limit: LimitOption = None,
    columns: Annotated[
        str | None,
        typer.Option("--columns", "-c", help="只要这些列，逗号隔开。 These columns only, separated by commas."),
    ] = None,
    timeout: TimeoutOption = 60,
    lang: LangOption = Lang.ZH,
) -> None:
    """提一个已存的问题；参数写成 --参数名 值。 Ask a saved question; its parameters are options.

    例 Example: kg ask agencies-of-a-programme --undertaking 全市一个停车场
    """
    params = _params(context.args)
    with deadline(timeout):
        table = opened(store, lang).ask(name, **params)
    if columns:
        table = table.selected([column.strip() for column in columns.split(",")])
    show(table, table_format(form, output), output, limit)


def queries(
    name: Annotated[str | None, typer.Argument(help="一个问题的细节。 One question in detail.")] = None,
    form: FormatOption = None,
    output: OutputOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """列出已存的问题，或一个问题的参数与文本。 List the saved questions, or one with its parameters and text."""
    saved = load_queries()
    if name is None:
        columns = (Column("name", "问题名", "name"), Column("question", "问题", "question"), _PARAMS)
        rows = [(it.name, it.summary(lang), " ".join(f"--{p.name}" for p in it.params)) for it in saved.values()]
        show(plain_table("kg ask", columns, rows, lang), table_format(form, output), output, None)
    elif name in saved:
        write_out(output, [_detail(saved[name], lang).encode()])
    else:
        raise UsageError(f"没有名为 {name} 的问题", f"there is no question {name}")


def sparql(
    text: Annotated[
        str,
        typer.Argument(metavar="QUERY|FILE|-", help="SPARQL 查询、.rq 文件或 -。 A query, a .rq file, or -."),
    ],
    store: StoreOption = str(DEFAULT_STORE),
    form: FormatOption = None,
    output: OutputOption = None,
    limit: LimitOption = None,
    timeout: TimeoutOption = 60,
    lang: LangOption = Lang.ZH,
) -> None:
    """运行一条 SPARQL 查询（只读，不能访问外部）。 Run a SPARQL query: read-only, nothing outside the store."""
    kg = opened(store, lang)
    with deadline(timeout):
        answer = kg.sparql(_read(text))
    _write(kg, answer, table_format(form, output), output, limit)


def _write(kg: KG, answer: Answer, form: str, output: Path | None, limit: int | None) -> None:
    if isinstance(answer, Solutions):
        show(kg.table(answer), form, output, limit)
    elif isinstance(answer, Triples):
        if form not in {"table", "ttl"}:
            raise UsageError("CONSTRUCT 的结果只有 ttl 格式", "the answer to a CONSTRUCT comes as ttl only")
        write_out(output, [turtle.written(answer).encode()])
    else:
        write_out(output, [b"true\n" if answer else b"false\n"])


def _read(text: str) -> str:
    """The query itself: from standard input, from a file, or as given."""
    if text == "-":
        return sys.stdin.read()
    if text.endswith(".rq") and "\n" not in text:
        path = Path(text)
        if not path.is_file():
            raise UsageError(f"没有这个查询文件：{path}", f"there is no such query file: {path}")
        return decode(read_bytes(path), path)
    return text


def _params(args: list[str]) -> dict[str, str | list[str] | None]:
    """`--agency A --agency B --from 2024` as {agency: [A, B], from: [2024]}."""
    params: dict[str, list[str]] = {}
    rest = list(args)
    while rest:
        option = rest.pop(0)
        name, equals, value = option.removeprefix("--").partition("=")
        if not option.startswith("--") or not (equals or rest):
            raise UsageError(
                f"不认识 {option}：参数应写成 --参数名 值", f"cannot read {option}: write --parameter value"
            )
        params.setdefault(name, []).append(value if equals else rest.pop(0))
    return dict(params)


_PARAMS = Column("params", "参数", "parameters")


def _detail(query: SavedQuery, lang: str) -> str:
    lines = [f"{query.name}: {query.summary(lang)}", ""]
    for param in query.params:
        default = f" = {param.default}" if param.default is not None else ""
        lines.append(f"  --{param.name} <{param.type}>{default}  {param.en if lang == 'en' else param.zh}")
    return "\n".join(lines) + f"\n\n{query.text}"

"""`kg export` and `kg doctor`: the graph in other people's formats, and whether the store is sound."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rdflib import URIRef

from kg import resources
from kg.answer import Solutions, to_oxigraph
from kg.cli.options import DEFAULT_STORE, Lang, LangOption, OutputOption, StoreOption
from kg.cli.output import choice, opened
from kg.errors import UsageError
from kg.export import EXPORTERS
from kg.files import write_out
from kg.query import load_queries
from kg.table import FORMATS, workbook
from kg.terms import BASE
from kg.version import VERSION

__all__ = ["doctor", "export"]

_SUFFIXES = {"ttl": "turtle", "nq": "nquads", "nt": "ntriples", "trig": "trig", "jsonld": "jsonld"}


def export(
    store: StoreOption = str(DEFAULT_STORE),
    form: Annotated[
        str | None,
        typer.Option("--format", "-f", help=f"格式。 One of: {', '.join(EXPORTERS)}, csv, xlsx."),
    ] = None,
    output: OutputOption = None,
    table: Annotated[
        str, typer.Option(help="csv 输出哪张表。 Which table csv writes: claims, involvements, …")
    ] = "claims",
    base: Annotated[str, typer.Option(help="把项目的 IRI 写在另一个地址之下。 Write IRIs below another base.")] = BASE,
    lang: LangOption = Lang.ZH,
) -> None:
    """输出整个图；同一个图总得到同样的字节。 Write the whole graph; the same graph gives the same bytes."""
    form = _SUFFIXES.get(form or "", form) or _by_suffix(output)
    _check_base(base)
    kg = opened(store, lang)
    if form in {"csv", "xlsx"}:
        names = load_queries(resources.queries() / "tables")
        kg.queries.update(names)
        if form == "csv":
            write_out(output, [FORMATS["csv"](kg.ask(choice(names, table, "table").name))])
        else:
            write_out(output, [workbook([(names[name].summary(lang), kg.ask(name)) for name in names])])
        return
    write_out(output, choice(EXPORTERS, form, "format")(kg.store, base))


def doctor(store: StoreOption = str(DEFAULT_STORE)) -> None:
    """检查存储是否完好，列出版本、图与规模。 Check that the store is sound; versions, graphs and sizes."""
    kg = opened(store)
    lines = sorted(kg.store.dump())
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    sys.stdout.write(f"chengjidan {VERSION}, pyoxigraph {version('pyoxigraph')}\n")
    for graph in kg.store.graphs():
        answer = kg.store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        count = answer.rows[0][0] if isinstance(answer, Solutions) else ""
        sys.stdout.write(f"{count!s:>10}  {graph.removeprefix(BASE)}\n")
    sys.stdout.write(f"{len(lines):>10}  quads, sha256 {digest}\n")


def _check_base(base: str) -> None:
    try:
        to_oxigraph(URIRef(base))
    except ValueError as error:
        raise UsageError(f"--base 不是合格的 IRI：{base}", f"--base is not a valid IRI: {base}") from error


def _by_suffix(output: Path | None) -> str:
    suffix = output.suffix.removeprefix(".") if output else ""
    return _SUFFIXES.get(suffix, suffix) or "turtle"

"""Writing answers: the terminal's table, the formats by name or by the suffix of the output file."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from kg.errors import LimitError, UsageError
from kg.files import write_out
from kg.lexicon import Lexicon
from kg.session import KG
from kg.table import FORMATS, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.query import Column

__all__ = ["choice", "deadline", "opened", "plain_table", "show", "table_format"]

_Value = TypeVar("_Value")


def choice(choices: Mapping[str, _Value], name: str, what: str) -> _Value:
    """The chosen value; raises UsageError that lists the choices."""
    if name not in choices:
        known = ", ".join(choices)
        raise UsageError(f"--{what} 没有 {name}，可选：{known}", f"--{what} has no {name}; it has: {known}")
    return choices[name]


def table_format(form: str | None, output: Path | None) -> str:
    """The format asked for, else that of the output file's suffix, else a table."""
    if form:
        return form
    suffix = output.suffix.removeprefix(".") if output else ""
    return suffix if suffix in FORMATS else "table"


def show(table: Table, form: str, output: Path | None, limit: int | None) -> None:
    """Write a table in a format; rows that the limit cuts are counted on standard error."""
    shown = table.limited(limit)
    if form == "table":
        write_out(output, [_text(shown, wide=output is not None or not sys.stdout.isatty()).encode()])
    else:
        write_out(output, [choice({**FORMATS, "table": None}, form, "format")(shown)])  # type: ignore[misc] # table is above
    if len(shown) < len(table):
        sys.stderr.write(f"{len(shown)} / {len(table)} (--limit)\n")
    elif not table.rows:
        sys.stderr.write("没有符合的行 / no rows\n")


def opened(store: str, lang: str = "zh") -> KG:
    """The graph that a command line names; a server's user and password come from the environment."""
    return KG.open(store, lang, user=os.environ.get("KG_USER"), password=os.environ.get("KG_PASSWORD"))


def plain_table(title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], lang: str) -> Table:
    """A table of texts, which no store answered."""
    from rdflib import Literal  # noqa: PLC0415 - rdflib takes 0.1 s to import

    cells = tuple(tuple(Literal(cell) for cell in row) for row in rows)
    return Table(title, tuple(columns), cells, Lexicon(), lang)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """End the process with exit code 4 where the block takes longer.

    Oxigraph has no way to stop a query, but it lets other threads run, and a reader has nothing to lose.
    """

    def give_up() -> None:
        error = LimitError(f"查询超过 {seconds:g} 秒", f"the query took over {seconds:g} seconds")
        sys.stderr.write(f"kg: {error.zh}\nkg: {error.en}\n")
        sys.stderr.flush()
        os._exit(error.exit_code)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _text(table: Table, *, wide: bool) -> str:
    """The table with aligned columns; Chinese characters are two cells wide."""
    from rich import box  # noqa: PLC0415 - only a table needs it
    from rich.console import Console  # noqa: PLC0415 - the same
    from rich.table import Table as Grid  # noqa: PLC0415 - the same
    from rich.text import Text  # noqa: PLC0415 - the same

    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False)
    texts = table.texts()
    for x, heading in enumerate(table.headings):
        numeric = any(row[x] for row in texts) and all(_number(row[x]) for row in texts)
        grid.add_column(Text(heading), justify="right" if numeric else "left", overflow="fold")
    for row in texts:
        grid.add_row(*(Text(text) for text in row))
    console = Console(width=1000 if wide else None, color_system=None, legacy_windows=False)
    with console.capture() as capture:
        console.print(grid)
    lines = [table.title, *capture.get().splitlines()]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _number(text: str) -> bool:
    return not text or text.replace(".", "", 1).lstrip("-").isdigit()

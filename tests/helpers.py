"""What several tests share: the invented city 临江市, edits of its sheets, builds, and runs of the program."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg.answer import Solutions
from kg.build import BuildReport, Options, build
from kg.documents import read_corpus
from kg.store import open_store, rebuild
from kg.terms import BASE
from loaders import LOADERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.store import Store

ROOT = Path(__file__).resolve().parent.parent
CITY = ROOT / "tests" / "city"
TEXTS = CITY / "texts"
DIGEST, PRESS, DISTRICT = "digest-2025", "press-2025", "district-2025"
PROGRAM = Path(sys.executable).with_name("kg")

Row = dict[str, str]


class Result(NamedTuple):
    """What a run of the program in this process printed, and its exit code."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def lines(self) -> list[dict[str, object]]:
        """The objects of JSON lines."""
        return [json.loads(line) for line in self.text.splitlines()]


def read_sheet(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def write_sheet(path: Path, rows: list[Row], columns: list[str] | None = None) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, columns or list(rows[0]), lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def edit(path: Path, row: int, cells: Mapping[str, str]) -> None:
    """Change cells of one row; rows are numbered as findings number them, the heading being row 1."""
    rows = read_sheet(path)
    assert set(cells) <= set(rows[0])
    rows[row - 2].update(cells)
    write_sheet(path, rows)


def row_of(path: Path, cells: Mapping[str, str]) -> int:
    """The number of the first row with these cells."""
    return next(
        number
        for number, row in enumerate(read_sheet(path), start=2)
        if all(row[column] == value for column, value in cells.items())
    )


def claims(city: Path, document: str = DIGEST) -> Path:
    return city / f"{document}.claims.csv"


def involvements(city: Path, document: str = DIGEST) -> Path:
    return city / f"{document}.involvements.csv"


def fill(store: Store, *cities: Path, options: Options | None = None) -> BuildReport:
    return build(store, [read_corpus(city) for city in cities], LOADERS["sheet"], options or Options())


def build_at(path: Path, *cities: Path, options: Options | None = None) -> BuildReport:
    """Build some cities into the store at a path, as `kg build` does."""
    chosen = options or Options()
    with rebuild(path, fresh=chosen.force) as store:
        return fill(store, *cities, options=chosen)


def dump(path: Path) -> list[str]:
    return sorted(open_store(path).dump())


def graph_lines(store: Store) -> dict[str, list[str]]:
    """The lines of each named graph, by its IRI without the base."""
    graphs: dict[str, list[str]] = {}
    for line in store.dump():
        body, _, graph = line.removesuffix(" .").rpartition(" <")
        graphs.setdefault(graph.removesuffix(">").removeprefix(BASE), []).append(body)
    return {graph: sorted(lines) for graph, lines in sorted(graphs.items())}


def select(store: Store, text: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT as texts."""
    answer = store.query(text)
    assert isinstance(answer, Solutions)
    return [tuple("" if cell is None else str(cell) for cell in row) for row in answer.rows]


def run(
    *args: str | Path, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the installed program in a process of its own."""
    return subprocess.run(
        [PROGRAM, *map(str, args)],
        cwd=cwd,
        env={**_environment(), **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def copy_of(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target))


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("KG_")}

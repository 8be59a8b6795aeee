"""Score and time the extraction beside named peers, on the same texts in one run.

    python benchmarks/extract.py [TEXTS GOLD]... [--runs N] [--peers VENV] [--install]

TEXTS holds <id>.txt, GOLD <id>.claims.jsonl (as gold/GUIDELINES.md has it) or <id>.claims.csv (sheets), one of them or
the folder above a manifest.csv; without any, the invented city of examples/. The peers live in an environment of their
own (build/peers; --install makes it from benchmarks/requirements-extract.txt). One that is not there is said to be so.

Mentions pair where spans overlap by half of their union. A whole claim has span, kind, value, bound, unit, direction,
metric, agency, period and status right. Speed is of one core, the median of warm runs and the best one (other work on
the machine slows them down); memory is the peak of a process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import venv
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract_gold import Row, Score, Suite, read_suite, score

from kg.errors import KgError

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / "linjiang"
MONEY = frozenset({"CNY"})
COLUMNS = (
    "tool",
    "compared on",
    "P",
    "R",
    "F1",
    "exact span",
    "value",
    "period",
    "whole claim F1",
    "chars/s",
    "best",
    "MiB",
)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool, what it is compared on, and the fields that it states at all."""

    name: str
    title: str
    compared: str
    fields: frozenset[str] = frozenset()
    units: frozenset[str] | None = None
    peer: bool = True


TOOLS = (
    Tool("ours", "kg extract", "everything", frozenset({"mention", "value", "period", "whole"}), peer=False),
    Tool("regex30", "regex30", "everything", frozenset({"mention", "value", "period", "whole"}), peer=False),
    Tool("recognizers", "recognizers-text", "mentions and values", frozenset({"mention", "value"})),
    Tool("jieba", "jieba posseg", "mentions: words tagged m, q", frozenset({"mention"})),
    Tool("jionlp-money", "JioNLP money", "claims in 元 only", frozenset({"mention", "value"}), MONEY),
    Tool("jionlp-time", "JioNLP time", "the nearest time word before each claim", frozenset({"time"})),
)


def main() -> None:
    """Run every tool on every pair of folders and print a Markdown table for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="TEXTS GOLD", help="pairs of folders")
    parser.add_argument("--runs", type=int, default=5, help="timed runs of each tool")
    parser.add_argument(
        "--peers", type=Path, default=HERE.parent / "build" / "peers", help="the environment of the peers"
    )
    parser.add_argument("--install", action="store_true", help="make that environment first")
    given = parser.parse_args()
    folders = given.folders or [EXAMPLE / "texts", EXAMPLE / "expected"]
    if len(folders) % 2:
        parser.error("every folder of texts needs a folder of gold")
    if given.install:
        _install(given.peers)
    versions: dict[str, str] = {}
    for texts, gold in zip(folders[::2], folders[1::2], strict=True):
        try:
            suite = read_suite(texts, gold)
        except KgError as error:
            parser.error(error.en)
        print(f"{len(suite.documents)} documents, {suite.characters} characters, {suite.claims} claims\n")
        _print([COLUMNS, *_rows(suite, given.runs, given.peers, versions)])
    used = ", ".join(f"{name} {number}" for name, number in versions.items())
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, one used; {used or 'no peer'}")


def _rows(suite: Suite, runs: int, peers: Path, versions: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for tool in TOOLS:
        result = _run(tool, suite, runs, peers)
        if isinstance(result, str):
            yield (f"{tool.title}: {result}", tool.compared, *("" for _ in COLUMNS[2:]))
            continue
        versions |= result["versions"]
        rows = result["rows"]
        if "time" in tool.fields:
            rows = {name: _dated(suite.gold[name], found) for name, found in rows.items()}
        cells = _cells(tool, score(suite, rows, tool.units))
        yield (tool.title, tool.compared, *cells, *_speeds(result))


def _speeds(result: dict[str, Any]) -> list[str]:
    return [f"{result['speed']:,.0f}", f"{result['best']:,.0f}", f"{result['memory']:.0f}"]


def _run(tool: Tool, suite: Suite, runs: int, peers: Path) -> dict[str, Any] | str:
    """What a tool printed in a process of its own, or why it could not run."""
    python = str(_python(peers)) if tool.peer else sys.executable
    if tool.peer and not Path(python).is_file():
        return "not installed"
    names = ("id", "title", "publisher", "published", "place", "agencies", "about", "text")
    documents = [{name: getattr(document, name) for name in names} for document in suite.documents]
    command = [python, str(HERE / "extract_tools.py"), tool.name, str(runs)]
    done = subprocess.run(command, input=json.dumps(documents), capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1]
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _dated(gold: list[Row], times: list[Row]) -> list[Row]:
    """The claims themselves, each with the period of the nearest time word before it: all that a time reader can do."""
    starts = [row["start"] for row in times]
    found = []
    for row in gold:
        at = bisect_left(starts, row["start"]) - 1
        found.append({"start": row["start"], "end": row["end"], "period": times[at]["period"] if at >= 0 else None})
    return found


def _cells(tool: Tool, total: Score) -> list[str]:
    """Scores where the tool can have any: values of the paired claims, periods of all claims."""
    mention = (total.precision, total.recall, total.f1, total.exact / (total.paired or 1))
    cells = [f"{share:.3f}" if "mention" in tool.fields else "" for share in mention]
    cells.append(f"{total.value / (total.paired or 1):.3f}" if "value" in tool.fields else "")
    cells.append(f"{total.period / (total.gold or 1):.3f}" if tool.fields & {"period", "time"} else "")
    return [*cells, f"{total.whole_f1:.3f}" if "whole" in tool.fields else ""]


def _print(rows: list[tuple[str, ...]]) -> None:
    for number, row in enumerate(rows):
        print("| " + " | ".join(row) + " |")
        if number == 0:
            print("|" + " --- |" * len(row))
    print()


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _install(folder: Path) -> None:
    venv.create(folder, with_pip=True)
    pins = HERE / "requirements-extract.txt"
    subprocess.run([str(_python(folder)), "-m", "pip", "install", "--quiet", "-r", str(pins)], check=True)


if __name__ == "__main__":
    main()

"""Time the spine on copies of the shipped sheets, beside named peers in the same run.

    python benchmarks/build.py [--copies N]

Ratios are what to read: machines differ, and each row names the peer that did the same work on the same data.
"""

from __future__ import annotations

import argparse
import csv
import resource
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph as ox
from rdflib import Dataset, Graph

from kg import KG, resources
from kg.build import Options, build
from kg.documents import read_corpus
from kg.export import EXPORTERS
from kg.store import open_store, rebuild
from kg.tables import write_table
from loaders import LOADERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.documents import Corpus
    from kg.store import Store

_Result = TypeVar("_Result")


def main() -> None:
    """Run everything and print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=4, help="how often to copy the five documents")
    copies = parser.parse_args().copies
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = _copies(folder / "sheets", copies)
        rows: list[tuple[str, ...]] = [("step", "seconds", "peer", "seconds of the peer", "ratio")]
        rows += _builds(folder, corpus)
        rows += _exports(folder)
        rows += _questions(folder)
    widths = [max(len(row[x]) for row in rows) for x in range(len(rows[0]))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if number == 0:
            print("| " + " | ".join("-" * width for width in widths) + " |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{len(corpus.documents)} documents, peak memory of this process with every peer {peak:.0f} MiB")


def _builds(folder: Path, corpus: Corpus) -> list[tuple[str, ...]]:
    first = _timed(lambda: _build(folder / "store", corpus, Options()))[0]
    again = _timed(lambda: _build(folder / "store", corpus, Options()))[0]
    sheet = corpus.folder / f"{corpus.documents[0].id}.claims.csv"
    lines = sheet.read_bytes().splitlines(keepends=True)
    sheet.write_bytes(b"".join(lines[:-1]))
    changed = _timed(lambda: _build(folder / "store", corpus, Options()))[0]
    quads = folder / "all.nq"
    quads.write_text("".join(f"{line}\n" for line in open_store(folder / "store").dump()), "utf-8")
    bulk = _timed(lambda: _bulk_load(folder / "plain", quads))[0]
    memory = _timed(lambda: Dataset(default_union=True).parse(quads, format="nquads"))[0]
    return [
        _row("full build with gate", first, "pyoxigraph bulk_load of the same quads, no gate", bulk),
        _row("build, nothing changed", again, "full build", first),
        _row("build, one document changed", changed, "full build", first),
        _row("pyoxigraph bulk_load", bulk, "rdflib Dataset.parse", memory),
    ]


def _exports(folder: Path) -> list[tuple[str, ...]]:
    store = open_store(folder / "store")
    rows = []
    plain = Graph()
    plain.parse(data=_export(store, "ntriples"), format="nt")
    for form, peer in (("turtle", "turtle"), ("ntriples", "nt"), ("jsonld", "json-ld")):
        ours, _ = _timed(partial(_export, store, form))
        theirs, _ = _timed(partial(plain.serialize, format=peer))
        rows.append(_row(f"export {form}", ours, f"rdflib serialize {peer}, graph already loaded", theirs))
    return rows


def _questions(folder: Path) -> list[tuple[str, ...]]:
    kg = KG.open(folder / "store")
    dataset = Dataset(default_union=True)
    dataset.parse(folder / "all.nq", format="nquads")
    assert kg.lexicon.entries  # noqa: S101 - fetched before the clock starts
    rows = []
    for name in ("agencies-that-share-programmes", "metric-series", "coverage-of-documents"):
        if name in kg.queries:
            ours, table = _timed(partial(kg.ask, name))
            text = kg.queries[name].text
            theirs, answer = _timed(partial(_all, dataset, text))
            rows.append(_row(f"ask {name} ({len(table)} rows)", ours, f"rdflib ({len(answer)} rows)", theirs))
    return rows


def _copies(folder: Path, copies: int) -> Corpus:
    """The shipped sheets, copied under new document names."""
    folder.mkdir(parents=True)
    source = read_corpus(next(iter(resources.cities())))
    with source.manifest.open(encoding="utf-8-sig", newline="") as handle:
        heading, *manifest = csv.reader(handle)
    listed = []
    for number in range(copies):
        for row in manifest:
            listed.append([f"{row[0]}-{number}", *row[1:]])
            for sheet in LOADERS["sheet"].inputs(source.documents[0], source.folder):
                kind = sheet.name.split(".", 1)[1]
                text = (source.folder / f"{row[0]}.{kind}").read_text("utf-8")
                (folder / f"{row[0]}-{number}.{kind}").write_text(text.replace(row[0], f"{row[0]}-{number}"), "utf-8")
    (folder / "manifest.csv").write_bytes(write_table(heading, listed))
    return read_corpus(folder, source.lexicon)


def _build(store: Path, corpus: Corpus, options: Options) -> None:
    with rebuild(store) as target:
        build(target, [corpus], LOADERS["sheet"], options)


def _export(store: Store, form: str) -> bytes:
    return b"".join(EXPORTERS[form](store))


def _all(dataset: Dataset, text: str) -> list[object]:
    return list(dataset.query(text))


def _bulk_load(path: Path, quads: Path) -> None:
    store = ox.Store(str(path))
    store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    store.flush()


def _timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _row(step: str, seconds: float, peer: str, theirs: float) -> tuple[str, ...]:
    return step, f"{seconds:.3f}", peer, f"{theirs:.3f}", f"{seconds / theirs:.2f}"


if __name__ == "__main__":
    main()

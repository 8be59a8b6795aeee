"""Time the exports beside rdflib's serializers, and show that their memory does not grow with the graph.

    python benchmarks/export.py [--quads N] [--peer-quads N] [--formats …] [--folder DIR]

The data are those of benchmarks/check.py in a store on disk. Every row is a process of its own that writes to a file:
seconds are of the writing alone, memory is the peak of the whole process. Rates and ratios are by processor time,
which a busy machine changes least; every writer uses one core. rdflib holds the graph in memory before its
clock starts, so it is given `--peer-quads` of them (0: none), and the ratio is by triple, on the same store if the two
sizes are equal. Oxigraph's own unsorted dump is the bound.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
from check import made_city, made_vocabulary
from rdflib import Dataset, Graph

from kg.answer import lines
from kg.export import EXPORTERS
from kg.store import open_store, published, rebuild
from kg.terms import GRAPHS, PREFIXES, document_graph
from kg.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

_PEERS = {"turtle": ("turtle", "longturtle"), "nquads": ("nquads",), "trig": ("trig",)}


def main() -> None:
    """Make the stores, run every row, and print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=int, default=1_000_000, help="how large the store is, at least")
    parser.add_argument("--peer-quads", type=int, default=200_000, help="how much of it rdflib is given; 0: none")
    parser.add_argument("--formats", nargs="*", default=["turtle", "nquads"], choices=sorted(EXPORTERS))
    parser.add_argument("--folder", type=Path, help="keep the stores here and use those that are there")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        _child(*given.child)
        return
    with tempfile.TemporaryDirectory() as name:
        _run(given.folder or Path(name), given.quads, given.peer_quads, given.formats)


def _run(folder: Path, quads: int, peer_quads: int, formats: list[str]) -> None:
    ours = _made(folder, quads)
    theirs = _made(folder, peer_quads) if peer_quads else None
    print("| writer | quads | seconds | CPU seconds | quads per CPU second | MB | peak memory, MiB | times rdflib |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    _row(ours, "dump", "Oxigraph's own dump, unsorted N-Quads", {})
    for form in formats:
        rates: dict[str, float] = {}
        for peer in _PEERS.get(form, ()) if theirs else ():
            rates[peer] = _row(theirs, f"rdflib-{peer}", f"rdflib {peer}", {}) if theirs else 0
        _row(ours, form, f"kg export -f {form}", rates)


def _row(store: Path, what: str, title: str, rates: dict[str, float]) -> float:
    """Run and print one row; its quads a second."""
    with tempfile.TemporaryDirectory(dir=store.parent) as name:
        out = Path(name) / "out"
        done = subprocess.run(
            [sys.executable, __file__, "--child", what, str(store), str(out)], stdout=subprocess.PIPE, check=True
        )
        size = out.stat().st_size
    result = json.loads(done.stdout)
    rate = float(result["quads"] / result["cpu"])
    ratios = ", ".join(f"{rate / peer:.1f} ({name})" for name, peer in rates.items())
    cells = (
        title,
        f"{result['quads']:,}",
        f"{result['seconds']:.1f}",
        f"{result['cpu']:.1f}",
        f"{rate:,.0f}",
        f"{size / 1e6:,.0f}",
    )
    print(f"| {' | '.join(cells)} | {result['peak']:,.0f} | {ratios} |", flush=True)
    return rate


def _child(what: str, store: str, out: str) -> None:
    """One row in this process: prints what it took."""
    path = Path(store)
    work = _dump(path, out) if what == "dump" else _peer(path, out, what) if "-" in what else _ours(path, out, what)
    start, spent = time.perf_counter(), time.process_time()
    work()
    seconds, spent = time.perf_counter() - start, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    quads = len(ox.Store.read_only(str(published(path))))
    print(json.dumps({"seconds": seconds, "cpu": spent, "peak": peak, "quads": quads}))


def _ours(path: Path, out: str, form: str) -> Callable[[], None]:
    store = open_store(path)

    def write() -> None:
        with Path(out).open("wb") as handle:
            handle.writelines(EXPORTERS[form](store))

    return write


def _dump(path: Path, out: str) -> Callable[[], None]:
    store = ox.Store.read_only(str(published(path)))
    return lambda: (store.dump(out, format=ox.RdfFormat.N_QUADS), None)[1]


def _peer(path: Path, out: str, what: str) -> Callable[[], None]:
    form = what.removeprefix("rdflib-")
    store = ox.Store.read_only(str(published(path)))
    graph = Graph() if "turtle" in form else Dataset()
    with tempfile.NamedTemporaryFile(suffix=".nq") as quads:
        if isinstance(graph, Dataset):
            store.dump(quads.name, format=ox.RdfFormat.N_QUADS)
            graph.parse(quads.name, format="nquads")
        else:
            triples = (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in store)
            ox.serialize(triples, quads.name, format=ox.RdfFormat.N_TRIPLES)
            graph.parse(quads.name, format="nt")
    for prefix, namespace in PREFIXES.items():  # as ours has; without them rdflib looks for names in vain
        graph.bind(prefix, namespace)
    return lambda: (graph.serialize(out, format=form), None)[1]


def _made(folder: Path, least: int) -> Path:
    """A store of whole documents with at least so many quads."""
    store = folder / f"s{least}"
    if store.exists():
        return store
    with rebuild(store, fresh=True) as built:
        vocabulary = lines(Vocabulary().triples) + "\n".join(sorted(set(made_vocabulary())))
        built.replace(GRAPHS["vocabulary"], vocabulary)
        city, quads = 0, vocabulary.count("\n")
        while quads < least:
            for number, document in enumerate(made_city(city)):
                built.replace(document_graph(f"c{city}-d{number}"), document)
                quads += len(set(document.splitlines()))
                if quads >= least:
                    break
            city += 1
    return store


if __name__ == "__main__":
    main()

"""Load `kg serve`: free SPARQL and a saved question at 32 connections beside a peer, and a mix with hostile queries.

    python benchmarks/serve.py [--quads N] [--seconds N] [--mix N] [--peer-python PATH]

The data are those of benchmarks/check.py in a store on disk. `wrk` must be there. The peer is rdflib-endpoint on
oxrdflib: `--peer-python` is a Python that has both, and uvicorn. In the mix, one request of a hundred is endless, a
memory bomb, 3,000 braces or a SERVICE; every good answer is compared byte for byte with the engine's own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus
from urllib.request import urlopen

import pyoxigraph as ox
from check import made_city, made_vocabulary

from kg.answer import lines
from kg.store import open_store, published, rebuild
from kg.terms import BASE, CJ, GRAPHS, RDF, document_graph
from kg.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

_METRICS, _CONNECTIONS, _PATIENCE = 300, 32, 2.0
_JSON = "application/sparql-results+json"
_HOSTILE = {
    "endless": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i) }",
    "memory": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "text": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?c))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "braces": f"SELECT * {{ {'{' * 3000}{'}' * 3000} }}",
    "service": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }",
}
_PEER = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(store="Oxigraph", default_union=True)
graph.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(sys.argv[2]), log_level="warning", access_log=False)
"""
_WRK = """
local paths, at = {{}}, {seed}
for line in io.lines("{paths}") do paths[#paths + 1] = line end
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], {{ ["Accept"] = "{accept}" }})
end
"""


def main() -> None:
    """Measure everything and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=int, default=250_000, help="how large the store is, at least")
    parser.add_argument("--seconds", type=int, default=10, help="how long each load lasts")
    parser.add_argument("--mix", type=int, default=60, help="how long the mix with hostile queries lasts")
    parser.add_argument("--peer-python", help="a Python with rdflib-endpoint, oxrdflib and uvicorn")
    given = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("needs wrk")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quads = _make(folder / "store", given.quads)
        free = [f"/sparql?query={quote_plus(_free(number))}" for number in range(_METRICS)]
        asked = [f"/queries/metric-series?metric={quote(f'指标{it}')}&format=json" for it in range(_METRICS)]
        print(f"{quads:,} quads, {_CONNECTIONS} connections, {given.seconds} s each\n")
        print("| what | requests a second | p50 ms | p99 ms | not 200 | x peer |")
        print("| --- | --- | --- | --- | --- | --- |")
        peer = _peer(folder, given) if given.peer_python else 0.0
        with _served(folder / "store") as site:
            _row("free SPARQL", _wrk(folder, site.address, free, _JSON, given.seconds), peer)
            _row("saved question", _wrk(folder, site.address, asked, "application/json", given.seconds), peer)
        with _served(folder / "store") as site:
            _mix(site, folder / "store", given.mix)


def _make(store: Path, least: int) -> int:
    """Write a store of whole cities; the number of its quads."""
    with rebuild(store, fresh=True) as built:
        kinds = (f"<{BASE}metric/m{it}> <{RDF.type}> <{CJ}Metric> ." for it in range(_METRICS))
        vocabulary = lines(Vocabulary().triples) + "\n".join(sorted({*made_vocabulary(), *kinds}))
        built.replace(str(GRAPHS["vocabulary"]), vocabulary)
        city, quads = 0, vocabulary.count("\n")
        while quads < least:
            for number, document in enumerate(made_city(city)):
                built.replace(document_graph(f"c{city}-d{number}"), document)
                quads += len(set(document.splitlines()))
                if quads >= least:
                    break
            city += 1
    return len(ox.Store.read_only(str(published(store))))


def _free(number: int) -> str:
    """A small query: the claims about a metric."""
    return (
        f"PREFIX cj: <{CJ}> SELECT ?claim ?value ?agency WHERE {{ ?claim cj:metric <{BASE}metric/m{number}> ; "
        "cj:value ?value ; cj:agency ?agency } LIMIT 10"
    )


@dataclass
class _Site:
    """A running server: its address, its process, and the most memory that all its processes together had."""

    port: int
    process: subprocess.Popen[bytes]
    peak: int = 0
    seen: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def watch(self) -> None:
        """Sample the memory of the process tree, each shared page counted once."""
        while not self.done.is_set():
            sizes = [_memory(pid) for pid in _tree(self.process.pid)]
            self.peak, self.seen = max(self.peak, sum(sizes)), max(self.seen, len(sizes))
            with suppress(TimeoutError):
                await asyncio.wait_for(self.done.wait(), 0.25)


@contextmanager
def _served(store: Path) -> Iterator[_Site]:
    program = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--rate", "0", "--memory", "512", "--port"]
    with _running(program) as site:
        yield site


@contextmanager
def _running(program: list[str]) -> Iterator[_Site]:
    """A server that answers, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([*program, str(port)])
    try:
        for _ in range(1200):
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/sparql?query=ASK%7B%7D", timeout=5):
                break
            if process.poll() is not None:
                sys.exit(f"{program[0]} ended")
            time.sleep(0.1)
        yield _Site(port, process)
    finally:
        process.terminate()
        process.wait(30)


def _peer(folder: Path, given: argparse.Namespace) -> float:
    """The peer's requests a second for the same queries over the same data."""
    (folder / "peer.nq").write_text("\n".join(sorted(open_store(folder / "store").dump())) + "\n", "utf-8")
    (folder / "peer.py").write_text(_PEER)
    paths = [f"/sparql?query={quote_plus(_free(number))}" for number in range(_METRICS)]
    with _running([given.peer_python, str(folder / "peer.py"), str(folder / "peer.nq")]) as site:
        measured = _wrk(folder, site.address, paths, _JSON, given.seconds)
    _row("rdflib-endpoint on oxrdflib, the same free SPARQL", measured, 0.0)
    return measured[0]


def _wrk(folder: Path, address: str, paths: list[str], accept: str, seconds: int) -> tuple[float, float, float, int]:
    """Requests a second, p50 and p99 in ms, and how many answers were none."""
    (folder / "paths").write_text("\n".join(paths) + "\n")
    script = folder / "wrk.lua"
    script.write_text(_WRK.format(paths=folder / "paths", accept=accept, seed=0))
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", "--latency", "-s", str(script), address]
    subprocess.run([*command, "-d2s"], check=True, capture_output=True)
    out = subprocess.run([*command, f"-d{seconds}s"], check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", out)
    times = {it[0]: float(it[1]) * {"us": 0.001, "ms": 1, "s": 1000}[it[2]] for it in _percentiles(out)}
    bad = sum(map(int, re.findall(r"(?:Non-2xx or 3xx responses: |connect |read |write |timeout )(\d+)", out)))
    assert rate  # noqa: S101 - wrk always prints it
    return float(rate[1]), times["50"], times["99"], bad


def _percentiles(out: str) -> list[tuple[str, str, str]]:
    return re.findall(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s)\b", out, re.MULTILINE)


def _row(what: str, measured: tuple[float, float, float, int], peer: float) -> None:
    rate, middle, late, bad = measured
    ratio = f"{rate / peer:.1f}" if peer else "-"
    print(f"| {what} | {rate:,.0f} | {middle:.1f} | {late:.1f} | {bad} | {ratio} |", flush=True)


def _mix(site: _Site, store: Path, seconds: int) -> None:
    """Good and hostile queries at once; prints what became of them and how much memory all took."""
    engine = ox.Store.read_only(str(published(store)))
    good = {query: _expected(engine, query) for query in map(_free, range(_METRICS))}
    tally: Counter[str] = Counter()
    waits: list[float] = []
    start = time.monotonic()
    asyncio.run(_attack(site, good, seconds, tally, waits))
    took = time.monotonic() - start
    alive = site.process.poll() is None
    share = 100 * tally["good, right in time"] / max(1, tally["good"])
    waits.sort()
    print(f"\n| mix of {took:.0f} s, 1 % hostile | |")
    print("| --- | --- |")
    print(f"| good queries right within {_PATIENCE:g} s | {share:.3f} % of {tally['good']:,} |")
    print(f"| good queries: p50, p99, slowest | {_ms(waits, 0.5)}, {_ms(waits, 0.99)}, {_ms(waits, 1)} |")
    for name in sorted(tally.keys() - {"good", "good, right in time"}):
        print(f"| {name} | {tally[name]} |")
    print(f"| the site was restarted | {'no' if alive else 'it died'} |")
    print(f"| most memory of all {site.seen} processes together | {site.peak >> 20} MiB |")


def _ms(waits: list[float], share: float) -> str:
    return f"{1000 * waits[min(len(waits) - 1, int(share * len(waits)))]:.0f} ms" if waits else "-"


def _expected(engine: ox.Store, query: str) -> bytes:
    found = engine.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - our own SELECT
    body = found.serialize(format=ox.QueryResultsFormat.JSON)
    assert body  # noqa: S101 - there is no file to write to
    assert json.loads(body)["results"]["bindings"]  # noqa: S101 - an empty answer would prove little
    return body


async def _attack(site: _Site, good: dict[str, bytes], seconds: int, tally: Counter[str], waits: list[float]) -> None:
    end = time.monotonic() + seconds
    watching = asyncio.create_task(site.watch())
    clients = [_client(site.port, good, end, tally, waits, random.Random(it)) for it in range(_CONNECTIONS)]  # noqa: S311
    await asyncio.gather(*clients)
    site.done.set()
    await watching


async def _client(
    port: int, good: dict[str, bytes], end: float, tally: Counter[str], waits: list[float], chance: random.Random
) -> None:
    """One connection that asks as fast as it is answered."""
    queries, connection = list(good), None
    while time.monotonic() < end:
        hostile = chance.random() < 0.01
        name = chance.choice(list(_HOSTILE)) if hostile else chance.choice(queries)
        start = time.monotonic()
        try:
            connection = connection or await asyncio.open_connection("127.0.0.1", port)
            status, body = await _post(*connection, _HOSTILE[name] if hostile else name)
        except (OSError, asyncio.IncompleteReadError):
            status, body, connection = 0, b"", None
        took = time.monotonic() - start
        if hostile:
            tally[f"hostile {name}: {status}"] += 1
            continue
        waits.append(took)
        tally["good"] += 1
        if status != 200:
            tally[f"good: {status}"] += 1
        elif body != good[name]:
            tally["good, wrong"] += 1
        elif took > _PATIENCE:
            tally["good, late"] += 1
        else:
            tally["good, right in time"] += 1


async def _post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, query: str) -> tuple[int, bytes]:
    body = query.encode()
    head = "POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    writer.write(f"{head}Accept: {_JSON}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    size = re.search(r"content-length: (\d+)", answered)
    assert size  # noqa: S101 - every answer of the site says its length
    return int(answered.split()[1]), await reader.readexactly(int(size[1]))


def _tree(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(it) for task in tasks for it in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(it for child in children for it in _tree(child))]


def _memory(pid: int) -> int:
    with suppress(OSError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0


if __name__ == "__main__":
    main()

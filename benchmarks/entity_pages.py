"""The pages of `kg serve`: how soon the first one is there, how long each takes to make and to send again, its weight.

    python benchmarks/entity_pages.py [--store FOLDER]

Without a store, the one of every shipped city is built. Each page is asked for twice over one connection: first it is
made, then it comes from the cache. Weights are as sent, compressed, with the style sheet.
"""

from __future__ import annotations

import argparse
import http.client
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from kg.pages.asking import ask
from kg.pages.names import path_of
from kg.session import KG

_THINGS = """SELECT DISTINCT ?thing WHERE {
  { VALUES ?class { cj:Claim cj:Document cj:Metric sh:ValidationResult } ?thing a ?class }
  UNION { ?class rdfs:subClassOf+ cj:Undertaking . ?thing a ?class }
  UNION { ?class rdfs:subClassOf* cj:Organisation . ?thing a ?class }
} ORDER BY ?thing"""
_WHOLE = ("/", "/agencies", "/undertakings", "/metrics", "/documents", "/findings", "/network", "/network?all=1")
_PROGRAM = Path(sys.executable).with_name("kg")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = given.store or Path(folder) / "store"
        if given.store is None:
            subprocess.run([_PROGRAM, "build", "--store", store], check=True, stderr=subprocess.DEVNULL)
        paths = [*_WHOLE, *_entities(store)]
        begun = time.perf_counter()
        with subprocess.Popen([_PROGRAM, "serve", "-s", store, "-p", "0"], stderr=subprocess.PIPE, text=True) as site:
            assert site.stderr  # noqa: S101 - it is a pipe
            port = int(site.stderr.readline().rstrip("/\n").rpartition(":")[2])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            _get(connection, "/")
            print(f"first page after {time.perf_counter() - begun:.2f} s; {len(paths):,} pages\n")
            _measure(connection, paths)
            site.terminate()


def _entities(store: Path) -> list[str]:
    return [path_of(str(row["thing"])) or "/" for row in ask(KG.open(store), _THINGS)]


def _measure(connection: http.client.HTTPConnection, paths: list[str]) -> None:
    made, again = [[_get(connection, path) for path in paths] for _ in range(2)]
    sheet = _get(connection, "/static/site.css")[1]
    kinds = Counter(_kind(path) for path in paths)
    print("| pages | number | made: p50, p95, most ms | again: p50, p95, most ms | heaviest KB |")
    print("| --- | --- | --- | --- | --- |")
    for kind in ["all", *kinds]:
        rows = [it for it, path in enumerate(paths) if kind in {"all", _kind(path)}]
        times = (", ".join(_shares([asked[it][0] for it in rows])) for asked in (made, again))
        print(
            f"| {kind} | {len(rows):,} | {' | '.join(times)} | {max(made[it][1] + sheet for it in rows) / 1000:.1f} |"
        )


def _kind(path: str) -> str:
    return path.split("/")[2] if path.startswith("/page/") else "whole"


def _shares(seconds: list[float]) -> list[str]:
    ordered = sorted(seconds)
    return [f"{1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.1f}" for share in (0.5, 0.95, 1)]


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[float, int]:
    """Seconds and bytes of an answer as a browser gets it."""
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    size = len(answer.read())
    assert answer.status == 200, f"{path}: {answer.status}"  # noqa: S101 - a refusal would look fast
    return time.perf_counter() - begun, size


if __name__ == "__main__":
    main()

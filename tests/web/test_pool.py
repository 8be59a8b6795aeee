"""Guarded readers, as real processes over a real store: what a stranger asks ends at a limit and hurts nobody else."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import socket
import threading
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.errors import KgError, LimitError, UnreadableError, UsageError
from kg.store import published, rebuild
from kg.terms import BASE, CJ
from kg.web.answering import Rules, answer
from kg.web.jobs import asked
from kg.web.pool import Job, Limits, Pool, Reply
from kg.web.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l) }"
GOOD = f"SELECT ?claim {{ ?claim a <{CJ}Claim> }} ORDER BY ?claim LIMIT 5"
DOUBLING = (
    'SELECT (STRLEN(?z) AS ?n) { BIND("0123456789abcdef" AS ?v0) '
    + " ".join(f"BIND(CONCAT({', '.join([f'?v{x}'] * 8)}) AS ?v{x + 1})" for x in range(9))
    + " BIND(?v9 AS ?z) }"
)
EMPTY = (
    'SELECT * { {} UNION { BIND("},{" AS ?x) } UNION { BIND("a\\r\\nb\\\\\\"},{\\\\" AS ?y) } UNION { BIND(1 AS ?x) } }'
)
FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


@pytest.fixture(scope="module")
def generation(built: Path) -> Path:
    return published(built)


@asynccontextmanager
async def opened(generation: Path, **limits: float) -> AsyncIterator[Pool]:
    pool = Pool(generation, Limits(**{"seconds": 2.0, "readers": 2, **limits}))  # type: ignore[arg-type] # both kinds
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def within(generation: Path, test: Callable[[Pool], Awaitable[None]], **limits: float) -> None:
    """Run a test with a pool, and see that nothing of the pool is left after it."""

    async def whole() -> None:
        async with opened(generation, **limits) as pool:
            await test(pool)
            born[:] = readers()
        assert not readers()

    born: list[int] = []
    handles = len(list(Path("/proc/self/fd").iterdir()))
    asyncio.run(whole())
    assert len(list(Path("/proc/self/fd").iterdir())) == handles
    assert not [pid for pid in born if Path(f"/proc/{pid}").exists()]


OTHERS: set[int] = set()
"""What other files of tests have left running in this process: a server, say."""


@pytest.fixture(autouse=True, scope="module")
def _only_ours() -> None:
    OTHERS.update(readers())


def readers() -> list[int]:
    """The processes of the tests below: the nursery and its readers, zombies too."""

    def below(pid: int) -> list[int]:
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except FileNotFoundError:
            return []
        return [it for child in map(int, children) for it in (child, *below(child))]

    return [it for it in below(os.getpid()) if it not in OTHERS]


async def refused(pool: Pool, query: str, **job: object) -> KgError:
    with pytest.raises(KgError) as caught:
        await pool.run(Job(query, **job))  # type: ignore[arg-type] # the fields of a job
    assert caught.value.zh
    assert caught.value.en
    return caught.value


async def status(pool: Pool, query: str, **job: object) -> int:
    error = await refused(pool, query, **job)
    assert isinstance(error, RefusedError)
    return error.status


async def fine(pool: Pool) -> None:
    reply = await pool.run(Job(GOOD))
    assert len(json.loads(reply.body)["results"]["bindings"]) == reply.rows == 5


def test_an_endless_query_ends_in_time_and_the_next_is_answered(generation: Path) -> None:
    async def test(pool: Pool) -> None:
        start = time.monotonic()
        assert await status(pool, ENDLESS) == 504
        assert 2 <= time.monotonic() - start < 2.5
        await fine(pool)

    within(generation, test)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?i",
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } OFFSET 100000000",
        DOUBLING,
    ],
)
def test_a_memory_bomb_ends_its_reader_only(generation: Path, query: str) -> None:
    async def test(pool: Pool) -> None:
        assert await status(pool, query) == 413
        await fine(pool)

    within(generation, test, seconds=30, memory=320 << 20)


def test_an_answer_over_a_limit_is_refused_whole(generation: Path) -> None:
    async def test(pool: Pool) -> None:
        everything = "SELECT * { ?s ?p ?o }"
        for media in (*FORMATS, "text/csv"):
            assert await status(pool, everything, tabular=media) == 413
        assert await status(pool, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }") == 413
        assert "20 " in str(await refused(pool, "SELECT * { ?s ?p ?o } LIMIT 21"))
        assert (await pool.run(Job("SELECT * { ?s ?p ?o } LIMIT 20"))).rows == 20
        assert await status(pool, 'SELECT (CONCAT("x", ?y) AS ?z) { VALUES ?y { "' + "y" * 9000 + '" } }') == 413
        await fine(pool)

    within(generation, test, rows=20, answer=8192)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { " + "{" * 3000 + "}" * 3000 + " }",
        f"ASK {{ FILTER({'(' * 5000}1{')' * 5000}) }}",
        "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 300) + " }",
        f"SELECT * {{ ?s {'/'.join(['<http://p>'] * 300)} ?o }}",
        "SELECT * { ?s ?p '" + "长" * 30000 + "' }",
        "SELECT * { ?s <http://p>" + "{" * 250,
    ],
)
def test_what_is_too_deep_or_too_large_is_refused_before_it_is_parsed(generation: Path, query: str) -> None:
    async def test(pool: Pool) -> None:
        before = readers()
        assert isinstance(await refused(pool, query), LimitError)
        await fine(pool)
        assert readers() == before

    within(generation, test)


def test_what_reaches_outside_or_writes_is_refused(generation: Path) -> None:
    async def test(pool: Pool) -> None:
        for query in (
            "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "LOAD <http://127.0.0.1:9/>",
            "INSERT DATA { <http://s> <http://p> 1 }",
            "DROP ALL",
            "ASK FROM <file:///etc/passwd> { ?s ?p ?o }",
            "PREFIX f: <file:///etc/> ASK FROM NAMED f:passwd { ?s ?p ?o }",
            "BASE <http://x/> ASK FROM <etc/passwd> { ?s ?p ?o }",
            "SELECT * { ?s ?p ?o",
            "ASK { ?s ?p '\ud800' }",
        ):
            assert isinstance(await refused(pool, query), UsageError)
        assert "line 2, column 10" in str(await refused(pool, "SELECT *\n{ ?s ?p }"))
        await fine(pool)

    within(generation, test)


class Honeypot:
    """A port of this machine that counts who calls."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self.calls = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def honeypot() -> Iterator[Honeypot]:
    it = Honeypot()
    yield it
    it.close()


def test_without_the_check_nobody_is_called_either(generation: Path, honeypot: Honeypot) -> None:
    async def test(pool: Pool) -> None:
        if not pool.isolated:
            pytest.skip("this system lets no process leave the network")
        query = f"SELECT * {{ SERVICE <{honeypot.address}> {{ ?s ?p ?o }} }}"
        assert "unreachable" in str(await refused(pool, query, trusted=True))
        await pool.run(Job(query.replace("SERVICE", "SERVICE SILENT"), trusted=True))

    within(generation, test)
    assert honeypot.calls == 0
    with pytest.raises(OSError, match=r"\w"):  # the bait itself works
        ox.Store().query(f"ASK {{ SERVICE <{honeypot.address}> {{ ?s ?p ?o }} }}")
    assert honeypot.calls > 0


def test_a_graph_named_by_from_is_looked_up_and_not_fetched(generation: Path, honeypot: Honeypot) -> None:
    async def test(pool: Pool) -> None:
        for clause in ("FROM", "FROM NAMED"):
            query = f"SELECT * {clause} <{honeypot.address}> {{ ?s ?p ?o }}"
            assert (await pool.run(Job(query))).rows == 0
        at = (honeypot.address,)
        assert (await pool.run(Job("SELECT * { ?s ?p ?o }", default_graphs=at, named_graphs=at))).rows == 0

    within(generation, test)
    assert honeypot.calls == 0


def test_the_default_graph_is_the_protocols_the_querys_or_the_union(tmp_path: Path) -> None:
    with rebuild(tmp_path / "store") as store:
        for name in "ab":
            store.replace(f"http://x/{name}", f"<http://x/{name}> <http://x/p> <http://x/o> .\n")

    async def found(pool: Pool, query: str, **job: tuple[str, ...]) -> list[str]:
        reply = await pool.run(Job(query, tabular="text/csv", **job))  # type: ignore[arg-type] # graphs only
        return sorted(line.removeprefix("http://x/") for line in reply.body.decode().split()[1:])

    async def test(pool: Pool) -> None:
        a, b = ("http://x/a",), ("http://x/b",)
        plain, named = "SELECT ?s {0} {{ ?s ?p ?o }}", "SELECT ?s {0} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
        assert await found(pool, plain.format("")) == await found(pool, named.format("")) == ["a", "b"]
        assert await found(pool, plain.format("FROM <http://x/a>")) == ["a"]
        assert await found(pool, plain.format("FROM <http://x/a> FROM <http://x/b>")) == ["a", "b"]
        assert await found(pool, named.format("FROM <http://x/a>")) == []
        assert await found(pool, named.format("FROM NAMED <http://x/a>")) == ["a"]
        assert await found(pool, plain.format("FROM NAMED <http://x/a>")) == []
        assert await found(pool, plain.format(""), default_graphs=a) == ["a"]
        assert await found(pool, plain.format("FROM <http://x/a>"), default_graphs=b) == ["b"]
        assert await found(pool, named.format(""), default_graphs=a) == []
        assert await found(pool, named.format(""), named_graphs=b) == ["b"]
        assert await found(pool, plain.format(""), named_graphs=b) == []
        assert isinstance(await refused(pool, plain.format(""), default_graphs=("no address",)), UsageError)

    within(published(tmp_path / "store"), test)


def test_small_queries_do_not_wait_for_endless_ones(generation: Path) -> None:
    async def timed(pool: Pool) -> float:
        start = time.monotonic()
        await fine(pool)
        return time.monotonic() - start

    async def test(pool: Pool) -> None:
        bad = [asyncio.create_task(status(pool, ENDLESS)) for _ in range(20)]
        waits = await asyncio.gather(*[timed(pool) for _ in range(200)])
        assert max(waits) < 15  # half of what an endless one may take, however busy the machine is
        assert {task.result() for task in bad if task.done()} == {503}  # each made room for the next
        for task in bad:
            task.cancel()
        await fine(pool)

    within(generation, test, seconds=30)


def test_too_many_that_wait_are_refused(generation: Path) -> None:
    async def test(pool: Pool) -> None:
        running = [asyncio.create_task(status(pool, ENDLESS)) for _ in range(4)]
        await asyncio.sleep(0.3)
        assert await status(pool, ENDLESS) == 503
        assert await asyncio.gather(*running) == [504] * 2 + [503] * 2
        await fine(pool)

    within(generation, test, patience=100, waiting=2, seconds=1)


def test_a_reader_that_is_killed_costs_its_own_query_only(generation: Path) -> None:
    async def test(pool: Pool) -> None:
        long = asyncio.create_task(status(pool, ENDLESS))
        await asyncio.sleep(0.5)
        busiest = max(readers()[1:], key=lambda pid: int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]))
        os.kill(busiest, signal.SIGKILL)
        await asyncio.gather(*[fine(pool) for _ in range(20)])
        assert await long == 503
        assert len(readers()) == 3

    within(generation, test, seconds=30)


def test_the_process_that_starts_readers_is_started_again(generation: Path) -> None:
    async def test(pool: Pool) -> None:
        before = readers()
        waits = asyncio.create_task(status(pool, ENDLESS))
        await asyncio.sleep(0.3)
        os.kill(before[0], signal.SIGKILL)
        assert await waits == 503
        await fine(pool)
        assert not set(before) & set(readers())

    within(generation, test, seconds=30)


def test_readers_move_to_another_generation(tmp_path: Path) -> None:
    for name in "ab":
        with rebuild(tmp_path / name) as store:
            store.replace(f"{BASE}graph/{name}", f"<http://x/{name}> <http://x/p> <http://x/o> .\n")

    async def read(pool: Pool) -> bytes:
        return (await pool.run(Job("SELECT ?s { ?s ?p ?o }", tabular="text/csv"))).body.split()[1]

    async def test(pool: Pool) -> None:
        assert await read(pool) == b"http://x/a"
        await pool.move(published(tmp_path / "b"))
        assert {await read(pool) for _ in range(20)} == {b"http://x/b"}
        with pytest.raises(UnreadableError):
            await pool.move(tmp_path / "nowhere")
        assert {await read(pool) for _ in range(20)} == {b"http://x/b"}
        await asyncio.sleep(0.3)
        assert len(readers()) == 3

    within(published(tmp_path / "a"), test)


def test_a_query_that_is_running_when_readers_move_is_answered(tmp_path: Path, generation: Path) -> None:
    with rebuild(tmp_path / "b") as store:
        store.replace(f"{BASE}graph/b", "<http://x/b> <http://x/p> <http://x/o> .\n")

    async def test(pool: Pool) -> None:
        running = asyncio.create_task(pool.run(Job("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?c FILTER(?a != ?d) }")))
        await asyncio.sleep(0.05)
        await pool.move(published(tmp_path / "b"))
        assert b'"0"' not in (await running).body
        assert (await pool.run(Job("SELECT * { ?s ?p ?o }"))).rows == 1

    within(generation, test, seconds=30)


def test_a_store_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    async def start() -> None:
        pool = Pool(tmp_path / "nowhere", Limits())
        try:
            with pytest.raises(UnreadableError):
                await pool.start()
            with pytest.raises(UnreadableError):
                await pool.run(Job(GOOD))
        finally:
            await pool.close()
        with pytest.raises(RefusedError):
            await pool.run(Job(GOOD))

    asyncio.run(start())
    assert not readers()


def test_a_system_without_fork_is_told_so(generation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(UsageError, match="needs Linux or macOS"):
        asyncio.run(Pool(generation, Limits()).start())


def test_whose_client_has_gone_is_not_computed(generation: Path) -> None:
    async def test(pool: Pool) -> None:
        gone = [asyncio.create_task(pool.run(Job(ENDLESS))) for _ in range(8)]
        await asyncio.sleep(0.05)
        for task in gone:
            task.cancel()
        assert all(isinstance(it, asyncio.CancelledError) for it in await asyncio.gather(*gone, return_exceptions=True))
        await asyncio.gather(*[fine(pool) for _ in range(10)])
        await asyncio.sleep(0.5)
        assert all("R" not in Path(f"/proc/{pid}/stat").read_text().split()[2] for pid in readers())

    within(generation, test, seconds=30)


def test_close_ends_what_runs(generation: Path) -> None:
    async def whole() -> list[BaseException | Reply]:
        pool = Pool(generation, Limits(readers=2))
        await pool.start()
        running = [asyncio.create_task(pool.run(Job(ENDLESS))) for _ in range(5)]
        await asyncio.sleep(0.4)
        await pool.close()
        return await asyncio.gather(*running, return_exceptions=True)

    assert all(isinstance(it, RefusedError) and it.status == 503 for it in asyncio.run(whole()))
    assert not readers()


def test_no_reader_outlives_the_site(generation: Path) -> None:
    ends, end = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            asyncio.run(_abandon(generation, end))
        finally:
            os._exit(0)
    os.close(end)
    with os.fdopen(ends) as told:
        born = [int(it) for it in told.readline().split()]
    assert len(born) == 3
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    deadline = time.monotonic() + 3
    while any(alive(it) for it in born) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [it for it in born if alive(it)]


async def _abandon(generation: Path, end: int) -> None:
    """Leave a pool in mid-query, after its processes were told to the other end of a pipe."""
    pool = Pool(generation, Limits(readers=2, seconds=60))
    await pool.start()
    waits = asyncio.create_task(pool.run(Job(ENDLESS)))
    while len(readers()) < 3:
        await asyncio.sleep(0.05)
    os.write(end, f"{' '.join(map(str, readers()))}\n".encode())
    await waits


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_every_row_is_counted_in_every_form() -> None:
    store = ox.Store()
    for query, rows in ((EMPTY, 4), ("SELECT * {}", 1), ("SELECT * { ?s ?p ?o }", 0), (f"{EMPTY} LIMIT 1", 1)):
        for media, form in FORMATS.items():
            head, body = answer(store, asked(Job(query, tabular=media)), query, Rules(10_000, 100))
            solutions = ox.parse_query_results(body, form)
            assert isinstance(solutions, ox.QuerySolutions)
            assert head == {"media": media, "rows": rows}
            assert len(list(solutions)) == rows
        head, body = answer(store, asked(Job(query, tabular="text/csv")), query, Rules(10_000, 100))
        assert head["rows"] == rows == len(list(csv.reader(io.StringIO(body.decode(), newline="")))) - 1


def test_triples_are_counted_and_written_as_asked() -> None:
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://s"), ox.NamedNode(f"{CJ}value"), ox.Literal("1"), ox.NamedNode("http://g")))
    for media in ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"):
        query = "CONSTRUCT { ?s ?p ?o, 2 } { ?s ?p ?o }"
        head, body = answer(store, asked(Job(query, graphic=media)), query, Rules(10_000, 100))
        assert head == {"media": media, "rows": 2}
        assert len(list(ox.parse(body, ox.RdfFormat.from_media_type(media)))) == 2


@pytest.mark.parametrize("media", ["text/csv", "text/tab-separated-values"])
def test_a_truth_value_is_a_word_where_the_form_has_none(media: str) -> None:
    assert answer(ox.Store(), asked(Job("", media)), "ASK {}", Rules(99, 9)) == ({"media": media, "rows": -1}, b"true")


def test_a_format_that_is_none_is_said() -> None:
    head, _ = answer(ox.Store(), asked(Job("", "image/png", "image/png")), "ASK {}", Rules(99, 9))
    assert head["error"] == "UsageError"

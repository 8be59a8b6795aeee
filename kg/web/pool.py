"""Guarded readers: strangers' queries and saved questions run in processes of their own, with hard limits.

A reader opens a published generation, which nothing changes, and answers one query after another. What does not end,
takes too much memory or answers too much costs that reader its life and nobody else anything: another is forked in
its place. A query that has run for longer than a patience leaves the fast lane: it gets only the time that nobody
else wants, and a fresh reader takes its place. So the many small queries wait for no large one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from kg.errors import UnreadableError
from kg.web.jobs import Job, Limits, Reply, asked, busy, encoded, failure, told
from kg.web.nursery import Line, Nursery, Question, Reader
from kg.web.refusal import RefusedError
from kg.web.wire import framed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.errors import KgError
    from kg.web.nursery import Answer

__all__ = ["Job", "Limits", "Pool", "Reply"]

_log = logging.getLogger("kg.web")

_LATE = busy("等待超时，请稍后再试", "no reader was free in time: try again later")
_GONE = busy("读者进程意外结束，请再试", "the reader ended unexpectedly: try again")


class Pool:
    """The readers of one store. Every method belongs to the event loop that called `start`."""

    def __init__(self, generation: Path, limits: Limits) -> None:
        """Nothing is started yet."""
        self._generation, self._limits = generation, limits
        self._nursery: Nursery | None = None
        self._number = 0
        self._readers: dict[int, Reader] = {}
        self._fast: set[Reader] = set()
        self._slow: dict[Reader, None] = {}
        self._idle: list[Reader] = []
        self._waiting: deque[Question] = deque()
        self._starting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the readers; returns when one is ready, raises UnreadableError where the graph cannot be read."""
        self._open()
        await self._opening(next(iter(self._fast)))
        if not self.isolated:
            _log.warning(
                "读者进程未能脱离网络，SERVICE 仅由检查拒绝 / "
                "the system lets no reader leave the network: SERVICE is refused by the check alone"
            )

    @property
    def isolated(self) -> bool:
        """Whether readers are without a network."""
        return self._nursery is not None and self._nursery.isolated

    async def run(self, job: Job) -> Reply:
        """The whole answer to a query.

        Raises UsageError for what is wrong with it, LimitError where it is too large or too deep, RefusedError with 413
        (over the limits of memory, bytes or rows), 503 (too many queries) or 504 (over the time).
        """
        question = Question(framed(asked(job), encoded(job)), asyncio.get_running_loop().create_future())
        self._put(question)
        head, body = await question.answer
        if "error" in head:
            raise told(head)
        return Reply(body, head["media"], head["rows"])

    async def move(self, generation: Path) -> None:
        """Read another generation; readers of the old one end after the query that they answer now.

        Raises UnreadableError where it cannot be read, and stays with the old one.
        """
        first = self._new(generation)
        await self._opening(first)
        old, self._fast, self._generation = self._fast, {first}, generation
        self._idle.clear()
        for reader in old:
            if reader.question is None:
                reader.line.close()
        self._hand_back(first)
        self._fill()

    async def close(self) -> None:
        """End every process; what waits for an answer is refused."""
        nursery, self._nursery = self._nursery, None
        self._lost()
        for task in self._starting:
            task.cancel()
        if nursery is not None:
            await nursery.close()

    def _open(self) -> None:
        self._nursery = Nursery(self._ended, self._lost)
        self._fill()

    def _fill(self) -> None:
        """Start as many readers as the fast lane lacks."""
        while self._nursery is not None and len(self._fast) < self._limits.readers:
            self._fast.add(self._new(self._generation))

    def _new(self, generation: Path) -> Reader:
        """A reader that is starting."""
        if self._nursery is None:
            raise busy("站点正在关闭", "the site is closing")
        self._number += 1
        reader = Reader(Line(self._number, self._answered), generation)
        self._readers[self._number] = reader
        task = asyncio.get_running_loop().create_task(self._begin(self._nursery, reader))
        self._starting.add(task)
        task.add_done_callback(lambda done: self._begun(reader, done))
        return reader

    def _begun(self, reader: Reader, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._give_up(reader, str(error))

    @staticmethod
    async def _opening(reader: Reader) -> None:
        """Wait until a reader has opened the store; raises UnreadableError where it cannot."""
        reader.opened = asyncio.get_running_loop().create_future()
        await reader.opened

    async def _begin(self, nursery: Nursery, reader: Reader) -> None:
        await nursery.reader(reader.line)
        limits = self._limits
        told_first = {
            "generation": str(reader.generation),
            "memory": limits.memory,
            "answer": limits.answer,
            "rows": limits.rows,
            "seconds": limits.seconds,
        }
        reader.line.send(framed(told_first))

    def _put(self, question: Question) -> None:
        """Have a question answered as soon as there is a reader that nobody else has."""
        if self._nursery is None:
            raise busy("站点正在关闭", "the site is closing")
        self._fill()
        if self._idle:
            self._ask(self._idle.pop(), question)
            return
        if len(self._waiting) >= self._limits.waiting:
            self._waiting = deque(it for it in self._waiting if not it.answer.done())
        if len(self._waiting) >= self._limits.waiting:
            raise busy("查询太多，请稍后再试", "too many queries are waiting: try again later")
        question.timer = asyncio.get_running_loop().call_later(self._limits.seconds, _refuse, [question.answer], _LATE)
        self._waiting.append(question)

    def _ask(self, reader: Reader, question: Question) -> None:
        loop = asyncio.get_running_loop()
        question.rest()
        question.timer = loop.call_later(self._limits.patience, self._lose_patience, reader, loop.time())
        reader.question = question
        reader.line.send(question.frame)

    def _hand_back(self, reader: Reader) -> None:
        """Let a reader answer who has waited longest."""
        if reader not in self._fast:
            reader.line.close()  # it was slow and stays so, or reads an old graph, or has ended
            return
        while self._waiting:
            question = self._waiting.popleft()
            if not question.answer.done():
                self._ask(reader, question)
                return
        self._idle.append(reader)

    def _answered(self, line: Line, answer: Answer) -> None:
        reader = self._readers.get(line.number)
        if reader is None or reader.doomed:
            return
        reader.spent = answer[0].get("spent", 0.0)
        if not reader.ready:
            self._welcome(reader, answer)
            return
        future = reader.rest()
        if future is not None:
            future.set_result(answer)
        self._slow.pop(reader, None)
        self._hand_back(reader)

    def _welcome(self, reader: Reader, answer: Answer) -> None:
        """A fresh reader has opened the store, or could not."""
        if "error" not in answer[0]:
            reader.ready, reader.pid = True, answer[0]["pid"]
            if reader.opened is not None and not reader.opened.done():
                reader.opened.set_result(None)
            if reader in self._fast:
                self._hand_back(reader)
            return
        self._give_up(reader, f"{answer[0]['en']}")

    def _give_up(self, reader: Reader, reason: str) -> None:
        """A reader could not start. Another is started when somebody next asks, so that this goes round no loop."""
        error = UnreadableError(
            f"存储打不开：{reason}", f"the store cannot be opened: {reason}", file=reader.generation
        )
        if reader in self._fast:
            self._fast.discard(reader)
            self._refuse_all(error)
        if reader.opened is not None:
            _refuse([reader.opened], error)

    def _lose_patience(self, reader: Reader, since: float) -> None:
        """Put a query that takes long into the slow lane, for which the oldest one there may have to go.

        What counts is the time on a processor: on a busy machine a small query waits without being a large one.
        """
        question = reader.question
        if question is None or question.answer.done():
            self._end(reader, None)  # whom it was for has gone
            return
        loop, limits = asyncio.get_running_loop(), self._limits
        left = since + limits.seconds - loop.time()
        late = RefusedError(504, f"查询超过 {limits.seconds:g} 秒", f"the query took over {limits.seconds:g} seconds")
        if left <= 0:
            self._end(reader, late)
        elif (lacking := limits.patience - reader.working()) > 0:
            question.timer = loop.call_later(min(left, max(lacking, 0.01)), self._lose_patience, reader, since)
        else:
            question.timer = loop.call_later(left, self._end, reader, late)
            self._make_slow(reader)

    def _make_slow(self, reader: Reader) -> None:
        if len(self._slow) >= self._limits.slow:
            many = busy("大查询太多，请稍后再试", "too many large queries at a time: try again later")
            self._end(next(iter(self._slow)), many)
        self._fast.discard(reader)
        self._slow[reader] = None
        if self._nursery is not None:
            self._nursery.slow(reader.line.number)
            self._fill()

    def _end(self, reader: Reader, why: KgError | None) -> None:
        """Kill a reader; whoever waits for it learns why at once."""
        future = reader.rest()
        if future is not None and why is not None:
            future.set_exception(why)
        reader.doomed = True
        self._forget(reader)
        if self._nursery is not None:
            self._nursery.kill(reader.line.number)
            self._fill()

    def _forget(self, reader: Reader) -> None:
        self._fast.discard(reader)
        self._slow.pop(reader, None)
        if reader in self._idle:
            self._idle.remove(reader)

    def _ended(self, number: int, code: int) -> None:
        """A reader's process is no more: because it was told to, or because of its query."""
        reader = self._readers.pop(number)
        self._forget(reader)
        reader.line.close()
        if not reader.ready:
            self._give_up(reader, f"exit {code}")
            return
        future = reader.rest()
        if future is not None:
            future.set_exception(failure(code) or _GONE)
        if code != 0 and not reader.doomed and failure(code) is None:
            _log.warning("读者进程意外结束 / a reader ended unexpectedly: %s", code)
        self._fill()

    def _lost(self) -> None:
        """The nursery is no more, and no reader outlives it: start again, unless it never started or is closed."""
        readers, self._readers = self._readers, {}
        for reader in readers.values():
            self._forget(reader)
            reader.line.close()
            _refuse([it for it in (reader.rest(), reader.opened) if it], _GONE)
        self._refuse_all(_GONE)
        if self._nursery is not None and self._nursery.started:
            _log.warning("读者进程意外结束 / the readers ended unexpectedly")
            self._open()
        else:
            self._nursery = None

    def _refuse_all(self, why: KgError) -> None:
        """Tell why to all who wait for a reader."""
        waiting, self._waiting = self._waiting, deque()
        for question in waiting:
            question.rest()
            _refuse([question.answer], why)


def _refuse(waiting: Iterable[asyncio.Future[Any]], why: KgError) -> None:
    """Tell why to all who still wait."""
    for future in waiting:
        if not future.done():
            future.set_exception(why)

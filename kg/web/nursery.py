"""The site's side of the readers: the nursery that starts and ends them, and the line to each."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING, Any, cast

from kg.errors import UsageError
from kg.web.wire import ENDED, FORK, HEAD, KILL, ORDER, READY, REPORT, SLOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Answer", "Line", "Nursery", "Question", "Reader"]

Answer = tuple[dict[str, Any], bytes]


class Line(asyncio.Protocol):
    """The line to one reader; `answered` is called with each answer. That a reader ended, the nursery says."""

    def __init__(self, number: int, answered: Callable[[Line, Answer], None]) -> None:
        self.number = number
        self._answered = answered
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's looks the same and is of no class of asyncio

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol; a reader says nothing before it is asked again."""
        self._received += data
        if len(self._received) < HEAD.size:
            return
        head, body = HEAD.unpack_from(self._received)
        if len(self._received) < HEAD.size + head + body:
            return
        with memoryview(self._received) as view:
            answer = json.loads(bytes(view[HEAD.size : HEAD.size + head])), bytes(view[HEAD.size + head :])
        self._received = bytearray()
        self._answered(self, answer)

    def send(self, frame: bytes) -> None:
        """Send what is asked; the reader answers once for each."""
        assert self._transport is not None  # noqa: S101 - nobody has a line before it is made
        self._transport.write(frame)

    def close(self) -> None:
        """Hang up: the reader ends when it has done what it does."""
        if self._transport is not None:
            self._transport.close()


class Question:
    """What is asked, who waits for the answer, and what happens when it does not come."""

    __slots__ = ("answer", "frame", "timer")

    def __init__(self, frame: bytes, answer: asyncio.Future[Answer]) -> None:
        self.frame, self.answer = frame, answer
        self.timer: asyncio.TimerHandle | None = None

    def rest(self) -> None:
        """Let nothing happen any more."""
        if self.timer is not None:
            self.timer.cancel()


class Reader:
    """A reader as the pool sees it: the question that it answers, and the processor time it had spent before."""

    def __init__(self, line: Line, generation: Path) -> None:
        self.line, self.generation = line, generation
        self.opened: asyncio.Future[None] | None = None
        self.ready = False
        self.pid = 0
        self.spent = 0.0
        self.doomed = False
        self.question: Question | None = None

    def working(self) -> float:
        """Seconds of processor time for the present job; on systems that do not tell, without end."""
        try:
            with open(f"/proc/{self.pid}/schedstat") as file:  # noqa: PTH123 - no path of ours
                return int(file.read().split()[0]) / 1e9 - self.spent
        except OSError:
            return inf

    def rest(self) -> asyncio.Future[Answer] | None:
        """End the present question; the future that waits for its answer, if any still does."""
        question, self.question = self.question, None
        if question is None:
            return None
        question.rest()
        return None if question.answer.done() else question.answer


class Nursery:
    """The process that starts readers; once it has `started`, `isolated` says whether they are without a network."""

    def __init__(self, ended: Callable[[int, int], None], lost: Callable[[], None]) -> None:
        """Start the process; `ended` is called with the number and the exit code of a reader, `lost` at its end.

        Raises UsageError on a system without fork.
        """
        if not hasattr(os, "fork"):
            raise UsageError(
                "kg serve 需要 Linux 或 macOS；在 Windows 上请用 WSL",
                "kg serve needs Linux or macOS; on Windows, use WSL",
            )
        self.started = self.isolated = False
        self._ended, self._lost = ended, lost
        self._received = bytearray()
        self._socket, far = socket.socketpair()
        with far:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", "kg.web.reader", str(far.fileno())],
                pass_fds=[far.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the site, which then ends this
                env={**os.environ, "MALLOC_ARENA_MAX": "2"},
            )
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._report)

    async def reader(self, line: Line) -> None:
        """Start a reader at the other end of a line."""
        near, far = socket.socketpair()
        with far, suppress(BrokenPipeError):  # the report of its end follows
            socket.send_fds(self._socket, [ORDER.pack(FORK, line.number)], [far.fileno()])
        await asyncio.get_running_loop().create_connection(lambda: line, sock=near)

    def kill(self, number: int) -> None:
        """End a reader at once."""
        self._order(KILL, number)

    def slow(self, number: int) -> None:
        """Let a reader have only the time that nobody else wants."""
        self._order(SLOW, number)

    def _order(self, kind: bytes, number: int) -> None:
        with suppress(BrokenPipeError, BlockingIOError):  # the report of its end follows; its readers end by themselves
            self._socket.send(ORDER.pack(kind, number))

    def _report(self) -> None:
        got = self._socket.recv(REPORT.size * 64)
        if not got:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._process.wait()
            self._lost()
            return
        self._received += got
        while len(self._received) >= REPORT.size:
            kind, number, value = REPORT.unpack_from(self._received)
            del self._received[: REPORT.size]
            if kind == READY:
                self.started, self.isolated = True, bool(value)
            elif kind == ENDED:
                self._ended(number, value)

    async def close(self) -> None:
        """End the process and every reader."""
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        await asyncio.to_thread(self._process.wait, 10)

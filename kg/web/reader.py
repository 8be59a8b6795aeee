"""The processes that read for strangers: one that starts the others, and those, each with the store and limits.

The nursery is a small process that has loaded what a reader needs and holds nothing: it forks a reader in 2 ms,
and the reader opens the store itself, since an open store does not survive a fork.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import Any

import pyoxigraph as ox

from kg.guard import check_query
from kg.web.answering import Rules, answer
from kg.web.wire import ENDED, FORK, HEAD, KILL, ORDER, READY, REPORT, framed

__all__ = ["main"]

_LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_SPARE = 64 << 20
_GRACE = 1.0
_PIECE = 256 << 10


def main() -> None:
    """Run the nursery on the socket whose number is the first argument, until its other end is closed."""
    with socket.socket(fileno=int(sys.argv[1])) as site:
        isolated = _isolate()
        check_query("ASK {}")  # rdflib's parser takes 0.2 s to load and to warm up: no reader should pay that
        gc.collect()
        gc.freeze()  # so that a reader's collections do not copy what it shares with the nursery
        _Nursery(site).run(isolated=isolated)


class _Nursery:
    """The readers that live, by number. Only it sends them signals: it knows which process is whose."""

    def __init__(self, site: socket.socket) -> None:
        self._site = site
        self._readers: dict[int, int] = {}
        self._woken, self._wake = socket.socketpair()
        for end in (self._woken, self._wake):
            end.setblocking(False)

    def run(self, *, isolated: bool) -> None:
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        self._tell(READY, 0, int(isolated))
        with selectors.DefaultSelector() as selector:
            selector.register(self._site, selectors.EVENT_READ, self._obey)
            selector.register(self._woken, selectors.EVENT_READ, self._bury)
            while all(key.data() for key, _ in selector.select()):
                pass
        for pid in self._readers.values():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _obey(self) -> bool:
        try:
            order, handles, _, _ = socket.recv_fds(self._site, ORDER.size, 1)
        except ConnectionResetError:
            return False
        if len(order) < ORDER.size:
            return False
        kind, number = ORDER.unpack(order)
        if kind == FORK:
            self._fork(number, handles[0])
        elif (pid := self._readers.get(number)) is not None:
            if kind == KILL:
                os.kill(pid, signal.SIGKILL)
            else:
                os.setpriority(os.PRIO_PROCESS, pid, 19)
        return True

    def _fork(self, number: int, handle: int) -> None:
        pid = os.fork()
        if pid:
            self._readers[number] = pid
            os.close(handle)
            return
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for end in (self._site, self._woken, self._wake):
                end.close()
            _read(socket.socket(fileno=handle))
            status = 0
        finally:
            os._exit(status)  # nothing of the nursery may run in the child

    def _bury(self) -> bool:
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        for number, pid in list(self._readers.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._readers[number]
                self._tell(ENDED, number, os.waitstatus_to_exitcode(status))
        return True

    def _tell(self, kind: bytes, number: int, value: int) -> None:
        with suppress(BrokenPipeError):  # the site has gone: the next order says so
            self._site.sendall(REPORT.pack(kind, number, value))


def _isolate() -> bool:
    """Leave the network, this machine's own addresses included; whether the system let us."""
    if not _LINUX:
        return False
    libc = ctypes.CDLL(None)
    # Root keeps its rights over files only without a user namespace of its own; others need one.
    return any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def _read(site: socket.socket) -> None:
    """Be a reader: answer one query after another until the socket's other end is closed."""
    if _LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - the engine's last words on each memory bomb
        os.dup2(nowhere.fileno(), 2)
    first = _received(site)
    if first is None:
        return
    given, _ = first
    try:
        store = ox.Store.read_only(given["generation"])
    except (OSError, RuntimeError) as error:
        site.sendall(framed({"error": "UnreadableError", "en": str(error)}))
        return
    _limit(given["memory"])
    rules = Rules(given["answer"], given["rows"])
    site.sendall(framed({"pid": os.getpid(), "spent": time.thread_time()}))
    while (asked := _received(site)) is not None:
        # The site ends a reader at the deadline; should the site itself hang, the system does.
        signal.setitimer(signal.ITIMER_REAL, given["seconds"] + _GRACE)
        head, body = answer(store, asked[0], asked[1].decode(), rules)
        signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            site.sendall(framed({**head, "spent": time.thread_time()}, body))
        except (BrokenPipeError, ConnectionResetError):
            return
        del asked, body


def _limit(memory: int) -> None:
    """Let the process have so much address space; what an open store has already, it has, and a little more."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if _LINUX:
        with open("/proc/self/statm") as pages:  # noqa: PTH123 - no path of ours
            taken = int(pages.read().split()[0]) * resource.getpagesize()
        memory = max(memory, taken + _SPARE)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _received(site: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """The next frame, which most often comes in one piece; None where the other end is closed."""
    got = b""
    size = HEAD.size
    while len(got) < size:
        try:
            part = site.recv(_PIECE)
        except ConnectionResetError:
            return None
        if not part:
            return None
        got += part
        if len(got) >= HEAD.size:
            head, body = HEAD.unpack_from(got)
            size = HEAD.size + head + body
    return json.loads(got[HEAD.size : HEAD.size + head]), got[HEAD.size + head :]


if __name__ == "__main__":
    main()

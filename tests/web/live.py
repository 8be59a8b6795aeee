"""A site that answers on a port of this machine, as its clients meet it."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from kg.store import rebuild
from kg.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.web.site import Settings

__all__ = ["DATA", "live", "made"]

DATA = "http://kasei.us/2009/09/sparql/data/"
"""Where the graphs of the W3C protocol cases are."""


@contextmanager
def live(settings: Settings) -> Iterator[str]:
    """The address of a running site, without a slash at its end."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        for _ in range(300):
            if server.started:
                break
            assert thread.is_alive()
            time.sleep(0.1)
        assert server.started
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listening.close()


def made(path: Path) -> Path:
    """A store with the graphs of the W3C protocol cases."""
    with rebuild(path) as store:
        for number in (1, 2, 3):
            graph = f"{DATA}data{number}.rdf"
            kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Document>"
            store.replace(graph, f"<{graph}> {kind} .\n")
    return path

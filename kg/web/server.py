"""Running the application on a port of this machine."""

from __future__ import annotations

import socket
import webbrowser
from typing import TYPE_CHECKING, TextIO

import uvicorn

from kg.errors import UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["listening", "run"]


def run(app: FastAPI, host: str, port: int, *, browse: bool, told: TextIO) -> None:
    """Serve until interrupted; tells the address once it answers. Raises UsageError where the port is taken."""
    taken, root = listening(host, port)
    address = f"{root}{app.state.site.settings.prefix}/"
    told.write(f"{address}\n")
    told.flush()
    if browse:
        webbrowser.open(address)
    config = uvicorn.Config(app, log_level="warning", access_log=False, limit_concurrency=1000, timeout_keep_alive=15)
    uvicorn.Server(config).run(sockets=[taken])


def listening(host: str, port: int) -> tuple[socket.socket, str]:
    """A socket that listens, and its address as `http://127.0.0.1:8000`; raises UsageError where the port is taken."""
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        reason = error.strerror or str(error)
        raise UsageError(f"不能监听 {host}:{port}：{reason}", f"cannot listen on {host}:{port}: {reason}") from error
    found.listen(1024)  # from here on a client waits for the first answer and is not refused
    return found, f"http://{f'[{host}]' if ':' in host else host}:{found.getsockname()[1]}"

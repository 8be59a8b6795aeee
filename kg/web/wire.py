"""The words between the site, the nursery and the readers.

A frame between site and reader is the length of a head, the length of a body, the head as JSON, the body as bytes.
An order to the nursery is a kind and the number of a reader; a report from it has a value beside these.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ENDED", "FORK", "HEAD", "KILL", "ORDER", "READY", "REPORT", "SLOW", "framed"]

HEAD = struct.Struct("!II")
ORDER = struct.Struct("!cQ")
REPORT = struct.Struct("!cQi")
FORK, KILL, SLOW = b"F", b"K", b"S"
ENDED, READY = b"E", b"R"


def framed(head: Mapping[str, object], body: bytes = b"") -> bytes:
    """A frame for the socket between the site and a reader."""
    packed = json.dumps(head, ensure_ascii=False).encode()
    return b"".join((HEAD.pack(len(packed), len(body)), packed, body))

"""Data in a page: JSON that can stand inside a script element."""

from __future__ import annotations

import json

__all__ = ["embedded"]


def embedded(data: object) -> str:
    """A value as JSON; nothing in it ends the element or begins another."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

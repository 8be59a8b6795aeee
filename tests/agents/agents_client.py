"""Calls of the tools by the SDK's own client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mcp import Client

from kg.agents.server import create_server
from kg.web.site import Settings, Site

if TYPE_CHECKING:
    from pathlib import Path

    from mcp.types import CallToolResult

Call = tuple[str, dict[str, Any]]
"""The name of a tool and its arguments."""
CLAIM = "digest-2025.64-70"


async def _called(server: Any, calls: list[Call]) -> list[CallToolResult]:
    async with Client(server) as client:
        return [await client.call_tool(name, arguments) for name, arguments in calls]


def called(store: Path, *calls: Call, texts: Path | None = None, lang: str = "zh") -> list[Any]:
    """The answers of a server of the store in this process."""
    server = create_server(Site(Settings(store, texts=texts, lang=lang)))
    return asyncio.run(_called(server, list(calls)))


def text_of(result: CallToolResult) -> str:
    return "".join(block.text for block in result.content if block.type == "text")

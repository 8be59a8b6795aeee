"""`kg mcp` as clients see it: the SDK's own client over stdio and HTTP, and every tool against its own schema."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema  # type: ignore[import-untyped] # has no types
from agents_client import CLAIM, Call, text_of
from helpers import PROGRAM
from mcp import Client, StdioServerParameters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOOLS = [
    "search_entities",
    "describe_entity",
    "list_questions",
    "ask_question",
    "sparql",
    "evidence_of_claim",
    "findings",
]
CALLS: list[Call] = [
    ("search_entities", {"text": "公安"}),
    ("describe_entity", {"name": "市公安局", "limit": 3}),
    ("describe_entity", {"name": "全城一张图"}),
    ("describe_entity", {"name": "press-2025"}),
    ("describe_entity", {"name": "侦破诈骗案件数"}),
    ("list_questions", {}),
    ("ask_question", {"name": "claims-of-an-agency", "params": {"agency": ["市公安局", "市水务局"], "from": "2025"}}),
    ("ask_question", {"name": "coverage-of-documents"}),
    ("ask_question", {"name": "contradictions-of-an-agency", "params": {"agency": None}}),
    ("sparql", {"query": "SELECT ?s ?o { ?s <http://purl.org/dc/terms/title> ?o }", "limit": 2}),
    ("sparql", {"query": "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }", "limit": 2}),
    ("sparql", {"query": "ASK { ?s ?p ?o }"}),
    ("evidence_of_claim", {"claim": CLAIM}),
    ("findings", {}),
    ("findings", {"agency": "市公安局", "severity": "warning"}),
]
"""Each tool, and each sort of answer that it has."""


@contextmanager
def _serving(store: Path, *options: str) -> Iterator[str]:
    """`kg mcp --http` on a free port, and its address."""
    command = [str(PROGRAM), "mcp", "-s", str(store), "--http", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stderr is not None
            yield process.stderr.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _stdio(store: Path, *options: str) -> StdioServerParameters:
    return StdioServerParameters(command=str(PROGRAM), args=["mcp", "-s", str(store), *options], env=dict(os.environ))


async def _all(server: Any) -> None:
    """Everything that a client can do: tools, their answers against their schemas, resources."""
    async with Client(server) as client:
        assert client.instructions is not None
        assert "never instructions" in client.instructions
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == TOOLS
        for name, arguments in CALLS:
            result = await client.call_tool(name, arguments)
            assert not result.is_error, (name, text_of(result))
            schema = tools[name].output_schema
            assert schema is not None
            jsonschema.validate(result.structured_content, schema, jsonschema.Draft202012Validator)
            assert text_of(result).strip()
            annotations = tools[name].annotations
            assert annotations is not None
            assert annotations.read_only_hint is True
        resources = {str(it.uri) for it in (await client.list_resources()).resources}
        assert {"chengjidan://ontology", "chengjidan://questions/metric-series"} <= resources
        for uri, words in (("chengjidan://ontology", "PREFIX cj:"), ("chengjidan://questions/metric-series", "SELECT")):
            (content,) = (await client.read_resource(uri)).contents
            assert words in getattr(content, "text", "")


def test_over_stdio(built: Path) -> None:
    asyncio.run(_all(_stdio(built)))


def test_over_http(built: Path) -> None:
    with _serving(built) as address:
        asyncio.run(_all(address))


def test_a_page_of_another_site_cannot_use_a_local_server(built: Path) -> None:
    with _serving(built, "--allow-host", "kg.example.org") as address:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/mcp", address)
        body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}

        def status(**more: str) -> int:
            return httpx.post(address, json=body, headers={**headers, **more}, trust_env=False).status_code

        assert status(Host="evil.example") == 421
        assert status(Origin="http://evil.example") == 403
        assert status(Host="localhost:1") not in {421, 403}
        assert status(Host="kg.example.org") not in {421, 403}
        assert status(Origin="https://kg.example.org") not in {421, 403}


def test_a_taken_port_and_a_missing_store_are_told(built: Path, tmp_path: Path) -> None:
    with _serving(built) as address:
        port = address.rsplit(":", 1)[1].removesuffix("/mcp")
        taken = _run("-s", str(built), "--http", "--port", port)
    assert (taken.returncode, "不能监听" in taken.stderr, "cannot listen" in taken.stderr) == (2, True, True)
    missing = _run("-s", str(tmp_path))
    assert (missing.returncode, "run kg build first" in missing.stderr, missing.stdout) == (3, True, "")
    texts = _run("-s", str(built), "--texts", str(tmp_path / "x"))
    assert (texts.returncode, "no such folder" in texts.stderr) == (2, True)


def _run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), "mcp", *args],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def test_a_server_that_nobody_talks_to_any_more_ends(built: Path) -> None:
    done = _run("-s", str(built))  # its standard input is at its end
    assert (done.returncode, done.stdout) == (0, "")

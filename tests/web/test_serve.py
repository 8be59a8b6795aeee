"""`kg serve` as an operator meets it: it tells its address, ends when told to, and says what is wrong."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from helpers import PROGRAM, ROOT, build_at, run
from live import live
from starlette.testclient import TestClient

from kg.web.app import create_app
from kg.web.site import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_it_tells_its_address_answers_and_ends(built: Path) -> None:
    with subprocess.Popen(
        [PROGRAM, "serve", "--store", built, "--port", "0", "--base-url", "https://data.example.org/kg"],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 # nohup leaves it ignored
    ) as program:
        assert program.stderr
        address = program.stderr.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        assert address.endswith("/kg/")
        with urlopen(f"{address}sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D", timeout=30) as answer:  # noqa: S310 - our own
            assert b"true" in answer.read()
        program.send_signal(signal.SIGINT)
        _, rest = program.communicate(timeout=30)
        assert program.returncode == 128 + signal.SIGINT  # as a shell expects of what Ctrl-C ended
        assert "Traceback" not in rest


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--store", "nowhere"], 3, "kg build"),
        (["--texts", "nowhere"], 2, "nowhere"),
        (["--port", "70000"], 2, "Usage"),
        (["--host", "203.0.113.1", "--port", "0"], 2, "203.0.113.1"),
    ],
)
def test_what_is_wrong_is_said_with_an_exit_code(
    built: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    given = arguments if "--store" in arguments else ["--store", str(built), *arguments]
    done = run("serve", *given, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr


def test_a_port_that_is_taken_is_named(built: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--store", built, "--port", port)
    assert done.returncode == 2
    assert port in done.stderr
    assert "不能监听" in done.stderr


@pytest.mark.skipif(
    shutil.which("curl") is None and "KG_REQUIRE_CLIENTS" not in os.environ, reason="curl is not installed"
)
def test_the_readmes_first_questions_over_http_are_answered(tmp_path: Path) -> None:
    lines = re.findall(r"(?m)^curl .+$", (ROOT / "README.md").read_text("utf-8"))
    assert lines == re.findall(r"(?m)^curl .+$", (ROOT / "README.zh.md").read_text("utf-8")) != []
    build_at(tmp_path / "store", ROOT / "data" / "qingdao")
    with live(Settings(store=tmp_path / "store")) as address:
        for line in lines:
            command = shlex.split(line.replace("http://127.0.0.1:8000", address))
            done = subprocess.run([*command, "--silent", "--fail"], capture_output=True, check=False, timeout=60)
            assert done.returncode == 0, line
            assert done.stdout.count(b"\n") > 2, line


def test_a_method_that_an_address_does_not_take_is_refused_in_both_languages(built: Path) -> None:
    with TestClient(create_app(Settings(store=built))) as client:
        refused = client.delete("/agencies")
    assert refused.status_code == 405
    assert "方法" in refused.text
    assert "Method Not Allowed" in refused.text

"""The README cannot go stale: its commands are run, and must print what it shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"```console\n\$ (kg [^\n]*)\n(.*?)\n```", re.DOTALL)
EXAMPLES = [
    pytest.param(match[1], match[2], id=f"{name}: {match[1][:40]}")
    for name in ("README.md", "README.zh.md")
    for match in BLOCK.finditer((ROOT / name).read_text("utf-8"))
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readme") / "store"
    subprocess.run([sys.executable, "-m", "kg", "build", "qingdao", "-s", str(path)], cwd=ROOT, check=True)
    return path


def test_both_languages_show_the_same_commands() -> None:
    commands = [BLOCK.findall((ROOT / name).read_text("utf-8")) for name in ("README.md", "README.zh.md")]
    assert commands[0] == commands[1] != []


@pytest.mark.parametrize(("command", "shown"), EXAMPLES)
def test_commands_print_what_is_shown(command: str, shown: str, store: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=ROOT,
        env={**os.environ, "KG_STORE": str(store)},
        capture_output=True,
        check=True,
    )
    assert ran.stdout.decode().rstrip("\n") == shown


def test_links_lead_somewhere() -> None:
    for name in ("README.md", "README.zh.md", *(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8")):
            assert (ROOT / name).parent.joinpath(target).exists(), f"{name}: {target}"

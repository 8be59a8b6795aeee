"""The README cannot go stale: its commands are run, and must print what it shows."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from helpers import ROOT, build_at

from kg.cli import main

BLOCK = re.compile(r"```console\n(\$ kg .*?)\n```", re.DOTALL)
EXAMPLES = BLOCK.findall((ROOT / "README.md").read_text("utf-8"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readme") / "store"
    build_at(path, ROOT / "data" / "qingdao")
    return path


def test_both_languages_show_the_same() -> None:
    assert BLOCK.findall((ROOT / "README.zh.md").read_text("utf-8")) == EXAMPLES != []


@pytest.mark.parametrize("block", EXAMPLES)
def test_commands_print_what_is_shown(
    block: str, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("KG_STORE", str(store))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for step in re.split(r"(?m)^\$ ", block)[1:]:
        command, _, shown = step.partition("\n")
        monkeypatch.setattr(sys, "argv", shlex.split(command))
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in ({1} if command.startswith("kg check") else {0, None})  # 1: there are findings
        captured = capsysbinary.readouterr()
        assert (captured.out + captured.err).decode().rstrip("\n") == shown.rstrip("\n"), command


@pytest.mark.parametrize(
    "block", re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text("utf-8"), re.DOTALL)
)
def test_the_python_of_the_docs_runs(
    block: str, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(store, tmp_path / "build" / "store")
    exec(compile(block, "docs/python.md", "exec"), {})  # noqa: S102 - the docs of this repository
    assert capsys.readouterr().out


def test_links_lead_somewhere() -> None:
    for name in ("README.md", "README.zh.md", *(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8")):
            assert (ROOT / name).parent.joinpath(target).exists(), f"{name}: {target}"

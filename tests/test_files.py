"""Writing files: a reader sees the old one or the new one; folders of the project are found."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers import ROOT, run

from kg import resources
from kg.errors import KgError, LimitError, UnreadableError, UsageError
from kg.files import write_atomically, write_out

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.txt"
    assert write_atomically(path, [b"one", b"", b"two"]) == 6
    assert path.read_bytes() == b"onetwo"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, UsageError])
def test_an_exception_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "c.txt"
    path.write_bytes(b"old")

    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise error("zh", "en")

    with pytest.raises(error):
        write_atomically(path, chunks())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "below", tmp_path / "folder"):
        with pytest.raises(UnreadableError, match=r"无法写入.*cannot be written") as caught:
            write_atomically(path, [b"x"])
        assert caught.value.file == path
    assert sorted(it.name for it in tmp_path.iterdir()) == ["file", "folder"]


def test_standard_output_is_the_place_for_none_and_dash(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    write_out(None, ["一".encode()])
    write_out(Path("-"), [b"two"])
    write_out(tmp_path / "three", [b"three"])
    assert capfdbinary.readouterr().out == "一two".encode()
    assert (tmp_path / "three").read_bytes() == b"three"


def test_the_folders_of_a_checkout() -> None:
    assert resources.ontology() == ROOT / "ontology"
    assert resources.queries() == ROOT / "queries"
    assert resources.data() == ROOT / "data"
    assert resources.cities() == sorted(it.parent.name for it in (ROOT / "data").glob("*/manifest.csv"))
    assert "qingdao" in resources.cities()


def test_the_program_finds_its_folders_from_anywhere(tmp_path: Path) -> None:
    done = run("validate", "atlantis", cwd=tmp_path)
    assert done.returncode == 2
    assert "qingdao" in done.stderr


def test_an_error_names_its_place_in_both_languages() -> None:
    error = UnreadableError("缺少列", "lacks a column", file="a.csv", row=1, column="kind")
    assert error.where == "a.csv:1:kind"
    assert str(error) == "a.csv:1:kind: 缺少列 / lacks a column"
    assert str(KgError("中", "en")) == "中 / en"
    assert [kind.exit_code for kind in (KgError, UsageError, UnreadableError, LimitError)] == [3, 2, 3, 4]


_WATCH = """
import builtins, os, pkgutil, socket, subprocess, sys
ours = sys.argv[1]
def watch(event, args):
    if event.startswith(("socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.rename", "os.remove")):
        raise SystemExit(f"{event} {args}")
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        raise SystemExit(f"{event} {args}")
    if event == "open" and str(args[0]).startswith((ours + "/ontology", ours + "/queries", ours + "/data")):
        raise SystemExit(f"{event} {args}")
sys.addaudithook(watch)
sys.dont_write_bytecode = True
import kg, loaders
names = [it.name for package in (kg, loaders) for it in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
         if not it.name.endswith("__main__")]
for name in names:
    __import__(name)
print(len(names))
"""


def test_importing_a_module_writes_nothing_reads_no_data_and_calls_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", _WATCH, ROOT],
        env={"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    assert int(done.stdout) > 30


def test_the_command_line_starts_without_the_slow_parts() -> None:
    code = "import kg.cli, sys; print([m for m in ('pyshacl', 'pandas', 'xlsxwriter', 'jinja2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_bytes)
        write_out(pipe, [b"one", b"two"])
        assert read.result(timeout=10) == b"onetwo"
    assert pipe.is_fifo()

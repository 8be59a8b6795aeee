"""The tags that load islands, and the front end itself: its lock, its sources, its bundle."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kg.pages.assets import asset
from kg.web.islands import STATIC, islands

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
ISLANDS = {"chart", "copy", "editor", "network", "search", "swagger", "table", "yasgui"}
BUDGET = {"chart": 200, "editor": 150, "network": 160, "swagger": 500, "yasgui": 310}  # kB, gzip, with what is shared
MANIFEST = {
    "chart": {"scripts": ["chart-A.js"], "styles": ["chart-B.css"], "imports": ["chunk-C.js", "chunk-D.js"]},
    "table": {"scripts": ["table-E.js"], "styles": [], "imports": ["chunk-C.js"]},
}

with_bundle = pytest.mark.skipif(not (STATIC / "dist" / "SOURCE").is_file(), reason="the bundle was not built")
with_node = pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules").is_dir(), reason="no Node with packages here"
)


@pytest.fixture
def static(tmp_path: Path) -> Path:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    return tmp_path


def test_islands_are_styles_then_shared_modules_then_scripts_each_once(static: Path) -> None:
    assert islands("/kg", "table", "chart", "table", static=static).splitlines() == [
        '<link rel="stylesheet" href="/kg/static/dist/chart-B.css">',
        '<link rel="modulepreload" href="/kg/static/dist/chunk-C.js">',
        '<link rel="modulepreload" href="/kg/static/dist/chunk-D.js">',
        '<script type="module" src="/kg/static/dist/table-E.js"></script>',
        '<script type="module" src="/kg/static/dist/chart-A.js"></script>',
    ]


def test_an_island_that_the_bundle_lacks_is_left_out(static: Path, tmp_path: Path) -> None:
    assert islands("", "network", static=static) == ""
    assert islands("", "table", static=tmp_path / "nothing") == ""


def test_a_new_bundle_is_noticed(static: Path) -> None:
    assert "table-E.js" in islands("", "table", static=static)
    newer = {"table": {"scripts": ["table-F.js"], "styles": [], "imports": []}}
    (static / "dist" / "manifest.json").write_text(json.dumps(newer), encoding="utf-8")
    assert islands("", "table", static=static) == '<script type="module" src="/static/dist/table-F.js"></script>'


def test_a_prefix_cannot_leave_its_attribute(static: Path) -> None:
    assert '"/kg&#34;&gt;/static' in islands('/kg">', "table", static=static)


def test_the_address_of_a_file_follows_its_bytes(tmp_path: Path) -> None:
    sheet = tmp_path / "site.css"
    sheet.write_bytes(b"a")
    first = asset("/kg", "site.css", tmp_path)
    assert re.fullmatch(r"/kg/static/site\.css\?v=[0-9a-f]{12}", first)
    assert asset("/kg", "site.css", tmp_path) == first
    sheet.write_bytes(b"bb")
    assert asset("/kg", "site.css", tmp_path) != first


def test_the_lock_names_packages_and_hashes_but_no_addresses() -> None:
    packages = json.loads((WEB / "package-lock.json").read_bytes())["packages"]
    assert len(packages) > 50
    for path, package in packages.items():
        assert "resolved" not in package, path
        assert not path or package["integrity"].startswith("sha512-"), path


def test_versions_are_exact_and_codemirror_is_the_sixth() -> None:
    package = json.loads((WEB / "package.json").read_bytes())
    pinned = {**package["dependencies"], **package["devDependencies"]}
    assert not [name for name, version in pinned.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)]
    assert pinned["codemirror"] == "6.0.2"


def test_sources_name_no_other_host_and_run_no_text() -> None:
    sources = [path for path in (WEB / "src").rglob("*") if path.is_file()]
    assert {path.stem for path in (WEB / "src").glob("*.ts")} - {"types.d"} == ISLANDS
    for path in sources:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|\beval\(|new Function|innerHTML|insertAdjacentHTML", text), path
        assert len(text.splitlines()) <= 300, path


@with_bundle
def test_the_bundle_has_every_island_and_no_island_is_heavy() -> None:
    manifest = json.loads((STATIC / "dist" / "manifest.json").read_bytes())
    assert set(manifest) == ISLANDS
    for name, parts in manifest.items():
        bodies = [(STATIC / "dist" / file).read_bytes() for files in parts.values() for file in files]
        packed = sum(len(gzip.compress(body)) for body in bodies) / 1000
        assert packed < BUDGET.get(name, 6), name


@with_bundle
def test_the_bundle_ships_the_licences_of_what_is_in_it() -> None:
    licences = (STATIC / "dist" / "LICENSES.txt").read_text(encoding="utf-8")
    packages = json.loads((WEB / "package-lock.json").read_bytes())["packages"]
    for name in json.loads((WEB / "package.json").read_bytes())["dependencies"]:
        assert f"{name} {packages[f'node_modules/{name}']['version']} (" in licences


@with_bundle
@with_node
def test_the_same_sources_make_the_same_bundle(tmp_path: Path) -> None:
    for name in ("one", "two"):
        subprocess.run([str(shutil.which("node")), "build.mjs", str(tmp_path / name)], cwd=WEB, check=True)
    one, two = ({it.name: it.read_bytes() for it in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert one["manifest.json"] == (STATIC / "dist" / "manifest.json").read_bytes()


@with_node
def test_types_fit() -> None:
    check = [str(shutil.which("node")), "node_modules/typescript/bin/tsc", "--noEmit"]
    done = subprocess.run(check, cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout

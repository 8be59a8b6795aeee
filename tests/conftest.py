"""Fixtures: the invented city as it is and as a copy to spoil, its store, and the graph that answers questions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from helpers import CITY, TEXTS, Result, build_at, copy_of
from hypothesis import settings

from kg.build import Options
from kg.cli import main
from kg.model import Severity
from kg.session import KG
from kg.shapes import Shapes
from kg.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.lexicon import Lexicon

settings.register_profile("suite", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KG_STORE", "KG_USER", "KG_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def kg_(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Result]:
    """Run the program in this process."""

    def call(*args: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, args)])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as caught:
            main()
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        code = caught.value.code
        assert isinstance(code, int | None)
        return Result(code or 0, out, err.decode())

    return call


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A copy of the invented city that a test may spoil."""
    return copy_of(CITY, tmp_path / "linjiang")


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary([CITY / "lexicon.ttl"])


@pytest.fixture(scope="session")
def lexicon(vocabulary: Vocabulary) -> Lexicon:
    return vocabulary.lexicon


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    return Shapes()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the invented city, built with its texts; for reading only."""
    path = tmp_path_factory.mktemp("built") / "store"
    report = build_at(path, CITY, options=Options(texts=TEXTS))
    assert len(report.loaded) == 3
    return path


@pytest.fixture(scope="session")
def built_without_texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the invented city, built without its texts; for reading only."""
    path = tmp_path_factory.mktemp("built-without-texts") / "store"
    build_at(path, CITY)
    return path


@pytest.fixture
def store(built_without_texts: Path, tmp_path: Path) -> Path:
    """A copy of the store that was built without texts, for a test to build into or to damage."""
    return copy_of(built_without_texts, tmp_path / "store")


@pytest.fixture(scope="session")
def kg(built: Path) -> KG:
    return KG.open(built)


@pytest.fixture(scope="session")
def release(kg: KG, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of the invented city, without the pages; for reading only."""
    from kg.portal.building import build  # noqa: PLC0415 - only the tests of releases wait for it
    from kg.portal.metadata import metadata, read_editorial  # noqa: PLC0415 - the same
    from kg.portal.release import Release  # noqa: PLC0415 - the same

    place = tmp_path_factory.mktemp("release") / "portal"
    meta = metadata(kg, read_editorial())
    _, findings = build(Release(kg, meta, "https://data.example.org/sparql"), place, pages=False)
    assert {it.severity for it in findings} <= {Severity.WARNING}
    return place

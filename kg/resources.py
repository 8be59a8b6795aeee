"""Where the ontology, the queries and the data are: in a checkout, an editable install and a wheel alike."""

from __future__ import annotations

from pathlib import Path

__all__ = ["cities", "data", "ontology", "queries"]


def _root() -> Path:
    """The folder that holds the data files: `_data` beside this file in a wheel, else the checkout."""
    here = Path(__file__).resolve().parent
    packaged = here / "_data"
    return packaged if packaged.is_dir() else here.parent


def ontology() -> Path:
    """The folder of the ontology: core.ttl, align.ttl, shapes/, vocab/ and cities/."""
    return _root() / "ontology"


def queries() -> Path:
    """The folder of the saved questions."""
    return _root() / "queries"


def data() -> Path:
    """The folder that holds one folder of sheets for each city."""
    return _root() / "data"


def cities() -> list[str]:
    """The names of the cities that ship with sheets, sorted."""
    return sorted(manifest.parent.name for manifest in data().glob("*/manifest.csv"))

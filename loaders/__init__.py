"""How documents become claims: each loader reads one kind of source into a Reading."""

from __future__ import annotations

from kg.lexicon import Loader
from loaders import sheet

__all__ = ["LOADERS"]

LOADERS: dict[str, Loader] = {
    "sheet": Loader("sheet", sheet.read_sheets, sheet.inputs),
}
"""Every loader by name; a new one is a module and a line here."""

"""Which lexicon names the things of a text, and loading it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from kg import resources
from kg.documents import read_text
from kg.errors import UnreadableError
from kg.lexicon import Lexicon
from kg.vocabulary import Vocabulary, parse_turtle

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["choose_lexicon", "load_lexicon"]

_OF_A_CITY = re.compile(r"[市县旗镇乡]|(?<!自治)区|街道")


def choose_lexicon(given: Path | None, nearby: Path | None, place: str) -> Path | None:
    """The lexicon given, else the one nearby, else the shipped one of the city that the place belongs to, else none.

    Raises UnreadableError where the given one is not there.
    """
    if given and not given.is_file():
        raise UnreadableError("没有这个词表文件", "there is no such lexicon", file=given)
    return given or nearby or _shipped(place)


@cache
def load_lexicon(path: Path | None) -> Lexicon:
    """The names of the vocabulary (units, bases, …) and those of one lexicon."""
    return Vocabulary([path] if path else []).lexicon


@cache
def _shipped(place: str) -> Path | None:
    """The shipped lexicon that knows a place; a province or a river basin is of no one city, so none knows it."""
    if not any(match.end() == len(place) for match in _OF_A_CITY.finditer(place)):
        return None
    files = sorted((resources.ontology() / "cities").glob("*.ttl"))
    known = [file for file in files if place in read_text(file) and _knows(file, place)]
    return known[0] if len(known) == 1 else None


def _knows(file: Path, place: str) -> bool:
    return Lexicon.of(parse_turtle(file)).find(place, "place") is not None

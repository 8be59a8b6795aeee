"""Saved questions: one `.rq` file each, with a `#+` header; its parameters are RDF terms, never text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml
from rdflib import XSD, Literal, URIRef

from kg import resources
from kg.answer import Term, to_oxigraph
from kg.errors import UnreadableError, UsageError
from kg.lexicon import CLASSES
from kg.tables import decode, read_bytes
from kg.terms import BASE, iri

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kg.lexicon import Lexicon

__all__ = ["Column", "Parameter", "SavedQuery", "bind", "load_queries", "parse_query", "read_header", "resolve"]

_KEYS = {"summary", "summary-zh", "params", "columns", "view"}
_VIEWS = {"table", "series", "network", "evidence"}
_TYPES = {*CLASSES, "claim", "date-from", "date-to", "integer", "string"}
_VALUES = re.compile(r"VALUES\s+\?(?P<name>\w+)\s*\{[^{}]*\}")
_LETTERS = 100
"""How much of a value an error repeats."""
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question: its variable, its type (a key of kg.lexicon.CLASSES or a datatype), labels."""

    name: str
    type: str
    zh: str
    en: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer: its variable and its headings."""

    name: str
    zh: str
    en: str

    def label(self, lang: str) -> str:
        """The heading in a language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A question that can be asked by name."""

    name: str
    en: str
    zh: str
    params: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    view: str
    text: str

    def summary(self, lang: str) -> str:
        """The question in a language."""
        return self.en if lang == "en" else self.zh

    def param(self, name: str) -> Parameter:
        """A parameter by name; raises UsageError that lists the parameters there are."""
        for param in self.params:
            if param.name == name:
                return param
        known = ", ".join(param.name for param in self.params) or "-"
        raise UsageError(
            f"问题 {self.name} 没有参数 {name}；可用参数：{known}",
            f"the question {self.name} has no parameter {name}; it has: {known}",
        )


def load_queries(folder: Path | None = None) -> dict[str, SavedQuery]:
    """Every question of a folder (the shipped one by default) by name, sorted."""
    files = sorted((folder or resources.queries()).glob("*.rq"))
    return {file.stem: parse_query(file) for file in files}


def parse_query(path: Path) -> SavedQuery:
    """Read one file; raises UnreadableError where its header is not what docs/queries.md says."""
    header, text = read_header(path)
    try:
        return _saved(path.stem, header, text)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _bad_header(path, error) from error


def read_header(path: Path) -> tuple[dict[str, Any], str]:
    """The `#+` header of a query file and its whole text; raises UnreadableError where the header is no mapping."""
    text = decode(read_bytes(path), path)
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        return dict(yaml.safe_load("\n".join(lines))), text
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise _bad_header(path, error) from error


def resolve(param: Parameter, value: str, lexicon: Lexicon) -> Term:
    """What a person typed for a parameter, as an RDF term.

    Entities are given by name, alias, label or IRI. Raises UsageError with suggestions where nothing or
    more than one thing bears the name, or where a date or number is none.
    """
    if param.type in CLASSES:
        return _entity(param, value, lexicon)
    if param.type == "claim":
        return _iri(param, value) if value.startswith("http") else iri("claim", value)
    if param.type in {"date-from", "date-to"}:
        return _date(param, value)
    if param.type == "integer":
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise _bad(param, value, "应为整数", "should be a whole number")
        return Literal(value, datatype=XSD.integer, normalize=False)
    return Literal(value)


def bind(query: SavedQuery, values: Mapping[str, Sequence[Term]]) -> str:
    """The question's text with the row of each `VALUES ?name { UNDEF }` replaced by terms.

    Terms are printed by the RDF library, so no value can change the query's structure.
    """
    rows = {query.param(name).name: " ".join(str(to_oxigraph(it)) for it in terms) for name, terms in values.items()}
    bound: set[str] = set()

    def row(match: re.Match[str]) -> str:
        name = match["name"]
        bound.add(name)
        return f"VALUES ?{name} {{ {rows[name]} }}" if name in rows else match[0]

    text = _VALUES.sub(row, query.text)  # in one pass, so that no value is looked at as text of the query
    if missing := ", ".join(sorted(rows.keys() - bound)):
        raise UnreadableError(
            f"问题 {query.name} 没有 VALUES 一行：{missing}",
            f"the question {query.name} has no VALUES for: {missing}",
        )
    return text


def _saved(name: str, header: dict[str, Any], text: str) -> SavedQuery:
    if unknown := set(header) - _KEYS:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    if header["view"] not in _VIEWS:
        raise ValueError(f"view {header['view']} is none of {sorted(_VIEWS)}")
    params = tuple(
        Parameter(key, it["type"], it["zh"], it["en"], it.get("default"))
        for key, it in (header.get("params") or {}).items()
    )
    for param in params:
        if param.type not in _TYPES:
            raise ValueError(f"parameter {param.name} has the type {param.type}, none of {sorted(_TYPES)}")
    columns = tuple(Column(key, it["zh"], it["en"]) for key, it in header["columns"].items())
    return SavedQuery(name, header["summary"], header["summary-zh"], params, columns, header["view"], text)


def _entity(param: Parameter, value: str, lexicon: Lexicon) -> URIRef:
    if value.startswith(("http://", "https://")):
        return _iri(param, value)
    found = lexicon.candidates(value, param.type)
    if len(found) == 1:
        return found[0].iri
    if found:
        names = "、".join(f"{entry.name}（{entry.iri.removeprefix(BASE).split('/')[0]}）" for entry in found)
        raise _bad(param, value, f"可以指：{names}，请给出 IRI", f"can mean: {names}; give the IRI")
    close = lexicon.suggest(value, param.type, 5)
    zh = f"；是否要找：{'、'.join(close)}" if close else ""
    en = f"; did you mean: {', '.join(close)}" if close else ""
    raise _bad(param, value, f"图中没有{zh}", f"is not in the graph{en}")


def _iri(param: Parameter, value: str) -> URIRef:
    try:
        return URIRef(to_oxigraph(URIRef(value)).value)
    except ValueError as error:
        raise _bad(param, value, "不是合格的 IRI", "is not a valid IRI") from error


def _date(param: Parameter, value: str) -> Literal:
    """A day, a month or a year, as its first or its last day."""
    match = _DAY.fullmatch(value)
    try:
        if match:
            year, month, day = (int(part) if part else None for part in match.groups())
            first = param.type == "date-from"
            found = date(year or 0, month or (1 if first else 12), day or 1)
            if not day and not first:
                following = date(found.year + found.month // 12, found.month % 12 + 1, 1)
                found = date.fromordinal(following.toordinal() - 1)
            return Literal(found.isoformat(), datatype=XSD.date)
    except ValueError:
        pass
    raise _bad(param, value, "应为年、年月或日期，如 2024-01", "should be a year, month or day, as 2024-01")


def _bad_header(path: Path, error: Exception) -> UnreadableError:
    return UnreadableError(f"问题的头部写得不对：{error}", f"has a header that cannot be read: {error}", file=path)


def _bad(param: Parameter, value: str, zh: str, en: str) -> UsageError:
    short = value if len(value) <= _LETTERS else value[:_LETTERS] + "…"
    return UsageError(f"参数 {param.name}：“{short}” {zh}", f"parameter {param.name}: “{short}” {en}")

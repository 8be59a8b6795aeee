"""What a request asks of a saved question: what it gives for the parameters, and which part of the answer, how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from kg.errors import LimitError, UsageError
from kg.web.negotiation import HTML, TABULAR, Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.pages.names import Names
    from kg.query import SavedQuery

__all__ = ["FORMATS", "PAGE", "RESERVED", "Asked", "read"]

PAGE = 50
"""Rows on a page where nobody says how many."""

FORMATS: tuple[Format, ...] = (
    *(form for form in TABULAR if form.name in {"json", "csv", "tsv"}),
    Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    Format("ttl", "text/turtle", ".ttl"),
    HTML,
)
"""JSON first: a browser names HTML, and a program that takes anything wants data."""

RESERVED = ("format", "lang", "sort", "columns", "limit", "offset", "bom", "charts")
"""Parameters of every question; no question has one of its own by such a name."""

_MOST_ROWS = 1000
_MOST_VALUES = 100
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to a question; equal requests have equal answers. `limit` is None where all rows are wanted."""

    query: SavedQuery
    form: Format
    lang: str
    given: tuple[tuple[str, str], ...] = ()
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    limit: int | None = None
    offset: int = 0
    bom: bool = True
    charts: bool = False

    @property
    def rows(self) -> int | None:
        """How many rows are shown: a page of them to people, all to programs, where nobody says."""
        return PAGE if self.limit is None and self.form is HTML else self.limit

    @property
    def key(self) -> tuple[object, ...]:
        """What tells one answer from another."""
        shown = (self.sort, self.columns, self.limit, self.offset, self.bom, self.charts)
        return (self.query.name, self.form.name, self.lang, self.given, *shown)

    def values(self, name: str) -> list[str]:
        """What is given for a parameter."""
        return [value for key, value in self.given if key == name]

    def url(self, names: Names, form: Format | None = None, **changes: object) -> str:
        """The address of this request with changes; of its data in a format, named by the suffix."""
        other = replace(self, **changes)  # type: ignore[arg-type] # the callers name fields
        pairs = other.pairs
        query = f"?{urlencode(pairs, quote_via=quote, safe=',')}" if pairs else ""
        suffix = "" if form is None else f".{form.name}"
        return f"{names.prefix}/queries/{other.query.name}{suffix}{query}"

    def address(self, root: str) -> str:
        """The same as people read and write it: Chinese as it is. `root` is the public address of the site."""
        query = "&".join(f"{name}={_readable(value)}" for name, value in self.pairs)
        return f"{root}/queries/{self.query.name}{'?' if query else ''}{query}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """All parameters that say anything."""
        return [*self.given, *self.shown, *([("lang", "en")] if self.lang == "en" else [])]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """The parameters that say which part of the answer is shown, and how; those that say nothing are left out."""
        told = {
            "sort": ",".join(self.sort),
            "columns": ",".join(self.columns),
            "limit": "" if self.limit is None else str(self.limit),
            "offset": str(self.offset or ""),
            "bom": "" if self.bom else "0",
            "charts": "all" if self.charts else "",
        }
        return [(name, value) for name, value in told.items() if value]


def read(query: SavedQuery, pairs: Sequence[tuple[str, str]], form: Format, lang: str) -> Asked:
    """The request in some parameters, in which an empty one counts as not given.

    Raises UsageError for a parameter or column that there is not, LimitError for too many rows or values.
    """
    _check_names(query, pairs)
    filled = [(name, value.strip()) for name, value in pairs if value.strip()]
    last = dict(filled)
    limit = _number(last, "limit")
    if form is HTML and limit is not None and limit > _MOST_ROWS:
        raise LimitError(f"一页至多 {_MOST_ROWS} 行", f"a page has {_MOST_ROWS} rows at most")
    return Asked(
        query,
        form,
        lang,
        given=_given(query, pairs, filled),
        sort=_columns(query, filled, "sort"),
        columns=_chosen(query, _columns(query, filled, "columns")),
        limit=limit,
        offset=_number(last, "offset") or 0,
        bom=last.get("bom") != "0",
        charts=last.get("charts") == "all",
    )


def _readable(value: str) -> str:
    return "".join(char if char > "\x7f" and char.isalnum() else quote(char, safe=",") for char in value)


def _check_names(query: SavedQuery, pairs: Sequence[tuple[str, str]]) -> None:
    known = [param.name for param in query.params]
    for name, _ in pairs:
        if name not in {*known, *RESERVED}:
            own, shared, asked = ", ".join(known) or "-", ", ".join(RESERVED), name[:60]
            raise UsageError(
                f"问题 {query.name} 没有参数“{asked}”；可用参数：{own}；各问题都有：{shared}",
                f"the question {query.name} has no parameter “{asked}”; it has: {own}; every question has: {shared}",
            )


def _given(
    query: SavedQuery, pairs: Sequence[tuple[str, str]], filled: Sequence[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """What is given for the question's own parameters, in their order, each value once, with the defaults."""
    mentioned = {name for name, _ in pairs}
    given: list[tuple[str, str]] = []
    for param in query.params:
        values = list(dict.fromkeys(value for name, value in filled if name == param.name))
        if len(values) > _MOST_VALUES:
            raise LimitError(
                f"参数 {param.name} 至多 {_MOST_VALUES} 个值", f"the parameter {param.name} takes {_MOST_VALUES} values"
            )
        if param.default is not None and param.name not in mentioned:
            values = [param.default]
        given += [(param.name, value) for value in values]
    return tuple(given)


def _columns(query: SavedQuery, filled: Sequence[tuple[str, str]], key: str) -> tuple[str, ...]:
    """Names of columns, separated by commas or given one by one; to sort by, each may have a minus."""
    names = [part.strip() for name, value in filled if name == key for part in value.split(",") if part.strip()]
    known = [column.name for column in query.columns]
    for name in names:
        if (name.removeprefix("-") if key == "sort" else name) not in known:
            there = ", ".join(known)
            raise UsageError(
                f"没有列“{name[:60]}”，有：{there}", f"there is no column “{name[:60]}”; there are: {there}"
            )
    return tuple({name.removeprefix("-"): name for name in names}.values())


def _chosen(query: SavedQuery, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns chosen, none where they are all there are."""
    return () if columns == tuple(column.name for column in query.columns) else columns


def _number(given: dict[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise UsageError(f"{name} 应为非负整数：“{text[:60]}”", f"{name} should be a whole number: “{text[:60]}”")
    return int(text)

"""Which form of an answer a client gets: `?format=` before the Accept header, as RFC 9110 section 12.5.1 reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kg.errors import UsageError
from kg.web.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

__all__ = ["DATA", "GRAPHIC", "HTML", "TABULAR", "Format", "accepted", "chosen", "named", "not_acceptable", "wish"]


@dataclass(frozen=True, slots=True)
class Format:
    """A form of an answer: short name, media type, suffix of its files, and what else clients call name or type."""

    name: str
    media: str
    suffix: str
    also: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """Every media type that asks for this form."""
        return (self.media, *(it for it in self.also if "/" in it))


_TURTLES = ("turtle", "n3", "application/turtle", "application/x-turtle", "application/n3", "text/n3", "text/rdf+n3")

HTML = Format("html", "text/html", ".html", ("application/xhtml+xml",))
_TTL = Format("ttl", "text/turtle", ".ttl", _TURTLES)
_NT = Format("nt", "application/n-triples", ".nt", ("n-triples", "ntriples"))
_CSV = Format("csv", "text/csv", ".csv")

TABULAR: tuple[Format, ...] = (
    Format("json", "application/sparql-results+json", ".srj", ("application/json", "text/json")),
    Format("xml", "application/sparql-results+xml", ".srx", ("application/xml", "text/xml")),
    _CSV,
    Format("tsv", "text/tab-separated-values", ".tsv"),
)
"""SPARQL results: what SELECT and ASK answer."""

GRAPHIC: tuple[Format, ...] = (
    _TTL,
    _NT,
    Format(
        "jsonld", "application/ld+json", ".jsonld", ("json", "json-ld", "application/json", "application/x-json+ld")
    ),
    Format("rdf", "application/rdf+xml", ".rdf", ("xml", "rdfxml", "rdf+xml")),
    Format("nq", "application/n-quads", ".nq", ("n-quads", "nquads")),
    Format("trig", "application/trig", ".trig", ("application/x-trig",)),
)
"""RDF: what CONSTRUCT, DESCRIBE, the service description and VoID answer."""

DATA: tuple[Format, ...] = (
    HTML,
    _TTL,
    _NT,
    Format("jsonld", "application/ld+json", ".jsonld", ("json-ld", "application/x-json+ld")),
    _CSV,
    Format("json", "application/json", ".json"),
)
"""An entity: its page, and what the graph says of it."""

_WORD = r"[!#-'*+.^-`|~\w-]+"
_QUOTED = r'"(?:[^"\\]|\\.?)*(?:"|$)'
_MEMBER = re.compile(rf'(?:[^",]|{_QUOTED})+', re.DOTALL)
_RANGE = re.compile(rf"\s*({_WORD})/({_WORD})")
_PARAMETER = re.compile(rf';\s*({_WORD})\s*=\s*({_QUOTED}|[^\s;,"]*)', re.DOTALL)
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


def accepted(header: str | None, offered: Sequence[Format]) -> Format | None:
    """The offered form that an Accept header likes best, None where it takes none of them.

    The most specific range that matches decides a form's weight; `q=0` excludes; the order offered breaks ties.
    Parameters other than `q` do not narrow a range, since no form has any. Without a range there is no wish.
    """
    ranges = _ranges(header or "")
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda form: _weight(form, ranges))  # the first of equals
    return best if _weight(best, ranges) > 0 else None


def named(name: str, offered: Sequence[Format]) -> Format | None:
    """The offered form with this name, suffix or media type; clients encode the + of a type twice or not at all."""
    wanted = unquote(name).strip().lower().replace(" ", "+")
    return next((it for it in offered if wanted in {it.name, it.media, it.suffix, it.suffix[1:], *it.also}), None)


def chosen(request: Request, offered: Sequence[Format]) -> Format:
    """The form asked for; raises UsageError for an unknown `?format=`, RefusedError (406) where none is taken."""
    if name := request.query_params.get("format"):
        if form := named(name, offered):
            return form
        known = ", ".join(it.name for it in offered)
        raise UsageError(f"没有格式“{name}”，可用：{known}", f"there is no format “{name}”; there are: {known}")
    form = accepted(wish(request), offered)
    if form is None:
        raise not_acceptable(offered)
    return form


def not_acceptable(offered: Sequence[Format]) -> RefusedError:
    """The refusal of a request that takes none of the forms offered."""
    known = ", ".join(it.media for it in offered)
    return RefusedError(
        406, f"这个回答没有所要的格式；可用：{known}", f"this answer has none of those formats; there are: {known}"
    )


def wish(request: Request) -> str:
    """All Accept headers as one list, as RFC 9110 section 5.3 joins them."""
    return ",".join(request.headers.getlist("accept"))


@lru_cache(maxsize=256)
def _ranges(header: str) -> tuple[tuple[str, str, float], ...]:
    """The media ranges of a header with their weights; what is no media range is passed over."""
    found = []
    for member in _MEMBER.findall(header):
        match = _RANGE.match(member)
        if match is None:
            continue
        given = {name.lower(): value for name, value in _PARAMETER.findall(member, match.end())}
        weight = given.get("q", "1")
        if _WEIGHT.fullmatch(weight):
            found.append((match[1].lower(), match[2].lower(), float(weight)))
    return tuple(found)


def _weight(form: Format, ranges: Sequence[tuple[str, str, float]]) -> float:
    """The weight that some ranges give a form: of the most specific one that matches, the highest.

    What clients also call a type counts where they name it, not where a range happens to take it in.
    """
    kind = form.media.partition("/")[0]
    matches = [
        (2 if sub != "*" else 1 if main != "*" else 0, weight)
        for main, sub, weight in ranges
        if f"{main}/{sub}" in form.types or (sub == "*" and main in {"*", kind})
    ]
    return max(matches, default=(0, 0.0))[1]

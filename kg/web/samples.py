"""A question as people would write it down elsewhere: in Python, for a shell, as SPARQL."""

from __future__ import annotations

import keyword
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from kg.web.asked import Asked

__all__ = ["Sample", "samples", "without_header"]


@dataclass(frozen=True, slots=True)
class Sample:
    """A text to copy: an identifier for the page, what it is, and the text."""

    id: str
    title: str
    text: str


def samples(asked: Asked, bound: str, root: str) -> list[Sample]:
    """The question in three languages; `bound` is its query with the terms in it, `root` the address of the site."""
    query = without_header(bound)
    return [
        Sample("python", "Python", _library(asked)),
        Sample("sparqlwrapper", "Python (SPARQLWrapper)", _wrapper(query, root)),
        Sample("curl", "curl", _curl(asked, root)),
        Sample("sparql", "SPARQL", query),
    ]


def without_header(text: str) -> str:
    """A saved question's text without its header, which its page shows in other ways."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))


def _library(asked: Asked) -> str:
    """A call of the library; a parameter that is a word of Python has a line below it."""
    given: dict[str, list[str]] = {}
    for name, value in asked.given:
        given.setdefault(f"{name}_" if keyword.iskeyword(name) else name, []).append(value)
    parts = [repr(asked.query.name)]
    parts += [f"{name}={values[0]!r}" if len(values) == 1 else f"{name}={values!r}" for name, values in given.items()]
    call = f"kg.ask({', '.join(parts)})"
    if asked.sort:
        call += f".sorted({list(asked.sort)!r})"
    if asked.columns:
        call += f".selected({list(asked.columns)!r})"
    opened = 'kg = KG.open("build/store")' if asked.lang == "zh" else 'kg = KG.open("build/store", lang="en")'
    return f"from kg import KG\n\n{opened}\ntable = {call}\ntable.df()\n"


def _wrapper(query: str, root: str) -> str:
    """A call that any client of SPARQL can make."""
    text = f'"""\n{query}"""' if _is_plain(query) else repr(query)
    return (
        "from SPARQLWrapper import JSON, POST, SPARQLWrapper\n\n"
        f"endpoint = SPARQLWrapper({f'{root}/sparql'!r})\n"
        "endpoint.setMethod(POST)\n"
        "endpoint.setReturnFormat(JSON)\n"
        f"endpoint.setQuery({text})\n"
        'rows = endpoint.query().convert()["results"]["bindings"]\n'
    )


def _curl(asked: Asked, root: str) -> str:
    """The address of the question for a shell; what a shell cannot hold is percent-encoded."""
    pairs = [*asked.pairs, ("format", "csv")]
    address = shlex.quote(f"{root}/queries/{asked.query.name}")
    lines = [f"curl -G {address}", *(_data(name, value) for name, value in pairs)]
    return " \\\n  ".join([*lines, f"-o {asked.query.name}.csv"]) + "\n"


def _data(name: str, value: str) -> str:
    if value.isprintable():
        return "--data-urlencode " + shlex.quote(f"{name}={value}")
    return "-d " + shlex.quote(f"{name}={quote(value, safe='')}")


def _is_plain(query: str) -> bool:
    """Whether a query can stand between three quotes as it is."""
    return "\\" not in query and '"""' not in query and all(line.isprintable() for line in query.split("\n"))

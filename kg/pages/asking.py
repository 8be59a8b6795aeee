"""The pages' own questions to the store: fixed texts, with terms that the RDF library prints put in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rdflib import URIRef

from kg.answer import Solutions, Term, to_oxigraph
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.session import KG

__all__ = ["Row", "ask", "values"]

Row = dict[str, Term | None]

_PREFIXED = re.compile(r"\b([a-z]+):(?=[A-Za-z])")
_SLOT = re.compile(r"\$(\w+)")


def ask(kg: KG, text: str, **terms: str) -> list[Row]:
    """The rows of a SELECT in which `$name` stands for the IRI or the VALUES list given; prefixes are added.

    Raises ValueError where what is given for a name is no valid IRI.
    """
    filled = _SLOT.sub(lambda match: _term(terms[match[1]]), text)
    used = sorted({name for name in _PREFIXED.findall(text) if name in PREFIXES})
    head = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used)
    answer = kg.store.query(head + filled)
    return list(answer) if isinstance(answer, Solutions) else []


class _Values(str):
    """A list of terms that `values` has printed."""

    __slots__ = ()


def values(iris: Iterable[str]) -> str:
    """IRIs as the inside of a VALUES clause of one variable."""
    return _Values(" ".join(str(to_oxigraph(URIRef(iri))) for iri in iris))


def _term(given: str) -> str:
    return given if isinstance(given, _Values) else str(to_oxigraph(URIRef(given)))

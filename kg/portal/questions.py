"""The saved questions as data, so that other tools can offer and run them.

The form is that of the SPARQL examples of the SIB (github.com/sib-swiss/sparql-examples), which editors and harvesters
read: an `sh:SPARQLExecutable` with its text, what it asks, keywords and the endpoint it is for. The checks are not
among them: they run on a working copy in which claims have been set beside each other, and on the published graph
nearly all of them would find nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rdflib import SDO, SH, Literal, URIRef

from kg.description import questions
from kg.pages.glossary import glossary
from kg.portal.part import Part
from kg.terms import BASE, CJ, PREFIXES
from kg.turtle import Namer, blocks, prefixes, sorted_triples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.answer import Triple
    from kg.query import SavedQuery

__all__ = ["executables", "question_parts"]

_TERM = re.compile(r"\bcj:(\w+)")


def question_parts(queries: Iterable[SavedQuery], endpoint: str = "") -> Iterator[Part]:
    """`queries.ttl`; `endpoint` is the address of the site's SPARQL endpoint, where it has one."""
    kept = list(queries)
    yield Part("queries.ttl", "text/turtle", lambda: [_turtle(executables(kept, endpoint)).encode()])


def executables(queries: Iterable[SavedQuery], endpoint: str = "") -> list[Triple]:
    """Each saved question as a SELECT, with the prefixes that it uses, keywords and the endpoint."""
    found = questions(queries)
    texts = [(it, str(text)) for it, predicate, text in found if predicate == SH.select]
    for it, text in texts:
        found += [(it, SDO.keywords, keyword) for keyword in _keywords(text)]
        found += [(it, SDO.target, URIRef(endpoint))] if endpoint else []
    return found


def _keywords(text: str) -> list[Literal]:
    """What the terms of ours that a query names are called, in both languages."""
    words = glossary().words
    used = sorted({str(CJ[name]) for name in _TERM.findall(text)} & set(words))
    return sorted({Literal(words[it].label(lang), lang=lang) for it in used for lang in ("zh", "en")})


class _Long(Namer):
    """Writes texts of several lines as such, so that a query can be read and compared."""

    def literal(self, text: str, language: str, datatype: str) -> str:
        """A literal in Turtle; a text that ends with its last line needs no escape for a quotation mark there."""
        if language or datatype or not text.endswith("\n"):
            return super().literal(text, language, datatype)
        escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        return f'"""{escaped}"""'


def _turtle(triples: Iterable[Triple]) -> str:
    namer = _Long({**PREFIXES, "": BASE + "void#"})
    body = "\n".join(blocks(sorted_triples(triples), namer))
    return f"{prefixes(namer.used)}\n{body}"

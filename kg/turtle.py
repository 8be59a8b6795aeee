"""Turtle and TriG for people: one entity a block, a stable readable order, only the prefixes that are used."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, SKOS, Literal, URIRef
from rdflib.namespace import DCTERMS, XSD

from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.answer import Term, Triple

__all__ = ["Namer", "blocks", "prefixes", "sorted_triples", "written"]

_NAMING = r"A-Za-z0-9_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u3001-\uD7FF"
_LOCAL = re.compile(rf"[{_NAMING}](?:[{_NAMING}.-]*[{_NAMING}-])?")
_TYPE = str(RDF.type)
_FIRST = [RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, DCTERMS.title, SKOS.definition]
_RANKS = {predicate: rank for rank, predicate in enumerate(_FIRST)}
_NUMBERS = re.compile(r"([0-9]{1,18})")  # Python refuses to read numbers of thousands of digits
_BARE = {str(XSD.integer): re.compile(r"-?[0-9]+"), str(XSD.boolean): re.compile("true|false")}
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Namer:
    """Writes terms, shortening IRIs, and remembers which prefixes it used."""

    def __init__(self, namespaces: dict[str, str] | None = None) -> None:
        known = namespaces if namespaces is not None else PREFIXES
        self._by_namespace = {namespace: prefix for prefix, namespace in known.items()}
        self.used: dict[str, str] = {}
        self._iris: dict[str, str] = {}

    def term(self, value: Term) -> str:
        """A term in Turtle."""
        if isinstance(value, URIRef):
            text = str(value)
            if text not in self._iris:
                self._iris[text] = self._iri(text)
            return self._iris[text]
        if isinstance(value, Literal):
            return self._literal(value)
        return value.n3()

    def _iri(self, value: str) -> str:
        cut = max(value.rfind("/"), value.rfind("#")) + 1
        prefix = self._by_namespace.get(value[:cut])
        if prefix is None or not _LOCAL.fullmatch(value[cut:]):
            return f"<{value}>"
        self.used[prefix] = value[:cut]
        return f"{prefix}:{value[cut:]}"

    def _literal(self, value: Literal) -> str:
        text, datatype = str(value), str(value.datatype or "")
        if value.language:
            return f"{_quoted(text)}@{value.language}"
        if datatype in _BARE and _BARE[datatype].fullmatch(text):
            return text
        if datatype == str(XSD.decimal) and _DECIMAL.fullmatch(text):
            return text
        if datatype in {"", str(XSD.string)}:
            return _quoted(text)
        return f"{_quoted(text)}^^{self._iri(datatype)}"


def blocks(triples: Iterable[Triple], namer: Namer, indent: str = "") -> Iterator[str]:
    """Each subject's triples as one block of text; the triples come sorted, as `sorted_triples` gives them."""
    for subject, own in groupby(triples, key=lambda triple: triple[0]):
        lines: list[str] = []
        for predicate, values in groupby(own, key=lambda triple: triple[1]):
            objects = [namer.term(value) for _, _, value in values]
            verb = "a" if str(predicate) == _TYPE else namer.term(predicate)
            lines.append(f"{verb} {_joined(objects, indent)}")
        body = f" ;\n{indent}    ".join(lines)
        yield f"{indent}{namer.term(subject)} {body} .\n"


def prefixes(used: dict[str, str], keyword: str = "@prefix") -> str:
    """The prefix declarations, sorted."""
    return "".join(f"{keyword} {prefix}: <{used[prefix]}> .\n" for prefix in sorted(used))


def sorted_triples(triples: Iterable[Triple]) -> list[Triple]:
    """Triples in the order in which people read them: by subject with numbers as numbers, labels first."""
    by_subject: dict[Term, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(triple[0], []).append(triple)
    return [
        triple
        for subject in sorted(by_subject, key=natural)
        for triple in sorted(by_subject[subject], key=lambda it: (_rank(it[1]), str(it[1]), _value(it[2])))
    ]


def natural(text: str) -> list[tuple[int, int, str]]:
    """A sort key under which `claim.9-12` comes before `claim.100-104`."""
    parts = _NUMBERS.split(text)
    return [(0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts if part]


def _rank(predicate: URIRef) -> int:
    return _RANKS.get(predicate, len(_RANKS))


def _value(value: Term) -> tuple[bool, str, list[tuple[int, int, str]], str]:
    """Chinese before English before the rest, numbers as numbers."""
    language = value.language if isinstance(value, Literal) else None
    datatype = str(value.datatype) if isinstance(value, Literal) else ""
    return (language != "zh", language or "", natural(value), datatype)


def _joined(objects: Sequence[str], indent: str) -> str:
    if sum(len(it) for it in objects) < 90:
        return ", ".join(objects)
    return f",\n{indent}        ".join(objects)


def _quoted(text: str) -> str:
    escaped = "".join(_ESCAPES.get(char) or (f"\\u{ord(char):04X}" if char < " " else char) for char in text)
    return f'"{escaped}"'


def written(triples: Iterable[Triple]) -> str:
    """A whole Turtle document of some triples: the prefixes that they use, then one block an entity."""
    namer = Namer()
    body = "\n".join(blocks(sorted_triples(triples), namer))
    return f"{prefixes(namer.used)}\n{body}"

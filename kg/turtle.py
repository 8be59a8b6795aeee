"""Turtle and TriG for people: one entity a block, a stable readable order, only the prefixes that are used."""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, SKOS, Literal, URIRef
from rdflib.namespace import DCTERMS, XSD

from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.answer import Term, Triple

__all__ = ["Namer", "Transcriber", "blocks", "natural", "prefixes", "sorted_triples", "written"]

_NAMING = r"A-Za-z0-9_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u3001-\uD7FF"
_LOCAL = re.compile(rf"[{_NAMING}](?:[{_NAMING}.-]*[{_NAMING}-])?")
_TYPE, _XSD_DECIMAL, _XSD_STRING = str(RDF.type), str(XSD.decimal), str(XSD.string)
_FIRST = [RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, DCTERMS.title, SKOS.definition]
_FIRST_PART = itemgetter(0)
_RANKS = {str(predicate): rank for rank, predicate in enumerate(_FIRST)}
_NUMBERS = re.compile(r"[0-9]{1,18}")
_LOWEST = re.compile(r"[\x00-\x02]")
_BARE = {str(XSD.integer): re.compile(r"-?[0-9]+"), str(XSD.boolean): re.compile("true|false")}
_PLAIN = "-"  # the kind of a literal without a datatype: it sorts after none and before every IRI
_WIDE = 90  # characters of objects that stand on one line
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'["\\\x00-\x1f]')
_UNESCAPES = {**{code[1]: char for char, code in _ESCAPES.items()}, "b": "\b", "f": "\f", "'": "'"}
_UNESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_KEPT = 50_000  # texts that are remembered; then they are forgotten, so that memory is bounded


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
            return self.iri(str(value))
        if isinstance(value, Literal):
            return self.literal(str(value), value.language or "", str(value.datatype or ""))
        return value.n3()

    def iri(self, value: str) -> str:
        """An IRI in Turtle: a prefixed name where the local part needs no escape, else in angle brackets."""
        found = self._iris.get(value)
        if found is None:
            if len(self._iris) >= _KEPT:
                self._iris.clear()
            found = self._iris[value] = self._short(value)
        return found

    def literal(self, text: str, language: str, datatype: str) -> str:
        """A literal in Turtle, by its text and its language or the IRI of its datatype (`""` for none)."""
        if language:
            return f"{_quoted(text)}@{language}"
        if datatype in _BARE and _BARE[datatype].fullmatch(text):
            return text
        if datatype == _XSD_DECIMAL and _DECIMAL.fullmatch(text):
            return text
        if datatype in {"", _XSD_STRING}:
            return _quoted(text)
        return f"{_quoted(text)}^^{self.iri(datatype)}"

    def _short(self, value: str) -> str:
        cut = max(value.rfind("/"), value.rfind("#")) + 1
        prefix = self._by_namespace.get(value[:cut])
        if prefix is None or not _LOCAL.fullmatch(value, cut):
            return f"<{value}>"
        self.used[prefix] = value[:cut]
        return f"{prefix}:{value[cut:]}"


class Transcriber:
    """Writes the N-Triples of one subject after the other as the blocks that `blocks` writes of their terms.

    It goes from text to text, which is ten times as fast as by way of terms, and remembers no more than a bounded
    number of them: it is for graphs that do not fit in memory.
    """

    def __init__(self, namer: Namer, indent: str = "") -> None:
        self._namer, self._indent = namer, indent
        self._known: dict[str, tuple[str, str, str, str]] = {}

    def block(self, lines: str) -> str:
        """The block of some lines of N-Triples with one subject, in any order; a line twice counts once.

        Raises TypeError for a triple as a term, which RDF 1.1 does not know.
        """
        subject, _, _ = lines.partition(" ")
        # No literal holds a line end, so what stands between two triples stands nowhere else.
        triples = lines[len(subject) + 1 : -3].split(f" .\n{subject} ")
        known, read = self._known, self._read
        pairs = [known.get(triple) or read(triple) for triple in triples]
        pairs.sort()
        if len({pair[0] for pair in pairs}) == len(pairs):
            phrases = [pair[1] for pair in pairs]
        else:
            phrases = [self._joint(list(group)) for _, group in groupby(pairs, key=_FIRST_PART)]
        return _laid(self._written(subject), phrases, self._indent)

    def _read(self, triple: str) -> tuple[str, str, str, str]:
        """Of a predicate with its object: what it is sorted by, its phrase, and the verb and the object's text."""
        if len(self._known) >= _KEPT:
            self._known.clear()
        predicate, _, value = triple.partition(" ")
        node = predicate[1:-1]
        verb = "a" if node == _TYPE else self._namer.iri(node)
        pair = (f"{_rank(node)}{node}", _phrase(verb, [self._written(value)], self._indent), verb, value)
        self._known[triple] = pair
        return pair

    def _joint(self, pairs: Sequence[tuple[str, str, str, str]]) -> str:
        """The phrase of pairs with the same verb."""
        if len(pairs) == 1:
            return pairs[0][1]
        values = sorted({value for _, _, _, value in pairs}, key=_text_order)
        return _phrase(pairs[0][2], [self._written(value) for value in values], self._indent)

    def _written(self, text: str) -> str:
        if text.startswith('"'):
            # What has neither an escape nor a datatype is written in the same way in both.
            return self._namer.literal(*_parts(text)) if "\\" in text or text.endswith(">") else text
        if text.startswith("_:"):
            return text
        if text.startswith("<<"):
            raise TypeError(f"no RDF 1.1 term: {text}")
        return self._namer.iri(text[1:-1])


def blocks(triples: Iterable[Triple], namer: Namer, indent: str = "") -> Iterator[str]:
    """Each subject's triples as one block of text; the triples come sorted, as `sorted_triples` gives them."""
    for subject, own in groupby(triples, key=lambda triple: triple[0]):
        phrases: list[str] = []
        for predicate, values in groupby(own, key=lambda triple: triple[1]):
            objects = [namer.term(value) for _, _, value in values]
            phrases.append(_phrase("a" if str(predicate) == _TYPE else namer.iri(str(predicate)), objects, indent))
        yield _laid(namer.term(subject), phrases, indent)


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
        for triple in sorted(by_subject[subject], key=lambda it: (_rank(str(it[1])), str(it[1]), _value(it[2])))
    ]


def natural(text: str) -> str:
    """A sort key under which `claim.9-12` comes before `claim.100-104`; no two texts have the same.

    A number of up to 18 digits sorts by its value, before everything else that could stand there; longer ones
    are several. As texts, the keys are in the order of their UTF-8 bytes too.
    """
    return _NUMBERS.sub(_counted, _LOWEST.sub("\x02\\g<0>", text))


def _counted(match: re.Match[str]) -> str:
    """A number after its length: the text order of what is written so is the order of the numbers."""
    number = match[0]
    digits = number.lstrip("0")
    return f"\x01{chr(len(digits))}{digits}{number}\x00"


def _rank(predicate: str) -> int:
    return _RANKS.get(predicate, len(_RANKS))


_Order = tuple[bool, str, str, str]


def _value(value: Term) -> _Order:
    if isinstance(value, Literal):
        return _order(str(value), value.language or "", str(value.datatype or _PLAIN))
    return _order(str(value), "", "")


def _text_order(value: str) -> _Order:
    """What `_value` gives of the term that this N-Triples text is."""
    if value.startswith('"'):
        text, language, datatype = _parts(value)
        return _order(text, language, datatype or _PLAIN)
    return _order(value[2:] if value.startswith("_:") else value[1:-1], "", "")


def _order(text: str, language: str, kind: str) -> _Order:
    """Chinese before English before the rest, numbers as numbers; of one text the IRI, then the plain literal."""
    return (language != "zh", language, natural(text), kind)


def _laid(subject: str, phrases: Sequence[str], indent: str) -> str:
    """The look of a block: each verb on a line of its own with its objects."""
    between = f" ;\n{indent}    "
    return f"{indent}{subject} {between.join(phrases)} .\n"


def _phrase(verb: str, objects: Sequence[str], indent: str) -> str:
    if len(objects) == 1 or sum(len(it) for it in objects) < _WIDE:
        return f"{verb} {', '.join(objects)}"
    between = f",\n{indent}        "
    return f"{verb} {between.join(objects)}"


def _quoted(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"


def _parts(literal: str) -> tuple[str, str, str]:
    """The text, the language and the datatype of a literal in N-Triples, `""` for what it has not."""
    end = literal.rindex('"')
    text, tail = literal[1:end], literal[end + 1 :]
    if "\\" in text:
        text = _UNESCAPED.sub(_unescape, text)
    return (text, tail[1:], "") if tail.startswith("@") else (text, "", tail[3:-1])


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _UNESCAPES[match[3]]


def written(triples: Iterable[Triple]) -> str:
    """A whole Turtle document of some triples: the prefixes that they use, then one block an entity."""
    namer = Namer()
    body = "\n".join(blocks(sorted_triples(triples), namer))
    return f"{prefixes(namer.used)}\n{body}"

"""The form of a question: a field a parameter, with what occurs in the graph to choose from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.answer import Solutions, Term
from kg.errors import UsageError
from kg.lexicon import CLASSES
from kg.query import Parameter, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.lexicon import Entry
    from kg.session import KG
    from kg.web.asked import Asked

__all__ = ["Choice", "Field", "Value", "choices", "fields", "resolved"]

_FEW = 12
"""Choices that a list to pick from shows at once; more are suggested while one types."""
_MOST = 500
_ALIASES = 3
_LETTERS = 60

_SPOKEN_OF = """PREFIX cj: <https://w3id.org/chengjidan/ontology#>
PREFIX cv: <http://data.europa.eu/m8g/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?thing WHERE {
  { ?document a cj:Document . BIND(?document AS ?thing) }
  UNION {
    VALUES ?property {
      cj:agency cj:base cj:level cj:metric cj:place cj:programme cj:state cj:undertaking cj:unit cv:role sh:sourceShape
    }
    ?subject ?property ?thing
  }
}"""
"""What some document or finding speaks of; the rest of the vocabulary would find nothing."""

_WHOLES = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
SELECT DISTINCT ?part ?whole WHERE { ?part org:unitOf|org:subOrganizationOf|dct:isPartOf ?whole }"""
"""A question about a whole is one about its parts. Followed here: the engine's own paths take minutes for all."""

_KINDS = {"date-from": "date", "date-to": "date", "integer": "integer"}
_HINTS = {
    "date": ("年、年月或日期，如 2024-03", "a year, month or day, as 2024-03"),
    "integer": ("整数", "a whole number"),
    "claim": ("文档.起-止，或 IRI", "document.start-end, or an IRI"),
    "list": ("名称、别名或 IRI", "a name, an alias or an IRI"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A thing to choose: its IRI, its canonical name, what it is called, and other names."""

    iri: str
    name: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What was given: its text, the choice that it means, what is wrong with it, and what comes close."""

    text: str
    choice: str = ""
    error: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field: how it is entered (select, list, date, integer, text), and what stands in it."""

    param: Parameter
    kind: str
    label: str
    hint: str
    values: tuple[Value, ...] = ()
    choices: tuple[Choice, ...] = field(default=(), repr=False)

    @property
    def entries(self) -> tuple[Value, ...]:
        """What each input holds; things can be several, so there is one more to fill in."""
        several = self.param.type in CLASSES or self.param.type == "claim"
        return (*self.values, Value("")) if several or not self.values else self.values


def choices(kg: KG) -> dict[str, list[Entry]]:
    """The things that occur in the graph, by sort (a key of kg.lexicon.CLASSES), in the order of their names."""
    wholes: dict[str, list[str]] = {}
    for part, whole in _texts(kg, _WHOLES):
        wholes.setdefault(part, []).append(whole)
    there: set[str] = set()
    pending = [thing for (thing,) in _texts(kg, _SPOKEN_OF)]
    while pending:
        thing = pending.pop()
        if thing not in there:
            there.add(thing)
            pending += wholes.get(thing, [])
    return {
        sort: sorted((it for it in kg.lexicon.of_sort(sort) if str(it.iri) in there), key=lambda it: it.name)
        for sort in CLASSES
    }


def _texts(kg: KG, text: str) -> list[tuple[str, ...]]:
    """The rows of a query as texts."""
    answer = kg.store.query(text)
    return [tuple(map(str, row)) for row in answer.rows] if isinstance(answer, Solutions) else []


def resolved(asked: Asked, kg: KG) -> tuple[dict[str, list[Term]], dict[tuple[str, str], UsageError]]:
    """The terms of what is given by parameter, and the errors of what is nothing."""
    terms: dict[str, list[Term]] = {}
    errors: dict[tuple[str, str], UsageError] = {}
    for name, text in asked.given:
        try:
            terms.setdefault(name, []).append(resolve(asked.query.param(name), text, kg.lexicon))
        except UsageError as error:
            errors[name, text] = error
    return terms, errors


def fields(
    asked: Asked, kg: KG, there: dict[str, list[Entry]], errors: dict[tuple[str, str], UsageError]
) -> list[Field]:
    """The fields of a question's form, filled with what is given and what is wrong with it."""
    return [_field(asked, param, kg, there.get(param.type, []), errors) for param in asked.query.params]


def _field(
    asked: Asked, param: Parameter, kg: KG, entries: Sequence[Entry], errors: dict[tuple[str, str], UsageError]
) -> Field:
    lang = asked.lang
    values = tuple(_value(param, text, kg, lang, errors.get((param.name, text))) for text in asked.values(param.name))
    kind = _KINDS.get(param.type, "text")
    if param.type in CLASSES:
        names = {entry.name for entry in entries}
        kind = "select" if len(entries) <= _FEW and all(it.choice in names for it in values) else "list"
    zh, en = _HINTS.get("claim" if param.type == "claim" else kind, ("", ""))
    return Field(
        param,
        kind,
        param.en if lang == "en" else param.zh,
        en if lang == "en" else zh,
        values,
        tuple(_choice(entry, param.type, kg, lang) for entry in entries[:_MOST]),
    )


def _choice(entry: Entry, sort: str, kg: KG, lang: str) -> Choice:
    """A thing by the name that finds it: what it is called where only it is called so, else its IRI."""
    label = entry.label(lang)
    typed = next((name for name in (label, entry.name) if kg.lexicon.find(name, sort) is entry), str(entry.iri))
    other = [it for it in dict.fromkeys((label, *entry.aliases)) if it != typed]
    return Choice(str(entry.iri), entry.name, typed, " · ".join(other[:_ALIASES]))


def _value(param: Parameter, text: str, kg: KG, lang: str, error: UsageError | None) -> Value:
    if error is not None and (param.type not in CLASSES or text.startswith(("http://", "https://"))):
        told = error.en if lang == "en" else error.zh
        return Value(text, error=told.removeprefix(f"参数 {param.name}：").removeprefix(f"parameter {param.name}: "))
    if error is not None:
        return _missed(param, text, kg, lang)
    if param.type not in CLASSES:
        return Value(text)
    entry = kg.lexicon.entries.get(str(resolve(param, text, kg.lexicon)))
    return Value(text, choice=entry.name if entry else "")


def _missed(param: Parameter, text: str, kg: KG, lang: str) -> Value:
    """A name that means nothing or several things, with what it may have meant, to choose by a click."""
    short = text if len(text) <= _LETTERS else text[:_LETTERS] + "…"
    several = kg.lexicon.candidates(text, param.type)
    if several:
        told = f"“{short}” can mean: " if lang == "en" else f"“{short}”可以指："
        return Value(text, error=told, near=tuple(str(it.iri) for it in several))
    close = tuple(kg.lexicon.suggest(text, param.type, 5))
    zh = f"图中没有“{short}”{'；是否要找：' if close else '。'}"
    en = f"“{short}” is not in the graph{'; did you mean: ' if close else '.'}"
    return Value(text, error=en if lang == "en" else zh, near=close)

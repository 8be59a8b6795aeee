"""What the graph says of a thing, as data: the triples from it and to it, and the labels of what they name.

What points to a thing from its own address with a fragment, as the passages of a document do, is told whole, since
that is where one who looks such a fragment up arrives.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import Literal, URIRef

from kg import turtle
from kg.answer import Triple, Triples, lines, to_oxigraph
from kg.tables import write_table
from kg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.answer import Term
    from kg.pages.names import Names
    from kg.session import KG

__all__ = ["WRITERS", "described", "exists"]

_ABOUT = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
CONSTRUCT { ?subject ?property ?object } WHERE {
  { VALUES ?subject { %(thing)s } ?subject ?property ?object }
  UNION { VALUES ?object { %(thing)s } ?subject ?property ?object }
  UNION { ?subject ?any %(thing)s . ?subject ?property ?object FILTER(STRSTARTS(STR(?subject), "%(iri)s#")) }
  UNION { %(thing)s ?any ?subject . ?subject skos:prefLabel ?object BIND(skos:prefLabel AS ?property) }
}"""
_TERMS = """CONSTRUCT { ?subject ?property ?object } WHERE {
  ?subject ?property ?object FILTER(STRSTARTS(STR(?subject), "%s"))
}"""
_GRAPH = "CONSTRUCT { ?subject ?property ?object } WHERE { GRAPH %s { ?subject ?property ?object } }"


def exists(kg: KG, iri: str) -> bool:
    """Whether the graph says anything of a thing, or anything names it, or it is one of its named graphs."""
    node = to_oxigraph(URIRef(iri))
    return iri in kg.store.graphs() or bool(kg.store.query(f"ASK {{ {{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} }}"))


def described(kg: KG, iri: str) -> list[Triple]:
    """The triples about a thing and its fragments, sorted; of a named graph, its own; of the ontology, all terms."""
    node = str(to_oxigraph(URIRef(iri)))
    if iri in kg.store.graphs():
        text = _GRAPH % node
    elif "/" not in iri.removeprefix(BASE):
        text = _TERMS % iri
    else:
        text = _ABOUT % {"thing": node, "iri": iri}
    answer = kg.store.query(text)
    return list(answer) if isinstance(answer, Triples) else []


def _jsonld(triples: list[Triple], _: Names) -> bytes:
    return ox.serialize(ox.parse(lines(triples), format=ox.RdfFormat.N_TRIPLES), format=ox.RdfFormat.JSON_LD) or b""


def _csv(triples: list[Triple], names: Names) -> bytes:
    """Each triple as a row, with labels for people: subject, property, value, language or datatype, IRIs."""
    heading = ["subject", "property", "value", "language", "datatype", "subject_iri", "property_iri", "value_iri"]
    return write_table(heading, [_row(triple, names) for triple in triples])


def _row(triple: Triple, names: Names) -> list[str]:
    subject, predicate, value = triple
    if isinstance(value, Literal):
        cells = [str(value), value.language or "", str(value.datatype or "")]
        return [names.label(subject), names.label(predicate), *cells, str(subject), str(predicate), ""]
    labels = [names.label(subject), names.label(predicate), names.label(value)]
    return [*labels, "", "", str(subject), str(predicate), str(value)]


def _json(triples: list[Triple], names: Names) -> bytes:
    """Plain JSON: the properties of each subject, each value with its label, language or datatype."""
    found: dict[str, dict[str, list[dict[str, str]]]] = {}
    for subject, predicate, value in triples:
        found.setdefault(str(subject), {}).setdefault(str(predicate), []).append(_value(value, names))
    things = [{"iri": iri, "label": names.label(iri), "properties": facts} for iri, facts in found.items()]
    return json.dumps(things, ensure_ascii=False, indent=1).encode() + b"\n"


def _value(value: Term, names: Names) -> dict[str, str]:
    if not isinstance(value, Literal):
        return {"iri": str(value), "label": names.label(value)}
    extra = {"language": value.language} if value.language else {"datatype": str(value.datatype or "")}
    return {"value": str(value), **{name: it for name, it in extra.items() if it}}


WRITERS: dict[str, Callable[[list[Triple], Names], bytes]] = {
    "ttl": lambda triples, _: turtle.written(triples).encode(),
    "nt": lambda triples, _: lines(triples).encode(),
    "jsonld": _jsonld,
    "csv": _csv,
    "json": _json,
}
"""The forms of an entity's data, by the names of kg.web.negotiation."""

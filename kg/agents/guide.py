"""What a model should know before it writes SPARQL: the prefixes, and the classes and properties of the ontology."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import OWL, RDF, RDFS, Graph, URIRef

from kg import resources
from kg.terms import CJ, PREFIXES

if TYPE_CHECKING:
    from rdflib.term import Node

__all__ = ["guide"]

_PREFIXES = ("cj", "cv", "dcat", "dct", "oa", "org", "prov", "rdfs", "sh", "skos", "xsd")
_ADVICE = """
A figure is a cj:Claim; it holds as an interval: read cj:lower and cj:upper (an absent end is no limit), never
cj:value alone: 47万余 has the value 470000 and means at least that.
Its passage: ?claim prov:wasQuotedFrom ?p . ?p oa:hasSource ?document ; oa:start ?s ; oa:end ?e ; the passage's IRI
is document#char=start,end. ?document dct:title ; dct:publisher ; dct:issued. Period: cj:period/dcat:startDate, endDate.
An involvement: ?i a cj:Involvement ; cj:agency ?a ; cv:role ?r ; cj:undertaking ?u ; or directly ?a cj:leads ?u .
Labels: skos:prefLabel with @zh or @en, skos:altLabel; units of an agency: (org:unitOf|org:subOrganizationOf)*.
A finding: sh:sourceShape (a cj:Check), sh:resultSeverity, sh:resultMessage @zh @en, cj:computation, cj:concerns.
IRIs hold Chinese names: <https://w3id.org/chengjidan/agency/青岛市公安局>. The default graph is the union of all.
Read-only: SERVICE, FROM, updates are refused; time, memory and rows are limited.
"""


def guide() -> str:
    """The prefixes, the classes and the properties with domain and range, and how figures are read."""
    core = Graph().parse(resources.ontology() / "core.ttl", format="turtle")
    lines = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in _PREFIXES]
    lines += [_ADVICE.rstrip(), "", "Classes:"]
    lines += [_class(core, node) for node in _own(core, OWL.Class)]
    lines += ["", "Properties (domain → range):"]
    lines += [_property(core, node) for kind in (OWL.ObjectProperty, OWL.DatatypeProperty) for node in _own(core, kind)]
    return "\n".join(lines) + "\n"


def _own(core: Graph, kind: URIRef) -> list[URIRef]:
    nodes = core.subjects(RDF.type, kind)
    return sorted(node for node in nodes if isinstance(node, URIRef) and node.startswith(str(CJ)))


def _class(core: Graph, node: URIRef) -> str:
    above = sorted(_name(core, it) for it in core.objects(node, RDFS.subClassOf))
    return f"{_name(core, node)} {_label(core, node)}" + (f" ⊑ {', '.join(above)}" if above else "")


def _property(core: Graph, node: URIRef) -> str:
    domain, range_ = (core.value(node, it) for it in (RDFS.domain, RDFS.range))
    return f"{_name(core, node)} {_label(core, node)}: {_name(core, domain)} → {_name(core, range_)}"


def _name(core: Graph, node: Node | None) -> str:
    return "*" if node is None else core.namespace_manager.normalizeUri(str(node))


def _label(core: Graph, node: URIRef) -> str:
    return " / ".join(sorted((str(it) for it in core.objects(node, RDFS.label)), reverse=True))

"""The graph described for programs: SPARQL 1.1 service description and VoID, as triples without blank nodes.

What is true of the graph wherever it stands (`statistics`) is told apart from what is true of one site (`service`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from rdflib import FOAF, SH, VOID, XSD, Literal, Namespace, URIRef

from kg.answer import Solutions, Triple
from kg.links import authority_of
from kg.terms import BASE, CJ, DCT, GRAPHS, OWL, PREFIXES, RDF, RDFS
from kg.turtle import Namer, blocks, prefixes, sorted_triples

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.links import Authority
    from kg.query import SavedQuery
    from kg.store import Store

__all__ = ["DATASET", "linksets", "plain", "questions", "service", "statistics", "turtle"]

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID_EXT = Namespace("http://ldf.fi/void-ext#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
SIMPLE = URIRef("http://www.w3.org/ns/entailment/Simple")

_HERE = BASE + "void#"
_GRAPHS = URIRef(_HERE + "graphs")
_ONTOLOGY = URIRef(BASE + "ontology")
_LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")

DATASET = URIRef(_HERE + "dataset")
"""The graph as a whole: the union of its named graphs."""

_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHIC = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "N-Quads", "TriG")
_SHOWN = (CJ.Agency, CJ.Programme, CJ.Metric, CJ.Claim, CJ.Document)

_WHAT_ZH = "政府年度成绩单中的机构、事项、指标与陈述，每个数字都注明原文位置。"
_WHAT_EN = "Agencies, undertakings, metrics and claims of report cards, every figure traced to its characters."

_TOTALS = {
    VOID.triples: "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    VOID.entities: "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class }",
    VOID.distinctSubjects: "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }",
    VOID.distinctObjects: "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }",
    VOID.properties: "SELECT (COUNT(DISTINCT ?p) AS ?n) WHERE { ?s ?p ?o }",
    VOID.classes: "SELECT (COUNT(DISTINCT ?class) AS ?n) WHERE { ?s a ?class }",
}
_BY_GRAPH = "SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_LINKS = f"SELECT ?relation ?target WHERE {{ GRAPH <{GRAPHS['links']}> {{ ?thing ?relation ?target }} }}"
_BY_CLASS = "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) (MIN(STR(?s)) AS ?first) WHERE { ?s a ?class } GROUP BY ?class"
_BY_PROPERTY = "SELECT ?class ?property (COUNT(*) AS ?n) WHERE { ?s a ?class ; ?property ?o } GROUP BY ?class ?property"
_BY_OBJECT = """SELECT ?class ?property ?kind (COUNT(*) AS ?n)
WHERE { ?s a ?class ; ?property ?o . ?o a ?kind } GROUP BY ?class ?property ?kind"""
_BY_DATATYPE = """SELECT ?class ?property ?kind (COUNT(*) AS ?n)
WHERE { ?s a ?class ; ?property ?o FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?kind) }
GROUP BY ?class ?property ?kind"""


def statistics(store: Store) -> list[Triple]:
    """What the graph holds: counts, named graphs, classes with their properties and what those point to."""
    found = _dataset()
    found += [(DATASET, term, _count(_rows(store, text)[0]["n"])) for term, text in _TOTALS.items()]
    for row in _rows(store, _BY_GRAPH):
        found += _graph(row["graph"], row["n"])
    classes, properties = _rows(store, _BY_CLASS), _rows(store, _BY_PROPERTY)
    found += [(DATASET, VOID.exampleResource, URIRef(row["first"])) for row in classes if row["class"] in _SHOWN]
    terms = {row[name] for rows, name in ((classes, "class"), (properties, "property")) for row in rows}
    found += [(DATASET, VOID.vocabulary, URIRef(space)) for space in sorted({_split(term)[0] for term in terms})]
    for row in classes:
        found += _class(row["class"], row["n"])
    for row in properties:
        found += _property(row["class"], row["property"], row["n"])
    for row in _rows(store, _BY_OBJECT):
        found += _object(row, VOID.classPartition, VOID["class"])
    for row in _rows(store, _BY_DATATYPE):
        found += _object(row, VOID_EXT.datatypePartition, VOID_EXT.datatype)
    return found + linksets(store)


def linksets(store: Store) -> list[Triple]:
    """The links to what others know, a void:Linkset for each of the others and each relation."""
    counts: Counter[tuple[str, str]] = Counter()
    others: dict[str, Authority] = {}
    for row in _rows(store, _LINKS):
        if other := authority_of(str(row["target"])):
            others[other.key] = other
            counts[other.key, str(row["relation"])] += 1
    found: list[Triple] = []
    for key, other in sorted(others.items()):
        it = URIRef(_HERE + key)
        found += [
            (it, RDF.type, VOID.Dataset),
            (it, DCT.title, Literal(other.zh, lang="zh")),
            (it, DCT.title, Literal(other.en, lang="en")),
            (it, VOID.uriSpace, Literal(other.space)),
        ]
    for (key, relation), count in sorted(counts.items()):
        it = URIRef(f"{_HERE}links-{key}-{_split(relation)[1]}")
        found += [
            (DATASET, VOID.subset, it),
            (it, RDF.type, VOID.Linkset),
            (it, VOID.subjectsTarget, DATASET),
            (it, VOID.objectsTarget, URIRef(_HERE + key)),
            (it, VOID.linkPredicate, URIRef(relation)),
            (it, VOID.triples, _count(count)),
        ]
    return found


def service(home: str) -> list[Triple]:
    """What the site at an address (without a slash at its end) offers for asking the graph."""
    endpoint, document = URIRef(f"{home}/sparql"), URIRef(f"{home}/.well-known/void")
    it = URIRef(f"{endpoint}#service")
    return [
        (it, RDF.type, SD.Service),
        (it, SD.endpoint, endpoint),
        (it, SD.supportedLanguage, SD.SPARQL11Query),
        (it, SD.feature, SD.UnionDefaultGraph),
        (it, SD.defaultEntailmentRegime, SIMPLE),
        (it, SD.defaultDataset, _GRAPHS),
        *[(it, SD.resultFormat, FORMATS[name]) for name in (*_RESULTS, *_GRAPHIC)],
        (DATASET, VOID.sparqlEndpoint, endpoint),
        (document, RDF.type, VOID.DatasetDescription),
        (document, DCT.title, Literal("成绩单知识图谱的描述", lang="zh")),
        (document, DCT.title, Literal("Description of the Chengjidan knowledge graph", lang="en")),
        (document, FOAF.primaryTopic, DATASET),
    ]


def questions(queries: Iterable[SavedQuery]) -> list[Triple]:
    """The prefixes and the saved questions in SHACL's terms, from which editors offer them."""
    found: list[Triple] = [(_ONTOLOGY, RDF.type, OWL.Ontology)]
    for prefix, namespace in PREFIXES.items():
        it = URIRef(f"{_HERE}prefix-{prefix}")
        found += [
            (_ONTOLOGY, SH.declare, it),
            (it, RDF.type, SH.PrefixDeclaration),
            (it, SH.prefix, Literal(prefix)),
            (it, SH.namespace, Literal(namespace, datatype=XSD.anyURI)),
        ]
    for query in queries:
        it = URIRef(f"{_HERE}question-{query.name}")
        found += [
            (it, RDF.type, SH.SPARQLExecutable),
            (it, RDF.type, SH.SPARQLSelectExecutable),
            (it, RDFS.comment, Literal(query.zh, lang="zh")),
            (it, RDFS.comment, Literal(query.en, lang="en")),
            (it, SH.prefixes, _ONTOLOGY),
            (it, SH.select, Literal(plain(query))),
        ]
    return found


def plain(query: SavedQuery) -> str:
    """The SPARQL of a saved question without its header."""
    return "\n".join(text for text in query.text.splitlines() if not text.startswith("#+")).strip() + "\n"


def turtle(triples: Iterable[Triple]) -> str:
    """A description in Turtle."""
    own = {"": _HERE, "foaf": str(FOAF), "formats": str(FORMATS), "sd": str(SD), "void": str(VOID)}
    namer = Namer({**PREFIXES, **own, "void-ext": str(VOID_EXT)})
    body = "\n".join(blocks(sorted_triples(triples), namer))
    return f"{prefixes(namer.used)}\n{body}"


def _dataset() -> list[Triple]:
    """What is true of the graph whatever it holds."""
    return [
        (DATASET, RDF.type, VOID.Dataset),
        (DATASET, RDF.type, SD.Graph),
        (DATASET, DCT.title, Literal("成绩单知识图谱", lang="zh")),
        (DATASET, DCT.title, Literal("Chengjidan knowledge graph", lang="en")),
        (DATASET, DCT.description, Literal(_WHAT_ZH, lang="zh")),
        (DATASET, DCT.description, Literal(_WHAT_EN, lang="en")),
        (DATASET, DCT.license, _LICENCE),
        (DATASET, VOID.uriSpace, Literal(BASE)),
        *[(DATASET, VOID.feature, FORMATS[name]) for name in _GRAPHIC],
        (_GRAPHS, RDF.type, SD.Dataset),
        (_GRAPHS, SD.defaultGraph, DATASET),
    ]


def _rows(store: Store, text: str) -> list[dict[str, Any]]:
    answer = store.query(text)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    return [row for row in answer if None not in row.values()]


def _count(value: Any) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def _graph(node: Any, count: Any) -> list[Triple]:
    local = str(node).removeprefix(PREFIXES["graph"]) if node.startswith(PREFIXES["graph"]) else _short(node)
    named, content = URIRef(f"{_HERE}graph-{local}"), URIRef(f"{_HERE}content-{local}")
    return [
        (_GRAPHS, SD.namedGraph, named),
        (named, RDF.type, SD.NamedGraph),
        (named, SD.name, URIRef(node)),
        (named, SD.graph, content),
        (content, RDF.type, SD.Graph),
        (content, RDF.type, VOID.Dataset),
        (content, VOID.triples, _count(count)),
    ]


def _class(node: Any, count: Any) -> list[Triple]:
    it = _partition(node)
    return [
        (DATASET, VOID.classPartition, it),
        (it, RDF.type, VOID.Dataset),
        (it, VOID["class"], URIRef(node)),
        (it, VOID.entities, _count(count)),
    ]


def _property(node: Any, term: Any, count: Any) -> list[Triple]:
    it = _partition(node, term)
    return [
        (_partition(node), VOID.propertyPartition, it),
        (it, RDF.type, VOID.Dataset),
        (it, VOID.property, URIRef(term)),
        (it, VOID.triples, _count(count)),
    ]


def _object(row: dict[str, Any], link: URIRef, naming: URIRef) -> list[Triple]:
    """The part of a property partition whose objects are of one class or one datatype."""
    it = _partition(row["class"], row["property"], row["kind"])
    return [
        (_partition(row["class"], row["property"]), link, it),
        (it, RDF.type, VOID.Dataset),
        (it, naming, URIRef(row["kind"])),
        (it, VOID.triples, _count(row["n"])),
    ]


def _partition(*nodes: str) -> URIRef:
    return URIRef(_HERE + ".".join(_short(node) for node in nodes))


_KNOWN = {namespace: prefix for prefix, namespace in PREFIXES.items()}


def _short(node: str) -> str:
    """A name of an IRI that can stand in a fragment: `cj-Claim`, or the beginning of its hash."""
    space, local = _split(node)
    if space in _KNOWN and local.isascii() and local.replace("_", "a").isalnum():
        return f"{_KNOWN[space]}-{local}"
    return hashlib.sha256(node.encode()).hexdigest()[:12]


def _split(node: str) -> tuple[str, str]:
    cut = max(node.rfind("/"), node.rfind("#")) + 1
    return node[:cut], node[cut:]

"""Service description and VoID: every figure counted again, every term one that its vocabulary defines."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pyoxigraph as ox
import pytest
from helpers import CITY, TEXTS, build_at, dump, select
from live import live, made
from rdflib import FOAF, OWL, RDF, RDFS, SH, VOID, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

from kg.answer import line
from kg.build import Options
from kg.description import DATASET, plain, questions, service, statistics, turtle
from kg.query import load_queries
from kg.store import OxigraphStore, open_store
from kg.terms import BASE, CJ, PREFIXES
from kg.web.negotiation import GRAPHIC, Format
from kg.web.site import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.namespace import DefinedNamespace
    from rdflib.term import Node

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
VOID_EXT = Namespace("http://ldf.fi/void-ext#")
HOME = "https://city.example/kg"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

SD_CLASSES = {"Service", "Feature", "Language", "Function", "Aggregate", "EntailmentRegime", "EntailmentProfile"} | {
    "GraphCollection", "Dataset", "Graph", "NamedGraph",
}  # fmt: skip
SD_LANGUAGES = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}
SD_FEATURES = {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"}
SD_DOMAINS = {  # each property of the recommendation: the class that bears it, and the class of its values
    "endpoint": ("Service", None), "feature": ("Service", "Feature"), "supportedLanguage": ("Service", "Language"),
    "defaultEntailmentRegime": ("Service", None), "entailmentRegime": ("NamedGraph", None),
    "defaultSupportedEntailmentProfile": ("Service", None), "supportedEntailmentProfile": ("NamedGraph", None),
    "extensionFunction": ("Service", "Function"), "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"), "propertyFeature": ("Service", "Feature"),
    "defaultDataset": ("Service", "Dataset"), "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", None), "inputFormat": ("Service", None), "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"), "name": ("NamedGraph", None), "graph": ("NamedGraph", "Graph"),
}  # fmt: skip
W3C_FORMATS = {"JSON-LD", "N3", "N-Triples", "N-Quads", "RDF_XML", "RDFa", "TriG", "Turtle"} | {
    f"SPARQL_Results_{name}" for name in ("CSV", "JSON", "TSV", "XML")
}
CLOSED: list[type[DefinedNamespace]] = [VOID, SH, DCTERMS, FOAF, RDF, RDFS, OWL]
OPEN = {
    str(SD): SD_CLASSES | SD_LANGUAGES | SD_FEATURES | set(SD_DOMAINS),
    str(FORMATS): W3C_FORMATS,
    str(VOID_EXT): {"datatypePartition", "datatype"},
}


@pytest.fixture(scope="module")
def graph(built: Path) -> Graph:
    """The whole description of the invented city, read back from its Turtle."""
    triples = [*statistics(open_store(built)), *questions(load_queries().values()), *service(HOME)]
    return Graph().parse(data=turtle(triples), format="turtle")


@pytest.fixture(scope="module")
def quads(built: Path) -> list[tuple[str, str, str, str]]:
    """Every quad of the store as four pieces of N-Quads, read without SPARQL."""
    found = []
    for text in dump(built):
        subject, predicate, rest = text.removesuffix(" .").split(" ", 2)
        value, _, place = rest.rpartition(" ")
        found.append((subject, predicate, value, place))
    return found


def _number(graph: Graph, node: Node, term: URIRef) -> int:
    (value,) = graph.objects(node, term)
    assert isinstance(value, Literal)
    return int(value)


def test_no_node_is_blank_and_no_term_is_invented(graph: Graph) -> None:
    assert not [node for triple in graph for node in triple if isinstance(node, BNode)]
    used = {str(p) for _, p, _ in graph} | {str(o) for _, p, o in graph if p == RDF.type}
    used |= {str(o) for o in graph.objects(None, SD.resultFormat)} | {str(o) for o in graph.objects(None, VOID.feature)}
    used |= {str(o) for term in (SD.feature, SD.supportedLanguage) for o in graph.objects(None, term)}
    for term in used:
        namespace = next(space for space in [*map(str, CLOSED), *OPEN] if term.startswith(space))
        local = term.removeprefix(namespace)
        closed = next((it for it in CLOSED if str(it) == namespace), None)
        assert (URIRef(term) in closed) if closed is not None else (local in OPEN[namespace]), term


def test_the_service_description_conforms_to_its_schema(graph: Graph) -> None:
    """W3C case conforms-to-schema: properties stand on what bears them and point to what they may."""
    for subject, predicate, value in graph:
        if not str(predicate).startswith(str(SD)):
            continue
        bearer, kind = SD_DOMAINS[str(predicate).removeprefix(str(SD))]
        assert (subject, RDF.type, SD[bearer]) in graph
        if kind in {"Feature", "Language"}:
            assert str(value).removeprefix(str(SD)) in (SD_FEATURES if kind == "Feature" else SD_LANGUAGES)
        elif kind:
            assert (value, RDF.type, SD[kind]) in graph
    (it,) = graph.subjects(RDF.type, SD.Service)
    assert list(graph.objects(it, SD.endpoint)) == [URIRef(f"{HOME}/sparql")]
    assert set(graph.objects(it, SD.feature)) == {SD.UnionDefaultGraph}
    assert set(graph.objects(it, SD.supportedLanguage)) == {SD.SPARQL11Query}


def test_every_total_counted_again(graph: Graph, quads: list[tuple[str, str, str, str]]) -> None:
    kind = f"<{RDF.type}>"
    wanted = {
        VOID.triples: len(quads),
        VOID.entities: len({s for s, p, _, _ in quads if p == kind}),
        VOID.distinctSubjects: len({s for s, _, _, _ in quads}),
        VOID.distinctObjects: len({o for _, _, o, _ in quads}),
        VOID.properties: len({p for _, p, _, _ in quads}),
        VOID.classes: len({o for _, p, o, _ in quads if p == kind}),
    }
    assert {term: _number(graph, DATASET, term) for term in wanted} == wanted


def test_every_graph_counted_again(graph: Graph, quads: list[tuple[str, str, str, str]]) -> None:
    (service_,) = graph.subjects(RDF.type, SD.Service)
    (dataset,) = graph.objects(service_, SD.defaultDataset)
    assert list(graph.objects(dataset, SD.defaultGraph)) == [DATASET]
    found = {}
    for named in graph.objects(dataset, SD.namedGraph):
        (name,), (content,) = graph.objects(named, SD.name), graph.objects(named, SD.graph)
        found[f"<{name}>"] = _number(graph, content, VOID.triples)
    assert found == Counter(place for _, _, _, place in quads)


def test_every_partition_counted_again(graph: Graph, quads: list[tuple[str, str, str, str]]) -> None:
    kinds: dict[str, set[str]] = {}
    for s, p, o, _ in quads:
        if p == f"<{RDF.type}>":
            kinds.setdefault(s, set()).add(o)
    entities = Counter(kind for own in kinds.values() for kind in own)
    triples = Counter((kind, p) for s, p, _, _ in quads for kind in kinds.get(s, ()))
    objects = Counter(
        (kind, p, other) for s, p, o, _ in quads for kind in kinds.get(s, ()) for other in kinds.get(o, ())
    )
    datatypes = Counter((kind, p, _datatype(o)) for s, p, o, _ in quads if o[0] == '"' for kind in kinds.get(s, ()))
    for part in graph.objects(DATASET, VOID.classPartition):
        (kind,) = graph.objects(part, VOID["class"])
        assert entities.pop(f"<{kind}>") == _number(graph, part, VOID.entities)
        for inner in graph.objects(part, VOID.propertyPartition):
            (term,) = graph.objects(inner, VOID.property)
            assert triples.pop((f"<{kind}>", f"<{term}>")) == _number(graph, inner, VOID.triples)
            for link, naming, counted in (
                (VOID.classPartition, VOID["class"], objects),
                (VOID_EXT.datatypePartition, VOID_EXT.datatype, datatypes),
            ):
                for last in graph.objects(inner, link):
                    (other,) = graph.objects(last, naming)
                    assert counted.pop((f"<{kind}>", f"<{term}>", f"<{other}>")) == _number(graph, last, VOID.triples)
    assert not entities
    assert not triples
    assert not objects
    assert not datatypes


def _datatype(literal: str) -> str:
    """The datatype of a literal of N-Quads."""
    _, _, after = literal.rpartition('"')
    if after.startswith("@"):
        return f"<{RDF.langString}>"
    return after.removeprefix("^^") or "<http://www.w3.org/2001/XMLSchema#string>"


def test_what_is_said_of_the_dataset(graph: Graph, quads: list[tuple[str, str, str, str]]) -> None:
    assert {title.language for title in graph.objects(DATASET, DCTERMS.title) if isinstance(title, Literal)} == {
        "zh",
        "en",
    }
    assert list(graph.objects(DATASET, DCTERMS.license)) == [URIRef("https://creativecommons.org/licenses/by/4.0/")]
    assert list(graph.objects(DATASET, VOID.sparqlEndpoint)) == [URIRef(f"{HOME}/sparql")]
    assert list(graph.objects(DATASET, VOID.uriSpace)) == [Literal(BASE)]
    examples = {f"<{it}>" for it in graph.objects(DATASET, VOID.exampleResource)}
    assert {f"<{kind}>" for kind in (CJ.Agency, CJ.Claim, CJ.Document)} <= {o for s, _, o, _ in quads if s in examples}
    spaces = tuple(f"<{it}" for it in graph.objects(DATASET, VOID.vocabulary))
    assert f"<{CJ}" in spaces
    assert all(p.startswith(spaces) for _, p, _, _ in quads)
    (document,) = graph.subjects(RDF.type, VOID.DatasetDescription)
    assert list(graph.objects(document, FOAF.primaryTopic)) == [DATASET]


# What the editor of the SIB asks of a description; the patterns are those of its published queries.
COMPLETION = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subject ?property ?object ?datatype WHERE {
  ?cp void:class ?subject ; void:propertyPartition ?pp . ?pp void:property ?property .
  OPTIONAL { { ?pp void:classPartition [ void:class ?object ] }
    UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?datatype ] } }
}"""
DECLARED = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix }"""
EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query
WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?query }"""


def test_an_editor_completes_from_it(graph: Graph) -> None:
    store = OxigraphStore()
    store.replace(DATASET, graph.serialize(format="nt"))
    rows = select(store, COMPLETION)
    assert (str(CJ.Claim), str(CJ.agency), str(CJ.Agency), "") in rows
    assert (str(CJ.Claim), str(CJ["lower"]), "", "http://www.w3.org/2001/XMLSchema#decimal") in rows
    assert set(select(store, DECLARED)) == set(PREFIXES.items())
    found = select(store, EXAMPLES)
    assert {comment: query for _, comment, query in found} == {
        text: plain(it) for it in load_queries().values() for text in (it.zh, it.en)
    }


def test_a_question_without_its_header_is_the_same_question() -> None:
    for query in load_queries().values():
        assert "#+" not in plain(query)
        assert query.text.rstrip().endswith(plain(query).rstrip())


def test_it_says_the_same_each_time(built: Path, tmp_path: Path) -> None:
    build_at(tmp_path / "store", CITY, options=Options(texts=TEXTS))
    one, two = (sorted(map(line, statistics(open_store(it)))) for it in (built, tmp_path / "store"))
    assert one == two
    assert turtle(statistics(open_store(built))) == turtle(reversed(statistics(open_store(built))))


def test_a_store_of_other_vocabularies_is_described_too(tmp_path: Path) -> None:
    found = Graph().parse(data=turtle(statistics(open_store(made(tmp_path / "store")))), format="turtle")
    assert _number(found, DATASET, VOID.triples) == 3
    (part,) = found.objects(DATASET, VOID.classPartition)
    assert list(found.objects(part, VOID["class"])) == [FOAF.Document]
    assert len(set(found.objects(None, SD.name))) == 3


@pytest.fixture(scope="module")
def city(built: Path) -> Iterator[httpx.Client]:
    with live(Settings(store=built)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.mark.parametrize("url", ["/sparql", "/.well-known/void", "/void"])
@pytest.mark.parametrize("form", GRAPHIC, ids=lambda it: it.name)
def test_returned_as_rdf_with_the_endpoint(city: httpx.Client, url: str, form: Format) -> None:
    """W3C cases returns-rdf and has-endpoint-triple, in each form."""
    for answer in (city.get(url, headers={"Accept": form.media}), city.get(url, params={"format": form.name})):
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == form.media
        parsed = ox.parse(input=answer.content, format=ox.RdfFormat.from_media_type(form.media))
        found = [str(it.object) for it in parsed if it.predicate.value == str(SD.endpoint)]
        assert found == [f"<{str(city.base_url).rstrip('/')}/sparql>"]


def test_the_same_everywhere_and_for_whoever_asks(city: httpx.Client) -> None:
    whole = city.get("/void.ttl", headers={"Accept": "text/html"})
    assert whole.headers["content-type"].startswith("text/turtle")
    for url, accept in (("/sparql", "*/*"), ("/.well-known/void", HTML), ("/void", "text/turtle, */*;q=0.1")):
        assert city.get(url, headers={"Accept": accept}).content == whole.content
    again = city.get("/void.ttl", headers={"If-None-Match": whole.headers["etag"]})
    assert again.status_code == 304
    assert city.get("/.well-known/void", headers={"Accept": "text/csv"}).status_code == 406
    assert city.get("/.well-known/void?format=zip").status_code == 400

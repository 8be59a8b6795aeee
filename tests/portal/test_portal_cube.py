"""The statistics view: well-formed by the W3C's constraints, true to the claims, and never a mean of sources."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from helpers import select
from rdflib import Graph, Literal, URIRef, namespace

from kg.answer import Solutions, from_oxigraph, term
from kg.portal.cube import CUBE, NOT_STATED, cube, cube_parts
from kg.session import KG
from kg.store import OxigraphStore
from kg.terms import BASE, CJ

if TYPE_CHECKING:
    from collections.abc import Sequence

QB, RDF, SKOS = namespace.QB, namespace.RDF, namespace.SKOS
STANDARDS = (namespace.DCAT, namespace.DCTERMS, QB, RDF, namespace.RDFS, SKOS, namespace.XSD)
HERE = Path(__file__).parent / "cube"
CONSTRAINTS = {int(path.stem[3:]): path.read_text("utf-8") for path in sorted(HERE.glob("ic-*.rq"))}
NORMALISE = (HERE / "normalise.ru").read_text("utf-8")
OFFICIAL = os.environ.get("KG_CUBE_IC")
"""A folder with the constraints in the W3C's own words: integrity-*.sparql, closure.ru and flatten.ru."""

EXACT = {"eg:child": "<urn:child>", "eg:parent": "<urn:child>", "HAVING (?count ": "HAVING (COUNT(?obs2) "}
"""What has to be put otherwise in the W3C's queries: in SPARQL 1.1 a HAVING does not see the names of a SELECT."""

SDMX = "http://purl.org/linked-data/sdmx/2009/"
SDMX_TERMS = {
    *("attribute#unitMeasure", "concept#obsValue", "concept#refArea", "concept#refPeriod"),
    *("dimension#refArea", "dimension#refPeriod", "measure#obsValue"),
}
"""The terms of SDMX-RDF that the cube uses; github.com/UKGovLD/publishing-statistical-data has them in sdmx-*.ttl."""

PREFIXES = f"""PREFIX cj: <{CJ}>
PREFIX cube: <{CUBE}>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX qb: <{QB}>
PREFIX rdfs: <{namespace.RDFS}>
PREFIX skos: <{SKOS}>
PREFIX xsd: <{namespace.XSD}>
"""
ONE = "{ SELECT ?it WHERE { ?it qb:dataSet cube:figures } ORDER BY ?it LIMIT 1 }"
TYPED = """INSERT DATA { cube:structure qb:component cube:c-type . cube:c-type qb:dimension qb:measureType .
  qb:measureType rdfs:range qb:MeasureProperty } ;
INSERT { ?it qb:measureType cube:value } WHERE { ?it qb:dataSet cube:figures } ;"""
TWO_MEASURES = f"{TYPED} INSERT DATA {{ cube:structure qb:component cube:component-change }} ;"
KEY = "cube:structure qb:sliceKey cube:key . cube:key a qb:SliceKey ; qb:componentProperty"
SLICE = (
    f"{KEY} cube:status . cube:figures qb:slice cube:slice . "
    f"cube:slice qb:sliceStructure cube:key ; cube:status <{BASE}status/achieved>"
)
HIERARCHY = (
    "cube:place qb:codeList cube:x . "
    "cube:x a qb:HierarchicalCodeList ; qb:hierarchyRoot <urn:root> ; qb:parentChildProperty"
)

MUTANTS: dict[str, tuple[set[int], str]] = {
    "no data set": ({1}, f"DELETE {{ ?it qb:dataSet ?set }} WHERE {{ {ONE} ?it qb:dataSet ?set }}"),
    "two data sets": ({1, 14}, f"INSERT {{ ?it qb:dataSet cube:without-figure }} WHERE {ONE}"),
    "no structure": ({2}, "DELETE DATA { cube:figures qb:structure cube:structure }"),
    "no measure": ({3}, "DELETE DATA { cube:structure qb:component cube:component-value }"),
    "no range": ({4}, "DELETE DATA { cube:metric rdfs:range cj:Metric }"),
    "no code list": ({5}, f"DELETE DATA {{ cube:base qb:codeList <{BASE}base> }}"),
    "optional dimension": ({6}, "INSERT DATA { cube:component-place qb:componentRequired false }"),
    "key of no structure": ({7}, "INSERT DATA { cube:key a qb:SliceKey }"),
    "key of a foreign term": ({8}, f"INSERT DATA {{ {KEY} <urn:x> }}"),
    "slice without a key": ({9}, "INSERT DATA { cube:slice a qb:Slice }"),
    "slice without a value": ({10}, f"INSERT DATA {{ {KEY} cube:metric . cube:slice qb:sliceStructure cube:key }}"),
    "no metric": ({11, 12}, f"DELETE {{ ?it cube:metric ?x }} WHERE {{ {ONE} ?it cube:metric ?x }}"),
    "the same point twice": ({12}, f"INSERT {{ <urn:x> ?p ?o }} WHERE {{ {ONE} ?it ?p ?o }}"),
    "no unit": (
        {13},
        f"DELETE {{ ?it ?p ?x }} WHERE {{ {ONE} ?it ?p ?x FILTER(?p = <{SDMX}attribute#unitMeasure>) }}",
    ),
    "no value": ({14}, f"DELETE {{ ?it cube:value ?x }} WHERE {{ {ONE} ?it cube:value ?x }}"),
    "no value of the named measure": (
        {15},
        f"{TYPED} DELETE {{ ?it cube:value ?x }} WHERE {{ {ONE} ?it cube:value ?x }}",
    ),
    "another measure": ({16, 17}, f"{TWO_MEASURES} INSERT {{ ?it cube:change cube:x }} WHERE {ONE}"),
    "a measure that is not observed": ({17}, TWO_MEASURES),
    "observation of another set": ({1, 18}, f"INSERT DATA {{ {SLICE} ; qb:observation <urn:x> }}"),
    "unknown code": (
        {19},
        f"DELETE {{ ?it cube:kind ?x }} INSERT {{ ?it cube:kind <urn:x> }} WHERE {{ {ONE} ?it cube:kind ?x }}",
    ),
    "code of no collection": ({19}, "INSERT DATA { cube:place qb:codeList cube:x . cube:x a skos:Collection }"),
    "code below no root": ({20}, f"INSERT DATA {{ {HIERARCHY} <urn:child> }}"),
    "code below no root, upwards": (
        {21},
        f"INSERT DATA {{ {HIERARCHY} cube:up . cube:up owl:inverseOf <urn:child> }}",
    ),
}
"""For each constraint cubes that break it, by what is wrong: which constraints find it, and how it is made."""


@pytest.fixture(scope="module")
def data(kg: KG) -> bytes:
    return b"".join(cube(kg))


@pytest.fixture(scope="module")
def graph(data: bytes) -> OxigraphStore:
    return OxigraphStore(loaded(data))


def loaded(data: bytes, change: str = "", steps: Sequence[str] = (NORMALISE,)) -> ox.Store:
    """A cube in memory, changed first and then normalised."""
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.TURTLE)
    if change:
        store.update(PREFIXES + change)
    for step in steps:
        store.update(step)
    return store


def broken(store: ox.Store) -> set[int]:
    """The numbers of the constraints that a normalised cube breaks."""
    answers = {number: from_oxigraph(store.query(text)) for number, text in CONSTRAINTS.items()}
    return {number for number, answer in answers.items() if isinstance(answer, Solutions) and answer.rows}


def changed(kg: KG, change: str) -> KG:
    """The graph with a change, in memory."""
    store = ox.Store()
    store.load("\n".join(kg.store.dump()).encode(), format=ox.RdfFormat.N_QUADS)
    store.update(PREFIXES + change)
    return KG(OxigraphStore(store))


def test_the_cube_is_well_formed(data: bytes) -> None:
    assert sorted(CONSTRAINTS) == list(range(1, 22))
    assert broken(loaded(data)) == set()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_cube_that_is_not_well_formed_is_found_out(name: str, data: bytes) -> None:
    expected, change = MUTANTS[name]
    assert broken(loaded(data, change)) == expected


def test_every_constraint_is_broken_by_some_cube() -> None:
    assert set().union(*(expected for expected, _ in MUTANTS.values())) == set(CONSTRAINTS)


@pytest.mark.skipif(not OFFICIAL, reason="KG_CUBE_IC names no folder with the W3C's own queries")
@pytest.mark.parametrize("name", ["", *MUTANTS])
def test_our_constraints_say_what_those_of_the_w3c_say(name: str, data: bytes) -> None:
    folder = Path(OFFICIAL or "")
    expected, change = MUTANTS.get(name, (set(), ""))
    steps = [(folder / name).read_text("utf-8") for name in ("closure.ru", "flatten.ru")]
    store = loaded(data, change, [re.sub(r"(?m)^\s*#.*$", "", step).strip(" ;\n") for step in steps])
    found = set()
    for path in folder.glob("integrity-*.sparql"):
        number, text = int(path.stem.removeprefix("integrity-").rstrip("ab")), path.read_text("utf-8")
        hierarchical = {20: "code below no root", 21: "code below no root, upwards"}
        if number in hierarchical and hierarchical[number] != name:
            continue  # a template for each hierarchy's property, of which only these cubes have one
        for theirs, exact in EXACT.items():
            text = text.replace(theirs, exact)
        if store.query(PREFIXES + text):
            found.add(number)
    assert found == expected


def test_every_claim_is_one_observation_with_its_facts(kg: KG, graph: OxigraphStore) -> None:
    names = ["value", "lower", "lowerInclusive", "upper", "upperInclusive", "direction", "bound", "review"]
    names += ["metric", "kind", "period", "place", "status", "agency", "programme", "base"]
    wanted = " ".join(f"OPTIONAL {{ ?it x:{name} ?{name} }}" for name in names)
    text, shown = f"{wanted} }} ORDER BY ?claim", " ".join(f"?{name}" for name in ("it", "claim", *names))
    claims = select(kg.store, f"PREFIX x: <{CJ}> SELECT {shown} WHERE {{ ?it a x:Claim BIND(?it AS ?claim) {text}")
    observed = select(graph, f"PREFIX x: <{CUBE}> SELECT {shown} WHERE {{ ?it x:claim ?claim {text}")
    assert len(claims) == len(observed) > 25
    for claim, observation in zip(claims, observed, strict=True):
        stated = ["" if cell == str(NOT_STATED) else cell for cell in observation]
        assert stated[1:] == list(claim[1:])
        assert stated[0] == claim[0].replace("/claim/", "/observation/")


def test_units_and_documents_are_those_of_the_claims(kg: KG, graph: OxigraphStore) -> None:
    claims = f"""SELECT ?claim ?unit ?document WHERE {{ ?claim a <{CJ.Claim}> ; <{CJ.unit}> ?unit ;
      <http://www.w3.org/ns/prov#wasGeneratedBy>/<http://www.w3.org/ns/prov#used> ?document }} ORDER BY ?claim"""
    observed = f"""SELECT ?claim ?unit ?document WHERE {{ ?it <{CUBE.claim}> ?claim ;
      <{SDMX}attribute#unitMeasure> ?unit ; <{CUBE.document}> ?document }} ORDER BY ?claim"""
    assert select(graph, observed) == select(kg.store, claims)


def test_what_two_documents_say_of_one_thing_is_kept_twice(graph: OxigraphStore) -> None:
    rows = select(
        graph,
        f"""SELECT ?document ?value WHERE {{
          ?it <{CUBE.metric}> <{BASE}metric/接入停车场数> ; <{CUBE.document}> ?document ; <{CUBE.value}> ?value
        }} ORDER BY ?document""",
    )
    assert [(document.rsplit("/", 1)[1], value) for document, value in rows] == [
        ("digest-2025", "1547"),
        ("press-2025", "1670"),
    ]


def test_what_one_document_says_twice_is_counted(kg: KG) -> None:
    claim = f"{BASE}claim/digest-2025.109-114"
    again = changed(
        kg,
        f"""INSERT {{ GRAPH ?g {{ <{claim}9> ?p ?o . <{claim}9> cj:value 1600.0 }} }}
        WHERE {{ GRAPH ?g {{ <{claim}> ?p ?o FILTER(?p != cj:value) }} }}""",
    )
    data = b"".join(cube(again))
    rows = select(
        OxigraphStore(loaded(data)),
        f"""SELECT ?claim ?ordinal ?value WHERE {{ ?it <{CUBE.claim}> ?claim ; <{CUBE.ordinal}> ?ordinal ;
          <{CUBE.value}> ?value FILTER(STRSTARTS(STR(?claim), "{claim}")) }} ORDER BY ?ordinal""",
    )
    assert rows == [(claim, "1", "1547"), (f"{claim}9", "2", "1600")]
    assert broken(loaded(data)) == set()


def test_a_change_without_a_figure_is_in_the_other_data_set(kg: KG) -> None:
    claim = f"{BASE}claim/digest-2025.75-80"
    limits = "cj:value, cj:lower, cj:lowerInclusive, cj:upper, cj:upperInclusive"
    without = changed(
        kg,
        f"""DELETE {{ GRAPH ?g {{ <{claim}> ?p ?o }} }}
        WHERE {{ GRAPH ?g {{ <{claim}> ?p ?o FILTER(?p IN ({limits})) }} }}""",
    )
    data = b"".join(cube(without))
    rows = select(
        OxigraphStore(loaded(data)),
        f"SELECT ?it ?change WHERE {{ ?it <{QB.dataSet}> <{CUBE['without-figure']}> ; <{CUBE.change}> ?change }}",
    )
    assert rows == [(f"{BASE}observation/digest-2025.75-80", f"{BASE}direction/up")]
    assert broken(loaded(data)) == set()


def test_both_parsers_read_the_same_triples_and_none_is_blank(data: bytes) -> None:
    read = {(term(q.subject), URIRef(q.predicate.value), term(q.object)) for q in ox.parse(data, ox.RdfFormat.TURTLE)}
    assert set(Graph().parse(data=data, format="turtle")) == read
    assert {type(part) for triple in read for part in triple} == {URIRef, Literal}


def test_every_term_is_one_that_its_vocabulary_defines(data: bytes, kg: KG) -> None:
    graph = Graph().parse(data=data, format="turtle")
    used = {str(part) for triple in graph for part in triple if isinstance(part, URIRef)}
    used |= {str(part.datatype) for part in graph.objects() if isinstance(part, Literal) and part.datatype}
    assert [it for it in used if any(it.startswith(str(ns)) and it not in ns for ns in STANDARDS)] == []
    assert {it.removeprefix(SDMX) for it in used if it.startswith(SDMX)} == SDMX_TERMS
    rest = [it for it in used if not it.startswith((BASE, SDMX, *map(str, STANDARDS)))]
    assert rest == ["https://creativecommons.org/licenses/by/4.0/"]
    defined = {row[0] for row in select(kg.store, "SELECT DISTINCT ?it WHERE { ?it a ?class }")}
    defined |= {str(it) for it in graph.subjects(RDF.type)} | {f"{BASE}ontology"}
    assert sorted(it for it in used if it.startswith(BASE) and it not in defined) == []


def test_what_a_dimension_points_to_has_a_label(data: bytes) -> None:
    graph = Graph().parse(data=data, format="turtle")
    dimensions = set(graph.subjects(RDF.type, QB.DimensionProperty))
    assert len(dimensions) == 10
    values = {o for _, p, o in graph if p in dimensions and isinstance(o, URIRef)}
    assert len(values) > 20
    naming = (SKOS.prefLabel, namespace.DCTERMS.title, namespace.DCAT.startDate)
    assert [it for it in values if not any(graph.value(it, naming_) for naming_ in naming)] == []


def test_observations_are_written_document_by_document(kg: KG) -> None:
    spoken = [
        {line.split()[1] for line in chunk.decode().splitlines() if line.strip().startswith("cube:document document:")}
        for chunk in cube(kg)
    ]
    assert [len(documents) for documents in spoken if documents] == [1, 1, 1]


def test_an_empty_graph_gives_a_cube_without_observations() -> None:
    data = b"".join(cube(KG(OxigraphStore())))
    assert broken(loaded(data)) == set()
    assert select(OxigraphStore(loaded(data)), f"SELECT ?it WHERE {{ ?it a <{QB.Observation}> }}") == []


def test_the_cube_is_a_file_of_the_release(kg: KG, data: bytes) -> None:
    (part,) = cube_parts(kg)
    assert (part.path, part.media, part.dataset) == ("cube.ttl", "text/turtle", "cube")
    assert part.zh
    assert part.en
    assert b"".join(part.chunks()) == data


def test_the_same_graph_gives_the_same_files_whatever_the_hash_seed(built: Path) -> None:
    script = """import hashlib, sys
from kg.portal.cube import cube_parts
from kg.portal.tables import tables
from kg.session import KG
kg = KG.open(sys.argv[1], "en")
for part in (*cube_parts(kg), *tables(kg)):
    print(part.path, hashlib.sha256(b"".join(part.chunks())).hexdigest())
"""
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(built)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    outputs = [run.communicate(timeout=60)[0] for run in runs]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 10

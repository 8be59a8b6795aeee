"""The ontology's documentation and its files: every term, every rule, counted again, and read back by other parsers."""

from __future__ import annotations

import gzip
import html
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SDO, SH, SKOS, BNode, Graph, Literal, URIRef, namespace

from kg import resources
from kg.pages.classmap import mapped
from kg.pages.diagram import Row, Source, box, width
from kg.pages.names import Names
from kg.pages.ontology import OntologyView, ontology
from kg.pages.parts import environment, known
from kg.portal.ontology import ontology_parts, shapes, terms
from kg.terms import BASE, CJ, PREFIXES, PROV

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rdflib.term import Node

    from kg.session import KG

FOLDER = resources.ontology()
TERMS = [FOLDER / "core.ttl", FOLDER / "align.ttl", *sorted((FOLDER / "vocab").glob("*.ttl"))]
SHAPES = sorted((FOLDER / "shapes").glob("*.ttl"))
CLAIM = str(CJ.Claim)


def _read(files: list[Path]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for file in files:
        graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def view(kg: KG) -> OntologyView:
    return ontology(kg)


@pytest.fixture(scope="module")
def pages(kg: KG, view: OntologyView) -> dict[str, str]:
    """The page in both languages."""
    template = environment().get_template("ontology.html")
    rest = {"other": "", "path": "/", "islands": lambda *_: "", "asset": str, "version": "0"}
    return {lang: template.render(**known(Names(kg.lexicon, lang)), **rest, view=view) for lang in ("zh", "en")}


@pytest.fixture(scope="module")
def rules() -> Graph:
    return _read(SHAPES)


@pytest.fixture(scope="module")
def published() -> Graph:
    return Graph().parse(data=shapes(), format="turtle")


@pytest.fixture(scope="module")
def defined() -> Graph:
    return _read(TERMS)


class _Page(HTMLParser):
    """The ids of a page, and the anchors of it that it links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wanted: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name == "href" and value and value.startswith("#"):
                self.wanted.add(value[1:])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_term_has_one_anchor_and_every_link_leads_to_one(
    pages: dict[str, str], defined: Graph, lang: str
) -> None:
    page = _Page(pages[lang])
    own = {it.removeprefix(str(CJ)) for it in map(str, defined.subjects(RDFS.isDefinedBy)) if it.startswith(str(CJ))}
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    assert own - set(page.ids) == set()
    assert page.wanted - set(page.ids) == set()
    assert len(own) > 100


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_definition_and_every_demand_of_a_shape_is_on_the_page(
    pages: dict[str, str], defined: Graph, rules: Graph, lang: str
) -> None:
    text = html.unescape(pages[lang])
    for value in defined.objects(None, SKOS.definition):
        assert not isinstance(value, Literal) or value.language != lang or value in text
    targeted = {*rules.subjects(SH.targetClass), *rules.subjects(SH.targetSubjectsOf)}
    demands = targeted | {each for shape in targeted for each in rules.objects(shape, SH.property)}
    outside = {shape for shape in demands if str(shape).partition("#")[2].startswith("ConceptScheme")}
    messages = [it for shape in demands - outside for it in rules.objects(shape, SH.message)]
    said = [str(it) for it in messages if isinstance(it, Literal) and it.language == lang]
    assert len(said) > 90
    assert [it for it in said if it not in text] == []


def test_how_often_and_of_what_is_what_the_shapes_say(view: OntologyView, rules: Graph) -> None:
    claim = next(it for it in view.classes if it.word.iri == CLAIM)
    for slot in claim.slots:
        shapes_of = [s for s in rules.subjects(SH.path, URIRef(slot.path)) if "#Claim-" in str(s)]
        least = [int(str(it)) for s in shapes_of for it in rules.objects(s, SH.minCount) if _listed(rules, s)]
        most = [int(str(it)) for s in shapes_of for it in rules.objects(s, SH.maxCount) if _listed(rules, s)]
        assert (slot.least, slot.most) == (max(least, default=0), min(most, default=None))
    by_name = {it.path: it for it in claim.slots}
    assert by_name[str(CJ.kind)].times == "1"
    assert by_name[str(CJ.kind)].values == (str(CJ.Kind),)
    assert by_name[str(CJ.agency)].times == "0..1"
    assert by_name[str(PROV.wasQuotedFrom)].times == "1..*"
    assert by_name[str(CJ.periodStatedIn)].times == "0..*"
    assert [it.rpartition("/")[2] for it in by_name[str(CJ.review)].listed] == ["proposed", "confirmed", "corrected"]
    assert by_name[str(CJ.metricWording)].languages == ("zh",)
    assert "cj:series" in {view.short(it.path) for it in claim.further}


def _listed(rules: Graph, shape: Node) -> bool:
    """Whether a shape is one of the class's own, and not of a part of it."""
    return (None, SH.property, shape) in rules and (shape, SH.targetSubjectsOf, None) not in rules


def test_a_rule_that_joins_properties_stands_at_each_of_them(view: OntologyView) -> None:
    at = {it.word.name: {rule.shape.rpartition("#")[2] for rule in it.rules} for it in view.properties}
    assert "Claim-unitFitsKind" in at["unit"] & at["kind"]
    assert "Claim-directionUnfit" in at["direction"] & at["kind"]
    assert "Document-passage-length" in at["length"]
    assert "Organisation-edge" in at["leads"]
    assert not {it for rules in at.values() for it in rules if it.endswith(("unitOfRatio", "changeWithoutDirection"))}
    claim = next(it for it in view.classes if it.word.iri == CLAIM)
    assert {"Claim-directionMissing", "Claim-directionUnfit"} <= {it.shape.rpartition("#")[2] for it in claim.rules}


def _quads(kg: KG) -> list[tuple[str, str, str]]:
    """Every triple of the store as N-Triples writes its terms, read without SPARQL."""
    found = ox.parse("".join(f"{line}\n" for line in kg.store.dump()), format=ox.RdfFormat.N_QUADS)
    return [(str(q.subject), str(q.predicate), str(q.object)) for q in found]


def test_uses_are_counted_again_from_the_quads(view: OntologyView, kg: KG) -> None:
    quads = _quads(kg)
    classes = Counter(o for _, p, o in quads if p == f"<{RDF.type}>")
    properties = Counter(p for _, p, _ in quads)
    pointed = Counter(o for _, _, o in quads)
    for one in view.classes:
        below = {f"<{one.word.iri}>"}
        while more := {s for s, p, o in quads if p == f"<{RDFS.subClassOf}>" and o in below} - below:
            below |= more
        assert one.uses == sum(classes[it] for it in below), one.word.name
    assert [it.uses for it in view.properties] == [properties[f"<{it.word.iri}>"] for it in view.properties]
    assert properties[f"<{CJ.metric}>"] > 10
    for each in view.lists:
        assert [uses for _, uses in each.concepts] == [pointed[f"<{word.iri}>"] for word, _ in each.concepts]
    unit = next(it for it in view.properties if it.word.iri == str(CJ.unit))
    typed = {s: o for s, p, o in quads if p == f"<{RDF.type}>"}
    assert dict(unit.users) == Counter(typed[s].strip("<>") for s, p, _ in quads if p == f"<{CJ.unit}>")
    assert {CLAIM, str(CJ.Metric)} == {name for name, _ in unit.users}


def test_examples_are_things_of_the_graph(view: OntologyView, kg: KG) -> None:
    quads = set(_quads(kg))
    head = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
    shown = [it for it in view.classes if it.example]
    assert {"Claim", "Metric", "Document", "Passage", "Agency"} <= {it.word.name for it in shown}
    for one in shown:
        found = list(ox.parse(head + one.example, format=ox.RdfFormat.TURTLE))
        assert found
        assert {(str(q.subject), str(q.predicate), str(q.object)) for q in found} <= quads
        left = re.search(r"# … 另有 (\d+) 条", one.example)
        whole = sum(s == f"<{one.first}>" for s, _, _ in quads)
        assert len(found) + (int(left[1]) if left else 0) == whole


def test_diagrams_are_well_formed_and_say_what_the_ontology_says(pages: dict[str, str], kg: KG) -> None:
    for lang, page in pages.items():
        drawn = re.findall(r'<svg class="diagram".*?</svg>', page, re.DOTALL)
        assert len(drawn) > 10
        ids = [id_ for svg in drawn for id_ in re.findall(r'id="([^"]+)"', svg)]
        assert len(ids) == len(set(ids))
        for svg in drawn:
            ET.fromstring(svg)  # noqa: S314 - our own
        told = {"".join(it.itertext()) for it in ET.fromstring(str(mapped(Names(kg.lexicon, lang)))).iter("text")}  # noqa: S314
        assert {"指标 1", "所属事项 0..1", "参与"} <= told if lang == "zh" else {"metric 1", "programme 0..1"} <= told


def test_a_box_escapes_what_it_is_given_and_holds_what_it_draws() -> None:
    svg = str(box("<b>", "Name", [Row("a & b", "0..1", "指标", "#x")], [Source("来源", "#y", '"p"')], "<words>"))
    root = ET.fromstring(svg)  # noqa: S314
    assert {"<b>", "a & b", '"p"'} <= {it.text for it in root.iter("text")}
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    for rect in root.iter("rect"):
        assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= wide
        assert float(rect.attrib["y"]) + float(rect.attrib["height"]) <= high
    assert width("指标") == 2 * width("指")


def test_a_page_is_light(pages: dict[str, str]) -> None:
    assert max(len(gzip.compress(page.encode())) for page in pages.values()) < 100_000


def test_the_terms_are_published_as_they_are(defined: Graph) -> None:
    text = terms()
    graph = Graph().parse(data=text, format="turtle")
    assert set(graph) == set(defined)
    assert len(list(ox.parse(text, format=ox.RdfFormat.TURTLE))) == len(graph)
    assert not [node for triple in graph for node in triple if isinstance(node, BNode)]


def test_published_shapes_have_names_for_all_but_paths(rules: Graph, published: Graph) -> None:
    assert len(list(ox.parse(shapes(), format=ox.RdfFormat.TURTLE))) == len(published) == len(rules)
    cells = {node for node in published.subjects(RDF.first) if isinstance(node, URIRef)}
    assert len(cells) > 50
    assert not cells & set(rules.subjects())
    names: dict[Node, Node] = {cell: BNode() for cell in cells}
    back = [(names.get(s, s), p, names.get(o, o)) for s, p, o in published]
    assert _canonical(back) == _canonical(rules)
    inside = {node for path in published.objects(None, SH.path) for node in published.transitive_objects(path, None)}
    assert {node for triple in published for node in triple if isinstance(node, BNode)} <= inside
    assert "_:" not in shapes()


def _canonical(triples: Iterable[tuple[Node, Node, Node]]) -> list[str]:
    """The triples with the labels that RDFC-1.0 gives."""
    text = "".join(" ".join(node.n3() for node in triple) + " .\n" for triple in triples)
    found = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, found))


def test_published_shapes_judge_as_the_sources_do(rules: Graph, published: Graph, defined: Graph) -> None:
    folder = resources.ontology().parent / "tests" / "shapes"
    cases = ("claim/invalid.direction-missing-points", "document/invalid.passage-beyond", "organisation/invalid.edge-unknown")  # fmt: skip # noqa: E501
    data = _read([folder / "vocabulary.ttl", *(folder / f"{case}.ttl" for case in cases)]) + defined
    judged = []
    for rule_graph in (rules, published):
        copy = Graph() + rule_graph  # pySHACL adds to what it is given
        _, report, _ = pyshacl.validate(data, shacl_graph=copy, inference="none", advanced=False)
        found = report.objects(None, SH.result)
        judged.append({(str(report.value(it, SH.focusNode)), str(report.value(it, SH.sourceShape))) for it in found})
    assert judged[0] == judged[1]
    broken = {shape.partition("#")[2] for _, shape in judged[0]}
    assert {"Claim-directionMissing", "Document-passage-length", "Organisation-edge"} <= broken


def test_files_are_the_same_whatever_the_hash_seed() -> None:
    code = (
        "import hashlib; from kg.portal.ontology import ontology_parts\n"
        "print([(p.path, hashlib.sha256(b''.join(p.chunks())).hexdigest()) for p in ontology_parts()])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert [part.path for part in ontology_parts()] == ["ontology/ontology.ttl", "ontology/shapes.ttl"]


CLOSED = {
    str(getattr(namespace, name)): getattr(namespace, name)
    for name in ("DCAT", "DCTERMS", "ORG", "OWL", "PROV", "QB", "RDF", "RDFS", "SDO", "SH", "SKOS", "XSD")
}
# Terms of standards that rdflib has no list of, or an old one: looked up in CPSV-AP 3.2.0 (m8g, cpsv), in the Web
# Annotation vocabulary, in schema.org 29 and in QUDT 3.
OTHERS = {
    "http://data.europa.eu/m8g/": {"Participation", "PublicOrganisation", "role"},
    "http://purl.org/vocab/cpsv#": {"PublicService"},
    "http://qudt.org/schema/qudt/": {"hasUnit"},
    "http://qudt.org/vocab/unit/": {
        *("CCY_CNY", "CCY_USD", "DAY", "HR", "KiloM2", "M2", "MIN", "MO", "PERCENT", "UNITLESS", "YR"),
    },
    "http://www.w3.org/ns/oa#": {"ResourceSelection", "TextPositionSelector", "end", "exact", "hasSource", "start"},
    str(SDO): {"StatisticalVariable"},
}


def test_no_term_is_used_that_its_vocabulary_does_not_define(defined: Graph, rules: Graph) -> None:
    graph = defined + rules
    own = set(graph.subjects())
    used = {it for triple in graph for it in triple if isinstance(it, URIRef)}
    used |= {it.datatype for it in graph.objects() if isinstance(it, Literal) and it.datatype}
    unknown = []
    for it in sorted(used - own):
        space = next((known_ for known_ in [*OTHERS, *CLOSED] if it.startswith(known_)), "")
        local = it.removeprefix(space)
        if local not in OTHERS.get(space, ()) and not (space in CLOSED and it in CLOSED[space]):
            unknown.append(it)
    assert unknown == [URIRef("https://creativecommons.org/licenses/by/4.0/")]
    assert not [it for it in used if it.startswith(BASE) and it not in own]
    assert OWL.Class in used

"""The shapes of ontology/shapes, proved on the cases of tests/shapes.

A case is one small data graph: `<class>/valid.<case>.ttl` conforms, `invalid.<case>.ttl`, `warning.<case>.ttl` and
`info.<case>.ttl` give exactly the results that the approved report beside them lists, one a line:
severity | focus | path | source shape | value.
Every case may refer to tests/shapes/vocabulary.ttl, an invented city. Files are discovered: a new case needs no line.

`KG_APPROVE=1 pytest tests/test_shapes.py` writes the reports anew; read the difference before you commit it.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from pyshacl import validate
from pyshacl.entrypoints import meta_validate
from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, Namespace, URIRef, namespace
from rdflib.collection import Collection
from rdflib.term import Node

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "shapes"
SHAPES = sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))
CASES = sorted(FOLDER.glob("*/*.ttl"))
CJS = Namespace("https://w3id.org/chengjidan/shapes#")
ONTOLOGY = URIRef("https://w3id.org/chengjidan/ontology")

STANDARD = [
    getattr(namespace, name) for name in ("DCAT", "DCTERMS", "ORG", "OWL", "PROV", "RDF", "RDFS", "SH", "SKOS", "XSD")
]
# Terms of the standards that rdflib has no list of.
OTHERS = {
    "http://data.europa.eu/m8g/": {"role"},
    "http://qudt.org/schema/qudt/": {"hasUnit"},
    "http://www.w3.org/ns/oa#": {"end", "exact", "hasSource", "start"},
}
PARAMETERS = {
    *(SH.closed, SH.datatype, SH.disjoint, SH.equals, SH.hasValue, SH.languageIn, SH.lessThan, SH.lessThanOrEquals),
    *(SH.maxCount, SH.maxExclusive, SH.maxInclusive, SH.maxLength, SH.minCount, SH.minExclusive, SH.minInclusive),
    *(SH.minLength, SH.nodeKind, SH.pattern, SH.uniqueLang, SH["and"], SH["class"], SH["in"], SH["not"], SH["or"]),
    *(SH.node, SH.qualifiedValueShape, SH.xone),
}
NESTING = {SH["and"], SH["not"], SH["or"], SH.node, SH.qualifiedValueShape, SH.xone}
WORST = {"invalid": "violation", "warning": "warning", "info": "info", "valid": ""}
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)


class Result(NamedTuple):
    """One result of a validation; `line` is what an approved report shows of it."""

    focus: Node
    shape: Node
    component: Node
    line: str


@cache
def read(*files: Path) -> Graph:
    graph = Graph(bind_namespaces="none")
    for file in files:
        graph.parse(file)
    return graph


def shapes() -> Graph:
    """A fresh copy: pySHACL adds triples to the graph of shapes that it is given."""
    copy = Graph(bind_namespaces="none")
    copy += read(*SHAPES)
    return copy


@cache
def gate() -> Graph:
    return shapes()


@cache
def vocabulary() -> Graph:
    return read(
        ROOT / "ontology" / "core.ttl", *sorted((ROOT / "ontology" / "vocab").glob("*.ttl")), FOLDER / "vocabulary.ttl"
    )


@cache
def prefixes() -> dict[str, str]:
    graphs = [read(*SHAPES), vocabulary(), *(read(case) for case in CASES)]
    bound = {str(iri): prefix for graph in graphs for prefix, iri in graph.namespaces()}
    return dict(sorted(bound.items(), key=lambda item: -len(item[0])))


def term(node: Node | None) -> str:
    """The node as Turtle would have it, on one line and the same in every run."""
    if node is None:
        return "-"
    if isinstance(node, BNode):
        return "[]"
    if isinstance(node, Literal):
        text = json.dumps(str(node), ensure_ascii=False)
        return (
            f"{text}@{node.language}" if node.language else f"{text}^^{term(node.datatype)}" if node.datatype else text
        )
    for iri, prefix in prefixes().items():
        name = str(node).removeprefix(iri)
        if name != str(node) and name and not set(name) & set("/#?"):
            return f"{prefix}:{name}"
    return f"<{node}>"


def path(graph: Graph, node: Node | None) -> str:
    """A SHACL path in the notation of SPARQL."""
    if not isinstance(node, BNode):
        return term(node)
    if inverse := graph.value(node, SH.inversePath):
        return f"^{path(graph, inverse)}"
    if choices := graph.value(node, SH.alternativePath):
        return "(" + "|".join(path(graph, item) for item in Collection(graph, choices)) + ")"
    return "/".join(path(graph, item) for item in Collection(graph, node))


def run(
    data: Graph, rules_graph: Graph, focus: Sequence[str] | None = None, rules: Sequence[str] | None = None
) -> list[Result]:
    """What pySHACL says of the data mixed with the vocabulary."""
    mixed = vocabulary()
    added = [triple for triple in data if triple not in mixed]
    for triple in added:
        mixed.add(triple)
    try:
        _, report, _ = validate(
            mixed,
            shacl_graph=rules_graph,
            advanced=False,
            inplace=True,
            inference="none",
            focus_nodes=None if focus is None else list(focus),
            use_shapes=None if rules is None else list(rules),
        )
    finally:
        for triple in added:
            mixed.remove(triple)
    assert isinstance(report, Graph), report
    return sorted(results(report), key=lambda result: result.line)


def results(report: Graph) -> Iterator[Result]:
    for node in report.objects(None, SH.result):
        focus, shape, component = (
            next(report.objects(node, part)) for part in (SH.focusNode, SH.sourceShape, SH.sourceConstraintComponent)
        )
        severity = str(report.value(node, SH.resultSeverity)).rpartition("#")[2].lower()
        where, value = path(report, report.value(node, SH.resultPath)), term(report.value(node, SH.value))
        yield Result(focus, shape, component, f"{severity} | {term(focus)} | {where} | {term(shape)} | {value}")


@cache
def judged(case: Path) -> list[Result]:
    """The results about the subjects of a case, found with focus nodes as the product does.

    A blank node cannot be a focus node: there the shapes of the class look at everything.
    """
    data = read(case)
    subjects = set(data.subjects())
    if any(isinstance(node, BNode) for node in subjects):
        found = run(data, gate(), rules=of_class(case.parent.name))
    else:
        found = run(data, gate(), sorted(str(node) for node in subjects))
    return [result for result in found if result.focus in subjects]


def of_class(name: str) -> list[str]:
    """The shapes of one file, for running them alone, with those of other files that they ask about."""
    mine = {node for node in read(ROOT / "ontology" / "shapes" / f"{name}.ttl").subjects() if named(node)}
    return sorted(str(shape) for shape in mine.union(*(nested(shape) for shape in mine)))


def named(node: Node) -> bool:
    return isinstance(node, URIRef)


def renamed(case: Path) -> Graph:
    """The case with subjects of its own, so that many cases fit into one graph."""
    data, copy = read(case), Graph(bind_namespaces="none")
    mine = {
        node: URIRef(f"urn:case:{case.parent.name}/{case.stem}/{number}")
        for number, node in enumerate(sorted(set(data.subjects()), key=str))
    }
    for subject, predicate, value in data:
        copy.add((mine[subject], predicate, mine.get(value, value)))
    return copy


def together(cases: Iterable[Path]) -> Graph:
    data = Graph(bind_namespaces="none")
    for case in cases:
        data += renamed(case)
    return data


def named_shapes() -> list[URIRef]:
    return sorted(node for node in set(read(*SHAPES).subjects()) if isinstance(node, URIRef))


def constraints(shape: Node) -> list[tuple[URIRef, Node]]:
    pairs = [(p, o) for p, o in read(*SHAPES).predicate_objects(shape) if isinstance(p, URIRef) and p in PARAMETERS]
    return sorted(pairs, key=str)


def nested(shape: Node) -> list[Node]:
    """The shapes that this one only asks whether they are met, directly or through others. They give no results."""
    graph = read(*SHAPES)
    found: list[Node] = []
    for parameter, value in graph.predicate_objects(shape):
        if parameter in NESTING:
            members = Collection(graph, value) if (value, RDF.first, None) in graph else [value]
            for member in members:
                found += [member, *nested(member)]
                for inner in graph.objects(member, SH.property):
                    found += [inner, *nested(inner)]
    return found


def reporting() -> list[URIRef]:
    """The shapes that give results: those with a target and the property shapes of those."""
    graph = read(*SHAPES)
    aimed = {shape for target in TARGETS for shape in graph.subjects(target)}
    return [s for s in named_shapes() if constraints(s) and (s in aimed or aimed & set(graph.subjects(SH.property, s)))]


def identity(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_case(case: Path) -> None:
    lines = [result.line for result in judged(case)]
    kind, report = case.name.partition(".")[0], case.with_suffix(".report.txt")
    assert kind in WORST, f"a case is named {', '.join(WORST)}"
    severities = [line.partition(" | ")[0] for line in lines]
    assert min(severities, key=list(WORST.values()).index, default="") == WORST[kind], lines
    if kind == "valid":
        return
    if os.environ.get("KG_APPROVE") == "1":
        report.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    assert lines
    assert lines == report.read_text("utf-8").splitlines()


def test_all_cases_in_one_graph_without_focus_nodes() -> None:
    """The same results however pySHACL is told what to look at, and no case leans on another."""
    cases = [case for case in CASES if not any(isinstance(node, BNode) for node in read(case).subjects())]
    found = [result for result in run(together(cases), gate()) if str(result.focus).startswith("urn:case:")]
    for case in cases:
        prefix = f"urn:case:{identity(case)}/"
        mine = sorted((str(r.shape), str(r.component)) for r in found if str(r.focus).startswith(prefix))
        assert mine == sorted((str(r.shape), str(r.component)) for r in judged(case)), identity(case)


@pytest.mark.parametrize("file", SHAPES, ids=lambda file: file.stem)
def test_every_file_has_cases(file: Path) -> None:
    assert list((FOLDER / file.stem).glob("valid.*.ttl")), "no valid case"
    assert list((FOLDER / file.stem).glob("invalid.*.ttl")), "no invalid case"


def test_every_folder_has_a_file_and_every_report_a_case() -> None:
    assert {folder.name for folder in FOLDER.iterdir() if folder.is_dir()} == {file.stem for file in SHAPES}
    assert {report.name.removesuffix(".report.txt") for report in FOLDER.glob("*/*.report.txt")} <= {
        case.stem for case in CASES
    }
    assert not list(FOLDER.glob("*/valid.*.report.txt"))


@pytest.mark.parametrize("shape", reporting(), ids=term)
def test_every_constraint_is_violated_by_a_case(shape: URIRef) -> None:
    approved = {
        line.split(" | ")[3]
        for report in FOLDER.glob("*/*.report.txt")
        for line in report.read_text("utf-8").splitlines()
    }
    assert term(shape) in approved
    seen = {result.component for case in CASES for result in judged(case) if result.shape == shape}
    for parameter, value in constraints(shape):
        name = parameter.rpartition("#")[2]
        if name != "closed" or value == Literal(True):
            assert SH[f"{name[0].upper()}{name[1:]}ConstraintComponent"] in seen, f"no case violates {term(parameter)}"


def weakened(shape: Node) -> Iterator[tuple[str, Graph]]:
    """The shapes without one constraint of a nested shape, or without one member of a list of shapes."""
    for inner in dict.fromkeys(nested(shape)):
        for parameter, value in constraints(inner):
            graph = shapes()
            graph.remove((inner, parameter, value))
            yield f"{term(inner)} without {term(parameter)}", graph
    if choices := read(*SHAPES).value(shape, SH["or"]):
        members = list(Collection(read(*SHAPES), choices))
        for member in members:
            graph, fewer = shapes(), BNode()
            graph.set((shape, SH["or"], Collection(graph, fewer, [other for other in members if other != member]).uri))
            yield f"{term(shape)} without {term(member)}", graph


@pytest.mark.parametrize("rule", [shape for shape in reporting() if nested(shape)], ids=term)
def test_every_nested_constraint_matters(rule: URIRef) -> None:
    """Nested shapes give no results, so each is proved by taking a part away: some case then comes out differently."""
    cases = [case for case in CASES if case.parent.name == term(rule).partition(":")[2].partition("-")[0].lower()]
    cases = [case for case in cases if all(named(node) for node in read(case).subjects())]
    faulty = [case for case in cases if rule in {result.shape for result in judged(case)}]
    quiet = [case for case in reversed(cases) if case not in faulty]
    groups = [together(group) for group in [faulty, *(quiet[start : start + 20] for start in range(0, len(quiet), 20))]]
    rules = [str(shape) for shape in {rule, *nested(rule)}]

    def outcome(data: Graph, graph: Graph) -> list[str]:
        return [result.line for result in run(data, graph, rules=rules)]

    before = [outcome(group, gate()) for group in groups]
    assert before[0]
    assert not any(before[1:])
    for name, graph in weakened(rule):
        assert any(outcome(group, graph) != lines for group, lines in zip(groups, before, strict=True)), name


@pytest.mark.parametrize("shape", named_shapes(), ids=term)
def test_manners(shape: URIRef) -> None:
    graph = read(*SHAPES)
    assert shape in CJS
    assert list(graph.objects(shape, RDFS.isDefinedBy)) == [ONTOLOGY]
    assert set(graph.objects(shape, RDF.type)) <= {SH.NodeShape, SH.PropertyShape}
    assert (shape, RDF.type, None) in graph
    if constraints(shape):
        messages = [node for node in graph.objects(shape, SH.message) if isinstance(node, Literal)]
        assert sorted(str(message.language) for message in messages) == ["en", "zh"]
        assert all(message.strip() for message in messages)
        assert len(list(graph.objects(shape, SH.severity))) == 1
    if (shape, SH.path, None) in graph:
        # pySHACL with focus nodes skips a shape that is applied to a value and calls the value right.
        assert not NESTING & set(graph.predicates(shape)), (
            "a property shape asks nothing of its values through other shapes"
        )


def test_core_only() -> None:
    """No sh:sparql, no sh:js, and no other predicate than those of SHACL Core."""
    extra = {
        SH.path,
        SH.property,
        SH.ignoredProperties,
        SH.message,
        SH.severity,
        SH.inversePath,
        SH.alternativePath,
        *TARGETS,
    }
    allowed = PARAMETERS | extra | {RDF.type, RDF.first, RDF.rest, RDFS.isDefinedBy}
    assert set(read(*SHAPES).predicates()) <= allowed


def test_blank_nodes_are_lists_and_paths_only() -> None:
    graph = read(*SHAPES)
    for node in {node for node in graph.subjects() if isinstance(node, BNode)}:
        assert set(graph.predicates(node)) in ({RDF.first, RDF.rest}, {SH.inversePath}, {SH.alternativePath})


def test_every_term_is_defined() -> None:
    graph = read(*SHAPES)
    own = set(graph.subjects()) | set(read(ROOT / "ontology" / "core.ttl").subjects())
    own |= set(read(*sorted((ROOT / "ontology" / "vocab").glob("*.ttl"))).subjects())
    used = {node for triple in graph for node in triple if isinstance(node, URIRef)}
    assert sorted(node for node in used - own if not is_standard(node)) == []


def is_standard(node: URIRef) -> bool:
    listed = any(str(node) == f"{start}{name}" for start, names in OTHERS.items() for name in names)
    return listed or any(node in standard for standard in STANDARD)


def test_shapes_are_shapes() -> None:
    """The shapes conform to the shapes of SHACL itself; paths inside lists need more than pySHACL's usual depth."""
    conforms, _, text = meta_validate(shapes(), inference="none", max_validation_depth=40)
    assert conforms, text

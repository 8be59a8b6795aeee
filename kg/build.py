"""The build: every document through the gate into the store, each replaced whole, unchanged ones skipped."""

from __future__ import annotations

import hashlib
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING

from rdflib import Literal, URIRef

from kg.answer import Solutions, Triples, lines
from kg.checks import checks_digest
from kg.crosscheck import check_graph, check_triples, city_outcome, decision_triples
from kg.decisions import read_decisions, read_identities, unknown_metrics
from kg.errors import KgError
from kg.findings import finding_triples
from kg.graph import shared_triples
from kg.linking import confirmed
from kg.model import Severity
from kg.shapes import Shapes
from kg.tables import read_bytes
from kg.terms import BASE, CJ, GRAPHS, document_graph, name_of
from kg.validate import Gate, Prepared, check_vocabulary, fails, select
from kg.version import VERSION
from kg.vocabulary import Vocabulary
from kg.working import Index, cities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.answer import Triple
    from kg.documents import Corpus
    from kg.lexicon import Loader
    from kg.model import Document, Finding
    from kg.store import Store

__all__ = ["BuildReport", "LexiconError", "Options", "build"]

_HASHES = f"SELECT ?graph ?hash WHERE {{ GRAPH ?build {{ ?graph <{CJ.inputHash}> ?hash }} }}"
_OF_A_DOCUMENT = ("document", "findings", "build")
_DERIVED = (f"{BASE}graph/checks/", str(GRAPHS["decisions"]), str(GRAPHS["links"]))
_SHARED = f"""SELECT DISTINCT ?node WHERE {{
  {{ ?document <http://purl.org/dc/terms/publisher> ?node }} UNION {{ ?thing <{CJ.period}> ?node }}
}}"""
_EDGES = f"""CONSTRUCT {{ ?agency ?edge ?undertaking ; <{CJ.involvedIn}> ?undertaking }} WHERE {{
  ?involvement <{CJ.agency}> ?agency ; <{CJ.undertaking}> ?undertaking ;
    <http://data.europa.eu/m8g/role>/<{CJ.edge}> ?edge .
}}"""


@dataclass(frozen=True, slots=True)
class Options:
    """How to build: with the texts of a folder, reading everything again, in how many processes."""

    texts: Path | None = None
    force: bool = False
    jobs: int = 1


class LexiconError(KgError):
    """A lexicon that breaks a shape; `findings` says where."""

    exit_code = 1

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        count = len(findings)
        super().__init__(f"词表有 {count} 处问题，图未改动", f"the lexicon has {count} faults; the graph is as it was")
        self.findings = findings


@dataclass(slots=True)
class BuildReport:
    """What a build did with each document, and what it found.

    `checked` names the cities whose claims were compared anew, `contradictions` is what that found.
    """

    loaded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    contradictions: list[Finding] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    unreadable: bool = False


def build(
    store: Store,
    corpora: Iterable[Corpus],
    loader: Loader,
    options: Options,
    progress: Callable[[str, str], None] = lambda _document, _state: None,
) -> BuildReport:
    """Make a store hold just the documents of these corpora, as far as they pass the gate.

    A document that does not pass keeps the graph that it had before. `progress` is told each document and
    what became of it. Raises UnreadableError where the ontology or a lexicon is not Turtle, and LexiconError
    where one breaks a shape: nothing may enter the store then.
    """
    corpora = list(corpora)
    lexicons = [corpus.lexicon for corpus in corpora if corpus.lexicon]
    vocabulary, shapes = Vocabulary(lexicons), Shapes()
    decided, linked = _decided(corpora), confirmed(corpora)
    own = {str(document.id): corpus.lexicon for corpus in corpora for document in corpus.documents}
    report = BuildReport()
    known = _known_hashes(store)
    fresh = {str(GRAPHS["vocabulary"]): _hash(vocabulary.digest, shapes.digest, checks_digest())}
    if options.force or not fresh.items() <= known.items():
        report.findings = check_vocabulary(vocabulary, shapes, _names(lexicons))
        if fails(report.findings, Severity.VIOLATION):
            raise LexiconError(tuple(report.findings))
    changed: list[tuple[Document, Path, Path | None]] = []
    for document, folder in select(corpora):
        digest = _digest(document, folder, loader, vocabulary, shapes, options.texts)
        fresh[document_graph(document.id)] = digest
        if options.force or known.get(document_graph(document.id)) != digest:
            changed.append((document, folder, own[document.id]))
        else:
            report.unchanged.append(document.id)
            progress(document.id, "unchanged")
    with _workers(min(options.jobs, len(changed)), loader) as prepare:
        for prepared in prepare(changed, options.texts):
            _enter(store, prepared, report, fresh)
            progress(prepared.document, "loaded" if prepared.lines is not None else "rejected")
    _remove_others(store, {document.id for document, _ in select(corpora)}, report)
    if fresh != {graph: digest for graph, digest in known.items() if not graph.startswith(_DERIVED)}:
        _finish(store, vocabulary, fresh)
    _compare(store, decided, known, fresh, report)
    _link(store, linked, known, report)
    return report


def _enter(store: Store, prepared: Prepared, report: BuildReport, fresh: dict[str, str]) -> None:
    """Put one prepared document and what was found about it into the store."""
    graph, note = document_graph(prepared.document), _beside("build", prepared.document)
    report.findings += prepared.findings
    report.unreadable |= prepared.unreadable
    _replace(store, _beside("findings", prepared.document), finding_triples(prepared.findings))
    if prepared.lines is None:
        report.rejected.append(prepared.document)
        store.keep(graph)
        store.drop(note)
        del fresh[graph]  # so that the next build reads it again and its findings do not outlive its faults
    else:
        report.loaded.append(prepared.document)
        store.drop(note)  # a server changes graph by graph: between the two, the document counts as not built
        store.replace(graph, prepared.lines)
        _replace(store, note, [(URIRef(graph), CJ.inputHash, Literal(fresh[graph]))])


def _finish(store: Store, vocabulary: Vocabulary, hashes: dict[str, str]) -> None:
    """Write the graphs that stand beside the documents: vocabulary, derived edges, input hashes."""
    answer = store.query(_SHARED)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    shared = {URIRef(str(row[0])) for row in answer.rows}
    shared |= {URIRef(str(o)) for _, p, o in vocabulary.triples if p == CJ.period}
    _replace(store, GRAPHS["vocabulary"], [*vocabulary.triples, *shared_triples(shared), *check_triples()])
    edges = store.query(_EDGES)
    assert isinstance(edges, Triples)  # noqa: S101 - the type of a CONSTRUCT's answer
    _replace(store, GRAPHS["derived"], edges)
    graph = GRAPHS["vocabulary"]
    _replace(store, GRAPHS["build"], [(URIRef(graph), CJ.inputHash, Literal(hashes[graph]))])


def _decided(corpora: list[Corpus]) -> tuple[list[Triple], list[Finding]]:
    """What people decided about findings and metrics, and what is wrong with it; read before anything is written."""
    triples: list[Triple] = []
    findings: list[Finding] = []
    for corpus in corpora:
        identities = read_identities(corpus.folder)
        triples += decision_triples(read_decisions(corpus.folder), identities)
        if identities:
            lexicon = Vocabulary([corpus.lexicon] if corpus.lexicon else []).lexicon
            findings += unknown_metrics(identities, lexicon)
    return triples, findings


def _link(store: Store, linked: tuple[list[Triple], list[Finding]], known: dict[str, str], report: BuildReport) -> None:
    """Make the graph of links hold just the confirmed ones; faults stay told as long as they are there."""
    triples, faults = linked
    report.findings += faults
    digest = _hash(VERSION, lines(triples))
    if triples and known.get(GRAPHS["links"]) != digest:
        _replace(store, GRAPHS["links"], triples)
        _note(store, GRAPHS["links"], digest)
    elif not triples and GRAPHS["links"] in known:
        store.drop(GRAPHS["links"])
        store.drop(_note_graph(GRAPHS["links"]))


def _compare(
    store: Store,
    decided: tuple[list[Triple], list[Finding]],
    known: dict[str, str],
    fresh: dict[str, str],
    report: BuildReport,
) -> None:
    """Check the claims of every city in which something has changed against each other."""
    triples, doubts = decided
    base = _hash(VERSION, lines(triples), fresh[str(GRAPHS["vocabulary"])])
    if known.get(GRAPHS["decisions"]) != base:
        report.findings += doubts
        _replace(store, GRAPHS["decisions"], triples)
        _note(store, GRAPHS["decisions"], base)
    found = cities(store)
    index = None
    for city, graphs in found.items():
        digest = _hash(base, *(f"{graph} {fresh.get(graph)}" for graph in graphs))
        if known.get(check_graph(city)) != digest:
            index = index or Index(store.read(str(GRAPHS["vocabulary"])))
            result = city_outcome(store, graphs, index)
            store.drop(_note_graph(check_graph(city)))
            _replace(store, check_graph(city), result.triples)
            _note(store, check_graph(city), digest)
            report.contradictions += result.findings
            report.checked.append(name_of(city))
    for graph in store.graphs():
        if graph.startswith(f"{BASE}graph/checks/") and graph not in map(check_graph, found):
            store.drop(graph)
            store.drop(_note_graph(graph))


def _note(store: Store, graph: str, digest: str) -> None:
    """Keep from what a derived graph was made."""
    _replace(store, _note_graph(graph), [(URIRef(graph), CJ.inputHash, Literal(digest))])


def _note_graph(graph: str) -> str:
    return graph.replace(f"{BASE}graph/", f"{BASE}graph/build-", 1)


def _replace(store: Store, graph: str, triples: Iterable[Triple]) -> None:
    """Make a graph hold just these triples; a graph without triples does not exist."""
    if text := lines(triples):
        store.replace(graph, text)
    else:
        store.drop(graph)


def _remove_others(store: Store, wanted: set[str], report: BuildReport) -> None:
    """Drop the graphs of documents that the corpora no longer list."""
    keep = {_beside(kind, name) for name in wanted for kind in _OF_A_DOCUMENT}
    for graph in store.graphs():
        if graph.startswith(tuple(f"{BASE}graph/{kind}/" for kind in _OF_A_DOCUMENT)) and graph not in keep:
            store.drop(graph)
            if graph.startswith(f"{BASE}graph/document/"):
                report.removed.append(graph.rsplit("/", 1)[-1])


def _known_hashes(store: Store) -> dict[str, str]:
    answer = store.query(_HASHES)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    return {str(graph): str(digest) for graph, digest in answer.rows}


def _digest(
    document: Document,
    folder: Path,
    loader: Loader,
    vocabulary: Vocabulary,
    shapes: Shapes,
    texts: Path | None,
) -> str:
    """A hash of everything that one document's graph is made from; a file that is missing counts as such."""
    digest = hashlib.sha256(_hash(VERSION, vocabulary.digest, shapes.digest, repr(document)).encode())
    for path in [*loader.inputs(document, folder), *([texts / f"{document.id}.txt"] if texts else [])]:
        digest.update(read_bytes(path) if path.is_file() else b"-")
        digest.update(b"\0")
    return digest.hexdigest()


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class _Gates:
    """One gate for each lexicon: a document is read with its own city's names, whatever else is in the store."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._shapes = Shapes()
        self._gates: dict[Path | None, Gate] = {}

    def prepare(self, document: Document, folder: Path, lexicon: Path | None, texts: Path | None) -> Prepared:
        if lexicon not in self._gates:
            vocabulary = Vocabulary([lexicon] if lexicon else [])
            self._gates[lexicon] = Gate(vocabulary, self._shapes, self._loader)
        return self._gates[lexicon].prepare(document, folder, texts)


_gates: _Gates | None = None
_Items = list[tuple["Document", "Path", "Path | None"]]


@contextmanager
def _workers(jobs: int, loader: Loader) -> Iterator[Callable[[_Items, Path | None], Iterable[Prepared]]]:
    """Yield a function that prepares documents in order: here, or in `jobs` spawned processes."""
    if jobs <= 1:
        gates = _Gates(loader)
        yield lambda items, texts: (gates.prepare(*item, texts) for item in items)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start_worker, (loader,)) as pool:
        yield lambda items, texts: pool.map(_work, *zip(*items, strict=True), [texts] * len(items))


def _start_worker(loader: Loader) -> None:
    global _gates  # noqa: PLW0603 - a spawned worker has its gates for its life
    _gates = _Gates(loader)


def _work(document: Document, folder: Path, lexicon: Path | None, texts: Path | None) -> Prepared:
    assert _gates is not None  # noqa: S101 - the pool's initializer ran first
    return _gates.prepare(document, folder, lexicon, texts)


def _beside(kind: str, document: str) -> str:
    """The graph of a kind (`document`, `findings`, `build`) that belongs to one document."""
    return document_graph(document).replace("graph/document/", f"graph/{kind}/", 1)


def _names(paths: Iterable[Path]) -> str:
    return ", ".join(path.name for path in paths) or "ontology"

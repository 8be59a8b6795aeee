"""The graph of one document: mentions merged into claims, passages with IRIs, the same lines each time."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from helpers import CITY, DIGEST, DISTRICT, PRESS, TEXTS, claims, edit, involvements, read_sheet, row_of, write_sheet
from rdflib import RDF, BNode, Literal, URIRef, namespace
from rdflib.namespace import DCTERMS, PROV, SKOS

from kg.documents import read_corpus, with_text
from kg.graph import DocumentGraph, document_graph, shared_triples
from kg.model import Passage
from kg.terms import CJ, CV, OA, claim_iri, document_iri, iri, passage_iri, period_iri
from loaders.sheet import read_sheets

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib.term import Node

    from kg.lexicon import Lexicon


def graph_of(city: Path, lexicon: Lexicon, name: str = DIGEST, *, text: bool = True) -> DocumentGraph:
    document = next(it for it in read_corpus(city).documents if it.id == name)
    reading = read_sheets(with_text(document, TEXTS) if text else document, city, lexicon)
    assert reading.findings == ()
    return document_graph(reading, lexicon)


def mention(city: Path, surface: str, name: str = PRESS) -> URIRef:
    """The IRI that the first mention of a quantity gives to its claim."""
    rows = read_sheet(claims(city, name))
    row = rows[row_of(claims(city, name), {"surface": surface}) - 2]
    return claim_iri(name, int(row["start"]), int(row["end"]))


def of(made: DocumentGraph, subject: Node, predicate: Node) -> set[str]:
    return {str(value) for value in made.graph.objects(subject, predicate)}


def test_a_claim_and_all_its_fields(lexicon: Lexicon) -> None:
    made = graph_of(CITY, lexicon)
    claim = claim_iri(DIGEST, 75, 80)
    assert of(made, claim, RDF.type) == {str(CJ.Claim)}
    assert of(made, claim, CJ.kind) == {str(iri("kind", "change"))}
    assert of(made, claim, CJ.direction) == {str(iri("direction", "up"))}
    assert of(made, claim, CJ.base) == {str(iri("base", "yoy"))}
    assert of(made, claim, CJ.unit) == {str(iri("unit", "percent"))}
    assert list(made.graph.objects(claim, CJ.value)) == [Literal("12.4", datatype=namespace.XSD.decimal)]
    assert of(made, claim, CJ["lower"]) == {"12.35"}
    assert of(made, claim, CJ.lowerInclusive) == {"true"}
    assert of(made, claim, CJ["upper"]) == {"12.5"}
    assert of(made, claim, CJ.upperInclusive) == {"false"}
    assert of(made, claim, CJ.metric) == {str(iri("metric", "侦破诈骗案件数"))}
    assert of(made, claim, CJ.agency) == {str(iri("agency", "临江市公安局"))}
    assert of(made, claim, CJ.place) == {str(iri("place", "临江市"))}
    assert of(made, claim, CJ.period) == {str(period_iri("2025-01-01", "2025-12-31"))}
    assert of(made, claim, CJ.status) == {str(iri("status", "achieved"))}
    assert of(made, claim, CJ.review) == {str(iri("review", "confirmed"))}
    assert of(made, claim, CJ.reviewer) == {"王审"}
    assert of(made, claim, PROV.wasQuotedFrom) == {str(passage_iri(DIGEST, 75, 80))}
    assert of(made, claim, PROV.wasGeneratedBy) == {str(iri("extraction", DIGEST))}
    assert of(made, claim, CJ.agencyStatedIn) == {str(passage_iri(DIGEST, 44, 50))}
    assert of(made, claim, CJ.periodStatedIn) == {str(passage_iri(DIGEST, 52, 57))}


def test_a_document_and_its_extraction(lexicon: Lexicon) -> None:
    made = graph_of(CITY, lexicon)
    document = document_iri(DIGEST)
    assert list(made.graph.objects(document, DCTERMS.issued)) == [Literal("2026-01", datatype=namespace.XSD.gYearMonth)]
    assert of(made, document, CJ.textVerified) == {"true"}
    assert of(made, document, CJ.length) == {"276"}
    assert of(made, document, CJ.about) == {str(iri("agency", "临江市公安局")), str(iri("agency", "临江市水务局"))}
    assert of(made, iri("extraction", DIGEST), PROV.used) == {str(document)}
    day = graph_of(CITY, lexicon, DISTRICT, text=False)
    assert list(day.graph.objects(document_iri(DISTRICT), DCTERMS.issued)) == [
        Literal("2026-01-15", datatype=namespace.XSD.date)
    ]
    assert of(day, document_iri(DISTRICT), CJ.textVerified) == {"false"}
    assert of(day, document_iri(DISTRICT), DCTERMS.description) == set()


def test_a_limit_that_is_not_there_leaves_no_trace(lexicon: Lexicon) -> None:
    made = graph_of(CITY, lexicon)
    money = claim_iri(DIGEST, *_span("超4.5亿元"))
    assert of(made, money, CJ["lower"]) == {"450000000"}
    assert of(made, money, CJ.lowerInclusive) == {"false"}
    assert of(made, money, CJ["upper"]) == of(made, money, CJ.upperInclusive) == set()


def _span(surface: str) -> tuple[int, int]:
    row = next(it for it in read_sheet(claims(CITY)) if it["surface"] == surface)
    return int(row["start"]), int(row["end"])


def test_a_figure_in_box_and_body_is_one_claim_with_two_passages(lexicon: Lexicon) -> None:
    made = graph_of(CITY, lexicon, PRESS)
    claim = mention(CITY, "420多个")
    assert of(made, claim, OA.exact) == set()
    passages = set(made.graph.objects(claim, PROV.wasQuotedFrom))
    assert len(passages) == 2
    assert {str(value) for it in passages for value in made.graph.objects(it, OA.exact)} == {"420多个"}
    assert of(made, claim, CJ.metricWording) == {"新建社区警务室数", "社区警务室数"}
    assert len(made.rows[str(claim)]) == 2


def test_a_merged_claim_is_as_far_reviewed_as_its_least_reviewed_mention(city: Path, lexicon: Lexicon) -> None:
    made = graph_of(CITY, lexicon, PRESS)
    claim = mention(CITY, "420多个")
    assert of(made, claim, CJ.review) == {str(iri("review", "corrected"))}
    assert of(made, claim, CJ.reviewer) == {"李校; 王审"}
    edit(claims(city, PRESS), row_of(claims(city, PRESS), {"surface": "420多个"}), {"review": "proposed"})
    assert of(graph_of(city, lexicon, PRESS), claim, CJ.review) == {str(iri("review", "proposed"))}


def test_a_mention_without_programme_joins_the_one_that_names_it(lexicon: Lexicon) -> None:
    made = graph_of(CITY, lexicon, PRESS)
    claim = mention(CITY, "1670个")
    assert len(of(made, claim, PROV.wasQuotedFrom)) == 2
    assert of(made, claim, CJ.programme) == {str(iri("programme", "全城一张图"))}
    assert of(made, claim, SKOS.note) == {"the sentence names no programme"}


def test_mentions_of_two_programmes_are_two_claims(city: Path, lexicon: Lexicon) -> None:
    sheet = claims(city, PRESS)
    other = row_of(sheet, {"surface": "1670个", "programme": ""})
    edit(sheet, other, {"programme": "江城通"})
    made = graph_of(city, lexicon, PRESS)
    parks = [
        it
        for it in made.graph.subjects(RDF.type, CJ.Claim)
        if of(made, it, CJ.metric) == {str(iri("metric", "接入停车场数"))}
    ]
    assert len(parks) == 2
    assert {value for it in parks for value in of(made, it, CJ.programme)} == {
        str(iri("programme", "全城一张图")),
        str(iri("platform", "江城通")),
    }


@pytest.mark.parametrize(
    "cells",
    [{"value": "421"}, {"bound": "exact"}, {"period_start": "2022-01-01"}, {"agency": ""}, {"status": "planned"}],
)
def test_mentions_that_differ_in_a_fact_are_two_claims(city: Path, lexicon: Lexicon, cells: dict[str, str]) -> None:
    before = len(list(graph_of(CITY, lexicon, PRESS).graph.subjects(RDF.type, CJ.Claim)))
    sheet = claims(city, PRESS)
    row = row_of(sheet, {"surface": "420多个"})
    if "value" in cells:
        cells = {**cells, "surface": "421多个"}
    edit(sheet, row, cells)
    after = len(list(graph_of(city, lexicon, PRESS, text=False).graph.subjects(RDF.type, CJ.Claim)))
    assert after == before + 1


def test_a_part_points_to_its_whole(lexicon: Lexicon) -> None:
    made = graph_of(CITY, lexicon)
    part, whole = claim_iri(DIGEST, *_span("31.5%")), claim_iri(DIGEST, *_span("15.1万个"))
    assert of(made, part, CJ.partOf) == {str(whole)}
    assert (whole, RDF.type, CJ.Claim) in made.graph


def test_a_part_of_a_repeated_figure_points_to_the_claim(city: Path, lexicon: Lexicon) -> None:
    sheet = claims(city, PRESS)
    rows = read_sheet(sheet)
    second = [row for row in rows if row["surface"] == "420多个"][1]
    edit(sheet, row_of(sheet, {"surface": "41.5%"}), {"part_of": second["start"]})
    made = graph_of(city, lexicon, PRESS)
    assert of(made, mention(city, "41.5%"), CJ.partOf) == {str(mention(city, "420多个"))}


def test_mentions_that_are_parts_of_different_wholes_are_two_claims(lexicon: Lexicon) -> None:
    digest = next(it for it in read_corpus(CITY).documents if it.id == DIGEST)
    reading = read_sheets(digest, CITY, lexicon)
    part = next(claim for claim in reading.claims if claim.part_of is not None)
    other = next(claim for claim in reading.claims if claim.passage.start not in {part.part_of, part.passage.start})
    end = part.passage.end
    moved = replace(part, passage=Passage(DIGEST, end, end + len(part.surface)), part_of=other.passage.start)
    claims_of = {1: (part, replace(moved, part_of=part.part_of)), 2: (part, moved)}
    for count, mentions in claims_of.items():
        rest = [claim for claim in reading.claims if claim is not part]
        made = document_graph(replace(reading, claims=(*rest, *mentions)), lexicon)
        assert len(set(made.graph.subjects(CJ.partOf))) == count


def test_rejected_rows_stay_out(lexicon: Lexicon) -> None:
    made = graph_of(CITY, lexicon)
    assert (claim_iri(DIGEST, *_span("12")), None, None) not in made.graph
    roles = set(made.graph.objects(None, CV.role))
    assert iri("role", "takes_part") not in roles
    assert len(list(made.graph.subjects(RDF.type, CJ.Involvement))) == 3
    assert iri("review", "rejected") not in set(made.graph.objects(None, CJ.review))


def test_quotes_are_those_of_the_text_where_it_is_at_hand(lexicon: Lexicon) -> None:
    with_quotes, without = graph_of(CITY, lexicon), graph_of(CITY, lexicon, text=False)
    heading = passage_iri(DIGEST, 44, 50)
    assert of(with_quotes, heading, OA.exact) == {"临江市公安局"}
    assert of(without, heading, OA.exact) == set()
    quantity = passage_iri(DIGEST, 64, 70)
    assert of(with_quotes, quantity, OA.exact) == of(without, quantity, OA.exact) == {"1600余起"}


@pytest.mark.parametrize("name", [DIGEST, PRESS, DISTRICT])
def test_every_node_has_an_iri_and_only_the_documents_own_are_described(lexicon: Lexicon, name: str) -> None:
    made = graph_of(CITY, lexicon, name)
    assert not any(isinstance(part, BNode) for triple in made.graph for part in triple)
    own = re.compile(rf"/(document|extraction|claim|involvement)/{name}(#char=\d+,\d+|\.\d+-\d+(\.[0-9a-f]{{8}})?)?$")
    assert all(own.search(str(subject)) for subject in made.graph.subjects())


def test_lines_are_sorted_and_each_once(lexicon: Lexicon) -> None:
    lines = graph_of(CITY, lexicon).lines().splitlines()
    assert lines == sorted(set(lines))
    assert all(line.endswith(" .") for line in lines)


def test_the_order_of_rows_does_not_count(city: Path, lexicon: Lexicon) -> None:
    for path in (claims(city, PRESS), involvements(city, PRESS)):
        write_sheet(path, read_sheet(path)[::-1])
    assert graph_of(city, lexicon, PRESS).lines() == graph_of(CITY, lexicon, PRESS).lines()


_PRINT = """
import sys
from pathlib import Path
from kg.documents import read_corpus
from kg.graph import document_graph
from kg.vocabulary import Vocabulary
from loaders.sheet import read_sheets
city = Path(sys.argv[1])
lexicon = Vocabulary([city / "lexicon.ttl"]).lexicon
for document in read_corpus(city).documents:
    sys.stdout.buffer.write(document_graph(read_sheets(document, city, lexicon), lexicon).lines().encode())
"""


def test_the_hash_seed_does_not_count() -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", _PRINT, CITY],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"\n") > 500


def test_periods_and_publishers_are_made_from_their_iris() -> None:
    period = period_iri("2025-01-01", "2025-12-31")
    publisher = iri("publisher", "临江/日报")
    triples = shared_triples([publisher, period, period])
    assert (period, namespace.DCAT.startDate, Literal("2025-01-01", datatype=namespace.XSD.date)) in triples
    assert (period, namespace.DCAT.endDate, Literal("2025-12-31", datatype=namespace.XSD.date)) in triples
    assert (publisher, SKOS.prefLabel, Literal("临江/日报", lang="zh")) in triples
    assert len(triples) == 5

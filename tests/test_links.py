"""Links to what others know: only what a person confirmed enters the graph, and every doubtful row is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers import build_at, dump, graph_lines, select, write_sheet
from rdflib import VOID, URIRef

from kg.description import DATASET, linksets, statistics
from kg.errors import UnreadableError
from kg.export import EXPORTERS
from kg.links import COLUMNS, authority_of, check_links, link_triples, proposed, read_links
from kg.resources import cities, data
from kg.store import open_store
from kg.terms import BASE, GRAPHS, SKOS
from kg.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers import Result, Row

    from kg.lexicon import Lexicon

WIKIDATA = "http://www.wikidata.org/entity/"
LINJIANG = f"{BASE}place/临江市"


def row(**cells: str) -> Row:
    """A confirmed row, of which a test changes some cells."""
    sound = {
        "thing": "临江市",
        "target": f"{WIKIDATA}Q990100",
        "relation": "",
        "review": "confirmed",
        "reviewer": "王审",
        "note": "the invented gazetteer, sheet 3",
    }
    return {**sound, **cells}


def rules(folder: Path, lexicon: Lexicon, *rows: Row) -> list[tuple[str, int | None]]:
    """What is wrong with some rows: the rule and the row of each finding."""
    write_sheet(folder / "links.csv", list(rows), list(COLUMNS))
    found = check_links(read_links(folder, lexicon), lexicon)
    assert all(it.zh and it.en and it.location and it.location.file == "links.csv" for it in found)
    return [(it.rule.removeprefix("Link-"), it.location.row if it.location else None) for it in found]


def entered(folder: Path, lexicon: Lexicon) -> list[tuple[str, str, str]]:
    links = read_links(folder, lexicon)
    return [(str(s), str(p), str(o)) for s, p, o in link_triples(links, check_links(links, lexicon))]


def test_a_confirmed_row_becomes_one_triple(tmp_path: Path, lexicon: Lexicon) -> None:
    assert rules(tmp_path, lexicon, row()) == []
    assert entered(tmp_path, lexicon) == [(LINJIANG, str(SKOS.exactMatch), f"{WIKIDATA}Q990100")]


@pytest.mark.parametrize("name", ["临江市", "place/临江市", LINJIANG])
def test_a_thing_has_three_names(tmp_path: Path, lexicon: Lexicon, name: str) -> None:
    assert rules(tmp_path, lexicon, row(thing=name)) == []
    assert entered(tmp_path, lexicon)[0][0] == LINJIANG


@pytest.mark.parametrize("review", ["proposed", "rejected"])
def test_what_nobody_confirmed_stays_out(tmp_path: Path, lexicon: Lexicon, review: str) -> None:
    assert rules(tmp_path, lexicon, row(review=review)) == ([("unreviewed", 2)] if review == "proposed" else [])
    assert entered(tmp_path, lexicon) == []


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"thing": "临海市"}, "thing"),
        ({"target": "Q990100"}, "target"),
        ({"target": "https://www.wikidata.org/wiki/Q990100"}, "target"),
        ({"target": f"{WIKIDATA}Q990100> <http://x"}, "target"),
        ({"target": ""}, "target"),
        ({"relation": "sameAs"}, "relation"),
        ({"review": "yes"}, "review"),
        ({"reviewer": ""}, "reviewer"),
        ({"note": ""}, "note"),
    ],
)
def test_a_faulty_row_is_told_and_stays_out(tmp_path: Path, lexicon: Lexicon, cells: Row, rule: str) -> None:
    assert rules(tmp_path, lexicon, row(thing="云山省", target=f"{WIKIDATA}Q1"), row(**cells)) == [(rule, 3)]
    assert [it[0] for it in entered(tmp_path, lexicon)] == [f"{BASE}place/云山省"]


def test_a_link_that_is_there_twice_is_told_twice(tmp_path: Path, lexicon: Lexicon) -> None:
    twice = (row(), row(thing="place/临江市", relation="closeMatch"))
    assert rules(tmp_path, lexicon, *twice) == [("repeated", 2), ("repeated", 3)]
    assert entered(tmp_path, lexicon) == []


def test_two_things_are_not_exactly_the_same_other_thing(tmp_path: Path, lexicon: Lexicon) -> None:
    assert rules(tmp_path, lexicon, row(), row(thing="江北区")) == [("shared", 2), ("shared", 3)]
    assert rules(tmp_path, lexicon, row(), row(thing="江北区", relation="closeMatch")) == []
    assert rules(tmp_path, lexicon, row(), row(thing="江北区", review="rejected")) == []


def test_a_name_of_two_things_is_ambiguous(tmp_path: Path) -> None:
    folder = tmp_path / "lexicon.ttl"
    folder.write_text(
        "@prefix cj: <https://w3id.org/chengjidan/ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        f'<{BASE}place/古城> a cj:Place ; skos:prefLabel "古城"@zh . <{BASE}metric/古城> a cj:Metric .\n',
        "utf-8",
    )
    lexicon = Vocabulary([folder]).lexicon
    assert rules(tmp_path, lexicon, row(thing="古城")) == [("thing", 2)]
    (finding,) = check_links(read_links(tmp_path, lexicon), lexicon)
    assert "metric/古城" in finding.en
    assert "place/古城" in finding.en
    assert rules(tmp_path, lexicon, row(thing="place/古城")) == []


def test_a_term_of_the_ontology_is_no_thing_to_link(tmp_path: Path, lexicon: Lexicon) -> None:
    assert rules(tmp_path, lexicon, row(thing=f"{BASE}ontology#Place")) == [("thing", 2)]


def test_a_table_with_another_heading_is_unreadable(tmp_path: Path, lexicon: Lexicon) -> None:
    (tmp_path / "links.csv").write_text("thing,target\n临江市,x\n", "utf-8")
    with pytest.raises(UnreadableError, match="lacks the column relation"):
        read_links(tmp_path, lexicon)


@pytest.mark.parametrize(
    ("target", "key"),
    [
        (f"{WIKIDATA}Q148", "wikidata"),
        (f"{WIKIDATA}Q0", None),
        ("https://sws.geonames.org/1797929/", "geonames"),
        ("https://sws.geonames.org/1797929", None),
        ("http://publications.europa.eu/resource/authority/country/CHN", "eu-country"),
        ("http://viaf.org/viaf/1", "viaf"),
        ("https://isni.org/isni/000000012146438X", "isni"),
        ("urn:x", None),
    ],
)
def test_whose_iri_a_target_is(target: str, key: str | None) -> None:
    found = authority_of(target)
    assert (found.key if found else None) == key


def test_shipped_links_are_in_order() -> None:
    for name in cities():
        ttl = data().parent / "ontology" / "cities" / f"{name}.ttl"
        lexicon = Vocabulary([ttl]).lexicon
        links = read_links(data() / name, lexicon)
        assert [it for it in check_links(links, lexicon) if it.rule != "Link-unreviewed"] == []


def test_candidates_are_proposed_and_never_twice(tmp_path: Path, lexicon: Lexicon) -> None:
    write_sheet(tmp_path / "links.csv", [row(review="rejected")], list(COLUMNS))
    file = tmp_path / "list.csv"
    write_sheet(
        file,
        [
            {"label": "临江市", "target": f"{WIKIDATA}Q990100"},
            {"label": "Linjiang  water bureau", "target": f"{WIKIDATA}Q2"},
            {"label": "临江市水务局", "target": f"{WIKIDATA}Q2"},
            {"label": "临海市", "target": f"{WIKIDATA}Q3"},
        ],
    )
    text = proposed(file, read_links(tmp_path, lexicon), lexicon).decode("utf-8-sig")
    assert text.splitlines() == [
        ",".join(COLUMNS),
        f"agency/临江市水务局,{WIKIDATA}Q2,exactMatch,proposed,,list.csv 3: Linjiang  water bureau",
    ]
    (tmp_path / "links.csv").write_text(text, "utf-8-sig")
    assert [it.rule for it in check_links(read_links(tmp_path, lexicon), lexicon)] == ["Link-unreviewed"]


def test_the_program_lists_what_enters_the_graph(kg_: Callable[..., Result], city: Path) -> None:
    write_sheet(
        city / "links.csv", [row(), row(thing="江北区", target=f"{WIKIDATA}Q5", review="proposed")], list(COLUMNS)
    )
    result = kg_("link", city, "-f", "csv")
    assert result.code == 1
    assert result.out.decode("utf-8-sig").splitlines()[1:] == [f"临江市,exactMatch,{WIKIDATA}Q990100"]
    assert "尚未审核" in result.err
    write_sheet(city / "links.csv", [row()], list(COLUMNS))
    assert kg_("link", city / "links.csv", "--lang", "en").code == 0
    assert kg_("link", "nowhere").code == 2


def test_confirmed_links_stand_in_a_graph_of_their_own(city: Path, store: Path) -> None:
    build_at(store, city)
    bare = graph_lines(open_store(store))
    write_sheet(
        city / "links.csv", [row(), row(thing="云山省", target=f"{WIKIDATA}Q5", review="proposed")], list(COLUMNS)
    )
    report = build_at(store, city)
    assert (report.loaded, report.findings, report.checked) == ([], [], [])
    linked = graph_lines(open_store(store))
    assert linked.pop("graph/links") == [f"<{LINJIANG}> <{SKOS.exactMatch}> <{WIKIDATA}Q990100>"]
    assert linked.pop("graph/build-links")
    assert linked == bare
    assert f"<{GRAPHS['links']}>".encode() in b"".join(EXPORTERS["nquads"](open_store(store)))
    triples = [it.rpartition(" <")[0] for it in dump(store)]
    assert len(triples) == len(set(triples))

    (linkset,) = [s for s, p, o in linksets(open_store(store)) if o == VOID.Linkset]
    said = {p: o for s, p, o in linksets(open_store(store)) if s == linkset}
    assert said[VOID.subjectsTarget] == DATASET
    assert said[VOID.linkPredicate] == SKOS.exactMatch
    assert str(said[VOID.triples]) == "1"
    assert (said[VOID.objectsTarget], VOID.uriSpace) in {(s, p) for s, p, _ in statistics(open_store(store))}

    (city / "links.csv").unlink()
    build_at(store, city)
    assert graph_lines(open_store(store)) == bare
    assert linksets(open_store(store)) == []


def test_a_faulty_link_is_told_by_every_build_and_by_validate(
    kg_: Callable[..., Result], city: Path, store: Path
) -> None:
    write_sheet(city / "links.csv", [row(thing="临海市"), row()], list(COLUMNS))
    for _ in range(2):
        report = build_at(store, city)
        assert [(it.rule, it.location and it.location.row) for it in report.findings] == [("Link-thing", 2)]
    answer = select(open_store(store), f"SELECT ?s WHERE {{ ?s <{SKOS.exactMatch}> <{WIKIDATA}Q990100> }}")
    assert answer == [(LINJIANG,)]
    result = kg_("validate", city / "district-2025.claims.csv", "-f", "json")
    assert result.code == 1
    assert "Link-thing" in result.text


def test_links_are_no_blank_nodes_and_of_known_terms(city: Path, store: Path) -> None:
    write_sheet(city / "links.csv", [row(relation="closeMatch")], list(COLUMNS))
    build_at(store, city)
    described = linksets(open_store(store))
    assert all(isinstance(subject, URIRef) for subject, _, _ in described)
    assert (URIRef(f"{BASE}void#links-wikidata-closeMatch"), VOID.linkPredicate, SKOS.closeMatch) in described

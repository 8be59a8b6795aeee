"""The 405 points: a release of ours has nearly all, and every indicator can be lost."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from portal_release import EDITORIAL, publish, sample_files

from kg.errors import UnreadableError
from kg.portal.metadata import CATALOG, metadata, read_editorial
from kg.portal.score import INDICATORS, score

if TYPE_CHECKING:
    from pathlib import Path

    from kg.portal.score import Score
    from kg.session import KG


@pytest.fixture(scope="module")
def release(kg: KG, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    extra = folder / "editorial.ttl"
    extra.write_text(EDITORIAL, "utf-8")
    meta = metadata(kg, [*read_editorial(), *read_editorial(extra)])
    return publish(folder, meta, sample_files(meta))


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    return shutil.copytree(release, tmp_path / "copy")


def lost(found: Score) -> dict[str, float]:
    return {
        it.indicator.name: float(it.indicator.weight - it.points)
        for it in found.marks
        if it.points < it.indicator.weight
    }


def edit(folder: Path, pattern: str, replacement: str = "") -> None:
    file = folder / CATALOG
    text, count = re.subn(pattern, replacement, file.read_text("utf-8"))
    assert count
    file.write_text(text, "utf-8")


def test_the_weights_are_those_of_the_portal() -> None:
    sums: dict[str, int] = {}
    for it in INDICATORS:
        sums[it.dimension[1]] = sums.get(it.dimension[1], 0) + it.weight
    assert sums == {
        "findability": 100,
        "accessibility": 100,
        "interoperability": 110,
        "reusability": 75,
        "contextuality": 20,
    }


def test_a_release_has_all_points_and_says_so(release: Path) -> None:
    found = score(release)
    assert lost(found) == {}
    assert found.points == 405
    assert found.rating == ("优", "Excellent")
    assert "405 / 405  优 / Excellent" in found.text()
    told = json.loads(found.json())
    assert (told["points"], told["of"], len(told["indicators"])) == (405.0, 405, 23)


@pytest.mark.parametrize(
    ("edits", "names"),
    [
        (
            {
                "dcat:keyword": "dct:k",
                "dct:spatial": "dct:s",
                "dcat:accessURL": "dct:a",
                "dcat:mediaType": "dct:m",
                "dct:license licence:CC_BY_4_0": "dct:license <https://example.org/l>",
                "dct:rights": "dct:r",
                "dct:issued": "dct:i",
            },
            {
                "keyword": 30,
                "spatial": 20,
                "accessURL-answers": 50,
                "mediaType": 10,
                "format-from-list": 5,
                "license-from-list": 10,
                "rights": 5,
                "issued": 5,
            },
        ),
        (
            {
                "dcat:theme ": "dct:theme ",
                "dct:temporal": "dct:period",
                "dcat:downloadURL": "dct:d",
                "dct:format": "dct:f",
                "dct:accessRights access-right:PUBLIC": "dct:accessRights <https://example.org/r>",
                "dcat:byteSize": "dct:b",
                "dct:modified": "dct:m",
            },
            {
                "theme": 30,
                "temporal": 20,
                "downloadURL": 20,
                "downloadURL-answers": 30,
                "format": 20,
                "format-from-list": 5,
                "non-proprietary": 20,
                "machine-readable": 20,
                "accessRights-from-list": 5,
                "byteSize": 5,
                "modified": 5,
            },
        ),
        (
            {
                "dct:license ": "dct:l ",
                "dct:accessRights": "dct:a",
                "dcat:contactPoint": "dct:c",
                "dct:publisher": "dct:p",
            },
            {
                "license": 20,
                "license-from-list": 10,
                "accessRights": 10,
                "accessRights-from-list": 5,
                "contactPoint": 20,
                "publisher": 10,
            },
        ),
    ],
    ids=["found", "formats", "reuse"],
)
def test_what_is_not_stated_costs_its_points(copy: Path, edits: dict[str, str], names: dict[str, float]) -> None:
    for pattern, replacement in edits.items():
        edit(copy, pattern, replacement)
    assert lost(score(copy)) == {**names, "compliance": 30}


def test_a_missing_file_costs_the_share_of_its_distribution(copy: Path) -> None:
    (copy / "csv" / "claims.csv").unlink()
    found = score(copy)
    # one of five distributions of one of four datasets
    assert lost(found) == {"accessURL-answers": pytest.approx(50 / 20), "downloadURL-answers": pytest.approx(30 / 20)}
    (mark,) = (it for it in found.marks if it.indicator.name == "accessURL-answers")
    assert mark.en == "not met by file-csv/claims.csv"
    assert "file-csv/claims.csv" in mark.zh
    assert "file-csv/claims.csv" in found.text()


def test_only_the_best_format_of_a_dataset_counts(copy: Path) -> None:
    edit(copy, r"(?s)(file-csv/claims.csv> a .*?dct:format file-type:)CSV", r"\1DOCX")
    assert lost(score(copy)) == {}
    edit(copy, r"dct:format file-type:\w+", "dct:format file-type:DOCX")
    assert lost(score(copy)) == {"non-proprietary": 20, "machine-readable": 20}


def test_a_broken_shape_costs_the_compliance_of_its_dataset_or_of_all(copy: Path) -> None:
    edit(copy, r'(:dataset-cube a dcat:Dataset ;\n    dct:title [^,]*), "[^"]*"@en', r"\1")
    assert lost(score(copy)) == {"compliance": pytest.approx(30 / 4)}
    edit(copy, r"(?s)(:publisher a foaf:Agent ;.*?)foaf:name", r"\1foaf:nick")
    assert lost(score(copy)) == {"compliance": 30}


def test_an_address_elsewhere_or_outside_the_folder_does_not_answer(copy: Path) -> None:
    (copy.parent / "outside.ttl").write_text("", "utf-8")
    edit(copy, r"<https://w3id.org/chengjidan/cube.ttl>", "<https://w3id.org/chengjidan/../outside.ttl>")
    edit(copy, r"<https://w3id.org/chengjidan/kg.ttl>", "<https://elsewhere.example.org/kg.ttl>")
    names = {it.indicator.name: it.en for it in score(copy).marks if it.en}
    assert names["downloadURL-answers"] == "not met by file-cube.ttl, file-kg.ttl"
    assert lost(score(copy, lambda _: True)) == {}


@pytest.mark.parametrize("text", [None, "no turtle", ""])
def test_no_catalogue_is_unreadable(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / CATALOG).write_text(text, "utf-8")
    with pytest.raises(UnreadableError):
        score(tmp_path)


def test_little_is_bad(tmp_path: Path) -> None:
    (tmp_path / CATALOG).write_text("<http://example.org/d> a <http://www.w3.org/ns/dcat#Dataset> .", "utf-8")
    found = score(tmp_path)
    assert found.points == 0
    assert found.rating == ("差", "Bad")

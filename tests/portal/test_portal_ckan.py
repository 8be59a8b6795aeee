"""CKAN harvests the catalogue: ckanext-dcat's own parser reads every dataset, in Chinese, with its files.

`KG_CKAN_PYTHON=<python>` names an interpreter that has `ckan[requirements]` and `ckanext-dcat`; skipped without it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from portal_release import EDITORIAL, publish, sample_files

from kg.portal.metadata import CATALOG, metadata, read_editorial

if TYPE_CHECKING:
    from kg.portal.metadata import Metadata
    from kg.session import KG

PYTHON = os.environ.get("KG_CKAN_PYTHON")
pytestmark = pytest.mark.skipif(not PYTHON, reason="KG_CKAN_PYTHON names no interpreter with ckanext-dcat")

Harvest = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def release(kg: KG, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Metadata]:
    folder = tmp_path_factory.mktemp("release")
    (folder / "city.ttl").write_text(EDITORIAL, "utf-8")
    meta = metadata(kg, [*read_editorial(), *read_editorial(folder / "city.ttl")])
    return publish(folder, meta, sample_files(meta), "https://data.example.org/sparql"), meta


@pytest.fixture(scope="module", params=[["euro_dcat_ap_3"], ["euro_dcat_ap_3", "schemaorg"]], ids="+".join)
def harvest(release: tuple[Path, Metadata], request: pytest.FixtureRequest) -> Harvest:
    """The datasets that CKAN would write, by their identifiers."""
    script = Path(__file__).with_name("ckan_reads.py")
    run = subprocess.run(
        [PYTHON or "", script, release[0] / CATALOG, "zh", *request.param],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return {extras(it)["identifier"]: it for it in json.loads(run.stdout)}


def extras(dataset: dict[str, Any]) -> dict[str, str]:
    return {it["key"]: it["value"] for it in dataset["extras"]}


def test_every_dataset_is_read(release: tuple[Path, Metadata], harvest: Harvest) -> None:
    assert sorted(harvest) == sorted(str(release[1].identifier(it)) for it in release[1].datasets)


def test_titles_and_keywords_are_chinese(harvest: Harvest) -> None:
    assert harvest["308001/1"]["title"] == "成绩单知识图谱"
    assert harvest["308001/9901002026"]["title"] == "临江市2026年公布的成绩单"
    tags = {it["name"] for it in harvest["308001/9901002026"]["tags"]}
    assert {"成绩单", "临江市", "2026年", "report card"} <= tags
    assert harvest["308001/1"]["notes"].startswith("全部成绩单的知识图谱")


def test_resources_have_formats_sizes_hashes_and_addresses(harvest: Harvest) -> None:
    resources = {it["url"].rpartition("/")[2]: it for it in harvest["308001/1"]["resources"]}
    assert sorted(resources) == ["claims.csv", "documents.csv", "kg.jsonld", "kg.nq.gz", "kg.ttl"]
    csv = resources["claims.csv"]
    assert (csv["format"], csv["mimetype"], csv["name"]) == ("CSV", "text/csv", "全部陈述")
    assert csv["uri"] == "https://w3id.org/chengjidan/catalog.ttl#file-csv/claims.csv"
    assert all(it["size"] > 0 and len(it["hash"]) == 64 for it in resources.values())
    assert {it["mimetype"] for it in resources.values()} == {
        "text/csv",
        "text/turtle",
        "application/n-quads",
        "application/ld+json",
    }


def test_the_rest_is_kept(harvest: Harvest) -> None:
    told = extras(harvest["308001/9901002026"])
    assert told["publisher_name"] == "成绩单项目"
    assert told["contact_url"] == told["publisher_url"] == "https://w3id.org/chengjidan/"
    assert told["spatial_uri"] == "https://sws.geonames.org/9901000/"
    assert json.loads(told["spatial_bbox"])["type"] == "Polygon"
    assert told["temporal_start"] <= told["temporal_end"]
    assert (told["issued"], told["modified"]) == ("2026-01", "2026-01-15")
    assert harvest["308001/9901002026"]["version"] == "2026-01-15"

"""The OpenAPI document says what the questions take and give, and its page needs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fastapi.openapi.models import OpenAPI
from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # has no types
from starlette.testclient import TestClient

from kg.query import load_queries
from kg.table import FORMATS
from kg.web.app import create_app
from kg.web.site import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store=built, rate=0))) as client:
        yield client


@pytest.fixture(scope="module")
def document(site: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = site.get("/openapi.json").json()
    return found


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert OpenAPI.model_validate(document).openapi == "3.1.0"
    schemas = [
        param["schema"]
        for path in document["paths"].values()
        for param in path["get"]["parameters"]
        if "$ref" not in param
    ]
    assert len(schemas) > 20
    for schema in schemas:
        Draft202012Validator.check_schema(schema)
    names = [path["get"]["operationId"] for path in document["paths"].values()]
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from ([node["$ref"]] if "$ref" in node else [])
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    found = set(references(document))
    assert len(found) > 8
    for reference in found:
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        assert node["description"]


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_each_question_has_its_path_in_both_languages(document: dict[str, Any], name: str) -> None:
    query, path = load_queries()[name], document["paths"][f"/queries/{name}"]["get"]
    assert query.zh in path["summary"]
    assert query.en in path["summary"]
    own = [it for it in path["parameters"] if "$ref" not in it]
    assert [it["name"] for it in own] == [param.name for param in query.params]
    for told, param in zip(own, query.params, strict=True):
        assert param.zh in told["description"]
        assert param.en in told["description"]
    assert len(path["responses"]["200"]["content"]) == len(FORMATS) + 1


def test_what_the_document_says_is_taken(site: TestClient, document: dict[str, Any]) -> None:
    for name in load_queries():
        for shared in document["components"]["parameters"].values():
            value = next(iter(shared["schema"].get("enum", ["1"] if shared["schema"]["type"] == "integer" else [""])))
            assert site.get(f"/queries/{name}", params={shared["name"]: value}).status_code == 200


def test_the_application_gives_the_same_document(built: Path, document: dict[str, Any]) -> None:
    assert create_app(Settings(store=built)).openapi() == document


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_lists_everything_without_a_script(site: TestClient, lang: str) -> None:
    text = site.get("/docs", params={"lang": lang}, headers={"accept": "text/html"}).text
    for query in load_queries().values():
        assert f"/queries/{query.name}" in text
        assert query.summary(lang) in text
    assert 'data-openapi="/openapi.json"' in text
    assert "cdn" not in text.lower()

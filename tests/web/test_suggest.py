"""`/suggest`: what the search field offers while a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from kg.errors import UsageError
from kg.web.search import routes
from kg.web.site import Settings, Site

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def client(built: Path) -> TestClient:
    site = Site(Settings(built, base_url="https://example.org/kg"))
    app = Starlette(routes=routes(site))
    app.state.site = site
    return TestClient(app)


def test_suggestions_have_label_kind_address_and_note(client: TestClient) -> None:
    first = client.get("/suggest", params={"q": "江城警方"}).json()[0]
    assert first["label"] == "临江市公安局"
    assert first["kind"] == "机构"
    assert first["href"] == "/kg/page/agency/%E4%B8%B4%E6%B1%9F%E5%B8%82%E5%85%AC%E5%AE%89%E5%B1%80"
    assert first["note"].startswith("又作 江城警方 · ")


def test_suggestions_come_in_english(client: TestClient) -> None:
    answer = client.get("/suggest", params={"q": "公安", "lang": "en"})
    assert answer.json()[0]["label"] == "Linjiang Public Security Bureau"
    assert answer.json()[0]["kind"] == "agency"
    assert answer.json()[0]["href"].endswith("?lang=en")
    assert answer.headers["vary"] == "Accept-Language"
    preferred = client.get("/suggest", params={"q": "公安"}, headers={"Accept-Language": "en-GB"})
    assert preferred.json() == answer.json()


def test_questions_are_suggested_with_their_address(client: TestClient) -> None:
    (first,) = client.get("/suggest", params={"q": "metric-series", "limit": "1"}).json()
    assert (first["kind"], first["href"]) == ("问题", "/kg/queries/metric-series")


@pytest.mark.parametrize(("given", "most"), [("0", 0), ("3", 3), ("99999", 50)])
def test_a_limit_is_kept(client: TestClient, given: str, most: int) -> None:
    assert len(client.get("/suggest", params={"q": "数", "limit": given}).json()) <= most


@pytest.mark.parametrize("text", ["", "\0", '"*', "公" * 10_000, "\u202e", "%", "' OR 1=1"])
def test_any_text_is_answered(client: TestClient, text: str) -> None:
    answer = client.get("/suggest", params={"q": text[:6000]})
    assert answer.status_code == 200
    assert isinstance(answer.json(), list)


@pytest.mark.parametrize("limit", ["-1", "x", "", "1e3", "٣", "9999999"])
def test_a_limit_that_is_no_number_is_refused(client: TestClient, limit: str) -> None:
    with pytest.raises(UsageError, match="should be a number"):
        client.get("/suggest", params={"q": "江", "limit": limit})

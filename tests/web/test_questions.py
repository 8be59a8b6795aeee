"""Saved questions over HTTP: the same answers as in Python, in every form, whatever is written into the address."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import httpx
import openpyxl
import pyoxigraph as ox
import pytest
from helpers import TEXTS
from live import live

from kg.query import load_queries
from kg.session import KG
from kg.web.asked import PAGE, RESERVED
from kg.web.site import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
QUESTIONS = sorted(load_queries())
HOSTILE = [
    "'",
    '"',
    "}",
    "{ ?a ?b ?c }",
    '" } UNION { ?s ?p ?o } #',
    '") } #',
    "UNDEF",
    "\n",
    "a\r\nb",
    "\0",
    "\\u0022",
    "\u202e\u200b",
    "<script>alert(1)</script>",
    "https://w3id.org/chengjidan/agency/x> } #",
    "https://w3id.org/chengjidan/agency/" + "x" * 10_000,
    "=1+1",
    "%",
    "%00%ff",
    "${7*7}{{7*7}}",
    "9" * 400,
    "-1",
    "9999",
    "0000-00-00",
    "2025-02-30",
    "x" * 10_000,
    "}" * 5_000,
    "\U0001f600" * 100,
]


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[httpx.Client]:
    with live(Settings(store=built, texts=TEXTS)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def page(site: httpx.Client, path: str, status: int = 200, /, **params: Any) -> str:
    answer = site.get(path, params=params or None, headers=HTML)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return answer.text


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return [{name: cell["value"] for name, cell in row.items()} for row in answer.json()["results"]["bindings"]]


def expected(kg: KG, name: str, **params: Any) -> list[dict[str, str]]:
    return [{key: str(cell) for key, cell in row.items() if cell is not None} for row in kg.ask(name, **params)]


def body(answer: httpx.Response) -> str:
    """The rows of an answer, as a page or as data."""
    return answer.text.partition("<tbody>")[2].partition("</tbody>")[0] or answer.text


def links(answer: httpx.Response) -> dict[str, str]:
    return {rel: href for href, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers.get("link", ""))}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_has_every_question_for_people_and_for_programs(site: httpx.Client, lang: str) -> None:
    text = page(site, "/queries", lang=lang)
    told = site.get("/queries.json", params={"lang": lang}).json()
    assert [it["name"] for it in told] == QUESTIONS
    for it in told:
        assert it["title"] in text
        assert f"/queries/{it['name']}" in text
    assert site.get("/queries", headers={"accept": "*/*"}).json() == site.get("/queries.json").json()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_answers_at_once_as_the_library_does(site: httpx.Client, kg: KG, name: str) -> None:
    answer = site.get(f"/queries/{name}", params={"format": "json"})
    assert rows(answer) == expected(kg, name)
    assert answer.headers["x-total-count"] == str(len(kg.ask(name)))
    for lang, heading in (("zh", "查询文本"), ("en", "The query")):
        text = page(site, f"/queries/{name}", lang=lang)
        assert load_queries()[name].summary(lang) in text
        assert heading in text
        assert text.count("<tr>") == min(PAGE, len(kg.ask(name))) + (len(kg.ask(name)) > 0)


def test_parameters_are_names_aliases_iris_and_several(site: httpx.Client, kg: KG) -> None:
    for given in ("临江市公安局", "市公安局", str(kg.lexicon.find("市公安局", "agency").iri)):  # type: ignore[union-attr] # it is there
        answer = site.get("/queries/claims-of-an-agency", params={"agency": given, "from": "2025", "format": "json"})
        assert rows(answer) == expected(kg, "claims-of-an-agency", agency="市公安局", from_="2025")
    both = ["临江市公安局", "临江市水务局"]
    answer = site.get("/queries/claims-of-an-agency", params={"agency": both, "format": "json"})
    assert rows(answer) == expected(kg, "claims-of-an-agency", agency=both)
    assert len(rows(answer)) > len(expected(kg, "claims-of-an-agency", agency=both[0]))


def test_forms_by_name_by_suffix_and_by_accept_are_the_same_bytes(site: httpx.Client, kg: KG) -> None:
    media = {
        "json": "application/sparql-results+json",
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
        "ttl": "text/turtle",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    for form, wanted in media.items():
        named = site.get("/queries/metric-series", params={"format": form, "undertaking": "全城一张图"})
        suffixed = site.get(f"/queries/metric-series.{form}", params={"undertaking": "全城一张图"})
        accepted = site.get("/queries/metric-series", params={"undertaking": "全城一张图"}, headers={"accept": wanted})
        assert named.content == suffixed.content == accepted.content
        assert {it.headers["content-type"].partition(";")[0] for it in (named, suffixed, accepted)} == {wanted}
        said = named.headers["content-disposition"]
        assert f'filename="metric-series.{form}"' in said
        assert unquote(said.partition("UTF-8''")[2]) == f"metric-series 全城一张图.{form}"
    assert len(expected(kg, "metric-series", undertaking="全城一张图")) > 0


def test_a_spreadsheet_gets_its_mark_and_its_cells(site: httpx.Client, kg: KG) -> None:
    whole = site.get("/queries/metric-series.csv").content
    assert whole.startswith(b"\xef\xbb\xbf")
    assert site.get("/queries/metric-series.csv?bom=0").content == whole[3:]
    read = list(csv.reader(io.StringIO(whole[3:].decode())))
    assert read[0] == kg.ask("metric-series").headings
    assert read[1:] == kg.ask("metric-series").texts()
    book = openpyxl.load_workbook(io.BytesIO(site.get("/queries/metric-series.xlsx").content))
    assert [cell.value for cell in book.worksheets[0][3]] == read[0]
    assert book.worksheets[0].max_row == len(read) + 2


def test_columns_and_order_are_those_asked_for(site: httpx.Client) -> None:
    answer = site.get("/queries/metric-series.json", params={"columns": "value,metric", "sort": "-value"})
    found = rows(answer)
    assert answer.json()["head"]["vars"] == ["value", "metric"]
    values = [float(row["value"]) for row in found]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) > 5


def test_sorting_keeps_the_order_of_equals_and_puts_empty_cells_last(site: httpx.Client) -> None:
    plain = rows(site.get("/queries/metric-series.json"))
    for sort in ("agency", "-agency"):
        found = rows(site.get("/queries/metric-series.json", params={"sort": sort}))
        assert sorted(map(str, found)) == sorted(map(str, plain))
        filled = [row["agency"] for row in found if "agency" in row]
        assert [("agency" in row) for row in found] == [True] * len(filled) + [False] * (len(found) - len(filled))
        assert len(filled) < len(found)
        for agency in set(filled):
            own = [row["claim"] for row in found if row.get("agency") == agency]
            assert own == [row["claim"] for row in plain if row.get("agency") == agency]
    twice = rows(site.get("/queries/metric-series.json", params={"sort": "unit,-value"}))
    for one, other in pairwise(twice):
        assert one["unit"] != other["unit"] or float(one["value"]) >= float(other["value"])


def test_the_links_lead_through_every_row_once(site: httpx.Client, kg: KG) -> None:
    for suffix, step in ((".json", 7), ("", 7)):
        answer = site.get(f"/queries/metric-series{suffix}", params={"limit": step, "sort": "-start"}, headers=HTML)
        assert "prev" not in links(answer)
        seen = []
        while True:
            seen.append(answer)
            if "next" not in links(answer):
                break
            following = site.get(links(answer)["next"], headers=HTML)
            assert body(site.get(links(following)["prev"], headers=HTML)) == body(answer)
            answer = following
        assert len(seen) == -(-len(kg.ask("metric-series")) // step)
        if suffix:
            whole = rows(site.get("/queries/metric-series.json?sort=-start"))
            assert [row for it in seen for row in rows(it)] == whole
        else:
            assert all(f'href="{links(it)["next"].replace("&", "&amp;")}" rel="next"' in it.text for it in seen[:-1])
    assert not site.get("/queries/metric-series.json").headers.get("link")
    assert not links(site.get("/queries/metric-series.json?limit=0"))


def test_a_download_is_what_is_shown(site: httpx.Client) -> None:
    text = page(site, "/queries/metric-series", undertaking="全城一张图", sort="-value", columns="metric,value")
    href = re.search(r'href="([^"]*metric-series\.csv[^"]*)"', text)
    assert href is not None
    read = list(csv.reader(io.StringIO(site.get(href[1].replace("&amp;", "&")).content.decode("utf-8-sig"))))
    shown = re.findall(r'<td class="number" data-value="([^"]*)"', text)
    assert [row[1] for row in read[1:]] == shown
    assert len(shown) > 0


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("metric-series?agency=x", 400, "metric, undertaking, from, to"),
        ("metric-series?metric=亲水站", 400, "亲水站点数"),
        ("metric-series?from=abc", 400, "2024-01"),
        ("metric-series?sort=nothing", 400, "published"),
        ("metric-series?columns=nothing", 400, "published"),
        ("metric-series?limit=-1", 400, "limit"),
        ("metric-series?limit=٣", 400, "limit"),
        ("metric-series?offset=1e3", 400, "offset"),
        ("metric-series?limit=1001", 400, "1000"),
        ("metric-series?" + "&".join(f"metric={n}" for n in range(101)), 400, "100"),
        ("metric-serie", 404, "metric-series"),
        ("metric-series.pdf", 404, ".csv"),
        ("metric-series.sparql-results", 404, ".csv"),
    ],
)
def test_what_is_wrong_is_said_with_what_there_is(site: httpx.Client, path: str, status: int, said: str) -> None:
    assert said in page(site, f"/queries/{path}", status)
    if "1001" not in path:
        answer = site.get(f"/queries/{path}", headers={"accept": "application/json;q=0.5, text/csv"})
        assert answer.status_code == status
        assert said in answer.text


def test_unknown_forms_are_refused(site: httpx.Client) -> None:
    assert site.get("/queries/metric-series?format=pdf").status_code == 400
    assert site.get("/queries/metric-series", headers={"accept": "image/png"}).status_code == 406


def test_errors_stand_beside_their_fields_with_names_to_click(site: httpx.Client) -> None:
    text = page(site, "/queries/metric-series", 400, metric=["亲水站", "亲水站点数"], to="never")
    assert text.count('aria-invalid="true"') == 2
    assert 'aria-describedby="metric-1-error"' in text
    assert '<p class="error" id="metric-1-error">' in text
    near = re.search(r'<span class="near"><a href="([^"]*)">亲水站点数</a>', text)
    assert near is not None
    assert parse_qsl(urlsplit(near[1].replace("&amp;", "&")).query) == [
        ("metric", "亲水站点数"),
        ("metric", "亲水站点数"),
        ("to", "never"),
    ]
    assert 'id="answer"' not in text


def test_the_form_offers_what_occurs_and_says_what_was_chosen(site: httpx.Client) -> None:
    text = page(site, "/queries/promises-by-state", state="pending")
    assert '<option value="pending" selected>' in text
    assert 'value="kept"' not in text  # nothing was kept in this city
    text = page(site, "/queries/claims-of-an-agency", agency="市公安局")
    assert '<option value="临江市公安局" selected>' in text
    assert text.count('name="agency"') == 2  # one more to fill in


def test_a_form_leads_to_the_address_without_its_empty_fields(site: httpx.Client) -> None:
    sent = "metric=&undertaking=全城一张图&from=&columns=metric&columns=value"
    answer = site.get(f"/queries/metric-series?{sent}", headers=HTML)
    assert answer.status_code == 303
    assert unquote(answer.headers["location"]) == "/queries/metric-series?undertaking=全城一张图&columns=metric,value"
    assert site.get(answer.headers["location"], headers=HTML).status_code == 200


def test_an_answer_that_is_held_is_not_sent_again(site: httpx.Client) -> None:
    for path in ("/queries/metric-series.json", "/queries/metric-series"):
        first = site.get(path, headers=HTML)
        again = site.get(path, headers=HTML)
        assert first.content == again.content
        assert first.headers["etag"] == again.headers["etag"]
        held = site.get(path, headers={**HTML, "if-none-match": first.headers["etag"]})
        assert (held.status_code, held.content) == (304, b"")
    english = site.get("/queries/metric-series?lang=en", headers=HTML)
    assert english.headers["etag"] != site.get("/queries/metric-series", headers=HTML).headers["etag"]


def test_the_language_follows_the_browser_also_from_the_cache(site: httpx.Client) -> None:
    for _ in range(2):
        for tag, heading in (("zh-CN,zh;q=0.9", "指标"), ("en-GB", "metric")):
            answer = site.get("/queries/metric-series.csv", headers={"accept-language": tag})
            assert answer.content.decode("utf-8-sig").startswith(heading + ",")


@pytest.mark.parametrize("name", QUESTIONS)
def test_hostile_values_are_values(site: httpx.Client, kg: KG, name: str) -> None:
    for number, param in enumerate(load_queries()[name].params):
        for value in HOSTILE:
            answer = site.get(f"/queries/{name}", params={param.name: value, "format": "json"})
            assert answer.status_code in {200, 400}, (param.name, value, answer.text)
            if answer.status_code == 200 and value.strip():
                assert rows(answer) == expected(kg, name, **{param.name: value.strip()})
            if number:
                continue  # the pages of one parameter are as those of another
            text = site.get(f"/queries/{name}", params={param.name: value}, headers=HTML)
            assert text.status_code in {200, 303, 400}, (param.name, value)
            assert "<script>alert" not in text.text


def test_hostile_names_and_settings_are_refused(site: httpx.Client) -> None:
    for value in HOSTILE:
        for params in ({value: "x"}, {"sort": value}, {"columns": value}, {"limit": value}, {"offset": value}):
            answer = site.get("/queries/metric-series", params=params, headers=HTML)
            assert answer.status_code in {200, 303, 400}
            if answer.status_code == 200:
                assert value in {"9999", "\0", "-1"} or not value.strip()
        assert site.get(f"/queries/{quote(value[:500], safe='')}", headers=HTML).status_code < 500


def test_samples_can_be_run_and_give_the_same_rows(site: httpx.Client, kg: KG, monkeypatch: pytest.MonkeyPatch) -> None:
    params: dict[str, Any] = {"undertaking": "全城一张图", "from": "2024", "sort": "-value"}
    text = page(site, "/queries/metric-series", **params)
    sample = {
        name: re.sub(r"&#(\d+);", lambda it: chr(int(it[1])), body)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        for name, body in re.findall(r'<code id="as-(\w+)">(.*?)</code>', text, re.DOTALL)
    }
    wanted = rows(site.get("/queries/metric-series.json", params=params))
    assert wanted

    monkeypatch.setattr(KG, "open", lambda *_, **__: kg)
    found: dict[str, Any] = {}
    exec(sample["python"].replace("table.df()", ""), found)  # noqa: S102 - the sample is what is tested
    assert [{key: str(cell) for key, cell in row.items() if cell is not None} for row in found["table"]] == wanted

    answer = site.get("/sparql", params={"query": sample["sparql"], "format": "json"})
    assert sorted(map(str, rows(answer))) == sorted(map(str, wanted))

    words = shlex.split(sample["curl"].replace("\\\n", " "))
    values = [words[n + 1] for n, word in enumerate(words) if word == "--data-urlencode"]
    pairs = dict(value.split("=", 1) for value in values)
    address = next(word for word in words if word.startswith("http"))
    assert pairs["undertaking"] == "全城一张图"
    called = site.get(urlsplit(address).path, params=pairs)
    assert called.content == site.get("/queries/metric-series.csv", params=params).content
    compile(sample["sparqlwrapper"], "sample", "exec")
    assert "/sparql" in sample["sparqlwrapper"]


def test_turtle_and_tsv_are_read_by_other_programs(site: httpx.Client, kg: KG) -> None:
    count = len(kg.ask("metric-series"))
    triples = list(
        ox.parse(site.get("/queries/metric-series.ttl").content, format=ox.RdfFormat.TURTLE, base_iri="urn:x")
    )
    solution = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#solution"
    assert sum(it.predicate.value == solution for it in triples) == count
    solutions = ox.parse_query_results(site.get("/queries/metric-series.tsv").content, format=ox.QueryResultsFormat.TSV)
    assert isinstance(solutions, ox.QuerySolutions)
    assert len(list(solutions)) == count


def test_a_series_has_charts_and_the_same_as_data(site: httpx.Client) -> None:
    text = page(site, "/queries/metric-series")
    drawn = text.count('<svg class="chart"')
    data = [json.loads(it) for it in re.findall(r'<script type="application/json" class="data">(.*?)</script>', text)]
    assert drawn == len(data) > 0
    for one in data:
        assert one["view"] == "series"
        assert len(one["series"][0]["points"]) > 1
        assert all(it["href"].startswith("/page/claim/") for it in one["series"][0]["points"])
    assert '<svg class="chart"' not in page(site, "/queries/claims-of-an-agency")


def test_cells_lead_to_pages_and_numbers_line_up(site: httpx.Client) -> None:
    text = page(site, "/queries/metric-series", metric="劝阻人次")
    assert 'data-value="362000">362,000</td>' in text
    cell = re.search(r'<a href="(/page/claim/[^"]*)" title="digest-2025[^"]*">\d+–\d+</a>', text)
    assert cell is not None
    assert site.get(cell[1], headers=HTML).status_code == 200


def test_everything_stays_below_the_prefix(built: Path) -> None:
    settings = Settings(store=built, base_url="https://data.example.cn/kg")
    with live(settings) as address, httpx.Client(base_url=address, timeout=30) as site:
        for path in ("/kg/queries", "/kg/queries/metric-series?limit=5&offset=5", "/kg/docs"):
            text = page(site, path)
            places = re.findall(r'(?:href|src|action|data-endpoint|data-openapi|data-root)="([^"]*)"', text)
            own = [place for place in places if not place.startswith(("#", "http"))]
            assert own
            assert [place for place in own if not place.startswith("/kg")] == []
        text = page(site, "/kg/queries/metric-series")
        assert "https://data.example.cn/kg/queries/metric-series" in text
        assert all(
            it.startswith("/kg/queries/") for it in links(site.get("/kg/queries/metric-series.json?limit=1")).values()
        )


def test_no_question_has_a_parameter_that_every_question_has() -> None:
    for query in load_queries().values():
        assert not {param.name for param in query.params} & set(RESERVED)

"""The interface for programs as an OpenAPI 3.1 document: a path a question, each parameter typed and described."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from kg.version import VERSION
from kg.web.answers import answer
from kg.web.asked import FORMATS
from kg.web.negotiation import GRAPHIC, HTML, TABULAR
from kg.web.rendering import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from kg.query import Parameter, SavedQuery
    from kg.web.site import Site

__all__ = ["openapi", "routes"]

_TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "date-from": {"type": "string", "pattern": r"^\d{4}(-\d{2}){0,2}$", "examples": ["2024", "2024-03-01"]},
    "date-to": {"type": "string", "pattern": r"^\d{4}(-\d{2}){0,2}$", "examples": ["2024", "2024-11"]},
    "claim": {"type": "string", "description": "文档.起-止，或 IRI / document.start-end, or an IRI"},
    "string": {"type": "string"},
}
_NAMED = {"type": "string", "description": "名称、别名、标签或 IRI / a name, an alias, a label or an IRI"}

_LIST_SCHEMA = {
    "type": "array",
    "items": {"type": "object", "required": ["name", "title"], "properties": {"name": {"type": "string"}}},
}
_PROBLEMS = {
    "400": (
        "参数不对，说明可用的参数或相近的名称",
        "a parameter is wrong; the text says which there are or come close",
    ),
    "404": ("没有这个问题", "there is no such question"),
    "406": ("没有所要的格式", "none of the formats asked for"),
    "413": ("答案太大，请加条件", "the answer is too large: restrict it"),
    "429": ("请求过于频繁", "too many requests"),
    "504": ("查询超时", "the query took too long"),
}


def routes(site: Site) -> list[BaseRoute]:
    """The document, and the page that shows it."""
    del site  # each request brings it along
    return [Route("/openapi.json", _document), Route("/docs", _page)]


def openapi(site: Site) -> dict[str, Any]:
    """The document; its texts are Chinese and English, since OpenAPI knows no languages."""
    queries = site.kg.queries.values()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "成绩单 chengjidan",
            "version": VERSION,
            "description": _both(
                "已存的问题，各是一条路径；参数是名称、别名、IRI 或日期，不给就是全部。",
                "The saved questions, a path each; parameters are names, aliases, IRIs or dates, and without them all.",
            ),
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": site.settings.base_url.rstrip("/") or site.settings.prefix or "/"}],
        "tags": [
            {"name": "queries", "description": _both("已存的问题", "saved questions")},
            {"name": "sparql", "description": _both("自由查询", "free queries")},
        ],
        "paths": {
            "/queries": _list_path(),
            **{f"/queries/{query.name}": _question_path(query) for query in queries},
            "/sparql": _sparql_path(),
        },
        "components": {
            "parameters": {name: _shared(name, *told) for name, told in _SHARED.items()},
            "responses": {status: {"description": _both(*told)} for status, told in _PROBLEMS.items()},
        },
    }


_SHARED: dict[str, tuple[dict[str, Any], str, str]] = {
    "format": (
        {"type": "string", "enum": [it.name for it in FORMATS]},
        "格式，先于 Accept",
        "format; goes before Accept",
    ),
    "lang": ({"type": "string", "enum": ["zh", "en"]}, "标签和标题的语言", "language of labels and headings"),
    "sort": ({"type": "string"}, "排序的列，逗号隔开，降序前加 -", "columns to sort by, with commas; - for downwards"),
    "columns": ({"type": "string"}, "只要这些列，逗号隔开", "these columns only, with commas"),
    "limit": ({"type": "integer", "minimum": 0}, "至多几行，不给就是全部", "rows at most; all where it is not given"),
    "offset": ({"type": "integer", "minimum": 0, "default": 0}, "略过前几行", "rows to leave out at the beginning"),
    "bom": ({"type": "string", "enum": ["0", "1"]}, "CSV 是否带 BOM", "whether CSV has a byte order mark"),
}


def _shared(name: str, schema: dict[str, Any], zh: str, en: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": _both(zh, en), "schema": schema}


def _both(zh: str, en: str) -> str:
    return f"{zh} / {en}"


def _list_path() -> dict[str, Any]:
    answers = {"application/json": {"schema": _LIST_SCHEMA}, "text/html": {"schema": {"type": "string"}}}
    return {
        "get": {
            "operationId": "queries",
            "tags": ["queries"],
            "summary": _both("全部问题", "every question"),
            "parameters": [{"$ref": "#/components/parameters/lang"}],
            "responses": {"200": {"description": _both("问题", "the questions"), "content": answers}},
        }
    }


def _question_path(query: SavedQuery) -> dict[str, Any]:
    columns = "\n".join(f"- `{it.name}`: {_both(it.zh, it.en)}" for it in query.columns)
    headers = {
        "Link": {"description": _both("下一页、上一页", "next and previous page"), "schema": {"type": "string"}},
        "X-Total-Count": {"description": _both("全部行数", "rows in all"), "schema": {"type": "integer"}},
    }
    content = {form.media: {"schema": _body(form.name)} for form in FORMATS}
    return {
        "get": {
            "operationId": query.name,
            "tags": ["queries"],
            "summary": _both(query.zh, query.en),
            "description": f"{_both('各列', 'columns')}\n\n{columns}",
            "parameters": [
                *(_parameter(param) for param in query.params),
                *({"$ref": f"#/components/parameters/{name}"} for name in _SHARED),
            ],
            "responses": {
                "200": {"description": _both("答案", "the answer"), "headers": headers, "content": content},
                **_problems(*_PROBLEMS),
            },
        }
    }


def _parameter(param: Parameter) -> dict[str, Any]:
    """A parameter of a question, which may be given several times."""
    schema: dict[str, Any] = {"type": "array", "items": _TYPES.get(param.type, _NAMED)}
    if param.default is not None:
        schema["default"] = [param.default]
    return {
        "name": param.name,
        "in": "query",
        "description": _both(param.zh, param.en),
        "schema": schema,
        "style": "form",
        "explode": True,
    }


def _body(form: str) -> dict[str, Any]:
    if form == "json":
        return {"type": "object", "required": ["head", "results"]}
    return {"type": "string", "contentMediaType": "application/octet-stream"} if form == "xlsx" else {"type": "string"}


def _problems(*statuses: str) -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _sparql_path() -> dict[str, Any]:
    media: dict[str, Any] = {form.media: {} for form in (*TABULAR, *GRAPHIC, HTML)}
    query = {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}}
    return {
        "get": {
            "operationId": "sparql",
            "tags": ["sparql"],
            "summary": _both("SPARQL 1.1 查询协议", "SPARQL 1.1 query protocol"),
            "parameters": [{**query, "description": _both("查询", "the query")}],
            "responses": {
                "200": {"description": _both("答案", "the answer"), "content": media},
                **{
                    status: {"$ref": f"#/components/responses/{status}"}
                    for status in ("400", "406", "413", "429", "504")
                },
            },
        }
    }


async def _document(request: Request) -> Response:
    document = openapi(request.app.state.site)
    return answer(request, json.dumps(document, ensure_ascii=False, indent=1), "application/json")


async def _page(request: Request) -> Response:
    site: Site = request.app.state.site
    return answer(request, render(request, "docs.html", queries=list(site.kg.queries.values())), HTML.media)

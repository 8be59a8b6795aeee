"""What the columns of the tables hold, as the W3C's "Metadata Vocabulary for Tabular Data" (CSVW) says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.query import Column
from kg.terms import BASE, CJ, CV, DCAT, DCT, ORG, RDF, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.query import SavedQuery

__all__ = ["Field", "fields", "metadata", "of_iri"]

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_SEVERAL = "; "
"""What stands between the values of one cell, in every question of queries/tables."""

_NOTES = {
    "zh": "文件为 UTF-8 编码并带字节序标记；列名与名称用中文，带“IRI”的列供程序使用，其中汉字不作百分号编码。"
    "以 =、+、-、@、制表符或回车开头的文字之前加有一个单引号，以免表格软件把它当作公式；数字不加。",
    "en": "The files are UTF-8 with a byte order mark; headings and names are in Chinese, the columns called IRI are "
    "for programs and write Chinese characters as they are. A text that starts with =, +, -, @, a tab or a carriage "
    "return has a single quote before it, so that no spreadsheet runs it as a formula; a number has none.",
}


@dataclass(frozen=True, slots=True)
class Field:
    """What a column's cells are: a datatype of CSVW, the property of the row's thing that they state, and more.

    A `thing` is a node of the graph, shown by its label, with its IRI in a further column; `several` values
    stand in one cell. A field without a property states nothing of the row's thing that the graph says so.
    """

    property: str = ""
    datatype: str | dict[str, str] = "string"
    lang: str = ""
    thing: bool = False
    several: bool = False


def _thing(term: str = "") -> Field:
    return Field(term, thing=True)


_COUNT = Field(datatype="nonNegativeInteger")
_TEXT = Field()
_LIST = Field(several=True)
_DAY = Field(datatype="date")
_DAY_OR_MONTH = {"base": "string", "format": "[0-9]{4}-[0-9]{2}(-[0-9]{2})?"}

_FIELDS: dict[str, Field] = {
    "about": _LIST,
    "accumulation": _thing(CJ.accumulation),
    "agency": _thing(CJ.agency),
    "aliases": _LIST,
    "base": _thing(CJ.base),
    "bound": _thing(CJ.bound),
    "claim": _thing(),
    "claims": _COUNT,
    "class": _thing(RDF.type),
    "code": Field(DCT.identifier),
    "definitionEn": Field(SKOS.definition, lang="en"),
    "definitionZh": Field(SKOS.definition, lang="zh"),
    "description": Field(DCT.description),
    "direction": _thing(CJ.direction),
    "document": _thing(),
    "documents": _COUNT,
    "en": Field(SKOS.prefLabel, lang="en"),
    "end": _COUNT,
    "from": _DAY,
    "good": _thing(CJ.goodDirection),
    "id": _TEXT,
    "involvement": _thing(),
    "involvements": _COUNT,
    "iri": Field(datatype="anyURI"),
    "kind": _thing(CJ.kind),
    "length": Field(CJ.length, "nonNegativeInteger"),
    "level": _thing(CJ.level),
    "lower": Field(CJ["lower"], "decimal"),
    "lowerInclusive": Field(CJ.lowerInclusive, "boolean"),
    "mentions": _COUNT,
    "metric": _thing(CJ.metric),
    "notes": _LIST,
    "place": _thing(CJ.place),
    "programme": _thing(CJ.programme),
    "published": Field(DCT.issued, _DAY_OR_MONTH),
    "publisher": _thing(DCT.publisher),
    "review": _thing(CJ.review),
    "reviewer": Field(CJ.reviewer),
    "role": _thing(CV.role),
    "sha256": Field(CJ.sha256),
    "start": _COUNT,
    "status": _thing(CJ.status),
    "title": Field(DCT.title, lang="zh"),
    "to": _DAY,
    "under": _thing(ORG.subOrganizationOf),
    "undertaking": _thing(CJ.undertaking),
    "unit": _thing(CJ.unit),
    "unitOf": _thing(ORG.unitOf),
    "units": _LIST,
    "upper": Field(CJ["upper"], "decimal"),
    "upperInclusive": Field(CJ.upperInclusive, "boolean"),
    "value": Field(CJ.value, "decimal"),
    "verified": Field(CJ.textVerified, "boolean"),
    "whole": _thing(CJ.partOf),
    "wholes": _LIST,
    "wording": _TEXT,
    "wordings": Field(CJ.metricWording, lang="zh", several=True),
    "zh": Field(SKOS.prefLabel, lang="zh"),
}
"""The columns by their names, whichever table they stand in."""

_ELSEWHERE: dict[str, dict[str, Field]] = {
    "documents": {"id": Field(DCT.identifier), "place": _thing(DCT.spatial)},
    "metrics": {"kind": _thing(CJ.metricKind)},
    "organisations": {"place": _thing(DCT.spatial)},
    "periods": {"start": Field(DCAT.startDate, "date"), "end": Field(DCAT.endDate, "date")},
    "places": {"whole": _thing(DCT.isPartOf)},
}
"""The columns that mean something else in one table."""

_KEYS: dict[str, str] = {"claims": "claim_iri", "documents": "id", "involvements": "involvement_iri"}
"""The column that names a row's thing, where it is not `iri`."""

_PERIOD = (["from", "to"], "periods", ["start", "end"])
_LINKS: dict[str, tuple[tuple[Sequence[str], str, Sequence[str]], ...]] = {
    "claims": (
        (["id"], "documents", ["id"]),
        (["metric_iri"], "metrics", ["iri"]),
        (["place_iri"], "places", ["iri"]),
        _PERIOD,
    ),
    "documents": ((["place_iri"], "places", ["iri"]),),
    "involvements": (
        (["id"], "documents", ["id"]),
        (["agency_iri"], "organisations", ["iri"]),
        (["undertaking_iri"], "undertakings", ["iri"]),
        _PERIOD,
    ),
}
"""Columns of a table whose values stand in columns of another, in every row: CSVW has no link that may be empty."""


def fields(query: SavedQuery) -> dict[str, Field]:
    """What each column of a table holds; a column that this module does not know is a text that states nothing."""
    own = _ELSEWHERE.get(query.name, {})
    return {column.name: own.get(column.name, _FIELDS.get(column.name, _TEXT)) for column in query.columns}


def of_iri(column: Column) -> Column:
    """The further column that holds the IRIs of the things of a column."""
    return Column(f"{column.name}_iri", f"{column.zh} IRI", f"{column.en} IRI")


def metadata(queries: Iterable[SavedQuery]) -> dict[str, Any]:
    """The description of all tables as a CSVW table group, whose address is that of a file beside them.

    A processor that turns the tables into RDF writes IRIs as RFC 6570 does, Chinese characters percent-encoded:
    the same addresses, but other terms than in the graph's own files.
    """
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "@type": "TableGroup",
        "dc:title": _texts("成绩单知识图谱的表格", "Tables of the Chengjidan knowledge graph"),
        "dc:license": {"@id": _LICENCE},
        "rdfs:comment": _texts(_NOTES["zh"], _NOTES["en"]),
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"], "trim": False},
        "tables": [_table(query) for query in queries],
    }


def _table(query: SavedQuery) -> dict[str, Any]:
    known = fields(query)
    people = [_column(column, known[column.name]) for column in query.columns]
    programs = [_iri_column(column, known[column.name]) for column in query.columns if known[column.name].thing]
    key, links = _KEYS.get(query.name, "iri"), _LINKS.get(query.name, ())
    filled = {key, *(name for own, _, _ in links for name in own)}
    columns = [it | ({"required": True} if it["name"] in filled else {}) for it in (*people, *programs)]
    schema: dict[str, Any] = {
        "columns": [*columns, *_virtual(known)],
        "primaryKey": key,
        "aboutUrl": f"{BASE}document/{{id}}" if query.name == "documents" else f"{{+{key}}}",
    }
    if links:
        schema["foreignKeys"] = [_link(*link) for link in links]
    return {
        "@type": "Table",
        "url": f"{query.name}.csv",
        "dc:title": _texts(query.zh, query.en),
        "tableSchema": schema,
    }


def _column(column: Column, field: Field) -> dict[str, Any]:
    """A column as people read it: of a thing its label, which states nothing of the row's own thing."""
    described: dict[str, Any] = {
        "name": column.name,
        "titles": {"zh": column.zh, "en": column.en},
        "datatype": field.datatype,
    }
    if field.several:
        described["separator"] = _SEVERAL
    if field.lang or field.thing:
        described["lang"] = field.lang or "zh"
    return described | _stating("" if field.thing else field.property)


def _iri_column(column: Column, field: Field) -> dict[str, Any]:
    it = of_iri(column)
    described: dict[str, Any] = {"name": it.name, "titles": {"zh": it.zh, "en": it.en}, "datatype": "anyURI"}
    return described | _stating(field.property) | ({"valueUrl": f"{{+{it.name}}}"} if field.property else {})


def _stating(term: str) -> dict[str, Any]:
    return {"propertyUrl": str(term)} if term else {"suppressOutput": True}


def _virtual(known: dict[str, Field]) -> list[dict[str, Any]]:
    """The period of a claim or an involvement, which two columns give together."""
    if not {"from", "to"} <= known.keys():
        return []
    value = f"{BASE}period/{{from}}_{{to}}"
    return [{"name": "period", "virtual": True, "propertyUrl": str(CJ.period), "valueUrl": value}]


def _link(own: Sequence[str], table: str, its: Sequence[str]) -> dict[str, Any]:
    return {"columnReference": own, "reference": {"resource": f"{table}.csv", "columnReference": its}}


def _texts(zh: str, en: str) -> list[dict[str, str]]:
    return [{"@value": zh, "@language": "zh"}, {"@value": en, "@language": "en"}]

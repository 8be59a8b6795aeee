"""The tools: what a model can ask of the graph. Each finds, cuts to size and words; the work is done below."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import pyoxigraph as ox
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult
from pydantic import Field
from rdflib import URIRef

from kg.agents.answers import (
    Cell,
    Described,
    Findings,
    Heading,
    Hits,
    Input,
    Proof,
    Question,
    Questions,
    Row,
    Rows,
    Solved,
    answered,
    cut,
    fitting,
)
from kg.agents.texts import Texts
from kg.agents.views import Views
from kg.answer import Solutions, from_oxigraph
from kg.errors import KgError, UsageError
from kg.model import Severity
from kg.pages import findings, statements, things
from kg.pages.names import kind_of
from kg.query import Parameter, resolve
from kg.terms import BASE
from kg.web.pool import Job

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.answer import Term
    from kg.pages.findings import FindingView
    from kg.query import SavedQuery
    from kg.web.pool import Reply
    from kg.web.site import Site

__all__ = ["Tools"]

_MOST = 500
_MOST_DETAILED = 50
_CLAIM = Parameter("claim", "claim", "陈述", "claim")
_SCOPES = {
    "agency": "?claim cj:agency/(org:unitOf|org:subOrganizationOf)* $thing",
    "metric": "?claim cj:metric $thing",
    "document": "?passage oa:hasSource $thing . ?claim prov:wasQuotedFrom ?passage",
}
"""How the claims that findings concern belong to a thing; an agency's are those of its units too."""

Sort = Literal["agency", "undertaking", "metric", "document", "place", "question"]
Value = str | int | list[str | int] | None
Name = Annotated[str, Field(description="name, alias, label or IRI")]
Limit = Annotated[int, Field(description="how many at most")]


class Tools:
    """The tools over one site; `lang` is the language of labels and of the text beside the structured answer."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._texts = Texts(site.settings.lang)

    def search_entities(
        self,
        text: Annotated[str, Field(description="Chinese or English; a part of a name is enough")],
        sorts: Annotated[list[Sort] | None, Field(description="only these sorts of things")] = None,
        limit: Limit = 10,
    ) -> Annotated[CallToolResult, Hits]:
        """Find agencies, undertakings, metrics, documents, places and saved questions by name, alias or wording."""
        with _told():
            hits = self._site.search.find(text, _within(limit, _MOST), sorts)
            total = self._site.search.count(text, sorts)
            answer = Hits(text=cut(text), total=total, note=self._texts.more(len(hits), total), hits=hits)
            return answered(answer, self._texts.hits(answer))

    def describe_entity(self, name: Name, limit: Limit = 10) -> Annotated[CallToolResult, Described]:
        """What the graph says of a thing: facts, aliases, its newest figures and involvements, with their sources."""
        with _told():
            found = things.named(self._site.kg, name, self._site.search)
            if found.iri.startswith(f"{BASE}claim/"):
                raise UsageError("这是一条陈述，请查它的出处（evidence）", "this is a claim: ask for its evidence")
            it = self._views.entity(found, _within(limit, _MOST_DETAILED))
            shown, total = len(it.figures) + len(it.roles), it.claims + it.involvements
            answer = Described(note=self._texts.more(shown, total), entity=it)
            return answered(answer, self._texts.described(answer))

    def list_questions(self) -> Annotated[CallToolResult, Questions]:
        """The saved questions: what each asks, its parameters and columns. Prefer them to SPARQL of your own."""
        kg = self._site.kg
        answer = Questions(questions=[_question(it, kg.lang) for it in kg.queries.values()])
        return answered(answer, self._texts.questions(answer))

    async def ask_question(
        self,
        name: Annotated[str, Field(description="a name from list_questions")],
        params: Annotated[
            dict[str, Value] | None,
            Field(description='by name, as {"agency": "市公安局", "from": "2024"}; a list gives alternatives'),
        ] = None,
        limit: Limit = 30,
    ) -> Annotated[CallToolResult, Rows]:
        """Ask a saved question. Numbers come as intervals, every row with its sources."""
        with _told():
            kg = self._site.kg
            query = kg.question(name)
            given = {key: None if value == [] else value for key, value in (params or {}).items()}
            text = await asyncio.to_thread(lambda: kg.bound(name, **given))
            solutions = _solutions(await self._site.pool.run(Job(text, trusted=True)))
            rows = await asyncio.to_thread(self._rows, query, solutions, _within(limit, _MOST))
            columns = [Heading(name=it.name, label=it.label(kg.lang)) for it in query.columns]
            note = self._texts.more(len(rows), len(solutions))
            title = query.summary(kg.lang)
            answer = Rows(question=name, title=title, columns=columns, total=len(solutions), note=note, rows=rows)
            return answered(answer, self._texts.rows(answer))

    async def sparql(
        self,
        query: Annotated[str, Field(description="SPARQL 1.1; read the resource chengjidan://ontology first")],
        limit: Limit = 100,
    ) -> Annotated[CallToolResult, Solved]:
        """Run a read-only SPARQL query. Read cj:lower and cj:upper, not cj:value: 47万余 is [470000, 480000).

        Ask for prov:wasQuotedFrom too, so that the answer can be cited.
        """
        with _told():
            reply = await self._site.pool.run(Job(query, graphic="application/n-triples"))
            answer = await asyncio.to_thread(self._solved, reply, _within(limit, _MOST))
            return answered(answer, self._texts.solved(answer))

    def evidence_of_claim(
        self, claim: Annotated[str, Field(description="the IRI of a claim, or the last part of it")]
    ) -> Annotated[CallToolResult, Proof]:
        """Which characters of which document state a claim, its agency, period and place; what is inferred; review."""
        with _told():
            node = resolve(_CLAIM, claim, self._site.kg.lexicon)
            answer = Proof(evidence=self._views.evidence(str(node)))
            return answered(answer, self._texts.proof(answer))

    def findings(
        self,
        agency: Name | None = None,
        metric: Name | None = None,
        document: Name | None = None,
        severity: Annotated[Severity, Field(description="what is as serious or more")] = Severity.INFO,
        limit: Limit = 10,
    ) -> Annotated[CallToolResult, Findings]:
        """Figures that cannot all be true (violation), or only under an assumption (warning), and notes (info)."""
        with _told():
            its = self._scoped({"agency": agency, "metric": metric, "document": document}, severity)
            shown = self._views.findings(its[: _within(limit, _MOST_DETAILED)])
            kept = fitting(shown, len(shown))
            answer = Findings(total=len(its), note=self._texts.more(len(kept), len(its)), findings=kept)
            return answered(answer, self._texts.findings(answer))

    @property
    def _views(self) -> Views:
        """Of the graph that is published now."""
        return Views(self._site.kg, self._site.settings.texts)

    def _scoped(self, scope: Mapping[str, str | None], severity: Severity) -> list[FindingView]:
        """The findings about all the things named, as serious or more, the worst first."""
        kg = self._site.kg
        its = findings.all_findings(kg)
        for sort, name in scope.items():
            if name is not None:
                node = resolve(Parameter(sort, sort, sort, sort), name, kg.lexicon)
                there = {it.iri for it in findings.about(kg, _SCOPES[sort], str(node))}
                its = [it for it in its if it.iri in there]
        return [it for it in its if Severity(it.severity).rank <= severity.rank and kind_of(it.check) == "check"]

    def _rows(self, query: SavedQuery, solutions: Solutions, limit: int) -> list[Row]:
        """The rows with the sources of the claims, findings and documents that they name."""
        views, shown = self._views, list(solutions)[:limit]
        cited = views.sources({str(cell) for row in shown for cell in row.values() if cell is not None})
        claims = [str(row["claim"]) for row in shown if row.get("claim")]
        limits = statements.limits(self._site.kg, claims)
        rows = []
        for row in shown:
            cells = {column.name: self._cell(row[column.name]) for column in query.columns}
            if "value" in cells and row.get("claim"):
                cells["value"] = limits.get(str(row["claim"]))
            its = [source for cell in row.values() for source in cited.get(str(cell), [])]
            passages = [source for source in its if source.start is not None]
            rows.append(Row(cells=cells, sources=list(dict.fromkeys(passages or its))))
        return fitting(rows, limit)

    def _solved(self, reply: Reply, limit: int) -> Solved:
        if reply.media == "application/n-triples":
            lines = sorted(set(reply.body.decode().splitlines()))
            kept = fitting(lines, limit)
            note = self._texts.more(len(kept), len(lines))
            return Solved(columns=[], rows=[], triples="\n".join(kept), truth=None, total=len(lines), note=note)
        answer = from_oxigraph(ox.parse_query_results(reply.body, ox.QueryResultsFormat.JSON))
        if not isinstance(answer, Solutions):
            return Solved(columns=[], rows=[], triples=None, truth=bool(answer), total=1, note=None)
        rows = [{name: self._cell(cell) for name, cell in row.items()} for row in list(answer)[:limit]]
        kept_rows = fitting(rows, limit)
        note = self._texts.more(len(kept_rows), len(answer))
        columns = list(answer.variables)
        return Solved(columns=columns, rows=kept_rows, triples=None, truth=None, total=len(answer), note=note)

    def _cell(self, cell: Term | None) -> Cell:
        if isinstance(cell, URIRef) and cell.startswith(BASE):
            return self._views.thing(cell)
        return None if cell is None else cut(str(cell))


def _solutions(reply: Reply) -> Solutions:
    answer = from_oxigraph(ox.parse_query_results(reply.body, ox.QueryResultsFormat.JSON))
    if not isinstance(answer, Solutions):
        raise UsageError("这个问题不是 SELECT", "this question is no SELECT")
    return answer


def _question(it: SavedQuery, lang: str) -> Question:
    params = [
        Input(name=p.name, type=p.type, label=p.en if lang == "en" else p.zh, default=p.default) for p in it.params
    ]
    columns = [Heading(name=column.name, label=column.label(lang)) for column in it.columns]
    return Question(name=it.name, zh=it.zh, en=it.en, params=params, columns=columns)


def _within(limit: int, most: int) -> int:
    return max(1, min(limit, most))


@contextmanager
def _told() -> Iterator[None]:
    """Errors as the protocol has them: in both languages, for the model to read and to correct itself."""
    try:
        yield
    except KgError as error:
        raise ToolError(f"{error.zh}\n{error.en}") from error

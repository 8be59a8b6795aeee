"""A remote SPARQL 1.1 server as a store: queries and updates through SPARQLWrapper, graphs through HTTP PUT."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from rdflib import BNode, Graph, Literal, URIRef
from SPARQLWrapper import DIGEST, JSON, POST, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

from kg.answer import Answer, Solutions, Term, Triples, lines, triples_of
from kg.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.sorting import Target

__all__ = ["RemoteStore"]

_LONG = 500  # characters of a server's own words: some repeat the whole request
_VIRTUOSO_ASK = "__ASK_RETVAL"  # Virtuoso answers an ASK with one row of this variable


@dataclass(frozen=True, slots=True)
class RemoteStore:
    """A server whose default graph is the union of its named graphs (Virtuoso; oxigraph --union-default-graph).

    `graph_store_url` is its SPARQL 1.1 Graph Store Protocol address; without it a graph is replaced by one
    update request, which is as atomic as the server makes a request. Every method raises UnreadableError
    where the server does not answer, and UsageError where it calls the query malformed.
    """

    query_url: str
    update_url: str | None = None
    graph_store_url: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: int = 60

    def query(self, text: str) -> Answer:
        """See Store."""
        wrapper = self._wrapper(self.query_url)
        wrapper.setQuery(text)
        if wrapper.queryType in {"CONSTRUCT", "DESCRIBE"}:
            wrapper.setReturnFormat(TURTLE)
            body = self._run(wrapper).response.read()
            try:
                graph = Graph().parse(data=body, format="turtle")
            except (SyntaxError, ValueError) as error:
                raise _unreachable(self.query_url, error) from error
            return triples_of((s, p, o) for s, p, o in graph)  # type: ignore[misc] # a parsed graph holds terms
        wrapper.setReturnFormat(JSON)
        body = self._run(wrapper).response.read()
        try:
            return _answer(json.loads(body))
        except (ValueError, TypeError, KeyError) as error:
            raise _unreachable(self.query_url, error) from error

    def update(self, text: str) -> None:
        """Run a SPARQL 1.1 update request."""
        if self.update_url is None:
            raise UsageError("没有给出更新地址", "no update address was given")
        wrapper = self._wrapper(self.update_url)
        wrapper.setQuery(text)
        self._run(wrapper).response.read()

    def graphs(self) -> list[str]:
        """See Store."""
        answer = self.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
        return sorted(str(row[0]) for row in answer.rows)

    def replace(self, graph: str, triples: str) -> None:
        """See Store."""
        if self.graph_store_url is None:
            self.update(f"DROP SILENT GRAPH <{graph}> ; INSERT DATA {{ GRAPH <{graph}> {{ {triples} }} }}")
        else:
            self._put(graph, triples.encode())

    def drop(self, graph: str) -> None:
        """See Store."""
        self.update(f"DROP SILENT GRAPH <{graph}>")

    def keep(self, graph: str) -> None:
        """See Store; a server changes graphs one by one, so what is not replaced stands."""

    def read(self, graph: str) -> str:
        """See Store."""
        answer = self.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        assert isinstance(answer, Triples)  # noqa: S101 - the type of a CONSTRUCT's answer
        return lines(answer)

    def copy(self, graph: str, target: Target) -> None:
        """See Store; the answer of a server is in memory whole, a graph at a time."""
        target.write(self.read(graph).encode())

    def dump(self) -> Iterator[str]:
        """See Store; one request a graph."""
        for graph in self.graphs():
            for text in self.read(graph).split("\n")[:-1]:  # a literal may hold what splitlines takes for a line end
                yield f"{text.removesuffix(' .')} <{graph}> ."

    def _wrapper(self, url: str) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(url)
        wrapper.setMethod(POST)
        wrapper.setTimeout(self.timeout)
        if self.user is not None:
            wrapper.setHTTPAuth(DIGEST)
            wrapper.setCredentials(self.user, self.password or "")
        return wrapper

    def _run(self, wrapper: SPARQLWrapper) -> Any:
        try:
            return wrapper.query()
        except QueryBadFormed as error:
            why = str(error)[:_LONG]
            raise UsageError(f"服务器不接受这个查询：{why}", f"the server refuses the query: {why}") from error
        except (SPARQLWrapperException, OSError) as error:
            raise _unreachable(wrapper.endpoint, error) from error

    def _put(self, graph: str, body: bytes) -> None:
        url = f"{self.graph_store_url}?graph={urllib.parse.quote(graph, safe='')}"
        if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
            raise UsageError(f"不是 http 地址：{url}", f"not an http address: {url}")
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            url, data=body, method="PUT", headers={"Content-Type": "application/n-triples"}
        )
        opener = urllib.request.build_opener()
        try:
            if self.user is not None:
                self._authorize(opener, request)
            with opener.open(request, timeout=self.timeout) as response:
                response.read()
        except OSError as error:
            raise _unreachable(url, error) from error

    def _authorize(self, opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> None:
        """Answer the server's challenge before the body is sent: a server may hang up on a large one."""
        asked = urllib.request.Request(request.full_url, method="HEAD")  # noqa: S310 - the scheme was checked
        try:
            opener.open(asked, timeout=self.timeout).close()
        except urllib.error.HTTPError as error:
            scheme, _, rest = error.headers.get("WWW-Authenticate", "").partition(" ")
            if error.code != HTTPStatus.UNAUTHORIZED or scheme.lower() != "digest":
                return
            passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            passwords.add_password(None, request.full_url, self.user or "", self.password or "")
            challenge = urllib.request.parse_keqv_list(list(filter(None, urllib.request.parse_http_list(rest))))
            answer = urllib.request.HTTPDigestAuthHandler(passwords).get_authorization(request, challenge)
            request.add_unredirected_header("Authorization", f"Digest {answer}")


def _unreachable(url: str, error: Exception) -> UnreadableError:
    why = str(error)[:_LONG]
    return UnreadableError(f"服务器没有应答：{why}", f"the server gave no good answer: {why}", file=url)


def _answer(result: dict[str, Any]) -> Answer:
    """SPARQL 1.1 JSON results as an answer."""
    if "boolean" in result:
        return bool(result["boolean"])
    variables = tuple(result["head"]["vars"])
    if variables == (_VIRTUOSO_ASK,):
        return any(row[_VIRTUOSO_ASK]["value"] == "1" for row in result["results"]["bindings"])
    return Solutions(
        variables,
        tuple(
            tuple(_term(row[name]) if name in row else None for name in variables)
            for row in result["results"]["bindings"]
        ),
    )


def _term(cell: dict[str, str]) -> Term:
    if cell["type"] == "uri":
        return URIRef(cell["value"])
    if cell["type"] == "bnode":
        return BNode(cell["value"])
    datatype = cell.get("datatype")
    if cell.get("xml:lang"):
        return Literal(cell["value"], lang=cell["xml:lang"])
    return Literal(cell["value"], datatype=URIRef(datatype) if datatype else None, normalize=False)

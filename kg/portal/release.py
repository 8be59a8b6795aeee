"""A release: everything that an open-data team publishes or a portal harvests, as one folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from rdflib import FOAF, VOID, URIRef

from kg import resources
from kg.changes.difference import difference
from kg.changes.quads import sorted_quads
from kg.description import DATASET, service, statistics
from kg.description import turtle as void_turtle
from kg.portal import catalogue, directory
from kg.portal.cube import cube_parts
from kg.portal.dumps import dumps, yearly
from kg.portal.feed import feed_part
from kg.portal.metadata import CATALOG, address
from kg.portal.notes import notes_part
from kg.portal.ontology import ontology_parts
from kg.portal.part import Part
from kg.portal.questions import question_parts
from kg.portal.tables import tables
from kg.query import load_queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kg.changes.difference import Difference
    from kg.model import Finding
    from kg.portal.metadata import Metadata
    from kg.portal.part import Written
    from kg.session import KG

__all__ = ["Release"]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Release:
    """What a release is made from; `endpoint` is the SPARQL service of the same graph, `previous` the release before.

    `previous` is whatever kg.changes.quads reads: a folder of a release or a store, or a file.
    """

    kg: KG
    meta: Metadata
    endpoint: str = ""
    previous: Path | None = None

    @property
    def version(self) -> str:
        """What the release is called."""
        return self.meta.version

    @property
    def title(self) -> tuple[str, str]:
        """What the graph is called, in Chinese and English."""
        whole = self.meta.dataset("graph")
        assert whole is not None  # noqa: S101 - kg.portal.metadata makes it for every graph
        return whole.text("zh"), whole.text("en")

    @cached_property
    def difference(self) -> Difference:
        """What is new since the release before; raises UnreadableError where that cannot be read."""
        with sorted_quads(self.kg.store) as after:
            if self.previous is None:
                return difference(None, after)
            with sorted_quads(self.previous) as before:
                return difference(before, after)

    def files(self) -> Iterator[Part]:
        """The data: the same wherever it is published."""
        yield from dumps(self.kg)
        yield from tables(self.kg)
        yield from cube_parts(self.kg)
        yield from yearly(self.kg, self.meta)
        yield from ontology_parts()

    def descriptions(self, written: Sequence[Written]) -> Iterator[Part]:
        """What tells people, portals and programs of the data at its address, and what has changed."""
        triples = catalogue.catalogue(self.meta, written, self.endpoint)
        yield Part(CATALOG, "text/turtle", partial(_one, catalogue.turtle(self.meta, triples).encode()))
        yield Part("void.ttl", "text/turtle", lambda: [self._void(written).encode()])
        queries = load_queries(resources.queries() / "tables")
        rows = directory.rows(self.meta, written, queries)
        yield Part("directory.json", "application/json", partial(_one, directory.as_json(rows)))
        yield Part("directory.xlsx", _XLSX, partial(_one, directory.as_workbook(rows)))
        yield from question_parts(self.kg.queries.values(), self.endpoint)
        updated = str(self.meta.datasets[0].modified or "1970-01-01")
        yield feed_part(self.difference, self.title, self.meta.home, updated, self.version)
        yield notes_part(self.difference, self.version)

    def faults(self, written: Sequence[Written]) -> list[Finding]:
        """What the catalogue lacks."""
        return catalogue.faults(self.meta, catalogue.catalogue(self.meta, written, self.endpoint))

    def _void(self, written: Iterable[Written]) -> str:
        home = self.meta.home
        found = statistics(self.kg.store)
        dumped = [it.part.path for it in written if it.part.path.startswith("kg.")]
        found += [(DATASET, VOID.dataDump, address(home, path)) for path in dumped]
        here = URIRef(f"{home}void.ttl")
        found += [(here, FOAF.primaryTopic, DATASET)]
        if self.endpoint:
            found += service(self.endpoint.removesuffix("/sparql"))
        return void_turtle(found)


def _one(body: bytes) -> list[bytes]:
    return [body]

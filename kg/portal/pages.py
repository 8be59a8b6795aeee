"""Pages and data of every thing as files, so that a plain file server publishes linked data."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg.answer import Solutions
from kg.pages import described, findings, overview
from kg.pages.assets import ASSETS
from kg.pages.described import WRITERS
from kg.pages.parts import environment, known
from kg.pages.shown import shown
from kg.portal.addresses import FORMS, file_of, filed, page_of
from kg.portal.offer import offer, summary
from kg.portal.part import Part
from kg.terms import BASE
from kg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kg.pages.shown import Shown
    from kg.portal.metadata import Metadata
    from kg.portal.part import Written
    from kg.session import KG

__all__ = ["Pages"]

LANGUAGES = ("zh", "en")

_UNFILTERED: dict[str, Any] = {"chosen": {}, "facets": {}, "first": 0, "following": None, "before": None}

_TEMPLATES = environment()
_MEDIA = {"html": "text/html", "ttl": "text/turtle", "jsonld": "application/ld+json"}
_SUBJECTS = "SELECT DISTINCT ?it WHERE {{ GRAPH <{graph}> {{ ?it ?p ?o }} FILTER(STRSTARTS(STR(?it), '{base}')) }}"
_LISTS = (
    ("agencies", "Organisation", "机构与组织", "Agencies and organisations"),
    ("undertakings", "Undertaking", "事项", "Undertakings"),
    ("metrics", "Metric", "指标", "Metrics"),
)


class Pages:
    """The static side of a release: a page in each language and data for every thing, and the pages that list them."""

    def __init__(self, kg: KG, meta: Metadata, site: str = "", texts: Path | None = None) -> None:
        """`site` answers questions at an address without a slash at its end; `texts` holds the documents' texts."""
        self._kg, self._meta, self._site, self._texts = kg, meta, site, texts

    def parts(self, files: Sequence[Written]) -> Iterator[Part]:
        """Every page and every thing's data, thing by thing: memory is bounded by one thing and by names."""
        for name in ("ontology.css", "seal.svg", "site.css"):
            media = "text/css" if name.endswith("css") else "image/svg+xml"
            yield Part(f"static/{name}", media, partial(_read, ASSETS / name))
        yield from self._whole(files)
        yield from self._lists()
        for iri in self._things():
            yield from self._thing(iri)

    def page(self, file: str, template: str, lang: str, path: str, **context: Any) -> Part:
        """A page of the release as the part `file`; `path` is the place that it marks in the menu."""
        reader = filed(self._kg.lexicon, lang, file, self._site)
        mirror = filed(self._kg.lexicon, "en" if lang == "zh" else "zh", file, self._site)
        text = _TEMPLATES.get_template(template).render(
            **known(reader),
            other=mirror.url(path),
            path=path,
            islands=lambda *_: "",
            asset=lambda name: reader.url(f"/static/{name}"),
            version=VERSION,
            **context,
        )
        return Part(file, _MEDIA["html"], lambda: (text.encode(),))

    def _whole(self, files: Sequence[Written]) -> Iterator[Part]:
        """The home page, and the page of the data."""
        kg, meta = self._kg, self._meta
        view = overview.overview(kg)
        mentions = findings.mentions(kg, view.findings)
        for lang in LANGUAGES:
            told = summary(kg, meta, files, lang)
            first = {"view": view, "findings": view.findings, "mentions": mentions, "structured": told}
            yield self.page(_named("index", lang), "home.html", lang, "/", **first)
            here = offer(kg, meta, files, lang)
            yield self.page(_named("data", lang), "data.html", lang, "/data", place=quote, **here)

    def _lists(self) -> Iterator[Part]:
        kg = self._kg
        for name, sort, *titles in _LISTS:
            groups: dict[str, list[tuple[str, int]]] = {}
            for iri, class_, count in overview.listing(kg, sort):
                groups.setdefault(class_, []).append((iri, count))
            for lang, title in zip(LANGUAGES, titles, strict=True):
                yield self.page(_named(name, lang), "listing.html", lang, f"/{name}", title=title, groups=groups)
        documents, every = overview.documents(kg), findings.all_findings(kg)
        mentions = findings.mentions(kg, every)
        for lang in LANGUAGES:
            yield self.page(_named("documents", lang), "documents.html", lang, "/documents", documents=documents)
            shown_all = {"findings": every, "total": len(every), "mentions": mentions, **_UNFILTERED}
            yield self.page(_named("findings", lang), "findings.html", lang, "/findings", **shown_all)

    def _things(self) -> Iterator[str]:
        """Every thing of the project that a graph speaks of, once, graph by graph; only the names are remembered."""
        seen: set[str] = set()
        graphs = self._kg.store.graphs()
        seen.update(graphs)  # the dumps hold them
        for graph in graphs:
            answer = self._kg.store.query(_SUBJECTS.format(graph=graph, base=BASE))
            rows = answer if isinstance(answer, Solutions) else ()
            own = sorted({str(row["it"]).partition("#")[0] for row in rows} - seen)
            seen.update(own)
            yield from own

    def _thing(self, iri: str) -> Iterator[Part]:
        kg = self._kg
        page: Shown | None = shown(kg, iri, self._texts)
        if page is None:
            return
        triples = described.described(kg, iri)
        path = f"/page/{iri.removeprefix(BASE)}"
        for lang in LANGUAGES:
            yield self.page(page_of(iri, lang), page.template, lang, path, **page.context)
        for form in FORMS:
            reader = filed(kg.lexicon, "zh", "index.html")
            body = WRITERS[form](triples, reader)
            yield Part(f"{file_of(iri)}.{form}", _MEDIA[form], partial(_once, body))


def _named(name: str, lang: str) -> str:
    return f"{name}{'.en' if lang == 'en' else ''}.html"


def _read(path: Path) -> Iterable[bytes]:
    return (path.read_bytes(),)


def _once(body: bytes) -> Iterable[bytes]:
    return (body,)

"""The graph for search engines: a schema.org Dataset in JSON-LD, for the head of a page (see kg.pages.embedding).

Source: schema.org Dataset, DataDownload and DataCatalog, and Google's guide to structured data for datasets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rdflib import FOAF, SKOS, Literal, URIRef
from rdflib.namespace import DCTERMS as DCT

from kg.answer import Solutions
from kg.portal.metadata import address, library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.answer import Term
    from kg.portal.coverage import Place
    from kg.portal.metadata import Dataset, Metadata
    from kg.portal.part import Written
    from kg.session import KG

__all__ = ["measured", "structured"]

_MEASURED = """PREFIX cj: <https://w3id.org/chengjidan/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?metric ?label ?count WHERE {
  { SELECT ?metric (COUNT(?claim) AS ?count) WHERE { ?claim a cj:Claim ; cj:metric ?metric } GROUP BY ?metric }
  ?metric skos:prefLabel ?label
}"""


def structured(
    meta: Metadata, files: Sequence[Written], lang: str = "zh", name: str = "graph", variables: Sequence[str] = ()
) -> dict[str, Any]:
    """A dataset with its files as schema.org's terms in JSON-LD, texts in one language (`zh` or `en`).

    `variables` are names of metrics (see `measured`). What is not known has no key. Raises KeyError for a dataset that
    there is not.
    """
    dataset = meta.dataset(name)
    if dataset is None:
        raise KeyError(name)
    publisher = meta.inherited(dataset, DCT.publisher)
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": str(dataset.iri),
        "name": dataset.text(lang),
        "description": dataset.text(lang, "descriptions"),
        "url": meta.home,
        "identifier": str(meta.identifier(dataset)),
        "license": _licence(meta),
        "creator": _organisation(meta, publisher, lang),
        "publisher": _organisation(meta, publisher, lang),
        "keywords": [str(it) for it in meta.keywords(dataset) if isinstance(it, Literal) and it.language == lang],
        "temporalCoverage": "/".join(dataset.period or ()),
        "spatialCoverage": [_place(it, lang) for it in dataset.cities],
        "variableMeasured": list(variables),
        "inLanguage": ["zh", "en"],
        "isAccessibleForFree": True,
        "version": str(dataset.modified or "") if dataset.city else meta.version,
        "datePublished": _date(meta, dataset, DCT.issued, dataset.issued),
        "dateModified": _date(meta, dataset, DCT.modified, dataset.modified),
        "includedInDataCatalog": _catalog(meta, lang),
        "distribution": [_download(meta, it, lang) for it in files if it.part.dataset == name and it.part.zh],
    }
    return {key: value for key, value in found.items() if value not in ("", [], {})}


def measured(kg: KG, lang: str = "zh", limit: int = 50) -> list[str]:
    """The names of the metrics with the most claims, at most `limit`, the most frequent first."""
    answer = kg.store.query(_MEASURED)
    assert isinstance(answer, Solutions)  # noqa: S101 - the type of a SELECT's answer
    counts: dict[str, int] = {}
    names: dict[str, dict[str, str]] = {}
    for row in answer:
        metric, label = str(row["metric"]), row["label"]
        counts[metric] = int(str(row["count"]))
        names.setdefault(metric, {})[(label.language if isinstance(label, Literal) else None) or "zh"] = str(label)
    order = sorted(counts, key=lambda it: (-counts[it], it))[:limit]
    return [names[it].get(lang) or next(iter(names[it].values())) for it in order]


def _licence(meta: Metadata) -> str:
    """The address of the licence itself, which search engines know, rather than that in the list of the EU."""
    stated = meta.values(meta.node("catalog"), DCT.license)
    same = {s: str(o) for s, p, o in (*library(), *meta.stated) if p == SKOS.exactMatch}
    return same.get(stated[0], str(stated[0])) if stated else ""


def _organisation(meta: Metadata, nodes: Sequence[Term], lang: str) -> dict[str, str]:
    for node in nodes:
        if isinstance(node, URIRef):
            found = {"@type": "Organization", "@id": str(node), "name": _text(meta, node, FOAF.name, lang)}
            homepage = meta.values(node, FOAF.homepage)
            return {**found, "url": str(homepage[0])} if homepage else found
    return {}


def _catalog(meta: Metadata, lang: str) -> dict[str, str]:
    it = meta.node("catalog")
    return {"@type": "DataCatalog", "@id": str(it), "name": _text(meta, it, DCT.title, lang), "url": meta.home}


def _place(place: Place, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "Place", "@id": place.iri, "name": (place.en if lang == "en" else "") or place.zh}
    if place.code:
        found["identifier"] = {"@type": "PropertyValue", "propertyID": "GB/T 2260", "value": place.code}
    return found


def _download(meta: Metadata, file: Written, lang: str) -> dict[str, str]:
    part = file.part
    return {
        "@type": "DataDownload",
        "@id": str(meta.node(f"file-{part.path}")),
        "name": (part.en if lang == "en" else part.zh) or part.zh,
        "contentUrl": str(address(meta.home, part.path)),
        "encodingFormat": part.media,
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }


def _date(meta: Metadata, dataset: Dataset, predicate: URIRef, otherwise: Literal | None) -> str:
    stated = meta.values(dataset.iri, predicate)
    return str(stated[0] if stated else otherwise or "")


def _text(meta: Metadata, node: URIRef, predicate: URIRef, lang: str) -> str:
    texts = [it for it in meta.values(node, predicate) if isinstance(it, Literal)]
    return next((str(it) for it in texts if it.language == lang), str(texts[0]) if texts else "")

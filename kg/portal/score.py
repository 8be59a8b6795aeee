"""How good a catalogue is: the 405 points of the Metadata Quality Assessment of data.europa.eu, computed on a folder.

The method is that of data.europa.eu/mqa/methodology: five dimensions, 23 indicators. An indicator of a dataset is met
or not; one of distributions counts the share of the dataset's distributions that meet it; for interoperability only the
best distribution counts, since the files of a dataset hold the same content. A catalogue has the mean of its datasets.
Where the portal asks whether an address answers, the file in the folder answers, so that a release is judged before it
is published; DCAT-AP compliance is judged by the shapes of ontology/portal/shapes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rdflib import RDF
from rdflib.namespace import DCTERMS as DCT

from kg.errors import UnreadableError
from kg.model import Severity
from kg.portal.catalogue import breaches
from kg.portal.dcat import AUTHORITY, DCAT, IANA
from kg.portal.metadata import CATALOG
from kg.vocabulary import parse_turtle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from rdflib import URIRef

    from kg.answer import Term, Triple

__all__ = ["Mark", "Score", "score"]

_OPEN = (
    "BMP CSV DBF ETSI_XML GEOJSON GPKG GZIP HTML ICS JPEG2000 JSON JSON_LD KML KMZ NETCDF ODS PNG RDF_N_QUADS "
    "RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML RSS RTF TAR TIFF TSV TXT WMS_SRVC XML ZIP"
)
"""The EU file types that data.europa.eu calls non-proprietary."""
_READABLE = (
    "ATOM CSV DBF GEOJSON GML GPKG ICS JSON JSON_LD KML KMZ N3 NETCDF ODS OWL RDF RDFA RDF_N_QUADS RDF_N_TRIPLES "
    "RDF_THRIFT RDF_TRIG RDF_TRIX RDF_TURTLE RDF_XML RSS SDMX SHP SKOS_XML SPARQLQRES TSV XLS XLSX XML YAML"
)
"""The EU file types that a program can take apart; the portal's own list is wider and has ZIP and PDF too."""
_RATINGS = ((351, "优", "Excellent"), (221, "良", "Good"), (121, "中", "Sufficient"), (0, "差", "Bad"))
_NAMED = 3
"""Things that a reason names."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is asked: of datasets (`of` is empty), of distributions (`share`) or of the best distribution (`best`)."""

    dimension: tuple[str, str]
    name: str
    weight: int
    zh: str
    en: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """How an indicator is met: its points of its weight, and what keeps it from all of them."""

    indicator: Indicator
    points: Fraction
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Score:
    """The marks of a catalogue."""

    marks: tuple[Mark, ...]

    @property
    def points(self) -> Fraction:
        """The sum, of 405 at most."""
        return sum((mark.points for mark in self.marks), Fraction(0))

    @property
    def rating(self) -> tuple[str, str]:
        """The rating of data.europa.eu in Chinese and English."""
        return next((zh, en) for least, zh, en in _RATINGS if self.points >= least)

    def text(self) -> str:
        """A table for people: a line an indicator, with points, weight, name and what is missing."""
        lines = []
        for mark in self.marks:
            it = mark.indicator
            why = f"：{mark.zh} / {mark.en}" if mark.zh else ""
            lines.append(f"{_shown(mark.points):>6} / {it.weight:<3} {it.dimension[0]}  {it.zh} / {it.en}{why}")
        total = sum(it.weight for it in INDICATORS)
        zh, en = self.rating
        return "\n".join([*lines, f"{_shown(self.points):>6} / {total}  {zh} / {en}"]) + "\n"

    def json(self) -> str:
        """The same for programs."""
        marks = [_json(mark) for mark in self.marks]
        zh, en = self.rating
        total = sum(it.weight for it in INDICATORS)
        found = {"points": float(self.points), "of": total, "rating": {"zh": zh, "en": en}, "indicators": marks}
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


_FIND, _ACCESS, _INTER = ("可发现", "findability"), ("可访问", "accessibility"), ("可互操作", "interoperability")
_REUSE, _CONTEXT = ("可重用", "reusability"), ("上下文", "contextuality")

INDICATORS: tuple[Indicator, ...] = (
    Indicator(_FIND, "keyword", 30, "关键词", "keywords"),
    Indicator(_FIND, "theme", 30, "主题", "themes"),
    Indicator(_FIND, "spatial", 20, "地理范围", "geographic coverage"),
    Indicator(_FIND, "temporal", 20, "时间范围", "temporal coverage"),
    Indicator(_ACCESS, "accessURL-answers", 50, "访问地址可达", "access address answers", "share"),
    Indicator(_ACCESS, "downloadURL", 20, "下载地址", "download address", "share"),
    Indicator(_ACCESS, "downloadURL-answers", 30, "下载地址可达", "download address answers", "share"),
    Indicator(_INTER, "format", 20, "格式", "format", "best"),
    Indicator(_INTER, "mediaType", 10, "媒体类型", "media type", "best"),
    Indicator(
        _INTER, "format-from-list", 10, "格式与媒体类型取自代码表", "format and media type from code lists", "best"
    ),
    Indicator(_INTER, "non-proprietary", 20, "非专有格式", "non-proprietary format", "best"),
    Indicator(_INTER, "machine-readable", 20, "机器可读格式", "machine-readable format", "best"),
    Indicator(_INTER, "compliance", 30, "符合 DCAT-AP", "compliance with DCAT-AP"),
    Indicator(_REUSE, "license", 20, "许可协议", "licence", "share"),
    Indicator(_REUSE, "license-from-list", 10, "许可协议取自代码表", "licence from the code list", "share"),
    Indicator(_REUSE, "accessRights", 10, "访问权限", "access rights"),
    Indicator(_REUSE, "accessRights-from-list", 5, "访问权限取自代码表", "access rights from the code list"),
    Indicator(_REUSE, "contactPoint", 20, "联系方式", "contact"),
    Indicator(_REUSE, "publisher", 10, "发布者", "publisher"),
    Indicator(_CONTEXT, "rights", 5, "权利说明", "rights", "share"),
    Indicator(_CONTEXT, "byteSize", 5, "文件大小", "size of the file", "share"),
    Indicator(_CONTEXT, "issued", 5, "发布日期", "date of issue"),
    Indicator(_CONTEXT, "modified", 5, "修改日期", "date of change"),
)
"""The indicators of data.europa.eu with their weights, 405 points in all."""

_STATED: dict[str, URIRef] = {
    **{name: DCAT[name] for name in ("keyword", "theme", "downloadURL", "mediaType", "contactPoint", "byteSize")},
    **{name: DCT[name] for name in ("spatial", "temporal", "format", "license", "accessRights", "publisher", "rights")},
    **{name: DCT[name] for name in ("issued", "modified")},
}
"""The indicators that ask only whether something is stated."""


def score(folder: Path, answers: Callable[[str], bool] | None = None) -> Score:
    """The points of the catalogue in a release's folder, `catalog.ttl`.

    `answers` tells whether an address can be fetched; without it an address below the catalogue's own answers where
    the folder has that file, and no other does. Raises UnreadableError where there is no catalogue, or none that can
    be read, or none with a dataset.
    """
    triples = parse_turtle(folder / CATALOG)
    judge = _Judge(triples, answers or _Files(folder, _home(triples)).answers)
    if not judge.datasets:
        raise UnreadableError("目录中没有数据集", "has no dataset", file=folder / CATALOG)
    return Score(tuple(judge.mark(indicator) for indicator in INDICATORS))


class _Judge:
    """What is met in a catalogue."""

    def __init__(self, triples: Sequence[Triple], answers: Callable[[str], bool]) -> None:
        self._facts: dict[tuple[Term, URIRef], list[Term]] = {}
        for subject, predicate, value in triples:
            self._facts.setdefault((subject, predicate), []).append(value)
        self._answers = answers
        kinds = (DCAT.Dataset, RDF.type)
        self.datasets = sorted({s for s, p, o in triples if (o, p) == kinds}, key=str)
        broken = {it.focus for it in breaches(triples) if it.severity is Severity.VIOLATION}
        own = {node for dataset in self.datasets for node in (dataset, *self.of(dataset, DCAT.distribution))}
        self._broken = broken
        self._shared = bool(broken - {str(node) for node in own})
        self._best = {dataset: self._best_of(dataset) for dataset in self.datasets}

    def of(self, subject: Term, predicate: URIRef) -> list[Term]:
        """What is stated of a thing."""
        return self._facts.get((subject, predicate), [])

    def mark(self, indicator: Indicator) -> Mark:
        """The mark of an indicator over all datasets."""
        total, missing = Fraction(0), []
        for dataset in self.datasets:
            shares = {node: self._share(indicator, node) for node in self._asked(indicator, dataset)}
            if shares:
                total += sum(shares.values(), Fraction(0)) / len(shares)
            else:
                missing.append(dataset)
            missing += [node for node, share in shares.items() if share < 1]
        names = [str(node).rpartition("#")[2] for node in missing]
        more = f" … ({len(names)})" if len(names) > _NAMED else ""
        listed = ", ".join(names[:_NAMED]) + more
        points = indicator.weight * total / len(self.datasets)
        zh, en = (f"未满足：{listed}", f"not met by {listed}") if names else ("", "")
        return Mark(indicator, points, zh, en)

    def _asked(self, indicator: Indicator, dataset: Term) -> list[Term]:
        """The nodes of a dataset that an indicator asks about."""
        if indicator.of == "share":
            return self.of(dataset, DCAT.distribution)
        if indicator.of == "best":
            best = self._best[dataset]
            return [] if best is None else [best]
        return [dataset]

    def _best_of(self, dataset: Term) -> Term | None:
        asked = [it for it in INDICATORS if it.of == "best"]
        return max(
            sorted(self.of(dataset, DCAT.distribution), key=str),
            key=lambda node: sum(it.weight * self._share(it, node) for it in asked),
            default=None,
        )

    def _share(self, indicator: Indicator, node: Term) -> Fraction:
        """How far a node meets an indicator: 0 to 1."""
        name = indicator.name
        if name in _STATED:
            return Fraction(bool(self.of(node, _STATED[name])))
        if name == "compliance":
            return Fraction(not self._is_broken(node))
        if name.endswith("-answers"):
            urls = self.of(node, DCAT[name.removesuffix("-answers")])
            return Fraction(bool(urls) and all(self._answers(str(url)) for url in urls))
        codes = self._codes(node)
        if name == "non-proprietary":
            return Fraction(not codes.isdisjoint(_OPEN.split()))
        if name == "machine-readable":
            return Fraction(not codes.isdisjoint(_READABLE.split()))
        if name == "format-from-list":
            return Fraction(bool(codes) + self._listed(node, DCAT.mediaType, IANA), 2)
        term, space = name.removesuffix("-from-list"), {"license": "licence/", "accessRights": "access-right/"}
        return Fraction(self._listed(node, DCT[term], AUTHORITY + space[term]))

    def _listed(self, node: Term, predicate: URIRef, space: str) -> bool:
        values = [str(it).replace("http://www.iana", "https://www.iana", 1) for it in self.of(node, predicate)]
        return bool(values) and all(it.startswith(space) for it in values)

    def _codes(self, node: Term) -> set[str]:
        space = AUTHORITY + "file-type/"
        return {str(it).removeprefix(space) for it in self.of(node, DCT["format"]) if str(it).startswith(space)}

    def _is_broken(self, dataset: Term) -> bool:
        """Whether a shape is broken by a dataset, by one of its distributions or by what all datasets share."""
        nodes = {str(dataset), *map(str, self.of(dataset, DCAT.distribution))}
        return self._shared or bool(nodes & self._broken)


class _Files:
    """The files of a folder as answers to the addresses below the one at which it is published."""

    def __init__(self, folder: Path, home: str) -> None:
        self._folder, self._home = folder.resolve(), home

    def answers(self, url: str) -> bool:
        """Whether the file at an address is in the folder; a folder answers with its index page."""
        if not url.startswith(self._home):
            return False
        name = unquote(url.removeprefix(self._home).partition("#")[0].partition("?")[0])
        file = (self._folder / name).resolve()
        if not file.is_relative_to(self._folder):
            return False
        return file.is_file() or (file / "index.html").is_file()


def _home(triples: Iterable[Triple]) -> str:
    """The address of the folder: the catalogue's own without its file and fragment."""
    for subject, predicate, value in triples:
        if (predicate, value) == (RDF.type, DCAT.Catalog):
            return str(subject).partition("#")[0].rpartition("/")[0] + "/"
    return "\n"  # no address begins so


def _json(mark: Mark) -> dict[str, Any]:
    it = mark.indicator
    return {
        "dimension": {"zh": it.dimension[0], "en": it.dimension[1]},
        "indicator": it.name,
        "label": {"zh": it.zh, "en": it.en},
        "points": round(float(mark.points), 4),
        "of": it.weight,
        "missing": {"zh": mark.zh, "en": mark.en},
    }


def _shown(points: Fraction) -> str:
    return f"{float(points):.2f}".rstrip("0").rstrip(".")

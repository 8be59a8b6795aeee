"""Time the cross-claim checks: every check over a million claims, and over one changed city.

    python benchmarks/check.py [--claims N]

The claims are made: cities of 5,000 claims in 50 documents of five years, in the proportions of the shipped data
(changes, shares with their parts, figures of several years, plans), a few of them contradictory.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from typing import TYPE_CHECKING

from kg.answer import lines
from kg.checking import check_city, outcome
from kg.checks import load_checks
from kg.terms import BASE, CJ
from kg.vocabulary import Vocabulary
from kg.working import Index, Working

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOCUMENTS, _CLAIMS, _METRICS, _SHARED, _AGAIN = 50, 100, 6000, 300, 0.25
_FLOWS, _FIVE, _FIRST, _WRONG = 3, 6, 2021, 0.002
_YEARS = [("2021", "2021"), ("2022", "2022"), ("2023", "2023"), ("2024", "2024"), ("2025", "2025"), ("2021", "2025")]
_DECIMAL = "<http://www.w3.org/2001/XMLSchema#decimal>"
_INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"
_DATE = "<http://www.w3.org/2001/XMLSchema#date>"
_TRUE = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"


def main() -> None:
    """Run every check over as many cities as the claims make, and print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=50_000, help="how many claims; 1000000 takes minutes to make")
    cities = max(1, parser.parse_args().claims // (_DOCUMENTS * _CLAIMS))
    index = Index(lines(Vocabulary().triples) + "\n".join(sorted(made_vocabulary())))
    load_checks()
    spent, findings, worst = 0.0, 0, 0.0
    for number in range(cities):
        documents = list(made_city(number))
        start = time.process_time()
        working = Working(documents, index, {})
        found = outcome(working, check_city(working))
        took = time.process_time() - start
        spent, worst, findings = spent + took, max(worst, took), findings + len(found.findings)
    claims = cities * _DOCUMENTS * _CLAIMS
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| claims | cities | seconds (one core) | seconds for 1,000,000 | slowest city | findings | peak memory |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    scaled = spent * 1_000_000 / claims
    print(f"| {claims:,} | {cities} | {spent:.1f} | {scaled:.0f} | {worst:.2f} | {findings:,} | {peak:.0f} MiB |")


def made_vocabulary() -> Iterator[str]:
    """Metrics, agencies, units and periods; a quarter of the metrics each are flows, stocks, rates and maxima."""
    for number in range(_METRICS):
        metric = _own("metric", f"m{number}")
        sort = ("flow", "flow", "flow", "stock", "stock", "cumulative", "none", "maximum")[number % 8]
        yield from _named(metric, f"指标{number}")
        yield f"{metric} {_cj('accumulation')} {_own('accumulation', sort)} ."
        yield f"{metric} {_cj('metricKind')} {_own('kind', 'level')} ."
        yield f"{metric} {_cj('unit')} {_own('unit', '件')} ."
    for number in range(20):
        yield from _named(_own("agency", f"a{number}"), f"机构{number}")
    for unit in ("件", "percent"):
        yield from _named(_own("unit", unit), unit)
    for first, last in _YEARS:
        period = _own("period", f"{first}-01-01_{last}-12-31")
        yield f'{period} <http://www.w3.org/ns/dcat#startDate> "{first}-01-01"^^{_DATE} .'
        yield f'{period} <http://www.w3.org/ns/dcat#endDate> "{last}-12-31"^^{_DATE} .'


def made_city(number: int) -> Iterator[str]:
    """The documents of one city as N-Triples: figures move a little from year to year and add up in most cases."""
    random_ = random.Random(number)  # noqa: S311 - made data, the same each time
    bases: dict[int, int] = {}
    for document in range(_DOCUMENTS):
        lines = list(_document(number, document))
        for place in range(_CLAIMS):
            # As in the shipped data, a quarter of the claims are of metrics that come again; the others stand alone.
            again = random_.random() < _AGAIN
            metric = (
                random_.randrange(_SHARED) if again else _SHARED + (document * _CLAIMS + place) % (_METRICS - _SHARED)
            )
            base = bases.setdefault(metric, random_.randrange(100, 100_000))
            lines += _claim(number, document, place, metric, base, random_)
        yield "\n".join(lines)


def _document(city: int, number: int) -> Iterator[str]:
    node = _own("document", f"c{city}-d{number}")
    yield f"{node} {_TYPE} {_cj('Document')} ."
    yield f'{node} <http://purl.org/dc/terms/title> "文档{number}"@zh .'
    yield f'{node} <http://purl.org/dc/terms/issued> "{2021 + number % 6}-12-20"^^{_DATE} .'


def _claim(city: int, document: int, place: int, metric: int, base: int, random_: random.Random) -> Iterator[str]:
    first, last = _YEARS[document % 6]
    start, end = place * 40, place * 40 + 6
    name = f"c{city}-d{document}"
    claim, passage = _own("claim", f"{name}.{start}-{end}"), f"<{BASE}document/{name}#char={start},{end}>"
    kind = ("level",) * 14 + ("change", "change", "change", "share", "rate", "level")
    sort = kind[place % 20]
    flow, slips = metric % 8 < _FLOWS, random_.random() < _WRONG
    grown = base * (100 + 5 * (int(last) - _FIRST)) // 100
    value = grown * (_FIVE if flow and first != last else 1) * (2 if slips else 1)
    if sort != "level":
        value = 4 if sort == "change" else 17
    unit = "件" if sort == "level" else "percent"
    for predicate, node in (
        ("kind", _own("kind", sort)), ("bound", _own("bound", "exact")), ("unit", _own("unit", unit)),
        ("status", _own("status", "planned" if place % 50 == 49 else "achieved")), ("place", _own("place", f"p{city}")),
        ("metric", _own("metric", f"m{metric}")), ("agency", _own("agency", f"a{metric % 20}")),
        ("period", _own("period", f"{first}-01-01_{last}-12-31")),
        ("value", f'"{value}"^^{_DECIMAL}'), ("lower", f'"{value}"^^{_DECIMAL}'),
        ("upper", f'"{value + 1}"^^{_DECIMAL}'),
        ("lowerInclusive", _TRUE), ("upperInclusive", _TRUE), ("metricWording", f'"指标{metric}"@zh'),
        *([("direction", _own("direction", "up")), ("base", _own("base", "yoy"))] if sort == "change" else []),
        *([("partOf", _own("claim", f"{name}.{start - 40}-{start - 34}"))] if sort == "share" else []),
    ):  # fmt: skip
        yield f"{claim} {_cj(predicate)} {node} ."
    yield f"{claim} {_TYPE} {_cj('Claim')} ."
    yield f"{claim} <http://www.w3.org/ns/prov#wasQuotedFrom> {passage} ."
    yield f"{passage} <http://www.w3.org/ns/oa#hasSource> {_own('document', name)} ."
    yield f'{passage} <http://www.w3.org/ns/oa#start> "{start}"^^{_INTEGER} .'
    yield f'{passage} <http://www.w3.org/ns/oa#end> "{end}"^^{_INTEGER} .'
    yield f'{passage} <http://www.w3.org/ns/oa#exact> "{value}件" .'


def _named(node: str, name: str) -> Iterator[str]:
    yield f'{node} {_LABEL} "{name}"@zh .'
    yield f'{node} {_LABEL} "{name}"@en .'


def _own(kind: str, name: str) -> str:
    return f"<{BASE}{kind}/{name}>"


def _cj(name: str) -> str:
    return f"<{CJ}{name}>"


if __name__ == "__main__":
    main()

"""Claims as the pages show them: a number with its limits, its period and its source line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from kg.interval import Interval, plain
from kg.pages.asking import Row, ask, values
from kg.pages.periods import period_text
from kg.pages.series import Chart, claimed
from kg.search import OF_CLAIM
from kg.terms import iri, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kg.pages.charts import Point
    from kg.pages.names import Names
    from kg.session import KG

__all__ = [
    "MOST",
    "Series",
    "Statement",
    "by_metric",
    "chart",
    "limits",
    "newest",
    "of_agency",
    "of_claims",
    "of_document",
    "of_metric",
    "of_undertakings",
    "point",
]

MOST = 500
"""Claims on one page at most; a saved question gives the rest."""

_FIELDS = f"""SELECT ?claim ?metric ?wording ?kind ?status ?unit ?bound ?start ?end ?place ?agency ?programme
  ?value ?lower ?upper ?direction ?base ?whole ?document ?at ?until ?printed
WHERE {{
  {{ SELECT DISTINCT ?claim WHERE {{ %s }} ORDER BY ?claim LIMIT {MOST + 1} }}
  ?claim cj:metric ?metric ; cj:metricWording ?wording ; cj:kind ?kind ; cj:status ?status ; cj:unit ?unit ;
    cj:bound ?bound ; cj:period ?period ; cj:place ?place ; prov:wasQuotedFrom ?passage .
  ?period dcat:startDate ?start ; dcat:endDate ?end .
  ?passage oa:hasSource ?document ; oa:start ?at ; oa:end ?until .
  OPTIONAL {{ ?passage oa:exact ?printed }}
  OPTIONAL {{ ?claim cj:agency ?agency }}
  OPTIONAL {{ ?claim cj:programme ?programme }}
  OPTIONAL {{ ?claim cj:value ?value }}
  OPTIONAL {{ ?claim cj:lower ?lower }}
  OPTIONAL {{ ?claim cj:upper ?upper }}
  OPTIONAL {{ ?claim cj:direction ?direction }}
  OPTIONAL {{ ?claim cj:base ?base }}
  OPTIONAL {{ ?claim cj:partOf ?whole }}
}}"""


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim: `printed` as the text has it, `spans` the characters of all its mentions, the first first."""

    iri: str
    metric: str
    wording: str
    kind: str
    status: str
    unit: str
    bound: str
    start: date
    end: date
    place: str
    agency: str | None
    programme: str | None
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    direction: str | None
    base: str | None
    whole: str | None
    document: str
    spans: tuple[tuple[int, int], ...]
    printed: str

    @property
    def planned(self) -> bool:
        """Whether it is a plan."""
        return self.status == "planned"

    @property
    def passage(self) -> str:
        """The IRI of the characters of its first mention."""
        start, end = self.spans[0]
        return f"{self.document}#char={start},{end}"

    def period(self, lang: str) -> str:
        """Its days, as people write them."""
        return period_text(self.start, self.end, lang)

    def limits(self, names: Names) -> str:
        """What the number can be: `470,000 以上，不足 480,000`; nothing where it is one exact number."""
        low, high = self.lower, self.upper
        if low is not None and high is not None:
            return "" if low == high else f"{_grouped(low)} – {_grouped(high)}"
        if low is not None:
            return names.t(f"{_grouped(low)} 以上", f"over {_grouped(low)}")
        return "" if high is None else names.t(f"{_grouped(high)} 以内", f"up to {_grouped(high)}")


@dataclass(frozen=True, slots=True)
class Series:
    """The claims of one metric, kind and unit in the order of time."""

    metric: str
    kind: str
    unit: str
    statements: tuple[Statement, ...]


def of_agency(kg: KG, iri: str) -> list[Statement]:
    """The claims about the work of an agency itself."""
    return _found(kg, "?claim cj:agency $thing", iri)


def of_metric(kg: KG, iri: str) -> list[Statement]:
    """The claims of a metric."""
    return _found(kg, "?claim cj:metric $thing", iri)


def of_undertakings(kg: KG, iris: str) -> list[Statement]:
    """The claims that belong to some undertakings, given as `kg.pages.asking.values`."""
    return _found(kg, "VALUES ?part { $thing } ?claim cj:programme ?part", iris)


def of_document(kg: KG, iri: str) -> list[Statement]:
    """The claims of a document, in the order of its text."""
    return sorted(
        _found(kg, "?passage oa:hasSource $thing . ?claim prov:wasQuotedFrom ?passage ; a cj:Claim", iri),
        key=lambda it: it.spans,
    )


def of_claims(kg: KG, iris: Iterable[str]) -> list[Statement]:
    """Some claims, in the order given."""
    wanted = list(dict.fromkeys(map(str, iris)))
    if not wanted:
        return []
    found = {it.iri: it for it in _found(kg, "VALUES ?claim { $thing } ?claim a cj:Claim", values(wanted))}
    return [found[iri] for iri in wanted if iri in found]


def newest(kg: KG, iri: str) -> list[str]:
    """The IRIs of all claims that an agency, metric, undertaking, place or document has, the newest period first."""
    rows = ask(
        kg,
        f"""SELECT DISTINCT ?claim ?end WHERE {{
          ?claim {OF_CLAIM} $thing . ?claim a cj:Claim ; cj:period/dcat:endDate ?end
        }} ORDER BY DESC(?end) ?claim""",
        thing=iri,
    )
    return list(dict.fromkeys(str(row["claim"]) for row in rows))


def limits(kg: KG, iris: Iterable[str]) -> dict[str, str]:
    """The numbers that claims allow, as `[470000, 480000)`; one where it is exact, none for a claim that gives none."""
    rows = ask(
        kg,
        """SELECT ?claim ?lower ?with_lower ?upper ?with_upper WHERE {
          VALUES ?claim { $claims }
          OPTIONAL { ?claim cj:lower ?lower ; cj:lowerInclusive ?with_lower }
          OPTIONAL { ?claim cj:upper ?upper ; cj:upperInclusive ?with_upper }
        }""",
        claims=values(dict.fromkeys(iris)),
    )
    found = {}
    for row in rows:
        low, high = (None if row[end] is None else Decimal(str(row[end])) for end in ("lower", "upper"))
        if low is not None and low == high:
            found[str(row["claim"])] = plain(low)
        elif low is not None or high is not None:
            belong = (str(row[name]) != "false" for name in ("with_lower", "with_upper"))
            found[str(row["claim"])] = str(Interval(low, high, *belong))
    return found


def by_metric(statements: Sequence[Statement]) -> list[Series]:
    """Claims as series, those with most periods first."""

    def series(it: Statement) -> tuple[str, str, str]:
        return (it.metric, it.kind, it.unit)

    found = [
        Series(*key, tuple(sorted(own, key=lambda it: (it.end, it.start, it.iri))))
        for key, own in groupby(sorted(statements, key=series), key=series)
    ]
    return sorted(found, key=lambda it: (-len({(s.start, s.end) for s in it.statements}), it.metric, it.kind))


def point(statement: Statement, names: Names) -> Point:
    """A claim in a chart."""
    it = statement
    return claimed(
        (it.start, it.end),
        (it.lower, it.upper, it.value),
        it.direction,
        planned=it.planned,
        words=it.printed,
        href=names.link(it.iri),
    )


def chart(series: Series, names: Names) -> Chart:
    """A series as a chart."""
    kind = "" if series.kind == "level" else names.label(iri("kind", series.kind))
    unit = names.label(series.unit)
    points = tuple(point(it, names) for it in series.statements)
    note = " · ".join(it for it in (kind, unit) if it)
    return Chart(names.label(series.metric), names.link(series.metric), note, unit, points, names.lang)


def _found(kg: KG, pattern: str, thing: str) -> list[Statement]:
    rows = ask(kg, _FIELDS % pattern, thing=thing)
    rows.sort(key=lambda row: (str(row["claim"]), int(str(row["at"]))))
    return [_statement(list(own)) for _, own in groupby(rows, key=lambda row: str(row["claim"]))]


def _statement(rows: list[Row]) -> Statement:
    """One claim of its rows, a row a mention."""
    first = rows[0]

    def text(name: str) -> str | None:
        return None if first[name] is None else str(first[name])

    def needed(name: str, made: Callable[[str], str] = str) -> str:
        return made(str(first[name]))

    def number(name: str) -> Decimal | None:
        return None if first[name] is None else Decimal(str(first[name]))

    direction = text("direction")
    value = number("value")
    return Statement(
        iri=needed("claim"),
        metric=needed("metric"),
        wording=needed("wording"),
        kind=needed("kind", name_of),
        status=needed("status", name_of),
        unit=needed("unit"),
        bound=needed("bound", name_of),
        start=date.fromisoformat(needed("start")),
        end=date.fromisoformat(needed("end")),
        place=needed("place"),
        agency=text("agency"),
        programme=text("programme"),
        value=value,
        lower=number("lower"),
        upper=number("upper"),
        direction=name_of(direction) if direction else None,
        base=text("base"),
        whole=text("whole"),
        document=needed("document"),
        spans=tuple(sorted({(int(str(row["at"])), int(str(row["until"]))) for row in rows})),
        printed=(text("printed") or (plain(value) if value is not None else "")).replace("*", "").strip(),
    )


def _grouped(number: Decimal) -> str:
    return f"{number:,f}"

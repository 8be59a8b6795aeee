"""The views of kg.pages as answers: with labels, and with the source of each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import Literal

from kg.agents.wire import Entity, Evidence, Fact, Figure, Found, Involvement, Part, Source, Thing
from kg.checkreport import grade
from kg.interval import plain
from kg.lexicon import CLASSES
from kg.model import Finding, Severity
from kg.pages import agencies, claims, passages, statements, things
from kg.pages.names import Names, kind_of
from kg.search import OF_INVOLVEMENT, SORTS
from kg.terms import CJ, DCT, ORG, SKOS, iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg.pages.findings import FindingView
    from kg.pages.passages import Mention, Origin
    from kg.pages.statements import Statement
    from kg.session import KG

__all__ = ["Views"]

_EDGES = {str(CJ[name]) for name in ("involvedIn", "leads", "takesPartIn", "operates", "issues", "receives", "plans")}
"""What the involvements say with their periods and passages."""
_INVERSE = {
    str(ORG.unitOf): str(ORG.hasUnit),
    str(ORG.subOrganizationOf): str(ORG.hasSubOrganization),
    str(DCT.isPartOf): str(DCT.hasPart),
    str(SKOS.broader): str(SKOS.narrower),
}
_STATED = ("claim", "document", "finding", "involvement")
"""The kinds of things that stand somewhere."""


class Views:
    """What a graph says, in its language; with the folder of the texts every passage has its sentence."""

    def __init__(self, kg: KG, texts: Path | None = None) -> None:
        self._kg = kg
        self._texts = texts
        self._names = Names(kg.lexicon, kg.lang)

    def thing(self, node: object) -> Thing:
        """A thing with its label."""
        return Thing(str(node), self._names.label(node))

    def sources(self, nodes: Iterable[str]) -> dict[str, list[Source]]:
        """Where claims, involvements, findings and passages stand, and whole documents; nothing for anything else."""
        wanted = {node for node in nodes if kind_of(node) in _STATED}
        documents = {node for node in wanted if kind_of(node) == "document" and "#" not in node}
        found = passages.mentions(self._kg, sorted(wanted - documents), self._texts)
        origins = self._origins(it for its in found.values() for it in its)
        cited = {node: [self._source(origins[it.document], it) for it in its] for node, its in found.items()}
        whole = passages.origins(self._kg, documents).values()
        return cited | {it.iri: [self._source(it)] for it in whole}

    def figures(self, stated: Sequence[Statement]) -> list[Figure]:
        """Claims with every passage that states them."""
        sources = self.sources(it.iri for it in stated)
        limits = statements.limits(self._kg, (it.iri for it in stated))
        return [self._figure(it, limits.get(it.iri), sources[it.iri]) for it in stated]

    def entity(self, it: things.Thing, limit: int) -> Entity:
        """What the graph says about a thing, with at most so many figures and involvements, the newest."""
        found = statements.newest(self._kg, it.iri)
        roles = self._involvements(it.iri)
        own = sorted(one for one in it.classes if any(one in map(str, CLASSES[sort]) for sort in SORTS[:-1]))
        return Entity(
            iri=it.iri,
            kind=self._names.label((own or sorted(it.classes) or [""])[0]),
            label=it.label(self._names.lang),
            names=dict(sorted(it.labels.items())),
            aliases=sorted(it.aliases),
            facts=self._facts(it),
            claims=len(found),
            figures=self.figures(statements.of_claims(self._kg, found[:limit])),
            involvements=len(roles),
            roles=self._cited(roles[:limit]),
        )

    def evidence(self, node: str) -> Evidence:
        """Which characters state a claim and what qualifies it; raises UsageError where there is no such claim."""
        it = things.thing(self._kg, node)
        view = claims.claim(self._kg, it, self._texts) if it else None
        if it is None or view is None:
            raise claims.missing(self._kg, node)
        one, label = view.statement, self._names.label
        figure = self.figures([one])[0]
        stated = {
            "value": figure.interval or "",
            "agency": label(one.agency) if one.agency else "",
            "period": f"{one.start}/{one.end}",
            "place": label(one.place),
        }
        origins = self._origins(view.evidence)
        given = [(cited.field, self._source(origins[cited.document], cited)) for cited in view.evidence]
        parts = [*given, *((field, None) for field in view.inferred)]
        made = dict(view.extraction)
        return Evidence(
            figure=figure,
            parts=[Part(label(CJ[field]), stated[field], source) for field, source in parts],
            review=label(made[str(CJ.review)]),
            reviewer=made.get(str(CJ.reviewer)),
            note=next(iter(it.values(SKOS.note)), None),
            read_by=made.get(str(CJ.loader)),
        )

    def findings(self, found: Sequence[FindingView]) -> list[Found]:
        """Findings with the figures that they are about."""
        concerned = statements.of_claims(self._kg, (node for it in found for node in it.concerns))
        figures = {it.claim: it for it in self.figures(concerned)}
        return [self._found(it, [figures[node] for node in it.concerns if node in figures]) for it in found]

    def _source(self, origin: Origin, it: Mention | None = None) -> Source:
        """A passage or a whole document; where only the reader has the text, the words are those of the text."""
        told = (origin.iri, origin.title, self._names.label(origin.publisher), origin.published)
        if it is None:
            return Source(origin.iri, *told)
        cut = it.context
        quote = it.printed or (cut.words if cut else None)
        sentence = f"{cut.before}{cut.words}{cut.after}" if cut else None
        return Source(it.passage, *told, it.start, it.end, quote, sentence)

    def _origins(self, found: Iterable[Mention]) -> dict[str, Origin]:
        return passages.origins(self._kg, {it.document for it in found})

    def _figure(self, it: Statement, interval: str | None, sources: list[Source]) -> Figure:
        label = self._names.label
        return Figure(
            claim=it.iri,
            metric=self.thing(it.metric),
            interval=interval,
            lower=None if it.lower is None else plain(it.lower),
            upper=None if it.upper is None else plain(it.upper),
            wording=next((source.quote for source in sources if source.quote), None),
            unit=label(it.unit),
            kind=label(iri("kind", it.kind)),
            status=label(iri("status", it.status)),
            start=it.start.isoformat(),
            end=it.end.isoformat(),
            place=self.thing(it.place),
            agency=self.thing(it.agency) if it.agency else None,
            undertaking=self.thing(it.programme) if it.programme else None,
            direction=label(iri("direction", it.direction)) if it.direction else None,
            base=label(it.base) if it.base else None,
            sources=sources,
        )

    def _involvements(self, node: str) -> list[tuple[agencies.Part, str, str, list[str]]]:
        """The roles about a thing, period by period with the passages, the newest first."""
        found = []
        for part in agencies.parts(self._kg, f"?involvement {OF_INVOLVEMENT} $thing", node):
            periods: dict[tuple[str, str], list[str]] = {}
            for start, end, passage in part.stated:
                periods.setdefault((start.isoformat(), end.isoformat()), []).append(passage)
            found += [(part, *days, its) for days, its in periods.items()]
        return sorted(found, key=lambda it: it[2], reverse=True)

    def _cited(self, found: Sequence[tuple[agencies.Part, str, str, list[str]]]) -> list[Involvement]:
        sources = self.sources(passage for *_, its in found for passage in its)
        return [
            Involvement(
                agency=self.thing(part.agency),
                role=self._names.label(iri("role", part.role)),
                undertaking=self.thing(part.undertaking),
                start=start,
                end=end,
                sources=[source for passage in its for source in sources[passage]],
            )
            for part, start, end, its in found
        ]

    def _facts(self, it: things.Thing) -> list[Fact]:
        """What it is, its own properties, and what is below it."""
        facts = {name: own for name, own in it.facts.items() if name not in _EDGES}
        found = {
            name: [self._value(one) for one in own if _is_read(one, self._names.lang)] for name, own in facts.items()
        }
        below = {_INVERSE[name]: list(map(self.thing, own)) for name, own in it.incoming.items() if name in _INVERSE}
        if definition := it.definition(self._names.lang):
            found = {str(SKOS.definition): [Thing("", definition)], **found}
        return [Fact(name, self._names.label(name), own) for name, own in (found | below).items() if own]

    def _value(self, value: object) -> Thing:
        return Thing("", str(value)) if isinstance(value, Literal) else self.thing(value)

    def _found(self, it: FindingView, figures: list[Figure]) -> Found:
        label = self._names.label
        return Found(
            iri=it.iri,
            severity=it.severity,
            grade=grade(Finding(Severity(it.severity), "", "", ""), self._names.lang),
            check=self.thing(it.check),
            zh=it.text("zh"),
            en=it.text("en"),
            computation=it.computation(self._names.lang) or None,
            decision=label(iri("decision", it.decision)) if it.decision else None,
            ruled_out=[label(one) for one in it.ruled_out],
            still_possible=[label(one) for one in it.possible],
            figures=figures,
        )


def _is_read(value: object, lang: str) -> bool:
    return not isinstance(value, Literal) or value.language in {None, lang}

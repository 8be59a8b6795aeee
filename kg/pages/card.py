"""A thing of the graph as a card: in a notebook, the same parts that its page has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.lexicon import CLASSES
from kg.pages import findings, statements
from kg.pages.names import Names
from kg.pages.parts import environment, known
from kg.pages.things import named

if TYPE_CHECKING:
    from kg.pages.findings import FindingView
    from kg.pages.statements import Series
    from kg.pages.things import Thing
    from kg.session import KG

__all__ = ["Card", "describe"]

_TEMPLATES = environment()


@dataclass(frozen=True, slots=True)
class Card:
    """What the graph says of a thing: its names and facts, its figures as series, what was found about them."""

    kg: KG
    thing: Thing
    series: list[Series]
    findings: list[FindingView]

    def _repr_html_(self) -> str:
        reader = replace(Names(self.kg.lexicon, self.kg.lang), served=False)
        found = findings.mentions(self.kg, self.findings)
        return _TEMPLATES.get_template("card.html").render(**known(reader), card=self, it=self.thing, mentions=found)


def describe(kg: KG, name: str) -> Card:
    """The card of an agency, undertaking, metric, document or any IRI.

    Raises UsageError with what comes close where nothing, or more than one thing, bears the name.
    """
    found = named(kg, name)
    claims = statements.of_claims(kg, statements.newest(kg, found.iri)[: statements.MOST])
    sort = next((it for it, classes in CLASSES.items() if set(map(str, classes)) & set(found.classes)), "")
    pattern = {"agency": "?claim cj:agency $thing", "metric": "?claim cj:metric $thing"}.get(sort)
    about = findings.about(kg, pattern, found.iri) if pattern else []
    return Card(kg, found, statements.by_metric(claims), [it for it in about if it.severity != "info"])

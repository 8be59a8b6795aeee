"""The reader: goes through the blocks of a text and puts claims together from what the other modules read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.model import Claim, Direction, Involvement, Role, Status
from loaders.press.agencies import Registry
from loaders.press.attribution import Attribution
from loaders.press.drafts import draft_sentence
from loaders.press.extraction import Rejected, Taken
from loaders.press.layout import Shape
from loaders.press.page import make_page
from loaders.press.periods import Periods
from loaders.press.plans import Plans
from loaders.press.undertakings import Undertakings, role_of
from loaders.press.words import PLANNED

if TYPE_CHECKING:
    from kg.lexicon import Lexicon
    from kg.model import Document, Passage
    from loaders.press.drafts import Draft
    from loaders.press.layout import Block
    from loaders.press.page import Page
    from loaders.press.quantities import Quantity
    from loaders.press.times import Clock
    from loaders.press.undertakings import Named

__all__ = ["Reader"]

_LABEL = re.compile(r"(?P<label>[\u4e00-\u9fff]{2,8})[ :](?=\S)")
_DOES = frozenset({Role.LEADS, Role.OPERATES, Role.ISSUES})
_NEAR = 1  # clauses between an undertaking and a figure that belongs to it
_MONEY = re.compile(r"(?:资|款|额|薪|收入|损失|产值|投|税|钱|费|增加值)[^,。;]{0,8}$")


class Reader:
    """Reads the blocks of one document in order; `claims` and `rejected` grow as it goes."""

    def __init__(self, document: Document, lexicon: Lexicon, clock: Clock) -> None:
        """Begin at the first block."""
        self.document, self.lexicon, self.clock = document, lexicon, clock
        self.registry = Registry(document, lexicon)
        self.attribution = Attribution(document, self.registry)
        self.periods = Periods(clock)
        self.plans = Plans(document.text or "", clock)
        self.undertakings = Undertakings(lexicon)
        self.claims: list[Taken] = []
        self.involvements: list[Involvement] = []
        self.rejected: list[Rejected] = []
        self._said: set[tuple[str, str, str]] = set()
        self._carried: list[Draft] = []
        self._above = ""

    def read(self, block: Block) -> None:
        """Read one block: its claims, its rejected numbers, and what it changes for the blocks after it."""
        page = make_page(self.document, block, self.clock, self.registry)
        if block.shape is not Shape.BYLINE:
            self.attribution.enter(page)
            self.plans.enter(page)
            self.periods.enter(page)
            named = self.undertakings.named(page.text, page.names)
            self._read_sentences(page, named)
            self._involve(page, named)
            self.attribution.leave(page)
            self.plans.leave(page)
        for quantity, rule in page.rejected:
            passage = page.passage(quantity.start, quantity.end)
            self.rejected.append(Rejected(passage, self._surface(passage), rule))

    def finish(self) -> None:
        """Give a repeated figure without an agency the agency of the mention that says more."""
        named = {_figure(taken.claim): taken.claim for taken in reversed(self.claims) if taken.claim.agency}
        for at, taken in enumerate(self.claims):
            other = named.get(_figure(taken.claim))
            if taken.claim.agency is None and other is not None and _agree(taken.claim, other):
                stated = {**taken.claim.stated_in, "agency": other.stated_in.get("agency", other.passage)}
                claim = replace(taken.claim, agency=other.agency, stated_in=stated)
                self.claims[at] = Taken(claim, (*taken.rules, "agency.repeated"))

    def _involve(self, page: Page, named: list[Named]) -> None:
        """Who has which part in the undertakings of a block; one part of one body in one of them is said once."""
        for item in named:
            start, end = page.sentence(item.start)
            stated = self.attribution.agency(page, item.start, start, end)
            if stated.agency is None:
                continue
            role = role_of(page.text, item)
            period = self.periods.covered(page, item.start, start).period
            if role in _DOES and (period.start.year > self.clock.year or PLANNED.search(page.text, start, item.start)):
                role = Role.PLANS
            for agency in (stated.agency, *_partners(page, item, stated.agency)):
                part = role if agency == stated.agency or role is not Role.LEADS else Role.TAKES_PART
                key = (agency, part, item.name)
                if key not in self._said:
                    self._said.add(key)
                    passage = page.passage(item.start, item.end)
                    self.involvements.append(Involvement(passage, agency, part, item.name, period))

    def _read_sentences(self, page: Page, named: list[Named]) -> None:
        if page.block.shape is not Shape.HEADING and page.block.shape is not Shape.BULLET:
            self._carried = []
        if label := _LABEL.match(page.text, page.block.mark):
            self._above = label["label"]
        for start, end in page.sentences:
            self.periods.state(page, start, end)
            drafts = draft_sentence(page, start, end, self._carried, self._above, annual=self.periods.annual)
            self.claims += [self._claim(page, draft, start, end, named) for draft in drafts]
            self._carried = drafts or self._carried
        if page.block.shape is Shape.HEADING:
            self._above = "" if page.taken and not self._above else self._above
            if not page.taken:
                self._above, self._carried = page.bare(page.block.mark, len(page.text))[:24], []
        else:
            self._above = ""

    def _claim(self, page: Page, draft: Draft, start: int, end: int, named: list[Named]) -> Taken:
        quantity = draft.quantity
        passage = page.passage(quantity.start, quantity.end)
        agency = self.attribution.agency(page, quantity.start, start, end)
        covered = self.periods.covered(page, quantity.start, start)
        plan = self.plans.rule(page, quantity, covered.period, start)
        said = self._surface(covered.passage) if covered.passage else None
        if plan in {"status.cue", "status.section"} and (
            said == "全年" or "预计" not in page.text[start : quantity.start]
        ):
            covered = self.periods.planned(covered, said)
        claim = Claim(
            passage=passage,
            surface=self._surface(passage),
            kind=draft.kind,
            value=quantity.value,
            bound=quantity.bound,
            unit=self._unit(page, draft, start),
            metric=draft.metric,
            metric_wording=draft.metric,
            place=self.attribution.place(page, quantity.start, start),
            period=covered.period,
            status=Status.PLANNED if plan else Status.ACHIEVED,
            direction=Direction(draft.direction) if draft.direction else None,
            base=draft.base,
            agency=agency.agency,
            programme=_programme(page, named, quantity, start),
            part_of=page.passage(draft.part_of.start, draft.part_of.end).start if draft.part_of else None,
            stated_in={
                name: at for name, at in (("agency", agency.passage), ("period", covered.passage)) if at is not None
            },
        )
        rules = (
            f"quantity.{quantity.form}",
            quantity.doubt,
            *draft.rule.split("+"),
            agency.rule,
            covered.rule,
            plan,
        )
        return Taken(claim, tuple(rule for rule in rules if rule))

    def _unit(self, page: Page, draft: Draft, start: int) -> str:
        """The unit; money where 亿 stands without 元 after a word for money."""
        quantity = draft.quantity
        if quantity.unit or not quantity.scaled:
            return quantity.unit or "one"
        bare = not re.match(r"[\u4e00-\u9fff]", page.text[quantity.end : quantity.end + 1])
        return "CNY" if bare and _MONEY.search(page.text[start : quantity.start]) else "one"

    def _surface(self, passage: Passage) -> str:
        return (self.document.text or "")[passage.start : passage.end]


def _figure(claim: Claim) -> tuple[object, ...]:
    return claim.kind, claim.value, claim.unit, claim.bound


def _agree(one: Claim, other: Claim) -> bool:
    """Whether two mentions of one figure are about the same: their wordings share most characters."""
    mine, theirs = set(one.metric_wording), set(other.metric_wording)
    return len(mine & theirs) * 2 > min(len(mine), len(theirs))


def _programme(page: Page, named: list[Named], quantity: Quantity, start: int) -> str | None:
    """The undertaking that a figure belongs to: the nearest one before it in its sentence, else one right after it."""
    fitting = [item for item in named if item.sort != "Recognition" and not item.name.startswith("《")]
    before = [item for item in fitting if start <= item.start < quantity.start]
    if before and len(re.findall(r"[,;]", page.text[before[-1].end : quantity.start])) <= _NEAR:
        return before[-1].name
    clause = re.match(r"[^,。;]*", page.text[quantity.end :])
    stop = quantity.end + (clause.end() if clause else 0)
    return next((item.name for item in fitting if quantity.end <= item.start < stop), None)


def _partners(page: Page, item: Named, agency: str) -> list[str]:
    """The bodies with which the subject does it: 联合…, 会同…, 协同… in the same clause."""
    start = page.clause_start(item.start, page.sentence(item.start)[0])
    return [
        mention.agency
        for mention in page.mentions
        if start <= mention.start < item.start
        and mention.agency != agency
        and re.search(r"(?:联合|会同|协同|联动|与|和|、)$", page.text[: mention.start])
    ]

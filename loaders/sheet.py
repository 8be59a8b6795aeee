"""The sheet loader: reviewed claim and involvement sheets, one CSV a document, as claims and involvements.

A row with a fault becomes a finding that names row and column, not a claim; a sheet that is no table at
all is an UnreadableError. Cells are never repaired: what is not understood is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from kg.model import (
    Bound,
    Claim,
    Direction,
    Finding,
    Involvement,
    Kind,
    Location,
    Passage,
    Period,
    Reading,
    Review,
    Role,
    Severity,
    Status,
)
from kg.tables import read_table
from loaders.cells import Cells, Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.lexicon import Lexicon
    from kg.model import Document

__all__ = ["CLAIM_COLUMNS", "INVOLVEMENT_COLUMNS", "inputs", "read_sheets"]

CLAIM_COLUMNS = (
    "document", "start", "end", "surface", "kind", "value", "bound", "unit", "direction", "base", "metric",
    "metric_id", "agency", "place", "period_start", "period_end", "programme", "status", "part_of",
    "stated_in", "review", "reviewer", "note",
)  # fmt: skip
"""The columns of a claim sheet, in order; gold/GUIDELINES.md and docs/sheets.md define them."""

INVOLVEMENT_COLUMNS = (
    "document", "start", "end", "agency", "role", "undertaking", "period_start", "period_end", "review",
    "reviewer", "note",
)  # fmt: skip
"""The columns of an involvement sheet, in order."""

_STATED = re.compile(r"(?P<name>agency|period|place)=(?P<start>[0-9]{1,10})-(?P<end>[0-9]{1,10})")
_Item = TypeVar("_Item", Claim, Involvement)


def read_sheets(document: Document, folder: Path, lexicon: Lexicon) -> Reading:
    """Read `<id>.claims.csv` and, where it is there, `<id>.involvements.csv` of a folder.

    Raises UnreadableError where a sheet is missing or is no table with just the columns above.
    """
    reader = _Reader(document, lexicon)
    reader.check_document(folder / "manifest.csv")
    claim_sheet, involvement_sheet = inputs(document, folder)
    claims = reader.rows(claim_sheet, CLAIM_COLUMNS, reader.claim)
    reader.check_parts(claims)
    involvements = []
    if involvement_sheet.is_file():
        involvements = reader.rows(involvement_sheet, INVOLVEMENT_COLUMNS, reader.involvement)
    return Reading(document, tuple(claims), tuple(involvements), tuple(reader.findings), "sheet")


def inputs(document: Document, folder: Path) -> list[Path]:
    """The claim sheet and the involvement sheet of a document; the second need not exist."""
    return [folder / f"{document.id}.{kind}.csv" for kind in ("claims", "involvements")]


@dataclass
class _Reader:
    document: Document
    lexicon: Lexicon
    findings: list[Finding] = field(default_factory=list)

    def rows(self, path: Path, columns: tuple[str, ...], make: Callable[[Cells, Location], _Item]) -> list[_Item]:
        """The rows of a sheet that have no fault; each of the others leaves one finding."""
        items: list[_Item] = []
        seen: dict[object, int] = {}
        for row, cells in read_table(path, columns):
            location = Location(path.name, row)
            try:
                item = self._item(Cells(cells, self.lexicon), location, make)
                self._check_repeat(item, seen, row)
            except Fault as fault:
                self._report(fault, location, cells)
            else:
                items.append(item)
        return items

    def _item(self, cells: Cells, location: Location, make: Callable[[Cells, Location], _Item]) -> _Item:
        cells.check_formulas()
        if (identifier := cells.text("document")) != self.document.id:
            raise Fault(
                "document", "document", identifier,
                f"这份表属于文档 {self.document.id}", f"this sheet belongs to the document {self.document.id}",
            )  # fmt: skip
        return make(cells, location)

    def claim(self, cells: Cells, location: Location) -> Claim:
        """One row of a claim sheet."""
        passage = self._passage(cells)
        claim = Claim(
            passage=passage,
            surface=self._surface(cells, passage),
            kind=cells.choice("kind", Kind),
            value=cells.decimal("value"),
            bound=cells.choice("bound", Bound),
            unit=cells.optional_name("unit", "unit") or "one",
            metric=cells.name("metric_id", "metric"),
            metric_wording=cells.text("metric"),
            place=cells.name("place", "place"),
            period=Period(cells.day("period_start"), cells.day("period_end")),
            status=cells.choice("status", Status),
            direction=cells.optional_choice("direction", Direction),
            base=cells.optional_name("base", "base"),
            agency=cells.optional_name("agency", "agency"),
            programme=cells.optional_name("programme", "undertaking"),
            part_of=cells.optional_offset("part_of"),
            stated_in=self._stated_in(cells),
            review=cells.choice("review", Review),
            reviewer=cells.optional("reviewer"),
            note=cells.optional("note"),
            location=location,
        )
        _check_value(claim)
        return claim

    def involvement(self, cells: Cells, location: Location) -> Involvement:
        """One row of an involvement sheet."""
        return Involvement(
            passage=self._passage(cells),
            agency=cells.name("agency", "agency"),
            role=cells.choice("role", Role),
            undertaking=cells.name("undertaking", "undertaking"),
            period=Period(cells.day("period_start"), cells.day("period_end")),
            review=cells.choice("review", Review),
            reviewer=cells.optional("reviewer"),
            note=cells.optional("note"),
            location=location,
        )

    def check_document(self, manifest: Path) -> None:
        """Report names in the manifest's row that the lexicon does not know."""
        location = Location(manifest.name)
        named = [("place", "place", self.document.place)]
        named += [("agencies", "agency", name) for name in self.document.agencies]
        for column, sort, name in named:
            try:
                Cells({column: name}, self.lexicon).name(column, sort)
            except Fault as fault:
                self._report(fault, location, {})

    def check_parts(self, claims: list[Claim]) -> None:
        """Report claims that are part of no row of the sheet, or of themselves, or of a rejected claim.

        A row with a fault of its own counts as there: one fault is one finding.
        """
        kept = [claim for claim in claims if claim.review is not Review.REJECTED]
        starts = {claim.passage.start for claim in kept}
        starts |= {passage.start for finding in self.findings for passage in finding.passages}
        for claim in [it for it in kept if it.part_of is not None and it.part_of not in starts - {it.passage.start}]:
            claims.remove(claim)
            fault = Fault(
                "part-of", "part_of", str(claim.part_of),
                "没有从这个位置开始的另一条有效陈述", "no other claim that was not rejected starts at this character",
            )  # fmt: skip
            assert claim.location is not None  # noqa: S101 - every claim of a sheet has one
            self._report(fault, claim.location, {})

    def _passage(self, cells: Cells) -> Passage:
        return self._checked(cells.offset("start"), cells.offset("end"), "end")

    def _checked(self, start: int, end: int, column: str) -> Passage:
        length = self.document.length
        if not start < end:
            raise Fault("offset", column, str(end), "end 应大于 start", "end should be greater than start")
        if length is not None and end > length:
            raise Fault(
                "offset", column, str(end),
                f"超出文档：原文只有 {length} 个字符", f"is outside the text, which has {length} characters",
            )  # fmt: skip
        return Passage(self.document.id, start, end)

    def _surface(self, cells: Cells, passage: Passage) -> str:
        surface, text = cells.text("surface"), self.document.text
        if text is not None and text[passage.start : passage.end] != surface:
            raise Fault(
                "surface", "surface", surface,
                f"原文此处是 {text[passage.start : passage.end]!r}",
                f"the text has {text[passage.start : passage.end]!r} here",
            )  # fmt: skip
        if len(surface) != passage.end - passage.start:
            raise Fault(
                "surface", "surface", surface,
                f"有 {len(surface)} 个字符，而 start 到 end 是 {passage.end - passage.start} 个",
                f"has {len(surface)} characters where start to end is {passage.end - passage.start}",
            )  # fmt: skip
        return surface

    def _stated_in(self, cells: Cells) -> dict[str, Passage]:
        """`agency=12-18; period=100-105`: which characters named a qualifier."""
        stated: dict[str, Passage] = {}
        for part in (cells.optional("stated_in") or "").split(";"):
            if not part.strip():
                continue
            match = _STATED.fullmatch(part.strip())
            if match is None or match["name"] in stated:
                raise Fault(
                    "stated-in", "stated_in", part.strip(),
                    "应写成 agency=12-18; period=100-105", "should be as agency=12-18; period=100-105",
                )  # fmt: skip
            stated[match["name"]] = self._checked(int(match["start"]), int(match["end"]), "stated_in")
        return stated

    def _check_repeat(self, item: Claim | Involvement, seen: dict[object, int], row: int) -> None:
        key: tuple[object, ...] = (item.passage,)
        if isinstance(item, Involvement):
            key = (item.passage, item.agency, item.role, item.undertaking)
        if item.review is Review.REJECTED:
            return
        if key in seen:
            raise Fault(
                "duplicate", "start", str(item.passage.start),
                f"与第 {seen[key]} 行重复", f"says again what row {seen[key]} says",
            )  # fmt: skip
        seen[key] = row

    def _report(self, fault: Fault, location: Location, cells: dict[str, str]) -> None:
        where = Location(location.file, location.row, fault.column)
        self.findings.append(
            Finding(
                severity=Severity.VIOLATION,
                rule=fault.rule,
                zh=fault.zh,
                en=fault.en,
                document=self.document.id,
                focus=str(self.document.iri),
                location=where,
                passages=self._span(cells),
                value=fault.value,
                quote=cells.get("surface") or None,
            )
        )

    def _span(self, cells: dict[str, str]) -> tuple[Passage, ...]:
        """The passage of a faulty row, as far as its offsets can be believed."""
        try:
            return (self._passage(Cells(cells, self.lexicon)),)
        except (Fault, KeyError):
            return ()


def _check_value(claim: Claim) -> None:
    """Compare the number with the one that the surface prints."""
    printed = claim.printed_value
    if printed is None or claim.value is None or claim.kind in {Kind.MULTIPLE, Kind.RANK}:
        return
    if abs(printed - claim.value) > abs(printed) * Decimal("0.00001"):
        raise Fault(
            "value", "value", str(claim.value),
            f"与原文的数量 {claim.surface} 不符，应为 {printed.normalize():f}",
            f"does not fit the printed {claim.surface}, which is {printed.normalize():f}",
        )  # fmt: skip

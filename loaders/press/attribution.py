"""Attribution: whose work a figure is and which area it covers, from its sentence, its paragraph or its heading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from loaders.press.layout import Shape

if TYPE_CHECKING:
    from kg.model import Document, Passage
    from loaders.press.agencies import Mention, Registry
    from loaders.press.page import Page

__all__ = ["Attribution", "Stated"]

_LOOSE = re.compile(r"(?:部门|机关|系统|战线)$")  # the trade, not one body
_WIDER = re.compile(r"(?P<place>全国|全省)(?:平均水平|平均值?|水平)(?:为|是|约为|\()$")
_DISTRICT = re.compile(
    r"(?:[^,。;]{0,10}[年月来间期季],)?(?P<place>[\u4e00-\u9fff]{2,3}(?:[区县]|市(?![场民政级区属直值容委])))(?=[\u4e00-\u9fff])"
)
_NO_PLACE = re.compile(
    r"[园社景小校辖片库城市山地林牧厂灾新]区$|[全我城超门都上夜股楼本各]市$|[全我本各]县$|[全我本各]区$|[与和在从对由及]"
)
_IN_CHARGE = re.compile(
    r"\((?:(?:牵头|责任|承办|主办|实施|负责)(?:单位|部门)?:?)?(?P<body>[\u4e00-\u9fff]{3,16}?)(?:、[^()]{2,40})?(?:牵头|负责|实施|承办|主办)?\)[。;]?$"
)
_STRONG = re.compile(r"[:】\]]\s*$")
_LABEL = re.compile(r"[【\[]?([^,。;:\]】]{3,20})[】\]:]")
_ELSEWHERE = re.compile(r"国家|中共|中国|全国|[\u4e00-\u9fff]{2,4}省")
_TITLE = 24


class Stated(NamedTuple):
    """An agency or None, the passage that names it, and the rule."""

    agency: str | None
    passage: Passage | None
    rule: str


class Attribution:
    """Keeps from block to block which body headings and subjects name."""

    def __init__(self, document: Document, registry: Registry) -> None:
        """Begin with the document's own agencies."""
        self.document, self.registry = document, registry
        self._heading: Stated | None = None
        self._item: Stated | None = None
        self._carried: Stated | None = None
        self._strong = False

    def enter(self, page: Page) -> None:
        """A heading may name an agency; 市公安局: holds until another does, one with a verb until the next heading."""
        text = page.text[page.block.mark :]
        self._item = self._in_charge(page)
        if page.block.shape is not Shape.HEADING:
            head = _LABEL.match(text)
            if head and (agency := self.registry.of_name(head.group(1))):
                passage = page.passage(page.block.mark, page.block.mark + head.end())
                self._heading = Stated(agency, passage, "agency.heading")
            return
        named = text.strip("【】[]〔〕 ").split(":")[0] if len(text) <= _TITLE else ""
        agency = self.registry.of_name(named) if named else None
        if self._item:
            self._heading, self._strong = self._item, False
        elif agency:
            self._heading = Stated(agency, page.passage(page.block.mark, len(page.text)), "agency.heading")
            self._strong = bool(_STRONG.search(text)) or self.registry.of_name(named, whole=True) is not None
        elif not page.taken and not self._strong:
            self._heading = None
        self._carried = None

    def leave(self, page: Page) -> None:
        """The subject of a paragraph is that of the paragraphs after it, up to a heading."""
        subjects = [mention for mention in page.mentions if mention.subject or mention.speaks]
        if subjects:
            last = subjects[-1]
            kept = page.block.shape is Shape.TEXT and not _LOOSE.search(page.text[: last.end])
            kept = kept and (last.speaks or not self.document.agencies)
            self._carried = self._by(page, last, "agency.section") if kept else None

    def agency(self, page: Page, at: int, start: int, end: int) -> Stated:
        """The body whose work a figure is."""
        known = self.document.agencies
        if self._item:
            return self._item
        segment = start + page.text[start:at].rfind(";") + 1
        subject = page.subject_between(segment, at)
        if len(known) == 1 and not (self._heading and self._heading.rule == "agency.in-charge"):
            if subject and self._foreign(subject):
                return self._by(page, subject, "agency.subject")
            return Stated(known[0], None, "agency.document")
        if subject:
            return self._by(page, subject, "agency.subject")
        if self._heading:
            return self._heading
        if speaker := next((mention for mention in page.mentions if mention.speaks), None):
            return self._by(page, speaker, "agency.speaker")
        if segment > start or self._place_subject(page, start, at):
            return Stated(None, None, "agency.none")
        return self._from_paragraph(page, segment, start, end)

    def place(self, page: Page, at: int, start: int) -> str:
        """The area that a figure covers: one that its sentence names as its subject, else the document's."""
        segment = start + page.text[start:at].rfind(";") + 1
        if match := _WIDER.search(page.text[segment:at]):
            return match["place"]
        match = _DISTRICT.match(page.text[segment:at])
        if match and not _NO_PLACE.search(match["place"]) and match["place"] not in self.document.place:
            return match["place"]
        return self.document.place

    def _in_charge(self, page: Page) -> Stated | None:
        """The body that a bracket at the end of an item names: (牵头单位:市教育局)."""
        match = _IN_CHARGE.search(page.text)
        agency = self.registry.of_name(match["body"]) if match else None
        return Stated(agency, page.passage(*match.span("body")), "agency.in-charge") if match and agency else None

    def _from_paragraph(self, page: Page, segment: int, start: int, end: int) -> Stated:
        """What the sentences before say: their subject, the place itself, a trade that only one body has."""
        subject = page.subject_between(0, start)
        since = subject.end if subject else 0
        if any(self._place_subject(page, begin, stop) for begin, stop in page.sentences if since <= begin < start):
            return Stated(None, None, "agency.place")
        if subject:
            return self._by(page, subject, "agency.paragraph")
        for text in (page.text[segment:end], page.text[:end]):
            if agency := self.registry.competent(text):
                return Stated(agency, None, "agency.competence")
        if self._carried and page.block.shape is Shape.TEXT:
            return self._carried
        return Stated(None, None, "agency.none")

    def _by(self, page: Page, mention: Mention, rule: str) -> Stated:
        return Stated(mention.agency, page.passage(mention.start, mention.end), rule)

    def _place_subject(self, page: Page, start: int, end: int) -> bool:
        """Whether a sentence has the place itself as its subject, and not a body of it: 临江全面深化…."""
        pattern = self.registry.place_subject
        match = pattern.match(page.text[start:end]) if pattern else None
        if match is None:
            return False
        at = start + match.end() - 1
        return not any(mention.start <= at < mention.end for mention in page.mentions)

    def _foreign(self, mention: Mention) -> bool:
        """Whether a body is another one than the document's, of this place, and no looser name for it."""
        own = self.document.agencies[0]
        same = mention.agency.startswith(own) or own.startswith(mention.agency)
        return not same and not _ELSEWHERE.match(mention.agency)

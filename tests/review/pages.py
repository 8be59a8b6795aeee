"""What the tests of the review page share: extractions of every sort, and a reader of pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

from kg.model import (
    Bound,
    Claim,
    Direction,
    Document,
    Finding,
    Involvement,
    Kind,
    Passage,
    Period,
    Review,
    Role,
    Severity,
    Status,
)  # fmt: skip
from loaders.press.extraction import Extraction, Rejected, Taken

TEXT = (
    "云溪市两部门晒账单\n"
    "市水务局：\n"
    "2024年，新建雨水管网46公里，其中老城区12公里；𠮷祥里易涝点比上年减少近三成。\n"
    "\n"
    "第七届清河节，**2.5万**余人次到场，满意率98.6%，居全省首位。2025年将再建泵站9座。\n"
)
YEAR, NEXT = (Period(date(year, 1, 1), date(year, 12, 31)) for year in (2024, 2025))
OPEN = {"meta", "input", "br"}
"""Elements that have no end tag."""


def passage(words: str, document: str = "book") -> Passage:
    start = TEXT.index(words)
    return Passage(document, start, start + len(words))


def claim(words: str, **fields: object) -> Claim:
    usual: dict[str, object] = {
        "passage": passage(words), "surface": words, "kind": Kind.LEVEL, "value": Decimal(46), "bound": Bound.EXACT,
        "unit": "公里",
        "metric": "雨水管网新建长度", "metric_wording": "新建雨水管网", "place": "云溪市", "period": YEAR,
        "agency": "云溪市水务局", "stated_in": {"agency": passage("市水务局："), "period": passage("2024年")},
    }  # fmt: skip
    return Claim(**{**usual, **fields})  # type: ignore[arg-type] # the fields of a claim


def book() -> Extraction:
    """A text with a claim of nearly every sort, passages that nest and overlap, and characters beyond the BMP."""
    whole = claim("46公里")
    taken = (
        Taken(whole, ("quantity.number", "metric.before", "agency.heading", "time.endyear")),
        Taken(claim("12公里", value=Decimal(12), part_of=whole.passage.start), ("quantity.number", "made-up-rule")),
        Taken(
            claim("近三成", kind=Kind.CHANGE, value=Decimal(30), bound=Bound.AT_MOST, unit="percent",
                  direction=Direction.DOWN, base="yoy"),
            ("quantity.fraction", "metric.changed"),
        ),
        Taken(claim("**2.5万**余人次", value=Decimal(25000), bound=Bound.AT_LEAST, unit="人次", agency=None,
                    stated_in={}, programme="清河节"), ("agency.none",)),
        Taken(claim("98.6%", kind=Kind.RATE, value=Decimal("98.6"), unit="percent"), ()),
        Taken(claim("首位", kind=Kind.RANK, value=Decimal(1), unit="rank", review=Review.CONFIRMED, reviewer="王审",
                    note="无误"), ()),
        Taken(claim("9座", value=None, unit="座", period=NEXT, status=Status.PLANNED), ("status.cue",)),
    )  # fmt: skip
    doubt = Finding(
        Severity.WARNING, "made-up", "近与成并用", "both marks", document="book", passages=(passage("三成"),)
    )
    unknown = Finding(
        Severity.INFO, "provisional-agency", "没有这个单位", "not in the lexicon", value="云溪市水务局",
        passages=(passage("市水务局："),),
    )  # fmt: skip
    involved = Involvement(passage("清河节"), "云溪市水务局", Role.LEADS, "清河节", YEAR)
    rejected = (
        Rejected(passage("第七届"), "第七届", "no.ordinal"),
        Rejected(passage("2024年"), "2024年", "no-such-rule"),
    )
    document = Document("book", "云溪市两部门晒账单", "云溪晚报", "2025-01", "云溪市", length=len(TEXT), text=TEXT)
    return Extraction(document, taken, (involved,), rejected, (doubt, unknown))


def another() -> Extraction:
    """A second document, without a finding and without claims."""
    document = Document("second", "", "", "2025-02", "云溪市", text="没有数字的一段话。")
    return Extraction(document, (), (), (), ())


def hostile() -> Extraction:
    """Every text that the page shows, spoilt."""
    bad = "<script>alert('1')</script>&\"\x00\x1b[31m\u202e\ud800"
    made = book()
    document = replace(made.document, id="a'\"<b>", title=bad, publisher=bad, text=bad)
    span = Passage(document.id, 0, 8)
    spoilt = replace(
        made.claims[0].claim, passage=span, surface=bad, unit=bad, metric=bad, metric_wording=bad, agency=bad,
        place=bad, programme=bad, base=bad, note=bad, reviewer=bad, stated_in={"agency": Passage(document.id, 4, 20)},
    )  # fmt: skip
    doubt = Finding(Severity.VIOLATION, bad, bad, bad, value=bad, quote=bad, passages=(Passage(document.id, 2, 9),))
    rejected = Rejected(Passage(document.id, 3, 30), bad, bad)
    involved = Involvement(Passage(document.id, 1, 5), bad, Role.RECEIVES, bad, YEAR)
    return Extraction(document, (Taken(spoilt, (bad,)),), (involved,), (rejected,), (doubt,))


class Page(HTMLParser):
    """Collects the elements of a page with their attributes, the text of its article, and what does not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.lines: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in OPEN:
            self.open.append(tag)
        if tag == "p" and "article" in self.open:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data
        if "article" in self.open and "p" in self.open:
            self.lines[-1] += data

    def having(self, attribute: str) -> list[dict[str, str]]:
        """The attributes of the elements that have one."""
        return [attributes for _, attributes in self.elements if attribute in attributes]

    def of_class(self, name: str) -> list[dict[str, str]]:
        """The attributes of the elements of a class."""
        return [it for it in self.having("class") if name in it["class"].split()]

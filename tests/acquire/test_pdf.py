"""PDF files: their lines in order, without the headers and footers of pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_files import pdf

from kg.errors import LimitError, UnreadableError
from loaders.acquire import pdf as reader

PATH = Path("公报.pdf")
PAGES = [
    ["临江市统计局", f"第{n}季度办结{n}86件，同比增长", f"{n}.5%，其中线上{n}件。", f"办理{n}7天", f"— {n} —"]
    for n in (1, 2, 3)
]


def test_pages_are_read_in_order_without_what_repeats_at_their_edges() -> None:
    acquired = reader.read_pdf(pdf(*PAGES), PATH)
    assert acquired.text == "\n".join(line for page in PAGES for line in page[1:4])
    (finding,) = acquired.findings
    assert (finding.rule, finding.quote) == ("repeated-lines-dropped", "临江市统计局 | — 1 — | — 2 — | — 3 —")


def test_one_page_has_no_headers() -> None:
    acquired = reader.read_pdf(pdf(PAGES[0]), PATH)
    assert (acquired.text, acquired.findings) == ("\n".join(PAGES[0]), ())


def test_pages_without_text_are_said() -> None:
    acquired = reader.read_pdf(pdf(["办结86件"], [], []), PATH)
    assert [(finding.rule, finding.en) for finding in acquired.findings] == [
        ("page-without-text", "these pages have no text layer: 2, 3")
    ]
    with pytest.raises(UnreadableError, match="OCR"):
        reader.read_pdf(pdf([], []), PATH)


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(UnreadableError, match="no PDF"):
        reader.read_pdf(b"not a PDF", PATH)
    locked = "/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{0}>/U<{0}>>>".format("00" * 32)
    with pytest.raises(UnreadableError, match="encrypted"):
        reader.read_pdf(pdf(["办结86件"], trailer=locked), PATH)
    with pytest.raises(LimitError, match="too many pages"):
        reader.read_pdf(pdf(*[[]] * 2001), PATH)


def test_the_reader_is_given_so_much_time_and_may_end_as_it_likes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "reader.py"
    monkeypatch.setattr(reader, "_READER", other)
    other.write_text("import os; os.abort()")
    with pytest.raises(UnreadableError, match="ended the PDF reader"):
        reader.read_pdf(b"", PATH)
    other.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(reader, "_SECONDS", 0.5)
    with pytest.raises(LimitError):
        reader.read_pdf(b"", PATH)

"""The feed of a release and its notes: valid Atom, whatever the graph holds, and the same bytes each time."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from helpers import DIGEST

from kg.changes.difference import Difference, difference
from kg.changes.quads import sorted_quads
from kg.changes.report import folded
from kg.errors import UsageError
from kg.export import EXPORTERS
from kg.portal.feed import ENTRIES, FEED, feed, feed_part
from kg.portal.notes import NOTES, notes, notes_part
from kg.store import open_store
from kg.terms import BASE

if TYPE_CHECKING:
    from pathlib import Path

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TITLE = ("临江市成绩单", "Report cards of Linjiang")
HOME = "https://data.linjiang.example/kg/"
HOSTILE = '</title><script>alert(\\"1&2\\")</script>\\u0000\\u0008]]>'


@pytest.fixture(scope="module")
def before(built_without_texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("feed") / "a.nq"
    path.write_bytes(b"".join(EXPORTERS["nquads"](open_store(built_without_texts))))
    return path


@pytest.fixture(scope="module")
def after(before: Path) -> Path:
    """Another figure, no press conference, another document, a hostile alias, and a finding that is gone."""
    text = before.read_text("utf-8").replace("press-2025", "talk-2025").replace("让江城的夜更静一些", "江城夜话")
    text = re.sub(r'(talk-2025> <[^>]*sha256> )"[^"]*"', r'\1"0"', text)
    text = text.replace('"1600"^^', '"1700"^^').replace('"1600余起"', '"1700余起"')
    finding = re.findall(rf"<{BASE}finding/[0-9a-f]+>", text)[0]
    text = re.sub(rf"(?m)^{finding} .*\n", "", text)
    alias = f'<{BASE}agency/临江市水务局> <http://www.w3.org/2004/02/skos/core#altLabel> "{HOSTILE}"@zh'
    path = before.with_name("b.nq")
    path.write_text(f"{text}{alias} <{BASE}graph/vocabulary> .\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def changed(before: Path, after: Path) -> Difference:
    with sorted_quads(before) as old, sorted_quads(after) as new:
        return difference(old, new)


@pytest.fixture(scope="module")
def first(before: Path) -> Difference:
    with sorted_quads(before) as quads:
        return difference(None, quads)


def entries(data: bytes) -> list[ET.Element]:
    """The entries of a feed that keeps RFC 4287, sections 4.1.1 and 4.1.2, and RFC 3339."""
    root = ET.fromstring(data)  # noqa: S314 - our own bytes
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for tag in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{tag}")) == 1, tag
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", element.findtext(f"{ATOM}updated") or "")
        assert len(element.findall(f"{ATOM}content")) <= 1
        assert [it.get("rel") for it in element.findall(f"{ATOM}link")].count("alternate") == 1
        assert all(re.fullmatch(r"https?://[!-~]+", it.get("href") or "") for it in element.findall(f"{ATOM}link"))
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert [it.get("rel") for it in root.findall(f"{ATOM}link")].count("self") == 1
    found = root.findall(f"{ATOM}entry")
    names = [it.findtext(f"{ATOM}id") for it in found]
    assert len(names) == len(set(names))
    assert all(name and name.startswith(f"{HOME}{FEED}#") for name in names)
    for it in found:
        (content,) = it.findall(f"{ATOM}content")
        assert (content.get("type"), [child.tag for child in content]) == ("xhtml", [f"{XHTML}div"])
        assert [div.get(LANG) for div in content[0]] == ["zh", "en"]
    return found


def test_the_feed_tells_a_summary_and_each_change(changed: Difference) -> None:
    found = entries(feed(changed, TITLE, HOME, "2026-01-31", "1.1"))
    titles = [it.findtext(f"{ATOM}title") for it in found]
    assert titles[0] == "1.1 本版概要"
    assert len(found) == 1 + len(folded(changed))
    assert "更改：侦破诈骗案件数：1600余起 → 1700余起（2025年，临江市公安局）" in titles
    assert "新增：《江城夜话》（临江日报，2025-12-09）：7 项陈述、2 项参与" in titles
    assert not [it for it in titles if it and it.startswith("新增：社区警务室数")]  # it came with its document
    assert [it for it in changed.of("claim") if it.said[0].startswith("社区警务室数")]
    (claim,) = [it for it in found if "1700" in (it.findtext(f"{ATOM}title") or "")]
    assert claim.findtext(f"{ATOM}updated") == "2026-01-31T00:00:00+08:00"
    assert claim.find(f"{ATOM}link").get("href") == f"{HOME}claim/{DIGEST}.64-70"  # type: ignore[union-attr] # it is there
    items = ["".join(it.itertext()) for it in claim.iter(f"{XHTML}li")]
    assert items == ["数值：1600 → 1700", "value: 1600 → 1700"]
    assert claim.find(f"{ATOM}summary").get(LANG) == "en"  # type: ignore[union-attr] # the same


def test_what_the_graph_says_is_text_and_never_markup(changed: Difference) -> None:
    data = feed(changed, TITLE, HOME, "2026-01-31", "1.1")
    entries(data)
    assert b"<script" not in data
    assert '</title><script>alert("1&2")</script>]]>' in "".join(ET.fromstring(data).itertext())  # noqa: S314 - the same


def test_the_first_release_tells_its_documents(first: Difference) -> None:
    found = entries(feed(first, TITLE, HOME, "2026-01", "1.0"))
    titles = [it.findtext(f"{ATOM}title") or "" for it in found]
    assert titles[0] == "1.0 首次发布"
    assert [it for it in titles if it.startswith("新增：《")] == titles[1:4]
    assert len(found) == 1 + min(ENTRIES, len(folded(first)))
    assert found[0].findtext(f"{ATOM}updated") == "2026-01-01T00:00:00+08:00"


def test_entries_of_another_version_are_other_entries(changed: Difference) -> None:
    def names(version: str) -> set[str | None]:
        return {it.findtext(f"{ATOM}id") for it in entries(feed(changed, TITLE, HOME, "2026-01-31", version))}

    assert names("1.1") == names("1.1")
    assert not names("1.1") & names("第 2 版")


@pytest.mark.parametrize("updated", ["", "2026", "2026-13", "2026-02-30", "yesterday"])
def test_a_day_that_is_none_is_refused(first: Difference, updated: str) -> None:
    with pytest.raises(UsageError, match="should be a day or a month"):
        feed(first, TITLE, HOME, updated, "1.0")


_PRINT = """
import sys
from pathlib import Path
from kg.changes.difference import difference
from kg.portal.feed import feed
from kg.portal.notes import notes_part
from kg.changes.quads import sorted_quads
with sorted_quads(Path(sys.argv[1])) as old, sorted_quads(Path(sys.argv[2])) as new:
    found = difference(old, new)
sys.stdout.buffer.write(feed(found, ("a", "b"), "https://x.example/", "2026-01-31", "1.1"))
sys.stdout.buffer.writelines(notes_part(found, "1.1").chunks())
"""


def test_the_hash_seed_does_not_count(before: Path, after: Path, changed: Difference) -> None:
    here = feed(changed, ("a", "b"), "https://x.example/", "2026-01-31", "1.1")
    here += b"".join(notes_part(changed, "1.1").chunks())
    there = subprocess.run(
        [sys.executable, "-c", _PRINT, before, after], env={"PYTHONHASHSEED": "7"}, capture_output=True, check=True
    )
    assert there.stdout == here


def test_notes_tell_what_is_notable(changed: Difference) -> None:
    text = notes(changed, "1.1", "zh")
    assert text.startswith("# 更改说明 1.1\n")
    for heading in ("## 新文档", "## 更改或移除的文档", "## 更正的陈述", "## 已消除的问题", "## 组织"):
        assert f"\n{heading}\n" in text
    assert "- 侦破诈骗案件数：1600余起 → 1700余起（2025年，临江市公安局）\n  - 数值：1600 → 1700\n" in text
    assert "- 《江城夜话》（临江日报，2025-12-09）：7 项陈述、2 项参与\n" in text
    assert "<script" not in text.replace("\\<", "")
    english = notes(changed, "1.1", "en")
    assert english.count("\n## ") == text.count("\n## ")
    assert "## Findings resolved" in english


def test_notes_of_the_first_release_and_of_no_change(first: Difference, before: Path) -> None:
    assert "首次发布。" in notes(first, "1.0", "zh")
    assert "## New documents" in notes(first, "1.0", "en")
    with sorted_quads(before) as old, sorted_quads(before) as new:
        same = difference(old, new)
    assert notes(same, "1.0", "en").endswith("The data have not changed.\n")


def test_parts_are_files_of_a_release(changed: Difference) -> None:
    part = feed_part(changed, TITLE, HOME, "2026-01-31", "1.1")
    assert (part.path, part.media) == ("changes.atom", "application/atom+xml")
    assert b"".join(part.chunks()) == feed(changed, TITLE, HOME, "2026-01-31", "1.1")
    both = b"".join(notes_part(changed, "1.1").chunks()).decode()
    assert both == f"{notes(changed, '1.1', 'zh')}\n{notes(changed, '1.1', 'en')}"
    assert notes_part(changed, "1.1").path == NOTES

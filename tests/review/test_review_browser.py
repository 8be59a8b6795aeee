"""The review page in a real browser, where one is installed: keys, decisions, filters, links."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from pages import TEXT, another, book

from loaders.review.merge import CLAIMS
from loaders.review.page import review_page
from loaders.review.sheets import read_decisions
from loaders.writing import claim_rows

if TYPE_CHECKING:
    from pathlib import Path

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None and "KG_REQUIRE_BROWSER" not in os.environ, reason="no browser")

_HELP = """
const press = (key) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const click = (selector) => document.querySelector(selector).dispatchEvent(
  new MouseEvent("click", { bubbles: true, cancelable: true }));
const type = (text, field = document.activeElement) => {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
const wait = (time) => new Promise((done) => setTimeout(done, time));
let csv = null;
URL.createObjectURL = (blob) => { csv = blob; return "blob:csv"; };
"""


def dom(path: Path, page: str, fragment: str = "") -> str:
    """What a browser makes of a page."""
    file = path / "page.html"
    file.write_text(page, encoding="utf-8")
    assert BROWSER is not None
    done = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            f"--user-data-dir={path / 'profile'}", "--virtual-time-budget=4000", "--dump-dom",
            f"{file.as_uri()}{fragment}",
        ],
        capture_output=True, encoding="utf-8", check=True, timeout=120,
    )  # fmt: skip
    return done.stdout


def driven(path: Path, page: str, actions: str) -> list[object]:
    """What a page logs while it is used; its policy would not let the actions in, so it is taken away."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    script = f"""<script>{_HELP}(async () => {{ const log = [];
      try {{ {actions} }} catch (error) {{ log.push(error.stack); }}
      document.body.dataset.log = JSON.stringify(log); }})();</script></body>"""
    found = re.search(r'data-log="([^"]*)"', dom(path, page.replace("</body>", script)))
    assert found
    logged: list[object] = json.loads(html.unescape(found[1]))
    return logged


def test_it_runs_under_its_own_policy_and_opens_the_claim_that_the_link_names(tmp_path: Path) -> None:
    start = TEXT.index("12公里")
    made = dom(tmp_path, review_page([book()], "zh"), f"#char={start},{start + 4}")
    assert made.startswith('<!DOCTYPE html>\n<html lang="zh-CN" class="js">')
    made = made.partition("</style>")[2].partition("<script>")[0]
    lit = re.findall(r'class="([^"]* lit [^"]*)"', made)
    assert [name for it in lit for name in it.split() if name.startswith("is-")] == [
        "is-agency", "is-period", "is-whole", "is-claim",
    ]  # fmt: skip
    assert re.findall(r'data-label="([^"]*)"', made) == ["组织", "时段", "整体", "陈述"][:3]
    assert made.count('aria-current="true"') == 2  # the card and the tab


def test_decisions_by_keyboard_and_mouse_go_into_the_sheet(tmp_path: Path) -> None:
    logged = driven(
        tmp_path,
        review_page([book()], "zh"),
        """
        press("j"); press("Enter"); press("x");
        press("e"); type('-5%，"见"\\n 原文 '); press("Enter"); log.push(document.activeElement.id);
        press("k"); press("k"); log.push(document.activeElement.id);
        click("#c6 [data-do=rejected]"); click("#c7 [data-do=confirmed]"); click("#c7 [data-do=confirmed]");
        log.push(document.querySelector(".done").textContent, document.querySelector("progress").value);
        log.push([...document.querySelectorAll("a.claim")].map((it) => it.dataset.review));
        log.push(Object.keys(JSON.parse(localStorage.getItem(localStorage.key(0)))).length);
        document.querySelector(".download").click(); log.push(await csv.text());
        click("#c1 [data-do=confirmed]"); log.push(Object.keys(reviews[0].made).length);
        """,
    )
    assert logged[:4] == ["c4", "c2", "4 / 7", 4]
    assert logged[4] == ["confirmed", "rejected", "corrected", "corrected", *["proposed"] * 5, "rejected", "proposed"]
    assert logged[5:] == [4, logged[6], 3]
    file = tmp_path / "book.decisions.csv"
    file.write_text(str(logged[6]), encoding="utf-8")
    sheet = [row for row in claim_rows(book()) if set(row) == set(CLAIMS.columns)]
    rows, _ = read_decisions(file, "book", "王审").entered(sheet)
    assert [row["review"] for row in rows] == [
        "confirmed", "rejected", "corrected", "proposed", "proposed", "rejected", "proposed",
    ]  # fmt: skip
    assert rows[2]["note"] == '－5%，"见" 原文'


def test_filters_tabs_links_and_hints(tmp_path: Path) -> None:
    logged = driven(
        tmp_path,
        review_page([book(), another()], "en"),
        """
        const shown = () => document.querySelector(".shown").textContent, [form] = document.forms;
        press("/"); type("公里"); log.push(shown()); type(""); press("Escape");
        type("云溪市水务局", form.elements.agency); log.push(shown());
        type("rank", form.elements.kind); log.push(shown());
        press("j"); log.push(document.activeElement.id, document.querySelectorAll("a.claim.dim").length);
        type("*", form.elements.kind); type("doubt", form.elements.doubt); log.push(shown());
        click("a.rejected"); log.push(document.querySelector(".rejections").hidden, current.lit[0].textContent);
        document.querySelector("a.rejected").focus(); log.push(document.querySelector(".tip").textContent);
        click("[data-tab=involvements]"); click(".involvements .goto"); log.push(current.lit[0].textContent);
        location.hash = "#d2-sheet"; await wait(50); log.push(current.section.dataset.document);
        location.hash = "#book:char=28,32"; await wait(500); log.push(document.activeElement.id, location.hash);
        """,
    )
    assert logged == [
        "2 / 7", "6 / 7", "1 / 7", "d1-c6", 10, "1 / 7", False, "2024年", "no-such-rule", "清河节", "second",
        "d1-c1", "#book:char=28,32",
    ]  # fmt: skip

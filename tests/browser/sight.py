"""Looking at pages in a browser: which types there are, what counts as wrong, when a page is ready."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlsplit

from helpers import ROOT

from kg.web.islands import STATIC

sys.path.append(str(ROOT / "tests" / "web"))  # where only the tests here are run
from live import live

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route

__all__ = ["AXE", "ISLANDS", "PAGES", "SHORT", "Sight", "faults", "live"]

AXE = ROOT / "tests" / "clients" / "node_modules" / "axe-core" / "axe.min.js"
ISLANDS = (STATIC / "dist" / "manifest.json").is_file()

PAGES = {
    "home": "/",
    "agencies": "/agencies",
    "undertakings": "/undertakings",
    "metrics": "/metrics",
    "documents": "/documents",
    "agency": "/page/agency/临江市公安局",
    "undertaking": "/page/programme/全城一张图",
    "metric": "/page/metric/接入泊位数",
    "claim": "/page/claim/press-2025.194-199",
    "document": "/page/document/digest-2025",
    "findings": "/findings",
    "finding": "",  # its name is a digest: see `paths`
    "thing": "/page/place/临江市",
    "network": "/network?all=1",
    "search": "/search?q=停车",
    "questions": "/queries",
    "table-question": "/queries/promises-by-state",
    "series-question": "/queries/metric-series",
    "network-question": "/queries/agencies-that-share-programmes",
    "wrong-question": "/queries/claims-of-an-agency?agency=临江市公安",
    "sparql": "/sparql",
    "sparql-answer": "/sparql?query=SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 5",
    "sparql-error": "/sparql?query=SELECT ?s { ?s ?p ",
    "docs": "/docs",
    "ontology": "/page/ontology",
    "error": "/page/nothing",
}
_STATUS = {"error": 404, "wrong-question": 400, "sparql-error": 400}

SHORT = 900
"""The height of a window, in pixels."""

_READY = """() => document.readyState === "complete" && [...document.querySelectorAll("[data-island]")].every((it) => ({
  chart: () => it.querySelector(".chart-stage svg path"),
  copy: () => !it.hidden,
  editor: () => it.querySelector(".editor-host")?.shadowRoot?.querySelector(".cm-line") ?? it.querySelector(".cm-line"),
  network: () => it.querySelector(".network-buttons"),
  search: () => it.querySelector("[role=combobox]"),
  swagger: () => it.querySelector(".opblock"),
  table: () => it.tBodies[0].rows.length < 2 || it.querySelector("th button"),
  yasgui: () => it.querySelector(".CodeMirror-line") && document.querySelector(".yasgui-examples"),
})[it.dataset.island]())"""

_POLICY = """document.addEventListener("securitypolicyviolation", (it) =>
  console.error(`policy: ${it.violatedDirective} ${it.blockedURI} ${it.sourceFile ?? ""}`))"""


class Sight:
    """Opens pages of one site and keeps what went wrong on them: errors, breaches of the policy, other hosts."""

    def __init__(self, browser: Browser, address: str, paths: dict[str, str], *, islands: bool = True) -> None:
        self.address, self.paths, self._islands = address, paths, islands
        self.wrong: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def open(
        self,
        name: str,
        *,
        lang: str = "zh",
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        scripts: bool = True,
        fragment: str = "",
    ) -> Page:
        """A page by its type, ready: what its islands make is there."""
        context = self._browser.new_context(
            viewport={"width": width, "height": SHORT},
            color_scheme=scheme,
            java_script_enabled=scripts,
            locale="en" if lang == "en" else "zh-CN",
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        context.route("**/*", self._within)
        if scripts:
            context.add_init_script(_POLICY)
        page = context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        answer = page.goto(self.url(name) + fragment)
        assert answer is not None
        assert answer.status == _STATUS.get(name, 200)
        if scripts and self._islands:
            ready(page)
        return page

    def url(self, name: str) -> str:
        """The address of a page by its type, or by its path."""
        return self.address + quote(self.paths.get(name, name), safe="/?=&%#")

    def forgive(self, words: str) -> None:
        """Take back one report of the browser, about an error that was asked for."""
        self.wrong.remove(next(it for it in self.wrong if words in it))

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _within(self, route: Route) -> None:
        url = route.request.url
        if urlsplit(url).scheme in {"data", "blob"} or url.startswith(f"{self.address}/"):
            route.continue_()
        else:
            self.wrong.append(f"asks another host: {url}")
            route.abort()

    def _said(self, message: ConsoleMessage) -> None:
        wanted = message.location.get("url", "") in {
            self.url(name) for name in _STATUS
        }  # an error is what was asked for
        if message.type in {"error", "warning"} and not (wanted and "Failed to load resource" in message.text):
            self.wrong.append(f"{message.location.get('url')}: {message.text}")


def ready(page: Page) -> None:
    """Wait until all islands of a page are drawn."""
    page.wait_for_function(_READY, timeout=15_000)


def faults(page: Page, axe: str, *, rules: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> list[str]:
    """What the checker finds: rule, element and why; `rules` alone where some are named."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    options["runOnly"] = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": tags}
    page.evaluate(f"() => {{ if (!window.axe) {{ {axe} }} }}")
    found = page.evaluate(
        "([without, options]) => axe.run({ exclude: without.map((it) => [it]) }, options).then((it) => it.violations)",
        [list(without), options],
    )
    return [
        f"{fault['id']}: {json.dumps(node['target'], ensure_ascii=False)} {node['html'][:160]} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]

/**
 * `<div data-island="yasgui" data-endpoint data-examples>`: YASGUI for experts, with the saved questions as examples.
 * With `data-base` and `data-root`, IRIs below the one are written short, and lead to the pages below the other.
 */

import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import { make, mount, required } from "./shared/dom";
import { langOf, speaker } from "./shared/words";
import "./yasgui.css";

interface Example {
  name: string;
  title: string;
  query: string;
}

mount<HTMLElement>("yasgui", (root) => void start(root));

async function start(root: HTMLElement): Promise<void> {
  const endpoint = new URL(required(root, "endpoint"), location.href).href;
  const list = await examples(root.dataset.examples);
  // What YASGUI knows of other hosts is switched off: suggestions of classes and properties, endpoints, a proxy.
  prefixes(list);
  Yasgui.Yasqe.defaults.autocompleters = ["prefixes", "variables"];
  if (list[0]) Yasgui.Yasqe.defaults.value = list[0].query;
  simple();
  const { base = "", root: pages = "" } = root.dataset;
  root.replaceChildren();
  const gui = new Yasgui(root, {
    autofocus: false,
    copyEndpointOnNewTab: false,
    persistenceId: `kg ${new URL(endpoint).pathname}`,
    requestConfig: { ...Yasgui.defaults.requestConfig, endpoint, method: "POST" },
    yasr: { ...Yasgui.Yasr.defaults, prefixes: base ? { "": base } : {} },
    endpointCatalogueOptions: { ...Yasgui.defaults.endpointCatalogueOptions, getData: () => [{ endpoint }] },
  });
  for (const event of ["tabSelect", "queryResponse"]) gui.on(event, () => name(root));
  name(root);
  if (base) stay(root, base, pages);
  if (list.length) root.before(chooser(root, list, (query) => gui.getTab()?.setQuery(query)));
}

/** Give the parts that YASGUI leaves nameless their names and roles, once its tab is drawn. */
function name(root: HTMLElement): void {
  const say = speaker(langOf(root));
  requestAnimationFrame(() => {
    for (const area of root.querySelectorAll(".CodeMirror textarea")) area.setAttribute("aria-label", say("editor"));
    for (const select of root.querySelectorAll(".tableSizer")) select.setAttribute("aria-label", say("pageSize"));
    for (const part of root.querySelectorAll(".CodeMirror-scroll")) part.setAttribute("tabindex", "0");
    for (const button of root.querySelectorAll(".tabsList .addTab")) {
      for (const [attribute, value] of [
        ["role", "tab"],
        ["aria-selected", "false"],
        ["aria-label", say("addTab")],
      ] as const)
        button.setAttribute(attribute, value);
    }
  });
}

/** What the graph names is a page of this site: its links lead there, and not to the address that is its name. */
function stay(root: HTMLElement, base: string, pages: string): void {
  root.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a.iri") : null;
    const name = link?.getAttribute("href");
    if (link && name?.startsWith(base)) link.setAttribute("href", pages + name.slice(base.length));
  });
}

async function examples(address: string | undefined): Promise<Example[]> {
  if (!address) return [];
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const list = answer.ok ? ((await answer.json()) as Example[]) : [];
  return list.map((it) => ({ ...it, query: it.query.replace(/^#\+.*\n/gm, "") })); // the heading is for our own pages
}

/** Prefixes are suggested from the examples, which hold all that the graph uses. */
function prefixes(list: Example[]): void {
  const found = list.flatMap(({ query }) =>
    [...query.matchAll(/^\s*PREFIX\s+(\S*:\s*<[^>]+>)/gim)].map((it) => it[1] ?? ""),
  );
  const known = [...new Set(found)].sort();
  Yasgui.Yasqe.forkAutocompleter("prefixes", { name: "prefixes", persistenceId: null, get: () => known });
}

/** Results open in the simple view: labels and values without datatypes. */
function simple(): void {
  const table = Yasgui.Yasr.plugins.table as unknown as { prototype: { draw: (config: object) => unknown } };
  const { draw } = table.prototype;
  table.prototype.draw = function (config) {
    return draw.call(this, { compact: true, ...config });
  };
}

function chooser(root: HTMLElement, list: Example[], choose: (query: string) => void): HTMLElement {
  const { label = "" } = root.dataset;
  const select = make("select", { "aria-label": label || "examples" }, make("option", { value: "" }, label || "…"));
  select.append(...list.map((it, index) => make("option", { value: String(index) }, it.title)));
  select.addEventListener("change", () => {
    const example = list[Number(select.value)];
    if (select.value && example) choose(example.query);
  });
  return make("p", { class: "yasgui-examples" }, select);
}

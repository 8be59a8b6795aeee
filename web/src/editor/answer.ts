/** An answer on the page: a table that sorts, or an error that leads to its place. */

import { make, page } from "../shared/dom";
import { sortable } from "../shared/sorting";
import type { Lang } from "../shared/words";
import { speaker } from "../shared/words";
import type { Outcome, Place, Term } from "./sparql";

const MOST = 1000; // rows that are drawn; a download has all

export interface Setting {
  lang: Lang;
  /** IRIs that begin with `base` are pages of this site below `root`. */
  base: string;
  root: string;
  goto: (place: Place) => void;
}

/** What is shown for an outcome that took some seconds. */
export function shown(outcome: Outcome, seconds: number, setting: Setting): Node[] {
  const say = speaker(setting.lang);
  switch (outcome.kind) {
    case "rows": {
      const note = outcome.rows.length ? say("answered", outcome.rows.length, seconds.toFixed(2)) : say("nothing");
      return [make("p", { class: "answer-note", role: "status" }, note), ...grid(outcome.names, outcome.rows, setting)];
    }
    case "truth":
      return [make("p", { class: "answer-truth", role: "status" }, say(outcome.truth ? "ask" : "no"))];
    case "text":
      return [make("pre", { class: "answer-text", tabindex: "0" }, outcome.text)];
    case "error":
      return [failure(outcome.text, outcome.place, setting)];
    case "unreachable":
      return [failure(say("unreachable"), null, setting)];
  }
}

function failure(text: string, place: Place | null, { lang, goto }: Setting): HTMLElement {
  const lines = text.split("\n").filter((line) => line.trim());
  const own = lines.filter((line) => /\p{Script=Han}/u.test(line) === (lang === "zh"));
  const box = make(
    "div",
    { class: "answer-error", role: "alert" },
    make("p", {}, (own.length ? own : lines).join(" ")),
  );
  if (place) {
    const button = make("button", { type: "button" }, speaker(lang)("goto", place.line, place.column));
    button.addEventListener("click", () => goto(place));
    box.append(button);
  }
  return box;
}

function grid(names: string[], rows: Record<string, Term>[], setting: Setting): Node[] {
  if (!rows.length) return [];
  const head = make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))));
  const lines = rows.slice(0, MOST).map((row) => make("tr", {}, ...names.map((name) => cell(row[name], setting))));
  const table = make("table", {}, head, make("tbody", {}, ...lines));
  sortable(table);
  const box = make(
    "div",
    { class: "answer-grid", tabindex: "0", role: "region", "aria-label": names.join(", ") },
    table,
  );
  const cut = speaker(setting.lang)("shown", MOST, rows.length);
  return rows.length > MOST ? [box, make("p", { class: "answer-note" }, cut)] : [box];
}

function cell(term: Term | undefined, { base, root }: Setting): HTMLTableCellElement {
  if (!term) return make("td");
  if (term.type !== "uri")
    return make("td", /#(decimal|integer|double)$/.test(term.datatype ?? "") ? { class: "number" } : {}, term.value);
  const own = base !== "" && term.value.startsWith(base);
  const text = term.label ?? (own ? term.value.slice(base.length) : term.value);
  const href = own ? page(`${root}${term.value.slice(base.length)}`) : null;
  return make("td", {}, href ? make("a", { href, title: term.value }, text) : text);
}

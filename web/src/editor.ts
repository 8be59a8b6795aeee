/** `<form data-island="editor">`: the query text in an editor, which runs what was edited without leaving the page. */

import { shown } from "./editor/answer";
import { ask } from "./editor/sparql";
import { editor, go, underline } from "./editor/view";
import { make, mount, required } from "./shared/dom";
import { langOf, speaker } from "./shared/words";
import "./editor.css";
import "./table.css";

mount<HTMLFormElement>("editor", (form) => {
  const area = form.querySelector<HTMLTextAreaElement>('textarea[name="query"]');
  const place = form.querySelector<HTMLElement>(".answer") ?? form.parentElement?.querySelector<HTMLElement>(".answer");
  if (!area || !place) throw new Error("no textarea or no place for the answer");
  const endpoint = required(form, "endpoint");
  const lang = langOf(form);
  let running = new AbortController();

  const run = async (): Promise<void> => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const began = performance.now();
    place.setAttribute("aria-busy", "true");
    place.replaceChildren(make("p", { class: "answer-note", role: "status" }, speaker(lang)("asked")));
    try {
      const outcome = await ask(endpoint, view.state.doc.toString(), signal);
      const { base = "", root = "" } = form.dataset;
      const setting = { lang, base, root, goto: (to: { line: number; column: number }) => go(view, to) };
      place.replaceChildren(...shown(outcome, (performance.now() - began) / 1000, setting));
      underline(view, outcome.kind === "error" ? outcome.place : null, outcome.kind === "error" ? outcome.text : "");
      place.removeAttribute("aria-busy");
    } catch (error) {
      if (!signal.aborted) throw error; // a later run took the place of this one
    }
  };

  const view = editor(area, lang, () => void run());
  area.hidden = true;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.getAttribute("name")) return; // a download: the browser sends the form with its text
    event.preventDefault();
    void run();
  });
});

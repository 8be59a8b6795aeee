/**
 * `<form role="search"><input name="q" data-suggest="/suggest">`: suggestions while one types, as an ARIA combobox.
 * Letters that an input method still composes (pinyin) are neither searched for nor taken as commands.
 */

import { make, mount, page } from "./shared/dom";
import { langOf, speaker } from "./shared/words";
import "./search.css";

interface Suggestion {
  label: string;
  kind: string;
  href: string;
  note?: string | null;
}

const PAUSE = 120; // milliseconds without a key before the server is asked

let count = 0;

class Suggestions {
  private readonly list = make("ul", {
    role: "listbox",
    class: "suggestions",
    id: `suggestions-${++count}`,
    hidden: true,
  });
  private readonly status = make("p", { role: "status", class: "suggestions-status" });
  private readonly say;
  private active = -1;
  private timer = 0;
  private request = new AbortController();

  constructor(private readonly input: HTMLInputElement) {
    this.say = speaker(langOf(input));
    const attributes = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false" };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.setAttribute("aria-controls", this.list.id);
    this.list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() || input.ariaLabel || input.placeholder);
    const focused = document.activeElement === input;
    const box = make("span", { class: "suggesting" });
    input.replaceWith(box);
    box.append(input, this.list, this.status);
    if (focused) input.focus(); // who types already is not disturbed
    input.addEventListener("input", (event) => {
      if (!(event instanceof InputEvent && event.isComposing)) this.later();
    });
    input.addEventListener("compositionend", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
  }

  private later(): void {
    clearTimeout(this.timer);
    this.request.abort();
    this.timer = window.setTimeout(() => void this.ask(), PAUSE);
  }

  private async ask(): Promise<void> {
    const words = this.input.value.trim();
    if (!words) return this.close();
    this.request = new AbortController();
    const url = new URL(this.input.dataset.suggest ?? "", location.href);
    url.searchParams.set("q", words);
    try {
      const answer = await fetch(url, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (answer.ok) this.show((await answer.json()) as Suggestion[], words);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.close(); // without a server the form still works
    }
  }

  private show(suggestions: Suggestion[], words: string): void {
    if (document.activeElement !== this.input) return;
    this.select(-1);
    const usable = suggestions.filter((it) => page(it.href));
    this.list.replaceChildren(...usable.map((it, index) => this.option(it, words, index)));
    this.list.hidden = usable.length === 0;
    this.input.setAttribute("aria-expanded", String(usable.length > 0));
    this.status.textContent = this.say("found", usable.length);
  }

  private option(suggestion: Suggestion, words: string, index: number): HTMLLIElement {
    const label = make("span", { class: "label" }, ...marked(suggestion.label, words));
    if (suggestion.note) label.append(make("small", {}, suggestion.note));
    const option = make("li", { role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false" }, label);
    option.append(make("span", { class: "kind" }, suggestion.kind));
    option.dataset.href = suggestion.href;
    option.addEventListener("click", () => location.assign(suggestion.href));
    return option;
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return; // the key belongs to the input method
    const open = !this.list.hidden;
    const options = this.list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return void this.ask();
      const from = this.active < 0 && event.key === "ArrowUp" ? options : this.active;
      this.select((from + (event.key === "ArrowDown" ? 1 : -1) + options) % options);
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      (this.list.children[this.active] as HTMLElement).click();
    } else if (event.key === "Escape" && open) {
      event.preventDefault(); // else the browser would empty the input
      this.close();
    }
  }

  private select(index: number): void {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.list.children[index];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private close(): void {
    clearTimeout(this.timer);
    this.request.abort();
    this.select(-1);
    this.list.hidden = true;
    this.status.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
  }
}

/** A label with the words that were typed marked in it. */
function marked(label: string, words: string): (Node | string)[] {
  const at = label.toLowerCase().indexOf(words.toLowerCase());
  if (at < 0) return [label];
  const end = at + words.length;
  return [label.slice(0, at), make("mark", {}, label.slice(at, end)), label.slice(end)];
}

mount<HTMLFormElement>("search", (form) => {
  const input = form.querySelector<HTMLInputElement>("input[data-suggest]");
  if (input) new Suggestions(input);
});

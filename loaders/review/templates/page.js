"use strict";

const span = (passage) => passage.split(",").map(Number);
const SORTS = ["claim", "agency", "period", "place", "whole", "undertaking", "doubt", "rejected"];

/** Scrolls an element into the middle part of its pane, unless it is there. */
function reveal(element, pane) {
  const { top, bottom } = element.getBoundingClientRect(), box = pane.getBoundingClientRect();
  if (top < box.top + box.height * 0.15 || bottom > box.top + box.height * 0.8) element.scrollIntoView({ block: "center" });
}

/** One document: its text in pieces, its cards, and the one of them that is active. */
class Sheet {
  constructor(section) {
    this.section = section;
    this.text = one(".reading", section);
    this.panels = one(".panels", section);
    this.form = one(".filters", section);
    this.pieces = all("[data-at]", this.text).map((element) => ({ element, at: span(element.dataset.at) }));
    this.lit = [];
    this.active = null;
    this.decisions = new Decisions(section, (card) => {
      for (const piece of this.passage(card.dataset.passage)) piece.dataset.review = card.dataset.review;
    });
    this.cards = this.decisions.cards;
    this.filter();
    this.turn("claims");
    this.form.addEventListener("input", () => this.filter());
    section.addEventListener("click", (event) => this.clicked(event));
  }

  /** The pieces of the text that make up a passage. */
  passage(passage) {
    const [start, end] = span(passage);
    let first = 0, last = this.pieces.length;
    while (first < last) {
      const middle = (first + last) >> 1;
      if (this.pieces[middle].at[0] < start) first = middle + 1;
      else last = middle;
    }
    while (this.pieces[last]?.at[1] <= end) last++;
    return this.pieces.slice(first, last).map((piece) => piece.element);
  }

  /** Lights passages of the text, each labelled with what it is, and shows the first one. */
  light(passages) {
    for (const element of this.lit) {
      element.classList.remove("lit", ...SORTS.map((sort) => `is-${sort}`));
      delete element.dataset.label;
    }
    this.lit = [];
    for (const [sort, passage] of passages) {
      const pieces = this.passage(passage);
      for (const piece of pieces) piece.classList.add("lit", `is-${sort}`);
      if (words[sort] && pieces.length) pieces[0].dataset.label = [pieces[0].dataset.label, words[sort]].filter(Boolean).join(" · ");
      this.lit.push(...pieces);
    }
    if (this.lit.length) reveal(this.lit[0], this.text);
  }

  activate(card) {
    if (card.hidden) {
      this.form.reset();
      this.filter();
    }
    this.active?.removeAttribute("aria-current");
    this.active = card;
    this.turn("claims");
    card.setAttribute("aria-current", "true");
    const stated = ["agency", "period", "place"].map((sort) => [sort, card.dataset[`at${sort}`]]);
    const whole = ["whole", this.cards[card.dataset.whole - 1]?.dataset.passage];
    this.light([["claim", card.dataset.passage], ...stated, whole].filter(([, passage]) => passage));
    reveal(card, this.panels);
    card.focus({ preventScroll: true });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => history.replaceState(null, "", `#${card.dataset.fragment}`), 300);
  }

  /** Goes to the next card that is shown and wanted, forwards or backwards. */
  step(by, wanted = () => true) {
    const at = this.active ? this.cards.indexOf(this.active) : by < 0 ? this.cards.length : -1;
    for (let next = at + by; this.cards[next]; next += by) {
      if (!this.cards[next].hidden && wanted(this.cards[next])) return this.activate(this.cards[next]);
    }
  }

  filter() {
    const { agency, kind, status, review, doubt, text } = this.form.elements;
    const wanted = text.value.trim().toLowerCase();
    let shown = 0;
    for (const card of this.cards) {
      const fits = [agency, kind, status, review].every(({ name, value }) => value === "*" || card.dataset[name] === value);
      const doubted = doubt.value === "*" || card.dataset.doubt?.includes(doubt.value);
      if (wanted) card.words ??= card.textContent.toLowerCase();
      card.hidden = !fits || !doubted || (wanted && !card.words.includes(wanted));
      if (!card.hidden) shown++;
      for (const piece of this.passage(card.dataset.passage)) piece.classList.toggle("dim", card.hidden);
    }
    one(".shown", this.form).textContent = `${shown} / ${this.cards.length}`;
    one(".nothing", this.section).hidden = shown > 0 || !this.cards.length;
  }

  turn(name) {
    for (const panel of all(".panel", this.panels)) panel.hidden = !panel.classList.contains(name);
    for (const tab of all("[data-tab]", this.section)) tab.setAttribute("aria-current", tab.dataset.tab === name);
  }

  clicked(event) {
    const [link, button, card] = ["a", "[data-do]", ".card"].map((selector) => event.target.closest(selector));
    if (button) {
      this.activate(card);
      this.decisions.decide(card, card.dataset.review === button.dataset.do ? "proposed" : button.dataset.do);
      if (card.dataset.review === "corrected") one(".note", card).focus();
    } else if (link) {
      event.preventDefault();
      this.follow(link);
    } else if (card && !event.target.closest("input") && getSelection().isCollapsed) {
      this.activate(card);
    }
  }

  follow(link) {
    if (link.dataset.tab) this.turn(link.dataset.tab);
    else if (link.dataset.passage) this.light([[link.dataset.sort, link.dataset.passage]]);
    else show(link.hash);
    if (link.matches(".copy")) {
      history.replaceState(null, "", link.hash);
      navigator.clipboard?.writeText(location.href).then(() => say(words.copied), () => say(location.href));
    }
  }
}

/** Shows what a fragment names: a claim by its characters or its card, a rejected number, a document. */
function show(hash) {
  const id = decodeURIComponent(hash.slice(1));
  const target = all(".card").find((card) => card.dataset.fragment === id) ?? document.getElementById(id);
  const sheet = sheets.find(({ section }) => section.contains(target));
  if (!sheet) return;
  current = sheet;
  for (const { section } of sheets) section.hidden = section !== sheet.section;
  for (const link of all(".documents a")) link.setAttribute("aria-current", link.hash === `#${sheet.section.id}`);
  if (target.matches(".card")) sheet.activate(target);
  else if (target.matches(".rejections li")) {
    sheet.turn("rejections");
    sheet.follow(one("a", target));
    reveal(target, sheet.panels);
  }
}

/** Says why a number counts or not, where the pointer or the focus is. */
function tip({ target }) {
  const box = one(".tip"), about = target.closest?.("[data-tip]");
  box.hidden = !about;
  if (!about) return;
  box.textContent = about.dataset.tip;
  const { left, top, bottom } = about.getClientRects()[0];
  const below = bottom + box.offsetHeight + 14 < innerHeight;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - box.offsetWidth - 8))}px`;
  box.style.top = `${below ? bottom + 6 : top - box.offsetHeight - 6}px`;
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { key, target } = event, card = current?.active, field = target.closest("input, select");
  const moves = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }, verdicts = { Enter: "confirmed", x: "rejected" };
  if (field) {
    if (key !== "Escape" && key !== "Enter") return;
    field.blur();
    if (key === "Enter" && field.matches(".note")) current.step(1);
    else card?.focus({ preventScroll: true });
  } else if (key === "Enter" && target.closest("a, button, summary")) return;
  else if (moves[key]) current?.step(moves[key]);
  else if (key === "n") current?.step(1, (it) => it.dataset.review === "proposed");
  else if (key === "/") current?.form.elements.text.focus();
  else if (!card) return;
  else if (verdicts[key]) {
    current.decisions.decide(card, verdicts[key]);
    current.step(1);
  } else if (key === "u") current.decisions.decide(card, "proposed");
  else if (key === "e") {
    current.decisions.decide(card, "corrected");
    one(".note", card).focus();
  } else return;
  event.preventDefault();
}

document.documentElement.classList.add("js");
for (const element of all(".reading [title]")) {
  element.dataset.tip = element.title;
  element.removeAttribute("title");
}
const sheets = all(".sheet").map((section) => new Sheet(section));
let current;
reviews.push(...sheets.map((sheet) => sheet.decisions));
addEventListener("hashchange", () => show(location.hash));
for (const type of ["mouseover", "focusin"]) document.addEventListener(type, tip);
document.addEventListener("scroll", () => { one(".tip").hidden = true; }, true);
document.addEventListener("keydown", pressed);
for (const hash of [`#${sheets[0]?.section.id}`, location.hash]) show(hash);

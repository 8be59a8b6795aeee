"use strict";

const one = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const words = document.body.dataset;

/** Says something for a moment. */
function say(text) {
  const box = one(".toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { box.hidden = true; }, 3000);
}

/**
 * What a person decided about the claims of one document. This browser keeps it under the document and its text, and
 * only what differs from what the page was made with. `shown` is told of every claim whose decision changes.
 */
class Decisions {
  constructor(section, shown) {
    this.section = section;
    this.shown = shown;
    this.key = `chengjidan:${section.dataset.key}`;
    this.cards = all(".card", section);
    this.made = this.kept();
    for (const card of this.cards) {
      card.given = { review: card.dataset.review, note: card.dataset.note };
      this.show(card);
    }
    this.count();
    section.addEventListener("input", ({ target }) => {
      if (target.matches(".note")) this.decide(target.closest(".card"), null);
    });
    one(".download", section).addEventListener("click", download);
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || {};
    } catch {
      return {};
    }
  }

  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.made));
    } catch {
      say(words.unkept);
    }
  }

  /** Decides about a claim; `null` lets the decision stand and takes in its note, which makes an open one corrected. */
  decide(card, review) {
    const note = review === "proposed" ? "" : one(".note", card).value.replace(/\s+/g, " ").trim();
    const before = card.dataset.review;
    const now = review ?? (before === "proposed" && note ? "corrected" : before);
    if (now === card.given.review && note === card.given.note) delete this.made[card.dataset.passage];
    else this.made[card.dataset.passage] = { review: now, note };
    this.keep();
    this.show(card);
    this.count();
  }

  show(card) {
    const { review, note } = this.made[card.dataset.passage] ?? card.given;
    card.dataset.review = review;
    const field = one(".note", card);
    if (field !== document.activeElement) field.value = note;
    for (const button of all("[data-do]", card)) button.setAttribute("aria-pressed", button.dataset.do === review);
    this.shown(card);
  }

  count() {
    const done = this.cards.filter((card) => card.dataset.review !== "proposed").length;
    one("progress", this.section).value = done;
    one(".done", this.section).textContent = `${done} / ${this.cards.length}`;
  }

  rows() {
    const { document } = this.section.dataset;
    const at = ([passage]) => Number(passage.split(",")[0]);
    const entries = Object.entries(this.made).sort((first, second) => at(first) - at(second));
    return entries.map(([passage, { review, note }]) => [document, ...passage.split(","), review, harmless(note)]);
  }
}

/** A note that no spreadsheet takes for a formula: its first sign becomes the full-width one. */
function harmless(note) {
  return note.replace(/^[=+@-]/, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
}

/** Hands out the decisions about all documents of the page as the CSV that `kg review --decisions` reads. */
function download() {
  const rows = [["document", "start", "end", "review", "note"], ...reviews.flatMap((it) => it.rows())];
  const line = (row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
  const link = document.createElement("a");
  const name = reviews.length > 1 ? "" : `${reviews[0].section.dataset.document}.`;
  link.href = URL.createObjectURL(new Blob(["\ufeff", rows.map((row) => `${line(row)}\n`).join("")], { type: "text/csv" }));
  link.download = `${name}decisions.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const reviews = [];

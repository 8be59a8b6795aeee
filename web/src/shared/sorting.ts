/** Sorting the rows of a table by its headings. */

import { langOf } from "./words";

/** Make each heading with words in it a button that sorts by its column. */
export function sortable(table: HTMLTableElement): void {
  const body = table.tBodies[0];
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (!body || body.rows.length < 2) return;
  headings.forEach((heading, column) => {
    if (!heading.textContent.trim() || heading.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const descending = heading.getAttribute("aria-sort") === "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sort(body, column, descending, langOf(table));
    });
  });
}

function sort(body: HTMLTableSectionElement, column: number, descending: boolean, lang: string): void {
  const collator = new Intl.Collator(lang === "zh" ? "zh-CN" : "en", { numeric: true });
  const rows = [...body.rows].map((row) => ({ row, key: key(row.cells[column]) }));
  rows.sort((a, b) => {
    if (a.key === "" || b.key === "") return Number(a.key === "") - Number(b.key === ""); // what is empty stays last
    const order =
      typeof a.key === "number" && typeof b.key === "number" ? a.key - b.key : collator.compare(`${a.key}`, `${b.key}`);
    return descending ? -order : order;
  });
  body.append(...rows.map(({ row }) => row));
}

/** What a cell is sorted by: its `data-value`, a number where it is one, else its words. */
function key(cell: HTMLTableCellElement | undefined): number | string {
  const text = (cell?.dataset.value ?? cell?.textContent ?? "").trim();
  const number = Number(text);
  return text !== "" && !Number.isNaN(number) ? number : text;
}

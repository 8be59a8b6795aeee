/** Finding and making elements. */

type Child = Node | string;

/** Start an island on every element that asks for it; one that fails leaves the page as the server made it. */
export function mount<E extends HTMLElement>(name: string, start: (root: E) => void): void {
  for (const root of document.querySelectorAll<E>(`[data-island~="${name}"]`)) {
    try {
      start(root);
    } catch (error) {
      console.error(`island ${name}`, error);
    }
  }
}

/** An element with attributes and content; `false` leaves an attribute out, texts are never read as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** The data that the server put into an element. */
export function data<T>(root: HTMLElement): T {
  const script = root.querySelector<HTMLScriptElement>('script[type="application/json"]');
  if (!script) throw new Error("no data");
  return JSON.parse(script.textContent) as T;
}

/** An address that a link may lead to, null for anything that is not a page (`javascript:` and its like). */
export function page(href: string | null | undefined): string | null {
  if (!href) return null;
  const url = URL.canParse(href, location.href) ? new URL(href, location.href) : null;
  return url && ["http:", "https:"].includes(url.protocol) ? href : null;
}

/** An attribute that an island cannot do without. */
export function required(root: HTMLElement, name: string): string {
  const value = root.dataset[name];
  if (value === undefined) throw new Error(`data-${name} is missing`);
  return value;
}

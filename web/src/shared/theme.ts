/** The colours of the page, for what is drawn on a canvas and cannot use CSS itself. */

const NAMES = ["ink", "soft", "line", "paper", "ground", "accent", "violation", "warning", "info"] as const;

export type Theme = Record<(typeof NAMES)[number], string>;

/** The page's colours as `rgb(…)`, whatever notation and theme they come from. */
export function theme(root: Element = document.documentElement): Theme {
  const probe = document.createElement("i");
  probe.hidden = true;
  root.append(probe);
  const dot = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const entries = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, flat(getComputedStyle(probe).color, dot)] as const;
  });
  probe.remove();
  return Object.fromEntries(entries) as Theme;
}

/** A colour as it is painted: `color-mix` and its like are not understood by drawing libraries. */
function flat(colour: string, dot: OffscreenCanvasRenderingContext2D | null): string {
  if (!dot) return colour;
  dot.clearRect(0, 0, 1, 1);
  dot.fillStyle = colour;
  dot.fillRect(0, 0, 1, 1);
  const [red, green, blue] = dot.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Call back when the page turns dark or light, or goes to the printer. */
export function onThemeChange(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  matchMedia("print").addEventListener("change", changed);
  new MutationObserver(changed).observe(document.documentElement, { attributes: true });
}

/** Whether the reader asked for no movement. */
export function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

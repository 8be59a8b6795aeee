/** What the server says about a chart: figures as intervals, each with the period that it is about. */

import type { Lang } from "../shared/words";

export interface Point {
  /** The period, both days included; a chart without periods compares names. */
  start: string | null;
  end: string | null;
  /** The interval of the figure; a limit that is missing is not known, it is not zero. */
  lower: number | null;
  upper: number | null;
  value: number | null;
  planned: boolean;
  /** The figure as printed: 47万余个. */
  label: string;
  href: string | null;
  /** What a bar stands for, where that is not the period. */
  name?: string | null;
}

export interface Series {
  name: string;
  points: Point[];
}

export interface ChartData {
  /** `series`: over time; `bar`: beside each other. */
  view: string;
  lang: Lang;
  unit: string;
  series: Series[];
}

export const DAY = 86_400_000;

/** A date as milliseconds, in UTC. */
export function day(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

/** The period in words: a whole year, a span of years, a month or the two days. */
export function period(point: Point, lang: Lang): string {
  const { start, end } = point;
  if (!start || !end) return start ?? end ?? "";
  const [from, to] = [start.slice(0, 4), end.slice(0, 4)];
  if (start.endsWith("-01-01") && end.endsWith("-12-31")) {
    const years = from === to ? from : `${from}–${to}`;
    return lang === "zh" ? `${years}年` : years;
  }
  return start === end ? start : `${start} – ${end}`;
}

export interface Ends {
  low: number;
  high: number;
  /** The number that was printed, as near as is known. */
  stated: number;
  /** Which ends have no limit; such an end is drawn at the other one, and marked. */
  below: boolean;
  above: boolean;
}

/** What is drawn of a figure; nothing where no number is known. */
export function ends({ lower, upper, value }: Point): Ends | null {
  const known = value ?? lower ?? upper;
  if (known === null) return null;
  return {
    low: lower ?? Math.min(known, upper ?? known),
    high: upper ?? Math.max(known, lower ?? known),
    stated: known,
    below: lower === null && upper !== null,
    above: upper === null && lower !== null,
  };
}

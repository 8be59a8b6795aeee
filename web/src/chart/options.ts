/** A chart's data as what ECharts wants. Colours are the page's own properties, so a change of theme needs no drawing. */

import type { EChartsCoreOption } from "echarts/core";
import { make } from "../shared/dom";
import { speaker } from "../shared/words";
import type { ChartData, Point, Series } from "./data";
import { DAY, day, ends, period } from "./data";
import { besideOthers, overTime } from "./marks";

const COLOURS = 6; // --series-1 to --series-6

const TEXT = { color: "var(--soft)", fontSize: 12 };
const LINE = { lineStyle: { color: "var(--line)" } };

/** How the whole chart is drawn. */
export function options(chart: ChartData, width: number, fontFamily: string, animated: boolean): EChartsCoreOption {
  return {
    animation: animated,
    textStyle: { fontFamily }, // letters are measured with it, so a name is needed, not `inherit`
    tooltip: tooltip(chart),
    legend: {
      show: chart.series.length > 1,
      type: "plain",
      top: 0,
      left: 0,
      itemWidth: 14,
      itemHeight: 10,
      textStyle: { ...TEXT, color: "var(--ink)" },
    },
    ...(beside(chart) ? comparison(chart, width) : history(chart)),
  };
}

/** How high the chart should be, in pixels, for a width. */
export function height(chart: ChartData, width: number): number {
  if (beside(chart)) return 70 + 34 * rows(chart).length;
  return Math.round(Math.min(Math.max(width * 0.5, 210), 340));
}

/** Whether the figures stand beside each other rather than over time. */
function beside(chart: ChartData): boolean {
  return chart.view === "bar" || chart.series.every((it) => it.points.every((point) => !point.start || !point.end));
}

function history(chart: ChartData): EChartsCoreOption {
  const series = chart.series.map((it) => ({
    ...it,
    points: it.points.filter((point) => point.start && point.end && ends(point)),
  }));
  return {
    grid: { left: 4, right: 16, top: chart.series.length > 1 ? 64 : 36, bottom: 4, containLabel: true },
    useUTC: true,
    xAxis: {
      type: "time",
      axisLine: LINE,
      axisTick: { show: false },
      splitLine: { show: true, ...LINE },
      axisLabel: { ...TEXT, hideOverlap: true, formatter: year(chart) },
      minInterval: 365 * DAY,
    },
    yAxis: {
      type: "value",
      scale: true,
      name: chart.unit,
      nameTextStyle: { ...TEXT, align: "right" },
      splitNumber: 4,
      splitLine: LINE,
      axisLabel: { ...TEXT, formatter: short(chart) },
      boundaryGap: ["10%", "14%"],
    },
    series: series.map((it, index) => ({
      ...custom(it, index),
      encode: { x: [0, 1], y: [2, 3] },
      data: it.points.map((point) => {
        const { low, high } = ends(point) as { low: number; high: number };
        return { value: [day(point.start as string), day(point.end as string) + DAY, low, high], point };
      }),
      renderItem: overTime(it.points, colour(index)),
    })),
  };
}

function comparison(chart: ChartData, width: number): EChartsCoreOption {
  const names = rows(chart);
  return {
    grid: { left: 4, right: 72, top: chart.series.length > 1 ? 36 : 8, bottom: 4, containLabel: true },
    xAxis: {
      type: "value",
      splitNumber: width < 500 ? 2 : 5,
      name: chart.unit,
      nameTextStyle: TEXT,
      splitLine: LINE,
      axisLabel: { ...TEXT, formatter: short(chart), hideOverlap: true },
    },
    yAxis: {
      type: "category",
      data: names,
      inverse: true,
      axisLine: LINE,
      axisTick: { show: false },
      axisLabel: { ...TEXT, color: "var(--ink)", width: Math.min(180, width * 0.34), overflow: "truncate" },
    },
    series: chart.series.map((it, index) => {
      const points = it.points.filter(ends);
      return {
        ...custom(it, index),
        encode: { x: [0, 1], y: 2 },
        data: points.map((point) => {
          const { low, high } = ends(point) as { low: number; high: number };
          return { value: [Math.min(0, low), high, names.indexOf(row(it, point, chart))], point };
        }),
        renderItem: besideOthers(points, colour(index)),
      };
    }),
  };
}

/** The rows of a comparison, each once, in the order of the data. */
function rows(chart: ChartData): string[] {
  return [...new Set(chart.series.flatMap((it) => it.points.filter(ends).map((point) => row(it, point, chart))))];
}

function row(series: Series, point: Point, chart: ChartData): string {
  return point.name ?? (period(point, chart.lang) || series.name);
}

function custom(series: Series, index: number): object {
  return {
    type: "custom",
    name: series.name,
    itemStyle: { color: colour(index) },
    color: colour(index),
    clip: false,
    emphasis: { disabled: true },
    cursor: series.points.some((it) => it.href) ? "pointer" : "default",
  };
}

function colour(index: number): string {
  return `var(--series-${(index % COLOURS) + 1})`;
}

function tooltip(chart: ChartData): object {
  return {
    trigger: "item",
    backgroundColor: "var(--paper)",
    borderColor: "var(--line)",
    textStyle: { color: "var(--ink)", fontSize: 13 },
    formatter: (item: { seriesName: string; data: { point: Point } }) => note(chart, item.seriesName, item.data.point),
  };
}

/** What one reads at a mark: the words of the source first, then the bounds that they mean. */
function note(chart: ChartData, name: string, point: Point): HTMLElement {
  const say = speaker(chart.lang);
  const lines = [make("b", {}, point.label), make("span", {}, point.name ?? name)];
  const when = period(point, chart.lang);
  if (when) lines.push(make("span", {}, when));
  lines.push(make("span", {}, bounds(chart, point)));
  if (point.planned) lines.push(make("em", {}, say("planned")));
  return make("div", { class: "chart-note" }, ...lines);
}

function bounds(chart: ChartData, { lower, upper, value }: Point): string {
  const say = speaker(chart.lang);
  const format = (number: number): string => `${number.toLocaleString(chart.lang)} ${chart.unit}`.trim();
  if (lower !== null && upper !== null)
    return lower === upper ? format(lower) : say("between", lower.toLocaleString(chart.lang), format(upper));
  if (lower !== null) return say("atLeast", format(lower));
  if (upper !== null) return say("below", format(upper));
  return value === null ? "" : format(value);
}

function short({ lang }: ChartData): (value: number) => string {
  const format = new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en", {
    notation: "compact",
    maximumFractionDigits: 2,
  });
  return (value) => format.format(value);
}

function year({ lang }: ChartData): (value: number) => string {
  return (value) => {
    const date = new Date(value);
    if (date.getUTCMonth() === 0 && date.getUTCDate() === 1)
      return lang === "zh" ? `${date.getUTCFullYear()}年` : `${date.getUTCFullYear()}`;
    return date.toLocaleDateString(lang === "zh" ? "zh-CN" : "en", {
      year: "numeric",
      month: "short",
      timeZone: "UTC",
    });
  };
}

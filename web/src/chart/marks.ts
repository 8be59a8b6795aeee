/**
 * The marks. An interval is a pale bar from limit to limit with a line at the number that was printed, whose ends turn to
 * where the truth may lie, so that 余 shows as a bound even where the bar is thinner than the line; a plan is hollow and
 * dashed; an end without a limit fades away and an arrow points on.
 */

import type { CustomSeriesOption } from "echarts/charts";
import type { Ends, Point } from "./data";
import { ends } from "./data";

type Draw = NonNullable<CustomSeriesOption["renderItem"]>;
type Side = "up" | "down" | "right";

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const OPEN = 24; // pixels of the fading end
const FADE = [0.42, 0.28, 0.16, 0.07];
const PALE = 0.28;
const LEG = 4; // the least that the end of a line turns, in pixels

/** A figure over time: as wide as its period, from limit to limit. */
export function overTime(points: readonly Point[], colour: string): Draw {
  return (params, api) => {
    const point = points[params.dataIndex];
    const span = point && ends(point);
    if (!point || !span) return null;
    const [left, top] = api.coord([api.value(0), span.high]) as [number, number];
    const [right, bottom] = api.coord([api.value(1), span.low]) as [number, number];
    const [, line] = api.coord([api.value(0), span.stated]) as [number, number];
    const width = Math.max(right - left - 3, 8);
    const box = { x: (left + right - width) / 2, y: top, width, height: bottom - top };
    const children: object[] = [];
    if (span.above) children.push(...open({ ...box, y: top - OPEN, height: OPEN }, colour, "up"));
    if (span.below) children.push(...open({ ...box, y: bottom, height: OPEN }, colour, "down"));
    if (box.height > 1) children.push(rect(box, { fill: colour, fillOpacity: point.planned ? 0 : PALE }));
    if (box.height > 1 && point.planned) children.push(dashed(box, colour));
    const reach = leg(span, line - top + (span.above ? OPEN : 0), bottom - line + (span.below ? OPEN : 0));
    children.push(stroke(box.x, line, width, reach, colour, point.planned));
    children.push(rect({ ...box, y: Math.min(top, line) - 8, height: box.height + 16 }, { fill: "transparent" })); // easy to hit
    if (room(point.label) <= width + 16)
      children.push(caption({ ...box, y: Math.min(top - (span.above ? OPEN : 0), line - reach) }, point.label));
    return { type: "group", children } as ReturnType<Draw>;
  };
}

/** A figure beside others: solid from zero to what is certain, pale up to what is possible. */
export function besideOthers(points: readonly Point[], colour: string): Draw {
  return (params, api) => {
    const point = points[params.dataIndex];
    const span = point && ends(point);
    if (!point || !span) return null;
    const row = api.value(2) as number;
    const [zero, middle] = api.coord([0, row]) as [number, number];
    const [low] = api.coord([span.low, row]) as [number, number];
    const [high] = api.coord([span.high, row]) as [number, number];
    const [, step] = (api.size?.([0, 1]) ?? [0, 30]) as [number, number];
    const height = Math.min(step * 0.55, 20);
    const y = middle - height / 2;
    const certain = span.below ? zero : low;
    const solid = across(zero, certain, y, height);
    const children = [point.planned ? dashed(solid, colour) : rect(solid, { fill: colour, fillOpacity: 0.9 })];
    if (high > certain) children.push(rect(across(certain, high, y, height), { fill: colour, fillOpacity: PALE }));
    if (span.above) children.push(...open({ x: high, y, width: OPEN, height }, colour, "right"));
    children.push(beside(Math.max(high, zero) + (span.above ? OPEN : 0) + 6, middle, point.label));
    return { type: "group", children } as ReturnType<Draw>;
  };
}

function across(from: number, to: number, y: number, height: number): Box {
  return { x: Math.min(from, to), y, width: Math.max(Math.abs(to - from), 1), height };
}

function rect(shape: Box, style: object): object {
  return { type: "rect", shape, style: { stroke: "none", ...style } };
}

function dashed(shape: Box, colour: string): object {
  return rect(shape, { fill: "transparent", stroke: colour, lineWidth: 1.25, lineDash: [4, 3] });
}

/** How far the ends of a line turn: up (positive) for at least, down for at most, not at all for a number or an about. */
function leg({ low, high, stated, above, below }: Ends, up: number, down: number): number {
  if (stated === low && (high > low || above)) return Math.max(LEG, up);
  if (stated === high && (low < high || below)) return -Math.max(LEG, down);
  return 0;
}

/** The line at the number that was printed, its ends turned by `reach`. */
function stroke(x: number, y: number, width: number, reach: number, colour: string, planned: boolean): object {
  const [start, end] = [x + 1, x + width - 1];
  const line = [
    [start, y],
    [end, y],
  ];
  const points = reach ? [[start, y - reach], ...line, [end, y - reach]] : line;
  const dashes = planned ? { lineDash: [5, 4] } : {};
  return { type: "polyline", shape: { points }, style: { fill: "none", stroke: colour, lineWidth: 2, ...dashes } };
}

/** The end without a limit: the bar fades in steps, and an arrow says where to. */
function open(box: Box, colour: string, to: Side): object[] {
  const { x, y, width, height } = box;
  const steps = FADE.map((fillOpacity, index) => {
    const [part, wide] = [height / FADE.length, width / FADE.length];
    if (to === "right") return rect({ ...box, x: x + index * wide, width: wide }, { fill: colour, fillOpacity });
    const from = to === "up" ? y + height - (index + 1) * part : y + index * part;
    return rect({ ...box, y: from, height: part }, { fill: colour, fillOpacity });
  });
  const [middle, centre] = [x + width / 2, y + height / 2];
  const points = {
    up: [
      [middle - 5, y + 5],
      [middle, y],
      [middle + 5, y + 5],
    ],
    down: [
      [middle - 5, y + height - 5],
      [middle, y + height],
      [middle + 5, y + height - 5],
    ],
    right: [
      [x + width - 5, centre - 5],
      [x + width, centre],
      [x + width - 5, centre + 5],
    ],
  }[to];
  return [...steps, { type: "polyline", shape: { points }, style: { fill: "none", stroke: colour, lineWidth: 1.75 } }];
}

const HALO = { fill: "var(--ink)", stroke: "var(--paper)", lineWidth: 3, fontSize: 12 };

/** About how wide a text is: a Chinese letter is as wide as it is high. */
function room(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12 : 7), 0);
}

function caption(box: Box, text: string): object {
  const style = { ...HALO, text, align: "center", verticalAlign: "bottom" };
  return { type: "text", x: box.x + box.width / 2, y: box.y - 4, silent: true, style };
}

function beside(x: number, y: number, text: string): object {
  return { type: "text", x, y, silent: true, style: { ...HALO, text, align: "left", verticalAlign: "middle" } };
}

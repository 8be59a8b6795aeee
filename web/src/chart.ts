/** `<figure data-island="chart">`: the server's drawing becomes one that answers the pointer; the data are the same. */

import { CustomChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { ChartData, Point } from "./chart/data";
import { ends } from "./chart/data";
import { height, options } from "./chart/options";
import { data, make, mount, page } from "./shared/dom";
import { still } from "./shared/theme";
import "./chart.css";

use([CustomChart, GridComponent, LegendComponent, SVGRenderer, TooltipComponent]);

mount<HTMLElement>("chart", (figure) => {
  const chart = data<ChartData>(figure);
  if (!chart.series.some((it) => it.points.some(ends))) return;
  const drawing = figure.querySelector("svg");
  const title = drawing?.querySelector("title")?.textContent ?? drawing?.getAttribute("aria-label");
  const name = title ?? figure.querySelector("figcaption")?.textContent ?? chart.series.map((it) => it.name).join(", ");
  const stage = make("div", { class: "chart-stage", role: "img", "aria-label": name.trim() });
  if (drawing) drawing.before(stage);
  else figure.append(stage);
  stage.style.height = `${height(chart, stage.clientWidth)}px`;
  const plot = init(stage, null, { renderer: "svg", width: stage.clientWidth });
  plot.setOption(options(chart, stage.clientWidth, getComputedStyle(stage).fontFamily, !still()));
  plot.on("click", ({ data: item }) => {
    const href = page((item as { point?: Point } | null)?.point?.href);
    if (href) location.assign(href);
  });
  new ResizeObserver(() => plot.resize({ width: stage.clientWidth, height: stage.clientHeight })).observe(stage);
  drawing?.remove();
});

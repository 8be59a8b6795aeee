/** How nodes and edges look: kinds differ in shape as well as in colour. */

import type { StylesheetJson } from "cytoscape";
import type { Theme } from "../shared/theme";
import { langOf } from "../shared/words";

export function sheet(colours: Theme): StylesheetJson {
  const font = getComputedStyle(document.body).fontFamily;
  return [
    {
      selector: "node",
      style: {
        label: "data(label)",
        "font-family": font,
        "font-size": 12,
        color: colours.ink,
        "text-wrap": "wrap",
        "text-max-width": "9em",
        "text-valign": "bottom",
        "text-margin-y": 4,
        "text-outline-color": colours.paper,
        "min-zoomed-font-size": 10,
        "text-overflow-wrap": langOf() === "zh" ? "anywhere" : "whitespace",
        "background-color": colours.soft,
      },
    },
    { selector: "node[kind = 'agency']", style: { "background-color": colours.accent, shape: "round-rectangle" } },
    {
      selector: "node[kind = 'programme'], node[kind = 'undertaking']",
      style: { "background-color": colours.warning },
    },
    { selector: "node[kind = 'initiative']", style: { "background-color": colours.warning, shape: "diamond" } },
    { selector: "node[kind = 'platform']", style: { "background-color": colours.info, shape: "hexagon" } },
    { selector: "node[kind = 'policy']", style: { "background-color": colours.soft, shape: "rectangle" } },
    { selector: "node[kind = 'recognition']", style: { "background-color": colours.soft, shape: "star" } },
    {
      selector: "edge",
      style: {
        "line-color": colours.soft,
        "line-opacity": 0.45,
        "curve-style": "bezier",
        "font-family": font,
        "font-size": 11,
        color: colours.soft,
        "text-background-color": colours.paper,
        "text-background-opacity": 0.9,
        "text-background-padding": "2px",
        "text-rotation": "autorotate",
      },
    },
    { selector: "edge[kind = 'leads'], edge[kind = 'operates']", style: { "line-opacity": 0.85 } },
    { selector: "edge[kind = 'plans']", style: { "line-style": "dashed" } },
    { selector: "node.named", style: { "min-zoomed-font-size": 0, "font-weight": 600 } },
    { selector: "node.crowded", style: { label: "" } },
    { selector: "node.near", style: { "min-zoomed-font-size": 0, label: "data(label)" } },
    { selector: ".faded", style: { opacity: 0.18 } },
    { selector: "edge.near", style: { label: "data(label)", "line-color": colours.accent, "line-opacity": 1 } },
  ];
}

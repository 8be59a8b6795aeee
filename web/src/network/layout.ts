/** Where the nodes stand: forces from a circle in the order of the data, so the same graph looks the same each time. */

import type { Core } from "cytoscape";

const MARGIN = 24;

export function place(graph: Core): void {
  const count = graph.nodes().length;
  graph.layout({ name: "circle", fit: false, radius: 40 * Math.sqrt(count) }).run();
  graph
    .layout({
      name: "cose",
      animate: false,
      randomize: false,
      fit: false,
      numIter: count > 120 ? 250 : 1500, // a large network must not keep the reader waiting
      nodeDimensionsIncludeLabels: true,
      idealEdgeLength: () => 70,
      nodeRepulsion: () => 500_000,
      nodeOverlap: 24,
      componentSpacing: 90,
      gravity: 0.6,
    })
    .run();
  widen(graph);
  graph.fit(undefined, MARGIN);
}

/** Spread what came out narrower than the stage over its width: names are wide, so that is where room is wanted. */
function widen(graph: Core): void {
  const { w, h } = graph.nodes().boundingBox({ includeLabels: false });
  const factor = Math.min((graph.width() / graph.height()) * (h / Math.max(w, 1)), 2.5);
  if (factor <= 1) return;
  graph.nodes().positions((node) => ({ x: node.position("x") * factor, y: node.position("y") }));
}

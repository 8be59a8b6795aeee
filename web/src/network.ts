/** `<figure data-island="network">`: agencies and programmes as a graph, above the table that says the same. */

import cytoscape from "cytoscape";
import type { BoundingBox, Core, ElementDefinition, NodeSingular } from "cytoscape";
import { place } from "./network/layout";
import { sheet } from "./network/sheet";
import { data, make, mount, page } from "./shared/dom";
import { onThemeChange, theme } from "./shared/theme";
import { langOf, speaker } from "./shared/words";
import "./network.css";

interface Network {
  nodes: { id: string; label: string; kind: string; href: string | null }[];
  edges: { source: string; target: string; label: string; kind: string }[];
}

const KINDS = ["agency", "programme", "initiative", "platform", "policy", "recognition"] as const;

const CROWD = 120; // nodes, beyond which only agencies are named
const TYPICAL = 0.4; // the zoom that a network comes to, for the room that names need

type Say = ReturnType<typeof speaker>;

mount<HTMLElement>("network", (figure) => {
  const network = data<Network>(figure);
  if (!network.nodes.length) return;
  const say = speaker(langOf(figure));
  const stage = make("div", { class: "network-stage", role: "img" });
  stage.setAttribute("aria-label", say("network", network.nodes.length, network.edges.length));
  const note = make("p", { class: "network-note", role: "status" });
  figure.append(stage);
  figure.after(note);
  figure.classList.add("drawn"); // before there is a size to draw in
  // Cytoscape would add a style element for its container, which the page's policy refuses; network.css has the rule.
  document.head.append(make("meta", { id: "__________cytoscape_stylesheet" }));
  const graph = cytoscape({
    container: stage,
    elements: elements(network),
    style: sheet(theme(figure)),
    minZoom: 0.05,
    maxZoom: 4,
  });
  const measure = legible(graph);
  measure(TYPICAL);
  place(graph);
  measure(graph.zoom());
  graph.fit(undefined, 24); // the names have their size only now
  measure(graph.zoom());
  graph.on("zoom", () => measure(graph.zoom()));
  figure.append(key(network, say), buttons(graph, say));
  scrolling(figure);
  choosing(graph, note, say);
  following(graph);
  onThemeChange(() => graph.style(sheet(theme(figure))));
  new ResizeObserver(() => graph.resize()).observe(stage);
});

function elements({ nodes, edges }: Network): ElementDefinition[] {
  const known = new Set(nodes.map((it) => it.id));
  const usable = edges.filter((it) => known.has(it.source) && known.has(it.target));
  const weight = new Map<string, number>();
  for (const id of usable.flatMap((it) => [it.source, it.target])) weight.set(id, (weight.get(id) ?? 0) + 1);
  return [
    ...nodes.map((it) => ({ data: { ...it, weight: Math.min(weight.get(it.id) ?? 0, 12) } })),
    ...usable.map((it, index) => ({ data: { ...it, id: `edge ${index}` } })),
  ];
}

/** What the shapes mean, for the kinds that there are. */
function key({ nodes }: Network, say: Say): HTMLElement {
  const present = KINDS.filter((kind) => nodes.some((it) => it.kind === kind));
  return make(
    "ul",
    { class: "network-key" },
    ...present.map((kind) => make("li", { class: `kind-${kind}` }, say(kind))),
  );
}

function buttons(graph: Core, say: Say): HTMLElement {
  const zoom = (factor: number): void =>
    void graph.zoom({
      level: graph.zoom() * factor,
      renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 },
    });
  const actions = [
    ["+", say("zoomIn"), () => zoom(1.3)],
    ["−", say("zoomOut"), () => zoom(1 / 1.3)],
    ["⤢", say("fit"), () => void graph.fit(undefined, 24)],
  ] as const;
  const made = actions.map(([sign, name, act]) => {
    const button = make("button", { type: "button", "aria-label": name, title: name }, sign);
    button.addEventListener("click", act);
    return button;
  });
  return make("div", { class: "network-buttons" }, ...made);
}

/**
 * Names, nodes and lines keep their size on the screen; where it is crowded, the names of agencies and of what several share
 * come first. What is given back adapts them to a zoom.
 */
function legible(graph: Core): (zoom: number) => void {
  const few = graph.nodes().length <= CROWD;
  const named = graph.nodes().filter((node) => node.data("kind") === "agency" || (few && node.degree(false) > 1));
  named.addClass("named");
  const first = [...named].map((node) => node as NodeSingular).sort((a, b) => rank(b) - rank(a));
  return (zoom) => {
    graph.batch(() => {
      const scale = 1 / Math.min(zoom, 1);
      named.style({ "font-size": 12 * scale, "text-max-width": `${9 * 12 * scale}px` });
      graph.nodes().style("text-outline-width", 2.5 * scale);
      graph.edges().style("width", 1.5 * scale);
      for (const node of graph.nodes()) {
        const size = (10 + (node.data("weight") as number)) * Math.min(scale, few ? scale : 1 / TYPICAL);
        node.style({ width: size, height: size });
      }
    });
    uncrowd(first);
  };
}

/** Whose name stays where there is room for one: an agency's, then that of what more share. */
function rank(node: NodeSingular): number {
  return node.degree(false) + (node.data("kind") === "agency" ? 1000 : 0);
}

/** Names that would lie over one that comes before them are left out; zooming in makes room for them. */
function uncrowd(nodes: NodeSingular[]): void {
  const only = { includeNodes: false, includeEdges: false, includeOverlays: false, includeLabels: true };
  const kept: BoundingBox[] = [];
  for (const node of nodes) node.removeClass("crowded");
  for (const node of nodes) {
    const box = node.renderedBoundingBox(only);
    const meets = (it: BoundingBox): boolean =>
      box.x1 < it.x2 && it.x1 < box.x2 && box.y1 < it.y2 && it.y1 < box.y2;
    if (kept.some(meets)) node.addClass("crowded");
    else kept.push(box);
  }
}

/** The wheel moves the page, as everywhere; with Ctrl, or two fingers drawn apart, it zooms. */
function scrolling(figure: HTMLElement): void {
  figure.addEventListener("wheel", (event) => event.ctrlKey || event.stopPropagation(), {
    capture: true,
    passive: true,
  });
}

function choosing(graph: Core, note: HTMLElement, say: Say): void {
  graph.on("tap", "node", ({ target }: { target: NodeSingular }) => {
    show(graph, target);
    const href = page(target.data("href") as string | null);
    const label = target.data("label") as string;
    note.replaceChildren(href ? make("a", { href }, say("open", label)) : label);
  });
  graph.on("tap", (event) => {
    if (event.target !== graph) return;
    graph.elements().removeClass("faded near");
    note.replaceChildren();
  });
}

/** A node and its neighbours stand out, the others step back. */
function show(graph: Core, node: NodeSingular): void {
  const near = node.closedNeighborhood();
  graph.batch(() => {
    graph.elements().removeClass("near").addClass("faded");
    near.removeClass("faded").addClass("near");
  });
}

/** Links to the nodes elsewhere on the page (the table below) show their node when they get the focus or the pointer. */
function following(graph: Core): void {
  const byHref = new Map(graph.nodes().map((node) => [node.data("href") as string, node]));
  const follow = (event: Event): void => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const node = link && !link.closest(".network-note") ? byHref.get(link.getAttribute("href") ?? "") : undefined;
    if (node) show(graph, node);
  };
  document.addEventListener("focusin", follow);
  document.addEventListener("mouseover", follow);
}

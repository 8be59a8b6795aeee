/** Asking a SPARQL endpoint, and what it answers: rows, triples, yes or no, or why not. */

export interface Term {
  type: "uri" | "literal" | "bnode";
  value: string;
  label?: string;
  datatype?: string;
  "xml:lang"?: string;
}

export type Outcome =
  | { kind: "rows"; names: string[]; rows: Record<string, Term>[] }
  | { kind: "truth"; truth: boolean }
  | { kind: "text"; text: string }
  | { kind: "error"; text: string; place: Place | null }
  | { kind: "unreachable" };

/** A place in a query, both 1-based; columns count characters. */
export interface Place {
  line: number;
  column: number;
}

const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9, text/plain;q=0.1";

interface Results {
  head: { vars?: string[] };
  boolean?: boolean;
  results?: { bindings: Record<string, Term>[] };
}

/** The answer of an endpoint to a query; never throws unless it was called off. */
export async function ask(endpoint: string, query: string, signal: AbortSignal): Promise<Outcome> {
  let answer: Response;
  try {
    const headers = { Accept: ACCEPT };
    answer = await fetch(endpoint, { method: "POST", body: new URLSearchParams({ query }), headers, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: "unreachable" };
  }
  const text = await answer.text();
  if (!answer.ok) return { kind: "error", text: text.trim() || `${answer.status}`, place: place(text) };
  if (!answer.headers.get("content-type")?.includes("json")) return { kind: "text", text };
  const { head, boolean: truth, results } = JSON.parse(text) as Results;
  return truth === undefined
    ? { kind: "rows", names: head.vars ?? [], rows: results?.bindings ?? [] }
    : { kind: "truth", truth };
}

/** Where an error message says that the fault is, in either language. */
export function place(text: string): Place | null {
  const found = /第 ?(\d+) ?行第 ?(\d+) ?列/.exec(text) ?? /line (\d+),? column (\d+)/i.exec(text);
  return found ? { line: Number(found[1]), column: Number(found[2]) } : null;
}

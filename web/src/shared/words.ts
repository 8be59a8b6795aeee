/** What the islands themselves say: one place, both languages beside each other. */

export type Lang = "zh" | "en";

const WORDS = {
  addTab: ["新的查询", "New query"],
  agency: ["机构", "agency"],
  answered: ["{0} 行，{1} 秒", "{0} rows in {1} s"],
  ask: ["是", "yes"],
  asked: ["正在查询…", "Running…"],
  atLeast: ["{0} 或更多", "{0} or more"],
  below: ["{0} 以下", "below {0}"],
  between: ["{0} 至 {1}", "{0} to {1}"],
  copied: ["已复制", "Copied"],
  editor: ["SPARQL 查询文本，Ctrl+Enter 运行", "SPARQL query, Ctrl+Enter runs it"],
  fit: ["显示全部", "Show all"],
  found: ["{0} 条建议", "{0} suggestions"],
  goto: ["转到第 {0} 行第 {1} 列", "Go to line {0}, column {1}"],
  initiative: ["行动", "initiative"],
  network: [
    "网络图：{0} 个节点，{1} 条连线。下方表格内容相同。",
    "Network of {0} nodes and {1} links. The table below says the same.",
  ],
  no: ["否", "no"],
  nothing: ["没有结果", "No results"],
  notCopied: ["无法复制", "Not copied"],
  open: ["打开 {0}", "Open {0}"],
  pageSize: ["每页行数", "Rows per page"],
  planned: ["计划", "planned"],
  platform: ["平台", "platform"],
  policy: ["政策", "policy"],
  programme: ["项目", "programme"],
  recognition: ["荣誉", "recognition"],
  shown: ["显示前 {0} 行，共 {1} 行", "The first {0} of {1} rows"],
  unreachable: ["无法连接服务器", "The server cannot be reached"],
  zoomIn: ["放大", "Zoom in"],
  zoomOut: ["缩小", "Zoom out"],
} as const satisfies Record<string, readonly [string, string]>;

/** The language of the page, or of what holds the element. */
export function langOf(element: Element = document.documentElement): Lang {
  const holder = element.closest("[lang]") ?? document.documentElement;
  return holder.getAttribute("lang")?.startsWith("en") ? "en" : "zh";
}

/** The words in one language. */
export function speaker(lang: Lang): (word: keyof typeof WORDS, ...values: (string | number)[]) => string {
  return (word, ...values) =>
    WORDS[word][lang === "zh" ? 0 : 1].replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));
}

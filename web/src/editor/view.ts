/** The editor itself. It lives in a shadow root, where its styles need no exception from the page's policy. */

import { foldEffect, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup, EditorView } from "codemirror";
import type { Lang } from "../shared/words";
import { speaker } from "../shared/words";
import type { Place } from "./sparql";

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--warning)" },
  { tag: [tags.atom, tags.link, tags.url], color: "var(--info)" },
  { tag: tags.variableName, color: "var(--ink)" },
  { tag: tags.number, color: "var(--warning)" },
]);

const LOOK = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "0.9rem", borderRadius: "inherit" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-1px" },
  ".cm-scroller": {
    fontFamily: "ui-monospace, 'SFMono-Regular', Consolas, 'Noto Sans Mono CJK SC', monospace",
    lineHeight: "1.55",
    maxHeight: "32rem",
  },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.6rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--soft)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 10%, var(--ground))" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--warning) 22%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--ground)", border: "1px solid var(--line)", color: "var(--soft)" },
  ".cm-panels, .cm-tooltip": { backgroundColor: "var(--ground)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--paper)" },
  ".cm-textfield, .cm-button": {
    backgroundColor: "var(--paper)",
    backgroundImage: "none",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "0.3rem",
  },
});

const PHRASES: Record<string, string> = {
  Find: "查找",
  Replace: "替换为",
  next: "下一个",
  previous: "上一个",
  all: "全部",
  replace: "替换",
  "replace all": "全部替换",
  "match case": "区分大小写",
  regexp: "正则",
  "by word": "整词",
  close: "关闭",
  "Fold line": "折叠",
  "Unfold line": "展开",
};

/** An editor with the text of a textarea, in its place; `run` is called on Ctrl-Enter or Cmd-Enter. */
export function editor(area: HTMLTextAreaElement, lang: Lang, run: () => void): EditorView {
  const host = document.createElement("div");
  host.className = "editor-host";
  area.before(host);
  const root = host.attachShadow({ mode: "open" });
  const command = () => {
    run();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    doc: area.value,
    extensions: [
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: command }])),
      basicSetup,
      StreamLanguage.define(sparql),
      syntaxHighlighting(COLOURS),
      LOOK,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": speaker(lang)("editor"), tabindex: "0" }),
      EditorState.phrases.of(lang === "zh" ? PHRASES : {}),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) area.value = update.state.doc.toString();
      }),
    ],
  });
  foldHeading(view);
  return view;
}

/** Fold the heading of a saved question (`#+` lines), so that the query itself comes first. */
function foldHeading(view: EditorView): void {
  const heading = /^#\+.*(?:\n#\+.*)+/.exec(view.state.doc.toString())?.[0];
  const first = view.state.doc.line(1).to;
  if (heading) view.dispatch({ effects: foldEffect.of({ from: first, to: heading.length }) });
}

/** Underline what an error is about; null takes the underline away. */
export function underline(view: EditorView, place: Place | null, message: string): void {
  const from = place ? offset(view, place) : 0;
  const to = place ? Math.min(from + 1, view.state.doc.length) : 0;
  view.dispatch(setDiagnostics(view.state, place ? [{ from, to, severity: "error", message }] : []));
}

/** Put the cursor where an error is. */
export function go(view: EditorView, place: Place): void {
  view.dispatch({ selection: { anchor: offset(view, place) }, scrollIntoView: true });
  view.focus();
}

/** The offset of a line and column; columns count characters, the editor counts UTF-16 units. */
function offset(view: EditorView, { line, column }: Place): number {
  const { doc } = view.state;
  if (line < 1 || line > doc.lines) return doc.length;
  const { from, text } = doc.line(line);
  return from + [...text].slice(0, column - 1).join("").length;
}

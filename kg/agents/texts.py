"""Answers as text that a model or a person reads: short, with the source in the same line as what it supports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.agents.wire import Figure, Involvement, Source, Thing
from kg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.agents.answers import Cell, Described, Findings, Hits, Proof, Questions, Rows, Solved

__all__ = ["Texts"]

_CITED = 4
"""Sources in a line of text; the structured answer has them all."""


class Texts:
    """Answers in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def t(self, zh: str, en: str) -> str:
        """The text in the language."""
        return en if self.lang == "en" else zh

    def more(self, shown: int, total: int) -> str | None:
        """How many there are, where not all of them are shown."""
        if shown >= total:
            return None
        return self.t(f"只列出 {shown} 条，共 {total} 条", f"{shown} of {total} are shown")

    def hits(self, answer: Hits) -> str:
        """One line a thing."""
        lines = [
            f"{hit.label} [{hit.kind}] {_short(hit.iri)}"
            + (self.t(f"（又作 {hit.alias}）", f" (also {hit.alias})") if hit.alias else "")
            + (f" · {hit.note}" if hit.note else "")
            for hit in answer.hits
        ]
        return _joined([*(lines or [self.t("没有找到。", "Nothing was found.")]), answer.note])

    def described(self, answer: Described) -> str:
        """Names, facts, figures and involvements."""
        it = answer.entity
        names = " / ".join(dict.fromkeys([it.label, *it.names.values()]))
        lines: list[str | None] = [f"{names} [{it.kind}] {_short(it.iri)}"]
        if it.aliases:
            lines.append(f"{self.t('又作', 'also')}: {'、'.join(it.aliases)}")
        lines += [f"{fact.name}: {'、'.join(value.label for value in fact.values)}" for fact in it.facts]
        lines += [self.figure(figure) for figure in it.figures]
        lines += [self.involvement(role) for role in it.roles]
        return _joined([*lines, answer.note])

    def figure(self, it: Figure) -> str:
        """A claim in one line: what, the number as printed and as an interval, whose, when, where it stands."""
        number = " = ".join(
            dict.fromkeys(filter(None, [it.wording, f"{it.interval} {it.unit}" if it.interval else ""]))
        )
        against = self.t(f"比{it.base}", f"against {it.base}") if it.base else None
        said = [it.metric.label, it.direction, number, against]
        whose = [it.agency.label if it.agency else None, it.place.label, f"{it.start}/{it.end}", it.status]
        cited = self.cited(it.sources)
        return f"- {' '.join(filter(None, said))}; {', '.join(filter(None, whose))} {cited} {_short(it.claim)}"

    def involvement(self, it: Involvement) -> str:
        """An involvement in one line."""
        return f"- {it.agency.label} {it.role} {it.undertaking.label}, {it.start}/{it.end} {self.cited(it.sources)}"

    def cited(self, sources: list[Source]) -> str:
        """Where something stands: document, publisher, date, characters."""
        shown = [self.source(source) for source in sources[:_CITED]]
        more = [f"+{len(sources) - _CITED}"] if len(sources) > _CITED else []
        return f"【{'；'.join([*shown, *more])}】" if shown else self.t("【没有出处】", "【no source】")

    def source(self, it: Source) -> str:
        """One source, with the sentence where the text is at hand."""
        words = f" “{it.sentence or it.quote}”" if it.sentence or it.quote else ""
        return f"{self.t(f'《{it.title}》', it.title)}, {it.publisher}, {it.published}, {_short(it.cite)}{words}"

    def questions(self, answer: Questions) -> str:
        """Each question with its parameters."""
        return _joined(
            f"{it.name}: {self.t(it.zh, it.en)} ({', '.join(f'{p.name}: {p.type}' for p in it.params) or '-'})"
            for it in answer.questions
        )

    def rows(self, answer: Rows) -> str:
        """Rows as text: one line a row with its sources, empty cells left out."""
        labels = {heading.name: heading.label for heading in answer.columns}
        lines = [answer.title]
        for row in answer.rows:
            cells = [f"{labels[name]}: {_shown(cell)}" for name, cell in row.cells.items() if cell is not None]
            lines.append(f"- {'; '.join(cells)}" + (f" {self.cited(row.sources)}" if row.sources else ""))
        if not answer.rows:
            lines.append(self.t("没有符合的行。", "No rows."))
        return _joined([*lines, answer.note])

    def solved(self, answer: Solved) -> str:
        """The answer to a SPARQL query: tab-separated rows, triples, or a truth value."""
        if answer.truth is not None:
            return "true" if answer.truth else "false"
        if answer.triples is not None:
            return _joined([answer.triples.rstrip("\n"), answer.note])
        lines = ["\t".join(answer.columns)]
        lines += ["\t".join(_shown(row.get(name)) for name in answer.columns) for row in answer.rows]
        return _joined([*lines, answer.note])

    def proof(self, answer: Proof) -> str:
        """A claim, and a line for what gives each part of it."""
        it = answer.evidence
        lines: list[str | None] = [self.figure(it.figure)]
        for part in it.parts:
            inferred = self.t("推断，无文段", "inferred, no passage")
            lines.append(f"{part.field}: {part.stated} 【{self.source(part.source) if part.source else inferred}】")
        lines.append(f"{self.t('审核', 'review')}: {it.review}{f' ({it.reviewer})' if it.reviewer else ''}")
        lines.append(it.read_by and f"{self.t('读取', 'read by')}: {it.read_by}")
        lines.append(it.note and f"{self.t('备注', 'note')}: {it.note}")
        return _joined(lines)

    def findings(self, answer: Findings) -> str:
        """Each finding with its arithmetic and the figures."""
        lines: list[str | None] = []
        for it in answer.findings:
            lines.append(f"[{it.grade}] {it.check.label}: {self.t(it.zh, it.en)} {_short(it.iri)}")
            lines.append(it.computation and f"  {self.t('计算', 'arithmetic')}: {it.computation}")
            open_ = "、".join(it.still_possible)
            lines.append(f"  {self.t('仍可能', 'still possible')}: {open_}" if open_ else None)
            lines.append(it.decision and f"  {self.t('审核', 'review')}: {it.decision}")
            lines += [f"  {self.figure(figure)}" for figure in it.figures]
        return _joined([*(lines or [self.t("没有发现问题。", "Nothing was found.")]), answer.note])


def _joined(lines: Iterable[str | None]) -> str:
    return "\n".join(line for line in lines if line)


def _shown(cell: Cell) -> str:
    return cell.label if isinstance(cell, Thing) else (cell or "")


def _short(iri: str) -> str:
    """The IRI as this server's tools take it, in brackets that end it."""
    return f"<{iri}>" if iri.startswith(BASE) else iri

"""Reports: findings grouped for the people who must act on them, in six formats and two languages."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from kg import turtle
from kg.checkreport import both, counted, escaped, grade, heading
from kg.findings import finding_iri, report_triples
from kg.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["REPORTS", "summary"]

_WORDS = {
    "zh": {
        Severity.VIOLATION: "违规", Severity.WARNING: "警告", Severity.INFO: "提示",
        "title": "数据检查报告", "none": "没有发现问题。", "documents": "份文档",
        "where": "位置", "value": "现值", "quote": "原文", "rule": "规则", "characters": "字符",
        "vocabulary": "词表", "computation": "计算",
    },
    "en": {
        Severity.VIOLATION: "violation", Severity.WARNING: "warning", Severity.INFO: "information",
        "title": "Validation report", "none": "Nothing was found.", "documents": "documents",
        "where": "where", "value": "value", "quote": "text", "rule": "rule", "characters": "characters",
        "vocabulary": "vocabulary", "computation": "computation",
    },
}  # fmt: skip


def summary(findings: Sequence[Finding], documents: int, lang: str = "zh") -> str:
    """One line: how many documents, how many findings of each severity on the sheets, and how many of the checks."""
    words = _WORDS[lang]
    counts = Counter(finding.severity for finding in findings if finding.comparison is None)
    parts = [f"{counts[severity]} {words[severity]}" for severity in Severity]
    compared = [finding for finding in findings if finding.comparison is not None]
    checks = f"; {counted(compared, lang)} (kg check)" if compared else ""
    return f"{documents} {words['documents']}: {', '.join(parts)}{checks}"


def _where(finding: Finding, lang: str) -> str:
    """The place as a person would say it: file, row, column; what the finding is about where there is none."""
    location = finding.location
    if finding.comparison is not None:
        return heading(finding, lang)
    if location is None:
        return finding.focus or ""
    parts = [location.file]
    if location.row is None and finding.document is None and finding.focus:
        parts.append(finding.focus)
    if location.row is not None:
        parts.append(f"第 {location.row} 行" if lang == "zh" else f"row {location.row}")
    if location.column is not None:
        parts.append(f"{location.column} 列" if lang == "zh" else f"column {location.column}")
    return " ".join(parts)


def _severity(finding: Finding, lang: str) -> str:
    """How serious it is, in a word: a contradiction of figures is no fault of a sheet."""
    return grade(finding, lang) if finding.comparison is not None else _WORDS[lang][finding.severity]


def _spans(finding: Finding, lang: str) -> str:
    spans = ", ".join(
        f"{'' if it.document == finding.document else f'{it.document}#'}{it.start}-{it.end}" for it in finding.passages
    )
    return f"{_WORDS[lang]['characters']} {spans}" if spans else ""


def _text(findings: Sequence[Finding], documents: int, lang: str) -> str:
    words = _WORDS[lang]
    lines = [f"{words['title']}  {summary(findings, documents, lang)}"]
    if not findings:
        lines.append(words["none"])
    for document, own in _by_document(findings):
        lines.append(f"\n{document or words['vocabulary']}")
        for finding in own:
            first, second = both(finding, lang)
            lines.append(f"  [{_severity(finding, lang)}] {_where(finding, lang)}  {first}")
            lines.append(f"      {second}")
            details = [_spans(finding, lang), f"{words['rule']} {finding.rule}"]
            if finding.value:
                details.insert(0, f"{words['value']} {finding.value}")
            if finding.quote:
                details.append(f"{words['quote']}「{finding.quote}」")
            lines.append("      " + "  ".join(detail for detail in details if detail))
            if finding.computation:
                lines.append(f"      {words['computation']} {finding.computation}")
    return "\n".join(lines) + "\n"


def _markdown(findings: Sequence[Finding], documents: int, lang: str) -> str:
    words = _WORDS[lang]
    lines = [f"# {words['title']}", "", summary(findings, documents, lang)]
    for document, own in _by_document(findings):
        lines += ["", f"## {_cell(document or words['vocabulary'])}", ""]
        lines.append(f"| | {words['where']} | {words['value']} | 中文 | English | {words['quote']} |")
        lines.append("| --- | --- | --- | --- | --- | --- |")
        for it in own:
            where = f"{_where(it, lang)} {_spans(it, lang)}"
            cells = [_severity(it, lang), where, it.value or "", it.zh, it.en, it.quote or ""]
            lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _json(findings: Sequence[Finding], documents: int, _lang: str) -> str:
    counts = Counter((finding.comparison is not None, finding.severity) for finding in findings)
    report = {
        "documents": documents,
        "counts": {str(severity): counts[False, severity] for severity in Severity},
        "checks": {str(severity): counts[True, severity] for severity in Severity},
        "findings": [_record(finding) for finding in findings],
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _record(finding: Finding) -> dict[str, object]:
    location = finding.location
    return {
        "id": str(finding_iri(finding)),
        "severity": str(finding.severity),
        "rule": finding.rule,
        "message": {"zh": finding.zh, "en": finding.en},
        "document": finding.document,
        "file": location.file if location else None,
        "row": location.row if location else None,
        "column": location.column if location else None,
        "focus": finding.focus,
        "value": finding.value,
        "passages": [{"start": passage.start, "end": passage.end} for passage in finding.passages],
        "quote": finding.quote,
        "computation": finding.computation,
    }


def _turtle(findings: Sequence[Finding], _documents: int, _lang: str) -> str:
    return turtle.written(report_triples(findings))


def _junit(findings: Sequence[Finding], documents: int, lang: str) -> str:
    """One test case a finding, a violation being a failure; CI servers show it beside the code."""
    failures = sum(_fails(finding) for finding in findings)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    counts = f'tests="{len(findings) + documents}" failures="{failures}"'
    lines.append(f'<testsuites>\n<testsuite name="kg validate" {counts}>')
    lines += [f'<testcase classname="documents" name="{number}"/>' for number in range(1, documents + 1)]
    for it in findings:
        name = quoteattr(_xml(f"{_where(it, lang)} {it.rule}"))
        lines.append(f"<testcase classname={quoteattr(_xml(it.document or 'vocabulary'))} name={name}>")
        body = escape(_xml(f"{it.zh}\n{it.en}\n{it.value or ''}"))
        tag = "failure" if _fails(it) else "system-out"
        kind = f" type={quoteattr(str(it.severity))}" if tag == "failure" else ""
        lines.append(f"<{tag}{kind}>{body}</{tag}>\n</testcase>")
    return "\n".join([*lines, "</testsuite>\n</testsuites>"]) + "\n"


def _fails(finding: Finding) -> bool:
    """Whether a finding is a fault of the sheets; what the figures say against each other is none."""
    return finding.severity is Severity.VIOLATION and finding.comparison is None


def _html(findings: Sequence[Finding], documents: int, lang: str) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only this format needs it

    environment = Environment(
        loader=PackageLoader("kg"), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    template = environment.get_template("report.html")
    counts = Counter(finding.severity for finding in findings if finding.comparison is None)
    return template.render(
        lang=lang, words=_WORDS[lang], groups=_by_document(findings), counts=counts, severities=list(Severity),
        summary=summary(findings, documents, lang), message=both, severity=_severity, spans=_spans, where=_where,
    )  # fmt: skip


REPORTS: dict[str, Callable[[Sequence[Finding], int, str], str]] = {
    "text": _text,
    "md": _markdown,
    "html": _html,
    "json": _json,
    "ttl": _turtle,
    "junit": _junit,
}
"""The formats of a report: functions of the findings, the number of documents and the language."""


def _by_document(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    ordered = sorted(findings, key=lambda finding: finding.order)
    return [(name, list(own)) for name, own in groupby(ordered, key=lambda finding: finding.document or "")]


def _cell(text: str) -> str:
    """Text in a Markdown table."""
    return " ".join(escaped(text).split())


def _xml(text: str) -> str:
    """Text without the control characters that XML 1.0 cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\t\n")

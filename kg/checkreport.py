"""Reports of cross-claim checks: the arithmetic in a sentence, the passages side by side, what else could be true."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from kg.checks import load_checks
from kg.interval import plain
from kg.model import Finding, Severity
from kg.tables import guarded, write_table
from kg.terms import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["CHECK_REPORTS", "both", "counted", "escaped", "grade", "heading"]

_WORDS = {
    "zh": {
        Severity.VIOLATION: "矛盾", Severity.WARNING: "存疑", Severity.INFO: "提示",
        "title": "核对报告", "none": "没有发现问题。", "computation": "计算", "assumption": "假定",
        "ruled-out": "已排除", "open": "仍可能", "identity": "指标认定", "decision": "审核", "rule": "规则",
        "strict": "严格", "loose": "宽松", "explained": "已解释", "accepted": "确认", "rejected": "驳回",
        "checks": "核对", "characters": "字符",
    },
    "en": {
        Severity.VIOLATION: "contradiction", Severity.WARNING: "doubt", Severity.INFO: "note",
        "title": "Checks of the figures", "none": "Nothing was found.", "computation": "arithmetic",
        "assumption": "assumption", "ruled-out": "ruled out", "open": "still possible", "identity": "metrics as one",
        "decision": "review", "rule": "rule", "strict": "strictly", "loose": "loosely", "explained": "explained",
        "accepted": "accepted", "rejected": "rejected", "checks": "checks", "characters": "characters",
    },
}  # fmt: skip

_COLUMNS = (
    "id", "severity", "check", "subject_zh", "subject_en", "message_zh", "message_en", "computation",
    "assumption_zh", "assumption_en", "identity", "implied_lower", "implied_upper",
    "state", "not_ruled_out_zh", "not_ruled_out_en", "passages",
    "decision", "reviewer", "date", "why",
)  # fmt: skip


def counted(findings: Sequence[Finding], lang: str) -> str:
    """One line: how many findings of each severity, notes only where there are any, and how many are settled."""
    words = _WORDS[lang]
    counts = Counter(finding.severity for finding in findings if not finding.settled)
    shown = [severity for severity in Severity if severity is not Severity.INFO or counts[severity]]
    parts = [f"{counts[severity]} {words[severity]}" for severity in shown]
    settled = sum(finding.settled for finding in findings)
    if settled:
        parts.append(f"{settled} {'已处理' if lang == 'zh' else 'settled'}")
    return f"{words['checks']}: {', '.join(parts)}"


def both(finding: Finding, lang: str) -> tuple[str, str]:
    """The message in the language asked for, and in the other one."""
    return (finding.zh, finding.en) if lang == "zh" else (finding.en, finding.zh)


def _subject(finding: Finding, lang: str) -> str:
    """The metric or undertaking that a finding is about, where there is one."""
    subject = finding.comparison.subject if finding.comparison else None
    return subject[0 if lang == "zh" else 1] if subject else ""


def grade(finding: Finding, lang: str) -> str:
    """How serious a check's finding is, in a word that no fault of a sheet bears."""
    return _WORDS[lang][finding.severity]


def heading(finding: Finding, lang: str) -> str:
    """The title of the check and what its finding is about."""
    return f"{load_checks()[finding.rule].title(lang)} {_subject(finding, lang)}".rstrip()


def _details(finding: Finding, lang: str) -> list[tuple[str, str]]:
    """What stands below the sentence: heading and text, those that there are."""
    comparison, words = finding.comparison, _WORDS[lang]
    if comparison is None:
        return []
    language = 0 if lang == "zh" else 1
    joint = "、" if lang == "zh" else ", "
    found = [
        ("computation", finding.computation or ""),
        ("assumption", comparison.assumption[language] if comparison.assumption else ""),
        ("ruled-out", joint.join(pair[language] for pair in comparison.ruled_out)),
        ("open", joint.join(pair[language] for pair in comparison.not_ruled_out)),
        ("identity", words["loose"] if comparison.identity == "loose" else ""),
    ]
    if decision := comparison.decision:
        found.append(("decision", f"{words[decision.verdict]} ({decision.reviewer}, {decision.date}): {decision.why}"))
    return [(words[key], text) for key, text in found if text]


def _quoted(finding: Finding, lang: str) -> list[str]:
    """Each passage: the words, the document's title and the characters."""
    quotes = finding.comparison.quotes if finding.comparison else ()
    left, right = ("「", "」") if lang == "zh" else ("“", "”")
    lines = []
    for it in quotes:
        words = f"{it.before}【{it.words}】{it.after}" if it.before or it.after else it.words
        cited = f"{it.title} {it.document}#{it.start}-{it.end}"
        lines.append(f"{left}{words}{right} {cited}" if words else cited)
    return lines


def _text(findings: Sequence[Finding], lang: str) -> str:
    words = _WORDS[lang]
    lines = [f"{words['title']}  {counted(findings, lang)}"]
    if not findings:
        lines.append(words["none"])
    for check, own in _by_check(findings):
        lines.append(f"\n{load_checks()[check].title(lang)}（{check}）{load_checks()[check].summary(lang)}")
        for finding in own:
            first, second = both(finding, lang)
            settled = f" · {words[_verdict(finding)]}" if _verdict(finding) else ""
            about = _subject(finding, lang)
            lines += [f"  [{words[finding.severity]}{settled}] {about}".rstrip(), f"      {first}", f"      {second}"]
            lines += [f"      {heading}: {text}" for heading, text in _details(finding, lang)]
            lines += [f"      {quote}" for quote in _quoted(finding, lang)]
            lines.append(f"      {_id(finding)}")
    return "\n".join(lines) + "\n"


def _markdown(findings: Sequence[Finding], lang: str) -> str:
    words = _WORDS[lang]
    lines = [f"# {words['title']}", "", counted(findings, lang)]
    for check, own in _by_check(findings):
        lines += ["", f"## {load_checks()[check].title(lang)} ({check})", "", load_checks()[check].summary(lang)]
        for finding in own:
            first, second = both(finding, lang)
            settled = f" · {words[_verdict(finding)]}" if _verdict(finding) else ""
            lines += [
                "",
                f"### {words[finding.severity]}{settled} · {_id(finding)}",
                "",
                escaped(first),
                "",
                escaped(second),
                "",
            ]
            lines += [f"- {heading}: {escaped(text)}" for heading, text in _details(finding, lang)]
            lines += [f"- {escaped(quote)}" for quote in _quoted(finding, lang)]
    return "\n".join(lines) + "\n"


def _html(findings: Sequence[Finding], lang: str) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only this format needs it

    environment = Environment(
        loader=PackageLoader("kg"), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("checks.html").render(
        lang=lang, words=_WORDS[lang], groups=_by_check(findings), checks=load_checks(),
        summary=counted(findings, lang),
        counts=Counter(it.severity for it in findings if not it.settled), severities=list(Severity),
        both=both, subject=_subject, details=_details, name=_id, verdict=_verdict,
    )  # fmt: skip


def _json(findings: Sequence[Finding], _lang: str) -> str:
    counts = Counter(finding.severity for finding in findings if not finding.settled)
    report = {
        "counts": {str(severity): counts[severity] for severity in Severity},
        "findings": [_record(finding) for finding in findings],
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _record(finding: Finding) -> dict[str, object]:
    it = finding.comparison
    if it is None:
        return {}
    decision = it.decision
    return {
        "id": it.iri,
        "severity": str(finding.severity),
        "check": finding.rule,
        "subject": {"zh": it.subject[0], "en": it.subject[1]} if it.subject else None,
        "message": {"zh": finding.zh, "en": finding.en},
        "computation": finding.computation,
        "assumption": {"zh": it.assumption[0], "en": it.assumption[1]} if it.assumption else None,
        "identity": it.identity,
        "ruledOut": [{"zh": zh, "en": en} for zh, en in it.ruled_out],
        "notRuledOut": [{"zh": zh, "en": en} for zh, en in it.not_ruled_out],
        "implied": {"lower": plain(it.implied[0]), "upper": plain(it.implied[1])} if it.implied else None,
        "state": it.state,
        "focus": finding.focus,
        "passages": [
            {
                "document": quote.document,
                "title": quote.title,
                "start": quote.start,
                "end": quote.end,
                "quote": quote.words,
                "before": quote.before,
                "after": quote.after,
            }
            for quote in it.quotes
        ],
        "decision": {
            "decision": str(decision.verdict),
            "reviewer": decision.reviewer,
            "date": decision.date.isoformat(),
            "why": decision.why,
        }
        if decision
        else None,
    }


def _csv(findings: Sequence[Finding], _lang: str) -> str:
    return write_table(_COLUMNS, [_row(finding) for finding in findings]).decode()


def _row(finding: Finding) -> list[str]:
    it = finding.comparison
    if it is None:
        return [""] * len(_COLUMNS)
    assumed = it.assumption or ("", "")
    low, high = (plain(end) for end in it.implied) if it.implied else ("", "")
    signed = (
        (it.decision.verdict, it.decision.reviewer, it.decision.date.isoformat(), it.decision.why)
        if it.decision
        else ("",) * 4
    )
    cells = [
        name_of(it.iri), finding.severity, finding.rule, *(it.subject or ("", "")), finding.zh, finding.en,
        finding.computation or "", *assumed,
        it.identity, low, high, it.state or "", "、".join(zh for zh, _ in it.not_ruled_out),
        ", ".join(en for _, en in it.not_ruled_out),
        "; ".join(f"{q.document}#{q.start}-{q.end}" for q in it.quotes), *signed,
    ]  # fmt: skip
    return [guarded(str(cell)) for cell in cells]


CHECK_REPORTS: dict[str, Callable[[Sequence[Finding], str], str]] = {
    "text": _text,
    "md": _markdown,
    "html": _html,
    "json": _json,
    "csv": _csv,
}
"""The formats of a report of checks that are made from findings; Turtle is made from their triples."""


def _by_check(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings under their checks: the checks with the worst findings first."""
    worst = {it.rule: min(f.severity.rank for f in findings if f.rule == it.rule) for it in findings}
    ordered = sorted(findings, key=lambda it: (worst[it.rule], it.rule, it.settled, it.severity.rank))
    return [(name, list(own)) for name, own in groupby(ordered, key=lambda it: it.rule)]


def _verdict(finding: Finding) -> str:
    decision = finding.comparison.decision if finding.comparison else None
    return str(decision.verdict) if decision else ""


def _id(finding: Finding) -> str:
    return name_of(finding.comparison.iri) if finding.comparison else ""


def escaped(text: str) -> str:
    """Text in Markdown, in which nothing is markup."""
    for char in "\\`*_[]<>|":
        text = text.replace(char, f"\\{char}")
    return text

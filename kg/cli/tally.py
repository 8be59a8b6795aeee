"""What a run of `kg extract` did: counts, findings and failures, told on standard error."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.model import Severity
from kg.report import REPORTS
from kg.validate import fails

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Finding
    from loaders.extracting import Outcome

__all__ = ["Tally"]

_COUNTED = {
    "documents": "文档",
    "claims": "陈述",
    "involvements": "参与",
    "rejected": "未取的数字",
    "findings": "提示",
}


class Tally:
    """Counts outcomes and remembers the worst of them."""

    def __init__(self, lang: str, sources: int) -> None:
        """Nothing is counted yet of so many sources."""
        self._lang = lang
        self._told = sources > 1 and sys.stderr.isatty()
        self._counts: Counter[str] = Counter()
        self._findings: list[Finding] = []
        self._code = 0

    @property
    def exit_code(self) -> int:
        """0, or 1 for a finding that is more than information, or the greatest code of a failure."""
        return self._code or int(fails(self._findings, Severity.WARNING))

    def add(self, outcome: Outcome) -> None:
        """Count an outcome; a failure is told at once."""
        if outcome.failure:
            self._fail(outcome.failure.where, outcome.failure.zh, outcome.failure.en, outcome.failure.exit_code)
        if it := outcome.extraction:
            counts = {
                "documents": 1,
                "claims": len(it.claims),
                "involvements": len(it.involvements),
                "rejected": len(it.rejected),
                "findings": len(it.findings),
            }
            self._counts.update(counts)
            self._findings += it.findings
            if self._told:
                del counts["documents"]
                sys.stderr.write(f"{it.document.id}  {self._line(counts)}\n")

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Tell and remember an error of the block, which then counts as done."""
        try:
            yield
        except KgError as error:
            self._fail(error.where, error.zh, error.en, error.exit_code)

    def tell(self) -> None:
        """Say what was found, as far as somebody has to look at it, and the counts in one line."""
        serious = sorted((it for it in self._findings if it.severity is not Severity.INFO), key=lambda it: it.order)
        if serious:
            sys.stderr.write(REPORTS["text"](serious, self._counts["documents"], self._lang) + "\n")
        sys.stderr.write(self._line({name: self._counts[name] for name in _COUNTED}) + "\n")

    def _fail(self, where: str, zh: str, en: str, exit_code: int) -> None:
        prefix = f"{where}: " if where else ""
        sys.stderr.write(f"kg: {prefix}{zh}\nkg: {prefix}{en}\n")
        self._code = max(self._code, exit_code)

    def _line(self, counts: dict[str, int]) -> str:
        if self._lang == "en":
            return ", ".join(f"{name} {count}" for name, count in counts.items())
        return "，".join(f"{_COUNTED[name]} {count}" for name, count in counts.items())

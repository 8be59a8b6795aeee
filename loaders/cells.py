"""One row of a sheet: reading its cells as what they should be, and saying what is wrong with the others."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from kg.model import Review

if TYPE_CHECKING:
    from enum import StrEnum

    from kg.lexicon import Lexicon

__all__ = ["Cells", "Fault"]

_Choice = TypeVar("_Choice", bound="StrEnum")

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?")
_OFFSET = re.compile(r"0|[1-9][0-9]{0,9}")
_SIGNED = re.compile(r"[+-][0-9０-９][^=+@|!()'\"]{0,30}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Fault(Exception):  # noqa: N818 - a fault is what a clerk calls it
    """What is wrong with one cell."""

    def __init__(self, rule: str, column: str, value: str, zh: str, en: str) -> None:
        """Keep the rule, the column, what stands there, and the message in both languages."""
        super().__init__(en)
        self.rule, self.column, self.value, self.zh, self.en = rule, column, value, zh, en


class Cells:
    """The cells of a row by column name. Every method raises Fault where a cell is not what it should be."""

    def __init__(self, cells: dict[str, str], lexicon: Lexicon) -> None:
        """Keep the cells and the lexicon in which names are looked up."""
        self._cells = cells
        self._lexicon = lexicon

    def check_formulas(self) -> None:
        """Refuse cells that a spreadsheet would run."""
        for column, value in self._cells.items():
            harmless = _SIGNED if column == "surface" else _NUMBER  # -3.1% is a quantity and calls nothing
            if value.startswith(_FORMULA) and not harmless.fullmatch(value):
                raise Fault(
                    "formula", column, value[:60],
                    "单元格以公式符号开头，表格软件会执行它；请改成文字",
                    "the cell begins like a formula, which a spreadsheet would run; make it text",
                )  # fmt: skip

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        value = self._cells[column]
        if not value:
            raise Fault("empty", column, value, "不能为空", "must not be empty")
        return value

    def optional(self, column: str) -> str | None:
        """A cell that may be empty."""
        return self._cells.get(column) or None

    def offset(self, column: str) -> int:
        """A number of characters."""
        value = self.text(column)
        if not _OFFSET.fullmatch(value):
            raise Fault("number", column, value, "应为非负整数", "should be a whole number, 0 or more")
        return int(value)

    def optional_offset(self, column: str) -> int | None:
        """A number of characters, or nothing."""
        return self.offset(column) if self._cells[column] else None

    def decimal(self, column: str) -> Decimal | None:
        """An exact decimal with 万 and 亿 multiplied out, or nothing for a vague quantity."""
        value = self._cells[column]
        if not value:
            return None
        if not _NUMBER.fullmatch(value):
            raise Fault(
                "number", column, value,
                "不是数字：万、亿要展开，不加千分位、单位和指数",
                "is not a plain number: multiply 万 and 亿 out, no separators, units or exponents",
            )  # fmt: skip
        return Decimal(value)

    def day(self, column: str) -> date:
        """An ISO date."""
        value = self.text(column)
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day and day.isoformat() == value:  # not 20250131 or 2025-W05-5, which Python reads too
            return day
        raise Fault("date", column, value, "应为日期，如 2025-01-31", "should be a date, as 2025-01-31")

    def choice(self, column: str, choices: type[_Choice]) -> _Choice:
        """One of a closed list."""
        value = self.text(column)
        try:
            return choices(value)
        except ValueError:
            zh, en = _suggestion(get_close_matches(value, list(choices), n=1))
            raise Fault(
                "choice", column, value,
                f"应为以下之一：{'、'.join(choices)}{zh}",
                f"should be one of: {', '.join(choices)}{en}",
            ) from None  # fmt: skip

    def optional_choice(self, column: str, choices: type[_Choice]) -> _Choice | None:
        """One of a closed list, or nothing."""
        return self.choice(column, choices) if self._cells[column] else None

    def name(self, column: str, sort: str) -> str:
        """A name that the lexicon knows, as its canonical name; in a rejected row, the name as it stands."""
        value = self.text(column)
        if self._cells.get("review") == Review.REJECTED:
            return value
        found = self._lexicon.candidates(value, sort)
        if len(found) == 1:
            return found[0].name
        if found:
            names = [entry.name for entry in found]
            raise Fault(
                "ambiguous-name", column, value,
                f"这个名称可以指：{'、'.join(names)}",
                f"this name can mean: {', '.join(names)}",
            )  # fmt: skip
        zh, en = _suggestion(self._lexicon.suggest(value, sort))
        raise Fault("unknown-name", column, value, f"词表中没有这个名称{zh}", f"is not in the lexicon{en}")

    def optional_name(self, column: str, sort: str) -> str | None:
        """A name that the lexicon knows, or nothing."""
        return self.name(column, sort) if self._cells[column] else None


def _suggestion(names: list[str]) -> tuple[str, str]:
    if not names:
        return "", ""
    return f"；是否应为 {'、'.join(names)}", f"; is it {', '.join(names)}?"

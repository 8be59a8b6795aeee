"""Broken structure: exceptions that say what is wrong in Chinese and English and how the program exits."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KgError", "LimitError", "UnreadableError", "UsageError"]


class KgError(Exception):
    """Something that is not a data problem: it stops one document, one question or the whole command."""

    exit_code: ClassVar[int] = 3

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        file: Path | str | None = None,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        """Keep both messages and the place (file, 1-based row, column name) that they are about."""
        super().__init__(en)
        self.zh, self.en = zh, en
        self.file, self.row, self.column = file, row, column

    @property
    def where(self) -> str:
        """The place as `file:row:column`, without the parts that are not known."""
        return ":".join(str(part) for part in (self.file, self.row, self.column) if part is not None)

    def __str__(self) -> str:
        """Both messages after the place."""
        prefix = f"{self.where}: " if self.where else ""
        return f"{prefix}{self.zh} / {self.en}"


class UsageError(KgError):
    """The call asks for something that does not exist: a wrong name, option or parameter."""

    exit_code = 2


class UnreadableError(KgError):
    """An input cannot be read: a missing file, a wrong encoding, a missing column, a damaged store."""

    exit_code = 3


class LimitError(KgError):
    """A limit of time, size or rows was reached."""

    exit_code = 4

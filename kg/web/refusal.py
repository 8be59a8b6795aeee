"""What a request is refused for: a status, and why in Chinese and English."""

from __future__ import annotations

from typing import ClassVar

from kg.errors import KgError, LimitError, UnreadableError, UsageError

__all__ = ["RefusedError", "status_of"]

_STATUS: dict[type[KgError], int] = {UsageError: 400, LimitError: 400, UnreadableError: 500}


class RefusedError(KgError):
    """A request that is not answered: 404 unknown, 406 no such format, 413 too large, 429 or 503 busy, 504 too slow."""

    exit_code: ClassVar[int] = 4

    def __init__(self, status: int, zh: str, en: str, *, headers: dict[str, str] | None = None) -> None:
        """Keep the HTTP status and the headers that go with it, such as Retry-After."""
        super().__init__(zh, en)
        self.status = status
        self.headers = headers or {}


def status_of(error: KgError) -> int:
    """The HTTP status that tells of an error: what the client asked wrongly is 400, what is broken here 500."""
    return error.status if isinstance(error, RefusedError) else _STATUS.get(type(error), 500)

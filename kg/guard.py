"""What a free query may not do: reach outside the store, change it, or break the engine by its size.

The engine's parser recurses, and a query of a few thousand nested brackets ends the process (measured:
2,200 `{`, 4,800 `(`), so size and depth are checked on the tokens before anything parses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.errors import LimitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_PATTERNS", "check_query"]

MAX_BYTES = 64 * 1024
MAX_DEPTH = 200
MAX_PATTERNS = 200

_JOINING = {"+", "-", "!", "/", "|", "^", "*", ".", "UNION"}
_TOKEN = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\''''
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|\#[^\n\r]*"""
    r"""|[{}()\[\]+.*/!|^-]|[?$]?[^\W]+(?::[^\s{}()\[\];,]*)?""",
    re.DOTALL,
)
"""Strings, IRIs, comments, brackets, operators and words of SPARQL, so that a word in a string is no word."""


def check_query(text: str) -> None:
    """Refuse a query before the engine sees it.

    Raises LimitError over 64 KiB, a depth of 200 (or what the parser can follow) or 200 joining tokens; UsageError for
    SERVICE, FROM, updates, or what is no SPARQL query.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise LimitError(f"查询超过 {MAX_BYTES} 字节", f"the query is over {MAX_BYTES} bytes")
    _check_depth(text)
    _check_algebra(text)


def _check_depth(text: str) -> None:
    depth = chained = 0
    for part in _tokens(text):
        depth += (part in "{([") - (part in "})]")
        chained += part.upper() in _JOINING
        if depth > MAX_DEPTH:
            raise LimitError(f"查询嵌套超过 {MAX_DEPTH} 层", f"the query nests deeper than {MAX_DEPTH}")
        if chained > MAX_PATTERNS:
            raise LimitError(f"查询超过 {MAX_PATTERNS} 个模式", f"the query has over {MAX_PATTERNS} patterns")


def _tokens(text: str) -> Iterator[str]:
    return (match[0] for match in _TOKEN.finditer(text) if match[0][0] not in "\"'<#")


def _check_algebra(text: str) -> None:
    """Parse with rdflib, which shows the parts of a query, and refuse the parts that reach outside."""
    from pyparsing import ParseBaseException  # noqa: PLC0415 - rdflib's parser takes 0.2 s to import
    from rdflib.plugins.sparql.parser import parseQuery  # noqa: PLC0415 - the same
    from rdflib.plugins.sparql.parserutils import CompValue  # noqa: PLC0415 - the same

    try:
        parsed = parseQuery(text.replace("\r", "\n"))  # a comment ends at either; rdflib knows the second only
    except RecursionError as error:
        raise LimitError("查询嵌套过深", "the query nests too deep") from error
    except ParseBaseException as error:
        raise UsageError(
            f"不是 SPARQL 查询（第 {error.lineno} 行第 {error.column} 列）：{error.msg}",
            f"not a SPARQL query (line {error.lineno}, column {error.column}): {error.msg}",
        ) from error
    pending: list[object] = [parsed]
    while pending:
        node = pending.pop()
        if isinstance(node, CompValue):
            if node.name in {"ServiceGraphPattern", "DatasetClause"}:
                word = "SERVICE" if node.name == "ServiceGraphPattern" else "FROM"
                raise UsageError(f"不允许 {word}：查询只能读本图", f"{word} is refused: a query reads this graph only")
            pending += list(node.values())
        elif isinstance(node, (list, tuple)) or type(node).__name__ in {"ParseResults", "plist"}:
            pending += list(node)  # type: ignore[call-overload] # pyparsing's results are iterable

"""What a free query may not do: reach outside the store, change it, or break the engine by its size.

The engine's parser recurses, and a query of a few thousand nested brackets ends the process (measured:
2,200 `{`, 4,800 `(`), so size and depth are checked on the tokens before anything parses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.errors import LimitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rdflib.plugins.sparql.parserutils import CompValue

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_PATTERNS", "check_query", "check_read"]

MAX_BYTES = 64 * 1024
MAX_DEPTH = 200
MAX_PATTERNS = 200

_JOINING = {"+", "-", "!", "/", "|", "^", "*", ".", "UNION"}
_TOKEN = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\''''
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|\#[^\n\r]*"""
    r"""|[{}()\[\]+.*/!|^-]|[?$]?[^\W]+(?::(?:\\.|[^\s{}()\[\];,#"'<>\\])*)?""",
    re.DOTALL,
)
"""Strings, IRIs, comments, brackets, operators and words of SPARQL, so that a word in a string is no word."""

_ESCAPE = re.compile(r"\\(?:(?P<code>u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})|.)", re.DOTALL)
_FROM = re.compile(r"from(?<![a-z0-9_]from)|(?:ask|construct)from")
_FETCHABLE = re.compile(r"(?:https?|urn|tag):[^\s]", re.IGNORECASE)


def check_query(text: str) -> None:
    """Refuse a query before any engine, here or remote, sees it.

    Raises LimitError over 64 KiB, a depth of 200 (or what the parser can follow) or 200 joining tokens; UsageError for
    SERVICE, FROM, updates, or what is no SPARQL query.
    """
    _check_size(text)
    # The standard reads \u0022 before it parses, so that it ends a string; Oxigraph reads it within the string.
    for reading in dict.fromkeys((text, _without_codes(text))):
        if _datasets(_parsed(reading)):
            raise UsageError("不允许 FROM：查询只能读本图", "FROM is refused: a query reads this graph only")


def check_read(text: str) -> bool:
    """Refuse what the embedded engine may not be asked; whether the query names its own dataset by FROM.

    Raises LimitError as `check_query` does, and UsageError for SERVICE and for FROM what is no address. The engine
    asked for a query changes nothing and takes FROM as the name of a graph in the store, so SERVICE alone reaches
    outside, and it is a keyword: letters of the query as they stand (Oxigraph reads escapes in strings and IRIs only),
    upper or lower case of ASCII. So where the letters occur nowhere, nothing is to be refused and nothing is parsed,
    which is nearly always, and 3 to 70 ms saved; where they do, be it in a string, the parsed query decides.
    """
    _check_size(text)
    small = text.lower()
    if "service" not in small and not _FROM.search(small):
        return False
    datasets = _datasets(_parsed(_without_codes(text)))
    for name in datasets:
        if not _FETCHABLE.match(name):
            raise UsageError(
                f"不允许 FROM <{name}>：只能读本图的命名图", f"FROM <{name}> is refused: name a graph of this store"
            )
    return bool(datasets)


def _check_size(text: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise LimitError(f"查询超过 {MAX_BYTES} 字节", f"the query is over {MAX_BYTES} bytes")
    # Whatever the tokens are, there are no more of a kind than characters: nearly every query passes by counting.
    opening = sum(map(text.count, "{(["))
    joining = sum(map(text.count, "+-!/|^*.")) + text.upper().count("UNION")
    if opening > MAX_DEPTH or joining > MAX_PATTERNS:
        _check_depth(text)


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


def _without_codes(text: str) -> str:
    """The query with a letter for each escaped code point, which rdflib would read before it parses."""
    return _ESCAPE.sub(lambda it: "x" if it["code"] else it[0], text)


def _parsed(text: str) -> list[CompValue]:
    """The parts of a query as rdflib parses it; raises UsageError where it is none, and for SERVICE."""
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
    parts: list[CompValue] = []
    pending: list[object] = [parsed]
    while pending:
        node = pending.pop()
        if isinstance(node, CompValue):
            if node.name == "ServiceGraphPattern":
                raise UsageError("不允许 SERVICE：查询只能读本图", "SERVICE is refused: a query reads this graph only")
            parts.append(node)
            pending += list(node.values())
        elif isinstance(node, (list, tuple)) or type(node).__name__ in {"ParseResults", "plist"}:
            pending += list(node)  # type: ignore[call-overload] # pyparsing's results are iterable
    return parts


def _datasets(parts: list[CompValue]) -> list[str]:
    """What stands after FROM and FROM NAMED, short names written out."""
    prefixes = {_part(it, "prefix"): _part(it, "iri") for it in parts if it.name == "PrefixDecl"}
    names = [it["default" if "default" in it else "named"] for it in parts if it.name == "DatasetClause"]
    return [
        prefixes.get(_part(name, "prefix"), "") + _part(name, "localname") if isinstance(name, dict) else str(name)
        for name in names
    ]


def _part(node: Mapping[str, object], name: str) -> str:
    return str(node[name]) if name in node else ""

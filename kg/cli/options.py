"""Options and arguments that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "DEFAULT_STORE",
    "Lang",
    "LangOption",
    "LexiconOption",
    "LimitOption",
    "OutputOption",
    "StoreOption",
    "TargetsArgument",
    "TextsOption",
    "TimeoutOption",
]

DEFAULT_STORE = Path("build/store")


class Lang(StrEnum):
    """The languages of labels and messages."""

    ZH = "zh"
    EN = "en"


TargetsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[CITY|MANIFEST]...",
        help="城市名、清单文件或其文件夹，默认全部城市。 Cities, manifests or their folders; all cities by default.",
    ),
]
StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        "-s",
        envvar="KG_STORE",
        help="存储文件夹，或 SPARQL 服务器的查询地址。 Store folder, or a server's query URL.",
    ),
]
TextsOption = Annotated[
    Path | None,
    typer.Option(
        help="原文文件夹：核对偏移与哈希，并保存引文。 Folder of the texts: verifies offsets and hashes, keeps quotes."
    ),
]
LexiconOption = Annotated[
    Path | None, typer.Option(help="清单所用的词表（Turtle）。 Lexicon (Turtle) of the manifest.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="输出文件，- 为标准输出。 Output file; - is standard output."),
]
LangOption = Annotated[Lang, typer.Option("--lang", help="标签与消息的语言。 Language of labels and messages.")]
LimitOption = Annotated[int | None, typer.Option("--limit", min=0, help="最多输出多少行。 At most so many rows.")]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=0.1, help="查询最多运行多少秒。 Seconds that a query may run.")
]

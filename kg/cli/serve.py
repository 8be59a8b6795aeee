"""`kg serve`: the graph on the web."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import DEFAULT_STORE, Lang, LangOption
from kg.errors import UsageError

__all__ = ["serve"]


def serve(
    store: Annotated[
        Path, typer.Option("--store", "-s", envvar="KG_STORE", help="存储文件夹。 Folder of the store.")
    ] = DEFAULT_STORE,
    host: Annotated[str, typer.Option(help="监听地址，默认仅本机。 Address; default: this machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="端口，0 任选。 Port; 0 is any.")] = 8000,
    base_url: Annotated[
        str, typer.Option(help="对外网址，可含路径，如 https://data.example.cn/kg。 Public address, with its path.")
    ] = "",
    texts: Annotated[
        Path | None,
        typer.Option(help="原文文件夹：页面标出陈述。 Folder of the texts: pages mark the claims."),
    ] = None,
    catalogue: Annotated[
        Path | None, typer.Option(help="目录的编辑说明（Turtle）。 What the editors state of the catalogue (Turtle).")
    ] = None,
    time_limit: Annotated[float, typer.Option(min=0.1, help="查询最多运行多少秒。 Seconds that a query may run.")] = 10,
    max_rows: Annotated[int, typer.Option(min=1, help="一次回答最多多少行。 Rows that an answer may have.")] = 100_000,
    memory: Annotated[int, typer.Option(min=256, help="每个查询进程可用的 MiB。 MiB that a reader may use.")] = 512,
    rate: Annotated[
        float,
        typer.Option(min=0, help="每个外部客户端每秒请求数，0 不限。 Requests a second for an outside client; 0: any."),
    ] = 20,
    browse: Annotated[bool, typer.Option("--open", help="在浏览器中打开。 Open in the browser.")] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """在网页上打开图：页面、问题、SPARQL 端点；只读，不需联网。 The graph on the web: read-only, works offline.

    例 Example: kg serve --texts FOLDER --port 8000
    """
    try:
        from kg.web.app import create_app  # noqa: PLC0415 - an optional extra
        from kg.web.pool import Limits  # noqa: PLC0415 - the same
        from kg.web.server import run  # noqa: PLC0415 - the same
        from kg.web.site import Settings  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        raise UsageError(
            f"缺少 {error.name}：pip install 'chengjidan[web]'", f"needs {error.name}: pip install 'chengjidan[web]'"
        ) from error
    if texts and not texts.is_dir():
        raise UsageError(f"没有这个原文文件夹：{texts}", f"there is no such folder of texts: {texts}")
    limits = Limits(seconds=time_limit, rows=max_rows, memory=memory << 20)
    settings = Settings(store, base_url, texts, catalogue, lang.value, limits, rate)
    run(create_app(settings), host, port, browse=browse, told=sys.stderr)

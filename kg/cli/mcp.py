"""`kg mcp`: the graph for language models, over the Model Context Protocol."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import DEFAULT_STORE, Lang, LangOption
from kg.errors import UsageError

__all__ = ["mcp"]


def mcp(
    store: Annotated[
        Path, typer.Option("--store", "-s", envvar="KG_STORE", help="存储文件夹。 Store folder.")
    ] = DEFAULT_STORE,
    texts: Annotated[
        Path | None, typer.Option(help="原文文件夹：引出处所在的句子。 Folder of the texts: quotes the sentences.")
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="用 HTTP（地址 /mcp）而非标准输入输出。 HTTP (at /mcp) instead of stdio.")
    ] = False,
    host: Annotated[str, typer.Option(help="监听的地址，默认仅本机。 Address; this machine only by default.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="监听的端口。 Port.", min=0, max=65535)] = 8001,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="客户端还可用的主机名，可重复。 A further name that clients may use; may be repeated."),
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """供语言模型查询（Model Context Protocol）。 Let a language model ask (Model Context Protocol): docs/agents.md."""
    try:
        from kg.agents.server import create_server, serve_http  # noqa: PLC0415 - an optional extra
        from kg.web.site import Settings, Site  # noqa: PLC0415 - only this command and `kg serve` need it
    except ModuleNotFoundError as error:
        raise UsageError(
            f"缺少 {error.name}：pip install 'chengjidan[agents]'",
            f"needs {error.name}: pip install 'chengjidan[agents]'",
        ) from error
    if texts is not None and not texts.is_dir():
        raise UsageError(f"没有这个原文文件夹：{texts}", f"there is no such folder of texts: {texts}")
    server = create_server(Site(Settings(store, texts=texts, lang=lang.value)))
    if http:
        serve_http(server, host, port, allow_host or (), sys.stderr)
    else:
        server.run("stdio")

"""The command line: one function a command, from `kg extract` to `kg doctor`."""

from __future__ import annotations

import sys

import typer

from kg.cli import ask, build, check, diff, export, extract, link, mcp, portal, review, serve, validate
from kg.errors import KgError

__all__ = ["app", "main"]

app = typer.Typer(
    name="kg",
    help="成绩单：把政府成绩单变成可查询的知识图谱。\n\nA knowledge graph of what city agencies report.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("extract")(extract.extract)
app.command("review")(review.review)
app.command("init-city")(review.init_city)
app.command("build")(build.build)
app.command("validate")(validate.validate)
app.command("check")(check.check)
app.command("metrics")(check.metrics)
app.command("ask", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(ask.ask)
app.command("queries")(ask.queries)
app.command("sparql")(ask.sparql)
app.command("export")(export.export)
app.command("doctor")(export.doctor)
app.command("diff")(diff.diff)
app.command("link")(link.link)
app.add_typer(portal.app)
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)


def main() -> None:
    """Run the program: errors go to standard error in both languages, with the exit code of their kind."""
    try:
        app()
    except KgError as error:
        where = f"{error.where}: " if error.where else ""
        sys.stderr.write(f"kg: {where}{error.zh}\nkg: {where}{error.en}\n")
        sys.exit(error.exit_code)

"""`kg validate`: what is wrong with the sheets, for the people who must fix them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.build import corpora
from kg.cli.options import Lang, LangOption, LexiconOption, OutputOption, TargetsArgument, TextsOption
from kg.cli.output import choice
from kg.crosscheck import check_documents
from kg.decisions import read_decisions, read_identities, unknown_metrics
from kg.documents import Corpus
from kg.errors import UsageError
from kg.files import write_out
from kg.links import check_links, read_links
from kg.model import Finding, Severity
from kg.report import REPORTS, summary
from kg.shapes import Shapes
from kg.validate import Gate, check_vocabulary, fails, select
from kg.vocabulary import Vocabulary
from loaders import LOADERS

__all__ = ["validate"]


def validate(
    targets: TargetsArgument = None,
    texts: TextsOption = None,
    lexicon: LexiconOption = None,
    form: Annotated[
        str | None, typer.Option("--format", "-f", help=f"报告格式，默认按输出文件后缀。 One of: {', '.join(REPORTS)}.")
    ] = None,
    output: OutputOption = None,
    fail_on: Annotated[
        Severity, typer.Option(help="何种问题使退出码为 1。 The mildest finding that makes the exit code 1.")
    ] = Severity.VIOLATION,
    lang: LangOption = Lang.ZH,
) -> None:
    """检查表格与词表，不改动存储。 Check sheets and lexicon; the store is not touched.

    目标也可以是单张表，如 data/qingdao/D.claims.csv。 A target can also be one sheet.
    """
    suffix = output.suffix.removeprefix(".") if output else ""
    write = choice(REPORTS, form or ("junit" if suffix == "xml" else suffix if suffix in REPORTS else "text"), "format")
    findings, documents, unreadable = _findings(targets, lexicon, texts)
    write_out(output, [write(findings, documents, lang).encode()])
    if output and str(output) != "-":
        sys.stderr.write(f"{output}: {summary(findings, documents, lang)}\n")
    if unreadable:
        raise typer.Exit(3)
    # What the figures say against each other is told here, and judged by `kg check`: the sheets are no worse for it.
    if fails((it for it in findings if it.comparison is None), fail_on):
        raise typer.Exit(1)


def _findings(targets: list[str] | None, lexicon: Path | None, texts: Path | None) -> tuple[list[Finding], int, bool]:
    """Everything found in the targets, how many documents were looked at, whether one was unreadable."""
    shapes = Shapes()
    findings: list[Finding] = []
    documents, unreadable = 0, False
    for corpus, wanted in _corpora(targets, lexicon):
        vocabulary = Vocabulary([corpus.lexicon] if corpus.lexicon else [])
        findings += check_vocabulary(vocabulary, shapes, corpus.lexicon.name if corpus.lexicon else "ontology")
        gate = Gate(vocabulary, shapes, LOADERS["sheet"])
        sound: list[str] = []
        for document, folder in select([corpus]):
            if wanted in {None, document.id}:
                prepared = gate.prepare(document, folder, texts)
                findings += prepared.findings
                documents += 1
                unreadable |= prepared.unreadable
                sound += [prepared.lines] if prepared.lines is not None else []
        identities, decisions = read_identities(corpus.folder), read_decisions(corpus.folder)
        findings += unknown_metrics(identities, vocabulary.lexicon)
        findings += check_links(read_links(corpus.folder, vocabulary.lexicon), vocabulary.lexicon)
        compared = check_documents(sound, vocabulary.triples, identities, decisions)
        findings += [finding for finding in compared if finding.severity is not Severity.INFO]  # notes: `kg check`
    return sorted(findings, key=lambda it: it.order), documents, unreadable


def _corpora(targets: list[str] | None, lexicon: Path | None) -> list[tuple[Corpus, str | None]]:
    """Each target's corpus, and the one document that is wanted where the target is a sheet."""
    found: list[tuple[Corpus, str | None]] = []
    if not targets:
        return [(corpus, None) for corpus in corpora(None, lexicon)]
    for target in targets:
        path = Path(target)
        sheet = next((path.name.removesuffix(end) for end in _SHEETS if path.name.endswith(end)), None)
        if sheet is not None:
            corpus = corpora([str(path.parent)], lexicon)[0]
            if sheet not in {document.id for document in corpus.documents}:
                raise UsageError(f"清单里没有文档 {sheet}", f"the manifest has no document {sheet}")
            found.append((corpus, sheet))
        else:
            found += [(corpus, None) for corpus in corpora([target], lexicon)]
    return found


_SHEETS = (".claims.csv", ".involvements.csv")

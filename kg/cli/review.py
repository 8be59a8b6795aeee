"""`kg review` and `kg init-city`: what people decide, and the names that they give."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.lexicons import choose_lexicon, load_lexicon
from kg.cli.options import Lang, LangOption, LexiconOption, OutputOption
from kg.cli.output import plain_table, show, table_format
from kg.documents import read_corpus
from kg.errors import UnreadableError, UsageError
from kg.files import write_out
from kg.query import Column
from kg.table import FORMATS
from kg.tables import decode, read_bytes
from loaders.draft import draft
from loaders.extracting import extract_one
from loaders.folder import Folder
from loaders.names import Names
from loaders.review.merge import CLAIMS, Change, Merged, SheetKind, decided, merge, span
from loaders.review.sheets import Decisions, kind_of, read_decisions, read_sheet
from loaders.sources import Source, text_file
from loaders.writing import claim_rows, involvement_rows, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Document
    from loaders.press.extraction import Extraction
    from loaders.writing import Row

__all__ = ["init_city", "review"]

_ACTIONS = {
    "added": "新增", "dropped": "去除", "changed": "改读", "kept": "保留", "moved": "改指", "decided": "审定",
}  # fmt: skip
_SORTS = (
    ("place", "地点", "places"), ("agency", "组织", "organisations"), ("undertaking", "事项", "undertakings"),
    ("metric", "指标", "metrics"), ("unit", "单位", "units"), ("base", "基准", "bases"),
)  # fmt: skip
_COLUMNS = (
    Column("action", "处理", "action"),
    Column("start", "起", "start"),
    Column("end", "止", "end"),
    Column("row", "数量或事项", "row"),
    Column("field", "列", "column"),
    Column("old", "原值", "old"),
    Column("new", "新值", "new"),
)


_Sheet = Annotated[Path, typer.Argument(help="审过的表，如 D.claims.csv。 A reviewed sheet, such as D.claims.csv.")]
_Text = Annotated[Path | None, typer.Option(help="该文档的原文文件。 File of the document's text.")]
_Texts = Annotated[
    Path | None, typer.Option(help="原文文件夹，默认为表旁的 texts。 Folder of the texts; by default texts/ beside.")
]
_Manifest = Annotated[Path | None, typer.Option(help="清单，默认在表旁。 Manifest; by default beside the sheet.")]
_Decisions = Annotated[
    Path | None, typer.Option(help="审阅页导出的决定（CSV）。 Decisions that the review page handed out (CSV).")
]
_Reviewer = Annotated[str | None, typer.Option(help="作这些决定的人。 Who made these decisions.")]
_InPlace = Annotated[bool, typer.Option("--in-place", help="写回原表。 Write back to the sheet.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="只列出变化。 List the changes only.")]
_Format = Annotated[
    str | None, typer.Option("--format", "-f", help=f"变化清单的格式。 One of: {', '.join(['table', *FORMATS])}.")
]


def review(
    sheet: _Sheet,
    text: _Text = None,
    texts: _Texts = None,
    manifest: _Manifest = None,
    lexicon: LexiconOption = None,
    decisions: _Decisions = None,
    reviewer: _Reviewer = None,
    output: OutputOption = None,
    in_place: _InPlace = False,
    dry_run: _DryRun = False,
    form: _Format = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """把审过的表与新的抽取合并：人的决定不变。 Merge a reviewed sheet with a new extraction; decisions stand.

    不写 -o 或 --in-place 时只列出变化。 Without -o or --in-place the changes are only listed.
    """
    if in_place and output:
        raise UsageError("--in-place 与 -o 只能用一个", "use --in-place or -o, not both")
    name, kind = kind_of(sheet)
    chosen = _decisions(decisions, name, reviewer, kind)
    document = _document(manifest or sheet.parent / "manifest.csv", name)
    rows = read_sheet(sheet, kind)
    extraction = _extraction(document, _text(sheet, text, texts, name), lexicon, sheet)
    if document[0].sha256 is None:
        _check_surfaces(rows, extraction, sheet)
    merged = _merged(kind, rows, extraction, chosen)
    _list(merged.changes, sheet, form, lang)
    target = sheet if in_place else output
    if target and not dry_run:
        write_out(target, [table(kind.columns, merged.rows)])
        sys.stderr.write(f"{target}: {len(merged.rows)} {('行', 'rows')[lang is Lang.EN]}\n")
    elif not dry_run:
        sys.stderr.write("未写入：请用 --in-place 或 -o / nothing is written: use --in-place or -o\n")


def init_city(
    place: Annotated[str, typer.Argument(help="城市或区县，如 临江市。 The city or district.")],
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="kg extract 写出的文件夹。 A folder that kg extract wrote.")
    ],
    output: OutputOption = None,
    lexicon: LexiconOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """从抽取的表起草词表，供人修改。 Draft a lexicon from extracted sheets, for a person to edit.

    默认写到 DIR/lexicon.ttl；已有的条目不动，只补新的。

    It goes to DIR/lexicon.ttl by default; entries that are there stay as they are, new ones are added.
    """
    corpus = read_corpus(folder, described=False)
    target = output or Folder(folder).lexicon
    beside = corpus.lexicon if corpus.lexicon != target else None
    start = target if target.is_file() else choose_lexicon(lexicon, beside, place)
    known = load_lexicon(start)
    names = Names(known)
    names.add("place", place)
    names.read(corpus.documents, folder)
    before = decode(read_bytes(start), start) if start else ""
    added = draft(names, known, place, before)
    if added or start not in {None, target}:
        write_out(target, [f"{before.rstrip()}\n\n{added}".lstrip("\n").encode()])
    _tell_names(names, target, lang)


def _tell_names(names: Names, target: Path, lang: Lang) -> None:
    for name, meanings in names.ambiguous.items():
        sys.stderr.write(f"kg: {name} 可以指 {'、'.join(meanings)}\nkg: {name} can mean {', '.join(meanings)}\n")
    counts = [f"{(zh, en)[lang is Lang.EN]} {len(names.of(sort))}" for sort, zh, en in _SORTS]
    sys.stderr.write(f"{target}: {', '.join(counts)}\n")


def _decisions(file: Path | None, document: str, reviewer: str | None, kind: SheetKind) -> Decisions | None:
    if file is None:
        return None
    if kind is not CLAIMS:
        raise UsageError("--decisions 只用于陈述表", "--decisions go into a claim sheet only")
    if not reviewer or not reviewer.strip():
        raise UsageError("请用 --reviewer 写明审核人", "name who decided with --reviewer")
    return read_decisions(file, document, " ".join(reviewer.split()))


def _document(manifest: Path, name: str) -> tuple[Document, Path | None]:
    """A document of a manifest, and the lexicon beside it."""
    corpus = read_corpus(manifest, described=False)
    found = next((document for document in corpus.documents if document.id == name), None)
    if found is None:
        raise UsageError(f"清单 {manifest} 里没有文档 {name}", f"the manifest {manifest} has no document {name}")
    return found, corpus.lexicon


def _text(sheet: Path, text: Path | None, texts: Path | None, name: str) -> Path:
    if text and texts:
        raise UsageError("--text 与 --texts 只能用一个", "use --text or --texts, not both")
    folders = [texts] if texts else [sheet.parent / "texts", sheet.parent]
    found = text or next((file for folder in folders if (file := text_file(folder, name))), None)
    if found is None:
        raise UsageError(
            f"找不到 {name} 的原文：请用 --text 或 --texts 写明",
            f"the text of {name} is not there: name it with --text",
        )
    return found


def _extraction(known: tuple[Document, Path | None], file: Path, given: Path | None, sheet: Path) -> Extraction:
    """The extraction of the text, which has to be the one that the sheet cites."""
    document, nearby = known
    lexicon = load_lexicon(choose_lexicon(given, nearby, document.place))
    extraction = extract_one(Source(replace(document, length=None, sha256=None), file), lexicon)
    if document.sha256 not in {None, extraction.document.sha256}:
        raise _other_text(file, sheet)
    return extraction


def _other_text(file: Path, sheet: Path) -> UnreadableError:
    return UnreadableError(
        f"不是 {sheet.name} 所依据的原文，其中的偏移已不适用：请用原来的原文；"
        "新的原文请另作一份文档，用 kg extract 抽取到另一个文件夹，再对照审核",
        f"is not the text that {sheet.name} was made from, so its offsets do not hold: use the old text; "
        "extract the new one as a document of its own, into another folder, and review it there",
        file=file,
    )


def _check_surfaces(rows: Sequence[Row], extraction: Extraction, sheet: Path) -> None:
    """Where no manifest states a hash, the quantities that people decided on show whether the text is the same."""
    text = extraction.document.text or ""
    for row in rows:
        start, end = span(row)
        if end > len(text) or (decided(row) and row.get("surface", text[start:end]) != text[start:end]):
            raise _other_text(Path(f"{extraction.document.id}.txt"), sheet)


def _merged(kind: SheetKind, rows: list[Row], extraction: Extraction, decisions: Decisions | None) -> Merged:
    new = claim_rows(extraction) if kind is CLAIMS else involvement_rows(extraction)
    merged = merge(kind, rows, new)
    if decisions is None:
        return merged
    entered, changes = decisions.entered(merged.rows)
    again = merge(kind, entered, new)
    seen = dict.fromkeys([*merged.changes, *changes, *again.changes])
    return Merged(again.rows, tuple(sorted(seen, key=lambda it: (it.start, it.end))))


def _list(changes: Sequence[Change], sheet: Path, form: str | None, lang: Lang) -> None:
    rows = []
    for it in changes:
        new = it.new if it.field or it.action != "kept" else ("规则不再得出", "no longer made")[lang is Lang.EN]
        action = it.action if lang is Lang.EN else _ACTIONS[it.action]
        rows.append((action, str(it.start), str(it.end), it.title, it.field, it.old, new))
    show(plain_table(str(sheet), _COLUMNS, rows, lang), table_format(form, None), None, None)

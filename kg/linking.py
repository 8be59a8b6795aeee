"""The links of some cities as they enter the graph: those that a person confirmed, and what is wrong with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.links import LINKS, check_links, link_triples, read_links
from kg.model import Severity
from kg.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.answer import Triple
    from kg.documents import Corpus
    from kg.model import Finding

__all__ = ["confirmed"]


def confirmed(corpora: Iterable[Corpus]) -> tuple[list[Triple], list[Finding]]:
    """The confirmed links, and the faults of the tables; that a row still waits for its review is no fault.

    Raises UnreadableError for a table that cannot be read.
    """
    triples: list[Triple] = []
    findings: list[Finding] = []
    for corpus in corpora:
        if (corpus.folder / LINKS).is_file():
            lexicon = Vocabulary([corpus.lexicon] if corpus.lexicon else []).lexicon
            links = read_links(corpus.folder, lexicon)
            found = check_links(links, lexicon)
            triples += link_triples(links, found)
            findings += [it for it in found if it.severity is not Severity.INFO]
    return triples, findings

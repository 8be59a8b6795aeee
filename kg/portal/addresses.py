"""Addresses between files: relative, so that a release can stand below any address, or be read from a disk."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from kg.pages.names import Names, path_of

if TYPE_CHECKING:
    from kg.lexicon import Lexicon

__all__ = ["FORMS", "Filed", "file_of", "filed", "page_of"]

FORMS = ("ttl", "jsonld")
"""The suffixes of the data of each thing."""

_LISTS = ("agencies", "data", "documents", "findings", "metrics", "undertakings")
_FILE = re.compile(r"/(?:static/|csv/|ontology/)?[\w.-]+\.(?:ttl|atom|json|css|svg)")
_LONGEST = 180
"""Bytes of a file's name before its suffix; file systems take 255."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029<>:"|?*\\/]|[. ]$|\.(?:html|ttl|jsonld)$')
"""What file systems or their users stumble over, and suffixes that the files of another thing may have."""


def file_of(iri: str) -> str:
    """The path below a release's folder that stands for a thing: that of its IRI, decoded as a file server does.

    A part of it that no file system takes (too long, `..`) is cut and told apart by a hash.

    >>> file_of("https://w3id.org/chengjidan/programme/a%20b")
    'programme/a b'
    """
    path = (path_of(iri) or "").removeprefix("/page/").partition("#")[0]
    return "/".join(_safe(unquote(part)) for part in path.split("/"))


def page_of(iri: str, lang: str) -> str:
    """The path of a thing's page: a folder's index, so that a file server answers at the thing's own address."""
    return f"{file_of(iri)}/{_index(lang)}"


@dataclass(frozen=True, slots=True)
class Filed(Names):
    """Names and addresses for the page in the file `here`, as `agency/…/index.html` or `metrics.en.html`.

    `prefix` is the address of a site that answers questions, without a slash at its end; where there is none, the page
    is not `live` and offers no questions.
    """

    here: str = "index.html"

    def url(self, path: str, **params: object) -> str:
        """The address of a path of the site: a file of the release, or the site that answers questions."""
        base, mark, fragment = path.partition("#")
        target = self._file(base)
        if target is None:
            return Names.url(self, path, **params)
        return f"{'../' * self.here.count('/')}{quote(target)}{mark}{fragment}"

    def data(self, iri: object, suffix: str) -> str:
        """The address of a thing's data."""
        return f"{'../' * self.here.count('/')}{quote(file_of(str(iri)))}.{suffix}"

    def _file(self, path: str) -> str | None:
        """The file of a path, None where only a site answers it."""
        if path == "/":
            return _index(self.lang)
        if path.removeprefix("/") in _LISTS:
            return f"{path[1:]}{'.en' if self.lang == 'en' else ''}.html"
        if path.startswith("/page/"):
            place = "/".join(_safe(unquote(part)) for part in path.removeprefix("/page/").split("/"))
            return f"{place}/{_index(self.lang)}"
        return path[1:] if _FILE.fullmatch(path) else None


def filed(lexicon: Lexicon, lang: str, here: str, site: str = "") -> Filed:
    """Names and addresses for the page in a file."""
    return Filed(lexicon, lang, prefix=site, live=bool(site), forms=FORMS, here=here)


def _index(lang: str) -> str:
    return "index.en.html" if lang == "en" else "index.html"


def _safe(part: str) -> str:
    if part not in {"", ".", ".."} and len(part.encode()) <= _LONGEST and not _UNSAFE.search(part):
        return part
    kept = _UNSAFE.sub("_", part).encode()[: _LONGEST - 20].decode("utf-8", "ignore")
    return f"{kept}~{hashlib.sha256(part.encode()).hexdigest()[:12]}"

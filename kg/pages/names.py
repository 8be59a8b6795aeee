"""How things are called and where their pages are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from kg.terms import BASE, DCT, ORG, PREFIXES, SKOS, name_of

if TYPE_CHECKING:
    from kg.lexicon import Lexicon

__all__ = ["Names", "kind_of", "path_of"]

_SAFE = "/~!$&'()*+,;=:@-._"
_NAMESPACES = {namespace: prefix for prefix, namespace in PREFIXES.items()}

_WORDS = {
    str(SKOS.definition): ("定义", "definition"),
    str(SKOS.scopeNote): ("范围说明", "scope note"),
    str(SKOS.broader): ("上位", "broader"),
    str(SKOS.narrower): ("下位", "narrower"),
    str(DCT.description): ("说明", "description"),
    str(DCT.hasPart): ("组成部分", "has part"),
    str(DCT.identifier): ("标识", "identifier"),
    str(DCT.isPartOf): ("属于", "part of"),
    str(DCT.issued): ("发表", "published"),
    str(DCT.publisher): ("发布者", "publisher"),
    str(DCT.spatial): ("地点", "place"),
    str(ORG.hasSubOrganization): ("下属机构", "bodies below it"),
    str(ORG.hasUnit): ("所属单位", "units"),
    str(ORG.subOrganizationOf): ("上级", "below"),
    str(ORG.unitOf): ("所属机构", "unit of"),
}
"""What properties of other vocabularies are called; those of our own have labels in the graph."""


def path_of(iri: str) -> str | None:
    """The path of a thing's page, as `/page/agency/…`, percent-encoded; None for what is not of this graph.

    >>> path_of("https://w3id.org/chengjidan/claim/d1.3-5")
    '/page/claim/d1.3-5'
    """
    if not iri.startswith(BASE):
        return None
    path, mark, fragment = iri.removeprefix(BASE).partition("#")
    return "/page/" + quote(path, safe=_SAFE + "%") + mark + quote(fragment, safe=_SAFE + "%")


def kind_of(iri: str) -> str:
    """The first part of the path of a thing of this graph, as `agency` or `claim`.

    >>> kind_of("https://w3id.org/chengjidan/agency/a")
    'agency'
    """
    return re.split("[/#]", iri.removeprefix(BASE), maxsplit=1)[0] if iri.startswith(BASE) else ""


@dataclass(frozen=True, slots=True)
class Names:
    """Names and addresses for one reader: in a language, and below a prefix (`/kg`, or nothing).

    Where nothing is `served`, as in a notebook, a thing's address is its IRI. Where pages are files, nobody answers
    questions at their addresses: they are not `live`. `forms` are the suffixes of a thing's data.
    """

    lexicon: Lexicon
    lang: str = "zh"
    prefix: str = ""
    served: bool = True
    live: bool = True
    forms: tuple[str, ...] = ("ttl", "jsonld", "nt", "json", "csv")

    def t(self, zh: str, en: str) -> str:
        """The text in the reader's language."""
        return en if self.lang == "en" else zh

    def label(self, iri: object) -> str:
        """What a thing is called: its label, else its canonical name, else the IRI with a known prefix."""
        text = str(iri)
        if found := self.lexicon.label(text, self.lang):
            return found
        if text in _WORDS:
            return self.t(*_WORDS[text])
        if "#char=" in text:
            return text.rsplit("/", 1)[-1]
        cut = max(text.rfind("/"), text.rfind("#")) + 1
        if text.startswith(BASE) and "#" not in text:
            return name_of(text)
        return f"{_NAMESPACES[text[:cut]]}:{text[cut:]}" if text[:cut] in _NAMESPACES else text

    def url(self, path: str, **params: object) -> str:
        """The address of a path of the site, with parameters; the language goes along where it is English."""
        base, mark, fragment = path.partition("#")
        given = [(name.rstrip("_"), str(value)) for name, value in params.items() if value is not None]
        if self.lang == "en" and "lang" not in params:
            given.append(("lang", "en"))
        query = f"?{urlencode(given, quote_via=quote)}" if given else ""
        return f"{self.prefix}{base}{query}{mark}{fragment}"

    def link(self, iri: object) -> str | None:
        """The address of a thing's page: on this site for the graph's own, elsewhere for http IRIs, else None."""
        path = path_of(str(iri)) if self.served else None
        if path:
            return self.url(path)
        return str(iri) if str(iri).startswith(("http://", "https://")) else None

    def data(self, iri: object, suffix: str) -> str:
        """The address of what the graph says of one of its things, in the form of a suffix such as `ttl`."""
        path = (path_of(str(iri)) or "").removeprefix("/page").partition("#")[0]
        return f"{self.prefix}/data{path}.{suffix}"

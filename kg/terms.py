"""Names: the namespaces that the project uses and how the IRIs of things are made from source facts."""

from __future__ import annotations

import hashlib
import unicodedata
from urllib.parse import unquote

from rdflib import Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, ORG, OWL, PROV, QB, RDF, RDFS, SDO, SH, SKOS, XSD

__all__ = [
    "BASE",
    "CJ",
    "CJS",
    "CV",
    "DCAT",
    "DCT",
    "GRAPHS",
    "OA",
    "ORG",
    "OWL",
    "PREFIXES",
    "PROV",
    "RDF",
    "RDFS",
    "SH",
    "SKOS",
    "XSD",
    "claim_iri",
    "document_graph",
    "document_iri",
    "involvement_iri",
    "iri",
    "name_of",
    "passage_iri",
    "period_iri",
]

BASE = "https://w3id.org/chengjidan/"

CJ = Namespace(BASE + "ontology#")
CJS = Namespace(BASE + "shapes#")
CV = Namespace("http://data.europa.eu/m8g/")
OA = Namespace("http://www.w3.org/ns/oa#")
DCT = DCTERMS

_KINDS_OF_THING = [
    "accumulation",
    "agency",
    "base",
    "bound",
    "check",
    "claim",
    "decision",
    "direction",
    "document",
    "explanation",
    "extraction",
    "finding",
    "identity",
    "initiative",
    "involvement",
    "kind",
    "level",
    "metric",
    "organisation",
    "period",
    "place",
    "platform",
    "policy",
    "programme",
    "publisher",
    "recognition",
    "review",
    "role",
    "series",
    "severity",
    "state",
    "status",
    "unit",
]

PREFIXES: dict[str, str] = {
    **{name: f"{BASE}{name}/" for name in _KINDS_OF_THING},
    "cj": str(CJ),
    "cjs": str(CJS),
    "cv": str(CV),
    "dcat": str(DCAT),
    "dct": str(DCT),
    "graph": BASE + "graph/",
    "oa": str(OA),
    "org": str(ORG),
    "owl": str(OWL),
    "prov": str(PROV),
    "qb": str(QB),
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "schema": str(SDO),
    "sh": str(SH),
    "skos": str(SKOS),
    "xsd": str(XSD),
}
"""The prefixes of everything that the project writes, one spelling each."""

GRAPHS: dict[str, str] = {
    name: f"{BASE}graph/{name}" for name in ("vocabulary", "links", "derived", "decisions", "build")
}
"""The named graphs beside those of the documents. No triple stands in two graphs."""

_FORBIDDEN = frozenset("<>\"{}|^`\\%/?#[]@!$&'*,;=:")


def iri(kind: str, name: str) -> URIRef:
    """The IRI of a thing by its kind (`agency`, `metric`, …) and its canonical name, Chinese left as it is.

    Characters that RFC 3987 does not allow in a path segment, delimiters, blanks and invisible format
    characters are percent-encoded, so every name gives a valid IRI and no two names the same one.

    >>> iri("agency", "青岛市公安局")
    rdflib.term.URIRef('https://w3id.org/chengjidan/agency/青岛市公安局')
    >>> iri("programme", "a b/c")
    rdflib.term.URIRef('https://w3id.org/chengjidan/programme/a%20b%2Fc')
    """
    safe = "".join(char if _plain(char) else _percent(char) for char in name)
    return URIRef(f"{BASE}{kind}/{safe}")


def name_of(node: str) -> str:
    """The canonical name in an IRI that `iri` made.

    >>> name_of("https://w3id.org/chengjidan/programme/a%20b")
    'a b'
    """
    return unquote(node.rsplit("/", 1)[-1])


def document_iri(document: str) -> URIRef:
    """The IRI of a document by its identifier."""
    return iri("document", document)


def document_graph(document: str) -> str:
    """The IRI of the named graph that holds all that one document says."""
    return str(iri("graph/document", document))


def passage_iri(document: str, start: int, end: int) -> URIRef:
    """The IRI of the characters `start` to `end` (exclusive) of a document, as RFC 5147 writes fragments."""
    return URIRef(f"{document_iri(document)}#char={start},{end}")


def claim_iri(document: str, start: int, end: int) -> URIRef:
    """The IRI of the claim whose first mention stands at these characters."""
    return iri("claim", f"{document}.{start}-{end}")


def involvement_iri(document: str, start: int, end: int, *facts: str) -> URIRef:
    """The IRI of an involvement; one passage can hold several, so the facts stated are part of it."""
    digest = hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]
    return iri("involvement", f"{document}.{start}-{end}.{digest}")


def period_iri(start: str, end: str) -> URIRef:
    """The IRI of the closed interval of days from one ISO date to another."""
    return iri("period", f"{start}_{end}")


def _plain(char: str) -> bool:
    if char in _FORBIDDEN or char <= " " or char == "\x7f":
        return False
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))

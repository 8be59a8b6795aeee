"""What CKAN's harvester makes of a catalogue: run by CKAN's own interpreter, prints JSON (see test_portal_ckan.py)."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(file: str, language: str, *profiles: str) -> None:
    """Parse a Turtle file as ckanext-dcat does before it writes datasets, and print them."""
    from ckan.common import config  # type: ignore[import-not-found] # noqa: PLC0415 - only CKAN's interpreter has it
    from ckanext.dcat.processors import RDFParser  # type: ignore[import-not-found] # noqa: PLC0415

    config["ckan.locale_default"] = language
    parser = RDFParser(profiles=list(profiles))
    parser.parse(Path(file).read_text("utf-8"), _format="turtle")
    json.dump(list(parser.datasets()), sys.stdout, ensure_ascii=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

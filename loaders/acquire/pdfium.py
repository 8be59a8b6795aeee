"""The process that reads one PDF: bytes on standard input, `{"pages": [...]}` or the name of a fault as JSON on output.

It is run as a file, so that it starts quickly: it must import nothing of the project.
"""

from __future__ import annotations

import json
import sys

import pypdfium2

_MEMORY = 2_000_000_000  # bytes
_PAGES = 2000
_CHARACTERS = 20_000_000
_PASSWORD = 4  # FPDF_ERR_PASSWORD


def main() -> None:
    """Read, within the limits, and answer."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - there is none on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)


def _read(data: bytes) -> dict[str, list[str]] | str:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return "password" if error.err_code == _PASSWORD else "format"
    if len(document) > _PAGES:
        return "long"
    pages: list[str] = []
    length = 0
    for index in range(len(document)):
        try:
            pages.append(document[index].get_textpage().get_text_bounded())
        except pypdfium2.PdfiumError:  # a page that is broken has no text, which is said
            pages.append("")
        length += len(pages[-1])
        if length > _CHARACTERS:
            return "long"
    return {"pages": pages} if pages else "format"


if __name__ == "__main__":
    main()

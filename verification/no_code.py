"""Content that is no code which people write, told apart from the builder: binary, or minified."""

import codecs
import re
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

_HEAD_BYTES: Final = 8000  # where a NUL makes a content binary
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_MINIFIED_NAME: Final = re.compile(
    r"(\.min\.([mc]?js|css)|-min\.(js|css)|\.bundle\.(m?js|css))$", re.IGNORECASE
)
_MINIFIERS_WRITE: Final = {"css", "javascript"}
_MINIFIED_BYTES: Final = (4096, 500)  # of a file at least, and of its lines on average


class NoCode(StrEnum):
    """Why a content is left out, in the words of the index."""

    BINARY = "binary content"
    MINIFIED = "minified or bundled code"


def why_no_code(path: str, data: bytes, language: str | None) -> NoCode | None:
    """Say why a file of a language is left out for what it holds, or None."""
    if b"\0" in data[:_HEAD_BYTES] and not _is_marked(data[:_HEAD_BYTES], len(data)):
        return NoCode.BINARY
    return NoCode.MINIFIED if language and _is_minified(path, data, language) else None


def _is_marked(head: bytes, size_bytes: int) -> bool:
    """Tell whether a mark and whole units make UTF-16 or UTF-32 of a content."""
    is_utf32 = head.startswith(_UTF32) and size_bytes % 4 == 0
    return is_utf32 or (head.startswith(_UTF16) and size_bytes % 2 == 0)


def _is_minified(path: str, data: bytes, language: str) -> bool:
    """Tell whether the name says so, or the lines of a script or a style sheet do."""
    if _MINIFIED_NAME.search(PurePosixPath(path).name):
        return True
    least, average = _MINIFIED_BYTES
    if len(data) < least or language not in _MINIFIERS_WRITE:
        return False
    return len(data) > average * len(data.split(b"\n"))

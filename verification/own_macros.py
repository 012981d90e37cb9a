"""Macros that hide C++ from its grammar, looked for without the builder's code."""

import re
from typing import Final

_LANGUAGE: Final = "cpp"
_WORD: Final = r"[A-Z][A-Z0-9_]{2,}"
_SPACE: Final = r"(?:\s|//[^\n]*(?=\n)|/\*(?:[^*]|\*(?!/))*\*/)"
_DEFINES: Final = (
    "class|enum|namespace|private|protected|public|struct|template|typedef|union|using"
)
_NAMED: Final = r"\s+(?!(?:abstract|final|sealed)\b)[A-Za-z_]\w*"
_ALONE: Final = re.compile(
    rf"^[ \t]*({_WORD})(?={_SPACE}+(?:{_WORD}{_SPACE}+){{0,4}}(?:{_DEFINES})\b)".encode(), re.M
)
_OF_CLASSES: Final = (
    re.compile(rf"class\s+([A-Za-z_]\w*)(?={_NAMED}(?:\s+final)?\s*(?::(?!:)|\{{))".encode()),
    re.compile(rf"(?<!typedef )class\s+({_WORD})(?=\s+[A-Za-z_]\w*\s*[;<])".encode()),
    re.compile(rf"struct\s+({_WORD})(?={_NAMED}(?:\s+final)?\s*(?::(?!:)|[{{<]))".encode()),
)


def without_macros(language: str, text: bytes) -> tuple[bytes, frozenset[tuple[int, bytes]]]:
    """Return ``text`` with macros before definitions blanked, and their places and names.

    Other languages than C++ stay as they are.
    """
    if language != _LANGUAGE:
        return text, frozenset()
    found = [match for each in (_ALONE, *_OF_CLASSES) for match in each.finditer(text)]
    clear = bytearray(text)
    for match in found:
        clear[slice(*match.span(1))] = b" " * len(match[1])
    return bytes(clear), frozenset((match.start(1), match[1]) for match in found)

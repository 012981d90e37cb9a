"""What hides code from a grammar, looked for without the builder's code.

In C++ macros, in TypeScript words that its grammar does not know: `global {` of a module, variance.
"""

import re
from typing import Final

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
_GLOBAL: Final = re.compile(rb"(?:^|[{};]|\*/)[ \t]*(global)(?=[ \t]*\{)", re.M)
_NOTE: Final = r"(?:\s|//[^\n]{0,200}(?![^\n])|/\*(?:[^*]|\*(?!/)){0,200}\*/)"
_VARIANCE: Final = re.compile(
    rf"[<,](?>{_NOTE}*)(in[ \t]+out|in|out)"
    r"(?=[ \t]+[A-Za-z_$][\w$]*\s*(?:[,>=]|extends\b))".encode()
)
_HIDING: Final = {
    "cpp": (_ALONE, *_OF_CLASSES),
    **dict.fromkeys(("typescript", "tsx"), (_GLOBAL, _VARIANCE)),
}


def without_macros(language: str, text: bytes) -> tuple[bytes, frozenset[tuple[int, bytes]]]:
    """Return ``text`` with what hides code blanked, and the places and names of that.

    Other languages stay as they are.
    """
    found = [match for each in _HIDING.get(language, ()) for match in each.finditer(text)]
    clear = bytearray(text)
    for match in found:
        clear[slice(*match.span(1))] = b" " * len(match[1])
    return bytes(clear), frozenset((match.start(1), match[1]) for match in found)

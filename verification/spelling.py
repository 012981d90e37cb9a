"""The names of files as an index writes them; docs/identity.md has the rule.

Names are text as Python decodes what the system says, so a byte that is of no character is a lone
surrogate.
"""

import os
import re
from typing import Final

_END: Final = "/"
_BYTE: Final = re.compile(rb"\\x([0-9a-f][0-9a-f])")
_FIRST: Final = 0xDC00  # of the surrogates; the byte is what comes on top


def written(name: str) -> str:
    """Return what an index writes for a name."""
    text = os.fsencode(name).decode("utf-8", "surrogateescape")
    if not any(map(_is_stray, text)) and not text.endswith(_END):
        return text
    return "".join(map(_escape, text)) + _END


def named(text: str) -> str:
    """Return the name that an index writes as this text."""
    if not is_escaped(text):
        return text
    return os.fsdecode(_BYTE.sub(lambda found: bytes([int(found[1], 16)]), text[:-1].encode()))


def is_escaped(text: str) -> bool:
    """Tell whether the name is none that can be written as it is."""
    return text.endswith(_END)


def _escape(character: str) -> str:
    is_plain = character != "\\" and not _is_stray(character)
    return character if is_plain else f"\\x{ord(character) % _FIRST:02x}"


def _is_stray(character: str) -> bool:
    return _FIRST < ord(character) <= _FIRST + 0xFF

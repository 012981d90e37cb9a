"""How an index writes the name of a file: as it is where it is text, else so that no text is it."""

import re
from typing import Final

_MARK: Final = "/"  # no file's path ends with it
_ESCAPED: Final = re.compile(rb"\\x([0-9a-f]{2})")


def spelled(path: bytes) -> str:
    """Return how a path is written; no two are written alike.

    One that is not UTF-8 has ``\\xNN`` in place of each backslash and of each byte that is of no
    character, and ends with a slash. A commit may hold one that does so itself: it is escaped too.
    """
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return _escaped(path)
    return _escaped(path) if text.endswith(_MARK) else text


def path_of(spelling: str) -> bytes:
    """Return the path that is written so."""
    if not spelling.endswith(_MARK):
        return spelling.encode()
    raw = spelling.removesuffix(_MARK).encode()
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), raw)


def _escaped(path: bytes) -> str:
    return path.replace(b"\\", rb"\x5c").decode(errors="backslashreplace") + _MARK

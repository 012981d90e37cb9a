"""What stands in an index may be anyone's: on a terminal, nothing of it is a command.

Control characters, and those that turn the direction of writing, are written as JSON escapes them.
"""

import re
from typing import Final

_LINES: Final = "\t\n"
_CONTROLS: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def plain(text: object) -> str:
    """Return a text of several lines that a terminal shows and does not obey."""
    return _CONTROLS.sub(lambda found: _escaped(found[0], _LINES), str(text))


def plain_line(text: str) -> str:
    """Return a text as one such line."""
    return _CONTROLS.sub(lambda found: _escaped(found[0], "\t"), text)


def _escaped(character: str, kept: str) -> str:
    return character if character in kept else f"\\u{ord(character):04x}"

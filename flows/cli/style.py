"""Colour, where somebody looks: on a terminal, unless ``NO_COLOR`` is set (no-color.org)."""

import os
import sys
from typing import Final, TextIO

_CODES: Final = {"bold": "1", "dim": "2", "red": "31"}


def is_coloured(stream: TextIO) -> bool:
    """Tell whether what is written to ``stream`` may hold colour."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def styled(text: str, *styles: str, stream: TextIO | None = None) -> str:
    """Return ``text`` in bold, dim or red, for stderr where no other ``stream`` is named."""
    if not is_coloured(stream or sys.stderr):
        return text
    codes = ";".join(_CODES[style] for style in styles)
    return f"\033[{codes}m{text}\033[0m"

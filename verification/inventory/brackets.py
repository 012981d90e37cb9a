"""Brackets in code, counted without a grammar."""

import re
from typing import Final

_REACH: Final = 3000  # characters that a pair of brackets may be apart


def closing(text: str, opening: int) -> int:
    """Return where the bracket that opens at a place is closed, one behind it."""
    depth = 0
    end = min(len(text), opening + _REACH)
    for place in range(opening, end):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            return place + 1
    return end


def opening(text: str) -> int | None:
    """Return where the bracket that a text ends with is opened."""
    depth = 0
    for place in range(len(text) - 1, max(-1, len(text) - _REACH), -1):
        depth += (text[place] in ")]}") - (text[place] in "([{")
        if depth == 0:
            return place
    return None


def parted(text: str) -> list[str]:
    """Part a list of arguments or parameters at its commas."""
    parts = [""]
    depth = 0
    for piece in re.findall(r""""[^"\n]*"|'[^'\n]*'|.""", text, re.DOTALL):
        depth += (piece in {"(", "[", "{"}) - (piece in {")", "]", "}"})
        if piece == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts

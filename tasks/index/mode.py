"""What a search is asked with, unless somebody says otherwise."""

from enum import StrEnum
from typing import Final

from tasks.index.filters import require

DEFAULT_LIMIT: Final = 50


class Mode(StrEnum):
    """How a pattern is compared with a name."""

    EXACT = "exact"
    PREFIX = "prefix"
    SUBSTRING = "substring"
    WORDS = "words"  # all words of the pattern are words of the name
    REGEX = "regex"  # found anywhere in the name, unless anchored


def mode_of(word: str) -> Mode:
    """Return the mode that a word names; a mode is its own. Raises QuestionInvalid."""
    require("mode", word, list(Mode), of="search")
    return Mode(word)

"""Checks of the words inside of names: taken from each name by the cases of its characters."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import apsw

from verification.checks.ascii_words import blocks, unproven
from verification.subject import Check, Severity, Subject

_ASCII: Final = re.compile(r"[0-9]+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# In shapes: A upper case, a lower case, o neither, 0 digit, a space for what parts words.
_BORDER: Final = re.compile(
    r"(?<=A)(?=Aa)|(?<=[ao])(?=A)|(?<=[Aao])(?=0)|(?<=0)(?=[Aao])|(?= )|(?<= )"
)
_SHAPES: Final = {"Lu": "A", "Ll": "a"}


def _untrue_words(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    for names, all_words in blocks(connection):
        for place in unproven(names, all_words).tolist():
            name, words = names.text(place), all_words.text(place)
            if words != (true := _words(name)) and _is_judged(name):
                yield {"name": name, "words": words, "true_words": true}


def _words(name: str) -> str:
    """Return the words inside of a name, in lower case, a space between."""
    if name.isascii():
        return " ".join(_ASCII.findall(name)).lower()
    borders = [0, *(match.start() for match in _BORDER.finditer(_shape(name))), len(name)]
    parts = (name[start:end] for start, end in pairwise(borders))
    return " ".join(_lower(part) for part in parts if _shape(part).strip())


def _shape(name: str) -> str:
    return "".join(_shape_of(character) for character in name)


def _shape_of(character: str) -> str:
    if character.isascii() and not character.isalpha():
        return "0" if character.isdigit() else " "
    return _SHAPES.get(unicodedata.category(character), "o")


def _lower(text: str) -> str:
    """Lower each character on its own; one that becomes two (İ) by its first."""
    return "".join(character.lower()[0] for character in text)


def _is_judged(name: str) -> bool:
    """Tell whether every Unicode table, of whatever version, knows the characters of a name."""
    return all(unicodedata.ucd_3_2_0.category(character) != "Cn" for character in name)


CHECKS: Final = (
    Check(
        id="V-047",
        title="The words of a symbol name are those inside of it",
        severity=Severity.FAIL,
        section="§6",
        group="lookups",
        find=_untrue_words,
    ),
)

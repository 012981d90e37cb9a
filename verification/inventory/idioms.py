"""Idioms: places where code reaches a table without a statement, by a library's means.

The forms are data, in ``idioms.toml``; one that stands in a comment or inside of a text is none.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from verification.inventory.effects import FORBIDDEN, Tables
from verification.inventory.literals import is_in_comment, is_string
from verification.inventory.model import Confidence, Operation, Site
from verification.inventory.project import Unit
from verification.inventory.schema import folded

FORMS: Final = tomllib.loads(Path(__file__).with_name("idioms.toml").read_text("utf-8"))


def _chained(verb: dict[str, str]) -> re.Pattern[str]:
    """Match the call of a verb in a chain."""
    called, bare, last = (
        "|".join(verb.get(key, "(?!)").split()) for key in ("called", "bare", "last")
    )
    return re.compile(
        rf"(?:\.|->|::)\s*(?:(?:{called})\s*!?\(|(?:{bare})(?![\w?])"
        rf"|(?:{last})\s*(?:$|[;}})#]|(?:if|unless|end)\b))"
    )


_CHAINED: Final = tuple(
    (Operation(operation), _chained(verb)) for operation, verb in FORMS["verb"].items()
)
_OWN: Final = {
    Operation.INSERT: re.compile(
        r"(?i)^(?:insert|into|replace|upsert|merge|persist|bulk_(?:insert|save))"
    ),
    Operation.UPDATE: re.compile(r"(?i)^(?:update|bulk_update)"),
    Operation.DELETE: re.compile(r"(?i)^(?:delete|del|truncate|remove)"),
}
_FIELDS: Final = (("file_id", r"file_?id"), ("content_version_id", r"content_?version_?id"))
_MAX_CHARACTERS: Final = 2000  # of a chain of calls


@dataclass(frozen=True, slots=True)
class Idiom:
    """A place that reaches tables without a statement in it."""

    line: int  # of the passage, from 1
    end_line: int
    code: str  # on one line
    tables: tuple[str, ...]
    operation: Operation
    columns: tuple[str, ...]
    forbidden_columns: tuple[str, ...]
    site: Site
    confidence: Confidence
    reason: str


def operation_of(code: str, word: str) -> Operation:
    """Tell what a chain of calls does, by the word of the call and those behind it."""
    own = next((op for op, form in _OWN.items() if form.search(word.lstrip(". "))), None)
    if own:
        return own
    return next((op for op, form in _CHAINED if form.search(code)), Operation.SELECT)


def expression(text: str, first: int, last: int) -> tuple[str, int, int]:
    """Return the chain of calls around a match on one line, with its first and last line."""
    start = text.rfind("\n", 0, first) + 1
    while text[start:].lstrip(" \t").startswith((".", "->", "|>")) and start > 0:
        start = text.rfind("\n", 0, start - 1) + 1
    end = last
    depth = text.count("(", first, end) - text.count(")", first, end)
    while end < len(text) and end - last < _MAX_CHARACTERS:
        depth += (text[end] in "([{") - (text[end] in ")]}")
        following = text[end + 1 :].lstrip()[:2]
        if text[end] == ";" or depth < 0:
            break
        if (
            text[end] == "\n"
            and depth <= 0
            and not (
                text[:end].rstrip().endswith(".")
                or following[:1] in {".", "?"}
                or following in {"->", "|>"}
            )
        ):
            break
        end += 1
    lead = text[start:end]
    line = text.count("\n", 0, start) + 1
    return " ".join(lead.split())[:400], line, line + lead.rstrip().count("\n")


def forbidden_in(code: str) -> tuple[str, ...]:
    """Return the forbidden columns that code names, in any spelling."""
    found = (name for name, form in _FIELDS if re.search(rf"(?i)\b{form}\b", code))
    return tuple(sorted(set(found) & FORBIDDEN))


def line_of(text: str, match: re.Match[str]) -> str:
    """Return the line that a match begins on."""
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.start())
    return text[start : end if end >= 0 else len(text)]


def first_of(match: re.Match[str]) -> int:
    """Return the first character of a match that is no space."""
    return match.start() + len(match[0]) - len(match[0].lstrip())


def is_code(first: int, unit: Unit | None, text: str) -> bool:
    """Whether something begins in code, not in a comment or inside of a text."""
    if unit is None:
        return True
    place = len(text[:first].encode())
    node = unit.source.tree.root_node.descendant_for_byte_range(place, place + 1)
    if is_in_comment(node):
        return False
    while node is not None:
        if is_string(node) and node.start_byte < place:
            return False
        node = node.parent
    return True


@cache
def table_names(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match the name of a table as the whole of a string, or as a symbol of Ruby."""
    either = "|".join(map(re.escape, names))
    return re.compile(
        rf"[\"'`](?:main\.)?(?P<table>{either})(?:\s+(?:as\s+)?\w+)?[\"'`]|:(?P<symbol>{either})\b"
    )


def table_of(match: re.Match[str], tables: Tables) -> str:
    """Return the folded table that a match names, by its plural where it names one row."""
    groups = match.groupdict()
    named = groups.get("table") or groups.get("symbol")
    if named:
        return folded(named)
    single = folded(groups["single"])
    return single + "s" if single + "s" in tables else single

"""Statements in a text of SQL, cut where SQLite would, and what their words alone tell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from verification.inventory.model import Operation

HOLE: Final = "\N{OBJECT REPLACEMENT CHARACTER}"  # where code fills something in

_TOKEN: Final = re.compile(
    r"""(?P<gap>\s+|--[^\n\r]*|/\*.*?(?:\*/|\Z))
    | (?P<hole>\{\{.*?\}\}|\{%.*?%\}|[$#]?\{[^{}\n]*\}|%\(\w+\)[sd]|%[sdqvw](?!\w))
    | '[^']*' | "[^"]*" | `[^`]*` | \[[^\]]*\] | \w+ | .""",
    re.DOTALL | re.VERBOSE,
)
_ITEM: Final = r"[^\s,();]+"
_EXPLAIN: Final = r"(?:EXPLAIN\s+(?:QUERY\s+PLAN\s+)?)?"
_WRITE: Final = (
    rf"(?:(?:INSERT|REPLACE)(?:\s+{_ITEM}){{0,2}}\s+INTO|DELETE\s+FROM"
    rf"|UPDATE(?:\s+{_ITEM}){{1,6}}\s+SET)\b"
)
_OPERATIONS: Final = tuple(
    (re.compile(_EXPLAIN + pattern, re.IGNORECASE | re.DOTALL), operation)
    for pattern, operation in (
        (
            rf"(?:CREATE|DROP)(?:\s+{_ITEM}){{0,2}}\s+(?:TABLE|VIEW|INDEX|TRIGGER)\b",
            Operation.SCHEMA,
        ),
        (r"ALTER\s+TABLE\b", Operation.SCHEMA),
        (_WRITE, Operation.WRITE),
        (r"SELECT\b.*?\bFROM\b", Operation.READ),
    )
)
_WITH: Final = re.compile(
    rf"{_EXPLAIN}WITH\s+(?:RECURSIVE\s+)?{_ITEM}\s*(?:\([^()]*\)\s*)?"
    r"AS\s*(?:NOT\s+)?(?:MATERIALIZED\s*)?\(",
    re.IGNORECASE,
)
_ANY_WRITE: Final = re.compile(rf"\b{_WRITE}", re.IGNORECASE)
_TABLES: Final = re.compile(
    rf"""\b(?:FROM|JOIN|INTO|UPDATE(?:\s+OR\s+\w+)?|ON|REFERENCES
    | (?:TABLE|VIEW)(?:\s+IF\s+(?:NOT\s+)?EXISTS)?)
    \s+(?!(?:ON|OF)\b)((?:{_ITEM}(?:\s+(?:AS\s+)?\w+)?\s*,\s*)*{_ITEM})""",
    re.IGNORECASE | re.VERBOSE,
)
_TRIGGER: Final = re.compile(r"CREATE\s+(?:TEMP\s+|TEMPORARY\s+)?TRIGGER\b", re.IGNORECASE)
_TRIGGER_END: Final = re.compile(r";\s*END\s*;$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement on one line, without comments."""

    offset: int  # of its first character in the text
    text: str

    @property
    def operation(self) -> Operation | None:
        """What the beginning says that the statement does; None: it is none that we look for."""
        if _WITH.match(self.text):
            return Operation.WRITE if _ANY_WRITE.search(self.text) else Operation.READ
        found = (operation for pattern, operation in _OPERATIONS if pattern.match(self.text))
        return next(found, None)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names where tables stand, as written, without quotes and database."""
        items = (item for found in _TABLES.finditer(self.text) for item in found[1].split(","))
        names = (re.sub(r"""["'`\[\]\\]""", "", item.split()[0]) for item in items)
        return tuple(dict.fromkeys(name.rpartition(".")[2] for name in names))


def statements(text: str) -> Iterator[Statement]:
    """Cut a text into statements, the body of a trigger with its trigger."""
    start = 0
    pieces: list[str] = []
    for token in _TOKEN.finditer(text):
        if token["gap"] is None and not pieces:
            start = token.start()
        if token["gap"] is None or pieces:
            pieces.append(_plain(token))
        if token[0] == ";" and _is_complete("".join(pieces)):
            yield Statement(start, "".join(pieces)[:-1].rstrip())
            pieces = []
    if pieces:
        yield Statement(start, "".join(pieces).rstrip())


def _plain(token: re.Match[str]) -> str:
    if token["gap"] is not None:
        return " "
    return HOLE if token["hole"] is not None else token[0]


def _is_complete(text: str) -> bool:
    return not _TRIGGER.match(text) or bool(_TRIGGER_END.search(text))

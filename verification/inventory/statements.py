"""Statements in a text of SQL, cut where SQLite would, and what their words alone tell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from verification.inventory.model import Operation

HOLE: Final = "\N{OBJECT REPLACEMENT CHARACTER}"  # where code fills something in

_TOKEN: Final = re.compile(
    r"""(?P<gap>\s+|--[^\n\r]*|/\*.*?(?:\*/|\Z))
    | (?P<command>(?:\A|(?<=[\n\t]))(?:\.[a-zA-Z]\w*[^\n]*  # of sqlite3's shell
        | (?i:DELIMITER)[ \t]+[^\w\s;'"`]+))  # of mysql's
    | '[^']*' | "[^"]*" | `[^`]*` | \[[^\]]*\] | \w+ | .""",
    re.DOTALL | re.VERBOSE,
)
_ITEM: Final = r"[^\s,();]+"
_EXPLAIN: Final = r"(?:EXPLAIN\s+(?:QUERY\s+PLAN\s+)?)?"
_VERBS: Final = (
    (rf"INSERT(?:\s+{_ITEM}){{0,2}}\s+INTO\b", Operation.INSERT),
    (rf"REPLACE(?:\s+{_ITEM}){{0,2}}\s+INTO\b", Operation.INSERT),
    (r"DELETE\s+FROM\b", Operation.DELETE),
    (rf"UPDATE(?:\s+{_ITEM}){{1,6}}\s+SET\b", Operation.UPDATE),
    (rf"UPDATE\s+{HOLE}", Operation.UPDATE),
)
_HEADS: Final = tuple(
    (re.compile(_EXPLAIN + pattern, re.IGNORECASE | re.DOTALL), operation)
    for pattern, operation in (
        (
            rf"(?:CREATE|DROP)(?:\s+{_ITEM}){{0,2}}\s+(?:TABLE|VIEW|INDEX|TRIGGER)\b",
            Operation.DDL,
        ),
        (r"ALTER\s+TABLE\b", Operation.DDL),
        *_VERBS,
        (r"\(?\s*SELECT\b.*?\bFROM\b", Operation.SELECT),
        (r"VALUES\s*\(.*?\(\s*SELECT\b.*?\bFROM\b", Operation.SELECT),
    )
)
_PRAGMA: Final = re.compile(
    r"PRAGMA\s+(?:\w+\.)?(?:table_x?info|index_list|foreign_key_list|foreign_key_check)"
    r"\s*(?:\(|=)\s*['\"`\[]?(?P<table>\w+)",
    re.IGNORECASE,
)
_WITH: Final = re.compile(
    rf"{_EXPLAIN}WITH\s+(?:RECURSIVE\s+)?{_ITEM}\s*(?:\([^()]*\)\s*)?"
    r"AS\s*(?:NOT\s+)?(?:MATERIALIZED\s*)?\(",
    re.IGNORECASE,
)
_ANY_VERB: Final = tuple(
    (re.compile(rf"\b{pattern}", re.IGNORECASE), operation) for pattern, operation in _VERBS[:-1]
)
_TABLES: Final = re.compile(
    rf"""\b(?:FROM|JOIN|INTO|UPDATE(?:\s+OR\s+\w+)?|ON|REFERENCES
    | (?:TABLE|VIEW)(?:\s+IF\s+(?:NOT\s+)?EXISTS)?)
    \s+(?!(?:ON|OF)\b)((?:{_ITEM}(?:\s+(?:AS\s+)?\w+)?\s*,\s*)*{_ITEM})""",
    re.IGNORECASE | re.VERBOSE,
)
_TRIGGER: Final = re.compile(r"CREATE\s+(?:TEMP\s+|TEMPORARY\s+)?TRIGGER\b", re.IGNORECASE)
_BODY_END: Final = re.compile(  # with the delimiter that a script may have in place of the ;
    r"END\b(?!\s+(?:IF|CASE|LOOP|WHILE|REPEAT|FOR)\b)"
    rf"\s*(?:(?!--|/\*)[^\w\s'\"`\[({HOLE}])*",
    re.IGNORECASE,
)
_TABLE_HOLE: Final = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE(?:\s+OR\s+\w+)?|(?:TABLE|VIEW)(?:\s+IF\s+(?:NOT\s+)?EXISTS)?)"
    rf"\s+[\"'`\[]?(?:[\w{HOLE}]+[\"'`\]]?\.[\"'`\[]?)?\w*{HOLE}|\bINDEX\b.*?\bON\s+[\"'`\[]?{HOLE}|PRAGMA\s+table_info\s*\(\s*.?{HOLE}",
    re.IGNORECASE,
)
_SIGNS: Final = re.compile(
    rf"[=?*()<>{HOLE}]|\b(?:WHERE|VALUES|JOIN|ORDER BY|GROUP BY|LIMIT)\b", re.IGNORECASE
)
_KEYWORDS: Final = re.compile(
    r"\b(SELECT|FROM|INTO|SET|DELETE|UPDATE|INSERT|VALUES|WHERE|CREATE|DROP|ALTER|TABLE|INDEX)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement on one line, without comments."""

    offset: int  # of its first character in the text
    text: str
    holes: tuple[str, ...] = field(default=(), compare=False)  # what the code fills in, in order

    @property
    def operation(self) -> Operation | None:
        """What the beginning says that the statement does; None: it is none that we look for."""
        if _WITH.match(self.text):
            verbs = (operation for verb, operation in _ANY_VERB if verb.search(self.text))
            return next(verbs, Operation.SELECT)
        if _PRAGMA.match(self.text):
            return Operation.SELECT
        found = (operation for pattern, operation in _HEADS if pattern.match(self.text))
        return next(found, None)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names where tables stand, as written, without quotes and database."""
        asked = _PRAGMA.match(self.text)
        if asked:
            return (asked["table"],)
        items = (item for found in _TABLES.finditer(self.text) for item in found[1].split(","))
        names = (re.sub(r"""["'`\[\]\\]""", "", item.split()[0]) for item in items)
        return tuple(dict.fromkeys(name.rpartition(".")[2] for name in names))

    @property
    def table_holes(self) -> tuple[int, ...]:
        """Which of the holes, from 0, stand where a table stands."""
        ends = (found.end() for found in _TABLE_HOLE.finditer(self.text))
        return tuple(self.text.count(HOLE, 0, end) - 1 for end in ends)

    @property
    def looks_written_for_a_database(self) -> bool:
        """Whether case and signs are those of SQL, not of a sentence."""
        styles = {_style(word) for word in _KEYWORDS.findall(self.text)}
        return styles == {"upper"} or (styles == {"lower"} and bool(_SIGNS.search(self.text)))


def statements(text: str, holes: tuple[str, ...] = ()) -> Iterator[Statement]:
    """Cut a text into statements, the body of a trigger with its trigger."""
    start = used = position = 0
    pieces: list[str] = []
    while token := _TOKEN.match(text, position):
        position = token.end()
        if token["command"] is not None and not pieces:
            used += token[0].count(HOLE)
        elif token[0] == ";":
            if _opens_body(pieces):
                position = _read_body(text, token.start(), pieces)
            whole = "".join(pieces)
            yield _statement(start, whole, holes[used : used + whole.count(HOLE)])
            used += whole.count(HOLE)
            pieces = []
        elif pieces or token["gap"] is None:
            start = start if pieces else token.start()
            pieces.append(_piece(token))
    if pieces:
        yield _statement(start, "".join(pieces), holes[used:])


def _piece(token: re.Match[str]) -> str:
    return token[0] if token["gap"] is None else " "


def _opens_body(pieces: list[str]) -> bool:
    """Whether this is a trigger up to the first ``;`` of its block; one without a block ends."""
    is_block = any(piece.upper() == "BEGIN" for piece in pieces)
    return is_block and _TRIGGER.match("".join(pieces)) is not None


def _read_body(text: str, position: int, pieces: list[str]) -> int:
    """Add the body of a trigger from a ``;`` of it to its END; return where what follows begins."""
    last = ""
    while token := _TOKEN.match(text, position):
        position = token.end()
        pieces.append(_piece(token))
        end = _BODY_END.match(text, token.start()) if last == ";" else None
        if end:
            return end.end()
        if token["gap"] is None:
            last = token[0]
    return position


def _statement(start: int, whole: str, holes: tuple[str, ...]) -> Statement:
    """Leave out what stands before the first word: a stream, a comment that is filled in."""
    lead = re.match(rf"[{HOLE}\s]*", whole)
    skipped = lead.end() if lead else 0
    return Statement(
        start + skipped, whole[skipped:].rstrip(), holes[whole.count(HOLE, 0, skipped) :]
    )


def _style(word: str) -> str:
    return "upper" if word.isupper() else "lower" if word.islower() else "mixed"

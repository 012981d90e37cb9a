"""The words of a schema object's own text, told apart as SQLite does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<gap>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    | '(?P<single>(?:[^']|'')*)' | "(?P<double>(?:[^"]|"")*)"
    | `(?P<tick>(?:[^`]|``)*)` | \[(?P<bracket>[^\]]*)\]
    | (?P<bare>[\w$]+) | (?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_BEFORE_TABLE: Final = frozenset({"from", "join", "into", "update", "table"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a sign; comments and white space are none."""

    kind: str  # single, double, tick, bracket: how it is quoted; bare; sign
    text: str  # without its quotes


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """``USING module (argument, …)`` of a virtual table."""

    module: str
    arguments: tuple[tuple[Word, ...], ...]

    def option(self, key: str) -> str | None:
        """Return the value of ``key = value``, None where it is not stated or empty."""
        for words in self.arguments:
            match words:
                case (Word("bare", name), Word("sign", "="), Word(_, value), *_):
                    if name.lower() == key:
                        return value or None
        return None


def words(sql: str) -> Iterator[Word]:
    """Cut a text into its words and signs."""
    for found in _TOKEN.finditer(sql):
        kind = found.lastgroup or "sign"
        if kind != "gap":
            quote = {"single": "'", "double": '"', "tick": "`"}.get(kind, "")
            yield Word(kind, found[kind].replace(quote * 2, quote) if quote else found[kind])


def names(sql: str) -> Iterator[str]:
    """Yield what may name a table: no columns after a dot, no aliases, no literals."""
    before = (Word("sign", ""), Word("sign", ""))
    for word in words(sql):
        is_literal = word.kind == "single" and before[1].text.lower() not in _BEFORE_TABLE
        is_alias = before[1].kind == "bare" and before[1].text.lower() == "as"
        is_column = before[1].text == "." and before[0].text.lower() != "main"
        if word.kind != "sign" and not (is_literal or is_alias or is_column):
            yield word.text
        before = (before[1], word)


def module_call(sql: str) -> ModuleCall | None:
    """Return the module of a virtual table and its arguments, None for any other text."""
    cut = words(sql)
    if [word.text.upper() for word in islice(cut, 3)] != ["CREATE", "VIRTUAL", "TABLE"]:
        return None
    found = list(cut)
    using = next(n for n, word in enumerate(found) if _is_using(word))
    arguments: list[list[Word]] = [[]]
    for word in found[using + 3 : -1]:
        if word == Word("sign", ","):
            arguments.append([])
        else:
            arguments[-1].append(word)
    return ModuleCall(found[using + 1].text.lower(), tuple(map(tuple, arguments)))


def _is_using(word: Word) -> bool:
    return word.kind == "bare" and word.text.upper() == "USING"

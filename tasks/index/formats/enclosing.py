"""Which definition of a file encloses another, told from scopes, names and lines alone."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from tasks.index.answers import Symbol

# Types that enclose nothing; a type of the same name is meant where both are there.
_LEAVES: Final = frozenset({"constant", "enumerator", "field", "macro", "prototype", "variable"})


class Enclosing:
    """The definitions of one file, by name."""

    def __init__(self, symbols: Sequence[Symbol]) -> None:
        """Take the symbols of one file."""
        self._by_name: defaultdict[str, list[Symbol]] = defaultdict(list)
        for symbol in symbols:
            self._by_name[symbol.name].append(symbol)
        self._by_path: dict[str, list[Symbol]] = {}

    def of(self, symbol: Symbol) -> Symbol | None:
        """Return the definition that ``symbol.scope`` names, or None where the file has none.

        The innermost one around the symbol wins, then the first: a method may stand outside of
        its class.
        """
        if not symbol.scope:
            return None
        if symbol.scope not in self._by_path:
            self._by_path[symbol.scope] = list(self._named(symbol.scope))
        found = self._by_path[symbol.scope]
        return min(found, key=lambda other: _distance(other, symbol), default=None)

    def _named(self, path: str) -> Iterator[Symbol]:
        """Yield what ``path`` names, whatever separates its parts."""
        for start in range(len(path)):
            if start and (path[start - 1].isalnum() or path[start - 1] == "_"):
                continue
            for symbol in self._by_name.get(path[start:], ()):
                if _leads_to(path[:start], symbol.scope or ""):
                    yield symbol


def _leads_to(head: str, scope: str) -> bool:
    separator = head[len(scope) :]
    return head.startswith(scope) and bool(separator) == bool(scope) and not _has_word(separator)


def _has_word(text: str) -> bool:
    return any(letter.isalnum() or letter == "_" for letter in text)


def _distance(other: Symbol, symbol: Symbol) -> tuple[bool, bool, int, int]:
    is_around = other.line <= symbol.line <= other.end_line
    lines = symbol.line - other.line if is_around else other.line
    return not is_around, other.type in _LEAVES, lines, other.column

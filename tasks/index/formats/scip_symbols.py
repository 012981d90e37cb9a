"""How SCIP names the definitions of one file, and names themselves.

A definition is named by its path and its scopes: ``flagday . ROOT . src/`a.py`/Class#method().``,
or ``local N`` inside of a function. A name is named by itself: ``flagday . ROOT . name:``. Nobody
has resolved what a use means, so uses refer to names, and every definition of a name defines it.

Source: the grammar above message Symbol in scip.proto.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from tasks.index.answers import Symbol
from tasks.index.formats.enclosing import Enclosing

_NAMES_KEPT: Final = 1 << 17
_SIMPLE: Final = re.compile(r"[A-Za-z0-9_+$-]+")
_FUNCTIONS: Final = frozenset({"constructor", "function", "method"})
# What a function of some languages gives to whoever has its result, or the function itself.
_REACHABLE: Final = frozenset({"field", "method", "property"})
_NAMESPACES: Final = frozenset({"module", "namespace", "package"})
_TERMS: Final = frozenset({"constant", "enumerator", "field", "property", "variable"})


class ScipSymbols:
    """The SCIP symbols of one file's definitions."""

    def __init__(self, root: str, path: str, symbols: Sequence[Symbol]) -> None:
        """Take the symbols of one file, in the order of line and column."""
        self._package = package(root)
        self._file = "".join(f"{identifier(part)}/" for part in path.split("/"))
        self._enclosing = Enclosing(symbols)
        self._named: dict[int, str] = {}
        self._seen: Counter[str] = Counter()
        self._locals = 0

    def of(self, symbol: Symbol) -> str:
        """Return the SCIP symbol of a definition; one of the symbols that were handed in."""
        if id(symbol) not in self._named:
            self._named[id(symbol)] = self._name(symbol)
        return self._named[id(symbol)]

    def enclosing(self, symbol: Symbol) -> str:
        """Return the SCIP symbol around a local one, '' where there is none."""
        around = self._enclosing.of(symbol)
        return self.of(around) if around else ""

    def _name(self, symbol: Symbol) -> str:
        around = self._enclosing.of(symbol)
        owner = self.of(around) if around else ""
        if around and (
            is_local(owner) or (around.type in _FUNCTIONS and symbol.type not in _REACHABLE)
        ):
            self._locals += 1
            return f"local {self._locals - 1}"
        if not around:
            unknown = f"{identifier(symbol.scope)}:" if symbol.scope else ""
            owner = f"{self._package}{self._file}{unknown}"
        name = owner + _descriptor(symbol)
        if symbol.type not in _FUNCTIONS:
            return name
        self._seen[name] += 1
        again = self._seen[name] - 1
        return f"{name.removesuffix(').')}+{again})." if again else name


@lru_cache(_NAMES_KEPT)
def name_symbol(root: str, name: str) -> str:
    """Return the SCIP symbol of a name, whatever it means where it stands."""
    return f"{package(root)}{identifier(name)}:"


def package(root: str) -> str:
    """Return how the symbols of a root begin: scheme, package manager, package and version."""
    return f"flagday . {root.replace(' ', '  ')} . "


def is_local(symbol: str) -> bool:
    """Return whether a SCIP symbol means something in its document alone."""
    return symbol.startswith("local ")


def identifier(name: str) -> str:
    """Return a name as a descriptor holds it."""
    return name if _SIMPLE.fullmatch(name) else f"`{name.replace('`', '``')}`"


def _descriptor(symbol: Symbol) -> str:
    name = identifier(symbol.name)
    if symbol.type in _FUNCTIONS or symbol.type == "prototype":
        return f"{name}()."
    if symbol.type in _NAMESPACES:
        return f"{name}/"
    if symbol.type in _TERMS:
        return f"{name}."
    if symbol.type == "macro":
        return f"{name}!"
    return f"impl#[{name}]" if symbol.type == "impl" else f"{name}#"

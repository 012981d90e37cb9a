"""Names with what encloses them in front: ``TextIOWrapper.readline``, ``urllib.request.urlopen``.

No index holds such names. The last part is the name; the others are the end of its scope, or of
its folders, its file and its scope in a row. A name that holds the marks itself wins.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from tasks.index.answers import Symbol

_MARK: Final = re.compile(r"::|\.")


def parted(name: str) -> tuple[tuple[str, ...], str]:
    """Return what stands in front of a name, and the name; a name with an empty part is whole."""
    *before, last = _MARK.split(name)
    return (tuple(before), last) if last and all(before) else ((), name)


def defined_within(
    name: str, ask: Callable[[str], Iterable[Symbol]], limit: int | None
) -> list[Symbol]:
    """Return the definitions of the last part of a name that stand within the others."""
    before, last = parted(name)
    return [symbol for symbol in ask(last) if _is_within(symbol, before)][:limit] if before else []


def _is_within(symbol: Symbol, before: tuple[str, ...]) -> bool:
    *folders, file = symbol.path.split("/")
    scope = _MARK.split(symbol.scope) if symbol.scope else []
    enclosing = ((*folders, *scope), (*folders, file.partition(".")[0], *scope))
    return any(around[-len(before) :] == before for around in enclosing)

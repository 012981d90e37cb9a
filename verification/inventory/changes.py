"""What a statement answers otherwise on v5, even where it compiles, and what becomes of a write."""

import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlglot import exp

from verification.inventory.effects import BOUND, Effect
from verification.inventory.model import WRITES, Operation
from verification.inventory.reading import tree_of
from verification.inventory.rewriting import PATH
from verification.inventory.schema import folded

COPIES: Final = "the answer changes: equal files count once"
PATHS: Final = "a path is relative to its root: root || '/' || path has the root's name before it"
NUMBERS: Final = "files are numbered anew: look one up by root and path"
WRITE: Final = (
    "v5 is written by flagday alone: delete this write, and have runs at fixed times instead "
    "(flagday schedule)"
)
NO_VERSIONS: Final = (
    "v5 has no content_versions: a content is its SHA-256, in files and in asts (content_hash)"
)

_COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.In, exp.Like, exp.Is)
_PATTERN: Final = frozenset("%_")


def advice_on(operation: Operation, tables: tuple[str, ...]) -> str | None:
    """Say what to do with a code path that has no form on v5; None: that is not known."""
    if operation in WRITES and tables:
        return WRITE
    if "content_versions" in map(folded, tables):
        return NO_VERSIONS
    return None


def changes_of(
    text: str, effect: Effect, rewrite: str | None, *, compiles: bool, bound: frozenset[str]
) -> tuple[str, ...]:
    """Tell what of the answer of a read is other on v5.

    ``compiles`` is whether it works as it stands, and ``bound`` are the legacy tables whose rows
    belong to files, folded.
    """
    if effect.operation is not Operation.SELECT:
        return ()
    return tuple(_changes(text, effect, rewrite, compiles=compiles, bound=bound))


def _changes(
    text: str, effect: Effect, rewrite: str | None, *, compiles: bool, bound: frozenset[str]
) -> Iterator[str]:
    tables = {folded(table) for table in effect.tables}
    tree = tree_of(text)
    if compiles and tables & bound and not _is_distinct(tree):
        yield COPIES
    if tree is not None and tables & BOUND:
        yield from dict.fromkeys(_strange_words(tree))
    if (bound and "files" in tables and "path" in effect.columns) or PATH in (rewrite or ""):
        yield PATHS
    if rewrite and "file_id" in rewrite:
        yield NUMBERS


def _is_distinct(tree: exp.Expr | None) -> bool:
    """Tell whether copies make no difference, since repeated rows are left out and none counted."""
    if tree is None:
        return False
    return bool(tree.args.get("distinct")) and not tree.find(exp.AggFunc)


def _strange_words(tree: exp.Expr) -> Iterator[str]:
    """Yield what is wrong with literals that columns of a known vocabulary are compared with."""
    for comparison in tree.find_all(*_COMPARISONS):
        sides = (comparison.this, comparison.args.get("expression"))
        columns = [side for side in sides if isinstance(side, exp.Column)]
        column = next((folded(side.name) for side in columns if folded(side.name) in words()), None)
        if column is None:
            continue
        for said in (*sides, *(comparison.args.get("expressions") or ())):
            is_text = isinstance(said, exp.Literal) and said.is_string
            if is_text and said.name not in words()[column]["known"]:
                is_pattern = isinstance(comparison, exp.Like) and _PATTERN & set(said.name)
                if not is_pattern:
                    yield f"'{said.name}' is no {column} of v5; {_nearest(column, said.name)}"


def _nearest(column: str, word: str) -> str:
    known = words()[column]["known"]
    called = words()[column]["nearest"].get(folded(word).replace("-", "_").replace(" ", "_"))
    close = [called] if called else get_close_matches(folded(word), known, n=1)
    return f"nearest: {close[0]}" if close else f"it has {', '.join(known)}"


@cache
def words() -> dict[str, dict[str, Any]]:
    """Return ``vocabulary.toml``: by column, the words of v5, and what others are called there."""
    return tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text("utf-8"))

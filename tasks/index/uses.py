"""Where a name is used: first in which files, then where in them.

What all uses in a file have in common is read once; both questions are answered by the index of
refs by name alone, without a look at their rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import Any

import apsw

from tasks.index.answers import Use
from tasks.index.opening import OpenIndex, statement

_Held = tuple[Any, ...]  # root, path, language, ast_id and type of uses
_Place = tuple[int, int, str, str]  # line, column, type and scope, by which uses are sorted


def find_uses(  # noqa: PLR0913 -- one parameter a filter
    index: OpenIndex,
    name: str,
    *,
    type: str | None = None,  # noqa: A002 -- the word of the command and of the answers
    language: str | None = None,
    root: str | None = None,
    path: str | None = None,
    scope: str | None = None,
    limit: int | None = None,
) -> list[Use]:
    """Return where a name is used, by root, path, line, column, type and scope.

    ``path`` is a glob over paths in their root.
    """
    asked = {"name": name, "type": type, "language": language, "root": root, "path": path}
    with index.connection() as connection, connection:  # one state for both questions
        held: list[_Held] = list(connection.execute(statement("asts_using"), asked))
        places = _places(connection, name, {(ast_id, kind) for *_, ast_id, kind in held}, scope)
    files = dict.fromkeys(row[:4] for row in held)
    uses = (
        (root, path, line, column, name, kind, context, language)
        for root, path, language, ast_id in files
        for line, column, kind, context in places[ast_id]
    )
    return list(map(Use._make, islice(uses, limit)))


def _places(
    connection: apsw.Connection, name: str, asts: Iterable[tuple[int, str]], scope: str | None
) -> dict[int, list[_Place]]:
    """Return where ASTs use a name; they are asked for by the types of their uses."""
    by_type = defaultdict[str, list[int]](list)
    for ast_id, ref_type in sorted(asts):
        by_type[ref_type].append(ast_id)
    places = defaultdict[int, list[_Place]](list)
    for ref_type, ast_ids in by_type.items():
        asked = {"name": name, "type": ref_type, "asts": str(ast_ids), "scope": scope}
        for ast_id, line, column, context in connection.execute(statement("uses"), asked):
            places[ast_id].append((line, column, ref_type, context))
    for found in places.values():
        found.sort()
    return places

"""Where a name is used: in which files, and where in them.

Where is told by the index of refs by name alone, without a look at their rows; what all uses in a
file have in common is read once.
"""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Final

import apsw

from tasks.index.answers import Use, UsingFile
from tasks.index.filters import Filters
from tasks.index.opening import OpenIndex, statement

_LOOKS: Final = 8  # refs that are passed over in the time in which those of one AST are looked up
_AST: Final = itemgetter(0)
_MADE: Final = tuple.__new__  # what Use() comes to, in two thirds of the time

_File = tuple[str, str, str, int]  # root, path, language and ast_id
_Ref = tuple[int, int, int, str, str]  # ast_id, line, column, type and context


def find_uses(index: OpenIndex, name: str, filters: Filters, limit: int | None = None) -> list[Use]:
    """Return where a name is used, by root, path, line, column, type and scope."""
    with index.connection() as connection, connection:  # one state for all questions
        asked = _asked(connection, name, filters)
        if filters.are_of_files():
            files, refs = _in_some_files(connection, asked, filters)
        else:
            refs = list(connection.execute(statement("uses"), asked))
            files = _files(connection, {ref[0] for ref in refs}, filters)
    by_ast = {ast_id: list(found) for ast_id, found in groupby(sorted(refs), key=_AST)}
    uses: list[Use] = []
    for root, path, language, ast_id in files:
        if limit is not None and len(uses) >= limit:
            break
        uses += [
            _MADE(Use, (root, path, line, column, name, kind, context, language))
            for _, line, column, kind, context in by_ast.get(ast_id, ())
        ]
    return uses[:limit]


def find_using_files(
    index: OpenIndex, name: str, filters: Filters, limit: int | None = None
) -> list[UsingFile]:
    """Return which files use a name, and how often, by root and path."""
    with index.connection() as connection, connection:  # one state for both questions
        counts = _counts(connection, _asked(connection, name, filters))
        files = _files(connection, counts, filters)
    return [
        UsingFile(root, path, language, counts[ast_id])
        for root, path, language, ast_id in files[:limit]
    ]


def _asked(connection: apsw.Connection, name: str, filters: Filters) -> dict[str, str | None]:
    """Ask for a name, and for types one by one, by which they lead into the index."""
    types = connection.execute(statement("ref_types"), {"type": filters.type}).get
    return {"name": name, "types": types, "scope": filters.scope}


def _in_some_files(
    connection: apsw.Connection, asked: dict[str, str | None], filters: Filters
) -> tuple[list[_File], list[_Ref]]:
    """Return the files that are left, and at least their refs: all, where that is less work."""
    counts = _counts(connection, asked)
    files = _files(connection, counts, filters)
    asts = {ast_id for *_, ast_id in files}
    if len(asts) * _LOOKS < sum(counts.values()):
        asked["asts"] = _list(asts)
        return files, list(connection.execute(statement("uses_in_asts"), asked))
    return files, list(connection.execute(statement("uses"), asked))


def _counts(connection: apsw.Connection, asked: dict[str, str | None]) -> dict[int, int]:
    return dict(connection.execute(statement("asts_using"), asked))


def _files(connection: apsw.Connection, asts: Iterable[int], filters: Filters) -> list[_File]:
    asked = {**filters._asdict(), "asts": _list(asts)}
    return list(connection.execute(statement("files_of_asts"), asked))


def _list(asts: Iterable[int]) -> str:
    """Return a JSON list of ids in their order, in which they stand together."""
    return str(sorted(asts))

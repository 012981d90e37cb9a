"""All of an index, a file at a time, for whoever writes it down elsewhere.

Files come in the order of root and path, what is in them in the order of line and column; one read
transaction lasts for as long as the files are read. In memory is one file at a time.
"""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

import apsw

from tasks.index.answers import Symbol, Use
from tasks.index.formats.indexed_file import IndexedFile
from tasks.index.opening import statement

_NAMES_KEPT: Final = 1 << 17


def roots(connection: apsw.Connection) -> dict[str, str]:
    """Return the locations of the roots by name."""
    return dict(connection.execute(statement("roots")))


def files_with_symbols(connection: apsw.Connection, root: str | None) -> Iterator[IndexedFile]:
    """Yield the files of a root (None: of all) with their symbols."""
    for file_id, root_name, path, language, encoding in _files(connection, root):
        yield IndexedFile(root_name, path, language, encoding, _symbols(connection, file_id))


def files_with_all(connection: apsw.Connection, root: str) -> Iterator[IndexedFile]:
    """Yield the files of a root with symbols, docstrings, and uses of names that it defines."""
    is_defined = _is_defined(connection, root)
    for file_id, _, path, language, encoding in _files(connection, root):
        uses = [use for use in _uses(connection, file_id) if is_defined(use.name)]
        found = connection.execute(statement("docstrings_of_file"), {"file": file_id})
        docstrings = {(line, column): text for line, column, text in found}
        symbols = _symbols(connection, file_id)
        yield IndexedFile(root, path, language, encoding, symbols, uses, docstrings)


def all_symbols(connection: apsw.Connection, root: str | None) -> Iterator[Symbol]:
    """Yield the symbols of a root (None: of all)."""
    for file_id, *_ in _files(connection, root):
        yield from _symbols(connection, file_id)


def all_uses(connection: apsw.Connection, root: str | None) -> Iterator[Use]:
    """Yield the uses in a root (None: in all)."""
    for file_id, *_ in _files(connection, root):
        yield from _uses(connection, file_id)


def _files(connection: apsw.Connection, root: str | None) -> apsw.Cursor:
    return connection.execute(statement("files_to_export"), {"root": root})


def _symbols(connection: apsw.Connection, file_id: int) -> list[Symbol]:
    found = connection.execute(statement("symbols_of_file"), {"file": file_id})
    return list(map(Symbol._make, found))


def _uses(connection: apsw.Connection, file_id: int) -> list[Use]:
    found = connection.execute(statement("uses_of_file"), {"file": file_id})
    return list(map(Use._make, found))


def _is_defined(connection: apsw.Connection, root: str) -> Callable[[str], bool]:
    """Return what tells whether a root defines a name; names that come often are asked once."""
    types = json.dumps([name for (name,) in connection.execute(statement("symbol_types"))])
    question = statement("is_defined_in_root")

    @lru_cache(_NAMES_KEPT)
    def is_defined(name: str) -> bool:
        asked = {"name": name, "root": root, "types": types}
        return bool(connection.execute(question, asked).get)

    return is_defined

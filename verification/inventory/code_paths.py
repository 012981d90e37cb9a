"""Code paths: the statements in consumer code that read or write a legacy table.

Each one is compiled, never executed, on an empty copy of the legacy schema and on schema v5; what
SQLite's compiler says of it holds. Where it compiles on neither, its words decide.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Final

import apsw

from migrations import runner
from verification.inventory.compiling import Compilation, compile_on
from verification.inventory.effects import Effect, Tables, compiled_effect, worded_effect
from verification.inventory.literals import language_of, literals
from verification.inventory.mirror import empty_copy
from verification.inventory.model import CodePath
from verification.inventory.schema import folded
from verification.inventory.statements import HOLE, Statement, statements
from verification.inventory.walking import root_name, source_files

_STRING: Final = re.compile(r"'[^']*'")


@dataclass(frozen=True, slots=True)
class _Schemas:
    legacy: apsw.Connection | None
    v5: apsw.Connection
    tables: Tables


@dataclass(frozen=True, slots=True)
class _Place:
    root: str
    file: str
    language: str


def find_code_paths(
    code: tuple[Path, ...], tables: frozenset[str], legacy: apsw.Connection | None
) -> tuple[tuple[CodePath, ...], tuple[tuple[str, str], ...]]:
    """Return the code paths below the code roots, and the files that were not read, with why.

    ``legacy`` gives the schema that the code was written for; it is only read.
    """
    schemas = _schemas(tables, legacy)
    names = "|".join(re.escape(table) for table in schemas.tables)
    words = re.compile(rf"(?<!\w)(?:{names})(?!\w)".encode(), re.IGNORECASE)
    found: list[CodePath] = []
    unread = []
    for root in code if tables else ():
        for path, data in source_files(root):
            place = _Place(root_name(root), str(path), language_of(PurePath(root.name, path)) or "")
            if isinstance(data, str):
                unread.append((str(PurePosixPath(place.root, path)), data))
            elif words.search(data):
                found += _in_file(place, data, words, schemas)
    return tuple(sorted(found, key=_order)), tuple(sorted(unread))


def _schemas(tables: frozenset[str], legacy: apsw.Connection | None) -> _Schemas:
    v5 = apsw.Connection(":memory:")
    runner.up(v5)
    copy = None if legacy is None else empty_copy(legacy)[0]
    return _Schemas(copy, v5, {folded(table): table for table in sorted(tables)})


def _in_file(
    place: _Place, data: bytes, words: re.Pattern[bytes], schemas: _Schemas
) -> Iterator[CodePath]:
    for literal in literals(data, place.language, words):
        for statement in statements(literal.text):
            spoken = _STRING.sub("''", statement.text).encode()
            if statement.operation is None or not words.search(spoken):
                continue
            line = literal.line + literal.text.count("\n", 0, statement.offset)
            path = _code_path(place, line, statement, schemas)
            if path:
                yield path


def _code_path(
    place: _Place, line: int, statement: Statement, schemas: _Schemas
) -> CodePath | None:
    legacy = _on_legacy(schemas.legacy, statement)
    v5 = compile_on(schemas.v5, statement.text)
    effect = _effect(statement, legacy, v5, schemas)
    if effect is None:
        return None
    return CodePath(
        root=place.root,
        file=place.file,
        line=line,
        statement=statement.text.replace(HOLE, "{}"),
        language=place.language,
        tables=effect.tables,
        operation=effect.operation,
        columns=effect.columns,
        forbidden_columns=effect.forbidden_columns,
        compiles_on_legacy=None if legacy is None else legacy.touches is not None,
        compiles_on_v5=v5.touches is not None,
        error=v5.error,
        is_classified=bool(effect.tables),
    )


def _on_legacy(connection: apsw.Connection | None, statement: Statement) -> Compilation | None:
    """Compile on the legacy schema, where the very CREATE that made it is no error."""
    if connection is None:
        return None
    compiled = compile_on(connection, statement.text)
    is_there = compiled.error is not None and compiled.error.endswith("already exists")
    return Compilation((), None) if is_there else compiled


def _effect(
    statement: Statement, legacy: Compilation | None, v5: Compilation, schemas: _Schemas
) -> Effect | None:
    for connection, compiled in ((schemas.legacy, legacy), (schemas.v5, v5)):
        if connection and compiled and compiled.touches is not None:
            return compiled_effect(statement, connection, compiled.touches, schemas.tables)
    return worded_effect(statement, schemas.tables)


def _order(path: CodePath) -> tuple[str, str, int, str]:
    return path.root, path.file, path.line, path.statement

"""Judge a statement: SQLite's compiler first, then sqlglot, then its words; or it is prose."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import apsw

from migrations import runner
from migrations.opening import FEW_STEPS, bound, connect
from verification.inventory.changes import changes_of
from verification.inventory.compiling import Compilation, compile_on
from verification.inventory.effects import (
    BOUND,
    Effect,
    Tables,
    Ways,
    compiled_effect,
    ways_of,
    worded_effect,
)
from verification.inventory.mirror import empty_copy
from verification.inventory.model import Confidence, Operation
from verification.inventory.reading import PLACEHOLDER, Reading, read
from verification.inventory.rewriting import golden_join
from verification.inventory.schema import folded, quoted
from verification.inventory.statements import HOLE, Statement

_STRING: Final = re.compile(
    r"(?<!FROM )(?<!JOIN )(?<!INTO )(?<!TABLE )(?<!UPDATE )(?<!content=)"
    r"(?<!content = )(?<!content= )'[^']*'",
    re.IGNORECASE,
)
_CREATES: Final = re.compile(r"CREATE\b", re.IGNORECASE)
_MAKES: Final = re.compile(r"CREATE\s+(?:(?:VIRTUAL\s+)?TABLE|VIEW)\b", re.IGNORECASE)
_OTHER_SHAPE: Final = "in another shape"


@dataclass(frozen=True, slots=True)
class Schemas:
    """What statements are compiled on."""

    legacy: apsw.Connection | None  # an empty copy
    v5: apsw.Connection
    others: dict[str, apsw.Connection]  # code root → tables of our names that it makes itself
    tables: Tables
    ways: Ways
    bound: frozenset[str] = frozenset()  # legacy tables whose rows belong to files, folded
    is_new: bool = False  # the index is v5 already
    attached: set[str] = field(default_factory=set)  # names that code attaches databases under

    def gone(self, tables: Iterable[str]) -> str | None:
        """Return the first of some tables that goes and has no namesake on v5."""
        lost = (name for name in map(folded, tables) if not _columns(self.v5, name))
        return next((self.tables[name] for name in lost if name in self.tables), None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came out, and how sure it is."""

    effect: Effect
    compiles_on_legacy: bool | None
    compiles_on_v5: bool
    error: str | None
    confidence: Confidence
    reason: str
    rewrite: str | None
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotOurs:
    """Why a statement that names a table is none of ours."""

    why: str


def schemas_of(tables: frozenset[str], legacy: apsw.Connection | None) -> Schemas:
    """Prepare the schemas; ``legacy`` is only read."""
    v5 = connect(":memory:")
    runner.up(v5)
    copy = None if legacy is None else empty_copy(legacy)[0]
    names = {folded(table): table for table in sorted(tables)}
    is_new = copy is not None and "ast_id" in _columns(copy, "symbols")
    return Schemas(copy, v5, {}, names, ways_of(copy, names), _bound(copy), is_new)


def _bound(legacy: apsw.Connection | None) -> frozenset[str]:
    """Name the tables of symbols and refs that are bound to files: those without an AST."""
    if legacy is None:
        return frozenset()
    columns = {table: _columns(legacy, table) for table in sorted(BOUND)}
    return frozenset(table for table, has in columns.items() if has and "ast_id" not in has)


def judge(
    statement: Statement, root: str, schemas: Schemas, *, is_run: bool = False
) -> Judgement | NotOurs | None:
    """Judge a statement that begins like one; None: it has nothing to do with our tables.

    What a call runs, and parses, is no prose, however it is written.
    """
    text = _without_attached(statement.text, schemas)
    statement = Statement(statement.offset, text, statement.holes)
    legacy = _on_legacy(schemas.legacy, statement)
    v5 = compile_on(schemas.v5, text)
    for connection, compiled in ((schemas.legacy, legacy), (schemas.v5, v5)):
        if connection and compiled and compiled.touches is not None:
            effect = compiled_effect(
                statement, connection, compiled.touches, schemas.tables, schemas.ways
            )
            if effect is None:
                return None
            is_legacy = connection is schemas.legacy and not schemas.is_new
            name = "the legacy schema" if is_legacy else "schema v5"
            return _judgement(
                effect, legacy, v5, Confidence.HIGH, f"SQLite compiles it on {name}", text, schemas
            )
    return _uncompiled(statement, legacy, v5, root, schemas, is_run=is_run)


def learn_other_shape(statement: Statement, root: str, schemas: Schemas) -> None:
    """Remember a table of one of our names that code makes in a shape of its own."""
    made = re.match(r"CREATE\s+(?:TEMP\w*\s+)?TABLE\b", statement.text, re.IGNORECASE)
    if not made or schemas.legacy is None:
        return
    table = next((folded(name) for name in statement.tables if folded(name) in schemas.tables), "")
    other = connect(":memory:")
    bound(other, FEW_STEPS)  # a CREATE TABLE … AS SELECT may have no end
    try:
        other.execute(statement.text).fetchall()
    except apsw.Error:
        return
    columns = _columns(other, table)
    known = (_columns(schemas.legacy, table), _columns(schemas.v5, table))
    if table and columns and not any(columns <= shape for shape in known):
        schemas.others.setdefault(root, connect(":memory:"))
        try:
            schemas.others[root].execute(statement.text).fetchall()
        except apsw.Error:
            return  # a second shape of it


def _uncompiled(  # noqa: PLR0913 -- one statement, and what is known of it
    statement: Statement,
    legacy: Compilation | None,
    v5: Compilation,
    root: str,
    schemas: Schemas,
    *,
    is_run: bool,
) -> Judgement | NotOurs | None:
    effect = worded_effect(statement, schemas.tables)
    if effect is None:
        return None
    reading = read(statement.text)
    database = _strange_database(reading, schemas) if reading else None
    if database:
        return NotOurs(f"it is a table of the database {database}")
    other = schemas.others.get(root)
    confidence = Confidence.LOW
    if legacy is not None and legacy.error is not None and legacy.error.endswith(_OTHER_SHAPE):
        why = "makes a table of this name in another shape"
    elif other is not None and compile_on(other, statement.text).touches is not None:
        why = "compiles only on a table of another shape that this code makes itself"
    elif not effect.tables:
        why = "the table is filled in, and nothing tells with what"
    elif is_run and reading is not None and not statement.looks_written_for_a_database:
        why = "a call runs it, and it parses as SQL; SQLite compiles it on neither schema"
    elif not statement.looks_written_for_a_database:
        return NotOurs("it is prose: neither SQLite nor its case and signs make it a statement")
    elif reading is not None:
        why = "it parses as SQL; SQLite compiles it on neither schema"
        confidence = Confidence.MEDIUM
    elif statement.text[:6].isupper():
        why = "only its words say so: it does not parse"
    else:
        return NotOurs("it does not parse, and its case is not that of SQL")
    return _judgement(effect, legacy, v5, confidence, why, statement.text, schemas)


def _strange_database(reading: Reading, schemas: Schemas) -> str | None:
    """Name the database that a statement reaches instead of ours; None: it reaches ours."""
    named = [name for name in reading.tables if name in schemas.tables or name == PLACEHOLDER]
    elsewhere = dict(reading.elsewhere)
    return min((elsewhere.get(name, "") for name in named), default=None) or None


def _judgement(  # noqa: PLR0913, PLR0917 -- one record
    effect: Effect,
    legacy: Compilation | None,
    v5: Compilation,
    confidence: Confidence,
    reason: str,
    text: str,
    schemas: Schemas,
) -> Judgement:
    is_read = effect.operation is Operation.SELECT and bool(effect.tables)
    rewrite = golden_join(text, schemas.v5) if is_read else None
    compiles = v5.touches is not None and not effect.forbidden_columns
    return Judgement(
        effect=effect,
        compiles_on_legacy=None if legacy is None else legacy.touches is not None,
        compiles_on_v5=v5.touches is not None,
        error=v5.error or _of_gone(effect, text, schemas),
        confidence=confidence,
        reason=reason,
        rewrite=rewrite,
        changes=changes_of(text, effect, rewrite, compiles=compiles, bound=schemas.bound),
    )


def _of_gone(effect: Effect, text: str, schemas: Schemas) -> str | None:
    """Say which table that is gone a CREATE would make again, or would fail for later.

    SQLite does not look at either: bodies of triggers, content of FTS and parents are read late.
    """
    if not _CREATES.match(text):
        return None
    made = Statement(0, text).tables[:1] if _MAKES.match(text) else ()
    if gone := schemas.gone(made):
        return f"brings {gone} back"
    needed = schemas.gone(effect.tables)
    return f"needs {needed}, which is gone" if needed else None


def _on_legacy(connection: apsw.Connection | None, statement: Statement) -> Compilation | None:
    """Compile on the legacy schema, where the very CREATE that made it is no error."""
    if connection is None:
        return None
    compiled = compile_on(connection, statement.text)
    is_there = compiled.error is not None and compiled.error.endswith("already exists")
    if not is_there:
        return compiled
    made = connect(":memory:")
    bound(made, FEW_STEPS)
    fresh = compile_on(made, statement.text)
    if fresh.touches is None or statement.operation is not Operation.DDL:
        return Compilation((), None)
    try:
        made.execute(statement.text.replace(HOLE, "?")).fetchall()
    except apsw.Error:
        return Compilation((), None)
    name = next(iter(statement.tables), "")
    columns = _columns(made, name)
    if columns and not columns <= _columns(connection, name):
        return Compilation(None, f"table {name} already exists {_OTHER_SHAPE}")
    return Compilation((), None)


def _columns(connection: apsw.Connection, table: str) -> set[str]:
    rows = connection.execute(f"PRAGMA table_info ({quoted(table.strip('[]'))})")
    return {folded(name) for _, name, *_ in rows}


def _without_attached(text: str, schemas: Schemas) -> str:
    """Leave out the names of attached databases, that ours is attached under."""
    for name in sorted(schemas.attached):
        text = re.sub(rf"\b{re.escape(name)}\.(?=[\w\"`\[{HOLE}])", "", text, flags=re.IGNORECASE)
    return text


def spoken(statement: str) -> str:
    """Leave out the values in a statement: a table is not named in quotes for text."""
    return _STRING.sub("''", statement)

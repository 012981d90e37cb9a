"""The inventory (protocol §1.2): small frozen records, in an order that no machine changes.

No record holds an absolute path: a code root is known by its folder's name.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a schema object is."""

    TABLE = "table"
    VIEW = "view"
    TRIGGER = "trigger"
    INDEX = "index"
    FTS_TABLE = "fts table"  # its shadow tables go with it and are not listed


class Fate(StrEnum):
    """What the flag day does to the rows of a table."""

    DROPPED = "dropped"
    CLEARED = "cleared"
    KEPT = "kept"


class Operation(StrEnum):
    """What a statement does to a table, the strongest first: schema, write, read."""

    READ = "read"
    WRITE = "write"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class Dependent:
    """A schema object of the drop closure."""

    name: str
    kind: Kind
    why: str
    goes_with: str | None = None  # the table or view whose DROP takes it along


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something outside of the drop closure that does not work."""

    name: str  # of the view, trigger, virtual table or table
    kind: Kind
    problem: str  # what SQLite says


@dataclass(frozen=True, slots=True)
class TableCount:
    """A table of the database and what becomes of it. Shadow tables are not counted."""

    name: str
    kind: Kind
    columns: tuple[str, ...]  # name and declared type, as in its DDL; empty: not readable
    rows: int | None  # None: SQLite cannot read it, as with a module that is not there
    fate: Fate
    why: str
    digest: str | None = None  # of definition and rows, where they are kept; hexadecimal


@dataclass(frozen=True, slots=True)
class Queue:
    """Pending work of a builder."""

    name: str
    rows: int
    why: str  # it counts as one


@dataclass(frozen=True, slots=True)
class CodePath:
    """A statement in consumer code that reads or writes a legacy table."""

    root: str  # name of the code root's folder
    file: str  # relative to the code root, with / on every platform
    line: int  # of the statement's first character, from 1
    statement: str  # on one line; {} where the code fills something in
    language: str
    tables: tuple[str, ...]
    operation: Operation
    columns: tuple[str, ...]  # of those tables
    forbidden_columns: tuple[str, ...]  # those of protocol §3.2, where symbols or refs have them
    compiles_on_legacy: bool | None  # None: there is no legacy database
    compiles_on_v5: bool
    error: str | None  # what SQLite says of it on schema v5
    is_classified: bool  # False: neither SQLite nor the text tells table and operation


@dataclass(frozen=True, slots=True)
class Inventory:
    """All that depends on the legacy tables, taken before any change."""

    closure: tuple[Dependent, ...]  # in drop order
    tables: tuple[TableCount, ...]
    queues: tuple[Queue, ...]
    code_paths: tuple[CodePath, ...]
    unreadable: tuple[tuple[str, str], ...]  # (code root/file, reason)
    code_roots: tuple[str, ...]
    was: str = ""  # what the database was, in words; empty: nobody has told
    flaws: tuple[Flaw, ...] = ()  # broken before the day
    roots_from: str = ""  # who named the roots

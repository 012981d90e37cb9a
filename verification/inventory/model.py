"""The inventory (protocol §1.2): small frozen records, in an order that no machine changes.

No record holds an absolute path: a code root is known by its folder's name.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


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
    """What a statement does to a table, the strongest last."""

    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    DDL = "DDL"
    ANY = "ANY"  # a mapping or a wrapper: whatever its users ask for


WRITES: Final = frozenset({Operation.INSERT, Operation.UPDATE, Operation.DELETE})


class Site(StrEnum):
    """What kind of place a code path is."""

    STATEMENT = "statement"
    ASSEMBLED = "statement put together from pieces"
    REGISTRY = "query registry"
    TABLE_VARIABLE = "table name in a variable"
    TABLE_LIST = "loop over table names"
    PASS_THROUGH = "raw SQL passed through"  # noqa: S105 -- no password
    MODEL = "ORM model"
    MODEL_USE = "use of an ORM model"
    BUILDER = "query builder"
    OBSERVED = "observed while it ran"


class Confidence(StrEnum):
    """How sure it is that the place reaches the table."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Area(StrEnum):
    """What the code of a path is for."""

    CODE = "code"
    TEST = "test"
    ARCHIVE = "archive"
    DOCUMENTATION = "documentation"


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
    """A place in consumer code that reads or writes a legacy table."""

    root: str  # name of the code root's folder
    file: str  # relative to the code root, as an index writes the names of files
    line: int  # of the statement's first character, from 1
    end_line: int  # inclusive
    statement: str  # on one line; {} where the code fills something in; else the code itself
    language: str
    tables: tuple[str, ...]  # empty: which one of them, nobody can tell
    via: tuple[str, ...]  # views, triggers and FTS tables on the way, as "trigger x"
    operation: Operation
    columns: tuple[str, ...]  # of those tables
    forbidden_columns: tuple[str, ...]  # those of protocol §3.2, where symbols or refs have them
    compiles_on_legacy: bool | None  # None: no legacy database, or no statement to compile
    compiles_on_v5: bool | None  # None: there is no statement to compile
    error: str | None  # why it fails on schema v5: what SQLite says, or would
    site: Site
    confidence: Confidence
    reason: str  # why it is one, and of that confidence
    rewrite: str | None  # the golden-join form, where it is mechanical and compiles on v5
    area: Area
    accepted: str | None  # the plan's reason why it may remain
    advice: str | None = None  # what to do where no form of it is mechanical
    changes: tuple[str, ...] = ()  # what it answers otherwise on v5, as it is or in its new form

    @property
    def is_classified(self) -> bool:
        """Whether the tables are known."""
        return bool(self.tables)

    @property
    def breaks_on_v5(self) -> bool:
        """Whether it works no more on schema v5."""
        return bool(self.error or self.forbidden_columns)

    @property
    def answers_otherwise(self) -> bool:
        """Whether it works on schema v5, and its answer is another one."""
        return not self.breaks_on_v5 and bool(self.changes)

    @property
    def place(self) -> str:
        """Where it is, as people and editors write it."""
        return f"{self.root}/{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A statement that names a table we look for and is not ours."""

    file: str  # code root/file
    line: int  # from 1
    statement: str
    why: str


@dataclass(frozen=True, slots=True)
class Search:
    """What a search of consumer code found, in the order of places."""

    code_paths: tuple[CodePath, ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()  # (code root/file, why it was not searched)
    unparsed: tuple[str, ...] = ()  # code root/file: searched although they do not parse
    set_aside: tuple[SetAside, ...] = ()
    file_count: int = 0  # files looked at
    stale_acceptances: tuple[str, ...] = ()  # acceptances of the plan that fit no line any more


@dataclass(frozen=True, slots=True)
class Inventory:
    """All that depends on the legacy tables, taken before any change."""

    closure: tuple[Dependent, ...]  # in drop order
    tables: tuple[TableCount, ...]
    queues: tuple[Queue, ...]
    search: Search
    code_roots: tuple[str, ...]
    was: str = ""  # what the database was, in words; empty: nobody has told
    flaws: tuple[Flaw, ...] = ()  # broken before the day
    roots_from: str = ""  # who named the roots

    @property
    def code_paths(self) -> tuple[CodePath, ...]:
        """The code paths of the search."""
        return self.search.code_paths

"""What a statement touches, told by SQLite's own compiler through its authorizer; nothing runs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import apsw

from verification.inventory.model import Operation
from verification.inventory.statements import HOLE

_VIEW_SELECT: Final = re.compile(
    r"CREATE\s+(?:TEMP\s+|TEMPORARY\s+)?VIEW\b.*?\bAS\s+((?:SELECT|WITH)\b.*)", re.IGNORECASE
)
_MAX_HOLES: Final = 3  # of a statement whose holes are filled in every way
_FILLS: Final = ("?", "", "rowid", "rowid = 0")
_COMPLETIONS: Final = (" 1", ")", " 1)", " (1)", " rowid", " DO NOTHING", " 1))", " END")


@dataclass(frozen=True, slots=True)
class Touch:
    """One permission that a statement asked SQLite for."""

    operation: Operation
    table: str  # table or view
    column: str | None
    via: str | None  # the innermost trigger or view that asks, itself where it is selected from


@dataclass(frozen=True, slots=True)
class Compilation:
    """What SQLite makes of a statement on one schema."""

    touches: tuple[Touch, ...] | None  # None: it does not compile
    error: str | None


def compile_on(connection: apsw.Connection, statement: str) -> Compilation:
    """Compile a statement, each hole filled by what SQL may have there.

    What ends in the middle is completed. SQLite does not look into a new view, so its SELECT is
    compiled as well. The error is that of the first filling: parameters alone.
    """
    first_error = None
    for filling in _fillings(statement.count(HOLE)):
        fills = iter(filling)
        filled = re.sub(HOLE, lambda _: next(fills), statement)  # noqa: B023 -- used at once
        for completed in (filled, *(filled + rest for rest in _COMPLETIONS)):
            try:
                found = touches(connection, completed)
                view = _VIEW_SELECT.match(completed)
                return Compilation(found + (touches(connection, view[1]) if view else ()), None)
            except apsw.Error as error:
                first_error = first_error or str(error)
                if "incomplete input" not in str(error):
                    break
    return Compilation(None, first_error)


def touches(connection: apsw.Connection, statement: str) -> tuple[Touch, ...]:
    """Compile the first statement of a text and return what it touches, in order, without repeats.

    Triggers, views and CTEs are followed; a view counts as read by its mere SELECT, since SQLite
    may take the view apart before it asks for columns. Raises apsw.Error where the text does not
    compile.
    """
    found: dict[Touch, None] = {}

    def allow(
        action: int, third: str | None, fourth: str | None, _database: str | None, via: str | None
    ) -> int:
        found.update(dict.fromkeys(_touches(action, third, fourth, via)))
        return apsw.SQLITE_OK

    before = connection.authorizer
    cursor = connection.cursor()
    cursor.exec_trace = _stop
    connection.authorizer = allow
    try:
        cursor.execute(statement, can_cache=False)
    except (apsw.ExecTraceAbort, apsw.BindingsError):
        return tuple(found)  # it is compiled, and was about to run
    finally:
        connection.authorizer = before
    return tuple(found)


def _fillings(holes: int) -> Iterator[tuple[str, ...]]:
    if holes <= _MAX_HOLES:
        yield from product(_FILLS, repeat=holes)
    else:
        yield from ((fill,) * holes for fill in _FILLS)


def _stop(*_: object) -> bool:
    return False


_ON_COLUMN: Final = {apsw.SQLITE_READ: Operation.SELECT, apsw.SQLITE_UPDATE: Operation.UPDATE}
_ON_TABLE: Final = {
    apsw.SQLITE_INSERT: Operation.INSERT,
    apsw.SQLITE_DELETE: Operation.DELETE,
    **{
        getattr(apsw, f"SQLITE_{verb}_{kind}"): Operation.DDL
        for verb in ("CREATE", "DROP")
        for kind in ("TABLE", "TEMP_TABLE", "VTABLE", "VIEW", "TEMP_VIEW")
    },
}
_BESIDE_TABLE: Final = {apsw.SQLITE_ALTER_TABLE} | {  # the table is SQLite's second argument
    getattr(apsw, f"SQLITE_{verb}_{kind}")
    for verb in ("CREATE", "DROP")
    for kind in ("INDEX", "TEMP_INDEX", "TRIGGER", "TEMP_TRIGGER")
}


def _touches(
    action: int, third: str | None, fourth: str | None, via: str | None
) -> Iterator[Touch]:
    """Translate a call of the authorizer: https://sqlite.org/c3ref/c_alter_table.html."""
    if action == apsw.SQLITE_SELECT and via:
        yield Touch(Operation.SELECT, via, None, via)
    elif action in _ON_COLUMN and third:
        yield Touch(_ON_COLUMN[action], third, fourth or None, via)
    elif action in _ON_TABLE and third and not third.startswith("sqlite_"):
        yield Touch(_ON_TABLE[action], third, None, via)
    elif action in _BESIDE_TABLE and fourth:
        yield Touch(Operation.DDL, fourth, None, via)

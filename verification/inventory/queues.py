"""The queues of builders: tables whose rows are work still to be done.

Found is what is named a queue **and** has a column that queues have, or has both a state and a time
of queueing, whatever its name. A name alone does not make a queue: its rows would be lost.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import apsw

from migrations import runner
from migrations.catalogue import migrations
from migrations.opening import connect
from verification.inventory.compiling import touches
from verification.inventory.model import Kind, Operation, Queue
from verification.inventory.schema import SchemaObject, folded, quoted, schema_objects


@dataclass(frozen=True, slots=True)
class QueueNames:
    """What the plan says of queues."""

    named: tuple[str, ...] = ()  # queues whatever they look like
    excluded: tuple[str, ...] = ()  # no queues whatever they look like


@dataclass(frozen=True, slots=True)
class Refill:
    """A trigger that puts work into a queue when rows of another table come."""

    table: str
    trigger: str
    queue: str


_STATES: Final = frozenset({"state", "status"})
_TIME: Final = re.compile(r"(^|_)((en)?queued(_|at$|on$|$)|enqueue_)")
_OF_QUEUES: Final = _STATES | {
    "attempt", "attempts", "claimed_at", "claimed_by", "leased_until", "locked_at", "locked_by",
    "next_attempt_at", "priority", "retries", "retry_count", "run_after", "scheduled_at",
}  # fmt: skip
_WORD: Final = re.compile(r"[A-Z]*[a-z0-9]+|[A-Z]+")


def find_queues(connection: apsw.Connection, names: QueueNames) -> tuple[Queue, ...]:
    """Return the queues that the database has, in the order of their names, each with the reason.

    Names of queues that it does not have are ignored.
    """
    named = {folded(name) for name in names.named}
    excluded = {folded(name) for name in names.excluded}
    found = []
    for item in schema_objects(connection):
        if item.kind not in {Kind.TABLE, Kind.FTS_TABLE} or folded(item.name) in excluded:
            continue
        why = "named by the plan" if folded(item.name) in named else _why_queue(connection, item)
        if why:
            found.append(Queue(item.name, _rows(connection, item.name), why))
    return tuple(found)


def why_kept(table: str, excluded: Collection[str]) -> str:
    """Say why a table that is no queue keeps its rows."""
    if folded(table) in {folded(name) for name in excluded}:
        return "no queue, says the plan"
    if _is_named_queue(table):
        return "named like a queue, without a queue's columns: legacy.queues would clear it"
    return "does not depend on what is dropped"


def count(connection: apsw.Connection, names: Iterable[str]) -> dict[str, int]:
    """Count the rows of those tables that exist."""
    present = (name for name in names if connection.table_exists("main", name))
    return {name: _rows(connection, name) for name in present}


def refills(connection: apsw.Connection, queues: Collection[str]) -> Iterator[Refill]:
    """Yield the triggers through which a new row of a table of schema v5 fills a queue.

    SQLite's compiler tells, so triggers that fire triggers count too. Nothing runs; a trigger that
    does not compile is left to the check of those.
    """
    wanted = {folded(name) for name in queues}
    for table in _tables_of_newest():
        try:
            found = touches(connection, f"INSERT INTO {quoted(table)} DEFAULT VALUES")
        except apsw.Error:
            continue
        writes = (touch for touch in found if touch.operation is not Operation.SELECT and touch.via)
        hits = [(touch.via, touch.table) for touch in writes if folded(touch.table) in wanted]
        yield from (Refill(table, str(via), queue) for via, queue in dict.fromkeys(hits))


def _tables_of_newest() -> list[str]:
    newest = connect(":memory:")
    runner.apply(newest, migrations()[-1])
    return [item.name for item in schema_objects(newest) if item.kind is Kind.TABLE]


def _why_queue(connection: apsw.Connection, item: SchemaObject) -> str:
    columns = _columns(connection, item.name)
    times = [name for name in columns if _TIME.search(name)]
    states = [name for name in columns if name in _STATES]
    if _is_named_queue(item.name) and (times or _OF_QUEUES.intersection(columns)):
        telling = [name for name in columns if name in _OF_QUEUES or name in times]
        return f"named a queue, with {' and '.join(telling)}"
    if times and states:
        return f"has {states[0]} and {times[0]}, as queues do"
    return ""


def _is_named_queue(table: str) -> bool:
    """Tell whether the last word of a name, in snake or camel case, is queue."""
    words = _WORD.findall(table)
    return bool(words) and words[-1].lower() in {"queue", "queues"}


def _columns(connection: apsw.Connection, table: str) -> list[str]:
    try:
        found = connection.execute(
            "SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,)
        ).fetchall()
    except apsw.Error:  # a virtual table of a module that is not there
        return []
    return [folded(str(name)) for (name,) in found]


def _rows(connection: apsw.Connection, name: str) -> int:
    rows: int = connection.execute(f"SELECT COUNT(*) FROM {quoted(name)}").get
    return rows

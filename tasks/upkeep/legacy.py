"""What an index of another schema holds, as far as its tables tell."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from migrations import runner
from tasks.store.connection import quoted
from tasks.store.untouched import untouched
from tasks.upkeep.record import came_back
from tasks.upkeep.schema import other_schema

# Tables of v1 to v4 whose rows say how much there is.
_COUNTED: Final = (
    "files",
    "file_metadata",
    "content_versions",
    "asts",
    "symbols",
    "definitions",
    "refs",
    "imports",
)


@dataclass(frozen=True, slots=True)
class CameBack:
    """The roll-back or restore that put an index in service."""

    by: str  # roll back or restore
    at: str  # UTC, ISO 8601
    replaced: str | None  # the generation that was in service until then: its run


@dataclass(frozen=True, slots=True)
class Legacy:
    """An index in service that a flag day has not rebuilt, or whose flag day was undone."""

    index: str  # as it was asked for
    generation: str  # name of the file behind it
    size_bytes: int
    schema: int  # version; 0: of another make
    counts: dict[str, int]  # rows by table
    came_back: CameBack | None


def legacy_at(service: Path) -> Legacy | None:
    """Tell what is in service where its schema is older or another; None where it is today's.

    Raises PreconditionFailed where nothing is there that can be read, and IndexDamaged.
    """
    with untouched(service) as connection:
        found = runner.actual_version(connection)
        if other_schema(connection) is None or found > runner.LATEST:
            return None
        counts = {
            table: int(connection.execute(f"SELECT COUNT(*) FROM {quoted(table)}").get)
            for table in _COUNTED
            if connection.table_exists("main", table)
        }
    back = came_back(service)
    return Legacy(
        index=str(service),
        generation=service.resolve().name,
        size_bytes=service.stat().st_size,
        schema=found,
        counts=counts,
        came_back=CameBack(back.action, back.at, _replaced(back.detail)) if back else None,
    )


def _replaced(detail: dict[str, str | int]) -> str | None:
    replaced = detail.get("replaced")
    return str(replaced) if replaced else None

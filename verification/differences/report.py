"""Differences as JSON, whose schema is published in verification/schemas, and as Markdown."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from migrations import runner
from verification.differences.by_name import compare_names
from verification.differences.compare import compare
from verification.differences.database import DatabaseSets
from verification.differences.model import (
    Counts,
    Differences,
    FileDifference,
    NotComparable,
    RowDifference,
)
from verification.differences.naming import Side, schema_version
from verification.report import render

VERSION: Final = 1  # of the JSON; see verification/schemas/diff.schema.json
MAX_FILES: Final = 100  # told one by one in Markdown, the biggest first
MAX_BIGGEST: Final = 10  # files of a run's report


def as_json(before: Side, after: Side, found: Differences) -> dict[str, Any]:
    """Return what differs between two sides as the published schema has it."""
    return {
        "version": VERSION,
        "before": {"name": before.name, "kind": before.kind.value, "files": found.files_before},
        "after": {"name": after.name, "kind": after.kind.value, "files": found.files_after},
        "equal": found.is_equal,
        "unexplained": found.unexplained,
        "totals": _totals(found),
        "parsers": [asdict(parser) for parser in found.parsers],
        "groups": [asdict(group) for group in found.groups],
        "files": [_file(file) for file in found.files],
    }


def as_markdown(before: Side, after: Side, found: Differences) -> str:
    """Return what differs between two sides, for people."""
    content = as_json(before, after, found)
    biggest = sorted(found.files, key=lambda file: -file.rows_that_differ)[:MAX_FILES]
    told = [_file(file) for file in biggest]
    return render("differences.md.j2", {**content, "files": told, "file_count": len(found.files)})


def since_previous(previous: Path | None, now: Path) -> dict[str, Any]:
    """Return the short account of a run's report; it names no place, run or clock.

    Where rows cannot be compared, it says why under ``not_compared``; a legacy index is compared
    by its names, which stand under ``by_name``.
    """
    if previous is None or not previous.exists():
        return {"not_compared": "there is no previous index"}
    try:
        if (version := schema_version(previous)) != runner.LATEST:
            shape = f"has schema v{version}" if version else "is none of this lineage"
            return {
                "not_compared": f"the database before {shape}, which knows no contents to compare",
                "by_name": compare_names(previous, now),
            }
        with DatabaseSets(previous) as before, DatabaseSets(now) as after:
            return _short(compare(before, after, limit=0))
    except NotComparable:
        return {"not_compared": "the previous index cannot be read"}


def _short(found: Differences) -> dict[str, Any]:
    differing = [file for file in found.files if file.has_other_rows]
    biggest = sorted(differing, key=lambda file: -file.rows_that_differ)[:MAX_BIGGEST]
    return {
        "not_compared": None,
        "equal": found.is_equal,
        "unexplained": found.unexplained,
        "totals": _totals(found),
        "parsers": [parser.language for parser in found.parsers],
        "groups": [asdict(group) for group in found.groups],
        "files_with_other_rows": len(differing),
        "biggest": [
            {key: value for key, value in _file(file).items() if key not in _LONG}
            for file in biggest
        ],
    }


_LONG: Final = frozenset({"before", "after", "rows", "rows_left_out"})


def _totals(found: Differences) -> dict[str, Any]:
    return {
        "files": sum(group.files for group in found.groups),
        "symbols": asdict(sum((group.symbols for group in found.groups), Counts())),
        "refs": asdict(sum((group.refs for group in found.groups), Counts())),
    }


def _file(file: FileDifference) -> dict[str, Any]:
    return {
        **asdict(file),
        "rows": [_row(row) for row in file.rows],
        "rows_left_out": file.rows_that_differ - len(file.rows),
    }


def _row(row: RowDifference) -> dict[str, Any]:
    return {**asdict(row), "difference": row.kind}

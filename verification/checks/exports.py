"""Checks that the Parquet files hold what the database holds.

Each looks at the files that the one before it accepts: counts, then types, then values.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import apsw
import pyarrow.parquet as pq

from verification.checks.parquet import EXPORTS, Export, Row, read, type_problems
from verification.subject import Check, NotApplicable, Severity, Subject

_SAMPLED_CONTENTS: Final = 64  # all rows of these are compared one by one
_MEASURED: Final = WeakKeyDictionary[apsw.Connection, dict[str, Row]]()  # by export


def _miscounted(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    for export, file in _files(subject):
        expected = _measured(connection, export)[0]
        found = pq.read_metadata(file).num_rows if file.exists() else None
        if found != expected:
            yield {"file": file.name, "rows_in_database": expected, "rows_in_file": found}


def _mistyped(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    for export, file in _files(subject):
        if file.exists():
            for problem in type_problems(export, pq.read_schema(file)):
                yield {"file": file.name, **problem}


def _unequal(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    """Compare measures over all rows, and every row of sampled contents, in both directions."""
    for export, file in _files(subject):
        if not file.exists() or any(type_problems(export, pq.read_schema(file))):
            continue
        count, *expected = _measured(connection, export)
        if count != pq.read_metadata(file).num_rows:
            continue
        bound = _bound(connection)
        measures, rows = read(file, export, bound)
        yield from _other_measures(file, export, tuple(expected), measures)
        yield from _other_rows(file, export, _sampled(connection, export, bound), rows)


def _files(subject: Subject) -> Iterator[tuple[Export, Path]]:
    if subject.exports is None:
        raise NotApplicable("nothing was exported")
    for export in EXPORTS:
        yield export, subject.exports / f"{export.name}.parquet"


@cache
def _query(name: str) -> str:
    return Path(__file__).with_name(f"exported_{name}.sql").read_text("utf-8")


def _bound(connection: apsw.Connection) -> bytes | None:
    """Return the greatest of the first content hashes, which are as good as chosen at random."""
    bound: bytes | None = connection.execute(
        "SELECT MAX(content_hash) FROM"
        " (SELECT content_hash FROM asts ORDER BY content_hash LIMIT ?)",
        (_SAMPLED_CONTENTS,),
    ).get
    return bound


def _measured(connection: apsw.Connection, export: Export) -> Row:
    """Return the count of rows, then the measures as :func:`parquet.read` has them; asked once."""
    known = _MEASURED.setdefault(connection, {})
    if export.name not in known:
        known[export.name] = _measure(connection, export)
    return known[export.name]


def _measure(connection: apsw.Connection, export: Export) -> Row:
    terms = ["COUNT(*)"]
    for column, is_number in zip(export.measured, export.has_numbers, strict=True):
        if is_number:
            terms += [f"SUM({column})", f"MIN({column})", f"MAX({column})"]
        else:
            terms.append(f"SUM(octet_length({column}))")
    query = f"SELECT {', '.join(terms)} FROM ({_query(export.name)})"
    return connection.execute(query).fetchall()[0]


def _sampled(connection: apsw.Connection, export: Export, bound: bytes | None) -> Counter[Row]:
    return Counter(
        connection.execute(
            f"SELECT * FROM ({_query(export.name)})"
            " WHERE content_hash <= ? OR content_hash IS NULL",
            (bound,),
        )
    )


def _other_measures(
    file: Path, export: Export, expected: Row, found: Row
) -> Iterator[dict[str, object]]:
    if expected != found:
        yield {
            "file": file.name,
            "measured": ", ".join(export.measured),
            "in_database": list(expected),
            "in_file": list(found),
        }


def _other_rows(
    file: Path, export: Export, expected: Counter[Row], found: Counter[Row]
) -> Iterator[dict[str, object]]:
    for only_in, rows in (("database", expected - found), ("file", found - expected)):
        for row in sorted(rows.elements(), key=repr):
            values = (value.hex() if isinstance(value, bytes) else value for value in row)
            columns = dict(zip(export.schema.names, values, strict=True))
            yield {"file": file.name, "only_in": only_in, **columns}


CHECKS: Final = (
    Check(
        id="V-070",
        title="The Parquet files have as many rows as the database",
        severity=Severity.FAIL,
        section="§7",
        group="exports",
        find=_miscounted,
    ),
    Check(
        id="V-071",
        title="The Parquet files sum up to the database, and hold every row of 64 contents",
        severity=Severity.FAIL,
        section="§7",
        group="exports",
        find=_unequal,
    ),
    Check(
        id="V-072",
        title="The Parquet files have the columns and types that readers expect",
        severity=Severity.FAIL,
        section="§7",
        group="exports",
        find=_mistyped,
    ),
)

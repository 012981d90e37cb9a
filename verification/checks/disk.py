"""Checks against the files themselves, on deterministic samples.

They read bytes and text in their own way, so that a fault of the builder's reading shows.
"""

import codecs
import hashlib
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import apsw

from verification.subject import Check, NotApplicable, Severity, Subject

_MAX_FILES: Final = 1000  # read again for their hashes
_SAMPLES: Final = 2000  # rows of a view
_MAX_PLACES: Final = 3  # files in which one sampled row is looked up
_VIEWS: Final = (("golden_symbols", "symbols", "symbol_id"), ("golden_refs", "refs", "ref_id"))
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _changed_files(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    """Hash the first files in order of content hash, which is as good as at random."""
    locations = _locations(connection)
    sample = connection.execute(
        "SELECT roots.name, files.path, files.content_hash FROM files"
        " INNER JOIN roots USING (root_id) WHERE files.content_hash IS NOT NULL"
        " ORDER BY files.content_hash, roots.name, files.path LIMIT ?",
        (_MAX_FILES,),
    )
    for root, path, expected in sample:
        problem = _difference(locations[root] / path, expected)
        if problem:
            yield {"root": root, "path": path, "problem": problem}


def _misplaced_names(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    """Look for sampled names at their places, file by file."""
    locations = _locations(connection)
    rows = sorted(row for view in _VIEWS for row in _sample(connection, *view))
    for (root, path), places in groupby(rows, key=itemgetter(0, 1)):
        try:
            text = _text((locations[root] / path).read_bytes())
        except OSError as error:
            yield {"root": root, "path": path, "problem": error.strerror}
            continue
        lines = text.split(b"\n")
        for _root, _path, line, column, name, view in places:
            if not _is_spelled(lines, line, column, name.encode()):
                place = {"root": root, "path": path, "line_number": line, "column_number": column}
                yield {**place, "name": name, "view": view}


def _locations(connection: apsw.Connection) -> dict[str, Path]:
    """Return where each root lies by its name. Raises NotApplicable where this host has none."""
    found = connection.execute("SELECT name, location FROM roots ORDER BY name")
    locations = {name: Path(location) for name, location in found}
    if not any(location.is_dir() for location in locations.values()):
        raise NotApplicable("none of the roots is on this host")
    return locations


def _difference(file: Path, expected: bytes) -> str | None:
    try:
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").digest()
    except OSError as error:
        return error.strerror
    return None if found == expected else f"hash is {found.hex()}, not {expected.hex()}"


def _sample(
    connection: apsw.Connection, view: str, table: str, key: str
) -> Iterator[tuple[Any, ...]]:
    """Yield distinct rows of a view, spread evenly over the key of its table."""
    first: int | None = connection.execute(f"SELECT MIN({key}) FROM {table}").get
    last: int | None = connection.execute(f"SELECT MAX({key}) FROM {table}").get
    if first is None or last is None:
        return
    step = max(1, (last - first + 1) // _SAMPLES)
    nearest = f"SELECT MIN({key}) FROM {table} WHERE {key} >= ?"
    chosen = {connection.execute(nearest, (at,)).get for at in range(first, last + 1, step)}
    rows = (
        f"SELECT root, path, line_number, column_number, name, '{view}' FROM {view}"
        f" WHERE {key} = ? ORDER BY root, path LIMIT {_MAX_PLACES}"
    )
    for row_id in sorted(chosen):
        yield from connection.execute(rows, (row_id,))


def _text(data: bytes) -> bytes:
    """Return the content as UTF-8, the text that lines and columns count in."""
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8"
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError:
        return data.decode("latin-1").encode()


def _is_spelled(lines: list[bytes], line_number: int, column: int, name: bytes) -> bool:
    """Tell whether ``name``, which may go on over lines, stands at a place."""
    count = name.count(b"\n") + 1
    spanned = b"\n".join(lines[line_number - 1 : line_number - 1 + count])
    return spanned.startswith(name, column)


CHECKS: Final = (
    Check(
        id="V-013",
        title="A content hash is that of the file on disk",
        severity=Severity.FAIL,
        section="§6.2",
        group="identity",
        find=_changed_files,
    ),
    Check(
        id="V-032",
        title="The golden join leads to files that spell the name at its line and column",
        severity=Severity.FAIL,
        section="§6.3",
        group="golden join",
        find=_misplaced_names,
    ),
)

"""Checks against the files themselves: all of them for listing and hashes, a sample for places.

They list files and read bytes and text in their own way, so that a fault of the builder's shows.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import apsw

from verification.checks.spread import spread
from verification.own_text import OwnText
from verification.places import Kind, Root
from verification.subject import Check, Severity, Subject
from verification.survey import disk, roots

_LISTERS: Final = 4  # roots that git lists at once
_SAMPLES: Final = 1000  # points of a view
_EXCLUDED: Final = "excluded by the plan"
_MAX_PLACES: Final = 3  # files in which one sampled row is looked up
_VIEWS: Final = (("golden_symbols", "symbols"), ("golden_refs", "refs"))


def _changed_files(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    for file in disk(connection):
        if file.problem:
            yield {"root": file.root, "path": file.path, "problem": file.problem}


def _touched_files(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    """Compare times of files that are there; those that are gone are V-013's and V-022's."""
    known = roots(connection)
    rows: Iterator[tuple[Any, ...]] = connection.execute(
        "SELECT roots.name, files.path, files.mtime_ns FROM files"
        " INNER JOIN roots USING (root_id) WHERE reason IS NOT ? ORDER BY roots.name, files.path",
        (_EXCLUDED,),
    )
    for root, path, expected in rows:
        try:
            found = known[root].place(path).mtime_ns()
        except OSError:
            continue
        if found != expected:
            yield {"root": root, "path": path, "mtime_ns": expected, "mtime_ns_on_disk": found}


def _unlisted_files(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    """Compare the ledger with what git lists, in both directions."""
    there: dict[str, Root] = {}
    for name, root in roots(connection).items():
        if why := root.why_gone():
            yield {"root": name, "path": "", "problem": why}
        else:
            there[name] = root
    with ThreadPoolExecutor(_LISTERS) as pool:
        every = pool.map(lambda root: root.listed(subject.own), there.values())
        for (name, root), listed in zip(there.items(), every, strict=True):
            yield from _differing(connection, name, root, listed)


def _differing(
    connection: apsw.Connection, name: str, root: Root, listed: set[str]
) -> Iterator[dict[str, object]]:
    recorded = {
        str(path)
        for (path,) in connection.execute(
            "SELECT path FROM files INNER JOIN roots USING (root_id) WHERE roots.name = ?", (name,)
        )
    }
    for path in sorted(listed - recorded):
        yield {"root": name, "path": path, "problem": "on disk, and not in the index"}
    surplus = sorted(recorded - listed)
    unlisted = root.left_out(surplus)  # git does not list all that the plan leaves out
    for path in surplus:
        # Nor does git ever list a socket, a device, a pipe.
        if path not in unlisted and root.place(path).kind() is not Kind.OTHER:
            yield {"root": name, "path": path, "problem": "in the index, and no file of it"}


def _misplaced_names(connection: apsw.Connection, _subject: Subject) -> Iterator[dict[str, object]]:
    """Look for sampled names at their places, file by file."""
    known = roots(connection)
    rows = sorted(row for view in _VIEWS for row in _sample(connection, *view))
    for (root, path, encoding), places in groupby(rows, key=itemgetter(0, 1, 2)):
        try:
            text = OwnText(known[root].place(path).read_bytes(), encoding)
        except OSError as error:
            yield {"root": root, "path": path, "problem": error.strerror}
            continue
        except LookupError:
            yield {"root": root, "path": path, "problem": f"there is no encoding {encoding}"}
            continue
        for *_, line, column, name, view in places:
            if not text.is_spelled(name, line, column):
                place = {"root": root, "path": path, "line_number": line, "column_number": column}
                yield {**place, "name": name, "view": view}


def _sample(connection: apsw.Connection, view: str, table: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows of a view, spread evenly over the contents."""
    rows = (
        f"SELECT root, path, encoding, line_number, column_number, name, '{view}' FROM {view}"
        " INNER JOIN asts USING (ast_id)"
        " WHERE ast_id = ? AND line_number = ? AND column_number = ?"
        f" ORDER BY root, path LIMIT {_MAX_PLACES}"
    )
    for place in spread(connection, table, _SAMPLES):
        yield from connection.execute(rows, place)


CHECKS: Final = (
    Check(
        id="V-013",
        title="Every content hash and size is that of the file on disk",
        severity=Severity.FAIL,
        section="§6.2",
        group="identity",
        find=_changed_files,
    ),
    Check(
        id="V-016",
        title="No file was touched since it was read",
        severity=Severity.WARN,
        section="§5.6",
        group="ledger",
        find=_touched_files,
    ),
    Check(
        id="V-022",
        title="The files found are those on disk, as git lists them: none vanished, none is new",
        severity=Severity.FAIL,
        section="§5.6",
        group="ledger",
        find=_unlisted_files,
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

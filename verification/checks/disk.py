"""Checks against the files themselves: all of them for listing and hashes, a sample for places.

They list files and read bytes and text in their own way, so that a fault of the builder's shows.
"""

import codecs
import os
import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import apsw

from verification.exclusion import excluded
from verification.flawed import why_partial
from verification.listing import list_root
from verification.own_text import OwnText
from verification.regular_file import open_regular, read_regular
from verification.subject import Check, Severity, Subject
from verification.survey import disk, locations, patterns

_SAMPLES: Final = 2000  # rows of a view
_HEAD_BYTES: Final = 8000  # where a NUL makes a content binary
_NO_LANGUAGE: Final = "no language for this kind of file"
_NO_PARSER: Final = "no parser for "  # then the language's name
_EXCLUDED: Final = "excluded by the plan"
_MINIFIED_NAME: Final = re.compile(r"([.-]min|\.bundle)\.([mc]?js|css)$", re.IGNORECASE)
_MINIFIED_EXTENSIONS: Final = {"", ".js", ".mjs", ".cjs", ".jsx", ".css"}
_MINIFIED_BYTES: Final = (4096, 500)  # of a file at least, and of its lines on average
_MAX_PLACES: Final = 3  # files in which one sampled row is looked up
_VIEWS: Final = (("golden_symbols", "symbols", "symbol_id"), ("golden_refs", "refs", "ref_id"))
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def _changed_files(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    for file in disk(connection):
        if file.problem:
            yield {"root": file.root, "path": file.path, "problem": file.problem}


def _touched_files(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    """Compare times of files that are there; those that are gone are V-013's and V-022's."""
    roots = locations(connection)
    rows = connection.execute(
        "SELECT roots.name, files.path, files.mtime_ns FROM files"
        " INNER JOIN roots USING (root_id) WHERE reason IS NOT ? ORDER BY roots.name, files.path",
        (_EXCLUDED,),
    )
    for root, path, expected in rows:
        try:
            found = (roots[root] / path).lstat().st_mtime_ns
        except OSError:
            continue
        if found != expected:
            yield {"root": root, "path": path, "mtime_ns": expected, "mtime_ns_on_disk": found}


def _unlisted_files(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    """Compare the ledger with what git lists, in both directions."""
    left_out = patterns(connection)
    for root, location in locations(connection).items():
        if not location.is_dir():
            yield {"root": root, "path": "", "problem": f"there is no folder {location}"}
            continue
        listed = list_root(location, subject.own, left_out[root])
        recorded = {
            path
            for (path,) in connection.execute(
                "SELECT path FROM files INNER JOIN roots USING (root_id) WHERE roots.name = ?",
                (root,),
            )
        }
        for path in sorted(listed - recorded):
            yield {"root": root, "path": path, "problem": "on disk, and not in the index"}
        surplus = sorted(recorded - listed)
        unlisted = _excluded(location, surplus, left_out[root])
        for path in surplus:
            if path not in unlisted and not _is_special(location / path):
                yield {"root": root, "path": path, "problem": "in the index, and no file of it"}


def _excluded(root: Path, paths: list[str], rules: list[str]) -> set[str]:
    """Return which entries that are there the plan leaves out; git does not list all of them."""
    there = [path for path in paths if os.path.lexists(root / path)]
    entries = [f"{path}/" if _is_folder(root / path) else path for path in there]
    return {path for path, entry in excluded(entries, rules).items() if path == entry}


def _is_folder(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()


def _is_special(file: Path) -> bool:
    """Tell whether something is there that git never lists: a socket, a device, a pipe."""
    return file.exists() and not (file.is_file() or file.is_dir())


def _other_reasons(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    """Look at each file that is left out, or partial, for another reason than it has.

    One that is gone is V-022's, a blank reason V-020's, a partial file without an AST V-030's.
    """
    roots = locations(connection)
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT roots.name, files.path, files.outcome, files.reason, files.content_hash IS NULL,"
        " files.language IS NULL, asts.encoding, asts.facts FROM files"
        " INNER JOIN roots USING (root_id)"
        " LEFT JOIN parser_versions USING (language)"
        " LEFT JOIN asts ON asts.content_hash = files.content_hash"
        " AND asts.parser_version_id = parser_versions.parser_version_id"
        " AND files.outcome = 'partial'"
        " WHERE files.outcome IN ('partial', 'skipped') AND TRIM(files.reason) <> ''"
        " ORDER BY roots.name, files.path"
    ).fetchall()
    left_out = {
        (root, path)
        for root, rules in patterns(connection).items()
        for path in _excluded(roots[root], [row[1] for row in rows if row[0] == root], rules)
    }
    for root, path, outcome, reason, is_unread, has_no_language, encoding, facts in rows:
        file = roots[root] / path
        has_lost_ast = outcome == "partial" and facts is None
        if "\\" in path or has_lost_ast or not os.path.lexists(file):
            continue
        if (root, path) in left_out:
            known = {_EXCLUDED}
        elif outcome == "partial":
            known = {why_partial(file, encoding, facts)}
        else:
            known = _reasons(file, is_unread, has_no_language)
        named = reason.startswith(_NO_PARSER) and len(reason) > len(_NO_PARSER)
        if reason not in known and not (named and _NO_LANGUAGE in known):
            said = {"root": root, "path": path, "reason": reason}
            yield {**said, "found": ", or ".join(sorted(known)) or "nothing that leaves it out"}


def _reasons(file: Path, is_unread: object, has_no_language: object) -> set[str]:
    """Return every reason for which a file may be left out, in the words of the index."""
    if file.is_symlink():
        return {"symbolic link, not followed"}
    if not file.is_file():
        return {"a git repository of its own" if file.is_dir() else "not a regular file"}
    if is_unread:
        return {"larger than max_file_bytes"}
    with open_regular(file) as content:
        head = content.read(_HEAD_BYTES)
    is_binary = b"\0" in head and not _is_marked(head, file.stat().st_size)
    if is_binary:
        return {"binary content"}
    if has_no_language:
        return {_NO_LANGUAGE}
    return {"minified or bundled code"} if _is_minified(file) else set()


def _is_minified(file: Path) -> bool:
    """Tell whether the name says so, or the lines of a script or a style sheet do."""
    if _MINIFIED_NAME.search(file.name):
        return True
    least, average = _MINIFIED_BYTES
    size = file.stat().st_size
    if size < least or file.suffix.lower() not in _MINIFIED_EXTENSIONS:
        return False
    with open_regular(file) as content:
        return size > average * (sum(1 for line in content if line.endswith(b"\n")) + 1)


def _is_marked(head: bytes, size_bytes: int) -> bool:
    """Tell whether a mark and whole units make UTF-16 or UTF-32 of a content."""
    is_utf32 = head.startswith(_UTF32) and size_bytes % 4 == 0
    return is_utf32 or (head.startswith(_UTF16) and size_bytes % 2 == 0)


def _misplaced_names(connection: apsw.Connection, _subject: Subject) -> Iterator[dict[str, object]]:
    """Look for sampled names at their places, file by file."""
    roots = locations(connection)
    rows = sorted(row for view in _VIEWS for row in _sample(connection, *view))
    for (root, path, encoding), places in groupby(rows, key=itemgetter(0, 1, 2)):
        try:
            text = OwnText(read_regular(roots[root] / path), encoding)
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
        f"SELECT root, path, encoding, line_number, column_number, name, '{view}' FROM {view}"
        f" INNER JOIN asts USING (ast_id) WHERE {key} = ? ORDER BY root, path LIMIT {_MAX_PLACES}"
    )
    for row_id in sorted(chosen):
        yield from connection.execute(rows, (row_id,))


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
        id="V-024",
        title="A file is left out, or partial, for the reason that it has on disk",
        severity=Severity.FAIL,
        section="§5.6",
        group="ledger",
        find=_other_reasons,
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

"""Checks against the files themselves: all of them for listing and hashes, a sample for places.

They list files and read bytes and text in their own way, so that a fault of the builder's shows.
"""

import codecs
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from operator import itemgetter
from pathlib import PurePosixPath
from typing import Any, Final

import apsw

from verification.checks.spread import spread
from verification.flawed import why_partial
from verification.own_text import OwnText
from verification.places import Kind, Place, Root
from verification.spelling import is_escaped
from verification.subject import Check, Severity, Subject
from verification.survey import disk, roots

_LISTERS: Final = 4  # roots that git lists at once
_SAMPLES: Final = 1000  # points of a view
_HEAD_BYTES: Final = 8000  # where a NUL makes a content binary
_NO_LANGUAGE: Final = "no language for this kind of file"
_NO_PARSER: Final = "no parser for "  # then the language's name
_EXCLUDED: Final = "excluded by the plan"
_NOT_UTF8: Final = "path is not UTF-8"
_KINDS: Final = {  # why what is no file is left out
    Kind.LINK: "symbolic link, not followed",
    Kind.FOLDER: "a git repository of its own",
    Kind.OTHER: "not a regular file",
    Kind.NO_PATH: "a path that no folder can have",
}
_MINIFIED_NAME: Final = re.compile(r"([.-]min|\.bundle)\.([mc]?js|css)$", re.IGNORECASE)
_MINIFIED_EXTENSIONS: Final = {"", ".js", ".mjs", ".cjs", ".jsx", ".css"}
_MINIFIED_BYTES: Final = (4096, 500)  # of a file at least, and of its lines on average
_MAX_PLACES: Final = 3  # files in which one sampled row is looked up
_VIEWS: Final = (("golden_symbols", "symbols"), ("golden_refs", "refs"))
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


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


def _other_reasons(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    """Look at each file that is left out, or partial, for another reason than it has.

    One that is gone is V-022's, a blank reason V-020's, a partial file without an AST V-030's.
    """
    known_roots = roots(connection)
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
    paths: dict[str, list[str]] = {}
    for root, path, *_rest in rows:
        paths.setdefault(root, []).append(path)
    left_out = {(root, path) for root in paths for path in known_roots[root].left_out(paths[root])}
    for root, path, outcome, reason, is_unread, has_no_language, encoding, facts in rows:
        place = known_roots[root].place(path)
        is_excluded = (root, path) in left_out
        has_lost_ast = outcome == "partial" and facts is None
        is_gone = place.kind() is Kind.NOTHING and not is_excluded
        if has_lost_ast or is_gone:
            continue
        if is_excluded:
            known = {_EXCLUDED}
        elif outcome == "partial":
            known = {why_partial(place.read_bytes(), encoding, facts)}
        else:
            known = _reasons(place, path, is_unread, has_no_language)
        named = reason.startswith(_NO_PARSER) and len(reason) > len(_NO_PARSER)
        if reason not in known and not (named and _NO_LANGUAGE in known):
            said = {"root": root, "path": path, "reason": reason}
            yield {**said, "found": ", or ".join(sorted(known)) or "nothing that leaves it out"}


def _reasons(place: Place, path: str, is_unread: object, has_no_language: object) -> set[str]:
    """Return every reason for which a file may be left out, in the words of the index."""
    kind = place.kind()
    if is_escaped(path) and kind is not Kind.NO_PATH:
        return {_NOT_UTF8}
    if kind is not Kind.FILE:
        return {_KINDS[kind]}
    if is_unread:
        return {"larger than max_file_bytes"}
    data = place.read_bytes()
    if b"\0" in data[:_HEAD_BYTES] and not _is_marked(data[:_HEAD_BYTES], len(data)):
        return {"binary content"}
    if has_no_language:
        return {_NO_LANGUAGE}
    return {"minified or bundled code"} if _is_minified(path, data) else set()


def _is_minified(path: str, data: bytes) -> bool:
    """Tell whether the name says so, or the lines of a script or a style sheet do."""
    name = PurePosixPath(path)
    if _MINIFIED_NAME.search(name.name):
        return True
    least, average = _MINIFIED_BYTES
    if len(data) < least or name.suffix.lower() not in _MINIFIED_EXTENSIONS:
        return False
    return len(data) > average * len(data.split(b"\n"))


def _is_marked(head: bytes, size_bytes: int) -> bool:
    """Tell whether a mark and whole units make UTF-16 or UTF-32 of a content."""
    is_utf32 = head.startswith(_UTF32) and size_bytes % 4 == 0
    return is_utf32 or (head.startswith(_UTF16) and size_bytes % 2 == 0)


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

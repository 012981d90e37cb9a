"""Checks that each file became what its own bytes, name and place make of it."""

from collections.abc import Iterator
from typing import Any, Final

import apsw

from verification.flawed import why_partial
from verification.no_code import NoCode
from verification.places import Kind, Place
from verification.spelling import is_escaped, named
from verification.subject import Check, Severity, Subject
from verification.survey import (
    NO_LANGUAGE,
    NO_PARSER,
    DiskFile,
    disk,
    extraction,
    is_of_language,
    kinds,
    roots,
)

Offences = Iterator[dict[str, object]]
_EXCLUDED: Final = "excluded by the plan"
_TOO_LARGE: Final = "larger than max_file_bytes"
_NOT_UTF8: Final = "path is not UTF-8"
_KINDS: Final = {  # why what is no file is left out
    Kind.LINK: "symbolic link, not followed",
    Kind.FOLDER: "a git repository of its own",
    Kind.OTHER: "not a regular file",
    Kind.NO_PATH: "a path that no folder can have",
}
_LARGEST_READ: Final = "SELECT coalesce(MAX(size_bytes), 0) FROM files WHERE content_hash NOT NULL"
_READ: Final = """
SELECT roots.name, files.path, files.outcome, files.reason
FROM files
INNER JOIN roots USING (root_id)
WHERE files.content_hash IS NOT NULL
ORDER BY roots.name, files.path
"""


def _other_reasons(connection: apsw.Connection, subject: Subject) -> Offences:
    yield from _left_out(connection, subject)
    yield from _let_in(connection, subject)


def _left_out(connection: apsw.Connection, subject: Subject) -> Offences:
    """Look at each file that is left out, or partial, for another reason than it has.

    One that is gone is V-022's, a blank reason V-020's, a partial file without an AST V-030's.
    """
    known_roots = roots(connection)
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT roots.name, files.path, files.outcome, files.reason, files.content_hash IS NULL,"
        " asts.encoding, asts.facts FROM files"
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
    largest = _largest(connection, subject)
    on_disk = {(file.root, file.path): file for file in disk(connection)}
    for root, path, outcome, reason, is_unread, encoding, facts in rows:
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
        elif is_unread:
            known = _why_unread(place, path, largest)
        else:
            known = _why_skipped(on_disk[root, path])
        names_language = is_of_language(reason) and reason != NO_LANGUAGE
        if reason not in known and not (names_language and NO_LANGUAGE in known):
            said = {"root": root, "path": path, "reason": reason}
            yield {**said, "found": ", or ".join(sorted(known)) or "nothing that leaves it out"}


def _largest(connection: apsw.Connection, subject: Subject) -> int:
    """Return how large a file may be; where nobody has told, as large as one that was read."""
    if subject.limits is not None:
        return subject.limits.max_file_bytes
    largest: int = connection.execute(_LARGEST_READ).get
    return largest


def _why_unread(place: Place, path: str, largest: int) -> set[str]:
    kind = place.kind()
    if is_escaped(path) and kind is not Kind.NO_PATH:
        return {_NOT_UTF8}
    if kind is not Kind.FILE:
        return {_KINDS[kind]}
    return {_TOO_LARGE} if place.size_bytes() > largest else set()


def _why_skipped(file: DiskFile) -> set[str]:
    """Return every reason for which a file that was read may be left out; V-025 has languages."""
    kind = file.place.kind()
    if kind is not Kind.FILE:
        return {_KINDS[kind]}
    if file.no_code or file.language:
        return {file.no_code} if file.no_code else set()
    return {NO_LANGUAGE}


def _let_in(connection: apsw.Connection, subject: Subject) -> Offences:
    """Look at what every file that was read holds: some of it is not to be indexed.

    What only its name takes for minified is indexed where a file of another name holds the same.
    """
    told = {(root, path): said for root, path, *said in connection.execute(_READ)}
    skips_minified = (
        subject.limits.skips_minified
        if subject.limits
        else any(reason == NoCode.MINIFIED for _, reason in told.values())
    )
    files = disk(connection)
    code = {(file.expected, file.language) for file in files if not file.no_code}
    for file in files:
        outcome, reason = told[file.root, file.path]
        is_left_out = skips_minified and (file.expected, file.language) not in code
        found = _why_not(file, subject, skips_minified=is_left_out)
        if outcome in {"indexed", "partial"} and found:
            said = {"root": file.root, "path": file.path, "reason": reason}
            yield {**said, "found": found}


def _why_not(file: DiskFile, subject: Subject, *, skips_minified: bool) -> str | None:
    if file.problem:
        return None  # V-013's
    if subject.limits and file.size_bytes > subject.limits.max_file_bytes:
        return _TOO_LARGE
    return None if file.no_code is NoCode.MINIFIED and not skips_minified else file.no_code


def _other_languages(connection: apsw.Connection, subject: Subject) -> Offences:
    """Compare with what a clean process says of names and bytes.

    What is left out for other reasons has a language, too, where it was read.
    """
    told = {(root, path): said for root, path, *said in connection.execute(_READ)}
    known = extraction(connection, subject).files
    for file in kinds(connection):
        detected = known.get((file.expected, named(file.path)), {})
        other = detected.get("unparsed")
        language, reason = detected.get("language"), f"{NO_PARSER}{other}" if other else NO_LANGUAGE
        _, in_index = told[file.root, file.path]
        if language != file.language or (is_of_language(in_index) and in_index != reason):
            said = {"root": file.root, "path": file.path, "language": file.language}
            yield {**said, "reason": in_index, "found": language or reason}


CHECKS: Final = (
    Check(
        id="V-024",
        title="A file is left out, or partial, for the reason that it has on disk; no other is",
        severity=Severity.FAIL,
        section="§5.6",
        group="ledger",
        find=_other_reasons,
    ),
    Check(
        id="V-025",
        title="A file is in the language that a clean process tells from its name and bytes",
        severity=Severity.FAIL,
        section="§5.6",
        group="ledger",
        find=_other_languages,
    ),
)

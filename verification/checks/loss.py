"""The check that a candidate does not know less than the index that it would replace.

Compared is what both can know. A file counts where it is still there with the same content, or is
still there and no longer indexed; one that is gone, or was edited, does not. Against an index of
ours all its symbols count. A legacy index has its own idea of a symbol and repeats rows: there the
distinct names of each type count that the candidate has in this language too, and content is the
same where the legacy rows have no SHA-256 to tell. Files of a root that could not be read are not
there to be compared: V-091 tells how many they were.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import apsw

from verification.inventory.previous import PreviousCount, previous_counts
from verification.inventory.take import untouched
from verification.subject import NO_INDEX_BEFORE, Check, NotApplicable, Severity, Subject

_SHOWN: Final = 10  # files that lost most, a language
_SHA256_DIGITS: Final = 64
_INDEXED: Final = frozenset({"indexed", "partial"})
_FILES: Final = """
SELECT
    roots.name || '/' || files.path,
    files.path,
    roots.location || '/' || files.path,
    lower(hex(files.content_hash)),
    files.language,
    files.outcome,
    asts.ast_id
FROM files
INNER JOIN roots ON files.root_id = roots.root_id
LEFT JOIN parser_versions ON files.language = parser_versions.language
LEFT JOIN asts
    ON files.content_hash = asts.content_hash
    AND parser_versions.parser_version_id = asts.parser_version_id
"""


@dataclass(frozen=True, slots=True)
class _File:
    name: str  # root/path
    content_hash: str  # hexadecimal, '' where it was never read
    language: str
    outcome: str
    ast_id: int | None

    def is_comparable(self, content_hash: str | None) -> bool:
        if self.outcome not in _INDEXED:
            return True
        is_told = content_hash is not None and len(content_hash) == _SHA256_DIGITS
        return not is_told or content_hash == self.content_hash


@dataclass(slots=True)
class _Tally:
    """Symbols of one language, before and after, in all and by file."""

    before: int = 0
    after: int = 0
    lost: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, file: str, before: int, after: int) -> None:
        self.before += before
        self.after += after
        self.lost[file] += before - after


def _losses(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    if subject.previous is None or not subject.previous.exists():
        raise NotApplicable(NO_INDEX_BEFORE)
    with untouched(subject.previous) as before:
        try:
            counts, is_ours = previous_counts(before)
            counted = list(counts)
        except apsw.Error as error:
            raise NotApplicable(f"the index before cannot be asked: {error}") from error
    tallies = _compare(connection, counted, is_ours=is_ours)
    if not tallies:
        raise NotApplicable("the index before has no symbols in files that are still the same")
    for language, tally in sorted(tallies.items()):
        if tally.before - tally.after > subject.max_symbol_loss * tally.before:
            losers = sorted(tally.lost.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
            yield {
                "language": language,
                "symbols_before": tally.before,
                "symbols_after": tally.after,
                "biggest_losers": ", ".join(f"{file} (-{lost})" for file, lost in losers if lost),
            }


_ROOTS_BEFORE: Final = """
SELECT
    COUNT(DISTINCT files.file_id),
    COUNT(symbols.symbol_id)
FROM files
INNER JOIN roots ON files.root_id = roots.root_id
LEFT JOIN parser_versions ON files.language = parser_versions.language
LEFT JOIN asts
    ON files.content_hash = asts.content_hash
    AND parser_versions.parser_version_id = asts.parser_version_id
LEFT JOIN symbols ON asts.ast_id = symbols.ast_id
WHERE roots.root_id = (
    SELECT root_id
    FROM roots
    WHERE (location = :location AND revision IS :revision) OR name = :name
    ORDER BY location = :location AND revision IS :revision DESC, name = :name DESC
    LIMIT 1
)
"""


def _broken_roots(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    """Tell what the index before had of roots of which nothing was read now."""
    broken = connection.execute(
        "SELECT name, problem, location, revision FROM roots WHERE problem IS NOT NULL"
        " ORDER BY name"
    ).fetchall()
    if broken and subject.previous is not None and subject.previous.exists():
        with untouched(subject.previous) as before:
            for name, problem, location, revision in broken:
                root = {"name": name, "location": location, "revision": revision}
                yield {"root": name, "problem": problem, **_had(before, root)}
    else:
        for name, problem, *_ in broken:
            yield {"root": name, "problem": problem}


def _had(before: apsw.Connection, root: dict[str, object]) -> dict[str, object]:
    """Return how much there was of a root: of the same place, whatever it was called then."""
    try:
        (files, symbols) = before.execute(_ROOTS_BEFORE, root).fetchall()[0]
    except apsw.Error:  # no index of ours
        return {}
    return {"files_before": files, "symbols_before": symbols}


def _compare(
    connection: apsw.Connection, counts: list[PreviousCount], *, is_ours: bool
) -> dict[str, _Tally]:
    files = _files_by_place(connection)
    now, known = _counts_now(connection, "COUNT(*)" if is_ours else "COUNT(DISTINCT name)")
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for count in counts:
        there = next((files[place] for place in count.places if place in files), [])
        same = [file for file in there if file.is_comparable(count.content_hash)]
        if not same:
            continue
        file = max(same, key=lambda item: now.get((item.ast_id, count.symbol_type), 0))
        if is_ours or (file.language, count.symbol_type) in known:
            after = now.get((file.ast_id, count.symbol_type), 0)
            tallies[file.language].add(file.name, count.symbols, after)
    return dict(tallies)


def _files_by_place(connection: apsw.Connection) -> dict[str, list[_File]]:
    """Find files by their path in the root, on the host, and below the root's name."""
    found: dict[str, list[_File]] = defaultdict(list)
    for name, path, location, digest, language, outcome, ast_id in connection.execute(_FILES):
        file = _File(name, digest or "", language or "unknown", outcome, ast_id)
        for place in dict.fromkeys((path, location, name)):
            found[place].append(file)
    return found


def _counts_now(
    connection: apsw.Connection, measure: str
) -> tuple[dict[tuple[int | None, str], int], set[tuple[str, str]]]:
    """Count symbols by AST and type; tell which types each language has at all."""
    rows = connection.execute(
        f"SELECT ast_id, symbol_type, {measure} FROM symbols GROUP BY ast_id, symbol_type"
    )
    known = connection.execute(
        "SELECT DISTINCT language, symbol_type FROM symbol_kinds INNER JOIN asts USING (ast_id)"
        " INNER JOIN parser_versions USING (parser_version_id)"
    )
    return {(ast_id, kind): count for ast_id, kind, count in rows}, set(known)


CHECKS: Final = (
    Check(
        id="V-091",
        title="Every root of the plan was read: none is without its files",
        severity=Severity.WARN,
        section="§5.6",
        group="loss",
        find=_broken_roots,
    ),
    Check(
        id="V-090",
        title="No language loses more symbols than the plan allows, in files that are still there",
        severity=Severity.FAIL,
        section="§6",
        group="loss",
        find=_losses,
    ),
)

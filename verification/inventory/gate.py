"""What the plan says of code paths: what their code is for, and what may remain."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pathspec import GitIgnoreSpec

from verification.inventory.model import Area, CodePath, Operation, Search
from verification.spelling import named

TESTS: Final = (
    "test/",
    "tests/",
    "spec/",
    "specs/",
    "__tests__/",
    "testdata/",
    "fixtures/",
    "test_*.*",
    "*_test.*",
    "*.test.*",
    "*.spec.*",
    "*_spec.*",
    "conftest.py",
    "*Test.java",
    "*Tests.cs",
)
ARCHIVE: Final = (
    "archive/",
    "archived/",
    "attic/",
    "deprecated/",
    "old/",
    "legacy/",
    "*.bak",
    "*.orig",
)
DOCUMENTATION: Final = ("docs/", "doc/", "*.md", "*.rst", "*.adoc")
_HISTORY: Final = ("migrations/", "migrate/", "versions/", "*.sql")

_READS: Final = re.compile(r"CREATE\s+(?:TEMP\w*\s+)?(?:VIEW|TRIGGER)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A code path that may remain, by the plan."""

    file: str  # glob below the code roots, as .gitignore has them
    line: str  # text that the line must still hold
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Path rules and acceptances of a plan."""

    tests: tuple[str, ...] = TESTS
    archive: tuple[str, ...] = ARCHIVE
    documentation: tuple[str, ...] = DOCUMENTATION
    accept: tuple[Acceptance, ...] = ()


def ruled(search: Search, rules: Rules, code: dict[str, Path]) -> Search:
    """Say of each code path what its code is for, and whether the plan accepts it.

    ``code`` maps the names of code roots to where they are. An acceptance that fits the line of
    no code path is stale, and named so.
    """
    areas = {
        Area.ARCHIVE: _spec(rules.archive),
        Area.TEST: _spec(rules.tests),
        Area.DOCUMENTATION: _spec(rules.documentation),
    }
    lines: dict[tuple[str, str], list[str]] = {}
    used: set[Acceptance] = set()
    paths = []
    for path in search.code_paths:
        name = named(path.file)
        area = next((area for area, spec in areas.items() if spec.match_file(name)), path.area)
        fits = _acceptance(path, rules.accept, _lines(path, code, lines))
        if fits is not None:
            used.add(fits)
        paths.append(replace(path, area=area, accepted=fits.reason if fits else None))
    stale = tuple(
        f"{item.file}: {item.line!r} ({item.reason})" for item in rules.accept if item not in used
    )
    return replace(search, code_paths=tuple(paths), stale_acceptances=stale)


def unclassified(search: Search) -> tuple[CodePath, ...]:
    """Return the code paths whose table nobody can tell and that the plan does not accept."""
    return tuple(
        path for path in search.code_paths if not path.is_classified and path.accepted is None
    )


def to_mend(search: Search) -> tuple[CodePath, ...]:
    """Return the code paths that break on v5 and that the plan does not accept.

    What makes, alters or drops a table in a migration or in a file of SQL is the history of the
    schema, not use; what makes a view or a trigger reads.
    """
    return tuple(
        path
        for path in search.code_paths
        if path.is_classified
        and path.breaks_on_v5
        and path.accepted is None
        and not _is_history(path)
    )


def _is_history(path: CodePath) -> bool:
    is_change = path.operation is Operation.DDL and not _READS.match(path.statement)
    return is_change and _spec(_HISTORY).match_file(f"{path.root}/{named(path.file)}")


def _acceptance(
    path: CodePath, accept: tuple[Acceptance, ...], lines: list[str]
) -> Acceptance | None:
    text = "\n".join(lines[path.line - 1 : path.end_line])
    return next(
        (
            item
            for item in accept
            if item.line.strip() in text and _spec((item.file,)).match_file(named(path.file))
        ),
        None,
    )


def _lines(
    path: CodePath, code: dict[str, Path], known: dict[tuple[str, str], list[str]]
) -> list[str]:
    key = (path.root, path.file)
    if key not in known:
        root = code.get(path.root, Path())
        place = root if root.is_file() else root / named(path.file)
        try:
            known[key] = place.read_text("utf-8", "replace").splitlines()
        except OSError:
            known[key] = []
    return known[key]


def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(patterns, backend="simple")

"""What a comparison says: rows added, removed, moved and changed, each for a cause.

Of each row the key is root, path, language, name, type and scope. Rows of equal keys and places
are matched first, those left in order of position: so as few rows as possible are different.
"""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why the rows of a file may differ. The first that holds is the one."""

    FILE_ADDED = "file added"
    FILE_REMOVED = "file removed"
    OUTCOME_CHANGED = "outcome changed"  # read, or parsed, on one side only
    CONTENT_CHANGED = "content changed"
    PARSER_CHANGED = "parser version changed"  # on the same content
    UNEXPLAINED = "unexplained"  # same content, same parser version, other rows: a defect


class NotComparable(Exception):  # noqa: N818 -- says what is wrong
    """What was named is no run, index or folder of Parquet that can be read."""

    def __init__(self, what: str, *, next_step: str) -> None:
        """Keep ``what`` is wrong and the ``next_step`` that an operator can take."""
        super().__init__(what)
        self.what = what
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one table that differ."""

    added: int = 0
    removed: int = 0
    moved: int = 0  # same key, another line or column
    changed: int = 0  # same key and place, another signature or definition
    moved_and_changed: int = 0  # of those moved, with another signature or definition

    @property
    def rows(self) -> int:
        """Count the rows that differ."""
        return self.added + self.removed + self.moved + self.changed

    def __add__(self, other: "Counts") -> "Counts":
        """Return the counts of both."""
        return Counts(
            self.added + other.added,
            self.removed + other.removed,
            self.moved + other.moved,
            self.changed + other.changed,
            self.moved_and_changed + other.moved_and_changed,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands: the line from 1, the column in bytes from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One symbol or ref. Added without ``before``, removed without ``after``."""

    table: str  # symbols or refs
    name: str
    type: str
    scope: str  # '' at the top level
    before: Place | None
    after: Place | None
    is_changed: bool  # the signature or the definition is another

    @property
    def kind(self) -> str:
        """Say in a word what differs."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "moved" if self.before != self.after else "changed"


@dataclass(frozen=True, slots=True)
class FileState:
    """A file on one side."""

    content_hash: bytes | None  # None: never read
    fingerprint: bytes | None  # of the parser version; None: no AST
    outcome: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One file, in one language, that differs."""

    root: str
    path: str
    language: str | None
    cause: Cause
    before: FileState | None
    after: FileState | None
    symbols: Counts
    refs: Counts
    rows: tuple[RowDifference, ...]  # the first ones, symbols before refs, in order of position

    @property
    def has_other_rows(self) -> bool:
        """Tell whether any of its rows differs."""
        return self.rows_that_differ > 0

    @property
    def rows_that_differ(self) -> int:
        """Count its rows that differ."""
        return self.symbols.rows + self.refs.rows

    @property
    def is_only_parsed_anew(self) -> bool:
        """Tell whether another parser version came to the same rows."""
        return self.cause is Cause.PARSER_CHANGED and not self.has_other_rows

    @property
    def is_equal(self) -> bool:
        """Tell whether a file without a cause is the same after all."""
        if self.cause is not Cause.UNEXPLAINED or self.has_other_rows:
            return False
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Group:
    """The files of one root and language that differ for one cause."""

    root: str
    language: str | None
    cause: Cause
    files: int
    files_with_other_rows: int
    symbols: Counts
    refs: Counts


@dataclass(frozen=True, slots=True)
class ParserDifference:
    """A language whose parser version is another; a fingerprint a side."""

    language: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs, ordered by root, language, cause and path."""

    files_before: int
    files_after: int
    parsers: tuple[ParserDifference, ...]
    groups: tuple[Group, ...]
    files: tuple[FileDifference, ...]  # those only parsed anew, to the same rows, are left out

    @property
    def is_equal(self) -> bool:
        """Tell whether files, contents, parser versions, symbols and refs are all the same."""
        return not self.groups

    @property
    def unexplained(self) -> int:
        """Count the files whose rows differ without a cause."""
        return sum(group.files for group in self.groups if group.cause is Cause.UNEXPLAINED)

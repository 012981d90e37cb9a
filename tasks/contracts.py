"""What one step hands to the next: small, frozen, picklable. Rows travel in files.

``content_hash`` is 32 raw bytes of SHA-256; hex only where a person reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

# Told the AST id of the content that is begun with, or 0: many at once.
Begin: TypeAlias = Callable[[int], object]


class Outcome(StrEnum):
    """What became of a file. Every file found has exactly one."""

    INDEXED = "indexed"
    PARTIAL = "partial"
    SKIPPED = "skipped"
    FAILED = "failed"


class SkipReason(StrEnum):
    """Why a file is left out by decision."""

    SYMLINK = "symbolic link, not followed"
    NESTED_REPOSITORY = "a git repository of its own"
    NOT_REGULAR = "not a regular file"
    NO_PATH = "a path that no folder can have"  # .. or .git in a commit
    PATH_NOT_UTF8 = "path is not UTF-8"
    EXCLUDED = "excluded by the plan"
    TOO_LARGE = "larger than max_file_bytes"
    BINARY = "binary content"
    MINIFIED = "minified or bundled code"
    NO_PARSER = "no parser for"  # then the language's name
    NO_LANGUAGE = "no language for this kind of file"


class RootProblem(StrEnum):
    """Why nothing of a root was read."""

    MISSING = "it is not there"
    NOT_UTF8 = "its path is not UTF-8"
    UNREADABLE = "it cannot be read"
    EMPTY = "it has no files"
    LEFT_OUT = ".gitignore leaves out every file"
    NO_REVISION = "it has no such revision"
    UNLISTABLE = "git cannot list it"


class PartialReason(StrEnum):
    """Why the symbols of a file may be incomplete."""

    SYNTAX_ERRORS = "syntax errors"  # then in which share of the bytes
    TOO_DEEP = "nested deeper than 4000 levels"


class RunnerKind(StrEnum):
    """Where parts are made."""

    LOCAL = "local"  # in processes of this host
    DASK = "dask"
    RAY = "ray"


class RunKind(StrEnum):
    """What a run is for."""

    FLAG_DAY = "flag day"
    REHEARSAL = "rehearsal"  # everything but the switch


class Shape(StrEnum):
    """What a database was before the flag day."""

    NONE = "no database"
    EMPTY = "an empty database"
    LINEAGE = "a version of our lineage, on record"
    CHANGED = "a version of our lineage, of other bytes than today's"
    UNRECORDED = "a version of our lineage without a record"  # told by its tables
    FOREIGN = "a schema of another make"
    DAMAGED = "an index of ours, damaged"


@dataclass(frozen=True, slots=True)
class IndexInService:
    """The database that readers use now."""

    path: Path  # as the plan names it
    location: Path  # the file behind it, after symbolic links
    shape: Shape
    version: int  # of our lineage; 0 where it is none
    form: str  # v3; an older form of it: v3 text-keyed; empty where it is no version
    size_bytes: int
    damage: str = ""  # what is wrong with its bytes; empty where nothing is

    @property
    def source(self) -> Path | None:
        """Return what the day may read of it; None where that is nothing."""
        return None if self.shape in {Shape.NONE, Shape.DAMAGED} else self.path


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where one run keeps its things."""

    run_id: str
    started_at: str  # UTC, ISO 8601
    artifacts: Path  # reports, manifest and Parquet; stays
    scratch: Path  # the candidate and its parts; goes at the end of the run
    kind: RunKind = RunKind.FLAG_DAY
    index: str = ""  # name of the index's file, for titles
    is_new: bool = True  # False: it was there before, and nothing has changed since


@dataclass(frozen=True, slots=True)
class Candidate:
    """The database being built beside the index in service."""

    database: Path
    dropped: tuple[str, ...] = ()  # names of tables, views and indexes, in drop order
    previous: Path | None = None  # the index in service, where there is one to compare with


@dataclass(frozen=True, slots=True)
class Discovery:
    """All files of all roots, in Arrow files; see tasks/content/ledger.py for their columns."""

    files: Path
    contents: Path
    file_count: int
    content_count: int  # distinct (content, language) pairs to extract
    content_bytes: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows ``first`` to ``last`` (exclusive) of the contents: what becomes one part."""

    number: int
    first: int
    last: int
    failed: tuple[tuple[int, str], ...] = ()  # AST ids not to be touched again, and why
    is_careful: bool = False  # derive one content at a time, so that each can be told


@dataclass(frozen=True, slots=True)
class Part:
    """One Arrow file of extracted rows for a slice of contents."""

    path: Path
    sha256: str  # of the file, hexadecimal
    rows: dict[str, int]  # by table
    reused: int = 0  # contents whose AST came from the index in service
    is_resumed: bool = False  # made by a run that was killed


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the candidate holds after the load."""

    rows: dict[str, int]  # by table
    outcomes: dict[str, int]  # files by outcome
    reused: int

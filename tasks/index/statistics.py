"""What an index holds, in numbers, which run made it, and how its questions went."""

from dataclasses import dataclass

from migrations.manifest import newest
from tasks.companion.query_stats import QueryTimes, query_times
from tasks.index.opening import OpenIndex


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many files came to one outcome, for one reason."""

    outcome: str
    reason: str | None  # None: indexed
    files: int


@dataclass(frozen=True, slots=True)
class RootCount:
    """What became of one root, and of its files by outcome."""

    root: str
    location: str  # absolute, on the host that built the index
    revision: str | None  # as the plan names it; None: the files that lie there
    commit: str | None  # that the revision was, in hexadecimal
    problem: str | None  # why nothing of it was read; None: it was
    files: int  # found
    indexed: int
    partial: int
    skipped: int
    failed: int


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """What there is of one language."""

    language: str
    files: int  # indexed or partial
    asts: int  # distinct contents
    size_bytes: int  # of the distinct contents
    lines: int  # of the distinct contents


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How many symbols or uses there are of one type in one language, each content once."""

    language: str
    type: str
    rows: int


@dataclass(frozen=True, slots=True)
class Run:
    """The run that made an index."""

    run_id: str
    started_at: str  # UTC, ISO 8601
    finished_at: str  # UTC, ISO 8601
    tool_version: str
    verdict: str
    artifacts: str  # folder, absolute


@dataclass(frozen=True, slots=True)
class Status:
    """What an index is, and which run made it."""

    index: str  # as it was asked for
    generation: str  # name of the file behind it
    size_bytes: int
    schema: int  # version
    counts: dict[str, int]  # rows by table
    outcomes: tuple[OutcomeCount, ...]
    roots: tuple[RootCount, ...]  # the broken first, then those of most files
    run: Run | None  # None: no run made it


@dataclass(frozen=True, slots=True)
class Stats:
    """What an index holds, and how its questions went."""

    index: str  # as it was asked for
    size_bytes: int
    outcomes: tuple[OutcomeCount, ...]
    roots: tuple[RootCount, ...]  # as above
    languages: tuple[LanguageCount, ...]
    symbols: tuple[TypeCount, ...]
    uses: tuple[TypeCount, ...]
    questions: tuple[QueryTimes, ...]  # since the companion was begun


def stats_of(opened: OpenIndex) -> Stats:
    """Count by outcome, root, language and type: a content once, however many files hold it."""
    return Stats(
        index=str(opened.path),
        size_bytes=opened.size_bytes,
        outcomes=_outcomes(opened),
        roots=_roots(opened),
        languages=tuple(LanguageCount(*row) for row in opened.ask("language_counts")),
        symbols=tuple(TypeCount(*row) for row in opened.ask("symbol_counts")),
        uses=tuple(TypeCount(*row) for row in opened.ask("ref_counts")),
        questions=tuple(query_times(opened.path)),
    )


def status_of(opened: OpenIndex) -> Status:
    """Tell what the index is, and which run made it."""
    return Status(
        index=str(opened.path),
        generation=opened.location.name,
        size_bytes=opened.size_bytes,
        schema=newest()[0],
        counts=dict(opened.ask("counts")),
        outcomes=_outcomes(opened),
        roots=_roots(opened),
        run=last_run(opened),
    )


def last_run(opened: OpenIndex) -> Run | None:
    """Tell which run made the index."""
    found = opened.ask("last_run")
    return Run(*found[0]) if found else None


def _outcomes(opened: OpenIndex) -> tuple[OutcomeCount, ...]:
    return tuple(OutcomeCount(*row) for row in opened.ask("outcomes"))


def _roots(opened: OpenIndex) -> tuple[RootCount, ...]:
    return tuple(RootCount(*row) for row in opened.ask("root_counts"))

"""The audit log: who did what to an index, when, with which tool, to which bytes, how it ended.

``<index>.audit.jsonl`` has the whole history, one JSON object a line. Each line holds the SHA-256
of the line before it, and ``audit.head`` in the folder of the generations that of the last one, so
that an edited, inserted or cut line is found. The table ``audit_log`` of an index has the lines up
to the switch that put it in service.
"""

import fcntl
import hashlib
import json
import os
import platform
import pwd
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

import apsw

from migrations.catalogue import MigrationError
from tasks.errors import FlagDayError, NotApproved, PlanInvalid, PreconditionFailed, StepFailed
from tasks.faults import why
from tasks.store import generations
from tasks.store.copying import digest as digest_of
from tasks.store.permissions import PRIVATE
from tasks.store.places import AUDIT_HEAD
from tasks.whole_files import sync, write_whole

_MOST_LINES: Final = 1 << 62  # what SQLite can count
_DIGEST_BYTES: Final = 32
Value: TypeAlias = str | int | float | bytes | None  # as SQLite has them
COLUMNS: Final = (  # of the table, in its order
    "line_sha256", "log_sha256", "line", "at", "who", "action", "tool_version", "digest", "result",
    "detail",
)  # fmt: skip
NOTHING_BEFORE: Final = "0" * 64  # what the first line follows
NOT_BACKED_UP: Final = "not backed up"  # a detail: the generation that is left where it is


class Result(StrEnum):
    """How something ended, or that it began."""

    STARTED = "started"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(slots=True)
class Act:
    """What is being done. Not frozen: its digest and detail become known on the way."""

    action: str
    digest: str | None = None  # SHA-256 of the database that it is done to, hexadecimal
    detail: dict[str, str | int] = field(default_factory=dict)
    has_begun: bool = False  # on record


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    line: int  # from 1
    at: str  # UTC, ISO 8601
    who: str  # user@host
    action: str
    tool_version: str
    digest: str | None  # SHA-256 of the database that it was done to, hexadecimal
    result: str
    detail: dict[str, str | int]
    previous: str  # SHA-256 of the line before, hexadecimal


def log_of(service: Path) -> Path:
    """Return the log that lies beside an index."""
    return service.with_name(f"{service.name}.audit.jsonl")


def append(service: Path, act: Act, result: Result) -> None:
    """Write one line, and have it on disk. Raises StepFailed where that cannot be."""
    log = log_of(service)
    try:
        generations.folder_of(service).mkdir(parents=True, exist_ok=True)
        descriptor = os.open(log, os.O_RDWR | os.O_APPEND | os.O_CREAT, PRIVATE)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            content = file.read()
            before = _split(content)
            torn = b"" if content.endswith(b"\n") or not content else b"\n"
            text = _text(act, result, before)
            file.write(torn + text + b"\n")
            file.flush()
            sync(log)
            _write_head(service, len(before) + 1, text)
    except OSError as error:
        raise StepFailed(
            f"the audit log {log} cannot be written: {why(error, log)}",
            next_step="Make room, or mend its permissions; `flagday status` tells which index is "
            "in service.",
        ) from error


@contextmanager
def recorded(service: Path, act: Act) -> Iterator[Act]:
    """Write how the ``with`` block ended, whatever happens.

    A refusal before anything began leaves no log beside an index that does not exist.
    """
    try:
        yield act
    except BaseException as error:
        if act.has_begun or os.path.lexists(service):
            act.detail["why"] = _why(error)
            _add_digest(service, act, error)
            with suppress(StepFailed):  # the error that is on its way says more
                append(service, act, _result(error))
        raise
    append(service, act, Result.DONE)


def begin(service: Path, act: Act) -> None:
    """Write that something begins, so that a kill leaves a trace. Raises StepFailed."""
    append(service, act, Result.STARTED)
    act.has_begun = True


def unended(entries: Iterable[Line]) -> list[Line]:
    """Return the lines of what began, and has no end on record, in their order.

    An end belongs to the last beginning of the same act whose detail it has, and perhaps more.
    """
    begun: list[Line] = []
    for entry in entries:
        if entry.result == Result.STARTED:
            begun.append(entry)
            continue
        same = (
            line
            for line in reversed(begun)
            if line.action == entry.action and line.detail.items() <= entry.detail.items()
        )
        if of := next(same, None):
            begun.remove(of)
    return begun


def only_copies(service: Path) -> set[str]:
    """Return the names of the generations that could not be backed up when they were replaced."""
    found = (line.detail.get(NOT_BACKED_UP) for line in lines(service))
    return {Path(str(location)).name for location in found if location}


def lines(service: Path) -> list[Line]:
    """Read the log, but for what is no entry in it; ``audit_check`` tells of that."""
    return [entry for _, entry in _entries(service)]


def copy_into(service: Path, connection: apsw.Connection) -> None:
    """Write the lines of the log that an index does not have yet into its table."""
    known = {digest for (digest,) in connection.execute("SELECT line_sha256 FROM audit_log")}
    for digest, row in rows_of(service).items():
        if digest not in known:
            connection.execute("INSERT INTO audit_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def rows_of(service: Path) -> dict[Value, tuple[Value, ...]]:
    """Return what the table of an index has of each line of the log, by the line's digest."""
    raw = raw_lines(service)
    first = hashlib.sha256(raw[0]).digest() if raw else b""
    digests = ((hashlib.sha256(text).digest(), entry) for text, entry in _entries(service))
    return {
        digest: (
            digest,
            first,
            entry.line,
            entry.at,
            entry.who,
            entry.action,
            entry.tool_version,
            bytes.fromhex(entry.digest) if entry.digest else None,
            entry.result,
            json.dumps(entry.detail, sort_keys=True),
        )
        for digest, entry in digests
    }


def _text(act: Act, result: Result, before: list[bytes]) -> bytes:
    entry = Line(
        line=len(before) + 1,
        at=datetime.now(UTC).isoformat(timespec="microseconds"),
        who=f"{_user()}@{platform.node()}",
        action=act.action,
        tool_version=version("flagday"),
        digest=act.digest,
        result=result,
        detail=act.detail,
        previous=hashlib.sha256(before[-1]).hexdigest() if before else NOTHING_BEFORE,
    )
    return json.dumps(asdict(entry)).encode()


def _user() -> str:
    """Name who runs this, as the system knows them and whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def _result(error: BaseException) -> Result:
    """Tell a refusal, which comes before any change, from a failure."""
    is_refusal = isinstance(error, PlanInvalid | PreconditionFailed | NotApproved | MigrationError)
    return Result.REFUSED if is_refusal else Result.FAILED


def _why(error: BaseException) -> str:
    if not isinstance(error, Exception):
        return "interrupted"
    return str(error) or type(error).__name__


def _add_digest(service: Path, act: Act, error: BaseException) -> None:
    """Name the bytes that nothing was done to, where they can be read and nobody is waiting."""
    if act.digest is None and isinstance(error, Exception):
        with suppress(apsw.Error, OSError, FlagDayError):
            act.digest = digest_of(service)


def _entries(service: Path) -> Iterator[tuple[bytes, Line]]:
    for text in raw_lines(service):
        with suppress(ValueError, TypeError, AttributeError):
            yield text, _parsed(text)


def _parsed(text: bytes) -> Line:
    """Read one line. Raises ValueError, TypeError or AttributeError where it is no entry."""
    entry = Line(**json.loads(text))
    said = (entry.at, entry.who, entry.action, entry.tool_version, entry.result, entry.previous)
    json.dumps([*said, entry.detail], ensure_ascii=False).encode()  # no half of a character
    is_numbered = type(entry.line) is int and 0 < entry.line < _MOST_LINES
    is_said = all(isinstance(word, str) for word in said) and entry.result in set(Result)
    has_detail = all(isinstance(value, str | int) for value in entry.detail.values())
    has_digest = entry.digest is None or len(bytes.fromhex(entry.digest)) == _DIGEST_BYTES
    if not (is_numbered and is_said and has_detail and has_digest):
        raise ValueError("no entry")
    return entry


def raw_lines(service: Path) -> list[bytes]:
    """Return the lines of the log as they stand, without their newlines."""
    log = log_of(service)
    return _split(log.read_bytes()) if log.exists() else []


def _split(content: bytes) -> list[bytes]:
    """Cut at newlines alone; every other byte is part of a line, and of its digest."""
    cut = content.split(b"\n")
    return cut if cut[-1] else cut[:-1]


def head_of(service: Path) -> Path:
    """Return the file that holds the number and the digest of the last line."""
    return generations.folder_of(service) / AUDIT_HEAD


def _write_head(service: Path, number: int, text: bytes) -> None:
    digest = hashlib.sha256(text).hexdigest()
    write_whole(head_of(service), f"{number} {digest}\n", PRIVATE, is_durable=True)

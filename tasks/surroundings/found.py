"""What was found, as a plan can name it. Paths are absolute."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Database:
    """An SQLite database that keeps symbols."""

    path: Path
    what: str  # in words: v4, or which tables give it away
    is_legacy: bool  # its tables are to be dropped; else it is an index of ours already
    tables: tuple[str, ...]  # those with rows of symbols and uses
    roots: str | None  # table.column that holds the folders which were indexed
    unknown: tuple[str, ...] = ()  # all tables, where none is known to keep symbols


@dataclass(frozen=True, slots=True)
class Unit:
    """A systemd unit that names the database."""

    name: str  # indexer.service
    scope: Literal["system", "user"]


@dataclass(frozen=True, slots=True)
class Daemon:
    """A process that has the database open for writing."""

    pid: int
    command: str
    folder: Path  # that it works in
    pid_file: Path | None  # the file that names it
    unit: Unit | None  # what systemd runs it as


@dataclass(frozen=True, slots=True)
class CronLine:
    """A line of a crontab that names the database, or code that reaches it."""

    file: Path
    line: str


@dataclass(frozen=True, slots=True)
class Builders:
    """What writes to the database, or is likely to."""

    units: tuple[Unit, ...] = ()
    daemons: tuple[Daemon, ...] = ()
    cron: tuple[CronLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that was found."""

    folder: Path
    roots: tuple[Path, ...]  # to be indexed
    database: Database | None  # the one that the plan is to name
    others: tuple[Database, ...]  # further ones
    code: tuple[Path, ...]  # folders with statements on its tables
    builders: Builders
    roots_from: str = ""  # why these are the roots, in words

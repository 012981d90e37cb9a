"""What is verified, and what comes of it. Everything here is frozen; a verdict is computed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import apsw

from migrations.manifest import FOLDER
from verification.inventory.gate import Rules
from verification.inventory.model import Flaw, TableCount


class Severity(StrEnum):
    """What an offence means for the verdict."""

    FAIL = "fail"  # the verdict does not pass
    WARN = "warn"  # it is reported


class NotApplicable(Exception):  # noqa: N818 -- it is an answer, not an error
    """A check has nothing to look at; the message says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Which files the plan leaves out for what they hold."""

    max_file_bytes: int  # a larger one is not read
    skips_minified: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A finished index, and what belongs to it."""

    database: Path
    exports: Path | None = None  # folder of files, asts, symbols and refs as .parquet
    dropped: tuple[str, ...] = ()  # names of the legacy objects dropped that day
    queues: tuple[str, ...] = ()  # names of queue tables
    code: tuple[Path, ...] = ()  # consumer code
    tables: tuple[TableCount, ...] = ()  # of the legacy database, from the inventory
    flaws: tuple[Flaw, ...] = ()  # broken before the day, from the inventory
    previous: Path | None = None  # the index in service until then
    max_symbol_loss: float = 0.01  # share of a language's symbols
    legacy: Path | None = None  # a database that still has the legacy schema, for code checks
    migrations: Path = FOLDER  # the lineage as files
    rules: Rules = field(default_factory=Rules)  # what the plan says of consumer code
    artifacts: Path | None = None  # folder of the finished run that made it
    is_finished: bool = False  # that run is on record in it; of a candidate it is not yet
    recorded_sha256: str | None = None  # of the database, as the audit log has it, hexadecimal
    limits: Limits | None = None  # of the plan that it was built by; None: nobody has told
    own: tuple[Path, ...] = ()  # what the tool itself writes: never a file of a root
    extractor: tuple[str, ...] = ()  # command that extracts files anew; see survey.py


# Why a check may have nothing to look at.
NO_INDEX_BEFORE: Final = "there was no index before"
NO_CODE: Final = "no code was named"
NO_RUN: Final = "no finished run was named"
NO_ROOT_HERE: Final = "none of the roots is on this host"


@dataclass(frozen=True, slots=True)
class Check:
    """One promise. ``find`` yields the offences against it, each as named evidence.

    ``find`` raises NotApplicable, before its first offence, where there is nothing to look at.
    """

    id: str  # V- and three digits
    title: str  # the promise, as a sentence
    severity: Severity
    section: str  # of the protocol
    group: str
    find: Callable[[apsw.Connection, Subject], Iterator[dict[str, object]]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check_id: str
    title: str
    severity: Severity
    section: str
    group: str
    offences: int
    evidence: tuple[dict[str, object], ...]  # the first offences, see verify.MAX_EVIDENCE
    not_applicable: str | None  # why there was nothing to look at

    @property
    def is_applicable(self) -> bool:
        """Tell whether there was anything to look at."""
        return self.not_applicable is None

    @property
    def is_kept(self) -> bool:
        """Tell whether the promise was looked at and kept."""
        return self.is_applicable and not self.offences

    @property
    def is_fatal(self) -> bool:
        """Tell whether this finding alone makes the verdict fail."""
        return self.severity is Severity.FAIL and self.offences > 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The findings of all checks, in order of their ids."""

    findings: tuple[Finding, ...]
    took_s: tuple[tuple[str, float], ...] = field(default=(), compare=False)  # by check id

    @property
    def passed(self) -> bool:
        """Tell whether no check of severity fail found an offence.

        A check that was not applicable does not count against the verdict; it is not kept either.
        """
        return not any(finding.is_fatal for finding in self.findings)

    @property
    def word(self) -> str:
        """Say the verdict in the one word that reports and the index use."""
        return "passed" if self.passed else "failed"

    @property
    def not_looked_at(self) -> str | None:
        """Say what most checks would have looked at and was not there, or None."""
        is_gone = any(finding.not_applicable == NO_ROOT_HERE for finding in self.findings)
        return NO_ROOT_HERE if is_gone else None

    @property
    def broken(self) -> tuple[Finding, ...]:
        """Return the findings that make the verdict fail."""
        return tuple(finding for finding in self.findings if finding.is_fatal)

    def joined(self, other: "Verdict") -> "Verdict":
        """Return the verdict over the findings of both, in order of their ids."""
        findings = sorted(self.findings + other.findings, key=lambda finding: finding.check_id)
        return Verdict(tuple(findings), tuple(sorted(self.took_s + other.took_s)))

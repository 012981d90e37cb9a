"""Small tables of a candidate that are written row by row: roots, parser versions, runs."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tasks.store.connection import open_candidate


class ParserVersion(Protocol):
    """What is recorded of a language."""

    @property
    def name(self) -> str:
        """The language."""

    @property
    def grammar(self) -> str:
        """The grammar's name."""

    @property
    def query(self) -> bytes:
        """The query that finds symbols and refs."""

    @property
    def grammar_version(self) -> str:
        """What the grammar says of itself."""

    @property
    def fingerprint(self) -> bytes:
        """The identity: 32 bytes."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One row of ``runs``."""

    run_id: str
    started_at: str  # UTC, ISO 8601
    finished_at: str  # UTC, ISO 8601
    tool_version: str
    verdict: str  # passed or failed
    manifest_sha256: bytes  # 32 bytes
    artifacts: str  # folder, absolute


@dataclass(frozen=True, slots=True)
class RootRecord:
    """One row of ``roots``."""

    name: str
    location: str  # absolute path
    exclude: tuple[str, ...] = ()  # patterns
    revision: str | None = None  # as the plan names it
    commit_id: str | None = None  # hexadecimal
    problem: str | None = None  # why nothing of it was read


def record_roots(candidate: Path, roots: Iterable[RootRecord]) -> None:
    """Write the roots, numbered from 1 in the order given."""
    connection = open_candidate(candidate)
    connection.executemany(
        "INSERT INTO roots (root_id, name, location, exclude, revision, commit_id, problem)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                root_id,
                root.name,
                root.location,
                json.dumps(root.exclude),
                root.revision,
                root.commit_id,
                root.problem,
            )
            for root_id, root in enumerate(roots, 1)
        ],
    )
    connection.close()


def record_parser_versions(
    candidate: Path, extractor_version: int, languages: Iterable[ParserVersion]
) -> dict[str, int]:
    """Write the parser version of each language; return their ids by language."""
    connection = open_candidate(candidate)
    connection.executemany(
        "INSERT INTO parser_versions (language, grammar, grammar_version, query_sha256,"
        " extractor_version, fingerprint) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                language.name,
                language.grammar,
                language.grammar_version,
                hashlib.sha256(language.query).digest(),
                extractor_version,
                language.fingerprint,
            )
            for language in languages
        ],
    )
    ids: dict[str, int] = dict(
        connection.execute("SELECT language, parser_version_id FROM parser_versions")
    )
    connection.close()
    return ids


def record_run(candidate: Path, run: RunRecord, steps: Iterable[tuple[int, str, int]]) -> None:
    """Write a run and its steps (number, name, milliseconds) into the index that it built."""
    connection = open_candidate(candidate)
    connection.execute(
        "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            run.run_id,
            run.started_at,
            run.finished_at,
            run.tool_version,
            run.verdict,
            run.manifest_sha256,
            run.artifacts,
        ),
    )
    connection.executemany(
        "INSERT INTO run_steps VALUES (?, ?, ?, ?)",
        [(run.run_id, number, name, took_ms) for number, name, took_ms in steps],
    )
    connection.close()

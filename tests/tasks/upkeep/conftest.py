"""An index in service as a flag day leaves it, over a folder that is there."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import apsw
import pytest

from migrations import runner
from tasks.store import audit
from tasks.store.copying import digest
from tasks.store.generations import candidate_of, seal, switch
from tasks.store.permissions import create_private
from tasks.upkeep.doctor import examine
from tasks.upkeep.findings import Examination, Health, Topic
from tasks.upkeep.patient import Patient

RUN = "20261121T180833.047342Z-3f4e"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "src"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.py").write_text(f"def {name}(): pass\n")
    return folder


@pytest.fixture
def service(tmp_path: Path, root: Path) -> Path:
    """The path that readers open."""
    path = tmp_path / "index.db"
    candidate = candidate_of(path, RUN)
    candidate.parent.mkdir(mode=0o700)
    connection = apsw.Connection(str(create_private(candidate)))
    runner.up(connection)
    connection.execute(
        "INSERT INTO roots (root_id, name, location) VALUES (1, 'src', ?)", (str(root),)
    )
    for file in sorted(root.iterdir()):
        status = file.stat()
        connection.execute(
            "INSERT INTO files (root_id, path, content_hash, language, size_bytes, mtime_ns,"
            " outcome) VALUES (1, ?, ?, 'python', ?, ?, 'indexed')",
            (
                file.name,
                sha256(file.read_bytes()).digest(),
                status.st_size,
                status.st_mtime_ns,
            ),
        )
    connection.execute(
        "INSERT INTO symbol_names (name, words, definitions) VALUES ('alphabet', 'alphabet', 1)"
        if "words" in columns(connection, "symbol_names")
        else "INSERT INTO symbol_names (name) VALUES ('alphabet')"
    )
    connection.execute(
        "INSERT INTO runs VALUES (?, '2026-11-21T18:08:33+00:00', '2026-11-21T18:09:09+00:00',"
        " '0.1.0', 'passed', zeroblob(32), '/reports')",
        (RUN,),
    )
    for (table,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
    ).fetchall():
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
    connection.execute("ANALYZE")
    connection.close()
    seal(candidate)
    switch(path, candidate)
    act = audit.Act("cut over", digest(path), {"run": RUN})
    audit.append(path, act, audit.Result.DONE)
    return path


def columns(connection: apsw.Connection, table: str) -> set[str]:
    return {name for _, name, *_ in connection.execute(f"PRAGMA table_info ({table})")}


@pytest.fixture
def patient(service: Path, tmp_path: Path) -> Patient:
    return Patient(service, tmp_path / "index.db.backups", tmp_path / "runs", lambda *_: None)


@pytest.fixture
def full(patient: Patient, root: Path) -> Patient:
    """The same, to be looked at closely."""

    def listed(folder: Path, _exclude: Sequence[str]) -> frozenset[str]:
        assert folder == root
        return frozenset(path.name for path in root.iterdir())

    return replace(patient, is_full=True, listed=listed, parsers={})


@pytest.fixture
def examined(patient: Patient) -> Callable[[], Examination]:
    return lambda: examine(patient)


def topic(examination: Examination, name: str) -> Topic:
    """Return one topic of an examination."""
    return next(topic for topic in examination.topics if topic.name == name)


def said(examination: Examination) -> list[tuple[str, Health, str]]:
    """Return (topic, health, what) of every finding."""
    return [
        (topic.name, finding.health, finding.what)
        for topic in examination.topics
        for finding in topic.findings
    ]


@pytest.fixture
def waiting(service: Path) -> Callable[[], None]:
    """Change the index as a command of ours does, and leave the change in its log."""

    def change(*, is_recorded: bool = True) -> None:
        connection = apsw.Connection(str(service))
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        connection.execute("UPDATE runs SET artifacts = '/elsewhere'")
        connection.close()
        if is_recorded:
            audit.append(service, audit.Act("cleanup", digest(service)), audit.Result.DONE)

    return change

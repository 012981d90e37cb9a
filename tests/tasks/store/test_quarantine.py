"""A damaged index goes aside, whole and under a name that tells; nothing is deleted."""

import hashlib
import subprocess

import pytest

from tasks.errors import PreconditionFailed, StepFailed
from tasks.store import audit, quarantine
from tasks.store.generations import candidate_of, folder_of, prune, seal, switch
from tests.tasks.store.conftest import new_index, rows

TEXT = b"once upon a time " * 100


@pytest.fixture
def service(tmp_path):
    """A damaged index in service, with a log beside it."""
    path = tmp_path / "index.db"
    candidate = candidate_of(path, "1")
    candidate.parent.mkdir()
    candidate.write_bytes(TEXT)
    candidate.with_name("1.db-wal").write_bytes(b"log")
    candidate.with_name("1.db-shm").touch()
    switch(path, candidate)
    return path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_set_aside_keeps_its_bytes_its_log_and_its_name(service):
    target = quarantine.set_aside(service, "now", "it is a text")

    assert names(target.parent) == ["1.db.damaged-now", "1.db.damaged-now-wal"]
    assert (target.read_bytes(), quarantine.found(service)) == (TEXT, [target])
    assert names(service.parent) == [
        "index.db.audit.jsonl",
        "index.db.generations",
        "index.db.quarantine",
    ]


@pytest.mark.parametrize("is_generation", [True, False])
def test_what_is_set_aside_is_put_back_by_the_commands_that_are_told(service, is_generation):
    if not is_generation:
        service.unlink()
        service.write_bytes(TEXT)
    before = sorted(path for path in service.parent.rglob("*") if not path.name.endswith("-shm"))
    target = quarantine.set_aside(service, "now", "?")
    subprocess.run(quarantine.way_back(target), shell=True, check=True)
    after = {path for path in service.parent.rglob("*") if not path.is_relative_to(target.parent)}

    assert set(before) <= after
    assert (service.read_bytes(), service.is_symlink()) == (TEXT, is_generation)


def test_the_audit_log_tells_what_was_set_aside_and_why(service):
    target = quarantine.set_aside(service, "now", "it is a text")
    (line,) = audit.lines(service)

    assert (line.action, line.result, line.digest, line.detail) == (
        "quarantine",
        "done",
        hashlib.sha256(TEXT).hexdigest(),
        {"file": str(target), "why": "it is a text"},
    )


def test_a_database_that_is_no_generation_is_set_aside_too(tmp_path):
    (tmp_path / "index.db").write_bytes(TEXT)
    target = quarantine.set_aside(tmp_path / "index.db", "now", "?")

    assert (target.name, target.read_bytes()) == ("index.db.damaged-now", TEXT)


def test_a_kept_index_stays_in_service_and_outlives_its_generation(service):
    target = quarantine.keep(service, "2", "it is a text")
    before = service.read_bytes()
    later = candidate_of(service, "2")
    seal(new_index(later))
    switch(service, later)
    prune(service)

    assert (before, target.read_bytes()) == (TEXT, TEXT)
    assert "1.db" not in names(folder_of(service))
    assert rows(service, "SELECT COUNT(*) FROM files") == [(0,)]


def test_the_quarantine_is_its_owners_alone(service):
    target = quarantine.set_aside(service, "now", "?")

    assert target.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("aside", "error"),
    [(quarantine.keep, StepFailed), (quarantine.set_aside, PreconditionFailed)],
)
def test_where_it_cannot_go_aside_it_stays_and_the_reason_is_told(service, aside, error):
    quarantine.folder_of(service).mkdir()
    (quarantine.folder_of(service) / "1.db.damaged-x").mkdir()

    with pytest.raises(error, match=r"1\.db"):
        aside(service, "x", "?")
    assert service.read_bytes() == TEXT

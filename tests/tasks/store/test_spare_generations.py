"""Which generations may go with nothing lost, and which are looked at for it."""

import pytest

from tasks.store import audit
from tasks.store.backup_files import BACKED_UP, CUT_OVER
from tasks.store.copying import digest
from tasks.store.generations import candidate_of
from tasks.store.spare_generations import is_spare


@pytest.fixture
def service(tmp_path):
    return tmp_path / "index.db"


@pytest.fixture
def on_record(service):
    """Write a line of the audit log."""

    def write(action, mark=None, result=audit.Result.DONE, **detail):
        audit.append(service, audit.Act(action, mark, detail), result)

    return write


def generation(service, name):
    """A file of a generation; what is in it does not matter."""
    path = candidate_of(service, name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(name.encode())
    return path


def test_the_candidate_of_a_killed_run_is_spare(service, on_record):
    on_record("run", result=audit.Result.STARTED, run="1")
    on_record(CUT_OVER, result=audit.Result.STARTED, run="1")

    assert is_spare(service, generation(service, "1"))


def test_what_nobody_has_on_record_is_not_spare(service):
    assert not is_spare(service, generation(service, "1"))


def test_what_was_in_service_is_spare_where_a_backup_that_is_there_holds_its_bytes(
    service, on_record
):
    path, backup = generation(service, "1"), service.with_name("backup")
    on_record(CUT_OVER, digest(path), run="1")
    on_record(BACKED_UP, digest(path), file=str(backup))
    found = [is_spare(service, path)]
    backup.touch()
    found.append(is_spare(service, path))
    path.write_bytes(b"changed since")

    assert [*found, is_spare(service, path)] == [False, True, False]


def test_where_all_backups_are_of_other_runs_no_generation_is_read(service, on_record, monkeypatch):
    path, other = generation(service, "1"), digest(generation(service, "2"))
    on_record(CUT_OVER, digest(path), run="1")
    on_record(CUT_OVER, other, run="2")
    on_record(BACKED_UP, other, file=str(service.parent))
    monkeypatch.setattr("tasks.store.spare_generations.digest", None)

    assert not is_spare(service, path)

from pathlib import Path
from types import SimpleNamespace

import apsw
import pyarrow as pa
import pytest
from adbc_driver_manager import OperationalError

from tasks.errors import StepFailed
from tasks.faults import fault_of, written_to
from tasks.timing import narrated

NO_ROOM = OSError(28, "No space left on device", "/d/files.arrow")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NO_ROOM, "the disk of /d/files.arrow is full (3 of 4 MiB free)"),
        (OSError("Error writing bytes to file"), "Error writing bytes to file"),
        (MemoryError(), "memory is short"),
        (apsw.FullError("not an error"), "SQLite: the disk is full"),
        (apsw.CorruptError("malformed"), "SQLite: malformed"),
        (pa.ArrowInvalid("not an Arrow file"), "Arrow: not an Arrow file"),
        (ValueError("a defect"), None),
        (AttributeError("a defect"), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_system_refuses_is_told_apart_from_defects(error, said, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(total=4 << 20, free=3 << 20))

    assert fault_of(error) == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "{}"),
        (OSError(122, "Disk quota exceeded"), "{}"),
        (apsw.FullError("database or disk is full"), "SQLite: {}"),
    ],
    ids=str,
)
def test_where_the_system_names_no_file_the_full_disk_that_the_run_writes_to_is_named(
    error, said, monkeypatch, tmp_path
):
    rooms = {Path("/"): 2 << 20, tmp_path: 5}
    monkeypatch.setattr(
        "shutil.disk_usage", lambda path: SimpleNamespace(total=4 << 20, free=rooms[path])
    )
    before = written_to.set((Path("/"), tmp_path / "index.db"))
    told = fault_of(error)
    written_to.reset(before)

    assert told == said.format(f"the disk of {tmp_path}/index.db is full (0 of 4 MiB free)")


def test_what_the_loader_meets_is_told():
    full = OperationalError("database or disk is full", status_code=10)

    assert fault_of(full) == "SQLite: database or disk is full"


@pytest.mark.parametrize(
    ("number", "next_step"),
    [(9, "The index in service is unchanged."), (13, "`flagday status` tells which one it is.")],
)
def test_a_step_that_the_system_stops_says_which_and_what_is_safe(number, next_step):
    @narrated(number, "load")
    def load():
        raise NO_ROOM

    with pytest.raises(StepFailed) as failed:
        load()

    assert failed.value.what == f"step {number}, load, failed: {fault_of(NO_ROOM)}"
    assert failed.value.next_step.endswith(next_step)


def test_a_defect_in_a_step_shows_itself_as_it_is():
    @narrated(9, "load")
    def load():
        raise ValueError("a defect")

    with pytest.raises(ValueError, match="a defect"):
        load()

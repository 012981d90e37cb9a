"""What maintenance gives back, what it leaves alone, and that the index keeps every byte."""

import hashlib
from dataclasses import replace

import apsw
import pytest

from tasks.back_up import back_up
from tasks.companion.opening import open_or_begin
from tasks.companion.place import companion_of
from tasks.errors import PreconditionFailed
from tasks.maintain import maintain
from tasks.plan import Backups, Plan, Reports
from tasks.run_folders import folder_of as folder_of_runs
from tasks.store import audit, backup_files, backups
from tasks.store.generations import candidate_of, folder_of
from tasks.store.lent_copies import SETTLED, folder_for_copy
from tasks.store.lock import only_one
from tasks.upkeep.companion import last_maintained
from tasks.upkeep.record import is_as_recorded
from tests.tasks.upkeep.conftest import RUN


@pytest.fixture
def plan(service):
    return Plan(db=service)


@pytest.fixture
def maintained(plan):
    """Maintain the index; return (name, what was done) of each chore."""

    def run(*, is_dry_run=False, **changes):
        done = maintain(plan.model_copy(update=changes), is_dry_run=is_dry_run)
        return [(chore.name, chore.said) for chore in done]

    return run


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(folder):
    return {path: digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def grown(service, empty_bytes):
    """Write to the companion and leave a log, and so many bytes in empty pages."""
    connection = open_or_begin(service)
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    connection.wal_autocheckpoint(0)
    connection.execute("CREATE TABLE t (x)")
    connection.execute("INSERT INTO t VALUES (zeroblob(?))", (empty_bytes,))
    connection.execute("DELETE FROM t")
    connection.close()
    return companion_of(service)


def backed_up(service, number):
    """A backup of the index under the name that a flag day gives it."""
    folder = backup_files.folder_of(service)
    name = f"20260101T00000{number}.000000Z-1"
    return backups.make(service, backup_files.target_of(service, name, folder, ())).path


def reported(service):
    """Folders of the run that made the index, and of three later ones, as runs leave them."""
    folders = [folder_of_runs(service) / name for name in (RUN, *(f"{RUN}{n}" for n in range(3)))]
    for folder in folders:
        (folder / "parquet").mkdir(parents=True)
        (folder / "parquet/refs.parquet").write_bytes(b"x" * 100)
        act = audit.Act("run", detail={"run": folder.name})
        audit.append(service, act, audit.Result.FAILED)
    return folders


NOTHING = [
    ("old generations", "deleted 0"),
    ("folders of killed commands", "deleted 0"),
    ("backups", "deleted 0; 0 stay"),
    ("reports", "deleted 0"),
]


def test_where_nothing_is_to_be_done_nothing_is(maintained, service):
    before = digest(service)

    assert maintained() == NOTHING
    assert digest(service) == before


def test_the_companion_gives_empty_pages_back_and_its_log_goes(maintained, service):
    companion = grown(service, 4_000_000)
    before, index = companion.stat().st_size, digest(service)
    (pages, statistics, log), rest = maintained()[:3], maintained()[3:]

    assert pages[1].startswith("gave back 9")
    assert (statistics[0], log) == ("statistics of the companion", (log[0], "written back"))
    assert companion.with_name(f"{companion.name}-wal").exists() is False
    assert companion.stat().st_size < max(before, 200_000)
    assert (rest, digest(service)) == (NOTHING, index)


def test_few_empty_pages_stay_since_giving_them_back_does_not_pay(maintained, service):
    grown(service, 40_000)

    assert maintained()[0][1].startswith("does not pay: ")


def test_a_reader_in_the_way_keeps_the_log(maintained, service):
    grown(service, 40_000)
    reader = open_or_begin(service)
    reader.execute("BEGIN; SELECT COUNT(*) FROM query_stats").fetchall()
    writer = open_or_begin(service)
    writer.execute("INSERT INTO query_stats VALUES ('where', 1, 1, 1)")
    writer.close()
    log = maintained()[2]
    reader.close()

    assert log == ("log of the companion", "readers were in the way: try again later")


def test_a_dry_run_tells_the_same_and_changes_nothing(maintained, service, tmp_path):
    grown(service, 4_000_000)
    (folder_of(service) / ".unfinished.x").mkdir()
    (folder_of(service) / ".unfinished.x" / "copy.db").write_bytes(b"x" * 10)
    for number in range(4):
        backed_up(service, number)
    reported(service)
    before = files(tmp_path)
    told = [said for _, said in maintained(is_dry_run=True, reports=Reports(keep=1))]
    shm = companion_of(service).with_name(f"{companion_of(service).name}-shm")

    assert told[0].startswith("would give back 9")
    assert told[2:] == [
        "would be written back",
        "would delete 0",
        "would delete 1",
        "would delete 1: index.db.20260101T000000.000000Z-1.zst (v5); 3 stay",
        "would delete 2",
    ]
    assert {**files(tmp_path), shm: None} == {**before, shm: None}


def test_what_killed_commands_left_goes_and_a_copy_that_is_read_stays(maintained, service):
    folder = folder_of(service)
    for name in (".unfinished.x", f"{RUN}.scratch", ".settled-left", ".examined-left"):
        (folder / name).mkdir()
    link = service.with_name(f".{service.name}.{RUN}.link")
    link.symlink_to("half way")
    with folder_for_copy(folder, SETTLED) as read:
        assert maintained()[1] == ("folders of killed commands", "deleted 5")
        assert [path for path in folder.iterdir() if path.is_dir()] == [read]
        assert not link.is_symlink()


def test_the_candidate_of_a_killed_run_goes(maintained, service):
    candidate = candidate_of(service, "killed")
    candidate.write_bytes(b"half a database")
    audit.append(service, audit.Act("run", detail={"run": "killed"}), audit.Result.STARTED)

    assert maintained()[0] == ("old generations", "deleted 1")
    assert not candidate.exists()


def test_a_generation_goes_only_where_a_backup_holds_its_very_bytes(maintained, plan, service):
    before = candidate_of(service, "before")
    other = candidate_of(service, "other")
    before.write_bytes(service.read_bytes())
    other.write_bytes(service.read_bytes()[:-8192])
    without = maintained()[:2]
    back_up(plan, "20260101T000000.000000Z-1")
    with_backup = maintained()[:2]

    assert without == [
        ("old generations", "deleted 0"),
        ("old generations", "kept, no backup holds them: before.db, other.db"),
    ]
    assert with_backup == [
        ("old generations", "deleted 1"),
        ("old generations", "kept, no backup holds them: other.db"),
    ]


def test_the_newest_backups_stay_and_a_plan_that_keeps_none_deletes_none(maintained, service):
    made = [backed_up(service, number) for number in range(4)]
    none = maintained(backup=Backups(keep=0))[-2]
    two = maintained(backup=Backups(keep=2))[-2]

    assert none[1] == "deleted 0; 4 stay"
    assert two[1] == f"deleted 2: {made[0].name} (v5), {made[1].name} (v5); 2 stay"
    assert [path.exists() for path in made] == [False, False, True, True]


def test_the_newest_reports_stay_and_those_of_the_index_in_service(maintained, service):
    before, *made = reported(service)
    others = [folder_of_runs(service) / name for name in ("of another index", "file")]
    others[0].mkdir()
    others[1].touch()
    (before.parent / "0").symlink_to(before)
    audit.append(service, audit.Act("run", detail={"run": "0"}), audit.Result.DONE)
    every = maintained()[-1]
    one = maintained(reports=Reports(keep=1))[-1]
    line = audit.lines(service)[-2]

    assert (every[1], one[1]) == ("deleted 0", "deleted 2")
    assert [path.exists() for path in (before, *made)] == [True, False, False, True]
    assert all(path.exists() for path in (*others, before.parent / "0"))
    assert (line.action, line.detail) == ("delete reports", {"run": made[1].name})


def test_the_audit_log_tells_what_was_given_back_and_when(maintained, service, patient):
    (folder_of(service) / ".unfinished.x").mkdir()
    (folder_of(service) / ".unfinished.x" / "copy.db").write_bytes(b"x" * 10)
    maintained()
    line = audit.lines(service)[-1]

    assert (line.action, line.result, line.detail) == (
        "maintain",
        "done",
        {"folders of killed commands": 10},
    )
    assert last_maintained(patient) == line.at


def test_maintenance_beside_a_run_is_refused(maintained, service):
    with only_one(service), pytest.raises(PreconditionFailed, match="another run has"):
        maintained()


def test_without_an_index_there_is_nothing_to_maintain(maintained, service):
    service.unlink()

    with pytest.raises(PreconditionFailed, match="there is no index at"):
        maintained()


def test_room_is_counted_per_chore(plan, service):
    candidate_of(service, "killed").write_bytes(b"x" * 100)
    audit.append(service, audit.Act("run", detail={"run": "killed"}), audit.Result.STARTED)
    chore, *_ = maintain(plan, is_dry_run=False)

    assert (chore.before_bytes, chore.after_bytes, chore.freed_bytes) == (100, 0, 100)
    assert replace(chore, after_bytes=40).freed_bytes == 60


def test_changes_on_record_are_written_back_and_the_new_digest_goes_on_record(
    maintained, service, waiting
):
    waiting()
    location = service.resolve()
    done = maintained()
    line = audit.lines(service)[-1]

    assert done[0] == ("log of the index", "written back")
    assert not location.with_name(f"{location.name}-wal").exists()
    assert (line.action, line.digest) == ("maintain", digest(service))
    assert is_as_recorded(service)


def test_changes_that_are_not_on_record_are_left_for_the_doctor(maintained, service, waiting):
    waiting(is_recorded=False)
    before = digest(service)
    done = maintained()

    assert done[0] == (
        "log of the index",
        "left: it holds what is not on record; see doctor",
    )
    assert (digest(service), is_as_recorded(service)) == (before, False)

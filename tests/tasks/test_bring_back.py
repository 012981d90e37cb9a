"""The index of before is in service again, byte for byte; or nothing has changed."""

import hashlib
import stat

import apsw
import pyrage
import pytest

from flows.roll_back import back_up, restore, roll_back
from migrations import runner
from tasks.back_up import back_up as back_up_before
from tasks.back_up import backup_folder, prune_backups
from tasks.errors import PreconditionFailed
from tasks.read_plan import read_plan
from tasks.store import audit, generations, quarantine
from tasks.store.audit_check import problems
from tasks.store.backups import bring_back as unpack
from tasks.store.copying import copy
from tasks.store.lock import only_one
from tasks.whole_files import UNFINISHED
from tests.legacy import v4


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def plan_of(tmp_path, **backup):
    return read_plan(None, {"db": tmp_path / "index.db", "backup": backup})


@pytest.fixture
def plan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return plan_of(tmp_path)


def replace_index(plan, name):
    """Do what a flag day does to the files: back up, build, switch, prune. Return the digest."""
    run_id = generations.new_id(plan.db, backup_folder(plan))
    candidate = generations.candidate_of(plan.db, run_id)
    generations.start(candidate)
    if plan.db.exists():
        copy(plan.db, candidate)
    connection = apsw.Connection(str(candidate))
    connection.execute(f"CREATE TABLE {name} (x); DROP TABLE IF EXISTS symbols").fetchall()
    connection.close()
    if plan.db.exists():
        back_up_before(plan, run_id)
    generations.seal(candidate)
    generations.switch(plan.db, candidate)
    generations.prune(plan.db, audit.only_copies(plan.db))
    return sha256(plan.db)


def test_what_a_killed_restore_has_unpacked_goes_with_the_next_switch(plan, monkeypatch):
    v4(plan.db)
    made = back_up(plan, None)
    names = []
    monkeypatch.setattr(
        "tasks.store.backups.bring_back",
        lambda *told: names.append(told[1].name) or unpack(*told),
    )
    restore(plan, made.path, None)

    assert names[0].startswith(UNFINISHED)
    assert len(list(generations.folder_of(plan.db).glob("*.db"))) == 1


def test_an_index_that_was_moved_aside_stays_where_another_is_restored(plan):
    v4(plan.db)
    replace_index(plan, "one")
    moved = plan.db.rename(plan.db.with_name("moved.db"))
    before = sha256(moved)
    restore(plan, backups(plan)[0], None)

    assert sha256(moved) == before


def state(plan):
    """Everything that must not change when something is refused."""
    beside = [path for path in generations.folder_of(plan.db).iterdir() if path.suffix == ".db"]
    return plan.db.is_symlink(), plan.db.resolve(), sha256(plan.db), sorted(beside)


def backups(plan):
    return sorted(plan.db.with_name("index.db.backups").iterdir())


def test_a_roll_back_after_the_first_flag_day_brings_the_legacy_bytes(plan):
    v4(plan.db)
    plan.db.chmod(0o640)
    before = sha256(plan.db)
    replace_index(plan, "one")
    description = roll_back(plan, None).description

    assert sha256(plan.db) == description.sha256 == before
    assert plan.db.is_symlink()
    assert mode(plan.db) == 0o640


def test_each_roll_back_goes_one_flag_day_further_back(plan):
    v4(plan.db)
    digests = [sha256(plan.db), replace_index(plan, "one"), replace_index(plan, "two")]
    found = []
    for _ in range(2):
        roll_back(plan, None)
        found.append(sha256(plan.db))

    assert found == [digests[1], digests[0]]
    with pytest.raises(PreconditionFailed, match="no backup of what was in service before"):
        roll_back(plan, None)
    assert sha256(plan.db) == digests[0]


def test_a_flag_day_after_a_roll_back_can_be_rolled_back_and_so_can_the_one_before(plan):
    v4(plan.db)
    legacy = sha256(plan.db)
    one = replace_index(plan, "one")
    replace_index(plan, "two")
    roll_back(plan, None)
    replace_index(plan, "three")
    found = []
    for _ in range(2):
        roll_back(plan, None)
        found.append(sha256(plan.db))

    assert found == [one, legacy]


def test_what_a_roll_back_took_away_can_be_restored(plan):
    v4(plan.db)
    new = replace_index(plan, "one")
    roll_back(plan, None)
    restore(plan, backups(plan)[-1], None)

    assert sha256(plan.db) == new


def test_a_restore_can_be_rolled_back(plan):
    v4(plan.db)
    legacy = sha256(plan.db)
    new = replace_index(plan, "one")
    restore(plan, backups(plan)[0], None)
    restored = sha256(plan.db)
    roll_back(plan, None)

    assert (restored, sha256(plan.db)) == (legacy, new)


def test_a_restore_where_there_is_no_index_puts_a_private_one_there(plan):
    v4(plan.db)
    before, made = sha256(plan.db), back_up(plan, plan.db.with_name("out.zst"))
    plan.db.unlink()
    restore(plan, made.path, None)

    assert (sha256(plan.db), mode(plan.db)) == (before, 0o600)


def test_a_roll_back_leaves_one_generation_and_no_log(plan):
    v4(plan.db)
    replace_index(plan, "one")
    roll_back(plan, None)
    folder = generations.folder_of(plan.db)

    assert [path for path in folder.iterdir() if path.name not in {"lock", "audit.head"}] == [
        plan.db.resolve()
    ]


def test_what_a_killed_command_left_is_cleared_away_at_the_next_switch(plan):
    v4(plan.db)
    replace_index(plan, "one")
    for folder in (generations.folder_of(plan.db), plan.db.with_name("index.db.backups")):
        (folder / ".unfinished.x").mkdir()
        (folder / ".unfinished.x" / "plain.db").touch()
    roll_back(plan, None)

    assert list(plan.db.parent.glob("*/.unfinished*")) == []


@pytest.mark.parametrize(
    "break_it",
    [
        lambda index: index.write_bytes(b"broken" * 1000),
        lambda index: index.write_bytes(index.read_bytes()[:5000]),
        lambda index: index.write_bytes(b""),
        lambda index: index.unlink(),
    ],
    ids=["no database", "cut", "empty", "gone"],
)
def test_an_index_in_service_that_is_broken_or_gone_does_not_block_the_way_home(plan, break_it):
    v4(plan.db)
    legacy = sha256(plan.db)
    replace_index(plan, "one")
    break_it(plan.db.resolve())
    roll_back(plan, None)

    assert sha256(plan.db) == legacy


def test_what_is_too_broken_to_be_backed_up_is_quarantined(plan):
    v4(plan.db)
    replace_index(plan, "one")
    broken = plan.db.resolve()
    broken.write_bytes(b"broken" * 1000)
    roll_back(plan, None)

    (kept,) = quarantine.found(plan.db)

    assert (kept.read_bytes(), broken.exists()) == (b"broken" * 1000, False)
    assert audit.lines(plan.db)[-1].detail["quarantined"] == str(kept)


def test_an_index_that_could_not_be_backed_up_outlives_all_later_switches(plan, monkeypatch):
    v4(plan.db)
    replace_index(plan, "one")
    two, only_copy = replace_index(plan, "two"), plan.db.resolve()

    def full(*_):
        raise PreconditionFailed("the disk is full", next_step="Make room.")

    with monkeypatch.context() as patched:
        patched.setattr("tasks.bring_back.back_up", full)
        restored = restore(plan, backups(plan)[-1], None)
    replace_index(plan, "three")
    roll_back(plan, None)

    assert restored.replaced is None
    assert sha256(only_copy) == two
    assert len([*generations.folder_of(plan.db).glob("*.db")]) == 2  # it, and the one in service
    assert audit.only_copies(plan.db) == {only_copy.name}


def test_a_plain_file_that_no_flag_day_has_replaced_has_no_way_back(plan):
    v4(plan.db)
    before = sha256(plan.db)
    with pytest.raises(PreconditionFailed, match="no backup of what was in service before"):
        roll_back(plan, None)

    assert sha256(plan.db) == before


@pytest.mark.parametrize("way", ["flip", "cut"])
def test_a_damaged_backup_is_refused_and_nothing_changes(plan, way):
    v4(plan.db)
    replace_index(plan, "one")
    (backup,) = backups(plan)
    raw = bytearray(backup.read_bytes())
    raw[len(raw) // 2] ^= 1
    backup.write_bytes(raw if way == "flip" else raw[:-1])
    before = state(plan)
    with pytest.raises(PreconditionFailed, match="is damaged"):
        roll_back(plan, None)

    assert state(plan) == before
    assert backups(plan) == [backup]


def test_an_index_of_a_newer_schema_is_not_restored(plan):
    connection = apsw.Connection(str(plan.db))
    runner.up(connection)
    connection.execute("UPDATE schema_migrations SET version = 99 WHERE version = 5")
    connection.close()
    made = back_up(plan, plan.db.with_name("newer.zst"))
    plan.db.unlink()
    v4(plan.db)
    before = state(plan)
    with pytest.raises(PreconditionFailed, match="schema v99, newer than this flagday"):
        restore(plan, made.path, None)

    assert state(plan) == before


@pytest.mark.parametrize(
    "command",
    [
        lambda plan: roll_back(plan, None),
        lambda plan: restore(plan, backups(plan)[0], None),
        lambda plan: back_up(plan, None),
    ],
    ids=["roll back", "restore", "back up"],
)
def test_beside_a_run_everything_is_refused(plan, command):
    v4(plan.db)
    replace_index(plan, "one")
    before = state(plan)
    with only_one(plan.db), pytest.raises(PreconditionFailed, match="another run has"):
        command(plan)

    assert state(plan) == before


def test_a_roll_back_beside_a_writer_is_refused_by_name(plan, held_open):
    v4(plan.db)
    replace_index(plan, "one")
    before, pid = state(plan), held_open(plan.db)
    with pytest.raises(PreconditionFailed, match=f"pid {pid}"):
        roll_back(plan, None)

    assert state(plan) == before


def test_a_roll_back_with_a_transaction_open_here_is_refused(plan):
    v4(plan.db)
    replace_index(plan, "one")
    before = state(plan)
    writer = apsw.Connection(str(plan.db))
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(PreconditionFailed, match="open for writing"):
        roll_back(plan, None)
    writer.close()

    assert state(plan) == before


def test_an_encrypted_way_home_asks_for_the_key_and_opens_with_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(str(key))
    plan = plan_of(tmp_path, recipients=[str(key.to_public())])
    v4(plan.db)
    legacy = sha256(plan.db)
    replace_index(plan, "one")
    before = state(plan)
    with pytest.raises(PreconditionFailed, match="is encrypted"):
        roll_back(plan, None)

    assert state(plan) == before
    roll_back(plan, tmp_path / "key")
    assert sha256(plan.db) == legacy


def test_a_plan_that_keeps_nothing_makes_no_backup(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = plan_of(tmp_path, keep=0)
    v4(plan.db)
    replace_index(plan, "one")

    assert not plan.db.with_name("index.db.backups").exists()


def test_a_plan_that_keeps_nothing_leaves_backups_by_hand_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = plan_of(tmp_path, keep=0)
    v4(plan.db)
    made = back_up(plan, None)

    assert prune_backups(plan) == []
    assert backups(plan) == [made.path]


def test_a_backup_by_hand_does_not_write_over_a_file(plan):
    v4(plan.db)
    out = plan.db.with_name("out.zst")
    out.write_text("mine")
    with pytest.raises(PreconditionFailed, match="exists"):
        back_up(plan, out)

    assert out.read_text() == "mine"


def test_backups_and_roll_backs_are_on_record_with_their_digests(plan):
    v4(plan.db)
    legacy = sha256(plan.db)
    new = replace_index(plan, "one")
    roll_back(plan, None)
    with pytest.raises(PreconditionFailed):
        roll_back(plan, None)

    assert [(line.action, line.result, line.digest) for line in audit.lines(plan.db)] == [
        ("back up", "done", legacy),
        ("back up", "done", new),
        ("roll back", "started", legacy),
        ("roll back", "done", legacy),
        ("roll back", "refused", legacy),
    ]
    assert problems(plan.db) == []


def test_a_clock_that_was_ahead_costs_no_way_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = plan_of(tmp_path, keep=1)
    folder = backup_folder(plan)
    replace_index(plan, "first")
    ahead = folder / "index.db.20990101T000000.000000Z-1.zst"
    before = replace_index(plan, "second")
    (made,) = backups(plan)
    made.rename(ahead)  # as if the clock had been right only afterwards
    replace_index(plan, "third")
    pruned = prune_backups(plan)
    roll_back(plan, None)

    assert pruned == [ahead]
    assert sha256(plan.db) == before

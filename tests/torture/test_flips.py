"""Single bits that a disk turns: each is told in words, or makes no difference to any row."""

import json
import random
import shutil
from contextlib import closing, suppress
from dataclasses import replace

import apsw
import pytest

from flows.proof import check_run
from flows.upkeep import examine
from tasks.columnar.parts import read_part
from tasks.contracts import Slice
from tasks.errors import FlagDayError, PreconditionFailed, VerdictFailed
from tasks.make_part import make_part
from tasks.read_plan import read_plan
from tasks.resume import note, take_over
from tasks.store import audit, backups
from tasks.store.audit_check import problems
from tasks.store.copying import digest
from tasks.store.generations import candidate_of, switch
from tasks.store.stop_record import StopRecord, record_of, stopped
from tasks.upkeep.findings import Health
from tests import legacy
from tests.tasks.store.conftest import new_index
from tests.tasks.test_make_part import index_of, order
from tests.torture import IS_LONG
from verification.inventory.gate import Rules

__all__ = ["order"]

ROUNDS = 1000 if IS_LONG else 40
SOURCE = "import os\n\n\ndef f(a):\n    return os.path.join(a)\n"


def turned(whole, seed, rounds):
    """Yield copies of bytes with one bit turned, at places that a seed chooses, and which it is."""
    chance = random.Random(seed)
    for _ in range(rounds):
        at, bit = chance.randrange(len(whole)), chance.randrange(8)
        flipped = bytearray(whole)
        flipped[at] ^= 1 << bit
        yield bytes(flipped), f"bit {bit} of byte {at}"


def flips(file, seed, rounds=ROUNDS):
    """Turn one bit of a file after the other, and back again."""
    whole = file.read_bytes()
    for flipped, where in turned(whole, seed, rounds):
        file.write_bytes(flipped)
        yield where
    file.write_bytes(whole)


@pytest.fixture(scope="module")
def finished(built):
    """The folder of a run that has ended, and its index in service."""
    run = built.begin(src={"a.py": SOURCE, "b.c": "int f(void) { return g(); }\n"})
    return run.artifacts, built.db


def test_a_part_or_its_note_with_a_turned_bit_is_not_taken_over(order, tmp_path):
    (tmp_path / "before").mkdir()
    part = make_part(replace(order, folder=tmp_path / "before"), Slice(0, 0, 3))
    note(part, "of this")
    taken = [
        (file.suffix, where)
        for file in (part.path, part.path.with_suffix(".note"))
        for where in flips(file, 1)
        if take_over(tmp_path / "part-0000.arrow", "of this", [tmp_path / "before"])
    ]

    assert part.rows["symbols"]
    assert taken == []
    assert take_over(tmp_path / "part-0000.arrow", "of this", [tmp_path / "before"]) is not None


def test_facts_with_a_turned_bit_are_parsed_anew(order, tmp_path):
    parsed = make_part(order, Slice(0, 0, 3))
    before = dict(read_part(parsed))
    index = index_of(tmp_path / "index.db", parsed)
    believed = []
    with closing(apsw.Connection(str(index))) as connection:
        known = connection.execute("SELECT ast_id, facts FROM asts").fetchall()
        for ast_id, facts in known:
            for flipped, where in turned(facts, ast_id, 100 if IS_LONG else 2):
                connection.execute("UPDATE asts SET facts = ? WHERE ast_id = ?", (flipped, ast_id))
                part = make_part(replace(order, reuse_from=index), Slice(0, 0, 3))
                if (part.reused, dict(read_part(part))) != (len(known) - 1, before):
                    believed.append((ast_id, where))
            connection.execute("UPDATE asts SET facts = ? WHERE ast_id = ?", (facts, ast_id))

    assert len(known) == 3
    assert believed == []
    assert make_part(replace(order, reuse_from=index), Slice(0, 0, 3)).reused == len(known)


def test_a_record_of_stopped_builders_with_a_turned_bit_is_refused(tmp_path):
    service = tmp_path / "index.db"
    StopRecord(service).add("indexer")
    believed = []
    for where in flips(record_of(service), 2):
        with suppress(PreconditionFailed):
            believed.append((where, stopped(service)))

    assert believed == []
    assert stopped(service) == ["indexer"]


def test_an_audit_log_with_a_turned_bit_is_told_and_stops_no_cut_over(tmp_path):
    service = tmp_path / "index.db"
    index = candidate_of(service, "20260101T000000.000000Z-1")
    index.parent.mkdir()
    switch(service, new_index(index))
    for action in ("run", "back up", "cut over"):
        audit.append(
            service, audit.Act(action, "ab" * 32, {"file": "f", "n": 1}), audit.Result.DONE
        )
    unseen = []
    with closing(apsw.Connection(str(index))) as connection:
        for where in flips(audit.log_of(service), 3):
            connection.execute("BEGIN")
            audit.copy_into(service, connection)
            connection.execute("ROLLBACK")
            if not problems(service):
                unseen.append(where)

    assert unseen == []
    assert problems(service) == []


def test_an_audit_log_with_a_line_twice_stops_no_cut_over(tmp_path):
    service = tmp_path / "index.db"
    audit.append(service, audit.Act("run"), audit.Result.DONE)
    log = audit.log_of(service)
    log.write_bytes(2 * log.read_bytes())
    with closing(apsw.Connection(str(new_index(tmp_path / "new.db")))) as connection:
        audit.copy_into(service, connection)
        copied = connection.execute("SELECT COUNT(*) FROM audit_log").get

    assert copied == 1
    assert problems(service) != []


def test_a_backup_with_a_turned_bit_is_refused(tmp_path):
    service = new_index(tmp_path / "index.db")
    made = backups.make(service, tmp_path / "backups/one.zst")
    restored = []
    for where in flips(made.path, 4):
        with suppress(FlagDayError):
            backups.bring_back(made.path, tmp_path / "restored.db")
            restored.append(where)

    assert restored == []
    assert backups.bring_back(made.path, tmp_path / "restored.db") == made.description


def not_as_stated(run, index):
    """Return what a run stated and is not so; or that it cannot be read."""
    try:
        return [item.what for item in check_run(run, index, (), Rules()) if item.matches is False]
    except VerdictFailed as error:
        return [error.what]


def test_a_manifest_with_a_turned_bit_is_refused_or_seen(finished):
    run, index = finished
    whole = not_as_stated(run, index)
    unseen = [
        where
        for where in flips(run / "manifest.json", 5, 100 if IS_LONG else 4)
        if not not_as_stated(run, index)
    ]

    assert (whole, unseen) == ([], [])


def is_told(plan):
    """Tell whether an examination of every byte finds damage."""
    try:
        return examine(plan, is_full=True).health is Health.DAMAGED
    except FlagDayError:
        return True


def is_backed_up_as_it_is(index, target):
    """Tell whether a backup holds these very bytes, or is refused."""
    with suppress(FlagDayError):
        return backups.make(index, target).description.sha256 == digest(index)
    return True


@pytest.mark.parametrize("seed", range(4 if IS_LONG else 1))
def test_an_index_with_a_turned_bit_is_told_by_the_doctor_and_backed_up_as_it_is(
    finished, tmp_path, seed
):
    _, index = finished
    plan = read_plan(None, {"db": index})
    whole = is_told(plan)
    wrong = []
    for where in flips(index, seed, 50 if IS_LONG else 3):
        found = (is_told(plan), is_backed_up_as_it_is(index, tmp_path / "one.zst"))
        if found != (True, True):
            wrong.append((where, *found))

    assert (whole, wrong) == (False, [])


def came_to(bench):
    """Rehearse; return the verdict, or in which words the database was refused."""
    try:
        run = bench.run("src", rehearse=True)
    except PreconditionFailed as refused:
        return refused.what
    return json.loads((run.artifacts / "verification.json").read_bytes())["verdict"]


def test_a_legacy_database_with_a_turned_bit_is_rehearsed_over_or_refused_and_stays(bench):
    legacy.v4(bench.db)
    shutil.copytree(legacy.SOURCES, bench.folder / "src")
    came, changed = [], []
    for where in flips(bench.db, 96, 20 if IS_LONG else 2):
        before = bench.db.read_bytes()
        came.append(came_to(bench))
        if bench.db.read_bytes() != before:
            changed.append(where)

    assert changed == []
    assert {said.partition(" is corrupt: ")[0] for said in came} == {"passed", str(bench.db)}

"""Every line of the audit log stays as it was written, or the log says which one does not."""

import json
import multiprocessing
import os
import stat
from contextlib import closing
from dataclasses import replace

import apsw
import pytest

from tasks.errors import PreconditionFailed, StepFailed
from tasks.store.audit import (
    Act,
    Line,
    Result,
    append,
    begin,
    copy_into,
    lines,
    log_of,
    recorded,
    unended,
)
from tasks.store.audit_check import problems
from tasks.store.copying import digest
from tasks.store.generations import folder_of
from tests.tasks.store.conftest import new_index, rows

DIGEST = "ab" * 32


@pytest.fixture
def service(tmp_path):
    return tmp_path / "index.db"


@pytest.fixture
def three(service):
    """A log of three lines."""
    for action in ("one", "two", "three"):
        append(service, Act(action), Result.DONE)
    return service


def edit(service, change):
    """Change the lines of a log as bytes."""
    log = log_of(service)
    log.write_bytes(b"".join(change(log.read_bytes().splitlines(keepends=True))))


def _append_many(service, count):
    for _ in range(count):
        append(service, Act("at once"), Result.DONE)


def test_a_line_says_who_did_what_to_which_bytes_and_how_it_ended(service):
    append(service, Act("back up", DIGEST, {"file": "f"}), Result.DONE)
    (line,) = lines(service)

    assert replace(line, at="", who="", tool_version="") == Line(
        line=1,
        at="",
        who="",
        action="back up",
        tool_version="",
        digest=DIGEST,
        result="done",
        detail={"file": "f"},
        previous="0" * 64,
    )
    assert line.who.split("@")[0]
    assert line.at.endswith("+00:00")


def test_who_it_was_does_not_come_from_the_environment(service, monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "someone-else")
    append(service, Act("a"), Result.DONE)

    assert not lines(service)[0].who.startswith("someone-else@")


def test_a_log_is_private_and_only_grows(three):
    before = log_of(three).read_bytes()
    append(three, Act("four"), Result.REFUSED)

    assert log_of(three).read_bytes().startswith(before)
    assert stat.S_IMODE(log_of(three).stat().st_mode) == 0o600


def test_a_log_that_nobody_touched_has_no_problems(three):
    assert problems(three) == []
    assert [line.action for line in lines(three)] == ["one", "two", "three"]


def test_an_index_without_a_log_has_no_problems(service):
    assert (problems(service), lines(service)) == ([], [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda text: [text[0].replace(b"one", b"uno"), *text[1:]],
            ["line 1 was changed, or line 2 does not follow it"],
        ),
        (
            lambda text: [*text[:2], text[2].replace(b"three", b"drei")],
            ["line 3 is not the one that was written"],
        ),
        (
            lambda text: [text[0].replace(b"\n", b"\r\n"), *text[1:]],
            ["line 1 was changed, or line 2 does not follow it"],
        ),
        (
            lambda text: [text[0], text[2]],
            ["line 1 was changed, or line 2 does not follow it", "lines 3 to 3 are missing"],
        ),
        (
            lambda text: text[1:],
            ["the start was cut: line 1 does not follow it", "lines 3 to 3 are missing"],
        ),
        (lambda text: text[:2], ["lines 3 to 3 are missing"]),
        (lambda _: [], ["lines 1 to 3 are missing"]),
        (
            lambda text: [*text[:2], text[2][:20]],
            ["line 3 is no entry", "line 3 is not the one that was written"],
        ),
    ],
    ids=[
        "first edited",
        "last edited",
        "newline edited",
        "middle cut",
        "start cut",
        "end cut",
        "emptied",
        "end torn",
    ],
)
def test_an_edit_or_a_cut_is_found_with_its_line(three, change, said):
    edit(three, change)

    assert problems(three) == said


def test_a_log_written_anew_by_hand_is_found(three, tmp_path):
    other = tmp_path / "other.db"
    for action in ("one", "tw0", "three"):
        append(other, Act(action), Result.DONE)
    log_of(other).rename(log_of(three))

    assert problems(three) == ["line 3 is not the one that was written"]


def test_a_torn_line_stays_a_problem_and_the_next_line_stands_on_its_own(three):
    with log_of(three).open("ab") as log:
        log.write(b'{"line": 4')
    append(three, Act("after"), Result.DONE)

    assert problems(three) == ["line 4 is no entry"]
    assert [line.action for line in lines(three)] == ["one", "two", "three", "after"]


def test_lines_of_processes_that_write_at_once_follow_each_other(service):
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_append_many, args=(service, 20)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert problems(service) == []
    assert [line.line for line in lines(service)] == list(range(1, 61))


def test_a_log_that_cannot_be_written_is_an_error(service):
    log_of(service).mkdir()

    with pytest.raises(StepFailed, match="cannot be written"):
        append(service, Act("a"), Result.DONE)


def test_what_ends_well_is_recorded_as_done(service):
    with recorded(service, Act("restore")) as act:
        act.digest = DIGEST

    assert [(line.result, line.digest) for line in lines(service)] == [("done", DIGEST)]


@pytest.mark.parametrize(
    ("error", "result", "why"),
    [
        (PreconditionFailed("no", next_step=""), "refused", "no"),
        (StepFailed("no", next_step=""), "failed", "no"),
        (RuntimeError(), "failed", "RuntimeError"),
        (KeyboardInterrupt(), "failed", "interrupted"),
    ],
)
def test_what_ends_badly_is_recorded_with_the_reason(service, error, result, why):
    new_index(service)
    with pytest.raises(type(error)), recorded(service, Act("run")):
        raise error

    assert [(line.result, line.detail) for line in lines(service)] == [(result, {"why": why})]


def test_what_began_where_no_index_is_ends_on_record_however_it_ends(service):
    act = Act("run")
    begin(service, act)
    with pytest.raises(PreconditionFailed), recorded(service, act):
        raise PreconditionFailed("no", next_step="")

    assert [line.result for line in lines(service)] == ["started", "refused"]
    assert unended(lines(service)) == []


def test_what_began_and_was_killed_has_no_end_whatever_came_after_it(service):
    for run in ("1", "2", "3"):
        begin(service, Act("run", detail={"run": run}))
    begin(service, Act("roll back"))
    append(service, Act("run", detail={"run": "2", "why": "no"}), Result.FAILED)
    append(service, Act("run", detail={"why": "refused at once"}), Result.REFUSED)
    found = unended(lines(service))

    assert [(line.action, line.detail) for line in found] == [
        ("run", {"run": "1"}),
        ("run", {"run": "3"}),
        ("roll back", {}),
    ]


def test_a_refusal_names_the_bytes_that_nothing_was_done_to(service):
    new_index(service)
    with pytest.raises(PreconditionFailed), recorded(service, Act("run")):
        raise PreconditionFailed("no", next_step="")

    assert lines(service)[0].digest == digest(service)


def test_a_refusal_leaves_nothing_beside_an_index_that_does_not_exist(service):
    with pytest.raises(PreconditionFailed), recorded(service, Act("run")):
        raise PreconditionFailed("no", next_step="")

    assert list(service.parent.iterdir()) == []


def test_an_index_takes_the_lines_that_it_does_not_have_yet(three):
    new_index(three)
    for _ in range(2):
        with closing(apsw.Connection(str(three))) as connection:
            copy_into(three, connection)
        append(three, Act("four"), Result.DONE)

    assert rows(three, "SELECT line, action, result FROM audit_log ORDER BY line") == [
        (1, "one", "done"),
        (2, "two", "done"),
        (3, "three", "done"),
        (4, "four", "done"),
    ]
    assert problems(three) == []


def test_a_log_without_a_head_is_compared_with_the_index(three):
    new_index(three)
    with closing(apsw.Connection(str(three))) as connection:
        copy_into(three, connection)
    (folder_of(three) / "audit.head").unlink()
    edit(three, lambda text: text[:2])

    assert problems(three) == ["line 3 is in the table of the index, and not in the log"]


@pytest.mark.parametrize(
    ("column", "forged"),
    [
        ("log_sha256", "zeroblob(32)"),
        ("line", "7"),
        ("at", "'2001-01-01'"),
        ("who", "'evil@host'"),
        ("action", "'nothing'"),
        ("tool_version", "'9'"),
        ("digest", "zeroblob(32)"),
        ("digest", "NULL"),
        ("result", "'refused'"),
        ("detail", "'{}'"),
    ],
)
def test_a_row_of_the_index_that_is_not_as_the_line_of_the_log_is_found(three, column, forged):
    append(three, Act("four", DIGEST, {"file": "f"}), Result.DONE)
    new_index(three)
    with closing(apsw.Connection(str(three))) as connection:
        copy_into(three, connection)
        before = problems(three)
        connection.execute("DROP TRIGGER audit_log_no_update")
        connection.execute(f"UPDATE audit_log SET {column} = {forged} WHERE line = 4")

    assert (before, problems(three)) == (
        [],
        [f"line 4 is not in the table of the index as it is in the log: {column}"],
    )


def test_lines_that_an_index_brought_from_elsewhere_are_no_problem(three, tmp_path):
    other = new_index(tmp_path / "other.db")
    append(other, Act("elsewhere"), Result.DONE)
    with closing(apsw.Connection(str(other))) as connection:
        copy_into(other, connection)
    os.replace(other, three)  # noqa: PTH105 -- as a restore of a foreign backup would

    assert problems(three) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET who = 'nobody'",
        "DELETE FROM audit_log",
        "INSERT OR REPLACE INTO audit_log SELECT line_sha256, log_sha256, line, at, 'nobody',"
        " action, tool_version, digest, result, detail FROM audit_log",
    ],
)
def test_the_table_of_an_index_is_append_only(three, statement):
    new_index(three)
    with closing(apsw.Connection(str(three))) as connection:
        copy_into(three, connection)
        before = connection.execute("SELECT * FROM audit_log").fetchall()
        with pytest.raises(apsw.ConstraintError, match="append-only"):
            connection.execute(statement)

        assert connection.execute("SELECT * FROM audit_log").fetchall() == before


def test_a_line_is_json_on_one_line(service):
    append(service, Act("a", detail={"why": "two\nlines — and “more”"}), Result.FAILED)
    (text,) = log_of(service).read_text().splitlines()

    assert json.loads(text)["detail"] == {"why": "two\nlines — and “more”"}

"""A content that no worker survives is a failure with its reason; nothing else is lost for it."""

import ctypes
import os
import signal
import time
from pathlib import Path

import pytest

from tasks.columnar.parts import read_part
from tasks.columnar.tables import read_table, write_table
from tasks.content.identity import content_hash
from tasks.content.ledger import File, ledger
from tasks.contracts import Slice
from tasks.errors import StepFailed
from tasks.isolate import isolate
from tasks.make_part import PartOrder, make_part
from tasks.worker import Bounds
from tasks.workers import Workers

GOOD = {f"good{n}.py": f"def good{n}(): return {n}\n".encode() for n in range(4)}
BOUNDS = Bounds(content_timeout_s=3.0, memory_bytes=300 << 20)


def crash():
    ctypes.string_at(0)


def hang():
    time.sleep(3600)


def fill_memory():
    _held = b"x" * (400 << 20)
    time.sleep(3600)


def raise_an_error():
    raise IndexError("a defect of ours")


def be_killed_once(marker):
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)


EVILS = {
    "crash.py": (crash, "crashed the parser: SIGSEGV"),
    "hang.py": (hang, "timed out after 3 s"),
    "fill.py": (fill_memory, "out of memory: more than 0.3 GiB"),
    "raise.py": (raise_an_error, "cannot be extracted: IndexError"),
}


def make_evil_part(order, part, begin):
    """Make a part as ever, but that contents of certain files do to the worker what they say."""
    names = [Path(row["location"]).name for row in read_table(order.contents).to_pylist()]

    def begin_evil(ast_id):
        begin(ast_id)
        name = names[ast_id - 1] if ast_id else None
        if name in EVILS:
            EVILS[name][0]()
        if name == "unlucky.py":
            be_killed_once(order.contents.with_name("killed"))

    return make_part(order, part, begin_evil)


def make_part_that_is_lost(order, part, begin):
    """Lose the worker where it is at work on nothing in particular."""
    make_part(order, part, begin)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def workers():
    with Workers(1, BOUNDS) as started:
        yield started


@pytest.fixture
def ordered(tmp_path):
    """Write files; return the order to make a part of them, the slice, and AST ids by name."""

    def write(files):
        folder = tmp_path / f"with-{len(files)}"
        (folder / "parts").mkdir(parents=True)
        listed = []
        for name, data in files.items():
            (folder / name).write_bytes(data)
            digest = content_hash(data)
            location, size = str(folder / name), len(data)
            listed.append(File(1, name, location, digest, "python", size, 0, None, None))
        found, contents = ledger(listed, {"python": 1})
        table = write_table(folder / "contents.arrow", contents)
        order = PartOrder(table, folder / "parts", reuse_from=None, parse_timeout_s=10)
        ids = dict(zip(found["path"].to_pylist(), found["ast_id"].to_pylist(), strict=True))
        return order, Slice(0, 0, len(files)), ids

    return write


def rows_by_name(part, ids):
    """Return the rows of each table, with file names in place of AST ids."""
    names = {number: name for name, number in ids.items()}
    return {
        table: sorted(
            ({**row, "ast_id": names[row["ast_id"]]} for row in rows.to_pylist()), key=str
        )
        for table, rows in read_part(part)
    }


def test_guilty_contents_fail_with_their_reasons_and_the_others_have_the_rows_they_have_without(
    workers, ordered
):
    order, part, ids = ordered(GOOD)
    without = rows_by_name(make_part(order, part), ids)
    order, part, ids = ordered(
        GOOD | {name: f"def {name[:4]}(): pass\n".encode() for name in EVILS}
    )
    found = rows_by_name(isolate(workers, order, part, 9, make_evil_part), ids)

    assert found == without | {
        "failures": [
            {"ast_id": name, "reason": reason} for name, (_, reason) in sorted(EVILS.items())
        ]
    }


def test_more_guilty_contents_than_the_plan_allows_stop_the_run(workers, ordered):
    order, part, _ = ordered(GOOD | {"crash.py": b"x = 1\n"})
    with pytest.raises(StepFailed, match="part 0 could not be extracted; the plan allows 0"):
        isolate(workers, order, part, 0, make_evil_part)


def test_a_worker_that_someone_else_ends_costs_no_content(workers, ordered):
    order, part, ids = ordered(GOOD | {"unlucky.py": b"def unlucky(): pass\n"})
    found = rows_by_name(isolate(workers, order, part, 9, make_evil_part), ids)

    assert found["failures"] == []
    assert len(found["asts"]) == 5


def test_workers_that_are_lost_through_no_content_stop_the_run_at_last(workers, ordered):
    order, part, _ = ordered(GOOD)
    with pytest.raises(StepFailed, match="lost again and again, last: crashed the parser: SIGKILL"):
        isolate(workers, order, part, 9, make_part_that_is_lost)

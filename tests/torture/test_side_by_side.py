"""Readers and other runs beside a day."""

import json
import platform
import re
import subprocess
import sys

from tests.torture import IS_LONG
from tests.torture.conftest import REPOSITORY

READERS, SWITCHES, PAUSE_S = (8, 20, 0.1) if IS_LONG else (2, 2, 0.1)  # runs need a core, too
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"
READ = """
import json, sys, time
from pathlib import Path
from tasks.index import Index

seen, wrong, db, pause_s = set(), [], Path(sys.argv[1]), float(sys.argv[3])
print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    try:
        with Index(db) as index:
            files = {use.path for use in index.uses("join")}
            again = {use.path for use in index.uses("join")}
        seen.add(len(files))
        if files != again:
            wrong.append(sorted(files ^ again))
    except Exception as error:
        wrong.append(repr(error))
    time.sleep(pause_s)
print(json.dumps([sorted(seen), wrong]))
"""


def test_readers_see_whole_generations_and_no_error_through_many_switches(victim, tmp_path):
    end = tmp_path / "end"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, str(victim.db), str(end), str(PAUSE_S)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(READERS)
    ]
    for reader in readers:
        reader.stdout.readline()
    codes = []
    for _ in range(SWITCHES):
        victim.change()
        codes.append(victim.start().wait())
    end.touch()
    told = [json.loads(reader.communicate()[0]) for reader in readers]

    assert codes == [0] * SWITCHES
    assert told == [[[40], []]] * READERS


def test_a_second_run_is_refused_at_once_and_names_the_first(victim):
    name = victim.change()
    first = victim.start()
    first.wait_for("step 7")
    second = victim.start()
    refused = second.wait()
    said = victim.said()

    assert refused == 3
    assert re.search(
        rf"another run has {re.escape(str(victim.db))}: pid {first.process.pid} "
        rf"on {re.escape(platform.node())} since {TIME}\n",
        said,
    )
    assert (first.wait(), victim.answers(name)[1:]) == (0, (1, "ok"))

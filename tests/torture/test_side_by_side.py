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
MARKED = 7  # files that a change marks, one after the other
READ = """
import json, sys, time
from pathlib import Path
from tasks.index import Index

seen, wrong, db, pause_s, is_last = set(), [], Path(sys.argv[1]), float(sys.argv[3]), False
while not is_last:
    is_last = Path(sys.argv[2]).exists()
    try:
        with Index(db) as index:
            files = {use.path for use in index.uses("join")}
            markers = frozenset(symbol.name for symbol in index.search("marker_"))
            again = {use.path for use in index.uses("join")}
        if (len(files), markers) not in seen:
            seen.add((len(files), markers))
            print("seen", flush=True)
        if files != again:
            wrong.append(sorted(files ^ again))
    except Exception as error:
        wrong.append(repr(error))
        print("wrong", flush=True)
    time.sleep(pause_s)
print(json.dumps([[[files, sorted(markers)] for files, markers in seen], wrong]))
"""


def whole(victim):
    """Return what readers see of the generation of the last change: files, and markers."""
    rounds = range(max(victim.round - MARKED, 0) + 1, victim.round + 1)
    return [40, sorted(f"marker_{number}" for number in rounds)]


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
        reader.stdout.readline()  # it has seen the first
    generations, codes = [whole(victim)], []
    for _ in range(SWITCHES):
        victim.change()
        codes.append(victim.start().wait())
        generations.append(whole(victim))
    end.touch()
    told = [json.loads(reader.communicate()[0].splitlines()[-1]) for reader in readers]
    seen = [found for found, _ in told]

    assert codes == [0] * SWITCHES
    assert [wrong for _, wrong in told] == [[]] * READERS
    assert [one for found in seen for one in found if one not in generations] == []
    assert all(generations[0] in found and generations[-1] in found for found in seen)


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

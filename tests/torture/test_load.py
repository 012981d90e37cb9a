"""A day of scheduled rebuilds in miniature: the last one takes no more than those before it."""

import faulthandler
import gc
import json
import os
import tempfile
from pathlib import Path

import psutil
import pytest

from tests.conftest import Bench
from tests.torture import IS_LONG

LOADS = [(1, 300, 8), (10, 30, 20)] if IS_LONG else [(1, 3, 3)]  # indexes, roots and runs of each
PATIENCE_S = 400  # for one run
MEMORY_SLACK = 1.1  # the allocator gives memory back late
GROWS = {  # bytes a run, at the most; docs/upkeep.md says what becomes of them
    "audit log": 2 << 10,
    "index": 4 << 10,  # the runs and the audit log are in it as well, in pages of 8 KiB
}
SLACK_BYTES = 16 << 10  # two pages
CHANGED = 5  # roots a run


def held():
    """Count what the process holds; a thread that is about to end counts as well."""
    process = psutil.Process()
    return {
        "descriptors": process.num_fds(),
        "children": len(process.children(recursive=True)),
        "threads": process.num_threads(),
    }


def left(benches):
    """Name what a run could leave behind it; artifacts, audit lines and backups are meant to."""
    every = {"temporary": len(list(Path(tempfile.gettempdir()).iterdir()))}
    for bench in benches:
        generations = Path(f"{bench.db}.generations").iterdir()
        every[bench.folder.name] = {
            "beside": sorted(path.name for path in bench.folder.iterdir()),
            "generations": sorted(path.suffix for path in generations),
            "backups": len(list(Path(f"{bench.db}.backups").glob("*"))),
        }
    return every


def sizes(benches):
    """Measure what is meant to grow: the largest of each."""
    logs = [Path(f"{bench.db}.audit.jsonl") for bench in benches]
    indexes = [bench.db for bench in benches]
    every = {"audit log": logs, "index": indexes}
    return {of: max(path.stat().st_size for path in paths) for of, paths in every.items()}


def change(bench, names, run):
    """Change some roots, others with each run."""
    for place in range(CHANGED):
        name = names[(run * CHANGED + place) % len(names)]
        bench.write(**{name: {"a.py": f"def f{name}():\n    return {run:04d}\n"}})


@pytest.mark.usefixtures("prefect")
@pytest.mark.parametrize(("indexes", "roots", "runs"), LOADS)
def test_runs_in_a_row_leave_nothing_that_grows(tmp_path, monkeypatch, indexes, roots, runs):
    warm = max(runs // 2, 1)  # runs after which nothing may grow any more
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))  # of processes that it starts
    (tmp_path / "tmp").mkdir()
    names = [f"root{number}" for number in range(roots)]
    benches = [Bench(tmp_path / f"index{number}") for number in range(indexes)]
    for bench in benches:
        bench.write(**{name: {"a.py": f"def f{name}():\n    return 1\n"} for name in names})
    kept = {"backup": {"keep": 1}, "oracle": "off"}
    holds, seen, memory, grown = [], [], [], []
    for run in range(runs):
        for bench in benches:
            faulthandler.dump_traceback_later(PATIENCE_S, exit=True)  # pytest's is for all of them
            change(bench, names, run)
            bench.run(*names, **kept)
        gc.collect()
        holds.append(held())
        seen.append(left(benches))
        memory.append(psutil.Process().memory_info().rss)
        grown.append(sizes(benches))
    if told := os.environ.get("TORTURE_TOLD"):
        Path(told).write_text(json.dumps({"holds": holds, "memory": memory, "grown": grown}))
    growth = {of: grown[-1][of] - grown[warm][of] for of in GROWS}
    most = {of: bytes_a_run * (runs - 1 - warm) + SLACK_BYTES for of, bytes_a_run in GROWS.items()}

    most_held = {what: max(each[what] for each in holds[: warm + 1]) for what in holds[0]}
    last_held = {what: min(each[what] for each in holds[-2:]) for what in holds[0]}

    assert seen[warm:] == [seen[warm]] * (runs - warm)
    assert {what: count for what, count in last_held.items() if count > most_held[what]} == {}
    assert memory[-1] < memory[warm] * MEMORY_SLACK
    assert {of: grew for of, grew in growth.items() if grew > most[of]} == {}

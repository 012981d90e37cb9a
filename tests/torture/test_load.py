"""A day of scheduled rebuilds in miniature: the last one takes no more than those before it."""

import gc
import json
import os
import tempfile
from pathlib import Path

import psutil
import pytest

from tests.torture import IS_LONG, ROUNDS

LOADS = [(300, 8), (3, max(ROUNDS // 4, 20))] if IS_LONG else [(3, 3)]  # roots, runs
MEMORY_SLACK = 1.1  # the allocator gives memory back late
GROWS = {  # bytes a run, at the most; docs/upkeep.md says what becomes of them
    "audit log": 2 << 10,
    "index": 4 << 10,  # the runs and the audit log are in it as well, in pages of 8 KiB
}
SLACK_BYTES = 16 << 10  # two pages
CHANGED = 5  # roots a run


def belongings(bench):
    """Count what a run could leave behind it; artifacts, audit lines and backups are meant to."""
    process = psutil.Process()
    return {
        "descriptors": process.num_fds(),
        "children": len(process.children(recursive=True)),
        "threads": process.num_threads(),
        "temporary files": len(list(Path(tempfile.gettempdir()).iterdir())),
        "beside": sorted(path.name for path in bench.folder.iterdir()),
        "generations": sorted(path.suffix for path in Path(f"{bench.db}.generations").iterdir()),
        "backups": len(list(Path(f"{bench.db}.backups").glob("*"))),
    }


def sizes(bench):
    """Measure what is meant to grow."""
    return {
        "audit log": Path(f"{bench.db}.audit.jsonl").stat().st_size,
        "index": bench.db.stat().st_size,
    }


@pytest.mark.parametrize(("roots", "runs"), LOADS)
def test_runs_in_a_row_leave_nothing_that_grows(bench, tmp_path, monkeypatch, roots, runs):
    warm = max(runs // 2, 1)  # runs after which nothing may grow any more
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    names = [f"root{number}" for number in range(roots)]
    bench.write(**{name: {"a.py": f"def f{name}():\n    return 1\n"} for name in names})
    kept = {"backup": {"keep": 1}, "oracle": "off"}
    seen, memory, grown = [], [], []
    for run in range(runs):
        for place in range(CHANGED):
            name = names[(run * CHANGED + place) % roots]
            bench.write(**{name: {"a.py": f"def f{name}():\n    return {run:04d}\n"}})
        bench.run(*names, **kept)
        gc.collect()
        seen.append(belongings(bench))
        memory.append(psutil.Process().memory_info().rss)
        grown.append(sizes(bench))
    if told := os.environ.get("TORTURE_TOLD"):
        Path(told).write_text(json.dumps({"seen": seen, "memory": memory, "grown": grown}))
    growth = {of: grown[-1][of] - grown[warm][of] for of in GROWS}
    most = {of: bytes_a_run * (runs - 1 - warm) + SLACK_BYTES for of, bytes_a_run in GROWS.items()}

    assert seen[warm:] == [seen[warm]] * (runs - warm)
    assert memory[-1] < memory[warm] * MEMORY_SLACK
    assert {of: grew for of, grew in growth.items() if grew > most[of]} == {}

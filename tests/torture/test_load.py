"""A day of scheduled rebuilds in miniature: the last one takes no more than those before it."""

import gc
import tempfile
from pathlib import Path

import psutil

from tests.torture import IS_LONG, ROUNDS

ROOTS = 300 if IS_LONG else 3
RUNS = max(ROUNDS, 3)
WARM = 1 + RUNS // 4  # runs after which nothing may grow any more
MEMORY_SLACK = 1.1  # the allocator gives memory back late


def belongings(bench):
    """Count what a run could leave behind it; artifacts, audit lines and backups are meant to."""
    process = psutil.Process()
    return {
        "descriptors": process.num_fds(),
        "children": len(process.children(recursive=True)),
        "temporary files": len(list(Path(tempfile.gettempdir()).iterdir())),
        "generations": sorted(path.suffix for path in Path(f"{bench.db}.generations").iterdir()),
        "backups": len(list(Path(f"{bench.db}.backups").glob("*"))),
        "pages": bench.rows("PRAGMA page_count")[0][0],
        "free pages": bench.rows("PRAGMA freelist_count")[0][0],
    }


def test_runs_in_a_row_leave_nothing_that_grows(bench, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    names = [f"root{number}" for number in range(ROOTS)]
    bench.write(**{name: {"a.py": f"def f{name}():\n    return 1\n"} for name in names})
    kept = {"backup": {"keep": 1}, "oracle": "off"}
    seen, memory = [], []
    for _ in range(RUNS):
        bench.run(*names, **kept)
        gc.collect()
        seen.append(belongings(bench))
        memory.append(psutil.Process().memory_info().rss)

    assert seen[WARM:] == [seen[WARM]] * (RUNS - WARM)
    assert memory[-1] < memory[WARM] * MEMORY_SLACK

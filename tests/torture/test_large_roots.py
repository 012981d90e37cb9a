"""Roots that are large in one way or another: an outcome for each file, in bounded memory."""

import json
import os
import subprocess
import sys

import pytest

from tasks.index import Index
from tests.deep import TOO_LONG, deep
from tests.torture import IS_LONG
from tests.torture.conftest import REPOSITORY

LINES = 10_000_000 if IS_LONG else 100_000
ENTRIES = 100_000 if IS_LONG else 1_000
OF_LINES = (
    ("failed", "out of memory: more than 2.0 GiB", [])
    if IS_LONG
    else ("indexed", None, [("lines.py", LINES + 1)])
)
MEMORY_MIB = 3 << 10  # of the largest process
NAMES = ["CON.py", "NUL.py", "aux.py", "com1.py", "a:b.py", "trailing .py", "dot..py", "~.py"]
LONG = [b"l" * 200] * 19  # one of 3,800
RUN = "from flows.start_up import main; main()"
PLAN = """
db = "index.db"
workers = 1
oracle = "off"

[[roots]]
path = "src"

[limits]
max_file_bytes = 100_000_000
"""


@pytest.fixture
def large(prefect, tmp_path):  # noqa: ARG001 -- runs use the server of the tests
    src = tmp_path / "src"
    (src / "many").mkdir(parents=True)
    (src / "lines.py").write_bytes(b"x\n" * LINES + b"def last():\n    pass\n")
    for n in range(ENTRIES):
        (src / "many" / f"e{n}.txt").touch()
    for name in NAMES:
        (src / name).write_text(f"def reserved():\n    return {name!r}\n")
    (tmp_path / "flagday.toml").write_text(PLAN)
    text = b"def deep():\n    pass\n"
    with deep(src, LONG, text), deep(src, TOO_LONG, text):
        yield tmp_path


def run(folder):
    return subprocess.run(
        [sys.executable, "-c", RUN, "run", "--plan", "flagday.toml"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_large_files_folders_and_paths_have_their_outcomes_in_bounded_memory(large):
    ran = run(large)
    assert ran.returncode == 0, ran.stderr
    (results,) = large.glob(".flagday/runs/*/run_results.json")
    (verification,) = large.glob(".flagday/runs/*/verification.json")
    counted = json.loads(verification.read_text())["summary"]["outcomes"]
    outcomes = {(item["outcome"], item["reason"]): item["files"] for item in counted}
    with Index(large / "index.db") as index:
        (lines,) = index.files("lines.py")
        last = [(symbol.path, symbol.line) for symbol in index.where("last")]

    assert (lines.outcome, lines.reason, last) == OF_LINES
    assert max(json.loads(results.read_text())["peak_memory_mib"].values()) < MEMORY_MIB
    assert sum(outcomes.values()) >= ENTRIES + len(NAMES) + 3
    assert outcomes[("skipped", "no language for this kind of file")] == ENTRIES
    assert outcomes[("failed", "cannot be read: File name too long")] == 1
    assert {outcome for outcome, _ in outcomes} <= {"indexed", "skipped", "failed"}

"""Roots that are large in one way or another: an outcome for each file, in bounded memory."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager, suppress

import pytest

from tests.torture import IS_LONG
from tests.torture.conftest import REPOSITORY

LINES = 10_000_000 if IS_LONG else 100_000
ENTRIES = 100_000 if IS_LONG else 1_000
MEMORY_MIB = 3 << 10  # of the largest process
NAMES = ["CON.py", "NUL.py", "aux.py", "com1.py", "a:b.py", "trailing .py", "dot..py", "~.py"]
DEEP = [b"d" * 200] * 30  # a path of 6,000 bytes, more than the system opens at once
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
    with below(src, LONG) as folder:
        write(folder)
    (tmp_path / "flagday.toml").write_text(PLAN)
    yield tmp_path
    subprocess.run(["rm", "-rf", str(src)], check=True)  # shutil goes no deeper than a path


@contextmanager
def below(top, names):
    """Make a folder as deep as one likes, step by step; yield its descriptor."""
    folder = os.open(top, os.O_RDONLY)
    for name in names:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
        inner = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    yield folder
    os.close(folder)


def write(folder):
    file = os.open("f.py", os.O_CREAT | os.O_WRONLY, dir_fd=folder)
    os.write(file, b"def deep():\n    pass\n")
    os.close(file)


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

    assert max(json.loads(results.read_text())["peak_memory_mib"].values()) < MEMORY_MIB
    assert sum(outcomes.values()) >= ENTRIES + len(NAMES) + 2
    assert outcomes[("skipped", "no language for this kind of file")] == ENTRIES
    assert {outcome for outcome, _ in outcomes} <= {"indexed", "skipped", "failed"}


@pytest.mark.skipif(not IS_LONG, reason="long: a part of make torture")
def test_a_path_that_the_system_cannot_open_is_told_and_can_be_excluded(large):
    src, plan = large / "src", large / "flagday.toml"
    with below(src, DEEP) as folder:
        write(folder)
    told = run(large)
    plan.write_text(f'exclude = ["{DEEP[0].decode()}/"]\n{PLAN}')
    done = run(large)

    assert (told.returncode, "File name too long" in told.stderr) == (4, True)
    assert "Traceback" not in told.stderr
    assert done.returncode == 0, done.stderr

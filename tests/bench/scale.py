"""What many repositories cost: forks of one tree, indexed for real, beside what docs/scale.md says.

    python -m tests.bench.scale [--forks N] [--share S] [BASE]   make N forks of BASE, and measure
    python -m tests.bench.scale --work-trees [--forks N] …       the same, each a work tree of git
    python -m tests.bench.scale --mirrors [--forks N] …          the same, each a bare mirror
    python -m tests.bench.scale --roots ROOT…                    measure trees as they are

Each fork has all files of the base; a share of them, drawn by a fixed seed, has a line of its own.
CPU seconds are those of all processes, step by step; the formula is that of the page.
"""

import argparse
import json
import logging
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import apsw

from flows.execution import execute
from tasks.fill_lake import fill_lake
from tasks.read_plan import read_plan

SEED: Final = 20_260_101
COMMENT: Final = {".py": "#", ".sql": "--", ".scm": ";", ".toml": "#", ".sh": "#"}  # else: //
PAGE: Final = Path(__file__).parents[2] / "docs/scale.md"
WHOLE: Final = "whole run"
LAKE: Final = "lake"  # the first time; it is no step of a run
_GIT: Final = (
    *("git", "-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false"),
    *("-c", "user.name=flagday", "-c", "user.email=flagday@example.com"),
)
_SIZES: Final = {
    "folders": "SELECT COUNT(*) FROM roots WHERE commit_id IS NULL",  # work trees among them
    "commits": "SELECT COUNT(*) FROM roots WHERE commit_id IS NOT NULL",
    "files": "SELECT COUNT(*) FROM files",
    "found_bytes": "SELECT SUM(size_bytes) FROM files WHERE content_hash IS NOT NULL",
    "contents": "SELECT COUNT(*) FROM asts",
    "distinct_bytes": "SELECT SUM(size_bytes) FROM asts",
    "rows": "SELECT (SELECT COUNT(*) FROM symbols) + (SELECT COUNT(*) FROM refs)",
    "joined_rows": (
        "SELECT (SELECT COUNT(*) FROM golden_symbols) + (SELECT COUNT(*) FROM golden_refs)"
    ),
}


@dataclass
class Clock(logging.Handler):
    """CPU seconds of each step, told by what the steps log when they start and end."""

    taken: dict[str, float] = field(default_factory=dict)
    began: float = 0.0

    def __post_init__(self) -> None:
        """Become a handler."""
        super().__init__()

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        """Note the time of a step."""
        if hasattr(record, "started"):
            self.began = _cpu_s()
        elif hasattr(record, "done"):
            self.taken[record.done.name] = _cpu_s() - self.began


def main() -> None:
    """Measure what the command line names, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", nargs="?", type=Path, default=Path("flows/cli"))
    parser.add_argument("--forks", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.2, help="of the files that a fork edits")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--work-trees", action="store_true")
    kind.add_argument("--mirrors", action="store_true")
    kind.add_argument("--roots", type=Path, nargs="+")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        roots = words.roots or fork(words.base, scratch / "forks", words.forks, words.share)
        if words.work_trees or words.mirrors:
            roots = [commit(root) for root in roots]
        if words.mirrors:
            roots = [mirror(root) for root in roots]
        show(*measure([root.resolve() for root in roots], scratch))


def fork(base: Path, folder: Path, count: int, share: float) -> list[Path]:
    """Make forks of a tree; what a fork does not edit is a hard link."""
    chance = random.Random(SEED)
    files = sorted(
        path for path in base.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    roots = []
    for number in range(count):
        roots.append(folder / f"fork{number:06}")
        for path in files:
            target = roots[-1] / path.relative_to(base)
            target.parent.mkdir(parents=True, exist_ok=True)
            if chance.random() < share:
                mark = COMMENT.get(path.suffix, "//")
                target.write_bytes(path.read_bytes() + f"{mark} fork {number}\n".encode())
            else:
                os.link(path, target)
    return roots


def commit(folder: Path) -> Path:
    """Make a folder a git repository with one commit of all that it has."""
    for words in (["init", "-q"], ["add", "--all"], ["commit", "-q", "-m", "all"]):
        subprocess.run([*_GIT, "-C", str(folder), *words], check=True)
    return folder


def mirror(repository: Path) -> Path:
    """Put a bare mirror, with a pack as a remote sends it, in the place of a repository."""
    bare = repository.with_name(f"{repository.name}.git")
    words = ["clone", "-q", "--mirror", "--no-local", str(repository), str(bare)]
    subprocess.run([*_GIT, *words], check=True)
    shutil.rmtree(repository)
    return bare


def measure(roots: list[Path], scratch: Path) -> tuple[dict[str, float], dict[str, int]]:
    """Run the flag day on roots; return the CPU seconds of its steps, and what there is."""
    with _clock() as clock:
        began = _cpu_s()
        plan = read_plan(
            None,
            {
                "roots": [{"path": root} for root in roots],
                "db": scratch / "index.db",
                "oracle": "off",
            },
        )
        execute(plan, is_rehearsal=False)
        whole = _cpu_s() - began
        began = _cpu_s()
        fill_lake(plan.db, scratch / "lake", "index")
        clock.taken |= {WHOLE: whole, LAKE: _cpu_s() - began}
    with closing(apsw.Connection(str(plan.db), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        sizes = {name: connection.execute(query).get for name, query in _SIZES.items()}
    sizes["work_trees"] = sum((root / ".git").exists() for root in roots)
    sizes["folders"] -= sizes["work_trees"]
    sizes["index_bytes"] = plan.db.stat().st_size
    sizes["lake_bytes"] = sum(path.stat().st_size for path in (scratch / "lake").rglob("*.parquet"))
    return clock.taken, sizes


def show(taken: dict[str, float], sizes: dict[str, int]) -> None:
    """Print what was measured, and what the formula says of it."""
    print("  ".join(f"{name}={size:,}" for name, size in sizes.items()))
    print(f"\n{'step':<24}{'CPU s':>9}{'formula':>9}{'error':>9}")
    for name, cpu_s in taken.items():
        expected = predicted(name, sizes)
        error = f"{expected / cpu_s - 1:>+9.0%}" if expected and cpu_s else f"{'-':>9}"
        print(f"{name:<24}{cpu_s:>9.1f}{expected:>9.1f}{error}")
    print(json.dumps({"taken": taken, "sizes": sizes}))


def predicted(step: str, sizes: dict[str, int]) -> float:
    """Return the CPU seconds that the formula of the page gives a step, or the whole run."""
    amounts = (
        1,
        sizes["folders"],
        sizes["work_trees"],
        sizes["commits"],
        sizes["files"] / 1e6,
        sizes["contents"] / 1e6,
        sizes["distinct_bytes"] / 1e9,
        sizes["rows"] / 1e6,
        sizes["joined_rows"] / 1e6,
    )
    cost = {
        name: sum(unit * amount for unit, amount in zip(units, amounts, strict=True))
        for name, units in units_of_the_page().items()
    }
    cost[WHOLE] = sum(cpu_s for name, cpu_s in cost.items() if name != LAKE)
    return cost.get(step, 0.0)


@cache
def units_of_the_page() -> dict[str, tuple[float, ...]]:
    """Read the table of unit costs: by step, CPU seconds a run, a folder, a work tree …"""
    table = re.search(r"^\| Step \|.*?\n\n", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert table is not None
    rows = (
        [cell.strip() for cell in line.split("|")[1:-1]] for line in table[0].splitlines()[2:-1]
    )
    return {name: tuple(float(cell or 0) for cell in cells) for name, *cells in rows}


@contextmanager
def _clock() -> Iterator[Clock]:
    log, clock = logging.getLogger("flagday"), Clock()
    log.addHandler(clock)
    log.setLevel(logging.INFO)
    try:
        yield clock
    finally:
        log.removeHandler(clock)


def _cpu_s() -> float:
    """CPU seconds of this process and of all its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    sys.exit(main())

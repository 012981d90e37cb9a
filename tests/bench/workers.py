"""What workers bring, and what a flag day costs that has nothing to do.

    python -m tests.bench.workers [--times N] ROOT

Medians of N runs (3) with 1, 2 and 4 workers, and of runs on an empty file; of these, by step.
What no step takes is the start of Python, of Prefect and its server, and their end. "first word"
is how long the operator looks at nothing.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.days import Day, flag_day
from tests.bench.processes import Usage


def main() -> None:
    """Measure the tree that the command line names, and print two tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    print(f"{'workers':<10}{'CPU s':>9}{'wall s':>9}{'extract s':>11}{'peak MiB':>10}", end="")
    print(f"{'first word s':>14}")
    for workers in (1, 2, 4):
        _show(str(workers), [_day(given.root.resolve(), workers) for _ in range(given.times)])
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "empty.py").touch()
        days = [_day(Path(folder), 2) for _ in range(given.times)]
    _show("empty", days)
    print()
    for step in days[0].steps_s:
        print(f"{step:<22}{median(day.steps_s[step] for day in days):>8.2f} s")
    outside = median(day.usage.wall_s - sum(day.steps_s.values()) for day in days)
    print(f"{'outside of the steps':<22}{outside:>8.2f} s")


def _show(name: str, days: list[Day]) -> None:
    usage = Usage.middle([day.usage for day in days])
    extract_s = median(day.steps_s["extract"] for day in days)
    print(
        f"{name:<10}{usage.cpu_s:>9.1f}{usage.wall_s:>9.1f}{extract_s:>11.1f}"
        f"{usage.peak_mib:>10}{usage.first_word_s:>14.2f}",
        flush=True,
    )


def _day(root: Path, workers: int) -> Day:
    with tempfile.TemporaryDirectory() as folder:
        return flag_day([root], Path(folder).resolve() / "index.db", workers)


if __name__ == "__main__":
    main()

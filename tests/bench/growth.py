"""How the cost of a flag day grows with the tree, as a table and a plot.

    python -m tests.bench.growth [--workers N] [--most PERCENT] ROOT PLOT.svg

1 %, 10 % and 100 % of the files of a tree, evenly spread, and three copies of it whose every file
has other bytes; up to so many percent. The plot has both axes logarithmic: cost that is linear is
a straight line of slope one, which is drawn through the whole tree for the eye.
"""

import argparse
import math
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from tests.bench.days import Day, flag_day, sources

SHARES = {"1 %": 0.01, "10 %": 0.1, "100 %": 1.0, "300 %": 3.0}


def main() -> None:
    """Measure the tree that the command line names; print a table and write the plot."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("plot", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--most", type=float, default=300)
    given = parser.parse_args()
    days = {}
    print(f"{'':<8}{'MB':>9}{'files':>9}{'CPU s':>9}{'wall s':>9}{'peak MiB':>10}", end="")
    print(f"{'index MB':>10}{'CPU s a MB':>12}{'index ÷ MB':>12}")
    for name, share in SHARES.items():
        if 100 * share > given.most:
            break
        day = days[name] = _day(given.root.resolve(), share, given.workers)
        megabytes, index = day.source_bytes / 1e6, day.index_bytes / 1e6
        print(
            f"{name:<8}{megabytes:>9.1f}{day.files:>9}{day.usage.cpu_s:>9.1f}"
            f"{day.usage.wall_s:>9.1f}{day.usage.peak_mib:>10}{index:>10.1f}"
            f"{day.usage.cpu_s / megabytes:>12.3f}{index / megabytes:>12.2f}",
            flush=True,
        )
    given.plot.write_text(plot(days))


def _day(root: Path, share: float, workers: int) -> Day:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        tree = Path(folder).resolve() / "tree"
        for number in range(math.ceil(share)):
            _copy(root, tree / str(number), min(share, 1.0), number)
        return flag_day([tree], Path(folder).resolve() / "index.db", workers)


def _copy(root: Path, into: Path, share: float, number: int) -> None:
    """Copy a share of the files; in all but the first copy, with one more byte for each before."""
    for path in sources(root)[:: round(1 / share)]:
        copy = into / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes() + b"\n" * number)


def plot(days: dict[str, Day]) -> str:
    """Draw CPU, wall and the size of the index over the size of the source, as SVG."""
    sizes = [day.source_bytes / 1e6 for day in days.values()]
    lines: dict[str, Callable[[Day], float]] = {
        "CPU, s": lambda day: day.usage.cpu_s,
        "wall, s": lambda day: day.usage.wall_s,
        "index, MB": lambda day: day.index_bytes / 1e6,
    }
    values = {name: [of(day) for day in days.values()] for name, of in lines.items()}
    every = [value for line in values.values() for value in line]
    across, up = _Axis(sizes, 70, 560), _Axis(every, 340, 30)
    environment = Environment(
        loader=PackageLoader("tests.bench", "."), undefined=StrictUndefined, autoescape=True
    )
    return environment.get_template("growth.svg.j2").render(
        across=across.decades(),
        up=up.decades(),
        lines=[
            {
                "name": name,
                "points": [(across(x), up(y)) for x, y in zip(sizes, line, strict=True)],
                "ideal": [(across(x), up(line[-2] * x / sizes[-2])) for x in sizes],
            }
            for name, line in values.items()
        ],
    )


class _Axis:
    """A logarithmic axis from the decade below the least value to the one above the greatest."""

    def __init__(self, values: list[float], start: float, end: float) -> None:
        self._first = math.floor(math.log10(min(values)))
        self._last = math.ceil(math.log10(max(values)))
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self._first) / (self._last - self._first)
        return round(self._start + share * (self._end - self._start), 1)

    def decades(self) -> Iterator[tuple[str, float]]:
        for power in range(self._first, self._last + 1):
            yield f"{10.0**power:,g}", self(10.0**power)


if __name__ == "__main__":
    main()

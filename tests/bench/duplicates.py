"""What content identity saves: roots that share contents, each alone and all together.

    python -m tests.bench.duplicates ROOT ROOT…

Alone, each root has an index of its own, and what it shares with another is extracted, stored and
proven again. Together, equal contents are one AST.
"""

import argparse
import tempfile
from dataclasses import replace
from functools import reduce
from pathlib import Path

from tests.bench.days import Day, flag_day


def main() -> None:
    """Measure the roots that the command line names, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("roots", type=Path, nargs="+")
    roots = [root.resolve() for root in parser.parse_args().roots]
    print(f"{'':<24}{'files':>9}{'MB':>9}{'symbols':>10}{'refs':>10}{'CPU s':>9}{'index MB':>10}")
    alone = [_shown(root.name, [root]) for root in roots]
    _show("alone, in all", reduce(_sum, alone))
    _shown("together", roots)


def _shown(name: str, roots: list[Path]) -> Day:
    with tempfile.TemporaryDirectory() as folder:
        day = flag_day(roots, Path(folder).resolve() / "index.db")
    _show(name, day)
    return day


def _sum(one: Day, other: Day) -> Day:
    return replace(
        one,
        usage=replace(one.usage, cpu_s=one.usage.cpu_s + other.usage.cpu_s),
        index_bytes=one.index_bytes + other.index_bytes,
        source_bytes=one.source_bytes + other.source_bytes,
        files=one.files + other.files,
        symbols=one.symbols + other.symbols,
        refs=one.refs + other.refs,
    )


def _show(name: str, day: Day) -> None:
    print(
        f"{name:<24}{day.files:>9}{day.source_bytes / 1e6:>9.1f}{day.symbols:>10}{day.refs:>10}"
        f"{day.usage.cpu_s:>9.1f}{day.index_bytes / 1e6:>10.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""What a tree costs, in CPU seconds: bare parsing, extraction up to the parts, the whole run.

    python -m tests.bench.bench ROOT…

Ratios are what to quote. Bare parsing and extraction take turns, slice by slice of each language;
bare parsing is the parser alone, on text that is read and decoded already.
"""

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Self

from tree_sitter import Parser

from flows.execution import execute
from tasks.columnar.tables import read_table, write_table
from tasks.content.identity import content_hash
from tasks.content.ledger import File, ledger
from tasks.content.text import decode, is_binary
from tasks.contracts import Slice
from tasks.make_part import PartOrder, make_part
from tasks.plan import Limits
from tasks.read_plan import read_plan
from tasks.roots.listing import list_files
from tasks.syntax.detection import detect
from tasks.syntax.extract import BATCH_BYTES
from tasks.syntax.languages import languages


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds, of some megabytes of source."""

    megabytes: float = 0.0
    bare_s: float = 0.0
    parts_s: float = 0.0

    def __add__(self, other: Self) -> Self:
        """Add up what two pieces cost."""
        return type(self)(
            self.megabytes + other.megabytes,
            self.bare_s + other.bare_s,
            self.parts_s + other.parts_s,
        )

    def __str__(self) -> str:
        """Show the columns of the table."""
        ratio = self.parts_s / max(self.bare_s, 1e-9)
        return f"{self.megabytes:>9.1f}{self.bare_s:>9.2f}{self.parts_s:>9.2f}{ratio:>9.2f}"


def main() -> None:
    """Measure the trees that the command line names, and print a table."""
    roots = [Path(word).resolve() for word in sys.argv[1:] or ["."]]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        contents = write_table(scratch / "contents.arrow", _contents(roots))
        megabytes = sum(read_table(contents)["size_bytes"].to_pylist()) / 1e6
        costs = _costs(contents, scratch)
        whole, wall, workspace = _whole(roots, scratch)
        steps = json.loads((workspace / "run_results.json").read_text())["steps"]
        size = (scratch / "index.db").stat().st_size / 1e6
    print(f"{megabytes:.1f} MB of source in distinct contents\n")
    print(f"{'up to the parts':<20}{'MB':>9}{'bare s':>9}{'parts s':>9}{'÷ bare':>9}")
    for language, cost in costs.items():
        print(f"{language:<20}{cost}")
    total = sum(costs.values(), Cost())
    print(f"{'all':<20}{total}")
    print(f"{'whole run':<20}{megabytes:>9.1f}{total.bare_s:>9.2f}{whole:>9.2f}", end="")
    print(f"{whole / total.bare_s:>9.2f}")
    print(f"\nwhole run: {wall:.1f} s wall, index {size:.1f} MB, peak {_peak_mib()} MiB a process")
    for step in steps:
        print(f"  {step['step']:>2} {step['name']:<22}{step['took_s']:>8.2f} s")


def _contents(roots: list[Path]) -> object:
    names = {name: number for number, name in enumerate(languages(), 1)}
    limit = Limits().max_file_bytes
    files = []
    for root in roots:
        for found in list_files(root, frozenset(), limit):
            path = os.fsdecode(found.path)
            if found.skip:
                continue
            data = (root / path).read_bytes()
            language = detect(path, data)
            if language and not is_binary(data):
                size = len(data)
                location = str(root / path)
                files.append(
                    File(1, path, location, content_hash(data), language, size, 0, None, None)
                )
    return ledger(files, names)[1]


def _costs(contents: Path, scratch: Path) -> dict[str, Cost]:
    """Return what each language costs; both measures see one slice right after the other."""
    order = PartOrder(contents, scratch, reuse_from=None, parse_timeout_s=60.0)
    rows = read_table(contents).select(["language", "location", "size_bytes"]).to_pylist()
    costs: dict[str, Cost] = {}
    for language, group in groupby(enumerate(rows), lambda row: row[1]["language"]):
        parser = Parser(languages()[language].load_grammar())
        cost, is_warm = Cost(), False
        for first, last in _slices(list(group)):
            texts = [decode(Path(row["location"]).read_bytes()).utf8 for row in rows[first:last]]
            if not is_warm:  # what is compiled once a process
                make_part(order, Slice(0, first, first + 1))
                is_warm = True
            cost += Cost(
                sum(row["size_bytes"] for row in rows[first:last]) / 1e6,
                _cpu_s(lambda: [parser.parse(text) for text in texts]),  # noqa: B023 -- called here
                _cpu_s(lambda: make_part(order, Slice(0, first, last))),  # noqa: B023 -- called here
            )
        costs[language] = cost
    return costs


def _slices(group: list[tuple[int, dict[str, Any]]]) -> Iterator[tuple[int, int]]:
    """Yield the first row of each slice of about a batch, and the row behind its last."""
    first, size = group[0][0], 0
    for number, row in group:
        size += row["size_bytes"]
        if size >= BATCH_BYTES:
            yield first, number + 1
            first, size = number + 1, 0
    if size:
        yield first, group[-1][0] + 1


def _whole(roots: list[Path], scratch: Path) -> tuple[float, float, Path]:
    plan = read_plan(
        None, {"roots": [{"path": root} for root in roots], "db": scratch / "index.db"}
    )
    before, began = _cpu_of_all_s(), time.monotonic()
    workspace = execute(plan, is_rehearsal=False)
    return _cpu_of_all_s() - before, time.monotonic() - began, workspace.artifacts


def _cpu_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _cpu_of_all_s() -> float:
    """CPU seconds of this process and of all its ended children, Prefect's server among them."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_mib() -> int:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(usage.ru_maxrss for usage in usages) // 1024


if __name__ == "__main__":
    main()

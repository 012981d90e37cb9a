"""What a tree costs, in CPU seconds: bare parsing, extraction up to the parts, the whole run.

    python -m tests.bench.bench ROOT…

Ratios are what to quote: the three are measured one after the other on the same machine.
"""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

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
from tasks.syntax.languages import languages


def main() -> None:
    """Measure the trees that the command line names, and print a table."""
    roots = [Path(word).resolve() for word in sys.argv[1:] or ["."]]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        contents = write_table(scratch / "contents.arrow", _contents(roots))
        megabytes = sum(read_table(contents)["size_bytes"].to_pylist()) / 1e6
        bare = _cpu_s(lambda: _parse(contents))
        parts = _cpu_s(lambda: _make_parts(contents, scratch))
        whole, wall, workspace = _whole(roots, scratch)
        steps = json.loads((workspace / "run_results.json").read_text())["steps"]
        size = (scratch / "index.db").stat().st_size / 1e6
    print(f"{megabytes:.1f} MB of source in distinct contents\n")
    print(f"{'':<28}{'CPU s':>9}{'÷ bare':>9}{'MB/s':>9}")
    for name, cpu in (("bare parsing", bare), ("up to the parts", parts), ("whole run", whole)):
        print(f"{name:<28}{cpu:>9.2f}{cpu / bare:>9.2f}{megabytes / cpu:>9.1f}")
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


def _parse(contents: Path) -> None:
    parsers = {name: Parser(language.load_grammar()) for name, language in languages().items()}
    for content in read_table(contents).to_pylist():
        parsers[content["language"]].parse(decode(Path(content["location"]).read_bytes()).utf8)


def _make_parts(contents: Path, scratch: Path) -> None:
    order = PartOrder(contents, scratch, reuse_from=None, parse_timeout_s=60.0)
    make_part(order, Slice(0, 0, read_table(contents).num_rows))


def _whole(roots: list[Path], scratch: Path) -> tuple[float, float, Path]:
    plan = read_plan(
        None, {"roots": [{"path": root} for root in roots], "db": scratch / "index.db"}
    )
    before, began = _cpu_of_all_s(), time.monotonic()
    workspace = execute(plan, is_rehearsal=False)
    return _cpu_of_all_s() - before, time.monotonic() - began, workspace.artifacts


def _cpu_s(work: object) -> float:
    began = time.process_time()
    work()  # type: ignore[operator]
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

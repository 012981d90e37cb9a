"""Flag days as processes of their own, as an operator starts them."""

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw

from tests.bench.processes import Usage, cost

COMMAND = Path(sys.executable).with_name("flagday")


@dataclass(frozen=True, slots=True)
class Day:
    """What one flag day cost, and what it made."""

    usage: Usage
    steps_s: dict[str, float]
    index_bytes: int
    source_bytes: int  # of distinct contents that have an AST
    files: int
    symbols: int
    refs: int


def flag_day(roots: list[Path], db: Path, workers: int = 2, flags: Sequence[str] = ()) -> Day:
    """Run a flag day of some folders to its end."""
    words = [str(COMMAND), "run", *map(str, roots), "--db", str(db), "--workers", str(workers)]
    words += flags
    artifacts = db.with_name("artifacts")
    shutil.rmtree(artifacts, ignore_errors=True)
    usage = cost([*words, "--artifacts", str(artifacts)], db.parent)
    results = json.loads((artifacts / "run_results.json").read_text())
    steps_s = {step["name"]: step["took_s"] for step in results["steps"]}
    connection = apsw.Connection(str(db), flags=apsw.SQLITE_OPEN_READONLY)
    counts = [
        connection.execute(f"SELECT {what}").get
        for what in (
            "SUM(size_bytes) FROM (SELECT DISTINCT content_hash, size_bytes FROM asts)",
            "COUNT(*) FROM files",
            "COUNT(*) FROM symbols",
            "COUNT(*) FROM refs",
        )
    ]
    connection.close()
    source_bytes, files, symbols, refs = (count or 0 for count in counts)
    return Day(usage, steps_s, db.stat().st_size, source_bytes, files, symbols, refs)


@contextmanager
def edited_copy(root: Path, folder: Path) -> Iterator[Path]:
    """Copy a tree for the time of the context; it may be edited."""
    copy = folder / "tree" / root.name
    shutil.copytree(root, copy, symlinks=True)
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def sources(root: Path) -> list[Path]:
    """List the files of a tree, in path order."""
    return sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def touch_every(files: list[Path], nth: int) -> int:
    """Add an empty line to each nth file; return how many have one more."""
    for path in files[::nth]:
        with path.open("ab") as file:
            file.write(b"\n")
    return len(files[::nth])

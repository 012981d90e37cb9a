"""How long questions take, warm, one kind after the other, on a sample that a seed fixes.

    python -m tests.bench.queries --index INDEX
    python -m tests.bench.queries ROOT…            builds an index of them first

A target is a bound of p50 and of p95. Names are drawn from the index itself; of uses, by the number
of files that hold them. At the end comes a new process, from its start to its end: Python's own
share, which the last line tells, the loading of the command from its bytecode, and one question.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import apsw

from tasks.index import Index
from tasks.index.by_file import ByFile
from tasks.index.mode import Mode

SEED = 20_260_101
# Where Python may not keep bytecode, what is installed to be edited is compiled for each answer.
ENVIRONMENT = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
COMMAND = Path(sys.executable).with_name("flagday")
LONG = 8  # characters: half of such a name is still three or more
USED_BY = ((1, 10), (11, 100), (101, 1000))  # files


@dataclass(frozen=True)
class Kind:
    """One kind of question, and the sample it is asked on."""

    name: str
    ask: Callable[[Any], object]
    sample: Sequence[Any]
    target_ms: tuple[float, float] | None = None  # p50 and p95


def main() -> None:
    """Measure an index that the command line names, or one of the roots that it names."""
    words = sys.argv[1:]
    if words[:1] == ["--index"]:
        measure(Path(words[1]))
        return
    # What a run needs in memory, Python's garbage collector would go through during the questions.
    from flows.execution import execute  # noqa: PLC0415 -- as just said
    from tasks.read_plan import read_plan  # noqa: PLC0415 -- as just said

    with tempfile.TemporaryDirectory() as folder:
        roots = [{"path": Path(word).resolve()} for word in words or ["."]]
        database = Path(folder, "index.db")
        execute(
            read_plan(None, {"roots": roots, "db": database, "oracle": "off"}), is_rehearsal=False
        )
        measure(database)


def measure(database: Path) -> None:
    """Ask every kind of question, and print how long the answers took."""
    print(f"{'':<44}{'n':>6}{'p50 ms':>10}{'p95 ms':>10}   target")
    with Index(database, timeout_s=None) as index, ByFile(database, timeout_s=None) as by_file:
        for kind in kinds(index, by_file, Sample(database)):
            show(kind, warm_times(kind))
    name = Sample(database).names(1)[0]
    command = [COMMAND, "where", name, "--db", database]
    process = Kind("flagday where, a new process", _run, [command] * 40, (150, 150))
    show(process, warm_times(process))
    python = Kind("of that, a Python that does nothing", _run, [[sys.executable, "-c", ""]] * 40)
    show(python, warm_times(python))


def kinds(index: Index, by_file: ByFile, sample: "Sample") -> Iterator[Kind]:
    """Yield every kind of question, in the order of the table."""
    names = sample.names(1000)
    yield Kind("where", index.where, names, (0.2, 1))
    for least, most in USED_BY:
        used = sample.used_names(300, least, most)
        yield Kind(f"uses --files, in {least} to {most} files", index.files_using, used, (5, 20))
        yield Kind(f"uses, in {least} to {most} files", index.uses, used, (5, 20))
    yield from searches(index, names)
    yield Kind("symbols", index.symbols, sample.files(300))
    yield Kind("imports", index.imports, sample.modules(300))
    yield Kind("clones", index.clones, names[:300])
    ids = sample.file_ids(1000)
    yield Kind("get_many, 1,000 files", by_file.get_many, [ids] * 5)
    yield Kind(
        "get_many_with_kind, 1,000 files, function",
        lambda asked: by_file.get_many_with_kind(asked, "function"),
        [ids] * 5,
    )


def searches(index: Index, names: Sequence[str]) -> Iterator[Kind]:
    """Yield the kinds of name search; patterns are parts of names."""
    target = (1.0, 5.0)
    long = [name for name in names if len(name) >= LONG][:300]
    starts = [name[: len(name) // 2] for name in long]
    middles = [name[len(name) // 4 : -(len(name) // 4)] for name in long]
    yield Kind("search, exact", partial(index.search, mode=Mode.EXACT), names[:300], target)
    yield Kind("search, prefix", partial(index.search, mode=Mode.PREFIX), starts, target)
    yield Kind("search, substring", partial(index.search, mode=Mode.SUBSTRING), middles, target)
    yield Kind("search, words", partial(index.search, mode=Mode.WORDS), long)
    regexes = [f"^{re.escape(start)}.*[a-z]$" for start in starts]
    yield Kind("search, regex", partial(index.search, mode=Mode.REGEX), regexes)
    structs = partial(index.search, types=("struct",), limit=None)
    asked = ["stream"] * 50 if "struct" in index.words()["type"] else []
    yield Kind("search, struct, all with `stream`", structs, asked, (10, 10))
    yield Kind("docs", lambda words: index.docs(words, limit=20), [[name] for name in long])


class Sample:
    """What an index is asked for: drawn from itself, the same in every run."""

    def __init__(self, database: Path) -> None:
        """Draw from ``database``."""
        self._database = database

    def names(self, size: int) -> list[str]:
        """Draw names of symbols."""
        return self._drawn("SELECT name FROM symbol_names ORDER BY name_id", size)

    def used_names(self, size: int, least: int, most: int) -> list[str]:
        """Draw names that so many files use, as usages of one type."""
        return self._drawn(
            "SELECT DISTINCT name FROM (SELECT name FROM refs GROUP BY ref_type, name"
            f" HAVING COUNT(DISTINCT ast_id) BETWEEN {least} AND {most}) ORDER BY name",
            size,
        )

    def files(self, size: int) -> list[str]:
        """Draw paths of files that were read."""
        return self._drawn(
            "SELECT roots.name || '/' || path FROM files INNER JOIN roots USING (root_id)"
            " WHERE outcome IN ('indexed', 'partial') ORDER BY file_id",
            size,
        )

    def file_ids(self, size: int) -> list[int]:
        """Draw files, whatever became of them."""
        return self._drawn("SELECT file_id FROM files ORDER BY file_id", size)

    def modules(self, size: int) -> list[str]:
        """Draw modules that are imported."""
        return self._drawn("SELECT DISTINCT module FROM imports ORDER BY module", size)

    def _drawn(self, statement: str, size: int) -> list[Any]:
        with closing(apsw.Connection(str(self._database), flags=apsw.SQLITE_OPEN_READONLY)) as it:
            found = [value for (value,) in it.execute(statement)]
        return random.Random(SEED).sample(found, min(size, len(found)))


def warm_times(kind: Kind) -> list[float]:
    """Ask all questions of a kind twice; return how long the second answers took, in ms, sorted."""
    for asked in kind.sample:
        kind.ask(asked)
    times = []
    for asked in kind.sample:
        began = time.perf_counter()
        kind.ask(asked)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def show(kind: Kind, times: list[float]) -> None:
    """Print one line of the table."""
    if not times:
        print(f"{kind.name:<44}{0:>6}   nothing in this index to ask for")
        return
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    line = f"{kind.name:<44}{len(times):>6}{p50:>10.3f}{p95:>10.3f}"
    if kind.target_ms is not None:
        is_met = p50 <= kind.target_ms[0] and p95 <= kind.target_ms[1]
        line += "   {:g} / {:g}  {}".format(*kind.target_ms, "met" if is_met else "NOT MET")
    print(line, flush=True)


def _run(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)


if __name__ == "__main__":
    main()

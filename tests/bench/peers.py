"""flagday beside the neighbours, on one tree, in one run: CPU, wall, memory and size of the result.

    python -m tests.bench.peers [--times N] [--pygments] ROOT

Medians of N runs (3). Each tool reads a copy of the tree, which is warm in memory. "again" is a
second run with nothing changed; "1 % edited" is one after an empty line at the end of each
hundredth file. What a tool has no second way for, it does anew. ``--pygments`` adds GNU global
with its Pygments parser, which takes hours on a large tree.
"""

import argparse
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.days import edited_copy, flag_day, sources, touch_every
from tests.bench.processes import Usage, cost

_TICK_S: Final = 1.1  # some compare whole seconds of a file's time
Run = Callable[[Path, Path], Usage]  # of a tree, into a folder


@dataclass(frozen=True, slots=True)
class Tool:
    """A way to make an index."""

    name: str
    needs: str  # a program on the PATH
    run: Run
    delivers: str


def _flagday(tree: Path, into: Path) -> Usage:
    return flag_day([tree], into / "index.db").usage


def _ctags(tree: Path, into: Path) -> Usage:
    return cost(["ctags", "--recurse", "--fields=+neS", "-f", str(into / "tags"), "."], tree)


def _gtags(label: str) -> Run:
    def run(tree: Path, into: Path) -> Usage:
        again = ["--incremental"] if (into / "GTAGS").exists() else []
        return cost(["gtags", "--gtagslabel", label, *again, str(into)], tree)

    return run


def _cscope(tree: Path, into: Path) -> Usage:
    return cost(["cscope", "-b", "-q", "-k", "-R", "-f", str(into / "cscope.out")], tree)


TOOLS = (
    Tool("flagday", "ctags", _flagday, "definitions, uses, scopes, columns, signatures, "
         "docstrings, imports, search; duplicates once; verified; Parquet and reports"),
    Tool("ctags", "ctags", _ctags, "definitions with scopes and signatures"),
    Tool("gtags", "gtags", _gtags("default"), "definitions and uses by line: C, C++, Java, PHP, "
         "Yacc, assembler"),
    Tool("cscope", "cscope", _cscope, "definitions, uses and calls by line: C"),
)  # fmt: skip
PYGMENTS = Tool(
    "gtags, pygments", "gtags", _gtags("native-pygments"), "as gtags, and all that Pygments reads"
)


def main() -> None:
    """Measure the tree that the command line names, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--pygments", action="store_true")
    given = parser.parse_args()
    tools = [*TOOLS, *([PYGMENTS] if given.pygments else [])]
    print(f"{'':<18}{'':<12}{'CPU s':>9}{'wall s':>9}{'peak MiB':>10}{'index MB':>10}")
    for tool in tools:
        if not shutil.which(tool.needs):
            print(f"{tool.name:<18}is not installed")
            continue
        try:
            found = [dict(_occasions(tool, given.root.resolve())) for _ in range(given.times)]
        except subprocess.CalledProcessError as error:
            print(f"{tool.name:<18}failed: {error.stderr.decode(errors='replace').strip()}")
            continue
        for occasion in found[0]:
            middle = Usage.middle([each[occasion][0] for each in found])
            size = found[0][occasion][1] / 1e6
            print(
                f"{tool.name:<18}{occasion:<12}{middle.cpu_s:>9.1f}{middle.wall_s:>9.1f}"
                f"{middle.peak_mib:>10}{size:>10.1f}",
                flush=True,
            )
    print()
    for tool in tools:
        print(f"{tool.name}: {tool.delivers}")


def _occasions(tool: Tool, root: Path) -> Iterator[tuple[str, tuple[Usage, int]]]:
    with (
        tempfile.TemporaryDirectory(dir=".") as folder,
        edited_copy(root, Path(folder).resolve()) as tree,
    ):
        into = Path(folder).resolve() / "index"
        into.mkdir()
        files = sources(tree)
        for occasion in ("cold", "again", "1 % edited"):
            if occasion == "1 % edited":
                time.sleep(_TICK_S)
                touch_every(files, 100)
            usage = tool.run(tree, into)
            yield occasion, (usage, _size(into))


def _size(folder: Path) -> int:
    """Sum up the index and what belongs to it; flagday's backups and artifacts do not."""
    left_out = {"index.db.backups", "artifacts", ".flagday"}
    return sum(
        path.lstat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not left_out & set(path.relative_to(folder).parts)
    )


if __name__ == "__main__":
    main()

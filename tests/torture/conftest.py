"""An index with a builder, runs of it in processes of their own, and what must be true after."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import psutil
import pytest

from flows.execution import execute
from tasks.read_plan import read_plan
from tasks.store.generations import folder_of
from tests.conftest import hang_up
from tests.torture import IS_LONG
from tests.torture.nursery import Born, born

collect_ignore = (
    [] if IS_LONG else ["test_clusters.py", "test_ray.py"]
)  # tests/tasks/clusters is quick

REPOSITORY = Path(__file__).parents[2]
RUN = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]+")  # its id
IDLE = ["audit.head", "lock"]  # what lies beside a generation when no run is under way
OF_RUNS = {"runs", "run_steps", "schema_migrations", "audit_log", "sqlite_stat1"}
SOURCE = "import os\n\n\ndef f{n}(a):\n    return os.path.join(a)\n\n\nclass C{n}:\n    pass\n"
BUILDER = """
[[builders]]
kind = "command"
name = "indexer"
settle_s = 0
stop = "rm running"
start = "touch running"
is_stopped = "test ! -e running"
"""
PLAN = f"""
db = "index.db"
workers = 2
oracle = "off"

[[roots]]
path = "src"
{BUILDER}"""


@dataclass
class Run:
    """A run in a process of its own."""

    process: subprocess.Popen[str] | Born
    said: list[str] = field(default_factory=list)

    def wait_for(self, word: str) -> bool:
        """Read what it tells up to a line; False: it ended without."""
        for line in self.process.stdout:
            self.said.append(line.strip())
            if self.said[-1] == word:
                return True
        return False

    def go_on(self) -> int:
        """Have it go on that is paused; return the exit code."""
        self.process.send_signal(signal.SIGCONT)
        return self.wait()

    def wait(self) -> int:
        """Read to the end; return the exit code."""
        self.said += [line.strip() for line in self.process.stdout]
        return self.process.wait(60)

    def below(self) -> list[psutil.Process]:
        """Return the processes that it has started."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def kill(self) -> list[psutil.Process]:
        """Kill it as the kernel does; return what it had started."""
        below = self.below()
        self.process.kill()
        self.process.wait()
        return below


@dataclass
class Victim:
    """A folder with sources, a plan, a builder that runs, and an index in service."""

    folder: Path
    round: int = 0

    @property
    def db(self) -> Path:
        return self.folder / "index.db"

    @property
    def temporary(self) -> Path:
        """Return where its runs put temporary files."""
        return self.folder.with_name(f"{self.folder.name}.tmp")

    def change(self) -> str:
        """Change some sources; return a name that only they define."""
        self.round += 1
        name = f"marker_{self.round}"
        (self.folder / "src" / f"m{self.round % 7}.py").write_text(f"def {name}():\n    pass\n")
        return name

    def paused(self, step: int, ahead: int = 0, jumps: int | None = None) -> Run:
        """Start a run that stops itself where a step starts; ``go_on`` has it go on.

        Its clock is some days ahead, from the start or from the step where it ``jumps``.
        """
        clock = [f"--ahead={ahead}", *([f"--from={jumps}"] if jumps else [])]
        run = Run(self._begun([f"--pause={step}", *clock, *self._words()], {}))
        assert run.wait_for(f"step {step}"), self.said()
        while psutil.Process(run.process.pid).status() != psutil.STATUS_STOPPED:
            time.sleep(0.01)
        return run

    def start(self, *flags: str | Path, **settings: str | None) -> Run:
        """Start a run, with other settings in its environment; None: without this one."""
        return Run(self._begun([*self._words(), *map(str, flags)], settings))

    def _words(self) -> list[str]:
        return ["run", "--plan", str(self.folder / "flagday.toml")]

    def _begun(
        self, words: list[str], settings: dict[str, str | None]
    ) -> "subprocess.Popen[str] | Born":
        environment = {**os.environ, "TMPDIR": str(self.temporary)}
        self.temporary.mkdir(exist_ok=True)
        with self.folder.with_name(f"{self.folder.name}.stderr").open("w") as stderr:
            if not settings:
                return born(words, stderr.fileno(), self.folder, environment)
            environment |= {"PYTHONPATH": str(REPOSITORY), **settings}
            return subprocess.Popen(
                [sys.executable, "-m", "tests.torture.driver", *words],
                cwd=self.folder,  # where the commands of the builder look
                env={name: value for name, value in environment.items() if value is not None},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )

    def digest(self) -> str:
        """Return the digest of the index in service."""
        return hashlib.sha256(self.db.read_bytes()).hexdigest()

    def results(self) -> dict[str, Any]:
        """Return what the last run has written of how it ended."""
        last = max((self.folder / ".flagday" / "runs").iterdir())
        return json.loads((last / "run_results.json").read_text())

    def answers(self, name: str) -> tuple[int, int, str]:
        """Return how many files and definitions of a name the index has, and if it is sound."""
        connection = apsw.Connection(str(self.db), flags=apsw.SQLITE_OPEN_READONLY)
        files = connection.execute("SELECT COUNT(*) FROM files").get
        found = connection.execute("SELECT COUNT(*) FROM symbols WHERE name = ?", (name,)).get
        sound = connection.execute("PRAGMA quick_check").get
        connection.close()
        return files, found, sound

    def said(self) -> str:
        """Return what the last run narrated."""
        return (self.folder.with_name(f"{self.folder.name}.stderr")).read_text()

    def runs_builder(self) -> bool:
        """Tell whether the builder is started."""
        return (self.folder / "running").exists()

    def beside(self) -> list[str]:
        """Return what lies among the generations, but the one in service and its log."""
        ours = self.db.resolve().name
        names = (path.name for path in folder_of(self.db).iterdir())
        return sorted(name for name in names if not name.startswith(ours))

    def kinds(self) -> set[str]:
        """Return what lies where runs write, each kind once: index and run without their names."""
        home, db = self.folder / ".flagday", f"{self.db}"
        folders = (
            self.folder,
            home,
            home / "runs",
            Path(f"{db}.generations"),
            Path(f"{db}.backups"),
        )
        found = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
        named = {RUN.sub("<run>", str(path.relative_to(self.folder))) for path in found}
        kinds = {name.replace(self.db.name, "<db>") for name in named}
        return kinds | {f"<tmp>/{path.name}" for path in self.temporary.iterdir()}


def begin(victim: Victim) -> Victim:
    """Give a victim its sources, its plan, its builder and an index in service."""
    (victim.folder / "src").mkdir()
    (victim.folder / "running").touch()
    for n in range(40):
        (victim.folder / "src" / f"s{n}.py").write_text(SOURCE.format(n=n))
    (victim.folder / "flagday.toml").write_text(PLAN)
    victim.change()
    execute(read_plan(victim.folder / "flagday.toml", {}), is_rehearsal=False)
    hang_up()
    return victim


@pytest.fixture(scope="module")
def victim(prefect, tmp_path_factory):  # noqa: ARG001 -- runs use the server of the tests
    made = begin(Victim(tmp_path_factory.mktemp("victim")))
    yield made
    shutil.rmtree(made.folder)


def all_ended(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Give processes five seconds to end; return those that did not."""
    _, alive = psutil.wait_procs(processes, timeout=5)
    return alive


def tables(db):
    """Return digests of the rows of all tables of an index but those on runs themselves."""
    digests = {}
    with closing(apsw.Connection(str(db), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        for name, kind in connection.execute("SELECT name, type FROM pragma_table_list").fetchall():
            if kind == "table" and name not in OF_RUNS:
                columns = "name, sql" if name == "sqlite_schema" else "*"  # pages move
                rows = connection.execute(f'SELECT {columns} FROM "{name}"').fetchall()
                digests[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return digests

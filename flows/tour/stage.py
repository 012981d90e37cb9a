"""What the tour is played on: a folder with sources, a legacy index, its code and its builder.

All that is asked of the machine is git. Nothing outside of the folder is written to.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from migrations import runner
from migrations.opening import connect
from tasks.errors import FlagDayError, PreconditionFailed
from tasks.faults import not_writable
from tasks.store.untouched import untouched

_HERE: Final = Path(__file__).parent
_LEGACY: Final = 4  # version of the schema that the index begins with
_STOP_TIMEOUT_S: Final = 10.0
_PLAN: Final = """\
db = "symbols.db"
artifacts = "reports"
commit = true
code = ["consumer"]

[[roots]]
path = "shop"

[[roots]]
path = "tools"

[[builders]]
name = "indexer"
kind = "pid_file"
pid_file = "indexer.pid"
command = "indexer.py"
start = {start}
settle_s = 0.5
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the legacy index holds."""

    files: int
    symbols: int
    refs: int
    queued: int


class Stage:
    """The folder of one tour."""

    def __init__(self, folder: Path) -> None:
        """Take a folder that is not there yet, or empty. Raises PreconditionFailed."""
        self.folder = folder.absolute()
        if self.folder.is_dir() and any(self.folder.iterdir()):
            raise PreconditionFailed(
                f"{folder} is there already",
                next_step=f"Look around in it, `flagday demo {folder}-2` makes another, or delete "
                "it first. Nothing was changed.",
            )
        if self.folder.exists() and not self.folder.is_dir():
            raise PreconditionFailed(f"{folder} is a file", next_step="Name a folder.")

    @property
    def database(self) -> Path:
        """Return the index."""
        return self.folder / "symbols.db"

    @property
    def plan(self) -> Path:
        """Return the plan of the day."""
        return self.folder / "flagday.toml"

    @property
    def pid(self) -> int | None:
        """Return the process id of the builder; None where it does not run."""
        try:
            return int((self.folder / "indexer.pid").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def set_up(self) -> None:
        """Write sources, code and plan, and fill a legacy index; commit them."""
        self._make_folder()
        self._git("init", "--quiet", "--initial-branch=main")
        for key, value in (
            ("user.name", "flagday demo"),
            ("user.email", "demo@localhost"),
            ("commit.gpgsign", "false"),
            ("core.hooksPath", os.devnull),
        ):
            self._git("config", key, value)
        self._write("before.toml")
        self.plan.write_text(
            _PLAN.format(start=_quoted(shlex.join(self._indexer("--daemon")))), "utf-8"
        )
        with closing(connect(self.database)) as connection:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            runner.up(connection, to=_LEGACY)
        subprocess.run(self._indexer("--once"), check=True)
        self._commit("Keep a legacy index, its code and its plan")

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if error := not_writable(self.folder):
                raise error
        except OSError as error:
            raise PreconditionFailed(
                f"{self.folder} cannot be written to: {error.strerror}",
                next_step="Name a folder where you may write: `flagday demo FOLDER`. "
                "Nothing was changed.",
            ) from error

    def refactor(self) -> None:
        """Replace the code that binds rows to files, as a flag day asks for; commit it."""
        self._write("after.toml")
        self._commit("Read by the golden join, and leave writing to flagday")

    def count(self) -> Counts:
        """Count what the legacy index holds."""
        with untouched(self.database) as connection:
            return Counts(
                *(
                    connection.execute(f"SELECT COUNT(*) FROM {table}").get
                    for table in ("files", "symbols", "refs", "build_queue")
                )
            )

    def start_indexer(self) -> None:
        """Start the builder; it runs when this returns."""
        subprocess.run(self._indexer("--daemon"), check=True)

    def stop_indexer(self) -> None:
        """End the builder, where it runs; it has ended when this returns."""
        pid = self.pid
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        while self.pid is not None and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.pid is not None:
            os.kill(pid, signal.SIGKILL)

    def history(self) -> list[str]:
        """Return the commits of the folder, the first one first."""
        return self._git("log", "--reverse", "--format=%h %s").splitlines()

    def _write(self, name: str) -> None:
        for path, text in tomllib.loads((_HERE / name).read_text("utf-8")).items():
            target = self.folder / path
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, "utf-8")

    def _indexer(self, flag: str) -> list[str]:
        return [sys.executable, str(self.folder / "consumer" / "indexer.py"), flag]

    def _commit(self, message: str) -> None:
        self._git("add", "--all")
        self._git("commit", "--quiet", "-m", message)

    def _git(self, *words: str) -> str:
        try:
            done = subprocess.run(
                ["git", "-C", str(self.folder), *words], capture_output=True, text=True, check=False
            )
        except FileNotFoundError as error:
            raise PreconditionFailed(
                "git is not installed", next_step="Install it: the demo commits its reports."
            ) from error
        if done.returncode:
            raise FlagDayError(
                f"git {words[0]} in {self.folder} failed: {done.stderr.strip()}",
                next_step="Run the same by hand; only that folder was written to.",
            )
        return done.stdout


def _quoted(text: str) -> str:
    """Write a string as TOML does."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""One Prefect server for the whole session, and a small workbench to run flag days on."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import hypothesis
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from flows.cli import main
from flows.execution import execute
from flows.prefect_server import prefect_api
from tasks.contracts import Workspace
from tasks.index import Index
from tasks.read_plan import read_plan

hypothesis.settings.register_profile("flagday", deadline=None)  # no test measures time
hypothesis.settings.load_profile("flagday")

collect_ignore = ["fixtures"]  # test code of consumer projects: read, never run


@pytest.fixture(scope="session")
def prefect(tmp_path_factory):
    """A server that outlives single runs: what `PREFECT_API_URL` names is used, not started."""
    with prefect_api(tmp_path_factory.mktemp("prefect")) as wait_until_ready:
        from prefect.context import refresh_global_settings_context  # noqa: PLC0415 -- as flows do

        refresh_global_settings_context()  # a test module may have imported Prefect before
        wait_until_ready()
        yield os.environ["PREFECT_API_URL"]


@dataclass
class Bench:
    """A folder with roots and an index, and the flag days run on them."""

    folder: Path
    flags: dict[str, Any] = field(default_factory=dict)

    @property
    def db(self) -> Path:
        return self.folder / "index.db"

    def write(self, **roots: dict[str, str | bytes]) -> None:
        for root, files in roots.items():
            for path, content in files.items():
                target = self.folder / root / path
                target.parent.mkdir(parents=True, exist_ok=True)
                raw = content.encode() if isinstance(content, str) else content
                target.write_bytes(raw)

    def run(self, *roots: str, rehearse: bool = False, **flags: Any) -> Workspace:
        plan = read_plan(
            None,
            {
                "roots": [{"path": self.folder / root} for root in roots] or None,
                "db": self.db,
                "workers": 1,
                **self.flags,
                **flags,
            },
        )
        return execute(plan, is_rehearsal=rehearse)

    def begin(self, **roots: dict[str, str | bytes]) -> Workspace:
        """Run a first day on roots, and keep what there is then for ``bring_back``."""
        with chdir(self.folder):
            self.write(**roots)
            workspace = self.run(*roots)
        shutil.copytree(self.folder, self._kept, symlinks=True)
        return workspace

    def bring_back(self) -> None:
        """Make everything what it was after the first day, at the same place."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._kept, self.folder, symlinks=True)

    @property
    def _kept(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-kept")

    def rows(self, query: str, db: Path | None = None) -> list[tuple[Any, ...]]:
        connection = apsw.Connection(str(db or self.db), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def where(self, name: str, **filters: str) -> list[tuple[str, str, int]]:
        with Index(self.db) as index:
            found = index.where(name, **filters)
        return [(symbol.root, symbol.path, symbol.line) for symbol in found]


@pytest.fixture
def bench(prefect, tmp_path, monkeypatch):  # noqa: ARG001 -- runs need the server
    yield from at_work(Bench(tmp_path), monkeypatch)


@pytest.fixture(scope="module")
def built(prefect, tmp_path_factory):  # noqa: ARG001 -- runs need the server
    """A bench that a module begins once, and brings back for each of its tests."""
    return Bench(tmp_path_factory.mktemp("built"))


def at_work(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Lend a bench to one test, which begins in its folder."""
    monkeypatch.chdir(bench.folder)
    yield bench
    hang_up()


def hang_up() -> None:
    """Close Prefect's connection: its pings draw random numbers, which Hypothesis forbids."""
    if "prefect.events.worker" in sys.modules:
        sys.modules["prefect.events.worker"].EventsWorker.drain_all(timeout=10)


@pytest.fixture
def command(monkeypatch, capsys):
    """Run a flagday command; return its exit code, its stdout and its stderr."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["flagday", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


@pytest.fixture
def new_key():
    """Write an Ed25519 key as OpenSSH does, its public half beside it; return its path."""

    def make(path: Path) -> Path:
        key = Ed25519PrivateKey.generate()
        private = (Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        path.write_bytes(key.private_bytes(*private))
        public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        path.with_suffix(".pub").write_bytes(public)
        return path

    return make


@pytest.fixture
def held_open():
    """Hold files open for writing in another process; return its pid."""
    processes = []

    def hold(path: Path) -> int:
        script = f"import sys; f = open({str(path)!r}, 'r+b'); print(); sys.stdout.flush(); input()"
        process = subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        process.stdout.readline()
        processes.append(process)
        return process.pid

    yield hold
    for process in processes:
        process.communicate(b"\n")

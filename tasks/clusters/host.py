"""Make parts beside a worker of a cluster: ``python -m tasks.clusters.host CONNECTION FOLDER``.

A process of ours between the engine's worker and the parser processes, which are watched as they
are on one host: what crashes a parser never reaches the engine. It ends when nobody has asked for
long, and with the worker that started it.
"""

import os
import pickle
import platform
import secrets
import shutil
import sys
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, TypeAlias

from tasks.clusters.errand import ALIVE, Errand, Versions, differences, versions
from tasks.clusters.errors import altered, hidden, refused
from tasks.clusters.storage import Storage
from tasks.contracts import Part
from tasks.errors import FlagDayError, StepFailed
from tasks.isolate import isolate
from tasks.make_part import PartOrder
from tasks.worker import Bounds
from tasks.workers import Workers

Question: TypeAlias = Errand | tuple[str, str]  # a part to make, or the arguments of Host.look
Answer: TypeAlias = Part | Versions | FlagDayError

_IDLE_S: Final = 15.0
_WATCH_S: Final = 1.0


class Host:
    """What makes parts here, one at a time, with a parser process that stays between them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        """Start nothing yet. ``folder`` is of this host alone; ``stack`` ends what is started."""
        self._folder: Final = folder
        self._stack: Final = stack
        self._workers: Final[dict[Bounds, Workers]] = {}

    def look(self, storage: str, run: str) -> Versions:
        """Return what extracts here, where the storage can be read and written to.

        Raises StepFailed where it cannot, or where the run is not in it.
        """
        files = Storage(storage)
        if not files.has(f"{run}/{ALIVE}"):
            raise hidden(storage, run)
        seen = f"{run}/seen-{secrets.token_hex(8)}"
        files.put(seen, b"")
        files.delete(seen)
        return versions()

    def make(self, errand: Errand) -> Part:
        """Make a part and leave it in the storage; the path of what is returned is its name there.

        Raises StepFailed where the versions are others than the driver's, or where the contents
        are not those that the driver packed.
        """
        if other := "; ".join(differences(errand.versions, versions())):
            raise refused("this worker", other)
        shutil.rmtree(self._folder, ignore_errors=True)
        parts = self._folder / "parts"
        parts.mkdir(mode=0o700, parents=True)
        pack = self._folder / "pack.arrow"
        files = Storage(errand.storage)
        if files.fetch(f"{errand.run}/{errand.pack}", pack) != errand.pack:
            raise altered(errand.storage, f"the contents of part {errand.part.number}")
        order = PartOrder(pack, parts, None, errand.parse_timeout_s, first=errand.part.first)
        made = isolate(self._workers_of(errand.bounds), order, errand.part, errand.max_failed)
        name = f"part-{errand.part.number:04d}-{secrets.token_hex(8)}.arrow"
        files.put_file(f"{errand.run}/{name}", made.path)
        if not files.has(f"{errand.run}/{ALIVE}"):  # the run is over, and has swept up
            files.delete(f"{errand.run}/{name}")
        return replace(made, path=Path(name))

    def _workers_of(self, bounds: Bounds) -> Workers:
        if bounds not in self._workers:
            self._workers[bounds] = self._stack.enter_context(Workers(1, bounds))
        return self._workers[bounds]


def serve(connection: Connection, folder: Path) -> None:
    """Answer one question after the other, until nobody asks."""
    with ExitStack() as stack:
        host = Host(folder, stack)
        while connection.poll(_IDLE_S):
            try:
                asked: Question = pickle.loads(connection.recv_bytes())  # noqa: S301 -- the driver's
            except EOFError:
                return
            connection.send_bytes(pickle.dumps(_answer(host, asked)))


def _answer(host: Host, asked: Question) -> Answer:
    try:
        return host.make(asked) if isinstance(asked, Errand) else host.look(*asked)
    except FlagDayError as error:
        return type(error)(f"{platform.node()}: {error.what}", next_step=error.next_step)
    except OSError as error:
        return StepFailed(
            f"{platform.node()}: {error}",
            next_step="See to that host. The index in service is unchanged.",
        )


def _end_with(parent: int, folder: Path) -> None:
    """End when the engine's worker is gone; so do the parser processes."""
    while os.getppid() == parent:
        time.sleep(_WATCH_S)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    own = Path(sys.argv[2])
    watch = threading.Thread(target=_end_with, args=(os.getppid(), own), daemon=True)
    watch.start()
    with suppress(ConnectionError):
        serve(Connection(int(sys.argv[1])), own)
    shutil.rmtree(own, ignore_errors=True)

"""Blobs of git repositories, read by their object ids.

Git reads them for a folder of our own that has no settings, refs or hooks, and takes its objects
from the repositories: so nothing that stands in those is obeyed, and nothing is ever fetched.
"""

import errno
import os
import select
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tasks.regular_file import read_regular
from tasks.roots.git import ask, environment

_CAT: Final = ("git", "cat-file", "--batch")
_TIMEOUT_S: Final = 600.0  # for a blob: a pipe in its place has no end
_CHUNK_BYTES: Final = 1 << 16  # what a pipe holds
_WORDS: Final = 3  # before the bytes of an object: its id, type and size
_CONFIG: Final = (
    "[core]\nrepositoryformatversion = 1\nbare = true\n[extensions]\nobjectformat = {}\n"
)
_ALTERNATES: Final = "objects/info/alternates"


def new_store(folder: Path, object_format: str, objects: Iterable[Path] = ()) -> Path:
    """Make a git folder that has the objects of others; return it. ``sha1`` or ``sha256``."""
    for name in ("objects/info", "refs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "HEAD").write_text("ref: refs/heads/none\n", "utf-8")
    (folder / "config").write_text(_CONFIG.format(object_format), "utf-8")
    lines = dict.fromkeys(line for path in objects for line in _flat(folder, path))
    text = "".join(f"{line}\n" for line in lines)
    (folder / _ALTERNATES).write_text(text, "utf-8", errors="surrogateescape")
    return folder


def _flat(store: Path, objects: Path) -> Iterator[str]:
    """Yield objects and all that they borrow: git follows as many as from where they lie."""
    yield _quoted(objects)
    if os.path.exists(objects / "info/alternates"):  # noqa: PTH110 -- a Path raises where it may not look
        said = ask(objects, ["count-objects", "-v"], asking(store, objects)).stdout
        for line in said.decode(errors="surrogateescape").split("\n"):
            key, _, borrowed = line.partition(" ")
            if key == "alternate:":
                yield borrowed


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def asking(store: Path, objects: Path | None = None) -> dict[str, str]:
    """Return the environment in which git reads from a store, or ``objects`` in its place."""
    own = {"GIT_OBJECT_DIRECTORY": str(objects)} if objects else {}
    return environment() | {"GIT_DIR": str(store)} | own


def sizes_of(root: Path, object_ids: Iterable[str], told: Mapping[str, str]) -> dict[str, int]:
    """Return the size in bytes of every object of a root that is there and whole.

    Raises RootBroken where git waits.
    """
    fed = "".join(f"{object_id}\n" for object_id in object_ids).encode()
    said = ask(root, ["cat-file", "--batch-check"], told, fed=fed)
    rows = (line.split() for line in said.stdout.splitlines())
    return {row[0].decode(): int(row[2]) for row in rows if row[-1:] != [b"missing"]}


class Blobs:
    """One long-lived ``git cat-file --batch``, to be closed; not to be shared by threads."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        """Start nothing yet; ``asked`` is the environment to read in."""
        self._asked: Final = asked
        self._process: subprocess.Popen[bytes] | None = None
        self._patience_s = _TIMEOUT_S
        self._is_given_up = False

    def read(self, object_id: str) -> bytes:
        """Return the bytes of a blob. Raises OSError where it is missing or damaged.

        So it does where git waits, which is ended; the next one that waits is, in half of the time.
        """
        process = self._process or self._start()
        try:
            came = _answer(process, object_id, time.monotonic() + self._patience_s)
        except TimeoutError:
            self.close()
            self._patience_s /= 2
            raise
        end = came.find(b"\n")
        kind = bytes(came[:end]).split()[1:2]
        if kind == [b"missing"]:
            raise OSError(errno.ENOENT, "its object is missing or damaged in the repository")
        if kind != [b"blob"] or len(came) < _length(came):
            self.close()
            raise OSError(errno.EIO, "its object is missing or damaged in the repository")
        return bytes(memoryview(came)[end + 1 : -1])

    def give_up(self) -> None:
        """End the process, and start none any more: for another thread than the one that reads."""
        self._is_given_up = True
        if process := self._process:
            process.kill()

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        if self._is_given_up:
            raise OSError(errno.ECANCELED, "the run is over")
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            _CAT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=dict(self._asked)
        )
        return self._process


def _answer(process: subprocess.Popen[bytes], object_id: str, until_s: float) -> bytearray:
    """Return what git says of an object, cut where it gave up.

    Raises TimeoutError where it goes on beyond a time of the monotonic clock.
    """
    came = bytearray()
    if process.stdin is None or process.stdout is None:
        return came
    try:
        process.stdin.write(f"{object_id}\n".encode())
        process.stdin.flush()
    except BrokenPipeError:
        return came
    said = process.stdout.fileno()
    awaited = select.poll()
    awaited.register(said, select.POLLIN)
    while len(came) < _length(came):
        if not awaited.poll(max(0.0, until_s - time.monotonic()) * 1000):
            raise TimeoutError(errno.ETIMEDOUT, "git waited for its object, and was ended")
        chunk = os.read(said, _CHUNK_BYTES)
        if not chunk:
            break
        came += chunk
    return came


def _length(came: bytearray) -> int:
    """Return how many bytes an answer has that begins so: its first line tells, or more to come."""
    end = came.find(b"\n")
    words = came[:end].split()
    if end < 0:
        return len(came) + 1
    return end + 1 + (int(words[2]) + 1 if len(words) == _WORDS else 0)


class Reading:
    """Contents read where they are: files, and blobs of any number of stores; to be closed."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._blobs: Final[dict[str, Blobs]] = {}

    def read(self, location: str, store: str | None, most_bytes: int) -> bytes:
        """Return the bytes of an object of a store, or the first of a file. Raises OSError."""
        if store is None:
            return read_regular(location, most_bytes)
        if store not in self._blobs:
            self._blobs[store] = Blobs(asking(Path(store)))
        return self._blobs[store].read(location)

    def close(self) -> None:
        """End what was started."""
        for blobs in self._blobs.values():
            blobs.close()

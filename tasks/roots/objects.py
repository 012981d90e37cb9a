"""Blobs of git repositories, read by their object ids.

Git reads them for a folder of our own that has no settings, refs or hooks, and takes its objects
from the repositories: so nothing that stands in those is obeyed, and nothing is ever fetched.
"""

import errno
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tasks.regular_file import read_regular
from tasks.roots.git import environment

_CAT: Final = ("git", "cat-file", "--batch")
_CONFIG: Final = (
    "[core]\nrepositoryformatversion = 1\nbare = true\n[extensions]\nobjectformat = {}\n"
)
_ALTERNATES: Final = "objects/info/alternates"


def new_store(folder: Path, object_format: str, objects: Iterable[Path] = ()) -> Path:
    """Make a git folder that has the objects of others; return it. ``sha1`` or ``sha256``."""
    for name in ("objects/info", "refs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "HEAD").write_text("ref: refs/heads/none\n")
    (folder / "config").write_text(_CONFIG.format(object_format))
    lines = "".join(f"{_quoted(path)}\n" for path in objects)
    (folder / _ALTERNATES).write_text(lines, "utf-8", errors="surrogateescape")
    return folder


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def asking(store: Path, objects: Path | None = None) -> dict[str, str]:
    """Return the environment in which git reads from a store, or ``objects`` in its place."""
    own = {"GIT_OBJECT_DIRECTORY": str(objects)} if objects else {}
    return environment() | {"GIT_DIR": str(store)} | own


def sizes_of(object_ids: Iterable[str], asked: Mapping[str, str]) -> dict[str, int]:
    """Return the size in bytes of every object that is there and whole."""
    fed = "".join(f"{object_id}\n" for object_id in object_ids).encode()
    said = subprocess.run(
        [*_CAT[:2], "--batch-check"], input=fed, capture_output=True, env=asked, check=False
    )
    rows = (line.split() for line in said.stdout.splitlines())
    return {row[0].decode(): int(row[2]) for row in rows if row[-1:] != [b"missing"]}


class Blobs:
    """One long-lived ``git cat-file --batch``, to be closed; not to be shared by threads."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        """Start nothing yet; ``asked`` is the environment to read in."""
        self._asked: Final = asked
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, object_id: str) -> bytes:
        """Return the bytes of a blob. Raises OSError where it is missing or damaged."""
        process = self._process or self._start()
        if process.stdin is None or process.stdout is None:
            raise OSError(errno.EIO, "git cannot be asked")
        try:
            process.stdin.write(f"{object_id}\n".encode())
            process.stdin.flush()
            said = process.stdout.readline().split()
            size = int(said[2]) if len(said) == 3 else None  # noqa: PLR2004 -- id, type, size
            data = process.stdout.read(size + 1)[:-1] if size is not None else b""
        except BrokenPipeError:
            said, size, data = [], 0, b""
        if said[1:] == [b"missing"]:
            raise OSError(errno.ENOENT, "its object is missing or damaged in the repository")
        if size is None or len(data) != size or said[1:2] != [b"blob"]:
            self.close()
            raise OSError(errno.EIO, "its object is missing or damaged in the repository")
        return data

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            _CAT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=dict(self._asked)
        )
        return self._process


class Reading:
    """Contents read where they are: files, and blobs of any number of stores; to be closed."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._blobs: Final[dict[str, Blobs]] = {}

    def read(self, location: str, store: str | None, most_bytes: int) -> bytes:
        """Return the bytes of an object of a store, or the first of a file. Raises OSError."""
        if store is None:
            return read_regular(Path(location), most_bytes)
        if store not in self._blobs:
            self._blobs[store] = Blobs(asking(Path(store)))
        return self._blobs[store].read(location)

    def close(self) -> None:
        """End what was started."""
        for blobs in self._blobs.values():
            blobs.close()

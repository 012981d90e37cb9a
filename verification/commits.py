"""The files of a repository at a commit, read from its objects apart from the builder.

Git is asked in an empty repository that has the objects of one other, so neither settings, refs
nor replaced objects of that one count, and nothing can be fetched. Each blob is held against
its object id.
"""

import errno
import hashlib
import os
import select
import subprocess
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import IO, Final

from verification.subject import NotApplicable
from verification.unwritten import empty_repository

LINK: Final = "120000"
REPOSITORY: Final = "160000"
_MAX_OPEN: Final = 8  # processes that read blobs
_TIMEOUT_S: Final = 600.0  # a pipe in the place of an object has no end
_CHUNK_BYTES: Final = 1 << 16
_WAITED: Final = "git waited for what it should read, and was ended"
_NO_PARTS: Final = frozenset({"", ".", "..", ".git"})  # of a path that a folder can have


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a commit."""

    mode: str  # as git writes it, octal
    object_id: str  # hexadecimal


@dataclass
class Tree:
    """What a root at a commit holds. Raises OSError where its repository cannot tell.

    A git that waits is ended; the next one of the same tree that waits is, in half of the time.
    """

    location: Path
    commit_id: str
    _patience_s: float = field(default_factory=lambda: _TIMEOUT_S, repr=False)

    @property
    def name(self) -> str:
        """Return what tells it from every tree that has other objects."""
        return f"{self.location}\0{self.commit_id}"

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Return the entries by path, as Python decodes it."""
        empty = hashlib.new(self._format, b"tree 0\0").hexdigest()
        words = ("diff-tree", "-r", "-z", "--no-renames", empty, self._tree)
        fields = iter(self._ask(*words).split(b"\0")[:-1])
        return {os.fsdecode(next(fields)): Entry(*_after(said.decode())) for said in fields}

    @cached_property
    def time_ns(self) -> int:
        """Return when it was committed, in nanoseconds since the epoch."""
        said = self._ask("log", "-1", "--no-show-signature", "--format=%ct", self.commit_id)
        return int(said) * 10**9

    def size_bytes(self, path: str) -> int:
        """Return how long a file is, without its bytes. Raises OSError."""
        return int(self._ask("cat-file", "-s", self._entry(path).object_id))

    def read(self, path: str) -> bytes:
        """Return the bytes of a file. Raises OSError also where they are not those of its id."""
        entry = self._entry(path)
        data = _read_blob(self, entry.object_id)
        named = hashlib.new(self._format, b"blob %d\0" % len(data) + data).hexdigest()
        if named != entry.object_id:
            raise OSError(errno.EIO, "its object is not what its id says")
        return data

    def _entry(self, path: str) -> Entry:
        entry = self.entries.get(path)
        if entry is None:
            raise FileNotFoundError(errno.ENOENT, "it is not in the commit")
        return entry

    def start(self) -> "subprocess.Popen[bytes]":
        """Start a process that reads blobs one after the other."""
        pipe = subprocess.PIPE
        words = ["git", "cat-file", "--batch"]
        return subprocess.Popen(
            words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=self._environment
        )

    @contextmanager
    def patience(self) -> Iterator[float]:
        """Yield for how long git may take now, in seconds; a TimeoutError shortens the next."""
        try:
            yield self._patience_s
        except TimeoutError:
            self._patience_s /= 2
            raise

    @cached_property
    def _environment(self) -> Mapping[str, str]:
        empty = empty_repository(self._format)
        return _plain() | {"GIT_DIR": str(empty), "GIT_OBJECT_DIRECTORY": str(self._objects)}

    @cached_property
    def _format(self) -> str:
        return self._said[0]

    @cached_property
    def _objects(self) -> Path:
        return self.location / self._there("--git-path", "objects")

    @cached_property
    def _tree(self) -> str:
        return f"{self.commit_id}:{self._said[1].rstrip('/')}"

    @cached_property
    def _said(self) -> tuple[str, str]:
        """Return the format of object ids, and which folder of the repository this is."""
        object_format, _, prefix = self._there("--show-object-format", "--show-prefix").partition(
            "\n"
        )
        return object_format, prefix

    def _there(self, *words: str) -> str:
        """Ask the repository itself where it keeps things, and no more."""
        with self.patience() as patience_s:
            said = _git(None, patience_s, "-C", str(self.location), "rev-parse", *words)
        return os.fsdecode(said).rstrip("\n")

    def _ask(self, *words: str) -> bytes:
        environment = self._environment
        with self.patience() as patience_s:
            return _git(environment, patience_s, *words)


def is_placeable(path: str) -> bool:
    """Tell whether a folder can hold such a path."""
    return not any(part.lower() in _NO_PARTS for part in path.split("/"))


def forget_processes() -> None:
    """End what reads blobs."""
    with _lock:
        while _open:
            _end(_open.popitem()[1])


_lock: Final = Lock()  # of one question to git at a time; who hashes does not wait
_open: Final[OrderedDict[str, "subprocess.Popen[bytes]"]] = OrderedDict()  # by the tree's name


def _read_blob(tree: Tree, object_id: str) -> bytes:
    with _lock, tree.patience() as patience_s:
        process = _open.pop(tree.name, None) or tree.start()
        _open[tree.name] = process
        if len(_open) > _MAX_OPEN:
            _end(_open.popitem(last=False)[1])
        if process.stdin is None or process.stdout is None:
            raise OSError(errno.EIO, "git cannot be asked")
        try:
            data = _answer(process.stdin, process.stdout, object_id, patience_s)
        except TimeoutError:
            _end(_open.pop(tree.name))
            raise
        if data is None:
            _end(_open.pop(tree.name))
            raise OSError(errno.EIO, "its object is missing or damaged in the repository")
        return data


def _answer(asked: IO[bytes], said: IO[bytes], object_id: str, patience_s: float) -> bytes | None:
    """Return the bytes of a blob, None where git gave up. Raises FileNotFoundError on no blob."""
    try:
        asked.write(f"{object_id}\n".encode())
        asked.flush()
    except BrokenPipeError:
        return None
    chunks = _chunks(said, time.monotonic() + patience_s)
    first, _, data = next(chunks, b"").partition(b"\n")  # a line so short comes in one piece
    _, _, kind = first.decode().partition(" ")
    if kind == "missing":
        raise FileNotFoundError(errno.ENOENT, "its object is missing or damaged in the repository")
    if not kind.startswith("blob "):
        return None
    parts, left = [data], int(kind.removeprefix("blob ")) + 1 - len(data)
    while left > 0 and (chunk := next(chunks, b"")):
        parts.append(chunk)
        left -= len(chunk)
    return b"".join(parts)[:-1] if left == 0 else None


def _chunks(said: IO[bytes], until_s: float) -> Iterator[bytes]:
    """Yield what git says as it comes. Raises TimeoutError beyond a time."""
    awaited = select.poll()
    awaited.register(said, select.POLLIN)
    while awaited.poll(max(0, until_s - time.monotonic()) * 1000):
        if not (chunk := os.read(said.fileno(), _CHUNK_BYTES)):
            return
        yield chunk
    raise TimeoutError(errno.ETIMEDOUT, _WAITED)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.communicate()


def _after(said: str) -> tuple[str, str]:
    """Return mode and object id of a line of ``diff-tree``: modes before and after, ids, what."""
    _, mode, _, object_id, _ = said.split(" ")
    return mode, object_id


def _plain() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    guards = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1"}
    return kept | guards | {"GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}


def _git(environment: Mapping[str, str] | None, timeout_s: float, *words: str) -> bytes:
    settings = ("-c", "safe.directory=*", "-c", "core.fsmonitor=false")
    command = ["git", *settings, *words]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            env=environment or _plain(),
            check=False,
            timeout=timeout_s,
        )
    except FileNotFoundError as error:
        raise NotApplicable("there is no git on this host") from error
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(errno.ETIMEDOUT, _WAITED) from error
    if done.returncode:
        said = " ".join(os.fsdecode(done.stderr).split())
        raise OSError(errno.EIO, f"git cannot tell: {said}")
    return done.stdout

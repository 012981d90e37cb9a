"""Where the roots of an index are, and what is at a place in one: on disk, or in a commit."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeAlias

from verification.commits import LINK, REPOSITORY, Tree, is_placeable
from verification.exclusion import excluded
from verification.listing import list_root
from verification.regular_file import read_regular
from verification.spelling import named, written


class Kind(Enum):
    """What is at a place."""

    NOTHING = auto()
    FILE = auto()
    LINK = auto()
    FOLDER = auto()
    OTHER = auto()  # a socket, a device, a pipe
    NO_PATH = auto()  # of a commit: no folder can have it


class Place(Protocol):
    """Where a file of a root is."""

    def kind(self) -> Kind:
        """Tell what is there; links are not followed."""

    def size_bytes(self) -> int:
        """Return how long the file is. Raises OSError."""

    def read_bytes(self) -> bytes:
        """Return what the file holds. Raises OSError."""

    def mtime_ns(self) -> int:
        """Return its time, nanoseconds since the epoch. Raises OSError."""


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A place in a folder."""

    path: Path

    def kind(self) -> Kind:
        """Tell what is there."""
        if self.path.is_symlink():
            return Kind.LINK
        if self.path.is_dir():
            return Kind.FOLDER
        if self.path.is_file():
            return Kind.FILE
        return Kind.OTHER if os.path.lexists(self.path) else Kind.NOTHING

    def size_bytes(self) -> int:
        """Return how long the file is."""
        return self.path.stat().st_size

    def read_bytes(self) -> bytes:
        """Return what the file holds."""
        return read_regular(self.path)

    def mtime_ns(self) -> int:
        """Return when it was changed."""
        return self.path.lstat().st_mtime_ns


@dataclass(frozen=True, slots=True)
class InCommit:
    """A place in a commit."""

    tree: Tree
    path: str

    def kind(self) -> Kind:
        """Tell what is there."""
        entry = self.tree.entries.get(self.path)
        if entry is None:
            return Kind.NOTHING
        if not is_placeable(self.path):
            return Kind.NO_PATH
        kinds = {LINK: Kind.LINK, REPOSITORY: Kind.FOLDER}
        return kinds.get(entry.mode, Kind.FILE)

    def size_bytes(self) -> int:
        """Return how long the file is."""
        return self.tree.size_bytes(self.path)

    def read_bytes(self) -> bytes:
        """Return what the file holds."""
        return self.tree.read(self.path)

    def mtime_ns(self) -> int:
        """Return when it was committed."""
        return self.tree.time_ns


@dataclass(frozen=True, slots=True)
class Folder:
    """A root whose files lie on disk."""

    location: Path
    patterns: tuple[str, ...] = ()  # what the plan leaves out

    def why_gone(self) -> str | None:
        """Say why nothing can be told of it, or None."""
        return None if self.location.is_dir() else f"there is no folder {self.location}"

    def place(self, path: str) -> Place:
        """Return where a file of it is."""
        return OnDisk(self.location / named(path))

    def listed(self, own: tuple[Path, ...]) -> set[str]:
        """Return the path of each entry; see ``list_root``."""
        return list_root(self.location, own, self.patterns)

    def left_out(self, paths: Iterable[str]) -> set[str]:
        """Return which entries that are there the patterns leave out."""
        kinds = {named(path): self.place(path).kind() for path in paths}
        there = (
            name + "/" * (kind is Kind.FOLDER)
            for name, kind in kinds.items()
            if kind is not Kind.NOTHING
        )
        found = excluded(there, self.patterns)
        return {written(name) for name, entry in found.items() if name == entry}


@dataclass
class Commit:
    """A root that is read from a repository's objects."""

    tree: Tree
    patterns: tuple[str, ...] = ()

    def why_gone(self) -> str | None:
        """Say why nothing can be told of it, or None."""
        try:
            self.tree.entries  # noqa: B018 -- asks git
        except OSError as error:
            return f"{self.tree.location} at {self.tree.commit_id}: {error.strerror}"
        return None

    def place(self, path: str) -> Place:
        """Return where a file of it is."""
        return InCommit(self.tree, named(path))

    def listed(self, _: tuple[Path, ...]) -> set[str]:
        """Return the path of each entry, as the index writes it."""
        outermost = self._excluded
        found = {outermost.get(path, path) for path in self.tree.entries}
        return set(map(written, found))

    def left_out(self, paths: Iterable[str]) -> set[str]:
        """Return which of these entries the patterns leave out."""
        return set(paths) & set(map(written, self._excluded.values()))

    @cached_property
    def _excluded(self) -> dict[str, str]:
        """Return the outermost excluded entry by path."""
        entries = self.tree.entries.items()
        asked = (
            path + "/" * (entry.mode == REPOSITORY) for path, entry in entries if is_placeable(path)
        )
        return excluded(asked, self.patterns)


Root: TypeAlias = Folder | Commit


def root_of(location: str, patterns: Iterable[str], commit_id: str | None) -> Root:
    """Return a root as the index tells of it."""
    if commit_id is None:
        return Folder(Path(location), tuple(patterns))
    return Commit(Tree(Path(location), commit_id), tuple(patterns))

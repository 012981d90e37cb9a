"""The files of a repository at a commit, from git's objects: no work tree is looked at."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tasks.contracts import RootProblem, SkipReason
from tasks.roots.git import ask, git
from tasks.roots.listing import FoundFile, is_utf8
from tasks.roots.objects import asking, sizes_of
from tasks.roots.readable import RootBroken, require_root
from tasks.roots.rules import Exclusion

_OBJECTS: Final = ("--path-format=absolute", "--git-path", "objects")
_NEWLINE: Final = "\n"
_LINK: Final = b"120000"
_REPOSITORY: Final = b"160000"
_COMMITTER: Final = re.compile(rb"^committer .* (\d+) [+-]\d+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Commit:
    """A revision of a repository, resolved."""

    commit_id: str  # hexadecimal
    tree: str  # what git lists: the commit, or a folder of it
    objects: Path  # the repository's folder of objects
    object_format: str  # sha1 or sha256
    time_s: int  # when it was committed, since the epoch


def resolve(root: Path, rev: str) -> Commit:
    """Find out which commit a revision is, and where its objects are.

    A root inside of a work tree is that folder of the commit. Raises RootBroken where there is no
    such repository, revision or folder.
    """
    require_root(root)
    where = git(root, "rev-parse", "--show-object-format", *_OBJECTS)
    if where.returncode:
        raise RootBroken(
            RootProblem.UNLISTABLE, f"root {root} is no git repository: {_said(where)}"
        )
    object_format, _, objects = where.stdout.removesuffix(b"\n").partition(b"\n")
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
    commit_id = found.stdout.decode().strip()
    if found.returncode:
        raise RootBroken(RootProblem.NO_REVISION, f"root {root} has no revision {rev}")
    inside = git(root, "rev-parse", "--show-prefix").stdout.decode(errors="surrogateescape")
    tree = f"{commit_id}:{inside.removesuffix(_NEWLINE).rstrip('/')}"
    if git(root, "cat-file", "-e", tree).returncode:
        raise _no_tree(root, rev, commit_id, inside.removesuffix(_NEWLINE))
    stamp = _COMMITTER.search(git(root, "cat-file", "commit", commit_id).stdout)
    place = Path(objects.decode(errors="surrogateescape"))
    return Commit(commit_id, tree, place, object_format.decode(), int(stamp[1]) if stamp else 0)


def _no_tree(root: Path, rev: str, commit_id: str, folder: str) -> RootBroken:
    """Return why a folder is none of a commit: git fails where a tree on the way is missing."""
    asked = git(root, "ls-tree", "--full-tree", commit_id, *(["--", folder] if folder else []))
    if asked.returncode:
        return RootBroken(
            RootProblem.UNLISTABLE,
            f"git cannot list {root}: a tree of {rev} is missing in the repository, and nothing is "
            "fetched",
        )
    return RootBroken(RootProblem.NO_REVISION, f"root {root} is no folder of {rev}")


def why_no_commit(root: Path, rev: str | None) -> str | None:
    """Say why a repository cannot be read at a revision, or None; None of it is always well."""
    try:
        if rev:
            resolve(root, rev)
    except RootBroken as broken:
        return broken.what
    return None


def commit_of(root: Path, rev: str) -> str | None:
    """Return the id of the commit that a revision is now, None where it is none."""
    try:
        return resolve(root, rev).commit_id
    except RootBroken:
        return None


def list_commit(
    root: Path, commit: Commit, store: Path, max_file_bytes: int, exclude: Sequence[str] = ()
) -> Iterator[FoundFile]:
    """Yield every file of a commit in path order, as a clean checkout would have them.

    ``store`` is a git folder of our own to ask with. Raises RootBroken where a tree is missing, and
    where git waits.
    """
    told = asking(store, commit.objects)
    said = ask(root, ["ls-tree", "-r", "-z", "--full-tree", commit.tree], told)
    if said.returncode:
        raise RootBroken(RootProblem.UNLISTABLE, f"git cannot list {root}: {_said(said)}")
    entries = _without_excluded(said.stdout, Exclusion(exclude))
    blobs = {blob for mode, blob in entries.values() if mode != _REPOSITORY and blob}
    sizes = sizes_of(root, sorted(blobs), told)
    for path, (mode, blob) in sorted(entries.items()):
        size = sizes.get(blob, 0)
        skip = _skip_reason(path, mode, size, max_file_bytes)
        yield FoundFile(path, size, commit.time_s * 10**9, skip, blob)


def _without_excluded(listed: bytes, exclusion: Exclusion) -> dict[bytes, tuple[bytes, str]]:
    """Return (mode, object id) by path; neither of what is excluded."""
    entries: dict[bytes, tuple[bytes, str]] = {}
    for line in listed.split(b"\0")[:-1]:
        said, _, path = line.partition(b"\t")
        mode, _, object_id = said.split(b" ")
        slash = b"/" * (mode == _REPOSITORY)
        entry = exclusion.entry_of(path + slash)
        if entry != path + slash or exclusion.names(entry):
            entries[entry.rstrip(b"/")] = (b"", "")
        else:
            entries[path] = (mode, object_id.decode())
    return entries


def _skip_reason(path: bytes, mode: bytes, size: int, max_file_bytes: int) -> SkipReason | None:
    if not mode:
        return SkipReason.EXCLUDED
    if any(part.lower() in {b"", b".", b"..", b".git"} for part in path.split(b"/")):
        return SkipReason.NO_PATH
    if not is_utf8(path):
        return SkipReason.PATH_NOT_UTF8
    if mode == _LINK:
        return SkipReason.SYMLINK
    if mode == _REPOSITORY:
        return SkipReason.NESTED_REPOSITORY
    return SkipReason.TOO_LARGE if size > max_file_bytes else None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return " ".join(done.stderr.decode(errors="backslashreplace").split()) or "there is no git"

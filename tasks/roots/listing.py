"""List the files of a root: as git sees them inside of a work tree, by .gitignore rules elsewhere.

Paths are bytes relative to the root, in byte order: the same on every host and in every locale.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from tempfile import TemporaryFile

from tasks.contracts import RootProblem, SkipReason
from tasks.roots.git import git
from tasks.roots.readable import RootBroken
from tasks.roots.rules import Exclusion
from tasks.roots.walk import is_repository, opens, walk

_COMMIT = b"160000 "  # a mode
_UNOPENED = "warning: could not open directory"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One entry of a root."""

    path: bytes  # relative to the root
    size_bytes: int
    mtime_ns: int
    skip: SkipReason | None  # why it is left out, as far as its name and type tell
    blob: str = ""  # its object in git; empty: it is a file on disk


def list_files(
    root: Path, own: frozenset[Path], max_file_bytes: int, exclude: Sequence[str] = ()
) -> Iterator[FoundFile]:
    """Yield every file of ``root`` in path order; nothing below a path of ``own`` is listed.

    Inside of a git work tree: tracked files, and untracked ones that are not ignored. A path that
    git still lists and that is gone, or is a folder now, is no file. A folder that the patterns
    ``exclude`` leave out is one entry; what git does not track is not looked for there. So is a
    folder that cannot be opened; whoever reads it is told why. Raises RootBroken where git cannot
    list its tree.
    """
    exclusion = Exclusion(exclude)
    found = _git_paths(root, exclusion) if is_git(root) else walk(root, exclusion)
    left_alone = tuple(os.fsencode(path.parent.resolve() / path.name) + b"/" for path in own)
    base = os.fsencode(root.resolve())
    is_link = cache(os.path.islink)
    submodules = cache(partial(_submodules, root))
    last = None
    for entry in sorted({exclusion.entry_of(path) for path in found}, key=_bare):
        path = _bare(entry)
        full = base + b"/" + path
        if (full + b"/").startswith(left_alone) or any(map(is_link, _folders(base, path))):
            continue
        try:
            status = os.lstat(full)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:  # below a folder that is closed, or a path too long for the system
            last = path
            yield FoundFile(path, 0, 0, None)
            continue
        is_folder = S_ISDIR(status.st_mode)
        if path == last or (entry != path and not is_folder):
            continue
        if entry == path and is_folder and path not in submodules() and not is_repository(full):
            continue
        last = path
        skip = _skip_reason(path, status, max_file_bytes)
        if exclusion.names(path + b"/" * is_folder):
            skip = SkipReason.EXCLUDED
        elif is_folder and not opens(full + b"/"):
            skip = None
        yield FoundFile(path, status.st_size, status.st_mtime_ns, skip)


def _bare(entry: bytes) -> bytes:
    return entry.rstrip(b"/")


def is_git(root: Path) -> bool:
    """Tell whether git lists this root: inside of a work tree, and not ignored by it."""
    inside = git(root, "rev-parse", "--is-inside-work-tree")
    if inside.returncode or inside.stdout.strip() != b"true":
        return False
    return git(root, "check-ignore", "-q", ".").returncode != 0


def _folders(base: bytes, path: bytes) -> Iterator[bytes]:
    """Yield the folders between the root and a file: git may list a file whose folder is a link."""
    parts = path.split(b"/")
    return (b"/".join([base, *parts[:depth]]) for depth in range(1, len(parts)))


def _git_paths(root: Path, exclusion: Exclusion) -> list[bytes]:
    words = ["--cached", "--others", "--exclude-standard"]
    with TemporaryFile("w", encoding="utf-8", errors="surrogateescape") as patterns:  # no name
        patterns.writelines(f"{pattern}\n" for pattern in exclusion.patterns)
        patterns.flush()
        rules = f"--exclude-from=/dev/fd/{patterns.fileno()}"
        # First, so that every rule of the repository itself is asked before.
        listed = git(root, "ls-files", "-z", rules, *words, passed=[patterns.fileno()])
    said = listed.stderr.decode(errors="backslashreplace").strip()
    if listed.returncode or "error: " in said:  # it leaves out what it cannot read, and exits 0
        raise RootBroken(
            RootProblem.UNLISTABLE, f"git cannot list {root}: {' '.join(said.split())}"
        )
    found = listed.stdout.split(b"\0")[:-1]
    return [*found, *_unopened(root, exclusion)] if _UNOPENED in said else found


def _submodules(root: Path) -> frozenset[bytes]:
    """Return the paths of which git tracks a commit: as folders without a slash it lists them."""
    tracked = git(root, "ls-files", "-z", "--stage").stdout.split(b"\0")
    return frozenset(line.partition(b"\t")[2] for line in tracked if line.startswith(_COMMIT))


def _unopened(root: Path, exclusion: Exclusion) -> Iterator[bytes]:
    """Yield the folders that git did not open; it names them where no program can read it."""
    base = os.fsencode(root.resolve()) + b"/"
    for path in walk(root, exclusion):
        if not path.endswith(b"/") or exclusion.names(path) or opens(base + path):
            continue
        if git(root, "check-ignore", "-q", "--", os.fsdecode(path)).returncode:
            yield path


def _skip_reason(path: bytes, status: os.stat_result, max_file_bytes: int) -> SkipReason | None:
    if not is_utf8(path):
        return SkipReason.PATH_NOT_UTF8
    if S_ISLNK(status.st_mode):
        return SkipReason.SYMLINK
    if S_ISDIR(status.st_mode):
        return SkipReason.NESTED_REPOSITORY
    if not S_ISREG(status.st_mode):
        return SkipReason.NOT_REGULAR
    return SkipReason.TOO_LARGE if status.st_size > max_file_bytes else None


def is_utf8(path: bytes) -> bool:
    """Tell whether a path can be text."""
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True

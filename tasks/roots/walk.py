"""Walk a folder that git does not know, by the .gitignore rules it brings along."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from tasks.regular_file import read_regular
from tasks.roots.git import git
from tasks.roots.rules import Exclusion, Rules

_REPOSITORY = b".git"
_IS_NONE = 128  # how git ends where a .git is no repository, and leads to none
_RULES = b".gitignore"
_MOST_RULES_BYTES = 1 << 20

_Known: TypeAlias = tuple[tuple[bytes, Rules], ...]  # rules by folder, outermost first


def walk(root: Path, exclusion: Exclusion) -> Iterator[bytes]:
    """Yield the paths of all files below ``root`` that no .gitignore excludes, in no order.

    A folder below the root that is a git repository of its own is yielded itself, with a slash,
    as ``git ls-files`` does; so is one that ``exclusion`` leaves out, and nobody looks into it, and
    one that cannot be opened. Symbolic links are yielded and not followed.
    """
    base = os.fsencode(root.resolve()) + b"/"
    to_open: list[tuple[bytes, _Known]] = [(b"", ())]
    while to_open:
        folder, outer = to_open.pop()
        entries = _entries(base + folder)
        has_git = any(entry.name == _REPOSITORY for entry in entries or [])
        if folder and (entries is None or (has_git and is_repository(base + folder))):
            yield folder
            continue
        known = (*outer, *((folder, rules) for rules in _read(entries or [])))
        for entry in entries or []:
            is_folder = entry.is_dir(follow_symlinks=False)
            path = folder + entry.name + (b"/" if is_folder else b"")
            if entry.name == _REPOSITORY or _is_ignored(path, known):
                continue
            if is_folder and not exclusion.names(path):
                to_open.append((path, known))
            else:
                yield path


def is_repository(folder: bytes) -> bool:
    """Tell whether a folder is a repository to git: a copy may have a .git that is none.

    As in git, a file of that name that cannot be read is believed.
    """
    asked = git(Path(os.fsdecode(folder)), "rev-parse", "--resolve-git-dir", ".git")
    mark = folder + b"/" + _REPOSITORY
    is_closed = os.path.isfile(mark) and not os.access(mark, os.R_OK)  # noqa: PTH113 -- bytes
    return asked.returncode != _IS_NONE or is_closed


def opens(folder: bytes) -> bool:
    """Tell whether the system lists a folder."""
    return _entries(folder) is not None


def _entries(folder: bytes) -> list[os.DirEntry[bytes]] | None:
    try:
        with os.scandir(folder.rstrip(b"/") or b"/") as entries:  # a slash may be a byte too many
            return list(entries)
    except OSError:
        return None


def _read(entries: list[os.DirEntry[bytes]]) -> Iterator[Rules]:
    """Read the folder's rules, where it has any.

    As in git, a link to rules is none, nor is a file that cannot be read.
    """
    for entry in entries:
        if entry.name == _RULES and entry.is_file(follow_symlinks=False):
            try:
                yield Rules(read_regular(os.fsdecode(entry.path), _MOST_RULES_BYTES))
            except OSError:
                continue


def _is_ignored(path: bytes, known: _Known) -> bool:
    """Ask the rules from the innermost folder outwards; the first that speaks decides."""
    for folder, rules in reversed(known):
        said = rules.decision(path[len(folder) :])
        if said is not None:
            return said
    return False

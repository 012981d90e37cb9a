"""Walk a folder that git does not know, by the .gitignore rules it brings along."""

import os
from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec, Pattern

from tasks.regular_file import read_regular

_REPOSITORY = b".git"
_RULES = b".gitignore"
_MOST_RULES_BYTES = 1 << 20


def walk(root: Path) -> Iterator[bytes]:
    """Yield the paths of all files below ``root`` that no .gitignore excludes, in no order.

    A folder below the root that is a git repository of its own is yielded itself, with a slash,
    as ``git ls-files`` does. Symbolic links are yielded and not followed.
    """
    yield from _walk(os.fsencode(root.resolve()), b"", [])


def _walk(base: bytes, folder: bytes, outer: list[tuple[bytes, GitIgnoreSpec]]) -> Iterator[bytes]:
    entries = sorted(os.scandir(base + b"/" + folder), key=lambda entry: entry.name)
    if folder and any(entry.name == _REPOSITORY for entry in entries):
        yield folder
        return
    rules = [*outer, *((folder, spec) for spec in _read(entries))]
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        path = folder + entry.name + (b"/" if is_folder else b"")
        if entry.name == _REPOSITORY or _is_ignored(path, rules):
            continue
        if is_folder:
            yield from _walk(base, path, rules)
        else:
            yield path


def _read(entries: list[os.DirEntry[bytes]]) -> Iterator[GitIgnoreSpec]:
    """Read the folder's rules, where it has any. As in git, a link to rules is none."""
    for entry in entries:
        if entry.name == _RULES and entry.is_file(follow_symlinks=False):
            path = Path(os.fsdecode(entry.path))
            text = read_regular(path, _MOST_RULES_BYTES).decode("utf-8-sig", "surrogateescape")
            yield GitIgnoreSpec.from_lines(text.splitlines(), backend="simple")


def _is_ignored(path: bytes, rules: list[tuple[bytes, GitIgnoreSpec]]) -> bool:
    """Ask the rules from the innermost folder outwards; the first that speaks decides."""
    for folder, spec in reversed(rules):
        relative = os.fsdecode(path[len(folder) :])
        for pattern in reversed(spec.patterns):
            if pattern.include is not None and _matches(pattern, relative):
                return pattern.include
    return False


def _matches(pattern: Pattern, path: str) -> bool:
    """Tell whether a pattern names this very entry, and not only a folder around it.

    pathspec lets a folder's match speak for all below it; git decides on the folder first, and
    then asks anew.
    """
    if pattern.match_file(path) is None:
        return False
    around, slash, name = path.rstrip("/").rpartition("/")
    if not slash or pattern.match_file(name + path[len(path.rstrip("/")) :]) is not None:
        return True
    return pattern.match_file(around + "/") is None

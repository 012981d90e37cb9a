"""Walk a folder that git does not know, by the .gitignore rules it brings along."""

import os
from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

_REPOSITORY = b".git"
_RULES = b".gitignore"


def walk(root: Path) -> Iterator[bytes]:
    """Yield the paths of all files below ``root`` that no .gitignore excludes, in no order.

    A folder below the root that is a git repository of its own is yielded itself, with a slash,
    as ``git ls-files`` does. Symbolic links are yielded and not followed.
    """
    yield from _walk(os.fsencode(root), b"", [])


def _walk(base: bytes, folder: bytes, outer: list[tuple[bytes, GitIgnoreSpec]]) -> Iterator[bytes]:
    entries = sorted(os.scandir(base + b"/" + folder), key=lambda entry: entry.name)
    names = {entry.name for entry in entries}
    if folder and _REPOSITORY in names:
        yield folder
        return
    rules = [*outer, (folder, _read(entries))] if _RULES in names else outer
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        path = folder + entry.name + (b"/" if is_folder else b"")
        if entry.name == _REPOSITORY or _is_ignored(path, rules):
            continue
        if is_folder:
            yield from _walk(base, path, rules)
        else:
            yield path


def _read(entries: list[os.DirEntry[bytes]]) -> GitIgnoreSpec:
    (entry,) = (entry for entry in entries if entry.name == _RULES)
    lines = Path(os.fsdecode(entry.path)).read_text("utf-8", errors="surrogateescape")
    return GitIgnoreSpec.from_lines(lines.splitlines())


def _is_ignored(path: bytes, rules: list[tuple[bytes, GitIgnoreSpec]]) -> bool:
    """Ask the rules from the innermost folder outwards; the first that speaks decides."""
    for folder, spec in reversed(rules):
        decided = spec.check_file(os.fsdecode(path[len(folder) :])).include
        if decided is not None:
            return decided
    return False

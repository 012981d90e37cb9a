"""Which files a root has, as git itself lists them: by its own rules also where it tracks nothing.

Paths are text as the index writes it, relative to the root.
"""

import os
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from verification.exclusion import excluded
from verification.subject import NotApplicable

_LIST: Final = ("ls-files", "-z", "--others", "--exclude-standard")
_SAFE: Final = (
    "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}"
)  # fmt: skip
_QUIET: Final = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}  # it fetches nothing
_TIMEOUT_S: Final = 600.0  # a pipe in the place of a .gitignore has no end


def list_root(root: Path, own: tuple[Path, ...], patterns: Sequence[str] = ()) -> set[str]:
    """Return the path of each entry of a root, without what lies below ``own``.

    A folder that the plan's ``patterns`` leave out is one entry, where git tracks anything in it.
    Raises NotApplicable where there is no git, OSError where it cannot list.
    """
    ignored = tuple(f"{path.parent.resolve() / path.name}/" for path in own)
    base = f"{root.resolve()}/"
    is_link = cache(os.path.islink)
    found = set()
    for path in _without_excluded(_listed(root, patterns), base, patterns):
        is_own = f"{base}{path}/".startswith(ignored)
        if not is_own and os.path.lexists(base + path) and not _is_below_link(base, path, is_link):
            found.add(os.fsencode(path).decode("utf-8", "backslashreplace"))
    return found


def _without_excluded(paths: list[str], base: str, patterns: Sequence[str]) -> set[str]:
    """Put the excluded folder in the place of all that is in it."""
    if not patterns:
        return set(paths)
    entries = [path + "/" * _is_folder(Path(base + path)) for path in paths]
    left_out = excluded(entries, patterns)
    return {left_out.get(path, path) for path in paths}


def _is_folder(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()


def _listed(root: Path, patterns: Sequence[str]) -> list[str]:
    inside = _git(root, "rev-parse", "--is-inside-work-tree")
    is_listed = inside == b"true\n" and _git(root, "check-ignore", "-q", ".") is None
    with TemporaryDirectory() as folder:
        rules = Path(folder, "rules")
        rules.write_bytes(os.fsencode("".join(f"{pattern}\n" for pattern in patterns)))
        words = (*_LIST[:2], f"--exclude-from={rules}", *_LIST[2:])
        if is_listed:
            found = _git(root, *words, "--cached")
        else:
            _git(root, "init", "--quiet", "--bare", "--template=", f"{folder}/git")
            found = _git(
                root, f"--git-dir={folder}/git", f"--work-tree={root}",
                "-c", "core.bare=false", "-c", f"core.excludesFile={os.devnull}", *words,
            )  # fmt: skip
    if found is None:
        raise OSError(f"git cannot list {root}")
    return [os.fsdecode(path.rstrip(b"/")) for path in sorted(set(found.split(b"\0")) - {b""})]


def _is_below_link(base: str, path: str, is_link: Callable[[str], bool]) -> bool:
    """Tell whether a folder on the way is a link: what lies behind it is not of this root."""
    folder = path.rpartition("/")[0]
    return bool(folder) and (is_link(base + folder) or _is_below_link(base, folder, is_link))


def _git(root: Path, *words: str) -> bytes | None:
    """Return what git says, or None where it says no. Raises OSError where it takes too long."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= _QUIET
    command = ["git", *_SAFE, "-C", str(root), *words]
    try:
        done = subprocess.run(
            command, capture_output=True, env=environment, check=False, timeout=_TIMEOUT_S
        )
    except FileNotFoundError as error:
        raise NotApplicable("there is no git on this host") from error
    except subprocess.TimeoutExpired as error:
        raise OSError(f"git took longer than {_TIMEOUT_S:g} s to list {root}") from error
    has_left_out = b"error: " in done.stderr  # what it could not read; it exits 0
    return None if done.returncode or has_left_out else done.stdout

"""Which files a root has, as git itself lists them: by its own rules also where it tracks nothing.

Paths are text as the index writes it, relative to the root.
"""

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from stat import S_ISDIR
from typing import Final

from verification.exclusion import excluded
from verification.spelling import written
from verification.subject import NotApplicable
from verification.unwritten import empty_repository, rules_of

_LIST: Final = ("ls-files", "-z", "--others", "--exclude-standard")
_SAFE: Final = (
    "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}"
)  # fmt: skip
_QUIET: Final = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}  # it fetches nothing
_UNOPENED: Final = b"warning: could not open directory"  # and where, as far as a line holds it
_SUBMODULE: Final = "160000"  # a mode
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
        if not is_own and _is_there(base + path) and not _is_below_link(base, path, is_link):
            found.add(written(path))
    return found


def _without_excluded(paths: list[str], base: str, patterns: Sequence[str]) -> set[str]:
    """Put the excluded folder in the place of all that is in it."""
    if not patterns:
        return set(paths)
    entries = [path + "/" * _is_folder(base + path) for path in paths]
    left_out = excluded(entries, patterns)
    return {left_out.get(path, path) for path in paths}


def _is_folder(place: str) -> bool:
    try:
        return S_ISDIR(os.lstat(place).st_mode)
    except OSError:
        return False


def _listed(root: Path, patterns: Sequence[str]) -> list[str]:
    inside = _ask(root, "rev-parse", "--is-inside-work-tree").stdout == b"true\n"
    is_listed = inside and _ask(root, "check-ignore", "-q", ".").returncode
    with rules_of(patterns) as (descriptor, rules):
        words = (*_LIST[:2], f"--exclude-from={rules}", *_LIST[2:])
        if is_listed:
            ask = partial(_ask, root, passed=(descriptor,))
            listed = ask(*words, "--cached")
        else:
            ask = partial(
                _ask, root, f"--git-dir={empty_repository()}", f"--work-tree={root}",
                "-c", "core.bare=false", "-c", f"core.excludesFile={os.devnull}",
                passed=(descriptor,),
            )  # fmt: skip
            listed = ask(*words)
        if listed.returncode or b"error: " in listed.stderr:  # what it could not read; it exits 0
            raise OSError(f"git cannot list {root}")
        named = {os.fsdecode(path) for path in listed.stdout.split(b"\0")} - {""}
        found = {path.rstrip("/") for path in named - _replaced(root, named)}
        if _UNOPENED in listed.stderr:
            found.update(
                path for path in _unopened(root) if ask("check-ignore", "-q", "--", path).returncode
            )
    return sorted(found)


def _replaced(root: Path, named: set[str]) -> set[str]:
    """Return what git tracks as files and is a folder now; it lists submodules like files."""
    folders = {path for path in named if path[-1] != "/" and _is_folder(f"{root}/{path}")}
    if not folders:
        return set()
    tracked = os.fsdecode(_ask(root, "ls-files", "-z", "--stage").stdout).split("\0")
    modes = {path: said[:6] for said, _, path in (line.partition("\t") for line in tracked)}
    files = {path for path in folders if modes.get(path) != _SUBMODULE}
    return {path for path in files if not _is_repository(root / path)}


def _unopened(root: Path) -> Iterator[str]:
    """Yield the folders that cannot be opened; git leaves them out."""
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(f"{root}/{folder}".rstrip("/") or "/") as entries:
                below = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
        except OSError:
            yield folder.rstrip("/")
            continue
        if not (folder and ".git" in below and _is_repository(root / folder)):
            below.pop(".git", None)
            folders += [f"{folder}{name}/" for name, is_folder in below.items() if is_folder]


def _is_repository(folder: Path) -> bool:
    return _ask(folder, "rev-parse", "--resolve-git-dir", ".git").returncode == 0


def _is_there(place: str) -> bool:
    try:
        os.lstat(place)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # nobody can tell
        return True
    return True


def _is_below_link(base: str, path: str, is_link: Callable[[str], bool]) -> bool:
    """Tell whether a folder on the way is a link: what lies behind it is not of this root."""
    folders = accumulate(path.split("/")[:-1], "{}/{}".format)
    return any(is_link(base + folder) for folder in folders)


def _ask(
    root: Path, *words: str, passed: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    """Ask git, which has the descriptors that are ``passed``.

    Raises NotApplicable where there is none, OSError where it takes too long.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= _QUIET
    command = ["git", *_SAFE, "-C", str(root), *words]
    try:
        return subprocess.run(
            command,
            capture_output=True,
            env=environment,
            pass_fds=passed,
            check=False,
            timeout=_TIMEOUT_S,
        )
    except FileNotFoundError as error:
        raise NotApplicable("there is no git on this host") from error
    except subprocess.TimeoutExpired as error:
        raise OSError(f"git took longer than {_TIMEOUT_S:g} s to list {root}") from error

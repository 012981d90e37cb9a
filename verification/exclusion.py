"""What a plan's patterns leave out of a root, as git itself reads them.

Git is asked in an empty repository whose rules are the patterns, so no rule of the root speaks.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from verification.subject import NotApplicable
from verification.unwritten import empty_repository, rules_of

_HERE: Final = "./"  # before each path, so that none looks like a pattern to git
_IGNORED_OR_NOT: Final = {0, 1}


def excluded(paths: Iterable[str], patterns: Sequence[str]) -> dict[str, str]:
    """Return for each path that is left out the outermost entry that is, without a slash.

    Paths are relative to their root, as Python decodes them; that of a folder ends with a slash.
    Raises NotApplicable where there is no git, OSError where it cannot tell.
    """
    ways = {path: list(_way(path)) for path in paths} if patterns else {}
    if not ways:
        return {}
    ignored = _ignored({entry for way in ways.values() for entry in way}, patterns)
    found = {
        path: next((each for each in way if each in ignored), "") for path, way in ways.items()
    }
    return {path.rstrip("/"): entry.rstrip("/") for path, entry in found.items() if entry}


def _way(path: str) -> Iterator[str]:
    """Yield the folders that lead to an entry, each with its slash, and the entry."""
    at = path.find("/", 0, -1)
    while at >= 0:
        yield path[: at + 1]
        at = path.find("/", at + 1, -1)
    yield path


def _ignored(entries: set[str], patterns: Sequence[str]) -> set[str]:
    """Return which entries are ignored; what git asks the disk about, it finds nowhere.

    A folder is asked about by a name in it that the last rule takes back: so it is ignored where a
    folder on the way to it is, and git takes those for folders unseen.
    """
    inside = "_" * (1 + max(map(len, entries)))  # longer than each: the name of nothing in them
    asked = {f"{_HERE}{entry}{inside * entry.endswith('/')}": entry for entry in sorted(entries)}
    with rules_of([*patterns, f"!{inside}"]) as (descriptor, rules):
        settings = ("-c", f"core.excludesFile={rules}", "-c", "core.ignoreCase=false")
        words = (*settings, "check-ignore", "--no-index", "--stdin", "-z")
        said = _git("".join(f"{entry}\0" for entry in asked), descriptor, *words)
    return {asked[entry] for entry in said.split("\0") if entry}


def _git(asked: str, descriptor: int, *words: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    empty = empty_repository()
    nowhere = empty / "refs"
    command = ["git", "-C", str(nowhere), f"--git-dir={empty}", f"--work-tree={nowhere}", *words]
    try:
        done = subprocess.run(
            command,
            input=os.fsencode(asked),
            capture_output=True,
            env=environment,
            pass_fds=[descriptor],
            check=False,
        )
    except FileNotFoundError as error:
        raise NotApplicable("there is no git on this host") from error
    if done.returncode not in _IGNORED_OR_NOT:
        raise OSError(f"git cannot tell what is excluded: {os.fsdecode(done.stderr).strip()}")
    return os.fsdecode(done.stdout)

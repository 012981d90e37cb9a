"""What a plan's patterns leave out of a root, as git itself reads them.

Git is asked in an empty repository whose rules are the patterns, so no rule of the root speaks.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from verification.subject import NotApplicable

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
    asked = {f"{_HERE}{entry.rstrip('/')}": entry for entry in sorted(entries)}
    with TemporaryDirectory() as folder:
        _make_empty(Path(folder, ".git"))
        for entry in asked.values():
            if entry.endswith("/"):  # git looks whether it is a folder
                Path(folder, entry).mkdir(parents=True, exist_ok=True)
        rules = Path(folder, ".git", "info", "exclude")
        rules.parent.mkdir()
        rules.write_bytes(os.fsencode("".join(f"{pattern}\n" for pattern in patterns)))
        settings = ("-c", f"core.excludesFile={os.devnull}", "-c", "core.ignoreCase=false")
        words = (*settings, "check-ignore", "--no-index", "--stdin", "-z")
        said = _git(folder, "".join(f"{entry}\0" for entry in asked), *words)
    return {asked[entry] for entry in said.split("\0") if entry}


def _make_empty(repository: Path) -> None:
    """Make a repository without anything, as ``git init`` would at the price of a process."""
    for name in ("objects", "refs"):
        (repository / name).mkdir(parents=True)
    (repository / "HEAD").write_text("ref: refs/heads/none\n")


def _git(folder: str, asked: str, *words: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-C", folder, *words]
    try:
        done = subprocess.run(
            command, input=os.fsencode(asked), capture_output=True, env=environment, check=False
        )
    except FileNotFoundError as error:
        raise NotApplicable("there is no git on this host") from error
    if done.returncode not in _IGNORED_OR_NOT:
        raise OSError(f"git cannot tell what is excluded: {os.fsdecode(done.stderr).strip()}")
    return os.fsdecode(done.stdout)

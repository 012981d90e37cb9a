"""What a bare repository is called: after the remote that it mirrors, else after its folder."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tasks.roots.git import git

_SUFFIX: Final = ".git"
_USUAL: Final = "origin"  # what git calls a remote that nobody named
_URL_KEY: Final = re.compile(r"remote\.(.+)\.url", re.IGNORECASE)
# scheme://user@host:port/path, user@host:path, or a path; never the user, who may be a secret.
_URL: Final = re.compile(
    r"(?:\w[\w+.-]*://)?(?:[^@/]*@)?(?P<host>[^:/]*):?(?:\d+(?=/))?/*(?P<path>.*)"
)


def is_bare(path: Path) -> bool:
    """Tell whether a folder is meant as a git repository without a work tree.

    A damaged one is, too: its own files are nobody's source. Of one that nobody may look into, its
    name decides; that it cannot be read is told where it is read.
    """
    if os.path.isfile(path / "HEAD") and any(  # noqa: PTH113 -- a Path raises where it may not look
        os.path.isdir(path / name)  # noqa: PTH112 -- as above
        for name in ("objects", "refs")
    ):
        return True
    is_work_tree = os.path.exists(path / _SUFFIX)  # noqa: PTH110 -- as above
    return path.name.endswith(_SUFFIX) and not is_work_tree


def words_of(path: Path) -> tuple[str, ...]:
    """Return what a root can be named after, the most telling word last.

    A mirror is named after its remote, where somebody named that (``git clone --mirror -o NAME``),
    else after the repository that the remote's URL names.
    """
    if not is_bare(path):
        return path.parts
    own = (*path.parts[:-1], path.name.removesuffix(_SUFFIX) or path.name)
    for remote, url in _remotes(path):
        said = _URL.fullmatch(url)
        if remote != _USUAL:
            return (*own, remote)
        if said and (words := said["path"].rstrip("/").removesuffix(_SUFFIX).rstrip("/")):
            host = (said["host"],) if said["host"] else ()
            return (*own, *host, *(word for word in words.split("/") if word))
    return own


def _remotes(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, URL) of the remotes in the repository's own settings."""
    file = f"--file={path / 'config'}"
    said = git(path, "config", file, "--no-includes", "-z", "--get-regexp", r"^remote\..*\.url$")
    for entry in said.stdout.decode(errors="backslashreplace").split("\0"):
        key, _, url = entry.partition("\n")
        if found := _URL_KEY.fullmatch(key):
            yield found[1], url

"""Git, without what an environment or a repository's own settings could make it run."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tasks.contracts import RootProblem
from tasks.roots.readable import RootBroken

_TIMEOUT_S: Final = 600.0
_SETTINGS: Final = ("safe.directory=*", "core.fsmonitor=false", f"core.hooksPath={os.devnull}")


def git(
    folder: Path, *words: str, passed: Sequence[int] = ()
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, with the descriptors that are ``passed``; 127 where there is none.

    It runs no file system monitor and no hooks, takes no replaced object for the original, and
    fetches nothing: git gets objects that a partial clone left out wherever the repository says,
    by any command. Raises RootBroken where git waits.
    """
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    return ask(folder, ["-C", str(folder), *settings, *words], environment(), passed=passed)


def ask(
    root: Path,
    words: Sequence[str],
    told: Mapping[str, str],
    *,
    fed: bytes = b"",
    passed: Sequence[int] = (),
) -> subprocess.CompletedProcess[bytes]:
    """Run git about a root, with an environment, a stdin and descriptors; 127 where there is none.

    A pipe in the place of a file that git reads would keep it for ever: raises RootBroken then.
    """
    command = ["git", *words]
    try:
        return subprocess.run(
            command,
            input=fed,
            capture_output=True,
            env=told,
            pass_fds=passed,
            check=False,
            timeout=_TIMEOUT_S,
        )
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, returncode=127, stdout=b"", stderr=b"")
    except subprocess.TimeoutExpired as error:
        raise RootBroken(
            RootProblem.UNLISTABLE,
            f"git cannot list {root}: it took longer than {_TIMEOUT_S:g} s, as with a pipe in the "
            "place of a .gitignore, an object, or a file that .git/config includes",
        ) from error


def environment() -> dict[str, str]:
    """Return what git is told by its environment, and no more."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }

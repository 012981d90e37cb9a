"""Whether a path can be a root at all."""

import os
from pathlib import Path
from typing import Final

from tasks.contracts import RootProblem
from tasks.errors import StepFailed
from tasks.spelling import path_of

_NEXT: Final = (
    "Mend it, drop it from the plan, or say `required = false`. The index in service is unchanged."
)


class RootBroken(StepFailed):
    """Nothing of a root can be read; ``problem`` says why in words that hold on every host."""

    def __init__(self, problem: RootProblem, what: str) -> None:
        """Keep which problem it is, and ``what`` is wrong with which path."""
        super().__init__(what, next_step=_NEXT)
        self.problem: Final = problem


def require_root(path: Path) -> None:
    """Raise RootBroken where ``path`` cannot be indexed: it must be a folder with entries.

    An index writes text: a folder whose path is not UTF-8 has no place in it.
    """
    try:
        if not path.exists():
            if _is_spelled(path):
                raise RootBroken(
                    RootProblem.NOT_UTF8, f"the path of root {path} is not UTF-8; rename it"
                )
            raise RootBroken(RootProblem.MISSING, f"root {path} does not exist")
        if not path.is_dir():
            raise RootBroken(RootProblem.MISSING, f"root {path} is a file; a root is a folder")
        with os.scandir(path) as entries:
            is_readable, is_empty = os.access(path, os.R_OK | os.X_OK), not any(entries)
    except PermissionError:  # of the folder, or of one on the way
        is_readable = is_empty = False
    if not is_readable:
        raise RootBroken(RootProblem.UNREADABLE, f"root {path} cannot be read")
    if is_empty:
        raise RootBroken(RootProblem.EMPTY, f"root {path} is empty")


def _is_spelled(path: Path) -> bool:
    """Tell whether this is how a path that is not UTF-8 is written."""
    raw = path_of(f"{path}/")
    return raw != os.fsencode(path) and os.path.exists(raw)  # noqa: PTH110 -- bytes


def why_no_root(path: Path) -> str | None:
    """Say why ``path`` cannot be indexed, or None."""
    try:
        require_root(path)
    except RootBroken as broken:
        return broken.what
    return None

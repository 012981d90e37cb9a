"""The working folder may be a root, and anyone's: what heeds files of it works elsewhere.

Prefect takes settings from ``.env``, ``prefect.toml`` and ``pyproject.toml`` of the working folder,
when it is imported and whenever it reads them again, and settings can name code to run.
"""

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from typing import Final

_ELSEWHERE: Final = "/"  # trusted, as the host is
_STARTED_IN: Final = "FLAGDAY_WORKING_FOLDER"  # a scheduled run is a process of its own


@contextmanager
def elsewhere() -> Iterator[None]:
    """Work outside of the working folder. Paths have to be absolute."""
    was_there = os.environ.get(_STARTED_IN)
    os.environ[_STARTED_IN] = was_there or os.getcwd()  # noqa: PTH109 -- a str, as all there
    try:
        with chdir(_ELSEWHERE):
            yield
    finally:
        if was_there is None:
            del os.environ[_STARTED_IN]


def started_in() -> str:
    """Return the working folder, also where that has been left."""
    return os.environ.get(_STARTED_IN) or os.getcwd()  # noqa: PTH109 -- as above


def environment() -> dict[str, str]:
    """Return the environment for a command that runs in the working folder."""
    return {key: value for key, value in os.environ.items() if key != _STARTED_IN}

"""An index by name alone: its companion needs no more."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import apsw
import pytest

from tasks.companion.opening import open_or_begin
from tasks.companion.place import companion_of


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index.db"


@pytest.fixture
def companion(index: Path) -> Path:
    """A companion that is there."""
    open_or_begin(index).close()
    return companion_of(index)


@pytest.fixture
def nobody(tmp_path: Path) -> Callable[[], AbstractContextManager[None]]:
    """Be someone who may read the folder of a test, and no more than its modes say."""

    @contextmanager
    def become() -> Iterator[None]:
        own = os.geteuid()
        for folder in tmp_path.parents[:3]:
            folder.chmod(folder.stat().st_mode | 0o011)
        if own == 0:
            os.seteuid(1234)
        try:
            yield
        finally:
            os.seteuid(own)
            tmp_path.chmod(0o755)

    return become


def change(database: Path, script: str) -> None:
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute(script).fetchall()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)

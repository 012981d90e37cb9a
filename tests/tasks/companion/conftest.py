"""An index by name alone: its companion needs no more."""

import stat
from contextlib import closing
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


def change(database: Path, script: str) -> None:
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute(script).fetchall()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)

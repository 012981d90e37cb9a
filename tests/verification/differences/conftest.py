"""Two indexes that are the same, of which a test changes the second."""

import shutil
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from tests.verification.conftest import export
from verification.differences.compare import compare
from verification.differences.model import Differences
from verification.differences.naming import find_side, opened


@dataclass(frozen=True)
class Two:
    """An index before and after, each as a database and as a folder of Parquet files."""

    folder: Path
    before: Path
    after: Path

    def change(self, *statements: str) -> None:
        with closing(apsw.Connection(str(self.after))) as connection:
            for statement in statements:
                connection.execute(statement).fetchall()

    def parquet(self, database: Path) -> Path:
        folder = self.folder / f"{database.stem}.sets"
        folder.mkdir(exist_ok=True)
        with closing(apsw.Connection(str(database))) as connection:
            export(connection, folder)
        return folder

    def compared(self, *, limit: int = 10, **options) -> Differences:
        """Compare databases and Parquet folders in every mixture; all say the same."""
        before, after = ((side, self.parquet(side)) for side in (self.before, self.after))
        found = [compared(old, new, limit=limit, **options) for old in before for new in after]
        assert found[1:] == found[:-1]
        return found[0]


@contextmanager
def sets_of(path: Path):
    with opened(find_side(str(path), path.parent)) as sets:
        yield sets


def compared(before: Path, after: Path, **options) -> Differences:
    with sets_of(before) as old, sets_of(after) as new:
        return compare(old, new, **options)


@pytest.fixture
def two(good) -> Two:
    folder = good.database.parent
    shutil.copy(good.database, folder / "before.db")
    shutil.copy(good.database, folder / "after.db")
    return Two(folder, folder / "before.db", folder / "after.db")

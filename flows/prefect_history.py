"""What our Prefect server remembers of runs: one database beside the index.

A new one begins with the schema that Prefect's own migrations come to. To run all of them, on a
database without a row, takes Prefect longer than all else of its start.
"""

from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import apsw

from migrations.opening import connect
from tasks.store.permissions import PRIVATE
from tasks.timing import log
from tasks.whole_files import written_whole

SCHEMA: Final = Path(__file__).with_name("prefect_history.sql")  # python -m tests.prefect_history
_MOST_HISTORY_BYTES: Final = 64 << 20  # of some 200 runs
_MOST_LOG_BYTES: Final = 1 << 20


def begin_where_none(home: Path) -> None:
    """Make the database that a server with this home will open.

    Where it cannot be written, the server cannot write it either, and that is told.
    """
    history = _history(home)
    if history.exists():
        return
    with (
        suppress(OSError, apsw.Error),
        written_whole(history, PRIVATE) as unfinished,
        closing(connect(unfinished)) as connection,
    ):
        connection.execute(SCHEMA.read_text("utf-8")).fetchall()


def forget_much(home: Path) -> None:
    """Let a history or a log begin anew that has grown beyond all use; nobody has either open."""
    history = _history(home)
    for files, most in (
        ([history, Path(f"{history}-wal"), Path(f"{history}-shm")], _MOST_HISTORY_BYTES),
        ([home / "server.log"], _MOST_LOG_BYTES),
    ):
        if sum(file.stat().st_size for file in files if file.exists()) > most:
            log.info("Prefect's history begins anew: %s is full", files[0])
            for file in files:
                file.unlink(missing_ok=True)


def _history(home: Path) -> Path:
    return home / "prefect.db"

"""Hold SQLite's write lock on a database until standard input ends.

A program of its own, run by write_lock.py: ``python lock_keeper.py DATABASE WAIT_S``. It says
"held", or why not, and exits when whoever started it lets go or is gone.
"""

import sys
from pathlib import Path

import apsw

from migrations.opening import connect


def main() -> None:
    """Lock, say so, and wait."""
    database, wait_s = sys.argv[1:]
    try:
        connection = locked(database, float(wait_s))
    except apsw.Error as error:
        sys.exit(str(error))
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()
    connection.execute("ROLLBACK")
    connection.close()


def locked(database: str, wait_s: float) -> apsw.Connection:
    """Begin a transaction that keeps writers off and lets readers read; no byte changes.

    A write-ahead log that a killed writer left is not written back: that too would be a change.
    Raises apsw.Error where a writer has the lock, or the file cannot be written to.
    """
    connection = connect(database, flags=apsw.SQLITE_OPEN_READWRITE)
    log = Path(f"{connection.filename}-wal")
    has_commits = log.exists() and log.stat().st_size > 0
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(has_commits))
    connection.set_busy_timeout(round(wait_s * 1000))
    connection.execute("BEGIN IMMEDIATE")
    return connection


if __name__ == "__main__":
    main()

"""Prefect's server as a process that ends with the last that needs it, however that ends.

    python prefect_child.py HOME WORD…

A program of its own, run by prefect_server.py with the words of Prefect's command. Whoever needs
the server holds a shared lock on ``server.users``, which the kernel lets go of for those that are
killed.
"""

import fcntl
import importlib
import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

from flows.prefect_history import begin_where_none
from flows.start_up import loading

_LOOK_S = 0.5
_SERVER = "prefect.server.api.server"


def main() -> None:
    """Serve until nobody needs it."""
    home = Path(sys.argv.pop(1))
    threading.Thread(target=_end_with_the_last, args=(home,), daemon=True).start()
    history = threading.Thread(target=_begin_history, args=(home,))
    history.start()
    with loading():
        importlib.import_module(_SERVER)  # most of what Prefect's command loads
    history.join()
    sys.argv[0] = "prefect"
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)


def _begin_history(home: Path) -> None:
    """Begin a history of ours; one that lies elsewhere is not ours to begin."""
    if Path(os.environ["PREFECT_HOME"]).resolve() == home:
        begin_where_none(home)


def _end_with_the_last(home: Path) -> None:
    with (home / "server.users").open() as users:
        while True:
            time.sleep(_LOOK_S)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            (home / "server.json").unlink(missing_ok=True)
            os.killpg(0, signal.SIGKILL)  # it leads a group of its own


if __name__ == "__main__":
    main()

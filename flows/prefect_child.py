"""Prefect's server as a process that ends with the run that started it, however that ends.

A program of its own, run by prefect_server.py with the words of Prefect's command: the run holds
the other end of its standard input.
"""

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    """Serve until standard input ends."""
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    sys.argv[0] = "prefect"
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)


def _end_with_the_run() -> None:
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)  # it leads a group of its own


if __name__ == "__main__":
    main()

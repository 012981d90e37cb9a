"""``flagday`` as a process of its own, which answers as soon as it can.

What a command is made of stays to the end, so none of it is garbage: to look for some while it is
loaded, and again at the end, would take a fifth of the time of an answer.
"""

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_PLATFORM = "linux"


def main() -> None:
    """Load the command, out of sight of the garbage collector, and run it."""
    if sys.platform != _PLATFORM:
        sys.stderr.write(
            "flagday: it runs on Linux alone: that nobody writes to an index, /proc has to prove\n"
            "  next: Run it in a container or a virtual machine with Linux. Nothing was changed.\n"
        )
        sys.exit(3)  # as of a failed precondition
    with loading():
        from flows.cli import main as run  # noqa: PLC0415 -- the collector is off from here

    atexit.register(_leave_all)
    run()


@contextmanager
def loading() -> Iterator[None]:
    """Load much, out of sight of the garbage collector, for good.

    Where all is loaded already, nothing is put out of sight: the garbage of one run after another
    would stay there too.
    """
    loaded = len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > loaded:
            gc.freeze()
        gc.enable()


def _leave_all() -> None:
    """Look for no garbage at the very end: after a run that would take most of a second.

    DuckDB is let go of as Python does: it tells on stderr of every object that is left.
    """
    if "_duckdb" not in sys.modules:
        gc.disable()
        gc.freeze()

"""A sign of life on a terminal, for what takes longer than a second and counts nothing."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_PATIENCE_S: Final = 1.0
_TICK_S: Final = 0.5
_CLEAR: Final = "\r\033[K"  # back to the start of the line, and delete it


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say on a terminal what goes on inside of the ``with`` block, and for how long already."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    is_done = threading.Event()
    thread = threading.Thread(target=_draw, args=(what, is_done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_done.set()
        thread.join()


def _draw(what: str, is_done: threading.Event) -> None:
    began = time.monotonic()
    if is_done.wait(_PATIENCE_S):
        return
    while not is_done.wait(_TICK_S):
        sys.stderr.write(f"{_CLEAR}{what}, {time.monotonic() - began:.0f} s")
        sys.stderr.flush()
    sys.stderr.write(_CLEAR)
    sys.stderr.flush()

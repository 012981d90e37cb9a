"""Run a flagday command, and tell on stdout when each step starts.

python -m tests.torture.driver run ROOT --db INDEX …
"""

import logging
import sys

from flows.start_up import main
from tasks.timing import log


class Teller(logging.Handler):
    """Write the numbers of the steps, a line each."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of a step that starts; where parts are counted, of each."""
        if hasattr(record, "started"):
            sys.stdout.write(f"step {record.started[0]}\n")
        elif hasattr(record, "progress"):
            sys.stdout.write("progress\n")
        elif record.getMessage().startswith("extracted"):
            sys.stdout.write(f"{record.getMessage()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    log.addHandler(Teller())
    main()

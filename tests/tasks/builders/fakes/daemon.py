"""A builder: it writes its process id into a file, opens the database, and waits for its end.

daemon.py PID_FILE DATABASE [obeys | ignores signals | tarries]
"""

import os
import signal
import sys
import time
from pathlib import Path

pid_file, database, *manners = sys.argv[1:]
if "ignores" in manners:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(time.sleep(1 if "tarries" in manners else 0)))
with Path(database).open("r+b"):
    unfinished = Path(f"{pid_file}.new")
    unfinished.write_text(f"{os.getpid()}\n")
    unfinished.replace(pid_file)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        time.sleep(60)

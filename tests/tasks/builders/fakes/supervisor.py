"""Start the daemon, and start it anew whenever it ends.

supervisor.py PID_FILE DATABASE
"""

import subprocess
import sys
import time
from pathlib import Path

daemon = Path(__file__).with_name("daemon.py")
while True:
    subprocess.run([sys.executable, str(daemon), *sys.argv[1:]], check=False)
    time.sleep(0.3)

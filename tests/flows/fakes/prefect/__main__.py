"""A stand-in for Prefect's server: it is healthy, and tells whether it has found a history."""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

HAS_HISTORY = Path(os.environ["PREFECT_HOME"], "prefect.db").exists()


class Health(BaseHTTPRequestHandler):
    """Answer everything."""

    def do_GET(self):
        """Say yes."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(HAS_HISTORY).encode())

    def log_message(self, *_):
        """Say nothing."""


HTTPServer(("127.0.0.1", int(sys.argv[-1])), Health).serve_forever()

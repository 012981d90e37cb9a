"""A stand-in for Prefect's server: it answers that it is healthy, on the port that it is told."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Health(BaseHTTPRequestHandler):
    """Answer everything."""

    def do_GET(self):
        """Say yes."""
        self.send_response(200)
        self.end_headers()


HTTPServer(("127.0.0.1", int(sys.argv[-1])), Health).serve_forever()

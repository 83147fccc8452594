"""A receiver of OpenLineage events, as a process of its own: keeps what it is sent, and is away for the first so many calls.

Run: python lineage_receiver.py FILE AWAY
"""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

FILE, AWAY = Path(sys.argv[1]), int(sys.argv[2])


class Receiver(BaseHTTPRequestHandler):
    """Takes one event a call at /api/v1/lineage."""

    calls = 0

    def do_POST(self) -> None:
        Receiver.calls += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        right = self.path == "/api/v1/lineage" and self.headers["Content-Type"] == "application/json"
        status = 503 if Receiver.calls <= AWAY else 201 if right else 400
        if status == 201:
            with FILE.open("ab") as file:
                file.write(body + b"\n")
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        """Nothing: the test reads what was kept."""


server = HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_address[1], flush=True)
server.serve_forever()

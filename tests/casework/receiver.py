"""A receiver of webhooks as a process of its own: verifies by itself, refuses replays, and behaves as the path says. Prints its port."""

import base64
import hashlib
import hmac
import http.server
import json
import sys
import time
from pathlib import Path

folder, secrets = Path(sys.argv[1]), [base64.b64decode(each.removeprefix("whsec_")) for each in sys.argv[2:]]
seen = set()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, headers = self.judge(body), {}
        kind = self.path.strip("/")
        if kind.startswith("fail-twice") and len(list(folder.glob("try-*"))) < 2:
            (folder / f"try-{time.time_ns()}").touch()
            status = 503
        if kind == "gone":
            status = 410
        if kind == "redirect":
            status, headers = 302, {"Location": "/ok"}
        if kind == "later":
            status, headers = 429, {"Retry-After": "7200"}
        if kind == "slow":
            time.sleep(300)
        if status == 200:
            (folder / f"got-{time.time_ns()}.json").write_text(json.dumps({
                "path": self.path, "headers": dict(self.headers), "body": body.decode(), "status": status,
            }))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def judge(self, body):
        if not secrets:
            return 200
        message, moment = self.headers["Webhook-Id"], self.headers["Webhook-Timestamp"]
        signed = f"{message}.{moment}.".encode() + body
        wanted = {"v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode() for secret in secrets}
        if not wanted & set(self.headers["Webhook-Signature"].split()):
            return 401
        if message in seen:
            return 409
        seen.add(message)
        return 200

    def log_message(self, *words):
        """Quiet."""


server = http.server.ThreadingHTTPServer(("127.0.0.1", int((folder / "port").read_text()) if (folder / "port").exists() else 0), Receiver)
print(server.server_address[1], flush=True)
server.serve_forever()

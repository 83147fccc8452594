"""An S3 service on loopback for tests: moto's, with conditional writes one at a time, and seeded faults on demand."""

import json
import logging
import random
import socket
import struct
import sys
import threading
import time
from collections import Counter

from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

FAULTS = ("slow down", "broken", "acted and broken", "reset", "acted and reset", "silent")


class Faulty:
    """Lets a share of the calls fail as stores and networks do; `POST /_test` makes a bucket, sets the share, and tells what was done before.

    `lose` is how many conditional writes are done and their answer lost; with `overwrites` conditions are not looked at.
    """

    def __init__(self, app):
        self.app, self.writing, self.guard = app, threading.Lock(), threading.Lock()
        self.told = {"share": 0.0, "seed": 0, "silence_s": 3.0, "lose": 0, "overwrites": False}
        self.random, self.done = random.Random(0), Counter()

    def __call__(self, environ, start_response):
        if self.told["overwrites"]:
            environ.pop("HTTP_IF_NONE_MATCH", None)
        if environ["PATH_INFO"] == "/_test":
            return self.set(environ, start_response)
        fault = self.drawn(environ)
        match fault:
            case "slow down":
                return refused(start_response, "503 Slow Down", "SlowDown")
            case "broken":
                return refused(start_response, "500 Internal Server Error", "InternalError")
            case "reset":
                hang_up(environ)
            case "silent":
                time.sleep(self.told["silence_s"])
                hang_up(environ)
        if not fault:
            return self.acted(environ, start_response)
        kept = []
        list(self.acted(environ, lambda status, headers, *_: kept.append(status)))
        if fault == "acted and reset":
            hang_up(environ)
        return refused(start_response, "500 Internal Server Error", "InternalError")

    def acted(self, environ, start_response):
        # moto looks and then writes, without a lock between; a store that promises conditional writes does both at once.
        if environ["REQUEST_METHOD"] == "PUT" and "HTTP_IF_NONE_MATCH" in environ:
            with self.writing:
                return list(self.app(environ, start_response))
        return self.app(environ, start_response)

    def drawn(self, environ):
        with self.guard:
            if self.told["lose"] and environ["REQUEST_METHOD"] == "PUT" and "HTTP_IF_NONE_MATCH" in environ:
                self.told["lose"] -= 1
                return "acted and reset"
            fault = self.random.choice(FAULTS) if self.random.random() < self.told["share"] else ""
            self.done[fault or "none"] += 1
            return fault

    def set(self, environ, start_response):
        asked = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
        if bucket := asked.pop("bucket", ""):
            s3_backends["123456789012"]["aws"].create_bucket(bucket, "us-east-1")
        with self.guard:
            before, self.done = dict(self.done), Counter()
            self.told |= asked
            self.random = random.Random(self.told["seed"])
        body = json.dumps(before).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def refused(start_response, status, code):
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>a fault of the test</Message></Error>".encode()
    start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


def hang_up(environ):
    """Reset the connection, as a machine in between does."""
    connection = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # The handler holds the socket too and would wait for a next request.
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()
    raise ConnectionResetError


def main(port, certificate=""):
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    tls = tuple(certificate.split(",")) if certificate else None
    app = Faulty(DomainDispatcherApplication(create_backend_app))
    run_simple("127.0.0.1", int(port), app, threaded=True, ssl_context=tls)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A real broker of messages on a free port of this machine, and whoever publishes to it."""

import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROGRAM = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
CONFIG = """
listener {port} 127.0.0.1
{access}
user root
persistence true
persistence_location {folder}/
autosave_interval 20
autosave_on_changes true
max_queued_messages 0
max_inflight_messages 0
log_type error
{more}
"""


class Mosquitto:
    """One broker that can be killed and started again on its port with what it had saved."""

    def __init__(self, folder: Path, more: str = "", access: str = "allow_anonymous true") -> None:
        if not Path(PROGRAM).is_file():
            pytest.skip("no broker is installed (Debian package mosquitto)")
        folder.mkdir(parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.config = folder / "mosquitto.conf"
        self.config.write_text(CONFIG.format(port=self.port, folder=folder, more=more, access=access))
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.process = subprocess.Popen([PROGRAM, "-c", str(self.config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise AssertionError("the broker did not start")

    def save(self) -> None:
        """Have it write down now what it holds."""
        assert self.process is not None
        self.process.send_signal(signal.SIGUSR1)
        saved = self.config.parent / "mosquitto.db"
        for _ in range(500):
            if saved.exists() and saved.stat().st_size:
                return
            time.sleep(0.01)
        raise AssertionError("the broker did not save")

    def end(self, by: signal.Signals = signal.SIGTERM) -> None:
        """End it, in order or by a kill."""
        if self.process is not None:
            self.process.send_signal(by)
            self.process.wait()
            self.process = None


@contextmanager
def publishing(port: int, client: str = "gateway", ca_file: str = "") -> Iterator[Any]:
    """A publisher that is connected."""
    mqtt = pytest.importorskip("paho.mqtt.client")
    made = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=client, protocol=mqtt.MQTTv5)
    made.max_queued_messages_set(0)
    made.max_inflight_messages_set(2000)
    if ca_file:
        made.tls_set(ca_certs=ca_file)
    there = threading.Event()
    made.on_connect = lambda *_given: there.set()
    made.connect("127.0.0.1", port)
    made.loop_start()
    assert there.wait(10)
    try:
        yield made
    finally:
        made.disconnect()
        made.loop_stop()


def publish(port: int, messages: Iterable[tuple[str, bytes]], client: str = "gateway", ca_file: str = "") -> None:
    """Publish with quality 1 and wait until the broker has them."""
    with publishing(port, client, ca_file) as gateway:
        sent = [gateway.publish(topic, payload, qos=1) for topic, payload in messages]
        for each in sent:
            each.wait_for_publish(30)
            assert each.is_published()

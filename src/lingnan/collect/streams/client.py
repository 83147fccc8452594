"""The library's client of a broker, reading ahead: it asks the system for each packet's parts one by one, which costs more than the packet."""

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

_AHEAD = 1 << 16


class Client(mqtt.Client):
    """An MQTT 5 client whose messages are acknowledged by hand."""

    def __init__(self, name: str) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5, manual_ack=True)
        self._read, self._at, self._of = b"", 0, self.socket()

    @property
    def ahead(self) -> int:
        """Bytes that were read and are not taken yet: the system does not tell of them any more."""
        return len(self._read) - self._at if self._of is self.socket() else 0

    def _sock_recv(self, bufsize: int) -> bytes:
        """The next bytes of the connection, at most so many, out of what was read ahead of them."""
        if self._of is not self._sock:
            self._read, self._at, self._of = b"", 0, self._sock
        if self._at >= len(self._read):
            self._read, self._at = b"", 0
            self._read = super()._sock_recv(_AHEAD)
        taken = self._read[self._at : self._at + bufsize]
        self._at += len(taken)
        return taken

"""The connection to a broker of messages: a session that it keeps, messages acknowledged when they are told to be, never more than asked for."""

import select
import ssl
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingnan.base import BadInput, OutgoingClient, Refused, Unavailable, read_place
from lingnan.collect.streams.shapes import Message, StreamOptions

PORTS = {"mqtt": 1883, "mqtts": 8883}
_KEEPALIVE_S = 60
_CONNECT_S = 10.0
_PUMP_S = 0.5


@dataclass(frozen=True)
class BrokerAddress:
    """Where a broker is and whether the way there is encrypted."""

    host: str
    port: int
    encrypted: bool

    @property
    def place(self) -> str:
        """`host:port` as it is registered."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_broker_address(location: str) -> BrokerAddress:
    """The broker of `mqtt://host:port` or `mqtts://host:port`; BadInput for what is neither, also for one that holds an account."""
    scheme, _, rest = location.partition("://")
    if scheme not in PORTS or not rest or set(rest) & set("@/?#"):
        raise BadInput(
            "消息代理的地址应为 mqtt://主机:端口 或 mqtts://主机:端口；账号写在 stream.account，口令放入文件。",
            "The address of a broker is mqtt://host:port or mqtts://host:port; the account stands in stream.account, the password in a file.",
        )
    named = rest if rest.rpartition(":")[2].isdecimal() and not rest.endswith("]") else f"{rest}:{PORTS[scheme]}"
    host, _, port = read_place(named).rpartition(":")
    return BrokerAddress(host.strip("[]"), int(port), scheme == "mqtts")


class Broker:
    """One listener's session at a broker (MQTT 5). `inbox` holds what arrived and was not taken out yet."""

    def __init__(self, address: BrokerAddress, client: str, options: StreamOptions, home: Path, allowed: Collection[str]) -> None:
        self._address, self._options, self._allowed = address, options, allowed
        self.inbox: list[Message] = []
        self.bytes = 0
        self._reasons: list[str] = []
        self._ready = False
        self._client = self._made(client, home)

    def connect(self) -> None:
        """Take up the session; Unavailable when nobody answers, Refused when the place is not registered or the broker says no."""
        OutgoingClient([each for each in self._allowed if each == self._address.place]).check(f"https://{self._address.place}/")
        self._reasons, self._ready = [], False
        # Numbers belong to a connection: what is left of an earlier one is kept, and comes again to be acknowledged.
        self.inbox = [each._replace(number=0) for each in self.inbox]
        try:
            self._client.connect(
                self._address.host, self._address.port, keepalive=_KEEPALIVE_S, clean_start=False, properties=self._properties()
            )
            ends = time.monotonic() + _CONNECT_S
            while not self._ready and time.monotonic() < ends and self.pump(len(self.inbox) + 1, _PUMP_S):
                continue
        except (OSError, ValueError) as error:
            raise self._away(type(error).__name__) from error
        if not self._ready:
            raise self._away("no answer")

    def pump(self, room: int, timeout_s: float) -> bool:
        """Read at most until the inbox holds `room` messages, waiting no longer than told; False when the connection is lost.

        Refused when the broker says no: to the account, or to a topic.
        """
        client = self._client
        socket: Any = client.socket()
        if socket is None:
            return False
        waiting = bool(getattr(socket, "pending", int)() or client.ahead)
        readable, writable, _ = select.select([socket], [socket] if client.want_write() else [], [], 0 if waiting else timeout_s)
        if writable and client.loop_write():
            return False
        if (readable or waiting) and not self._read(room) and not self._reasons:
            return False
        if self._reasons:
            raise self._refused()
        return not client.loop_misc() and client.socket() is not None

    def take(self) -> list[Message]:
        """What arrived, taken out."""
        taken, self.inbox, self.bytes = self.inbox, [], 0
        return taken

    def acknowledge(self, messages: Sequence[Message]) -> bool:
        """Let the broker forget these messages; False when the connection is lost, then it sends them once more."""
        while self._client.want_write():
            select.select([], [self._client.socket()], [], _PUMP_S)
            if self._client.loop_write():
                return False
        # PUBACK of MQTT 5 (3.4) in its short form; the library would send each in a call of its own.
        told = b"".join(b"\x40\x02" + message.number.to_bytes(2, "big") for message in messages if message.number)
        return self._send(memoryview(told))

    def _send(self, told: memoryview) -> bool:
        socket = self._client.socket()
        while told and socket is not None:
            try:
                told = told[socket.send(told) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                select.select([], [socket], [], _PUMP_S)
            except OSError:
                return False
        return not told

    def close(self) -> None:
        """Leave; the broker keeps the session and what comes meanwhile."""
        self._client.disconnect()

    def _read(self, room: int) -> bool:
        while len(self.inbox) < room:
            before = len(self.inbox)
            if self._client.loop_read():
                return False
            if len(self.inbox) == before:
                return True
        return True

    def _made(self, client: str, home: Path) -> Any:
        try:
            from lingnan.collect.streams.client import Client
        except ImportError as error:
            raise Unavailable(
                "未安装消息代理的客户端。请安装 lingnan[iot] 后再试。", "The client of message brokers is not installed. Install lingnan[iot]."
            ) from error
        made = Client(client)
        made.connect_timeout = _CONNECT_S
        if self._options.account:
            made.username_pw_set(self._options.account, _password(home, self._options.password_file))
        if self._address.encrypted:
            file = str(home / self._options.ca_file) if self._options.ca_file else None
            made.tls_set_context(ssl.create_default_context(cafile=file))
        made.on_connect, made.on_subscribe, made.on_message = self._connected, self._answered, self._arrived
        return made

    def _properties(self) -> Any:
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        asked: Any = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        asked.SessionExpiryInterval = self._options.session_s
        # The broker stops here by itself: this is what bounds memory when the lake is slow.
        asked.ReceiveMaximum = self._options.in_flight
        return asked

    def _connected(self, client: Any, _data: Any, flags: Any, reason: Any, _properties: Any) -> None:
        from paho.mqtt.subscribeoptions import SubscribeOptions

        if reason.is_failure:
            self._reasons.append(str(reason))
            return
        # A session that was kept is subscribed already, and what waited in it comes before any answer.
        self._ready = bool(flags.session_present)
        # Retained messages come when a subscription is new, not again with every connection.
        client.subscribe([(topic, SubscribeOptions(qos=1, retainHandling=1)) for topic in self._options.topics])

    def _answered(self, _client: Any, _data: Any, _number: int, reasons: Sequence[Any], _properties: Any) -> None:
        told = list(zip(self._options.topics, reasons, strict=False))
        self._reasons += [f"{topic}: {reason}" for topic, reason in told if reason.is_failure]
        self._ready = not self._reasons

    def _arrived(self, _client: Any, _data: Any, message: Any) -> None:
        self.inbox.append(Message(message.topic, message.payload, message.mid))
        self.bytes += len(message.payload)

    def _refused(self) -> Refused:
        return Refused(
            f"消息代理 {self._address.place} 拒绝：{'；'.join(self._reasons)}。请核对账号、口令、主题与权限。",
            f"Broker {self._address.place} refused: {'; '.join(self._reasons)}. Check account, password, topics and rights.",
            place=self._address.place,
        )

    def _away(self, reason: str) -> Unavailable:
        return Unavailable(
            f"消息代理 {self._address.place} 没有应答（{reason}）。请确认其服务已启动；本平台会继续尝试。",
            f"Broker {self._address.place} does not answer ({reason}). Make sure it runs; the hub keeps trying.", place=self._address.place,
        )


def _password(home: Path, file: str) -> str | None:
    if not file:
        return None
    try:
        return (home / file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadInput(
            f"口令文件 {file} 无法读取（{type(error).__name__}）。路径相对于平台文件夹。",
            f"The password file {file} cannot be read ({type(error).__name__}). Its path is relative to the hub's home.", file=file,
        ) from error

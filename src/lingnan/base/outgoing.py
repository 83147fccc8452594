"""The only way out: HTTP calls without redirects, each pinned to addresses that were looked up once and found allowed, with limits."""

import socket
import ssl
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from ipaddress import ip_address
from urllib.parse import urlencode

import httpcore

from lingnan.base.addresses import (
    PORTS,
    IPAddress,
    WebAddress,
    is_public,
    is_reachable,
    names_port,
    read_place,
    read_web_address,
    refuse_port,
    shown,
)
from lingnan.base.errors import BadInput, Refused, Unavailable

MAXIMUM_BYTES = 256 * 1024 * 1024
TOTAL_S = 600.0
TYPED_PORTS = frozenset({80, 443, 8080, 8443})
OK = 200
_CODINGS = {"gzip": 31, "x-gzip": 31, "deflate": 15}

Resolver = Callable[[str, int], Sequence[str]]
"""Gives every network address of a host."""


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status; header names in small letters."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@cache
def _system_tls() -> ssl.SSLContext:
    """The system's trust, read once: it costs 20 ms, and a webhook is one client a call."""
    return ssl.create_default_context()


class OutgoingClient:
    """Calls only the places (`host:port`) it was given; the answer is whole and below the limits, or an error says why not.

    `timeout_s` is the longest silence, `total_s` the longest call. `typed()` makes a client for addresses that users type.
    """

    def __init__(
        self, allowed: Collection[str], *, timeout_s: float = 20.0, total_s: float = TOTAL_S, maximum_bytes: int = MAXIMUM_BYTES,
        resolve: Resolver | None = None, network: httpcore.NetworkBackend | None = None, tls: ssl.SSLContext | None = None,
    ) -> None:
        self.allowed = frozenset(allowed)
        self.timeout_s, self.total_s, self.maximum_bytes = timeout_s, total_s, maximum_bytes
        self._ports: frozenset[int] | None = None
        self._resolve, self._network, self._given_tls = resolve or resolve_by_system, network or httpcore.SyncBackend(), tls

    @classmethod
    def typed(
        cls, *, ports: Collection[int] = TYPED_PORTS, timeout_s: float = 10.0, total_s: float = 30.0, maximum_bytes: int = 10 * 1024 * 1024,
        resolve: Resolver | None = None, network: httpcore.NetworkBackend | None = None, tls: ssl.SSLContext | None = None,
    ) -> "OutgoingClient":
        """A client that reaches any host of the public network on these ports, and nothing inside: for addresses typed by users."""
        client = cls(
            (), timeout_s=timeout_s, total_s=total_s, maximum_bytes=maximum_bytes, resolve=resolve, network=network, tls=tls
        )
        client._ports = frozenset(ports)
        return client

    def get(self, url: str, params: Mapping[str, str | int] | None = None, headers: Mapping[str, str] | None = None) -> bytes:
        """The body of one answer; Refused for an address not allowed, Unavailable when it does not answer 200."""
        answer = self.call("GET", url, params=params, headers=headers)
        if answer.status != OK:
            raise Unavailable(
                f"数据源 {shown(url)} 返回状态 {answer.status}，应为 200（不跟随重定向）。请联系来源部门后重试。",
                f"Source {shown(url)} answered {answer.status}, expected 200 (redirects are not followed). Ask the department, then try again.",
                url=shown(url), status=answer.status,
            )
        return answer.body

    def post(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a body; the answer whatever its status."""
        return self.call("POST", url, headers=headers, body=body)

    def call(
        self, method: str, url: str, *, params: Mapping[str, str | int] | None = None, headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """One call; Refused for an address not allowed, Unavailable when nothing whole comes back in time, BadInput beyond the limit of size."""
        address = read_web_address(url)
        deadline = _Deadline(time.monotonic() + self.total_s, self.timeout_s)
        network = _PinnedNetwork(self._network, self._checked(address, url), deadline)
        target = address.target + (("&" if "?" in address.target else "?") + urlencode(params) if params else "")
        request = httpcore.Request(
            method, httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=target),
            headers=_headers(address, headers, len(body), method), content=body or None,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), self.timeout_s)},
        )
        try:
            with httpcore.ConnectionPool(ssl_context=self._tls, network_backend=network, max_keepalive_connections=0) as pool:
                answer = pool.handle_request(request)
                try:
                    return self._whole(answer, url)
                finally:
                    answer.close()
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise Unavailable(
                f"数据源 {shown(url)} 没有应答（{type(error).__name__}）。请确认其服务已启动后重试。",
                f"Source {shown(url)} does not answer ({type(error).__name__}). Make sure it runs, then try again.",
                url=shown(url),
            ) from error

    def check(self, url: str) -> WebAddress:
        """Refused or Unavailable when a call to this address would be; looks the host up, connects nowhere."""
        address = read_web_address(url)
        self._checked(address, url)
        return address

    def close(self) -> None:
        """Nothing is kept open between calls; here for callers that close what they opened."""

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or _system_tls()

    @cached_property
    def _places(self) -> frozenset[str]:
        """Places as they are compared; one written without a port stands for the usual port of either scheme."""
        usual = (f"{each}:{port}" for each in self.allowed if not names_port(each) for port in PORTS.values())
        return frozenset(read_place(each) for each in (*(each for each in self.allowed if names_port(each)), *usual))

    def _checked(self, address: WebAddress, url: str) -> list[str]:
        """The network addresses of the host, every one of them allowed."""
        if self._ports is None:
            self._refuse_unregistered(address, url)
        else:
            refuse_port(address, self._ports)
        found = [address.literal] if address.literal else self._looked_up(address)
        for each in found:
            if not (is_public(each) if self._ports is not None else is_reachable(each, address.host)):
                raise Refused(
                    f"地址 {shown(url)} 指向不允许访问的网络（本机、内网、链路本地、组播或保留地址）。请改用允许的地址。",
                    f"Address {shown(url)} points into a network that must not be called (this machine, private, link-local, multicast or "
                    "reserved). Use an allowed one.",
                    url=shown(url),
                )
        return [str(each) for each in found]

    def _refuse_unregistered(self, address: WebAddress, url: str) -> None:
        if address.place not in self._places:
            raise Refused(
                f"地址 {shown(url)} 不在已登记的数据源之内。允许：{'、'.join(sorted(self.allowed)) or '无'}。请先登记数据源。",
                f"Address {shown(url)} is no registered source. Allowed: {', '.join(sorted(self.allowed)) or 'none'}. Register it first.",
                url=shown(url),
            )

    def _looked_up(self, address: WebAddress) -> list[IPAddress]:
        try:
            # A link-local answer carries its interface behind a percent sign.
            found = [ip_address(each.partition("%")[0]) for each in self._resolve(address.host, address.port)]
        except (OSError, ValueError) as error:
            raise _not_found(address.host) from error
        if not found:
            raise _not_found(address.host)
        return list(dict.fromkeys(found))

    def _whole(self, answer: httpcore.Response, url: str) -> Answer:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        told = headers.get("content-length", "0")
        if told.isdecimal() and int(told) > self.maximum_bytes:
            raise self._too_large(url)
        body, size = [], 0
        for chunk in self._decoded(answer.iter_stream(), headers.get("content-encoding", "").strip().lower(), url):
            size += len(chunk)
            if size > self.maximum_bytes:
                raise self._too_large(url)
            body.append(chunk)
        return Answer(answer.status, headers, b"".join(body))

    def _decoded(self, chunks: Iterable[bytes], coding: str, url: str) -> Iterator[bytes]:
        """The body as it was before it was packed, in pieces that never exceed the limit by more than a byte."""
        if coding in ("", "identity"):
            yield from chunks
            return
        if coding not in _CODINGS:
            raise BadInput(
                f"数据源 {shown(url)} 的应答编码“{coding[:40]}”不允许。允许：gzip、deflate。",
                f"The answer of {shown(url)} is packed as “{coding[:40]}”. Allowed: gzip, deflate.", url=shown(url),
            )
        unpacking, size = zlib.decompressobj(_CODINGS[coding]), 0
        try:
            for chunk in chunks:
                piece = unpacking.decompress(chunk, self.maximum_bytes - size + 1)
                size += len(piece)
                yield piece
        except zlib.error as error:
            raise BadInput(
                f"数据源 {shown(url)} 的应答无法解压。", f"The answer of {shown(url)} cannot be unpacked.", url=shown(url)
            ) from error
        if size and not unpacking.eof:
            raise Unavailable(f"数据源 {shown(url)} 的应答不完整。请重试。", f"The answer of {shown(url)} broke off. Try again.", url=shown(url))

    def _too_large(self, url: str) -> BadInput:
        return BadInput(
            f"数据源 {shown(url)} 的应答超过 {self.maximum_bytes} 字节上限。请改用分页。",
            f"The answer of {shown(url)} exceeds {self.maximum_bytes} bytes. Use paging.",
            url=shown(url),
        )


def resolve_by_system(host: str, port: int) -> list[str]:
    """Every address the system's name service gives."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _not_found(host: str) -> Unavailable:
    return Unavailable(
        f"找不到主机 {host}。请检查名称与域名服务后重试。", f"Host {host} is not found. Check its name and the name service.", host=host
    )


def _headers(address: WebAddress, given: Mapping[str, str] | None, length: int, method: str) -> list[tuple[bytes, bytes]]:
    default = address.port == PORTS[address.scheme]
    host = address.place.rpartition(":")[0] if default else address.place
    told = {"Host": host, "User-Agent": "lingnan", "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "close"}
    told.update({name: value for name, value in (given or {}).items() if name.lower() not in ("host", "content-length", "transfer-encoding")})
    if length or method in ("POST", "PUT"):
        told["Content-Length"] = str(length)
    if any("\r" in part or "\n" in part for pair in told.items() for part in pair):
        raise BadInput("请求头中不得有换行。", "A header must hold no line break.")
    return [(name.encode(), value.encode()) for name, value in told.items()]


@dataclass
class _Deadline:
    """The end of a call; a server that drips a byte now and then does not move it."""

    at: float
    silence_s: float

    def left(self) -> float:
        """Seconds that the next wait may take."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the call took too long")
        return min(left, self.silence_s)


class _PinnedNetwork(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, whatever the host's name says by now."""

    def __init__(self, network: httpcore.NetworkBackend, addresses: Sequence[str], deadline: _Deadline) -> None:
        self._network, self._addresses, self._deadline = network, addresses, deadline

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """The first of the addresses that takes the call."""
        refused: Exception | None = None
        for address in self._addresses:
            try:
                return _TimedStream(self._network.connect_tcp(address, port, self._deadline.left(), None, socket_options), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused or httpcore.ConnectError(host)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the call's deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has arrived."""
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.NetworkStream:
        """The same connection under TLS; the certificate is checked against the host's name, not the pinned address."""
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left()), self._deadline)

    def get_extra_info(self, info: str) -> object:
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)

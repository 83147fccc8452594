"""Reads web addresses strictly and tells which network addresses a call may reach, before any connection is made."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

from lingnan.base.errors import BadInput, Refused

IPAddress = IPv4Address | IPv6Address
PORTS = {"http": 80, "https": 443}
LONGEST = 2_000
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)(?:#.*)?", re.DOTALL)
_AUTHORITY = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]@%]+))(?::([0-9]{1,5}))?")
_PORT = re.compile(r":[0-9]+$")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_SAFE = "/?[]@!$&'()*+,;=:%~-._"

# IANA's registries of special-purpose addresses (RFC 6890 and later): none of them is a host on the public network.
SPECIAL = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48",
        "3fff::/20",
    )
)
GLOBAL_IPV6 = ip_network("2000::/3")
"""The only part of IPv6 given out so far (RFC 4291); mapped, translated, local and multicast forms lie outside."""


@dataclass(frozen=True)
class WebAddress:
    """A web address taken apart; `host` is lower-case ASCII, `target` what is asked of the server."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def literal(self) -> IPAddress | None:
        """The network address when the host is written as one."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def place(self) -> str:
        """`host:port`, as a source is registered."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_web_address(url: str) -> WebAddress:
    """Take an address apart; Refused for what is not plainly http(s), a host and a port: user names, numbers in disguise, control characters."""
    found = _URL.fullmatch(url) if len(url) <= LONGEST else None
    if found is None or "\\" in url or any(ord(each) <= 0x20 or ord(each) == 0x7F for each in url):
        raise _form(url)
    scheme = found[1].lower()
    if scheme not in PORTS:
        raise Refused(
            f"地址 {shown(url)} 的协议不允许。只允许 http 与 https。", f"The scheme of {shown(url)} is not allowed. Only http and https are.",
            url=shown(url),
        )
    parts = _AUTHORITY.fullmatch(found[2])
    port = int(parts[3]) if parts and parts[3] else PORTS[scheme]
    if parts is None or not 1 <= port <= 65535:
        raise _form(url)
    return WebAddress(scheme, _host(parts[1], parts[2], url), port, _target(found[3]))


def read_place(place: str) -> str:
    """`host:port` in the form in which places are compared, 443 when no port is given; BadInput when it is no place."""
    try:
        found = read_web_address(f"https://{place}/")
    except Refused as error:
        raise _no_place(place) from error
    if found.target != "/":
        raise _no_place(place)
    return found.place


def names_port(place: str) -> bool:
    """Whether a port is written."""
    return _PORT.search(place) is not None


def is_public(address: IPAddress) -> bool:
    """Whether the address is a host on the public network."""
    if any(address in network for network in SPECIAL if network.version == address.version):
        return False
    if isinstance(address, IPv6Address):
        return address in GLOBAL_IPV6
    return address.is_global and not address.is_multicast


def is_reachable(address: IPAddress, host: str) -> bool:
    """Whether a registered source may live there: offices use private addresses, but none is link-local, multicast or reserved.

    Loopback only for a source registered as such: a name that suddenly points there was bent by whoever owns the name.
    """
    plain = address.ipv4_mapped if isinstance(address, IPv6Address) and address.ipv4_mapped else address
    if plain.is_loopback:
        return host == "localhost" or host == str(address)
    return not (plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain.is_reserved or plain in ip_network("0.0.0.0/8"))


def refuse_port(address: WebAddress, ports: Collection[int]) -> None:
    """Refused for a port outside the list."""
    if address.port not in ports:
        allowed = ", ".join(str(port) for port in sorted(ports))
        raise Refused(
            f"地址 {address.place} 的端口不允许。允许：{allowed}。", f"The port of {address.place} is not allowed. Allowed: {allowed}.",
            place=address.place,
        )


def shown(url: str) -> str:
    """The address without user, password or query, which may hold secrets."""
    try:
        parts = urlsplit(url)
        path = "" if "@" in parts.path else parts.path
        return f"{parts.scheme}://{parts.hostname or ''}{':' + str(parts.port) if parts.port else ''}{path}"[:200]
    except ValueError:
        return "?"


def _host(bracketed: str | None, name: str | None, url: str) -> str:
    if bracketed is not None:
        try:
            return str(IPv6Address(bracketed))
        except ValueError as error:
            raise _form(url) from error
    try:
        # The codec folds full-width and circled digits first, so that they are judged as the digits they stand for.
        host = (name or "").removesuffix(".").encode("idna").decode().lower()
    except UnicodeError as error:
        raise _form(url) from error
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _form(url)
    if not _NUMBER.fullmatch(labels[-1]):
        return host
    try:
        # 127.1, 0177.0.0.1, 2130706433 and 0x7f000001 are numbers that systems read as addresses, each in its own way.
        return str(IPv4Address(host))
    except ValueError as error:
        raise _form(url) from error


def _target(rest: str) -> str:
    return quote(rest if rest.startswith("/") else "/" + rest, safe=_SAFE)


def _no_place(place: str) -> BadInput:
    return BadInput(
        f"“{place[:200]}”不是“主机:端口”。例：data.example.cn:443。", f"“{place[:200]}” is no “host:port”. Example: data.example.cn:443.",
        place=place[:200],
    )


def _form(url: str) -> Refused:
    return Refused(
        f"地址 {shown(url)} 的写法不允许。应为 http(s)://主机[:端口]/路径；不得含用户名、空格、控制字符，IP 地址须写成标准形式。",
        f"The form of address {shown(url)} is not allowed. Write http(s)://host[:port]/path, without user name, space or control character; "
        "IP addresses in their standard form.",
        url=shown(url),
    )

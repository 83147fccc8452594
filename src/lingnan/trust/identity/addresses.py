"""Networks a token may be used from: `10.1.0.0/16`, `192.0.2.7`, `2001:db8::/32`."""

import ipaddress
from collections.abc import Iterable, Sequence

from lingnan.base import BadInput


def read_networks(texts: Iterable[str]) -> list[str]:
    """The networks in their usual writing; BadInput names one that is none."""
    return sorted({str(_network(text)) for text in texts})


def is_allowed(address: str, networks: Sequence[str]) -> bool:
    """Whether the address lies in one of the networks; what is no address lies in none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        # A server listening on both families sees IPv4 callers so.
        found = found.ipv4_mapped
    return any(found in ipaddress.ip_network(network) for network in networks)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise BadInput(
            f"“{text}”不是网络地址。请写作 10.1.0.0/16 或 192.0.2.7。", f"“{text}” is no network. Write it as 10.1.0.0/16 or 192.0.2.7."
        ) from None

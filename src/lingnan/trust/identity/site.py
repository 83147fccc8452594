"""The address people reach this hub under, as browsers and providers must know it: the setting `LINGNAN_SITE`."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from lingnan.base import WrongUse

DEFAULT_SITE = "http://127.0.0.1:8400"


@dataclass(frozen=True)
class Site:
    """An origin (scheme, host, port); https everywhere but on the machine itself."""

    origin: str
    host: str

    @classmethod
    def read(cls, address: str) -> "Site":
        """The site of an address without path; WrongUse when it is none, or is plain http beyond this machine."""
        parts = urlsplit(address.strip().rstrip("/"))
        host = parts.hostname or ""
        wrong = parts.scheme not in ("http", "https") or not host or parts.path or parts.query or parts.fragment or "@" in parts.netloc
        if wrong or (parts.scheme == "http" and not is_loopback(host)):
            raise WrongUse(
                "LINGNAN_SITE 应为公众访问本站的地址，如 https://data.example.gov.cn，不带路径；只有本机地址可用 http。",
                "LINGNAN_SITE is the address people reach this site under, such as https://data.example.gov.cn, without a path; "
                "only addresses of this machine may use http.", setting="LINGNAN_SITE",
            )
        return cls(f"{parts.scheme}://{parts.netloc.lower()}", host)

    @property
    def party(self) -> str:
        """The relying party's id of WebAuthn: a domain. Browsers take no network address, so this machine is `localhost`."""
        if is_loopback(self.host):
            return "localhost"
        if _is_address(self.host):
            raise WrongUse(
                "浏览器不允许在以数字地址访问的网站使用通行密钥。请把 LINGNAN_SITE 设为域名。",
                "Browsers allow no passkeys on a site reached by a numeric address. Set LINGNAN_SITE to a domain name.", setting="LINGNAN_SITE",
            )
        return self.host

    @property
    def origins(self) -> list[str]:
        """Origins a passkey may answer from: the site, and on this machine its name `localhost` as well."""
        return sorted({self.origin, self.origin.replace(f"//{self.host}", "//localhost")}) if is_loopback(self.host) else [self.origin]


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

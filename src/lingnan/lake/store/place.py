"""Which bucket holds the tables, and the rules its address must keep before anybody calls it."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address

from lingnan.base import Incomplete, OutgoingClient, Refused, Settings, WebAddress, WrongUse, read_web_address, shown

_URL = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})*)/?")


_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_STATUS = re.compile(r"\b(?:HTTP|[Ss]tatus code:?|[Ss]tatus:?)\D{0,20}(\d{3})\b")


@dataclass(frozen=True)
class BucketPlace:
    """A bucket behind the S3 interface; `prefix` holds all tables, `silence_s` is how long a call may stay without an answer."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    key_id: str
    secret: str = field(repr=False)
    path_style: bool = True
    silence_s: int = 30
    copies_bytes: int = 20 << 30

    @classmethod
    def of(cls, settings: Settings) -> "BucketPlace":
        """The bucket these settings name; WrongUse for settings that name none whole, Refused for an address that is not allowed."""
        found = _URL.fullmatch(settings.lake_url)
        if found is None:
            raise WrongUse(
                "LINGNAN_LAKE_URL 不合规。应为空（数据表在枢纽文件夹中）或 s3://存储桶/前缀。",
                "LINGNAN_LAKE_URL is not valid. Leave it empty (tables in the home folder) or write s3://bucket/prefix.",
            )
        file = settings.lake_secret_file
        secret = file.read_text(encoding="utf-8").strip() if file else settings.lake_secret.get_secret_value()
        missing = [name for name, value in (("ENDPOINT", settings.lake_endpoint), ("KEY", settings.lake_key), ("SECRET", secret)) if not value]
        if missing:
            listed = ", ".join(f"LINGNAN_LAKE_{name}" for name in missing)
            raise WrongUse(f"数据表在对象存储中时还须设置：{listed}。", f"With tables in object storage, set also: {listed}.")
        _check_encrypted(read_web_address(settings.lake_endpoint))
        return cls(
            found[1], found[2].strip("/"), settings.lake_endpoint.rstrip("/"), settings.lake_region, settings.lake_key, secret,
            settings.lake_path_style, settings.lake_seconds, byte_count(settings.lake_copies),
        )

    @cached_property
    def web(self) -> WebAddress:
        """The service's address taken apart."""
        return read_web_address(self.endpoint)

    @property
    def encrypted(self) -> bool:
        """Whether calls go under TLS."""
        return self.web.scheme == "https"

    @property
    def base(self) -> str:
        """Where everything of the bucket is called: the bucket in the path or in the host's name."""
        if self.path_style:
            return f"{self.endpoint}/{self.bucket}"
        return f"{self.web.scheme}://{self.bucket}.{self.web.place}"

    @property
    def host(self) -> str:
        """The service as engines name it: no port where it is the usual one."""
        usual = self.web.port == (443 if self.encrypted else 80)
        return self.web.place.rpartition(":")[0] if usual else self.web.place

    def client(self) -> OutgoingClient:
        """The guarded client for this service alone."""
        return OutgoingClient((read_web_address(self.base).place,), timeout_s=self.silence_s, maximum_bytes=64 << 20)

    def check(self) -> None:
        """Refused or Unavailable when the guard of outgoing calls would not let a call through; connects nowhere."""
        self.client().check(f"{self.base}/")


def byte_count(size: str) -> int:
    """Bytes of `512MB` or `2GB`."""
    return int(size[:-2]) * {"MB": 1 << 20, "GB": 1 << 30}[size[-2:]]


def _check_encrypted(address: WebAddress) -> None:
    if address.target != "/":
        raise WrongUse(
            "LINGNAN_LAKE_ENDPOINT 只写协议、主机与端口，不写路径。", "LINGNAN_LAKE_ENDPOINT is scheme, host and port, without a path."
        )
    if address.scheme == "https" or address.host == "localhost" or (address.literal is not None and ip_address(address.host).is_loopback):
        return
    raise Refused(
        f"对象存储 {shown(f'{address.scheme}://{address.place}')} 未加密。除本机地址外须用 https。",
        f"The object store {shown(f'{address.scheme}://{address.place}')} is not encrypted. Use https, but for an address of this machine.",
    )


def store_failed(place: BucketPlace, error: Exception) -> Incomplete:
    """The sentence for a call to this store that failed."""
    text = str(error)
    code, status = _CODE.search(text), _STATUS.search(text)
    why = code[1] if code else f"HTTP {status[1]}" if status else type(error).__name__
    where = f"{place.endpoint}/{place.bucket}"
    return Incomplete(
        f"对象存储 {where} 没有完成所请求的操作（{why}）。请确认其可用、密钥有读写权限，然后用同一命令继续。",
        f"The object store {where} did not do what was asked ({why}). Make sure it answers and the key may read and write, then repeat the command.",
        code="StoreFailed", store=where, why=why,
    )

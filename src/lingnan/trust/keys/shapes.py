"""What crosses the door of the key ring: signatures, what a check of one found, and what may be told of a key."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from lingnan.base import BadInput

KeyPurpose = Literal["checkpoint", "document", "decision", "message", "webhook"]
PURPOSES: tuple[KeyPurpose, ...] = ("checkpoint", "document", "decision", "message", "webhook")
KeyState = Literal["next", "active", "retiring", "retired", "compromised"]
Finding = Literal["valid", "altered", "unknown_key", "compromised", "not_yet", "expired", "refused", "unrecorded", "withdrawn"]

_SAID: dict[Finding, tuple[str, str]] = {
    "valid": ("签名有效。", "The signature is valid."),
    "altered": ("内容或签名被改动。", "Content or signature were altered."),
    "unknown_key": ("签名所用的密钥不为本枢纽所知。", "The key of this signature is not known here."),
    "compromised": ("签名所用的密钥已泄露，且不能证明签名早于泄露。", "The key was compromised, and nothing proves that it signed before that."),
    "not_yet": ("签名时间早于密钥启用。", "The key was not yet in use when this is said to be signed."),
    "expired": ("密钥已停用，且不能证明签名作于其有效期内。", "The key is out of use, and nothing proves that it signed while in use."),
    "refused": ("签名声称的算法、套件或用途与密钥不符，不予核验。", "The signature names another algorithm, suite or purpose than its key has."),
    "unrecorded": ("审计日志中没有这次签名的记录，不予采信。", "The audit log does not tell of this signature; it is not relied on."),
    "withdrawn": ("签名真实，但签名人已撤回。", "The signature is genuine, but its signer has withdrawn it."),
}


@dataclass(frozen=True)
class Signature:
    """A signature with the names needed to check it; the names prove nothing, the key's own record decides."""

    key: str
    suite: str
    algorithm: str
    value: bytes

    def to_text(self) -> str:
        """One line of text: suite, algorithm, key and value."""
        return f"{self.suite}:{self.algorithm}:{self.key}:{base64.urlsafe_b64encode(self.value).decode().rstrip('=')}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The signature `to_text` wrote; BadInput when the text is none."""
        parts = text.strip().split(":")
        try:
            suite, algorithm, key, value = parts
            return cls(key, suite, algorithm, base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True))
        except (ValueError, binascii.Error) as error:
            raise BadInput(
                "这不是签名文本。应为 套件:算法:密钥:签名值。", "This is no text of a signature; it would read suite:algorithm:key:value."
            ) from error


@dataclass(frozen=True)
class Verdict:
    """What checking a signature found; only `valid` may be relied on."""

    finding: Finding
    key: str = ""

    @property
    def valid(self) -> bool:
        """Whether the signature may be relied on."""
        return self.finding == "valid"

    @property
    def zh(self) -> str:
        """The finding as a Chinese sentence."""
        return _SAID[self.finding][0]

    @property
    def en(self) -> str:
        """The finding as an English sentence."""
        return _SAID[self.finding][1]


@dataclass(frozen=True)
class KeyCard:
    """What may be told of a signing key: everything but its private part. `due_at` is when it should be rotated."""

    id: str
    purpose: KeyPurpose
    suite: str
    algorithm: str
    state: KeyState
    public: bytes
    place: Literal["file", "token"]
    active_from: datetime | None
    due_at: datetime | None
    verifies_until: datetime | None
    compromised_from: datetime | None

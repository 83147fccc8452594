"""The hub's own secret, kept in a file only its owner may read; every use has a key of its own derived from it."""

import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lingnan.base import Damaged

KEY_BYTES = 32
NONCE_BYTES = 12
PSEUDONYM_DIGITS = 32
"""Hexadecimal digits of a pseudonym."""
FORM = b"\x01"
"""The first byte of what is encrypted: which algorithm was used, here AES-256-GCM with a random nonce before the text."""


class HubKey:
    """Seals and pseudonyms by HMAC-SHA-256, encryption by AES-256-GCM, each use with a key derived for it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def open(cls, home: Path) -> "HubKey":
        """Read `HOME/keys/hub.key`, made with random bytes at first use; Damaged when it is not a key."""
        path = home / "keys" / "hub.key"
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
        if len(secret) != KEY_BYTES:
            raise Damaged(
                f"密钥文件 {path} 应为 {KEY_BYTES} 字节，实为 {len(secret)} 字节。请从备份恢复该文件。",
                f"Key file {path} must hold {KEY_BYTES} bytes and holds {len(secret)}. Restore it from the backup.",
            )
        return cls(secret)

    def seal(self, use: str, data: bytes) -> bytes:
        """The keyed hash of the data for one use."""
        key = hmac.digest(self._secret, use.encode(), "sha256")
        return hmac.digest(key, data, "sha256")

    def encrypt(self, use: str, data: bytes, context: bytes = b"") -> bytes:
        """The data encrypted for one use; `context` (whose secret it is) is not kept in it and must be given again to read it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return FORM + nonce + self._cipher(use).encrypt(nonce, data, FORM + context)

    def decrypt(self, use: str, data: bytes, context: bytes = b"") -> bytes:
        """What `encrypt` was given; Damaged when the data was altered, or belongs to another use, context or hub."""
        try:
            return self._cipher(use).decrypt(data[1 : 1 + NONCE_BYTES], data[1 + NONCE_BYTES :], data[:1] + context)
        except (InvalidTag, ValueError) as error:
            raise Damaged(
                f"加密保存的内容（用途：{use}）无法解开：内容或 keys/hub.key 已不是原来的。请从备份一并恢复。",
                f"What is kept encrypted for “{use}” cannot be read: it or keys/hub.key is not what it was. Restore both from the backup.",
                use=use,
            ) from error

    def _cipher(self, use: str) -> AESGCM:
        # The prefix keeps these keys apart from those of seals.
        return AESGCM(hmac.digest(self._secret, b"encrypt:aes-256-gcm:" + use.encode(), "sha256"))

    def pseudonym(self, kind: str, value: str) -> str:
        """A stable name for a person's identifier that does not tell it: `kind:` and 32 hexadecimal digits."""
        return f"{kind}:{self.seal('pseudonym:' + kind, value.encode()).hex()[:PSEUDONYM_DIGITS]}"

    def pseudonym_key(self, kind: str) -> bytes:
        """The key under which identifiers of a kind are hashed, for a view that finds a person's rows by the pseudonym."""
        return hmac.digest(self._secret, f"pseudonym:{kind}".encode(), "sha256")


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        # link, not rename: two processes that start together must end with the key of the first.
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink()

"""The hub's own secret, kept in a file only its owner may read; every use has a key of its own derived from it."""

import hmac
import os
import secrets
from pathlib import Path

from lingnan.base import Damaged

KEY_BYTES = 32


class HubKey:
    """Seals and pseudonyms by HMAC-SHA-256 with keys derived per use."""

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

    def pseudonym(self, kind: str, value: str) -> str:
        """A stable name for a person's identifier that does not tell it: `kind:` and 32 hexadecimal digits."""
        return f"{kind}:{self.seal('pseudonym:' + kind, value.encode()).hex()[:32]}"


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

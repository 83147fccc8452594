"""Private parts of signing keys: encrypted files in `HOME/keys`, or keys that stay in a token and only sign there."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from lingnan.base import Damaged, WrongUse
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.keys.secret import read_secret
from lingnan.trust.keys.suites import SigningKey, StoredKey, suite_by_name
from lingnan.trust.keys.tokens import TokenKey

PASSPHRASE = "KEY_PASSPHRASE"  # noqa: S105  # the name of the variable, not the passphrase
SHORTEST = 16
USE = "signing-key-file"


class PrivateKeys:
    """Writes and reads the key files of one home; what it gives never shows the key."""

    def __init__(self, home: Path, hub_key: HubKey) -> None:
        self._folder, self._hub_key = home / "keys", hub_key

    def write(self, purpose: str, key_id: str, key: StoredKey) -> dict[str, str]:
        """Keep a key in a file of its own, readable by its owner alone; gives its place."""
        protection = "passphrase" if read_secret(PASSPHRASE) else "hub-key"
        path = self._folder / f"{purpose}-{key_id[:16]}.pem"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.to_pem(self._passphrase(protection, key_id)))
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
        return {"kind": "file", "file": path.name, "protection": protection}

    def discard(self, place: Mapping[str, str]) -> None:
        """Remove the file of a key that never came into use."""
        if place["kind"] == "file":
            (self._folder / place["file"]).unlink(missing_ok=True)

    def read(self, key_id: str, suite: str, algorithm: str, place: Mapping[str, str]) -> SigningKey:
        """The key at a place; Damaged when its file is missing or cannot be opened."""
        if place["kind"] == "token":
            return TokenKey.at(place, algorithm)
        path = self._folder / place["file"]
        try:
            return suite_by_name(suite).load_key(path.read_bytes(), self._passphrase(place["protection"], key_id))
        except (OSError, ValueError, TypeError):
            # Without the cause: a library's error may carry parts of what it was given.
            raise Damaged(
                f"签名密钥文件 {path} 缺失、损坏或口令不符。请从备份恢复 keys 目录（含 hub.key），或更替该用途的密钥。",
                f"The signing key {path} is missing, damaged or under another passphrase. Restore the folder keys (with hub.key), or rotate.",
                key=key_id,
            ) from None

    def _passphrase(self, protection: str, key_id: str) -> bytes:
        if protection == "hub-key":
            return self._hub_key.seal(USE, key_id.encode()).hex().encode()
        given = read_secret(PASSPHRASE)
        if given is None or len(given.get_secret_value()) < SHORTEST:
            raise WrongUse(
                f"签名密钥以口令保护：请设置 LINGNAN_KEY_PASSPHRASE_FILE（至少 {SHORTEST} 个字符）。",
                f"Signing keys are under a passphrase: set LINGNAN_KEY_PASSPHRASE_FILE (at least {SHORTEST} characters).",
            )
        return given.get_secret_value().encode()

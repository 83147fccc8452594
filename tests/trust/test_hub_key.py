"""The hub's key encrypts what is kept secret, for one use and one owner."""

from pathlib import Path

import pytest

from lingnan.base import Damaged
from lingnan.trust import HubKey


def test_what_is_encrypted_comes_back_for_the_same_use_and_owner_only(tmp_path: Path) -> None:
    key, other = HubKey.open(tmp_path / "a"), HubKey.open(tmp_path / "b")
    kept = key.encrypt("totp-secret", b"JBSWY3DPEHPK3PXP", b"account-1")
    assert key.decrypt("totp-secret", kept, b"account-1") == b"JBSWY3DPEHPK3PXP"
    assert HubKey.open(tmp_path / "a").decrypt("totp-secret", kept, b"account-1") == b"JBSWY3DPEHPK3PXP"
    assert b"JBSWY" not in kept
    assert kept != key.encrypt("totp-secret", b"JBSWY3DPEHPK3PXP", b"account-1")
    for holder, use, context in ((key, "other", b"account-1"), (key, "totp-secret", b"account-2"), (other, "totp-secret", b"account-1")):
        with pytest.raises(Damaged):
            holder.decrypt(use, kept, context)


def test_every_altered_byte_is_found(tmp_path: Path) -> None:
    key = HubKey.open(tmp_path)
    kept = key.encrypt("use", b"secret")
    for place in range(len(kept)):
        with pytest.raises(Damaged):
            key.decrypt("use", kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :])
    for cut in (b"", kept[:1], kept[:12], kept[:-1]):
        with pytest.raises(Damaged):
            key.decrypt("use", cut)

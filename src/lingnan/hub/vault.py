"""Seals personal values that rooms keep in the hub's database."""

import base64

from lingnan.trust import HubKey


class KeyedVault:
    """Seals personal values of cases and entries with the hub's own key, each use apart."""

    def __init__(self, key: HubKey) -> None:
        self._key = key

    def seal(self, use: str, text: str) -> str:
        """The text encrypted for one use, as base64."""
        return base64.b64encode(self._key.encrypt(use, text.encode())).decode()

    def unseal(self, use: str, sealed: str) -> str:
        """The text again; Damaged when it was altered."""
        return self._key.decrypt(use, base64.b64decode(sealed)).decode()

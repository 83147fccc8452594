"""Puts passkeys, providers, tokens and agency together over the accounts and sessions of one hub."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lingnan.base import Clock
from lingnan.storage import Storage
from lingnan.trust.identity.agency import Agency
from lingnan.trust.identity.service import Identity
from lingnan.trust.identity.site import Site
from lingnan.trust.identity.tokens import MayDo, Tokens
from lingnan.trust.keys.hub_key import HubKey

if TYPE_CHECKING:
    from lingnan.trust.identity.passkeys import Passkeys
    from lingnan.trust.identity.providers import Providers


class Credentials:
    """What proves who asks, beyond passwords and links; `Trust` shows its parts under their own names."""

    def __init__(self, storage: Storage, home: Path, clock: Clock, key: HubKey, identity: Identity, site: Site, may_do: MayDo) -> None:
        self._storage, self._home, self._clock, self._key = storage, home, clock, key
        self._identity, self._site, self._may_do = identity, site, may_do
        self.agency = Agency(storage, clock, identity.accounts, identity.audit)
        self.tokens = Tokens(storage, clock, self.agency, identity.audit, identity.rules.second_factor, may_do)

    @cached_property
    def passkeys(self) -> "Passkeys":
        """Made when first asked for: what it stands on takes a quarter of a second to load, which no build needs."""
        from lingnan.trust.identity.passkeys import Passkeys

        return Passkeys(self._storage, self._clock, self._identity.sessions, self._identity.audit, self._site, self._may_do)

    @cached_property
    def providers(self) -> "Providers":
        """Made when first asked for, for the same reason."""
        from lingnan.trust.identity.providers import Providers

        known = self._identity
        return Providers(
            self._storage, self._home, self._clock, self._key, known.accounts, known.sessions, known.sign_in, self.agency, known.audit, self._site,
            self._may_do,
        )

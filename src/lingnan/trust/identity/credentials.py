"""Puts passkeys, providers, tokens and agency together over the accounts and sessions of one hub."""

from pathlib import Path

from lingnan.base import Clock
from lingnan.storage import Storage
from lingnan.trust.identity.agency import Agency
from lingnan.trust.identity.passkeys import Passkeys
from lingnan.trust.identity.providers import Providers
from lingnan.trust.identity.service import Identity
from lingnan.trust.identity.site import Site
from lingnan.trust.identity.tokens import MayDo, Tokens
from lingnan.trust.keys.hub_key import HubKey


class Credentials:
    """What proves who asks, beyond passwords and links; `Trust` shows its parts under their own names."""

    def __init__(self, storage: Storage, home: Path, clock: Clock, key: HubKey, identity: Identity, site: Site, may_do: MayDo) -> None:
        accounts, sessions, audit = identity.accounts, identity.sessions, identity.audit
        self.agency = Agency(storage, clock, accounts, audit)
        self.tokens = Tokens(storage, clock, self.agency, audit, identity.rules.second_factor, may_do)
        self.passkeys = Passkeys(storage, clock, sessions, audit, site, may_do)
        self.providers = Providers(storage, home, clock, key, accounts, sessions, identity.sign_in, self.agency, audit, site, may_do)

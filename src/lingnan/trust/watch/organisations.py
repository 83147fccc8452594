"""Which organisation an account belongs to, in words the public may read."""

from sqlalchemy import select

from lingnan.storage import Storage
from lingnan.trust.identity.records import Account, OrganisationUnit

PUBLIC = ("公众与企业", "The public and firms")
HUB = ("数据枢纽", "The data hub")
UNKNOWN = ("未注明机构", "Organisation not stated")


class OrganisationNames:
    """Names of organisations by the subject of an entry, read once."""

    def __init__(self, storage: Storage) -> None:
        with storage.reading() as session:
            units = session.execute(select(OrganisationUnit.id, OrganisationUnit.zh, OrganisationUnit.en))
            self._units = {unit: (zh, en or zh) for unit, zh, en in units}
            self._of = {account: unit or "" for account, unit in session.execute(select(Account.id, Account.organisation_id))}

    def of(self, subject: str, organisation: str = "") -> tuple[str, str]:
        """The organisation an entry states, else that of its account; never a person's name."""
        kind, _, account = subject.partition(":")
        if organisation in self._units:
            return self._units[organisation]
        if kind in ("anonymous", "citizen", "enterprise"):
            return PUBLIC
        if kind in ("system", "operator"):
            return HUB
        return self._units.get(self._of.get(account, ""), UNKNOWN)

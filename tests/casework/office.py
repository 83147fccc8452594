"""A small office for tests of alerts, notices and attachments: a hub's storage and trust, a standing clock, people, and delivery of events."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lingnan.base import FixedClock, load_settings
from lingnan.jobs import deliver
from lingnan.storage import Storage
from lingnan.trust import Subject, Trust

FRIDAY = datetime(2026, 10, 30, 8, 0, tzinfo=UTC)
"""Four in the afternoon of a working Friday in China; the next working day is Monday, 2 November."""


@dataclass
class Office:
    """Everything a test of the room needs."""

    home: Path
    clock: FixedClock
    storage: Storage
    trust: Trust
    people: dict[str, Subject] = field(default_factory=dict)

    def person(self, name, *roles, organisation="", kind="official"):
        """A subject with an account of that name."""
        if organisation:
            self.trust.accounts.make_organisation(organisation, organisation, organisation)
        account = self.trust.accounts.make_account(name, name, name, kind=kind, roles=roles, organisation=organisation)
        unit = self.trust.accounts.account(account).organisation
        self.people[name] = Subject(kind, account, unit, frozenset(roles), assurance=2)
        return self.people[name]

    def announce(self, news, subject=""):
        """Put an event into the outbox."""
        with self.storage.session() as session:
            return self.storage.announce(session, news, subject)

    def deliver(self, handlers):
        """Hand over until nothing is left; gives how many deliveries failed."""
        failed = 0
        while (report := deliver(self.storage, handlers, clock=self.clock)).delivered or report.failed:
            failed += report.failed + report.poisoned
            if not report.delivered:
                break
        return failed

    def pass_time(self, **by):
        """Move the clock."""
        self.clock.advance(timedelta(**by))
        return self.clock.now()


@contextmanager
def office_at(home: Path, at: datetime = FRIDAY) -> Iterator[Office]:
    """An office in a folder, over the database that the folder has been furnished with, or a new one."""
    clock = FixedClock(at)
    storage = Storage.open(load_settings(home))
    storage.clock = clock
    trust = Trust.open(storage, home, clock)
    try:
        yield Office(home, clock, storage, trust)
    finally:
        trust.close()
        storage.close()

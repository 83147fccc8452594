"""A data bureau for tests of cases: its casework, its officials and those of two departments, a citizen and an enterprise's agent."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from lingnan.base import FixedClock, Refused, load_settings
from lingnan.casework import Casework
from lingnan.jobs import deliver
from lingnan.storage import OutboxEvent, Storage
from lingnan.trust import Subject, Trust
from tests.back_ends import EVERYWHERE, migrated_file, pour
from tests.casework.office import Office, office_at

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine in the morning in China; no holiday is near before 清明."""
DISPUTE = {"table": "gongan.resident", "entry_key": "440103199001010017", "items": "address", "claim": "住址不对"}

WHY = {"purpose": "emergency", "article": "突发事件应对法 第四十九条", "matter": "YJ-1"}
"""What an emergency override was asked for."""


@dataclass
class Bureau:
    """Everything a test of cases needs."""

    office: Office
    work: Casework
    units: dict[str, str]

    def __getattr__(self, name: str) -> Subject:
        return self.office.people[name]

    @property
    def cases(self):
        return self.work.cases

    def official(self, name, unit, *roles, division=""):
        """An official of a unit."""
        made = self.office.person(name, *roles, organisation=unit)
        self.office.people[name] = Subject("official", made.account, made.organisation, made.roles, division=division, assurance=2)
        return self.office.people[name]

    def events(self, name):
        """The payloads of every announced event of that name, in order."""
        with self.office.storage.reading() as session:
            found = session.query(OutboxEvent).where(OutboxEvent.name == name).order_by(OutboxEvent.sequence)
            return [event.payload for event in found]

    def deliver(self):
        """Hand effects to the disputes."""
        return deliver(self.office.storage, {"casework.effect": [self.work.dispute_handler()]}, clock=self.office.clock)

    def days(self, number):
        """Let days pass."""
        return self.office.pass_time(days=number)

    def dispute(self, **facts):
        """A citizen disputes an entry; gives the case's number."""
        return self.cases.open("data-correction", self.citizen, {**DISPUTE, **facts}).number


def signed(_subject, _data, signature: str) -> str:
    """Stands for the check of a signature: the word `signed` is one."""
    if signature != "signed":
        raise Refused("签名不符。", "The signature does not hold.")
    return "receipt"


def _casework(storage, trust, units, wired) -> Casework:
    return Casework.open(storage, trust, office=units["shuju"], **{"verify_signature": signed, **wired})


@contextmanager
def bureau_at(home: Path, at: datetime = MONDAY, **wired) -> Iterator[Bureau]:
    """A bureau in a folder, its people in the database that the folder has been furnished with."""
    template, units, people = _staffed()
    shutil.copytree(template, home, dirs_exist_ok=True)
    clock, settings = FixedClock(at), load_settings(home)
    storage = Storage.open(settings)
    storage.clock = clock
    if settings.storage_url and not EVERYWHERE:
        pour(home / "hub.db", storage)
    trust = Trust.open(storage, home, clock)
    try:
        yield Bureau(Office(home, clock, storage, trust, dict(people)), _casework(storage, trust, units, wired), units)
    finally:
        trust.close()
        storage.close()


@cache
def _staffed() -> tuple[Path, dict[str, str], dict[str, Subject]]:
    """A home with units and people, copied for every test."""
    home = Path(tempfile.mkdtemp(prefix="lingnan-bureau-"))
    atexit.register(shutil.rmtree, home, True)
    shutil.copy(migrated_file(), home)
    with office_at(home, MONDAY) as office:
        units = {key: office.trust.accounts.make_organisation(key, key, key) for key in ("shuju", "gongan", "shuiwu")}
        bureau = Bureau(office, None, units)
        for name, unit, role in (
            ("steward", "shuju", "steward"), ("second_steward", "shuju", "steward"), ("reviewer", "shuju", "reviewer"),
            ("second_reviewer", "shuju", "reviewer"), ("administrator", "shuju", "administrator"), ("security", "shuju", "security"),
            ("second_security", "shuju", "security"), ("auditor", "shuju", "auditor"), ("second_auditor", "shuju", "auditor"),
            ("gongan_steward", "gongan", "steward"), ("gongan_reviewer", "gongan", "reviewer"),
            ("shuiwu_steward", "shuiwu", "steward"), ("shuiwu_reviewer", "shuiwu", "reviewer"),
        ):
            bureau.official(name, unit, role)
        office.person("citizen", kind="citizen")
        office.person("neighbour", kind="citizen")
        for name, code in (("agent", "91440101MA5A00000X"), ("other_agent", "91440101MA5A00000X")):
            made = office.person(name.replace("_", "."), kind="citizen")
            office.people[name] = Subject("enterprise", made.account, credit_code=code, assurance=2)
        office.people["agent_elsewhere"] = Subject("enterprise", office.people["agent"].account, credit_code="91440300MA5B11111Y", assurance=2)
    return home, units, office.people

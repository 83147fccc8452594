"""Who looked at my record and why 谁查过我: read from the log by the record's keyed name; organisations are told, officials never."""

import re
from datetime import datetime

from lingnan.storage import Storage
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.reading import LogReader
from lingnan.trust.log.schema import ABOUT
from lingnan.trust.shapes import Subject
from lingnan.trust.watch.organisations import OrganisationNames
from lingnan.trust.watch.shapes import Sighting

_SERIAL = re.compile(r"^(.*?)(\d{1,9})$")
NUMBER_LENGTH = 18


class Sightings:
    """Marks entries with the record they are about, and finds them for whoever the record is about."""

    def __init__(self, storage: Storage, audit: AuditLog, key: HubKey) -> None:
        self._storage, self._key, self._reader = storage, key, LogReader(audit.path)

    def about(self, kind: str, identifier: str, subject: Subject | None = None, typed: str = "") -> dict[str, str]:
        """The facts of an entry about one record: its keyed name, the looker's organisation, and when a number was `typed`,
        keyed names of it and of the number before it, so that watching sees numbers in a row without knowing them."""
        facts = {"about": self._key.pseudonym(kind, identifier)}
        if subject is not None and subject.organisation:
            facts["organisation"] = subject.organisation
        return {**facts, **self._neighbours(kind, typed)} if typed else facts

    def of(self, kind: str, identifier: str, since: datetime | None = None) -> list[Sighting]:
        """Every look at the record, newest first. For the person or firm themselves: who asks is the caller's to make sure of, and to log."""
        rows = self._reader.select(
            f"select number, at, subject, action, purpose, json_extract(facts, '$.organisation'), "
            f"coalesce(json_extract(facts, '$.stated.article'), json_extract(facts, '$.article'), ''), "
            f"coalesce(json_extract(facts, '$.stated.matter'), json_extract(facts, '$.matter'), '') "
            f"from entry where {ABOUT} = ? and at >= ? and outcome <> 'refused' order by number desc",
            (self._key.pseudonym(kind, identifier), since.isoformat() if since else ""),
        )
        names = OrganisationNames(self._storage) if rows else None
        return [
            Sighting(datetime.fromisoformat(at), *names.of(subject, organisation or ""), purpose, article, matter, action, number)
            for number, at, subject, action, purpose, organisation, article, matter in rows if names is not None
        ]

    def _neighbours(self, kind: str, typed: str) -> dict[str, str]:
        found = _SERIAL.match(_serial(typed))
        if found is None:
            return {}
        head, serial = found[1], found[2]
        before = f"{int(serial) - 1:0{len(serial)}d}"
        return {
            "stem": self._key.pseudonym(f"stem:{kind}", head + serial)[-16:],
            "before": self._key.pseudonym(f"stem:{kind}", head + before)[-16:],
        }


def _serial(typed: str) -> str:
    """A number without its check digits, which do not count on: GB 11643 ends with one, GB 32100 (it begins with 9) with two."""
    plain = typed.strip().upper()
    return plain[: 16 if plain.startswith("9") else 17] if len(plain) == NUMBER_LENGTH else plain

"""Entries of forms: given once however often they are sent, corrected by a new word, withdrawn, and read again by who gave them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingnan.base import CHINA, Conflict, Missing, Refused
from lingnan.collect.forms.reading import Row, digest_of, read_given, refused
from lingnan.collect.forms.records import FormCount, FormEntry, FormWord
from lingnan.collect.forms.settling import take_back, touch
from lingnan.collect.forms.shapes import Check, EntryCard, EntryState, Form, Given, Position
from lingnan.storage import Storage, insert_of
from lingnan.trust import Subject, Trust, writing

USE = "collect.form"
STANDING: tuple[EntryState, ...] = ("waiting", "delivered")
MOST_SHOWN = 200
KEPT_COUNTS = timedelta(days=2)


class Vault(Protocol):
    """Seals what people gave, so that the database alone tells nothing of them."""

    def seal(self, use: str, text: str) -> str:
        """The text encrypted for one use."""
        ...

    def unseal(self, use: str, sealed: str) -> str:
        """The text again."""
        ...


@dataclass(frozen=True)
class Content:
    """What an entry says: its rows and its place."""

    rows: tuple[Row, ...]
    position: Position | None

    def sealed(self, vault: Vault) -> str:
        """As it is kept."""
        place = [self.position.longitude, self.position.latitude, self.position.accuracy] if self.position else None
        return vault.seal(USE, json.dumps({"rows": self.rows, "position": place}, ensure_ascii=False))

    @classmethod
    def opened(cls, sealed: str, vault: Vault) -> "Content":
        """From what is kept; nothing for a withdrawn entry's."""
        if not sealed:
            return cls((), None)
        told = json.loads(vault.unseal(USE, sealed))
        return cls(tuple(told["rows"]), Position(*told["position"]) if told["position"] else None)


class Entries:
    """The entries of a hub's forms; every change is told in the log before and after, without a value."""

    def __init__(self, storage: Storage, trust: Trust, vault: Vault, check: Check) -> None:
        self._storage, self._trust, self._vault, self._check = storage, trust, vault, check

    def give(self, form: Form, given: Given, subject: Subject, *, pictures: Sequence[str] = (), moderated: bool = False) -> EntryCard:
        """Keep an entry. Sent again with the same content it is the same entry; Conflict for another content under its id, BadInput for faults.

        `pictures` are the digests of its pictures; `moderated` lets it wait until somebody has looked at it.
        """
        rows = self._checked(form, given)
        digest, state = digest_of(rows, given), "moderated" if moderated else "waiting"
        known = self._known(form, given.entry, subject, digest)
        if known is not None:
            return known
        entry = FormEntry(
            form=form.id, entry=given.entry, state=state, digest=digest, account=_holder(subject), organisation=subject.organisation,
            received_at=self._storage.clock.now(), terms=given.terms,
        )
        told = writing(self._trust.audit, subject, "form.give", f"form:{form.id}", facts={"entry": given.entry, "digest": digest})
        try:
            with told, self._storage.session() as session:
                session.add(entry)
                session.flush()
                self._say(session, entry, given, rows, pictures)
                return self._card(entry)
        except IntegrityError:
            # Sent twice at the same moment: the other one was quicker.
            if (known := self._known(form, given.entry, subject, digest)) is None:
                raise
            return known

    def correct(self, form: Form, given: Given, revision: int, subject: Subject, *, pictures: Sequence[str] = ()) -> EntryCard:
        """A new word for an entry of one's own; Conflict when its revision is another one by now."""
        rows = self._checked(form, given)
        digest = digest_of(rows, given)
        told = writing(self._trust.audit, subject, "form.correct", f"form:{form.id}", facts={"entry": given.entry, "digest": digest})
        with told, self._storage.session() as session:
            entry = self._own(session, form, given.entry, subject)
            if entry.digest == digest and entry.revision == revision + 1:
                return self._card(entry)
            if entry.revision != revision or entry.state not in STANDING:
                raise Conflict(
                    f"这条填报已是第 {entry.revision} 版或已撤回、正在审核，您的更正基于第 {revision} 版。请打开最新内容再改。",
                    f"This entry is at revision {entry.revision}, withdrawn or under review; yours was made from {revision}. Open it anew.",
                    entry=given.entry,
                )
            entry.revision, entry.digest = revision + 1, digest
            self._say(session, entry, given, rows, pictures)
            touch(session, entry)
            return self._card(entry)

    def withdraw(self, form: Form, entry: str, subject: Subject) -> EntryCard:
        """Take an entry of one's own back: on the day it was received, a contribution to a campaign at any time; nothing of it is kept."""
        told = writing(self._trust.audit, subject, "form.withdraw", f"form:{form.id}", facts={"entry": entry})
        with told, self._storage.session() as session:
            found = self._own(session, form, entry, subject)
            if found.state != "withdrawn" and not self._withdrawable(found, campaign=form.file.campaign is not None):
                raise Refused(
                    "填报只能在当天撤回；之后请更正内容，或向数据主管部门提出异议。",
                    "An entry can be withdrawn on its own day only; afterwards correct it, or dispute it with the data bureau.", entry=entry,
                )
            take_back(session, found, self._storage.clock.now())
            return self._card(found)

    def belongs_to(self, form: str, entry: str, case: str) -> None:
        """Remember the case in which a contribution is looked at."""
        with self._storage.session() as session:
            session.execute(update(FormEntry).where(FormEntry.form == form, FormEntry.entry == entry, FormEntry.case == "").values(case=case))

    def of(self, form: Form, entry: str, subject: Subject) -> EntryCard:
        """An entry of one's own with what it says; Missing for another's."""
        with self._storage.reading() as session:
            found = self._own(session, form, entry, subject)
            return self._card(found, self.content(session, found), campaign=form.file.campaign is not None)

    def mine(self, subject: Subject, form: Form | None = None) -> list[EntryCard]:
        """One's own entries, newest first; of one form, or of all. A visitor has none."""
        if not subject.account:
            return []
        wanted = select(FormEntry).where(FormEntry.account == _holder(subject), *([FormEntry.form == form.id] if form else []))
        campaign = form is not None and form.file.campaign is not None
        with self._storage.reading() as session:
            found = session.scalars(wanted.order_by(FormEntry.id.desc()).limit(MOST_SHOWN))
            return [self._card(each, campaign=campaign) for each in found]

    def row_of(self, form: Form, entry: str) -> str:
        """The id of an entry's record, under which its pictures are kept."""
        with self._storage.reading() as session:
            return session.scalars(select(FormEntry.id).where(FormEntry.form == form.id, FormEntry.entry == entry)).one()

    def count(self, kind: str, value: str, window: str, most: int) -> bool:
        """Count one more under a made name; False when more than `most` came in this window."""
        key = self._trust.pseudonym(f"form-{kind}", value)
        with self._storage.session() as session:
            new = insert_of(session.get_bind().dialect.name, FormCount).values(key=key, window=window, count=1)
            again = new.on_conflict_do_update(index_elements=["key", "window"], set_={"count": FormCount.count + 1}).returning(FormCount.count)
            return int(session.scalar(again) or 0) <= most

    def sweep(self) -> int:
        """Forget counts of days gone by; gives how many."""
        old = (self._storage.clock.now() - KEPT_COUNTS).astimezone(CHINA).date().isoformat()
        with self._storage.session() as session:
            return len(session.execute(delete(FormCount).where(FormCount.window < old).returning(FormCount.key)).all())

    def content(self, session: Session, entry: FormEntry) -> Content:
        """What the entry says now."""
        word = session.scalars(select(FormWord.sealed).where(FormWord.entry_id == entry.id, FormWord.revision == entry.revision)).one()
        return Content.opened(word, self._vault)

    def _checked(self, form: Form, given: Given) -> tuple[Row, ...]:
        rows = read_given(form, given)
        if faults := self._check(form.contract, rows):
            raise refused(faults)
        return rows

    def _known(self, form: Form, entry: str, subject: Subject, digest: str) -> EntryCard | None:
        with self._storage.reading() as session:
            found = session.scalar(select(FormEntry).where(FormEntry.form == form.id, FormEntry.entry == entry))
            if found is None:
                return None
            said = select(FormWord.id).where(FormWord.entry_id == found.id, FormWord.digest == digest)
            if found.account != _holder(subject) or session.scalar(said) is None:
                raise Conflict(
                    "这个填报编号已有另一内容。请从“我的填报”打开后更正，或重新填写。",
                    "There is another content under this entry's id. Correct it from “My entries”, or fill in anew.", entry=entry,
                )
            return self._card(found)

    def _own(self, session: Session, form: Form, entry: str, subject: Subject) -> FormEntry:
        wanted = select(FormEntry).where(FormEntry.form == form.id, FormEntry.entry == entry).with_for_update()
        found = session.scalar(wanted)
        if found is None or not subject.account or found.account != _holder(subject):
            raise Missing("没有这条填报，或它不是您的。", "There is no such entry, or it is not yours.", entry=entry)
        return found

    def _say(self, session: Session, entry: FormEntry, given: Given, rows: tuple[Row, ...], pictures: Sequence[str]) -> None:
        sealed = Content(tuple({**row, "form_device": given.device or None} for row in rows), given.position).sealed(self._vault)
        session.add(FormWord(
            entry_id=entry.id, revision=entry.revision, digest=entry.digest, given_at=self._storage.clock.now(), filled_at=given.filled_at,
            sealed=sealed, pictures=list(pictures),
        ))

    def _withdrawable(self, entry: FormEntry, *, campaign: bool) -> bool:
        if entry.state in ("withdrawn", "refused"):
            return False
        return campaign or _day(entry.received_at) == _day(self._storage.clock.now())

    def _card(self, entry: FormEntry, content: Content | None = None, *, campaign: bool = False) -> EntryCard:
        state = next(each for each in ("waiting", "delivered", "moderated", "refused", "withdrawn") if each == entry.state)
        return EntryCard(
            form=entry.form, entry=entry.entry, state=state, revision=entry.revision, received_at=entry.received_at, changed_at=entry.changed_at,
            withdrawable=self._withdrawable(entry, campaign=campaign), account=entry.account, organisation=entry.organisation, case=entry.case,
            rows=tuple(_said(row) for row in content.rows) if content else (), position=content.position if content else None,
        )


def _said(row: Mapping[str, str | None]) -> Mapping[str, str | None]:
    return {name: value for name, value in row.items() if name != "form_device"}


def _holder(subject: Subject) -> str:
    """Whose an entry is: an account's, or for who acts for a legal person that account's still; nothing for who is not signed in."""
    return subject.account


def _day(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()

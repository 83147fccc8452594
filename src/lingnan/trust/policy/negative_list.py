"""The negative list 负面清单: every change is a version; adding takes one security officer, ending an entry takes two."""

import re

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, Missing, WrongUse
from lingnan.storage import Storage
from lingnan.trust.policy.book import china_day, turn_page
from lingnan.trust.policy.cards import negative_card
from lingnan.trust.policy.deciding import PolicyPoint
from lingnan.trust.policy.permits import changing, must_be_allowed, must_be_another
from lingnan.trust.policy.records import NegativeListEntry
from lingnan.trust.policy.shapes import NegativeCard, NegativeForm
from lingnan.trust.shapes import Subject

_KEY = re.compile(r"[a-z][a-z0-9-]{1,78}")


class NegativeList:
    """Adds to, ends and shows the list; what is said here holds at the next decision of any process."""

    def __init__(self, storage: Storage, point: PolicyPoint) -> None:
        self._storage, self._point = storage, point

    def add(self, form: NegativeForm, by: Subject) -> NegativeCard:
        """A new entry, from today unless it says otherwise; WrongUse when it names nothing or no article, Conflict when its key is taken."""
        must_be_allowed(self._point, by, "trust.negative.edit", f"negative:{form.key}")
        _check(form)
        told = changing(self._point, by, "negative.add", f"negative:{form.key}", table=form.table, article=form.article)
        with told as writing, self._storage.session() as session:
            if session.scalar(select(NegativeListEntry.id).where(NegativeListEntry.key == form.key)):
                raise Conflict(f"负面清单已有条目“{form.key}”。", f"The negative list has an entry “{form.key}” already.", key=form.key)
            kept = NegativeListEntry(
                key=form.key, version=_last(session) + 1, table_name=form.table, columns=list(form.columns), element=form.element,
                article=form.article, zh=form.zh, en=form.en, valid_from=form.valid_from or china_day(self._point.clock.now()),
                valid_to=form.valid_to, added_by=by.reference,
            )
            session.add(kept)
            turn_page(session)
            session.flush()
            writing.tell(version=kept.version)
            return negative_card(kept)

    def end(self, key: str, by: Subject, approved_by: Subject) -> NegativeCard:
        """End an entry at once, approved by a second security officer; ending again changes nothing."""
        must_be_allowed(self._point, by, "trust.negative.edit", f"negative:{key}")
        must_be_allowed(self._point, approved_by, "trust.policy.approve", f"negative:{key}")
        must_be_another(by.reference, approved_by.reference, ("负面清单条目的终止", "Ending an entry of the negative list"))
        told = changing(self._point, by, "negative.end", f"negative:{key}", approved_by=approved_by.reference)
        with told as writing, self._storage.session() as session:
            kept = _find(session, key)
            if kept.ended_version is None:
                kept.ended_version, kept.ended_by, kept.ending_approved_by = _last(session) + 1, by.reference, approved_by.reference
                turn_page(session)
            writing.tell(version=kept.ended_version)
            return negative_card(kept)

    def ask_end(self, key: str, by: Subject) -> NegativeCard:
        """Ask that an entry be ended; it holds until a second security officer says so too. Conflict when it was asked or ended already."""
        must_be_allowed(self._point, by, "trust.negative.edit", f"negative:{key}")
        with changing(self._point, by, "negative.ask_end", f"negative:{key}") as writing, self._storage.session() as session:
            kept = _find(session, key)
            if kept.ended_by:
                raise Conflict(
                    f"负面清单条目“{key}”已有终止申请或已终止。", f"The end of entry “{key}” was asked for already, or has come.", key=key
                )
            kept.ended_by = by.reference
            writing.tell(version=kept.version)
            return negative_card(kept)

    def settle_end(self, key: str, by: Subject, *, agree: bool) -> NegativeCard:
        """Agree with what `ask_end` asked, or take it back; Conflict when nothing was asked, Refused when who asked agrees with themselves."""
        must_be_allowed(self._point, by, "trust.policy.approve", f"negative:{key}")
        told = changing(self._point, by, "negative.end" if agree else "negative.keep", f"negative:{key}")
        with told as writing, self._storage.session() as session:
            kept = _find(session, key)
            asked = kept.ended_by
            if not asked or kept.ended_version is not None:
                raise Conflict(f"没有待批准的终止申请：“{key}”。", f"Nobody has asked that entry “{key}” be ended, or it has ended.", key=key)
            if agree:
                must_be_another(asked, by.reference, ("负面清单条目的终止", "Ending an entry of the negative list"))
                kept.ended_version, kept.ending_approved_by = _last(session) + 1, by.reference
                turn_page(session)
            else:
                kept.ended_by = ""
            writing.tell(version=kept.ended_version, asked_by=asked)
            return negative_card(kept)

    def entries(self, version: int | None = None) -> list[NegativeCard]:
        """The entries of a version of the list, of the newest when none is given."""
        with self._storage.reading() as session:
            at = _last(session) if version is None else version
            still = or_(NegativeListEntry.ended_version.is_(None), NegativeListEntry.ended_version > at)
            found = session.scalars(select(NegativeListEntry).where(NegativeListEntry.version <= at, still).order_by(NegativeListEntry.version))
            return [negative_card(each) for each in found]

    def version(self) -> int:
        """The number of the newest version; 0 while the list is empty."""
        with self._storage.reading() as session:
            return _last(session)


def _find(session: Session, key: str) -> NegativeListEntry:
    kept = session.scalar(select(NegativeListEntry).where(NegativeListEntry.key == key).with_for_update())
    if kept is None:
        raise Missing(f"负面清单没有条目“{key}”。", f"The negative list has no entry “{key}”.", key=key)
    return kept


def _last(session: Session) -> int:
    added, ended = session.execute(select(func.max(NegativeListEntry.version), func.max(NegativeListEntry.ended_version))).one()
    return max(added or 0, ended or 0)


def _check(form: NegativeForm) -> None:
    unnamed = not form.table and not form.element
    if not _KEY.fullmatch(form.key) or unnamed or (form.columns and not form.table) or not (form.article.strip() and form.zh and form.en):
        raise WrongUse(
            "负面清单条目须有小写短键、法律条款、中英文说明，并写明表（可再限定列）或数据元。",
            "An entry has a short key in lower case, a legal article, a sentence in both languages, and names a table, columns of it, or an element.",
            key=form.key,
        )

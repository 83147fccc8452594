"""Purposes stated once for a session and a table 持续目的: an official says why, and looks at that table for a while without saying it again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select, update

from lingnan.base import Clock, Missing, Refused, WrongUse, load_yaml
from lingnan.storage import Storage
from lingnan.trust.identity.records import SignInSession
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.personal import holds_personal_value
from lingnan.trust.log.writing import writing
from lingnan.trust.policy.held_records import HeldPurpose
from lingnan.trust.policy.purposes import missing_parts
from lingnan.trust.shapes import Classifier, Purpose, Subject

FIGURES = Path(__file__).parent / "held-purposes.yaml"


@dataclass(frozen=True)
class HeldPurposeCard:
    """A purpose that holds now: for which table, what was stated, until when."""

    id: str
    table: str
    purpose: Purpose
    ends_at: datetime


class HeldPurposes:
    """What officials have stated for their sessions; a statement is for one account, one session, one table."""

    def __init__(self, storage: Storage, audit: AuditLog, clock: Clock) -> None:
        self._storage, self._audit, self._clock = storage, audit, clock
        self._classifier: Classifier = lambda _table: None

    def use_classifier(self, classifier: Classifier) -> None:
        """Know tables from here; until then there is nothing to state a purpose for."""
        self._classifier = classifier

    def state(self, subject: Subject, table: str, purpose: Purpose) -> HeldPurposeCard:
        """Let a purpose hold for the subject's session and the table, in place of one stated before; logged.

        Refused for who is no official signed in in person, Missing for an unknown table, WrongUse for half a purpose.
        """
        self._check(subject, table, purpose)
        now = self._clock.now()
        record = HeldPurpose(
            session_id=subject.session, account_id=subject.account, table_name=table, code=purpose.code, article=purpose.article.strip(),
            matter=purpose.matter.strip(), stated_at=now, ends_at=now + timedelta(minutes=minutes_held()),
        )
        stated = {"code": record.code, "article": record.article, "matter": record.matter}
        facts = {"stated": stated, "minutes": minutes_held()}
        with writing(self._audit, subject, "purpose.state", table, purpose.code, facts) as begun, self._storage.session() as session:
            session.execute(self._ending(subject, HeldPurpose.table_name == table))
            session.add(record)
            session.flush()
            begun.tell(held=record.id, stated=stated)
            return _card(record)

    def end(self, subject: Subject, table: str) -> None:
        """End now what the subject stated for a table; Missing when nothing holds."""
        _check_person(subject)
        if all(each.table != table for each in self.of(subject)):
            raise Missing(f"表 {table} 没有生效中的目的。", f"No purpose holds for {table}.", table=table)
        with writing(self._audit, subject, "purpose.end", table), self._storage.session() as session:
            session.execute(self._ending(subject, HeldPurpose.table_name == table))

    def of(self, subject: Subject) -> list[HeldPurposeCard]:
        """What holds for the subject's session now, by table; nothing for programs and for who is no official."""
        if not _in_person(subject):
            return []
        statement = select(HeldPurpose).join(SignInSession, SignInSession.id == HeldPurpose.session_id)
        alive = SignInSession.ended_at.is_(None) & (SignInSession.account_id == HeldPurpose.account_id)
        with self._storage.reading() as session:
            found = session.scalars(statement.where(self._holding(subject), alive).order_by(HeldPurpose.table_name))
            return [_card(each) for each in found]

    def purpose_for(self, subject: Subject, action: str, table: str) -> HeldPurposeCard | None:
        """What holds for one look at one table."""
        return self.for_tables(subject, action, [table]).get(table)

    def for_tables(self, subject: Subject, action: str, tables: Iterable[str]) -> dict[str, HeldPurposeCard]:
        """What holds for a look at tables, by table; cheap, since a session holds few."""
        if action not in _figures()["actions"]:
            return {}
        wanted = set(tables)
        return {each.table: each for each in self.of(subject) if each.table in wanted}

    def _check(self, subject: Subject, table: str, purpose: Purpose) -> None:
        _check_person(subject)
        if self._classifier(table) is None:
            raise Missing(f"没有数据表 {table}。", f"There is no table {table}.", table=table)
        missing = missing_parts(purpose)
        if missing or purpose.grant:
            zh, en = "、".join(each[0] for each in missing), ", ".join(each[1] for each in missing)
            told = f"请载明：{zh or '目的，不指定授权'}。", f"State {en or 'a purpose, and name no grant'}."
            raise WrongUse(*told, missing=[each[1] for each in missing])
        if holds_personal_value(purpose.article) or holds_personal_value(purpose.matter):
            raise WrongUse(
                "依据与事项编号中不得含身份证号、手机号或护照号。", "Article and matter must hold no citizen, mobile or passport number."
            )

    def _holding(self, subject: Subject) -> ColumnElement[bool]:
        mine = (HeldPurpose.session_id == subject.session) & (HeldPurpose.account_id == subject.account)
        return mine & HeldPurpose.ended_at.is_(None) & (HeldPurpose.ends_at > self._clock.now())

    def _ending(self, subject: Subject, which: ColumnElement[bool]) -> Any:
        return update(HeldPurpose).where(self._holding(subject) & which).values(ended_at=self._clock.now()).execution_options(
            synchronize_session=False
        )


def minutes_held() -> int:
    """For how many minutes a statement holds."""
    return int(_figures()["minutes"])


def _in_person(subject: Subject) -> bool:
    return subject.kind == "official" and bool(subject.session and subject.account) and not subject.token and not subject.unproven


def _check_person(subject: Subject) -> None:
    if not _in_person(subject):
        raise Refused("只有本人登录的公职人员可以载明持续目的。", "Only an official signed in in person states a purpose that holds.")


def _card(record: HeldPurpose) -> HeldPurposeCard:
    return HeldPurposeCard(record.id, record.table_name, Purpose(record.code, record.article, record.matter), record.ends_at)


@cache
def _figures() -> dict[str, Any]:
    loaded: dict[str, Any] = load_yaml(FIGURES.read_text(encoding="utf-8"))
    return loaded

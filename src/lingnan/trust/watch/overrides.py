"""Emergency overrides 应急越权: asked for with a reason, approved by a second person, over by themselves, reported and counted."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lingnan.base import Clock, Conflict, Missing, Refused, WrongUse, load_yaml
from lingnan.storage import Storage
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.personal import holds_personal_value
from lingnan.trust.log.reading import LogReader
from lingnan.trust.log.writing import Writing, writing
from lingnan.trust.policy.book import turn_page
from lingnan.trust.policy.purposes import as_purpose, missing_parts
from lingnan.trust.shapes import SYSTEM, Classifier, Purpose, Subject
from lingnan.trust.signing.envelope import canonical
from lingnan.trust.watch.events import OverrideEnded
from lingnan.trust.watch.records import EmergencyOverride
from lingnan.trust.watch.shapes import ActiveOverride, OverrideCard

Accept = Callable[[Subject, bytes, str], str]
"""Takes a receipt as the subject's own signature of a content (`Signatures.accept`); gives the receipt's id, Refused when it is not that."""
LIMITS = Path(__file__).parent / "overrides.yaml"
REASON_LENGTH = 10


class Overrides:
    """The overrides of one hub. One opens columns that policy masks or denies; it never opens what the negative list forbids."""

    def __init__(self, storage: Storage, audit: AuditLog, clock: Clock) -> None:
        self._storage, self._audit, self._clock = storage, audit, clock
        self._reader = LogReader(audit.path)
        self._accept: Accept = _nobody_signs
        self._classifier: Classifier = lambda _table: None

    def use_classifier(self, classifier: Classifier) -> None:
        """Know tables and columns from here; until then there is nothing to ask for."""
        self._classifier = classifier

    def use_signatures(self, accept: Accept) -> None:
        """Check signatures of approvals here, from now on; until then nothing is approved."""
        self._accept = accept

    def request(
        self, subject: Subject, table: str, columns: Iterable[str], reason: str, purpose: Purpose | str, minutes: int
    ) -> OverrideCard:
        """Ask for columns of a table (none named: all) for so many minutes; logged.

        The purpose names code, legal article and matter. WrongUse when one of them, the reason or the time is not as allowed, or the
        catalogue does not know the table or a column.
        """
        told, asked = as_purpose(purpose), sorted(set(columns))
        _check_request(subject, reason, told, minutes)
        self._check_table(table, asked)
        record = EmergencyOverride(
            subject=subject.reference, organisation=subject.organisation, table_name=table, columns=asked, reason=reason.strip(),
            purpose={"code": told.code, "article": told.article.strip(), "matter": told.matter.strip()}, minutes=minutes, state="requested",
            requested_at=self._clock.now(),
        )
        facts = {"columns": asked, "minutes": minutes, "reason": record.reason, "organisation": subject.organisation, "stated": record.purpose}
        with writing(self._audit, subject, "override.request", table, told.code, facts) as begun, self._storage.session() as session:
            session.add(record)
            session.flush()
            begun.tell(override=record.id)
        return _card(record)

    def to_sign(self, by: Subject, override: str) -> bytes:
        """What the approval of a request signs: who may see which columns of which table, for how long, why; raises as `approve` does."""
        card = self._concerning(by, override, "override.approve")
        if not may_settle(by, card):
            raise _not_second(card)
        if card.state != "requested":
            raise _nothing_open(override)
        return _approval(card)

    def approve(self, by: Subject, override: str, signature: str) -> OverrideCard:
        """Let it begin now, over the second person's own signature (a receipt of `Signatures.sign`) of `to_sign`.

        Refused for whoever asked and without that signature; Missing for who has nothing to do with it; Conflict when it was settled already.
        """
        card = self._concerning(by, override, "override.approve")
        facts = {"override": override, "minutes": card.minutes, "organisation": by.organisation, "stated": stated_by(card.purpose)}
        with writing(self._audit, by, "override.approve", card.table, card.purpose.code, facts) as begun:
            if not may_settle(by, card):
                raise _not_second(card)
            if not signature:
                raise Refused("批准应急越权须附本人电子签名。请签名后提交。", "Approving an override takes your signature. Sign, then send again.")
            receipt = self._accept(by, _approval(card), signature)
            begun.tell(override=override, organisation=by.organisation, signature=receipt, stated=stated_by(card.purpose))
            return self._approved(by, override, begun)

    def _approved(self, by: Subject, override: str, begun: Writing) -> OverrideCard:
        with self._storage.session() as session:
            record, now = self._open(session, override), self._clock.now()
            record.approval, record.state, record.settled_by, record.approved_at = begun.number, "approved", by.reference, now
            record.ends_at = now + timedelta(minutes=record.minutes)
            turn_page(session)
            return _card(record)

    def refuse(self, by: Subject, override: str) -> OverrideCard:
        """Say no to a request, as one who could have approved it."""
        card = self._concerning(by, override, "override.deny")
        with self._settling(by, "override.deny", card), self._storage.session() as session:
            record = self._open(session, override)
            if not may_settle(by, card):
                raise _not_second(card)
            record.state, record.settled_by = "refused", by.reference
            return _card(record)

    def end(self, by: Subject, override: str) -> OverrideCard:
        """End it before its time: by its holder, or by one who could approve it; Missing for anyone else."""
        card = self._concerning(by, override, "override.end")
        with self._settling(by, "override.end", card), self._storage.session() as session:
            record = session.get(EmergencyOverride, override, with_for_update=True)
            if record is None or record.state != "approved":
                raise _nothing_open(override)
            record.ends_at = min(self._clock.now(), record.ends_at or self._clock.now())
            turn_page(session)
            return _card(record)

    def active(self, subject: Subject, table: str) -> ActiveOverride | None:
        """The override that opens something of the table to the subject now; None nearly always, and cheap to ask."""
        if subject.kind != "official" or subject.token:
            return None
        statement = select(EmergencyOverride.id, EmergencyOverride.columns, EmergencyOverride.ends_at, EmergencyOverride.purpose).where(
            EmergencyOverride.subject == subject.reference, EmergencyOverride.state == "approved", EmergencyOverride.table_name == table,
            EmergencyOverride.ends_at > self._clock.now(),
        )
        with self._storage.reading() as session:
            found = session.execute(statement.order_by(EmergencyOverride.ends_at.desc()).limit(1)).first()
        if found is None or found[2] is None:
            return None
        limits = _limits()
        return ActiveOverride(found[0], tuple(found[1]), found[2], tuple(limits["actions"]), tuple(limits["lifts"]), Purpose(**found[3]))

    def card(self, override: str) -> OverrideCard:
        """One override; Missing when there is none of that id."""
        with self._storage.reading() as session:
            record = session.get(EmergencyOverride, override)
            if record is None:
                raise _missing(override)
            return _card(record)

    def cards(self, state: str = "") -> list[OverrideCard]:
        """All of them, or those of a state, newest first."""
        statement = select(EmergencyOverride).order_by(EmergencyOverride.sequence.desc())
        with self._storage.reading() as session:
            return [_card(record) for record in session.scalars(statement.where(EmergencyOverride.state == state) if state else statement)]

    def close_ended(self) -> list[OverrideCard]:
        """Report every override whose time is over, once: what was seen under it, to the auditor. The worker calls it each round."""
        over = (EmergencyOverride.state == "approved") & (EmergencyOverride.ends_at <= self._clock.now())
        with self._storage.reading() as session:
            ended = session.scalars(select(EmergencyOverride.id).where(over)).all()
        return [card for override in ended if (card := self._close(override)) is not None]

    def _close(self, override: str) -> OverrideCard | None:
        card = self.card(override)
        with self._settling(SYSTEM, "override.report", card) as begun, self._storage.session() as session:
            # The statement marks and tells whether it was the one to mark, so that of two workers one reports.
            mine = (EmergencyOverride.id == override) & (EmergencyOverride.state == "approved")
            marked = session.scalar(update(EmergencyOverride).where(mine).values(state="ended").returning(EmergencyOverride.id))
            if marked is None:
                return None
            record = session.get_one(EmergencyOverride, override, populate_existing=True)
            record.report = self._report(record)
            begun.tell(override=override, **record.report)
            self._storage.announce(session, OverrideEnded(override, record.subject, record.table_name, "ended", record.report), record.subject)
            return _card(record)

    def _report(self, record: EmergencyOverride) -> dict[str, Any]:
        """How often it was used, for what, and by which entries."""
        rows = self._reader.select(
            "select number, action, facts from entry where number > ? and subject = ? and kind = 'decision' and outcome = 'allowed' "
            "and (json_extract(facts, '$.override') = ? or json_extract(facts, ?) is not null) order by number",
            (record.approval, record.subject, record.id, f'$.overrides."{record.id}"'),
        )
        numbers = [number for number, _action, _facts in rows]
        given = self._reader.select(
            "select coalesce(sum(json_extract(facts, '$.rows')), 0) from entry where number > ? and kind in ('delivery', 'query') "
            "and cast(json_extract(facts, '$.decision') as integer) in (select value from json_each(?))", (record.approval, str(numbers)),
        )[0][0]
        actions = sorted({action for _number, action, _facts in rows})
        return {"uses": len(numbers), "actions": actions, "rows": given, "entries": numbers[:200], "stated": dict(record.purpose)}

    def _settling(self, by: Subject, action: str, card: OverrideCard) -> AbstractContextManager[Writing]:
        facts = {"override": card.id, "stated": stated_by(card.purpose)}
        return writing(self._audit, by, action, card.table, card.purpose.code, facts)

    def _check_table(self, table: str, columns: list[str]) -> None:
        known = self._classifier(table)
        strange = sorted(set(columns) - {column.name for column in known.columns}) if known else [table]
        if strange:
            raise WrongUse(f"目录中没有：{'、'.join(strange)}。", f"The catalogue does not know: {', '.join(strange)}.", table=table)

    def _concerning(self, by: Subject, override: str, action: str) -> OverrideCard:
        """The override for its holder and for who could settle it; for anyone else there is none, and the log knows who tried."""
        card = self.card(override)
        if by.reference != card.subject and not may_settle(by, card):
            self._audit.record("override", by, action, card.table, "refused", facts={"override": override})
            raise _missing(override)
        return card

    def _open(self, session: Session, override: str) -> EmergencyOverride:
        record = session.get(EmergencyOverride, override, with_for_update=True)
        if record is None or record.state != "requested":
            raise _nothing_open(override)
        return record


def _check_request(subject: Subject, reason: str, purpose: Purpose, minutes: int) -> None:
    most = int(_limits()["most_minutes"])
    if subject.kind != "official" or subject.token:
        raise Refused("应急越权只能由公职人员本人登录后申请。", "Only an official signed in in person may ask for an override.")
    if not subject.roles.isdisjoint(_limits()["never_for"]):
        raise Refused(
            "系统管理员、安全管理员、审计员不得申请应急越权（三员分立）。",
            "System administrators, security administrators and auditors never see data by override.",
        )
    if not 1 <= minutes <= most:
        raise WrongUse(f"时长应为 1 至 {most} 分钟，您给出 {minutes}。", f"The time must be 1 to {most} minutes, not {minutes}.", most=most)
    missing = missing_parts(purpose)
    if len(reason.strip()) < REASON_LENGTH:
        missing.append((
            f"至少 {REASON_LENGTH} 个字的理由（发生了什么，为何不能等待授权）",
            f"a reason of {REASON_LENGTH} characters or more (what happened, why a grant cannot be waited for)",
        ))
    if missing:
        zh, en = "、".join(each[0] for each in missing), ", ".join(each[1] for each in missing)
        raise WrongUse(f"申请应急越权须写明：{zh}。", f"Asking for an override has to state {en}.", missing=[each[1] for each in missing])
    if any(holds_personal_value(each) for each in (reason, purpose.article, purpose.matter)):
        raise WrongUse(
            "理由、条款和事项编号中不得出现身份证号、手机号或护照号。", "Reason, article and matter must hold no citizen, mobile or passport number."
        )


def may_settle(by: Subject, card: OverrideCard) -> bool:
    """A second person: never who asked; the security administrator, or certain roles of another organisation."""
    if by.kind != "official" or by.token or by.reference == card.subject:
        return False
    if not by.roles.isdisjoint(_limits()["approve_any"]):
        return True
    return bool(by.organisation) and by.organisation != card.organisation and not by.roles.isdisjoint(_limits()["approve_elsewhere"])


def stated_by(purpose: Purpose) -> dict[str, str]:
    """What an override was asked for, as the log and its report keep it."""
    return {"code": purpose.code, "article": purpose.article, "matter": purpose.matter}


def _approval(card: OverrideCard) -> bytes:
    told = {
        "override": card.id, "subject": card.subject, "table": card.table, "columns": list(card.columns), "minutes": card.minutes,
        "reason": card.reason, "purpose": card.purpose.code, "article": card.purpose.article, "matter": card.purpose.matter,
    }
    return canonical({"approves": told})


def _nobody_signs(by: Subject, _content: bytes, _signature: str) -> str:
    raise Refused("此处不能核验电子签名，不能批准。", "Signatures cannot be checked here, so nothing is approved.", subject=by.reference)


def _card(record: EmergencyOverride) -> OverrideCard:
    state: Any = record.state
    return OverrideCard(
        record.id, record.subject, record.organisation, record.table_name, tuple(record.columns), record.reason, Purpose(**record.purpose),
        record.minutes, state, record.requested_at, record.settled_by, record.approved_at, record.ends_at, dict(record.report or {}),
    )


def _missing(override: str) -> Missing:
    return Missing(f"没有应急越权 {override}。", f"There is no override {override}.", override=override)


def _not_second(card: OverrideCard) -> Refused:
    return Refused(
        "您不能处理该申请：须由申请人以外的安全管理员，或其他机构的审核员、系统管理员处理。",
        "You cannot settle this request: it takes a security administrator other than who asked, or a reviewer or administrator of "
        "another organisation.",
        override=card.id,
    )


def _nothing_open(override: str) -> Conflict:
    return Conflict(
        f"应急越权 {override} 不存在、已处理或已结束。", f"Override {override} is unknown, settled or over.", override=override
    )


@cache
def _limits() -> dict[str, Any]:
    loaded: dict[str, Any] = load_yaml(LIMITS.read_text(encoding="utf-8"))
    return loaded

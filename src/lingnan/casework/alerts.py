"""Alerts 告警: raised by events, counted up while they repeat, acknowledged in time or escalated, at last to a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingnan.base import AlertRaised, Conflict, Missing, content_digest
from lingnan.casework.alert_events import AlertClosed, AlertEscalated, AlertEvent, AlertOpened
from lingnan.casework.alert_list import AlertList, card
from lingnan.casework.alert_rules import AlertRule, AlertRules, AudienceRule, Handling, fill
from lingnan.casework.alert_shapes import AlertCard, AlertPage, AlertQuery, AlertTick, OpenCase, RuleFigures
from lingnan.casework.deadlines import DayCounter
from lingnan.casework.intents import intended
from lingnan.casework.notice_records import Alert, AlertAudience, AlertSighting, AlertStep, AlertTurn
from lingnan.casework.shapes import Authority
from lingnan.jobs import Announced
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, Subject, holds_personal_value

ROUND = 200
KEY_LENGTH, NOTE_LENGTH = 200, 2000


@dataclass(frozen=True)
class Draft:
    """An alert to be."""

    rule: str
    level: str
    key: str
    zh: str
    en: str
    audience: AudienceRule
    facts: Mapping[str, Any]
    evidence: Mapping[str, Any]
    link: str


class Alerts:
    """Raises, shows, acknowledges, resolves and escalates alerts; `open_case` is how the last stage becomes a case."""

    def __init__(
        self, storage: Storage, trust: Authority, *, rules: AlertRules | None = None, days: DayCounter | None = None,
        open_case: OpenCase | None = None,
    ) -> None:
        self._storage, self._trust, self._open_case = storage, trust, open_case
        self.rules, self._days = rules or AlertRules.read(), days or DayCounter()
        self._list = AlertList(storage, self.rules)

    def take(self, session: Session, event: Announced) -> None:
        """Turn an event into the alerts that the rules make of it; the same event again changes nothing."""
        if event.name == AlertRaised.name:
            self._count_in(session, self._of_raised(event.payload), event.id, event.at)
            return
        for rule in self.rules.of_event(event.name, event.payload):
            self._count_in(session, _of_rule(rule, event.payload), f"{event.id}:{rule.rule}"[:60], event.at)

    def raise_alert(self, raised: AlertRaised, event_id: str) -> str:
        """Raise at once what would else come as an event of that id; gives the alert's id."""
        draft, at = self._of_raised(raised.payload()), self._storage.clock.now()
        try:
            with self._storage.session() as session:
                return self._count_in(session, draft, event_id, at)
        except IntegrityError:
            # Another process raised the first of this rule and key, or the same event, at the same moment: now it is there to count into.
            with self._storage.session() as session:
                return self._count_in(session, draft, event_id, at)

    def alerts(self, subject: Subject, query: AlertQuery | None = None) -> AlertPage:
        """The alerts that concern the subject, newest first."""
        self._trust.allow(subject, "alert.view", "alerts")
        return self._list.page(subject, query or AlertQuery())

    def alert(self, subject: Subject, alert: str) -> AlertCard:
        """One alert with its history; Missing when there is none or it does not concern the subject."""
        self._trust.allow(subject, "alert.view", f"alert:{alert}"[:200])
        return self._list.one(subject, alert)

    def counts(self, subject: Subject) -> dict[str, dict[str, int]]:
        """How many alerts concern the subject, by state and level."""
        self._trust.allow(subject, "alert.view", "alerts")
        return self._list.counts(subject)

    def statistics(self, subject: Subject, since: datetime, until: datetime) -> list[RuleFigures]:
        """What became of the alerts of a period, by rule."""
        self._trust.allow(subject, "alert.view", "alerts")
        return self._list.statistics(subject, since, until)

    def acknowledge(self, subject: Subject, alert: str, note: str = "") -> AlertCard:
        """Say that somebody looks after it; Conflict when somebody does already."""
        self._list.one(subject, alert)
        with intended(self._trust, subject, "alert.acknowledge", f"alert:{alert}"), self._storage.session() as session:
            self._move(session, alert, ("open",), {"state": "acknowledged", "acknowledged_at": self._storage.clock.now(), "escalate_at": None})
            self._step(session, alert, "acknowledged", subject, note)
        return self._list.one(subject, alert)

    def resolve(self, subject: Subject, alert: str, note: str = "") -> AlertCard:
        """Say that it is over; Conflict when it was already. What repeats afterwards is a new alert."""
        self._list.one(subject, alert)
        with intended(self._trust, subject, "alert.resolve", f"alert:{alert}"), self._storage.session() as session:
            now = self._storage.clock.now()
            self._move(session, alert, ("open", "acknowledged"), {"state": "resolved", "resolved_at": now, "escalate_at": None})
            self._step(session, alert, "resolved", subject, note)
            self._announce(session, AlertClosed, session.get_one(Alert, alert, populate_existing=True))
        return self._list.one(subject, alert)

    def tick(self, now: datetime | None = None) -> AlertTick:
        """Escalate what nobody acknowledged in time: to the next audience, at last to a case."""
        at = now or self._storage.clock.now()
        due = (Alert.state == "open") & (Alert.escalate_at <= at)
        with self._storage.reading() as session:
            waiting = session.scalars(select(Alert.id).where(due).order_by(Alert.escalate_at).limit(ROUND)).all()
        escalated = [self._escalate(alert, at) for alert in waiting]
        return AlertTick(escalated.count("audience"), escalated.count("case"))

    def _of_raised(self, payload: Mapping[str, Any]) -> Draft:
        rule, audience = str(payload["rule"])[:60], AudienceRule(**payload.get("audience") or {})
        if audience == AudienceRule():
            audience = self.rules.handling(rule).audience
        level = self.rules.level(str(payload["level"])).code
        return Draft(
            rule, level, _key(_plain(str(payload["key"]))), str(payload["zh"]), str(payload["en"]), audience,
            _impersonal(payload.get("facts") or {}), _impersonal(payload.get("evidence") or {}), str(payload.get("link") or ""),
        )

    def _count_in(self, session: Session, draft: Draft, event_id: str, at: datetime) -> str:
        seen = session.scalar(select(AlertSighting.alert_id).where(AlertSighting.event_id == event_id))
        if seen is not None:
            return seen
        turn = session.get(AlertTurn, (draft.rule, draft.key), with_for_update=True)
        alert = session.get(Alert, turn.alert_id) if turn else None
        if alert is None or alert.state == "resolved" or at >= alert.quiet_until:
            alert = self._open(session, draft, at)
            turn = turn or AlertTurn(rule=draft.rule, key=draft.key)
            turn.alert_id = alert.id
            session.add(turn)
        else:
            self._repeat(session, alert, draft, at)
        session.add(AlertSighting(event_id=event_id, alert_id=alert.id))
        session.flush()
        return alert.id

    def _open(self, session: Session, draft: Draft, at: datetime) -> Alert:
        quiet = timedelta(minutes=self.rules.handling(draft.rule).cool_down_minutes)
        alert = Alert(
            rule=draft.rule, key=draft.key, level=draft.level, zh=_clean(draft.zh), en=_clean(draft.en), facts=dict(draft.facts),
            evidence={**draft.evidence, **({"link": draft.link} if draft.link else {})}, raised_at=at, last_at=at, quiet_until=at + quiet,
            stage=0, escalate_at=self.rules.acknowledge_by(draft.level, at, self._days), state="open", count=1, case_number="",
        )
        session.add(alert)
        session.flush()
        self._concern(session, alert, draft.audience)
        self._step(session, alert.id, "raised", SYSTEM, "")
        self._announce(session, AlertOpened, alert)
        return alert

    def _repeat(self, session: Session, alert: Alert, draft: Draft, at: datetime) -> None:
        alert.count += 1
        alert.last_at = max(alert.last_at, at)
        if self.rules.gravity(draft.level) <= self.rules.gravity(alert.level):
            return
        # What grows graver must not drown in the cool-down of its milder beginning.
        alert.level, alert.zh, alert.en, alert.facts = draft.level, _clean(draft.zh), _clean(draft.en), dict(draft.facts)
        if alert.state == "open":
            alert.escalate_at = self.rules.acknowledge_by(draft.level, at, self._days)
        self._step(session, alert.id, "graver", SYSTEM, draft.level)
        self._announce(session, AlertOpened, alert)

    def _escalate(self, alert_id: str, at: datetime) -> str:
        with self._storage.session() as session:
            alert = session.get_one(Alert, alert_id, with_for_update=True)
            if alert.state != "open" or alert.escalate_at is None or alert.escalate_at > at:
                return ""
            handling = self.rules.handling(alert.rule)
            if alert.stage < len(handling.escalate):
                self._widen(session, alert, handling, at)
                return "audience"
            asked = card(alert, self.rules)
            if not handling.case or self._open_case is None:
                alert.escalate_at = None
                return ""
        number = self._open_case(asked, handling.case, handling.handler)
        with self._storage.session() as session:
            alert = session.get_one(Alert, alert_id)
            alert.case_number, alert.escalate_at = number, None
            self._step(session, alert_id, "case", SYSTEM, number)
        return "case"

    def _widen(self, session: Session, alert: Alert, handling: Handling, at: datetime) -> None:
        audience = handling.escalate[alert.stage]
        alert.stage += 1
        alert.escalate_at = self.rules.acknowledge_by(alert.level, at, self._days)
        self._concern(session, alert, audience)
        self._step(session, alert.id, "escalated", SYSTEM, "")
        self._announce(session, AlertEscalated, alert)

    def _concern(self, session: Session, alert: Alert, audience: AudienceRule) -> None:
        offices = product(audience.roles or ("",), audience.organisations or ("",))
        pairs = {(role, organisation, "") for role, organisation in offices if role or organisation}
        for role, organisation, account in sorted(pairs | {("", "", account) for account in audience.accounts}):
            session.add(AlertAudience(alert_id=alert.id, stage=alert.stage, role=role, organisation=organisation, account=account))

    def _move(self, session: Session, alert: str, states: Iterable[str], values: Mapping[str, Any]) -> None:
        # One statement looks and changes, so that of two who acknowledge at once one learns of the other.
        moved = update(Alert).where(Alert.id == alert, Alert.state.in_(tuple(states))).values(**values).returning(Alert.id)
        if session.scalar(moved.execution_options(synchronize_session=False)) is not None:
            return
        found = session.get(Alert, alert)
        if found is None:
            raise Missing(f"没有告警“{alert}”。", f"There is no alert “{alert}”.", alert=alert)
        last = session.scalar(select(AlertStep).where(AlertStep.alert_id == alert).order_by(AlertStep.sequence.desc()).limit(1))
        by = last.by if last else ""
        raise Conflict(
            f"该告警已处于“{found.state}”状态（{by}）。请刷新后查看。", f"The alert is “{found.state}” already ({by}). Look at it anew.",
            alert=alert, state=found.state,
        )

    def _step(self, session: Session, alert: str, kind: str, by: Subject, note: str) -> None:
        session.add(AlertStep(alert_id=alert, at=self._storage.clock.now(), kind=kind, by=by.reference, note=note[:NOTE_LENGTH]))
        session.flush()

    def _announce(self, session: Session, kind: type[AlertEvent], alert: Alert) -> None:
        told = card(alert, self.rules)
        self._storage.announce(
            session,
            kind(
                alert=alert.id, rule=alert.rule, level=alert.level, level_zh=told.level_zh, level_en=told.level_en, zh=alert.zh, en=alert.en,
                link=told.link, stage=alert.stage, count=alert.count,
            ),
            f"alert:{alert.id}",
        )


def _of_rule(rule: AlertRule, payload: Mapping[str, Any]) -> Draft:
    kept = _impersonal({name: payload[name] for name in rule.facts if name in payload})
    evidence = _impersonal({name: payload[name] for name in rule.evidence if name in payload})
    return Draft(
        rule.rule, rule.level_of(payload), _key(fill(rule.key, payload)), fill(rule.zh, payload), fill(rule.en, payload),
        _named(rule, payload), kept, evidence, fill(rule.link, payload) if rule.link else "",
    )


def _named(rule: AlertRule, payload: Mapping[str, Any]) -> AudienceRule:
    """The audience with the event's fields in it; when nothing is left of it, the first that it would be escalated to."""

    def filled(words: tuple[str, ...]) -> tuple[str, ...]:
        known = (str(payload.get(word.strip("{}")) or "") if word.startswith("{") else word for word in words)
        return tuple(word for word in known if word)

    found = AudienceRule(
        roles=filled(rule.audience.roles), organisations=filled(rule.audience.organisations), accounts=filled(rule.audience.accounts)
    )
    return found if found != AudienceRule() else next(iter(rule.escalate), AlertRules.read().otherwise.audience)


def _key(text: str) -> str:
    return text[:KEY_LENGTH]


def _plain(key: str) -> str:
    return content_digest(key) if holds_personal_value(key) else key


def _impersonal(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if not holds_personal_value(str(value))}


def _clean(text: str) -> str:
    """A text that holds a person's identifier is not kept: whoever raised it must name persons by pseudonym."""
    return "（内容含个人信息，已隐去 withheld: personal value）" if holds_personal_value(text) else text

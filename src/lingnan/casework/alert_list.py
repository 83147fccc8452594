"""Alerts as their readers may see them: lists, one with its history, counts and figures; only those that concern the reader."""

from collections import defaultdict
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from lingnan.base import Missing
from lingnan.casework.alert_rules import AlertRules
from lingnan.casework.alert_shapes import AlertCard, AlertLine, AlertPage, AlertQuery, RuleFigures
from lingnan.casework.notice_records import Alert, AlertAudience, AlertStep
from lingnan.storage import Storage
from lingnan.trust import Subject

MOST = 100


class AlertList:
    """Reads alerts for a subject."""

    def __init__(self, storage: Storage, rules: AlertRules) -> None:
        self._storage, self._rules = storage, rules

    def page(self, subject: Subject, query: AlertQuery) -> AlertPage:
        """One page, newest first."""
        limit = max(1, min(query.limit, MOST))
        wanted = [self.concerns(subject), *_conditions(query)]
        with self._storage.reading() as session:
            total = session.scalar(select(func.count()).select_from(Alert).where(*wanted)) or 0
            after = [_older_than(session, query.cursor)] if query.cursor else []
            found = session.scalars(select(Alert).where(*wanted, *after).order_by(Alert.raised_at.desc(), Alert.id.desc()).limit(limit + 1)).all()
            items = tuple(card(alert, self._rules) for alert in found[:limit])
        return AlertPage(total, items, items[-1].id if len(found) > limit else "")

    def one(self, subject: Subject, alert: str) -> AlertCard:
        """One alert with its history; Missing also when it does not concern the subject."""
        with self._storage.reading() as session:
            found = session.scalar(select(Alert).where(Alert.id == alert, self.concerns(subject)))
            if found is None:
                raise Missing(f"没有告警“{alert}”。", f"There is no alert “{alert}”.", alert=alert)
            return card(found, self._rules, _history(session, alert))

    def counts(self, subject: Subject) -> dict[str, dict[str, int]]:
        """By state and level."""
        counted: dict[str, dict[str, int]] = defaultdict(dict)
        grouped = select(Alert.state, Alert.level, func.count()).where(self.concerns(subject)).group_by(Alert.state, Alert.level)
        with self._storage.reading() as session:
            for state, level, number in session.execute(grouped):
                counted[state][level] = number
        return dict(counted)

    def statistics(self, subject: Subject, since: datetime, until: datetime) -> list[RuleFigures]:
        """By rule, for alerts raised in the period; its end is left out."""
        wanted = select(Alert).where(self.concerns(subject), Alert.raised_at >= since, Alert.raised_at < until)
        by_rule: dict[str, list[Alert]] = defaultdict(list)
        with self._storage.reading() as session:
            for alert in session.scalars(wanted):
                by_rule[alert.rule].append(alert)
            return [_figures(rule, by_rule[rule]) for rule in sorted(by_rule)]

    def concerns(self, subject: Subject) -> ColumnElement[bool]:
        """The condition that an alert concerns the subject; overseers and the machine's operator see all."""
        if subject.kind in ("operator", "system") or not subject.roles.isdisjoint(self._rules.oversight):
            return true()
        role = or_(AlertAudience.role == "", AlertAudience.role.in_(sorted(subject.roles)))
        unit = or_(AlertAudience.organisation == "", AlertAudience.organisation == (subject.organisation or "-"))
        office = (AlertAudience.account == "") & role & unit
        own = (AlertAudience.account != "") & (AlertAudience.account == (subject.account or "-"))
        return exists().where(AlertAudience.alert_id == Alert.id, or_(office, own))


def card(alert: Alert, rules: AlertRules, history: tuple[AlertLine, ...] = ()) -> AlertCard:
    """The record as it crosses the door."""
    level = rules.level(alert.level)
    evidence = {name: value for name, value in alert.evidence.items() if name != "link"}
    return AlertCard(
        alert.id, alert.rule, alert.key, alert.level, level.zh, level.en, level.severity, alert.state, alert.zh, alert.en,
        str(alert.evidence.get("link") or f"/alerts/{alert.id}"), alert.raised_at, alert.last_at, alert.count, alert.stage, alert.escalate_at,
        alert.case_number, dict(alert.facts), evidence, history,
    )


def _history(session: Session, alert: str) -> tuple[AlertLine, ...]:
    steps = session.scalars(select(AlertStep).where(AlertStep.alert_id == alert).order_by(AlertStep.sequence))
    return tuple(AlertLine(step.at, step.kind, step.by, step.note) for step in steps)


def _older_than(session: Session, cursor: str) -> ColumnElement[bool]:
    at = session.scalar(select(Alert.raised_at).where(Alert.id == cursor))
    return or_(Alert.raised_at < at, (Alert.raised_at == at) & (Alert.id < cursor)) if at else false()


def _conditions(query: AlertQuery) -> list[Any]:
    asked: list[Any] = []
    if query.state:
        asked.append(Alert.state == query.state)
    if query.level:
        asked.append(Alert.level == query.level)
    if query.rule:
        asked.append(Alert.rule == query.rule)
    if query.since:
        asked.append(Alert.raised_at >= query.since)
    if query.until:
        asked.append(Alert.raised_at < query.until)
    return asked


def _figures(rule: str, alerts: list[Alert]) -> RuleFigures:
    taken = [(alert.acknowledged_at - alert.raised_at).total_seconds() / 60 for alert in alerts if alert.acknowledged_at]
    return RuleFigures(
        rule, len(alerts), sum(alert.count for alert in alerts), len(taken), sum(alert.stage > 0 for alert in alerts),
        sum(bool(alert.case_number) for alert in alerts), round(median(taken), 1) if taken else None,
    )

"""Answers the pages about alerts and notices: what concerns the reader, what was done about it, how they want to be told."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from lingnan.base import CHINA
from lingnan.casework import alert_list, cap_message
from lingnan.casework.alert_rules import shown_value
from lingnan.casework.alert_shapes import AlertCard, AlertLine, AlertQuery
from lingnan.casework.notice_records import Alert
from lingnan.casework.notices import NoticeCard, Preference
from lingnan.hub.pack_alerts import fact_words
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.titles import division_words
from lingnan.insight import AlertFact, AlertList, AlertRow, AlertSheet, AlertStepLine, Chart, NoticeLine, NoticeList, NoticeWish, Series, Words
from lingnan.trust import SYSTEM, Subject

STATES, LEVELS = ("open", "acknowledged", "resolved"), ("blue", "yellow", "orange", "red")
DAYS = 30


class AlertPages:
    """One hub's answers about alerts and notices; an alert that does not concern the reader is Missing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listing(self, subject: Subject, state: str, level: str, rule: str, cursor: str) -> AlertList:
        """A page of alerts, newest first, with counts of all that concern the subject and the last thirty days by level."""
        alerts = self._desk.hub.office.alerts
        known: Any = {"state": state if state in STATES else None, "level": level if level in LEVELS else None}
        query = AlertQuery(**known, rule=rule[:60], cursor=cursor)
        page = alerts.alerts(subject, query)
        levels = tuple((each.code, Words(zh=each.zh, en=each.en)) for each in reversed(alerts.rules.levels))
        rules = tuple(sorted({each.rule for each in alerts.rules.rules} | {each.rule for each in page.items}))
        return AlertList(
            items=tuple(self._row(each) for each in page.items), total=page.total, counts=alerts.counts(subject), levels=levels,
            rules=rules, rule_titles={rule: self._title(rule) for rule in rules}, days=self._days(subject), next=page.next or None,
        )

    def alert(self, subject: Subject, alert: str) -> AlertSheet:
        """One alert with its history."""
        return self._sheet(subject, self._desk.hub.office.alerts.alert(subject, alert))

    def cap(self, subject: Subject, alert: str) -> bytes:
        """One alert as a message of the Common Alerting Protocol 1.2."""
        hub = self._desk.hub
        card = hub.office.alerts.alert(subject, alert)
        rule = next((each for each in hub.office.alerts.rules.rules if each.rule == card.rule), None)
        return cap_message(card, rule, f"lingnan-{hub.settings.office}", _place)

    def acknowledge(self, subject: Subject, alert: str, note: str) -> None:
        """Say that one looks after it; Conflict when somebody does already."""
        self._desk.hub.office.alerts.acknowledge(subject, alert, note)

    def resolve(self, subject: Subject, alert: str, note: str) -> None:
        """Say that it is over; Conflict when it was already."""
        self._desk.hub.office.alerts.resolve(subject, alert, note)

    def notices(self, subject: Subject, unread: bool, kind: str, cursor: str) -> NoticeList:
        """A page of one's own notices, newest first."""
        notices = self._desk.hub.office.notices
        page = notices.inbox(subject, unread=unread, kind=kind, cursor=cursor)
        return NoticeList(
            items=tuple(_notice(each) for each in page.items), total=page.total, unread=page.unread, kinds=notices.rules.kinds, next=page.next or None
        )

    def read(self, subject: Subject, notices: tuple[str, ...] | None) -> int:
        """Mark these notices as read, or all; gives how many were unread."""
        return self._desk.hub.office.notices.read(subject, notices)

    def wish(self, subject: Subject) -> NoticeWish:
        """How one wants to be told."""
        notices = self._desk.hub.office.notices
        kept = notices.preference(subject)
        return NoticeWish(
            address=kept.address, lang=kept.lang, mail=kept.mail, muted=kept.muted, kinds=notices.rules.kinds,
            mailing=bool(self._desk.hub.settings.mail_host),
        )

    def prefer(self, subject: Subject, wish: NoticeWish) -> None:
        """Keep how one wants to be told; BadInput for what cannot be."""
        self._desk.hub.office.notices.prefer(subject, Preference(wish.address.strip(), wish.lang, wish.mail, wish.muted))

    def _sheet(self, subject: Subject, card: AlertCard) -> AlertSheet:
        permits = self._desk.hub.trust.point.permits
        return AlertSheet(
            line=self._row(card), facts=dict(card.facts), evidence=dict(card.evidence), told=tuple(self._told(card)),
            history=tuple(_step(each, subject) for each in card.history),
            may_acknowledge=card.state == "open" and permits(subject, "alert.acknowledge")[0],
            may_resolve=card.state != "resolved" and permits(subject, "alert.resolve")[0],
        )

    def _title(self, rule: str) -> Words:
        found = self._desk.hub.office.alerts.rules.title(rule)
        return Words(zh=found.zh, en=found.en)

    def _told(self, card: AlertCard) -> Iterator[AlertFact]:
        """Facts and evidence in words: of a pack's alert as the contract of its table calls them, of others as the rules do."""
        known = self._desk.hub.office.alerts.rules.facts
        for name, value in {**card.facts, **card.evidence}.items():
            named = Words(zh=known[name].zh, en=known[name].en) if name in known else Words(zh=name)
            title, shown = fact_words(self._desk.hub.packs, card.rule, name, value) or (named, Words(zh=shown_value(value)))
            yield AlertFact(name=name, title=title, shown=shown)

    def _row(self, card: AlertCard) -> AlertRow:
        return AlertRow(
            id=card.id, rule=card.rule, level=card.level, level_title=Words(zh=card.level_zh, en=card.level_en), state=card.state,
            text=Words(zh=card.zh, en=card.en), raised_at=card.raised_at, last_at=card.last_at, count=card.count, stage=card.stage,
            acknowledge_by=card.acknowledge_by, case=card.case_number, link="" if card.link == f"/alerts/{card.id}" else card.link,
            rule_title=self._title(card.rule),
        )

    def _days(self, subject: Subject) -> Chart:
        """How many alerts of each level began on each of the last days."""
        office, today = self._desk.hub.office, self._desk.now().date()
        first = today - timedelta(days=DAYS - 1)
        concerns = alert_list.AlertList(self._desk.hub.storage, office.alerts.rules).concerns(subject)
        begun = select(Alert.raised_at, Alert.level).where(Alert.raised_at >= datetime(first.year, first.month, first.day, tzinfo=CHINA), concerns)
        with self._desk.hub.storage.reading() as session:
            counts = Counter((at.astimezone(CHINA).date(), level) for at, level in session.execute(begun))
        days = [first + timedelta(days=number) for number in range(DAYS)]
        series = tuple(
            Series(title=Words(zh=level.zh, en=level.en), values=tuple(Decimal(counts[day, level.code]) for day in days))
            for level in office.alerts.rules.levels
        )
        labels = tuple(Words(zh=f"{day:%m-%d}") for day in days)
        title = Words(zh="近三十日告警（条）", en="Alerts of the last thirty days")
        return Chart(key="days", title=title, kind="line", unit="", labels=labels, series=series)


def _place(code: str, lang: str) -> str:
    words = division_words(code)
    return words.text(lang) if words else ""


def _step(line: AlertLine, subject: Subject) -> AlertStepLine:
    return AlertStepLine(at=line.at, kind=line.kind, own=line.by == subject.reference, by_hub=line.by == SYSTEM.reference, note=line.note)


def _notice(card: NoticeCard) -> NoticeLine:
    return NoticeLine(
        id=card.id, kind=card.kind, title=Words(zh=card.title_zh, en=card.title_en), text=Words(zh=card.text_zh, en=card.text_en), link=card.link,
        at=card.at, read_at=card.read_at,
    )

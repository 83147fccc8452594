"""Answers the pages about abnormal access and emergency overrides: what accounts did in office use, never a score of anybody."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from lingnan.base import CHINA, Missing, load_yaml
from lingnan.casework.alert_list import AlertList
from lingnan.casework.alert_shapes import AlertCard, AlertQuery
from lingnan.hub.pages.case_numbers import numbers_about
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.security_policy import tables
from lingnan.hub.pages.signing import confirmed, must_be_confirmed, signed, signs_by_passkey
from lingnan.hub.pages.tables import purposes
from lingnan.insight import Chart, FindingLine, FindingPage, OverrideLine, OverridePage, Series, Words
from lingnan.trust import SYSTEM, Finding, OverrideCard, Purpose, Subject, Trust
from lingnan.trust.watch.overrides import LIMITS

VIEW, REQUEST, APPROVE = "trust.risk.view", "override.request", "override.approve"
DAYS = 30
RAISED = "abnormal-access"
"""The rule of alerts that findings raise."""
ALERT_PAGES = 20


class RiskPages:
    """One hub's findings and overrides as pages show them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _trust(self) -> Trust:
        return self._desk.hub.trust

    def findings(self, on: date | None, rule: str, subject: Subject) -> FindingPage:
        """Findings of the last days, of one day or rule when chosen, each with the state of its alert."""
        self._trust.allow(subject, VIEW, "findings")
        since, told = self._since(), self.told_findings()
        wanted = [line for line in told if (on is None or _day(line.begins_at) == on) and rule in ("", line.rule)]
        rules = tuple((each.id, Words(zh=each.zh, en=each.en)) for each in self._trust.watch.rules.rules)
        return FindingPage(since=since.date(), on=on, rule=rule, items=tuple(wanted), picture=_picture(told, rules), rules=rules)

    def told_findings(self) -> list[FindingLine]:
        """The same lines for the overview, which has asked already."""
        found = self._trust.watch.findings(since=self._since())
        alerts = self._alerts() if found else []
        return [_finding(each, _alert_of(each, alerts)) for each in found]

    def overrides(self, subject: Subject, session: str = "") -> OverridePage:
        """The reader's own overrides, and all of them for whoever settles or watches over them."""
        watches, settles = self._may(subject, VIEW), self._may(subject, APPROVE)
        action = VIEW if watches else APPROVE if settles else REQUEST
        self._trust.allow(subject, action, "overrides")
        found = [card for card in self._trust.overrides.cards() if watches or settles or card.subject == subject.reference]
        cases = numbers_about(self._desk, [f"override:{card.id}" for card in found])
        may = self._may(subject, REQUEST) and subject.kind == "official" and subject.roles.isdisjoint(_limits()["never_for"])
        return OverridePage(
            items=tuple(self._override(card, subject, settles, cases) for card in found), may_request=may, purposes=purposes(),
            tables=tables(self._desk) if may else (), most_minutes=int(_limits()["most_minutes"]),
            confirmed=confirmed(self._desk, subject, session), passkey=settles and signs_by_passkey(self._desk, subject),
        )

    def request(self, table: str, columns: tuple[str, ...], reason: str, purpose: Purpose, minutes: int, subject: Subject) -> str:
        """Ask for columns of a table in an emergency; gives the override's id. WrongUse for a table or column nobody knows."""
        self._trust.allow(subject, REQUEST, table[:200])
        return self._trust.overrides.request(subject, table, columns, reason, purpose, minutes).id

    def settle(self, override: str, agree: bool, subject: Subject, session: str) -> None:
        """Approve or refuse a request, as the second person; an approval is signed, so BadInput until they have just shown who they are."""
        self._trust.allow(subject, APPROVE, f"override:{override}"[:200])
        if not agree:
            self._trust.overrides.refuse(subject, override)
            return
        content = self._trust.overrides.to_sign(subject, override)
        must_be_confirmed(self._desk, subject, session)
        with signed(self._desk, subject, content, "应急越权批准 approval of an emergency override", {"override": override}) as receipt:
            self._trust.overrides.approve(subject, override, receipt)

    def end(self, override: str, subject: Subject) -> None:
        """End an override before its time; Missing for who neither holds nor settles it."""
        card = self._trust.overrides.card(override)
        if card.subject != subject.reference and not self._may(subject, APPROVE):
            raise Missing(f"没有应急越权 {override}。", f"There is no override {override}.", override=override)
        self._trust.allow(subject, REQUEST if card.subject == subject.reference else APPROVE, f"override:{override}"[:200])
        self._trust.overrides.end(subject, override)
        self._trust.overrides.close_ended()

    def active(self) -> list[OverrideCard]:
        """The overrides that hold now."""
        now = self._desk.hub.clock.now()
        return [card for card in self._trust.overrides.cards("approved") if card.ends_at is not None and card.ends_at > now]

    def _since(self) -> datetime:
        return (self._desk.now() - timedelta(days=DAYS - 1)).replace(hour=0, minute=0, second=0, microsecond=0)

    def _alerts(self) -> list[AlertCard]:
        """The alerts of findings, oldest first. Their state is told to whoever sees the finding; their own page asks for itself."""
        listing, found, cursor = AlertList(self._desk.hub.storage, self._desk.hub.office.alerts.rules), list[AlertCard](), ""
        for _page in range(ALERT_PAGES):
            page = listing.page(SYSTEM, AlertQuery(rule=RAISED, cursor=cursor, limit=100))
            found += page.items
            cursor = page.next
            if not cursor:
                break
        return found[::-1]

    def _override(self, card: OverrideCard, subject: Subject, settles: bool, cases: dict[str, str]) -> OverrideLine:
        own, active = card.subject == subject.reference, card in self.active()
        return OverrideLine(
            card=card, organisation=self._desk.organisations().get(card.organisation, ("", Words(zh="")))[1], own=own, active=active,
            may_settle=card.state == "requested" and settles and not own, may_end=active and (own or settles),
            case=cases.get(f"override:{card.id}", ""),
        )

    def _may(self, subject: Subject, action: str) -> bool:
        return self._trust.point.permits(subject, action)[0]


def _alert_of(found: Finding, alerts: list[AlertCard]) -> AlertCard | None:
    """The alert that counts a finding in: one stands for a rule and an account while they repeat."""
    mine = (each for each in alerts if (each.facts.get("rule"), each.facts.get("subject")) == (found.rule, found.subject))
    return next((each for each in mine if each.last_at >= found.begins_at), None)


def _finding(found: Finding, alert: AlertCard | None) -> FindingLine:
    return FindingLine(
        id=found.id, rule=found.rule, title=Words(zh=found.zh, en=found.en), subject=found.subject, begins_at=found.begins_at, ends_at=found.ends_at,
        level=found.level, counted=found.counted, allowed=found.allowed, evidence=found.evidence, state=alert.state if alert else "",
        alert=alert.id if alert else "", case=alert.case_number if alert else "",
    )


def _picture(lines: list[FindingLine], rules: tuple[tuple[str, Words], ...]) -> Chart:
    """Findings by day, one colour a rule; days without any are left out."""
    counted = Counter((_day(line.begins_at), line.rule) for line in lines)
    days, spoken = sorted({day for day, _rule in counted}), {rule for _day, rule in counted}
    return Chart(
        key="findings", title=Words(zh="按日与规则统计的异常", en="Findings by day and rule"), kind="stacked", unit="",
        labels=tuple(Words(zh=day.isoformat()) for day in days), hrefs=tuple(f"/security/risk?on={day.isoformat()}" for day in days),
        series=tuple(Series(title=title, values=tuple(Decimal(counted[day, rule]) for day in days)) for rule, title in rules if rule in spoken),
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


@cache
def _limits() -> dict[str, Any]:
    loaded: dict[str, Any] = load_yaml(LIMITS.read_text(encoding="utf-8"))
    return loaded

"""Alerts: counted up while they repeat, seen by those they concern, acknowledged once, escalated in working hours, at last a case."""

import threading
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import func, select

from lingnan.base import CHINA, AlertRaised, Conflict, Event, LoadAlarmed, Missing, Refused
from lingnan.casework.alert_rules import AlertRules, add_working_hours, fill
from lingnan.casework.alert_shapes import AlertQuery
from lingnan.casework.alerts import Alerts
from lingnan.casework.deadlines import DayCounter
from lingnan.casework.notice_handlers import alert_handlers
from lingnan.casework.notice_records import Alert, AlertSighting
from lingnan.jobs import Announced, BuildEnded
from lingnan.storage import OutboxEvent
from lingnan.trust import Subject
from tests.casework.office import FRIDAY, office_at

pytestmark = pytest.mark.on_both

OPERATOR = Subject("operator", "op")


@pytest.fixture
def office(tmp_path, furnish):
    with office_at(furnish(tmp_path)) as made:
        yield made


@pytest.fixture
def alerts(office):
    return Alerts(office.storage, office.trust)


def raised(rule="water-level", key="西江", level="yellow", **more):
    return AlertRaised(rule, level, key, "水位超过警戒", "The water is above the mark", **more)


def test_an_event_of_any_room_becomes_an_alert_and_repeats_count_up(office, alerts):
    for _ in range(3):
        office.announce(raised())
        office.pass_time(minutes=10)
    office.announce(raised(key="北江"))
    assert office.deliver(alert_handlers(alerts)) == 0
    page = alerts.alerts(OPERATOR)
    assert [(each.key, each.count, each.level_zh, each.severity) for each in page.items] == [
        ("北江", 1, "较大", "Moderate"), ("西江", 3, "较大", "Moderate"),
    ]
    assert page.items[1].raised_at == FRIDAY
    assert page.items[1].last_at == FRIDAY + timedelta(minutes=20)


def test_after_the_cool_down_a_repeat_is_a_new_alert(office, alerts):
    first = alerts.raise_alert(raised(), "e1")
    office.pass_time(minutes=59)
    assert alerts.raise_alert(raised(), "e2") == first
    office.pass_time(minutes=1)
    assert alerts.raise_alert(raised(), "e3") != first


def test_what_was_resolved_and_comes_again_is_a_new_alert(office, alerts):
    first = alerts.raise_alert(raised(), "e1")
    alerts.resolve(office.person("s", "steward"), first, "已处置")
    assert alerts.raise_alert(raised(), "e2") != first


def test_the_same_event_counts_once(office, alerts):
    for _ in range(3):
        alerts.raise_alert(raised(), "same")
    with office.storage.session() as session:
        for _ in range(2):
            alerts.take(session, Announced("again", AlertRaised.name, "", raised().payload(), FRIDAY))
    assert alerts.alerts(OPERATOR).items[0].count == 2


def test_growing_graver_within_the_cool_down_is_told_at_once(office, alerts):
    alerts.raise_alert(raised(level="blue"), "e1")
    alerts.raise_alert(raised(level="red"), "e2")
    alerts.raise_alert(raised(level="yellow"), "e3")
    found = alerts.alerts(OPERATOR).items
    assert [(each.level, each.count) for each in found] == [("red", 3)]
    with office.storage.reading() as session:
        told = session.scalars(select(OutboxEvent.payload).where(OutboxEvent.name == "casework.alert_opened").order_by(OutboxEvent.sequence)).all()
    assert [each["level"] for each in told] == ["blue", "red"]
    assert found[0].acknowledge_by == FRIDAY + timedelta(hours=1)


def test_a_level_that_nobody_knows_is_poison_not_silence(office, alerts):
    office.announce(raised(level="purple"))
    assert office.deliver(alert_handlers(alerts)) == 1
    assert alerts.alerts(OPERATOR).total == 0


def test_collect_and_jobs_raise_alerts_by_data(office, alerts):
    office.announce(LoadAlarmed("gongan.resident", "b1", "shrunken", "交付 10 行，少 90%。", "The delivery has 10 rows."))
    office.announce(LoadAlarmed("gongan.resident", "b2", "new_column", "多出列。", "A new column."))
    office.announce(BuildEnded("b", "incomplete", 3, ["govern:a", "govern:b"]))
    office.announce(BuildEnded("b", "done", 3))
    assert office.deliver(alert_handlers(alerts)) == 0
    found = {each.key: each for each in alerts.alerts(OPERATOR).items}
    assert set(found) == {"gongan.resident shrunken", "gongan.resident new_column", "build"}
    assert found["gongan.resident shrunken"].zh == "数据源 gongan.resident：交付 10 行，少 90%。"
    assert found["gongan.resident shrunken"].evidence == {"batch": "b1"}
    assert found["gongan.resident new_column"].level == "blue"
    assert found["build"].en == "A build did not finish; failed steps: govern:a, govern:b."


class AbnormalAccess(Event):
    name: ClassVar[str] = "trust.abnormal_access"

    def payload(self):
        return {"rule": "night", "subject": "official:7", "count": 40, "citizen_number": "11010519491231002X"}


def test_a_persons_number_is_never_kept(office, alerts):
    office.announce(AbnormalAccess())
    number = "11010519491231002X"
    office.announce(AlertRaised("r", "blue", number, f"涉及 {number}", f"about {number}", facts={"who": "13800138000 x"}))
    assert office.deliver(alert_handlers(alerts)) == 0
    with office.storage.reading() as session:
        kept = " ".join(f"{each.key} {each.zh} {each.en} {each.facts} {each.evidence}" for each in session.scalars(select(Alert)))
    assert "110105" not in kept
    assert "13800138000" not in kept
    assert "night" in kept


def test_a_value_is_never_read_as_a_template():
    assert fill("{a} {b} {absent}", {"a": "{b}", "b": ["x", "y\n"]}) == "{b} x, y —"


def test_an_alert_is_seen_by_those_it_concerns_alone(office, alerts):
    here, there = office.person("here", "steward", organisation="shuiwu"), office.person("there", "steward", organisation="jiaotong")
    named, auditor = office.person("named", "analyst"), office.person("aud", "auditor")
    one = alerts.raise_alert(raised(audience={"roles": ["steward"], "organisations": [here.organisation], "accounts": [named.account]}), "e1")
    two = alerts.raise_alert(raised(key="k2", audience={"roles": ["steward"]}), "e2")
    three = alerts.raise_alert(raised(key="k3", audience={"organisations": [there.organisation]}), "e3")
    seen = {name: {each.id for each in alerts.alerts(who).items} for name, who in office.people.items()}
    assert seen == {"here": {one, two}, "there": {two, three}, "named": {one}, "aud": {one, two, three}}
    for act in (alerts.alert, alerts.acknowledge, alerts.resolve):
        with pytest.raises(Missing):
            act(there, one)
    with pytest.raises(Refused):
        alerts.alerts(Subject("citizen", "c1"))
    with pytest.raises(Refused):
        alerts.alerts(Subject("anonymous"))
    assert alerts.counts(auditor) == {"open": {"yellow": 3}}


def test_acknowledging_says_who_when_and_why_and_is_in_the_log(office, alerts):
    steward = office.person("s", "steward")
    alert = alerts.raise_alert(raised(), "e1")
    found = alerts.acknowledge(steward, alert, "正在核实")
    assert [(line.kind, line.by, line.note) for line in found.history] == [
        ("raised", "system", ""), ("acknowledged", steward.reference, "正在核实"),
    ]
    assert found.acknowledge_by is None
    with pytest.raises(Conflict, match=r"official:"):
        alerts.acknowledge(steward, alert)
    kinds = [(entry.kind, entry.outcome) for entry in office.trust.audit.entries(resource=f"alert:{alert}")]
    assert ("intent", "pending") in kinds
    assert ("outcome", "done") in kinds
    assert ("outcome", "failed") in kinds


def test_of_many_who_acknowledge_at_once_one_wins(office, alerts):
    alert = alerts.raise_alert(raised(), "e1")
    people = [office.person(f"s{number}", "steward") for number in range(4)]
    ended: list[str] = []

    def try_it(who):
        try:
            alerts.acknowledge(who, alert)
            ended.append("done")
        except Conflict:
            ended.append("conflict")

    threads = [threading.Thread(target=try_it, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["conflict"] * 3 + ["done"]


def test_nobody_acknowledging_escalates_in_working_hours_and_ends_as_a_case(office):
    opened: list[tuple[str, str]] = []

    def open_case(alert, flow, handler):
        opened.append((alert.id, flow + handler))
        return "ALERT-2026-1"

    alerts = Alerts(office.storage, office.trust, open_case=open_case)
    alert = alerts.raise_alert(raised(level="orange"), "e1")
    boss = office.person("boss", "administrator")
    # Four working hours after Friday 16:00 are Monday 12:00 in China.
    monday_noon = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
    assert alerts.tick(monday_noon - timedelta(seconds=1)).escalated == 0
    assert alerts.alerts(boss).total == 0
    assert (alerts.tick(monday_noon).escalated, alerts.tick(monday_noon).escalated) == (1, 0)
    assert alerts.alerts(boss).items[0].stage == 1
    assert opened == []
    tick = alerts.tick(monday_noon + timedelta(hours=4))
    assert (tick.escalated, tick.cases) == (0, 1)
    found = alerts.alert(boss, alert)
    assert (found.case_number, [line.kind for line in found.history]) == ("ALERT-2026-1", ["raised", "escalated", "case"])
    assert opened == [(alert, "alert-handling")]
    assert alerts.tick(monday_noon + timedelta(days=30)).cases == 0


def test_what_was_acknowledged_escalates_no_more(office, alerts):
    alert = alerts.raise_alert(raised(), "e1")
    alerts.acknowledge(office.person("s", "steward"), alert)
    assert alerts.tick(FRIDAY + timedelta(days=30)).escalated == 0


def test_without_a_flow_of_cases_the_last_stage_ends_quietly(office, alerts):
    alerts.raise_alert(raised(), "e1")
    assert alerts.tick(FRIDAY + timedelta(days=7)).escalated == 1
    assert (alerts.tick(FRIDAY + timedelta(days=60)).cases, alerts.tick(FRIDAY + timedelta(days=90)).escalated) == (0, 0)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-10-30T08:00", 1, "2026-10-30T09:00"), ("2026-10-30T08:00", 8, "2026-10-30T16:00"), ("2026-10-30T16:00", 1, "2026-10-30T17:00"),
        ("2026-10-30T16:00", 2, "2026-11-02T10:00"), ("2026-10-31T03:00", 1, "2026-11-02T10:00"), ("2026-09-30T16:30", 1, "2026-10-08T09:30"),
        ("2027-12-31T16:00", 2, "2028-01-03T10:00"),
    ],
)
def test_working_hours_pass_only_while_offices_are_open(since, hours, until):
    """National Day of 2026 is free from 1 to 7 October; beyond the known notices Monday to Friday count."""
    begun, wanted = (datetime.fromisoformat(each).replace(tzinfo=CHINA) for each in (since, until))
    if begun.hour < 9 and begun.day == 30:
        wanted = wanted.replace(hour=9 + hours if hours < 8 else 17, minute=0)
    assert add_working_hours(begun, hours, AlertRules.read().office_hours, DayCounter()) == wanted


def test_every_rule_and_every_fact_it_tells_is_called_something():
    rules = AlertRules.read()
    assert {name for rule in rules.rules for name in (*rule.facts, *rule.evidence)} <= rules.facts.keys()
    assert (rules.title("build-failed").zh, rules.title("purchase-ends").en) == ("构建失败", "Contract of bought data ends soon")
    assert rules.title("of-a-pack-no-longer-in-use").zh == "of-a-pack-no-longer-in-use"


def test_pages_go_on_where_the_last_one_ended(office, alerts):
    for number in range(7):
        alerts.raise_alert(raised(key=str(number), level="red" if number % 2 else "blue"), f"e{number}")
        office.pass_time(seconds=number // 3)
    first = alerts.alerts(OPERATOR, AlertQuery(limit=3))
    second = alerts.alerts(OPERATOR, AlertQuery(limit=3, cursor=first.next))
    third = alerts.alerts(OPERATOR, AlertQuery(limit=3, cursor=second.next))
    assert [each.key for page in (first, second, third) for each in page.items] == sorted_keys(office)
    assert (first.total, third.next) == (7, "")
    assert [each.key for each in alerts.alerts(OPERATOR, AlertQuery(level="red")).items] == [key for key in sorted_keys(office) if int(key) % 2]
    assert alerts.alerts(OPERATOR, AlertQuery(state="resolved")).total == 0
    assert alerts.alerts(OPERATOR, AlertQuery(since=FRIDAY + timedelta(hours=1))).total == 0


def sorted_keys(office):
    """Newest first; of the same moment by id."""
    with office.storage.reading() as session:
        return session.scalars(select(Alert.key).order_by(Alert.raised_at.desc(), Alert.id.desc())).all()


def test_figures_tell_how_soon_alerts_were_taken(office, alerts):
    steward = office.person("s", "steward")
    for minutes, number in ((10, 1), (30, 2), (20, 3)):
        alert = alerts.raise_alert(raised(key=str(number)), f"e{number}")
        office.pass_time(minutes=minutes)
        alerts.acknowledge(steward, alert)
    alerts.raise_alert(raised(key="3"), "e4")
    alerts.raise_alert(raised(key="open"), "e5")
    figures = alerts.statistics(steward, FRIDAY, FRIDAY + timedelta(days=1))
    assert [(each.rule, each.raised, each.seen, each.acknowledged, each.median_minutes) for each in figures] == [("water-level", 4, 5, 3, 20.0)]


def test_killed_between_effect_and_mark_one_alert_is_left(office, alerts, monkeypatch):
    from lingnan.jobs import outbox

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    office.announce(raised())
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_mark_done", die)
        with pytest.raises(Killed):
            office.deliver(alert_handlers(alerts))
    office.deliver(alert_handlers(alerts))
    with office.storage.reading() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 1
        assert session.scalar(select(func.count()).select_from(AlertSighting)) == 1
        assert session.scalar(select(Alert.count)) == 1

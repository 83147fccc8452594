"""Alerts, notices, mails, webhooks, places and attachments by many at once; on PostgreSQL writers do not wait for each other."""

import io
import threading

import pytest
from sqlalchemy import func, select

from lingnan.base import AlertRaised, Conflict
from lingnan.casework import AlertQuery, Alerts, Attachments, MailSettings, Notices, Preference, Sources, Webhooks
from lingnan.casework.notice_handlers import alert_handlers, notice_handlers, webhook_handlers
from lingnan.casework.notice_records import Alert, WebhookDelivery
from lingnan.trust import HubKey
from tests.casework.office import office_at

pytestmark = pytest.mark.on_both


@pytest.fixture
def office(tmp_path, furnish):
    with office_at(furnish(tmp_path)) as made:
        yield made


def at_once(number, act):
    """How each of so many threads that act together ended."""
    ended = []

    def try_it(place):
        try:
            ended.append(act(place))
        except Conflict:
            ended.append("conflict")

    threads = [threading.Thread(target=try_it, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def test_alerts_raised_and_acknowledged_at_once(office):
    alerts, steward = Alerts(office.storage, office.trust), office.person("s", "steward")
    raised = AlertRaised("water", "red", "西江", "水位超过警戒", "The water is high")
    ids = at_once(6, lambda place: alerts.raise_alert(raised, f"e{place}"))
    assert len(ids) == 6
    assert len(set(ids)) == 1
    (found,) = alerts.alerts(steward, AlertQuery(level="red", since=office.clock.now())).items
    assert found.count == 6
    ended = at_once(4, lambda _place: alerts.acknowledge(steward, found.id).state)
    assert sorted(ended) == ["acknowledged", "conflict", "conflict", "conflict"]
    assert alerts.counts(steward) == {"acknowledged": {"red": 1}}
    assert alerts.statistics(steward, office.clock.now(), office.pass_time(days=1))[0].seen == 6


def test_an_event_reaches_inbox_mail_and_webhook(office):
    anna, bert = office.person("anna", "steward"), office.person("bert", "steward")
    alerts = Alerts(office.storage, office.trust)
    notices = Notices(office.storage, office.trust, mail=MailSettings("127.0.0.1", "hub@gov.example", 9, "none"))
    webhooks = Webhooks(office.storage, office.trust, HubKey.open(office.home).seal)
    webhooks.approve(bert, webhooks.propose(anna, "http://127.0.0.1:9/", ("casework.alert_opened",)))
    notices.prefer(anna, Preference("anna@gov.example"))
    office.announce(AlertRaised("water", "red", "西江", "水位超过警戒", "The water is high"))
    bound = alert_handlers(alerts) | notice_handlers(notices)
    assert office.deliver(bound) == 0
    assert notices.unread(anna) == notices.unread(bert) == 1
    assert notices.tick().postponed == 1
    assert notices.mails(anna)[0].state == "waiting"
    assert notices.read(anna) == 1
    office.announce(AlertRaised("water", "red", "北江", "水位超过警戒", "The water is high"))
    assert office.deliver(alert_handlers(alerts) | webhook_handlers(webhooks)) == 0
    assert webhooks.tick().postponed == 1
    with office.storage.reading() as session:
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 1
        assert session.scalar(select(func.count()).select_from(Alert)) == 2


def test_places_and_attachments(office):
    anna, bert = office.person("anna", "steward"), office.person("bert", "steward")
    sources = Sources(office.storage, office.trust)
    proposal = sources.propose(anna, "data.example:443", "collect", "")
    assert sorted(str(each) for each in at_once(3, lambda _place: sources.approve(bert, proposal))) == ["None", "conflict", "conflict"]
    assert sources.allowed("collect") == {"data.example:443"}
    attachments = Attachments(office.storage, office.home, office.trust, {"case": lambda *asked: True})
    card = attachments.store(anna, ("case", "c"), "a.txt", io.BytesIO(b"abc"))
    attachments.store(anna, ("case", "c"), "b.txt", io.BytesIO(b"abc"))
    assert b"".join(attachments.open(anna, card.id).pieces) == b"abc"
    assert sorted(str(each) for each in at_once(2, lambda _place: attachments.remove(anna, card.id, "").id)) == [card.id, "conflict"]

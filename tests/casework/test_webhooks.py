"""Webhooks: approved by another person, signed in the standard's form, tried again, and judged by a receiver that is a process of its own."""

import base64
import json
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import func, select

from lingnan.base import BadInput, Conflict, Missing, OutgoingClient, Refused
from lingnan.casework.alert_events import AlertOpened
from lingnan.casework.notice_handlers import webhook_handlers
from lingnan.casework.notice_records import WebhookDelivery
from lingnan.casework.sources import Sources
from lingnan.casework.webhook_signature import check_webhook, hmac_signature, signed_content
from lingnan.casework.webhooks import Webhooks
from lingnan.jobs import Announced
from lingnan.trust import HubKey
from tests.casework.office import FRIDAY, office_at

pytestmark = pytest.mark.on_both

RECEIVER = Path(__file__).parent / "receiver.py"
OPENED = AlertOpened.name


@pytest.fixture
def office(tmp_path, furnish):
    with office_at(furnish(tmp_path / "hub")) as made:
        made.person("anna", "steward")
        made.person("bert", "steward")
        yield made


@pytest.fixture
def webhooks(office):
    return Webhooks(office.storage, office.trust, HubKey.open(office.home).seal, client=quick)


def quick(place):
    return OutgoingClient([place], timeout_s=2.0, total_s=3.0)


@contextmanager
def receiving(folder, *secrets):
    """A receiver; gives its port."""
    folder.mkdir(exist_ok=True)
    child = subprocess.Popen([sys.executable, str(RECEIVER), str(folder), *secrets], stdout=subprocess.PIPE, text=True)
    try:
        yield int(child.stdout.readline())
    finally:
        child.kill()
        child.wait()


def endpoint(office, webhooks, url, **more):
    """An active endpoint and its secret."""
    found = webhooks.propose(office.people["anna"], url, (OPENED,), **more)
    return found, webhooks.approve(office.people["bert"], found)


def happen(office, webhooks, number=1):
    ids = [office.announce(AlertOpened(f"a{n}", "rule", "red", "特别重大", "Extreme", "水位", "water", "/alerts/1", 0, 1)) for n in range(number)]
    assert office.deliver(webhook_handlers(webhooks)) == 0
    return ids


def got(folder):
    return [json.loads(path.read_text()) for path in sorted(folder.glob("got-*"))]


def states(office):
    with office.storage.reading() as session:
        return session.execute(select(WebhookDelivery.state, WebhookDelivery.attempts).order_by(WebhookDelivery.event_sequence)).all()


def test_the_standards_own_example():
    """The example that the Standard Webhooks specification and its libraries are tested with."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    content = signed_content("msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}')
    assert hmac_signature(secret, content) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_an_event_reaches_the_receiver_signed_once(office, webhooks, tmp_path):
    with receiving(tmp_path / "plain") as port:
        _, secret = endpoint(office, webhooks, f"http://127.0.0.1:{port}/ok")
        happen(office, webhooks)
        assert webhooks.tick().sent == 1
        assert webhooks.tick().sent == 0
    (message,) = got(tmp_path / "plain")
    headers, body = message["headers"], message["body"].encode()
    assert json.loads(body)["data"]["zh"] == "水位"
    assert json.loads(body)["type"] == OPENED
    assert check_webhook(headers, body, [secret], FRIDAY) == headers["Webhook-Id"]
    for spoilt in (body + b" ", body.replace(b"water", b"wafer")):
        with pytest.raises(Refused):
            check_webhook(headers, spoilt, [secret], FRIDAY)
    for name, value in (("Webhook-Id", "other"), ("Webhook-Timestamp", str(int(headers["Webhook-Timestamp"]) + 1)), ("Webhook-Signature", "v1,AAAA")):
        with pytest.raises(Refused):
            check_webhook({**headers, name: value}, body, [secret], FRIDAY)
    for later in (timedelta(seconds=301), timedelta(days=30), -timedelta(seconds=301)):
        with pytest.raises(Refused):
            check_webhook(headers, body, [secret], FRIDAY + later)
    check_webhook(headers, body, ["whsec_AAAA", secret], FRIDAY + timedelta(seconds=299))


def test_a_receiver_that_verifies_takes_ours_and_refuses_altered_and_repeated_ones(office, webhooks, tmp_path):
    with receiving(tmp_path / "first") as port:
        found, secret = endpoint(office, webhooks, f"http://127.0.0.1:{port}/ok")
        happen(office, webhooks)
        webhooks.tick()
        url = f"http://127.0.0.1:{port}/ok"
    (message,) = got(tmp_path / "first")
    with receiving(tmp_path / "strict", secret) as port:
        client, url = quick(f"127.0.0.1:{port}"), f"http://127.0.0.1:{port}/ok"
        body = message["body"].encode()
        assert client.post(url, body + b" ", message["headers"]).status == 401
        assert client.post(url, body, message["headers"]).status == 200
        assert client.post(url, body, message["headers"]).status == 409
    assert found


def test_failures_are_tried_again_with_the_same_id_later_and_later(office, webhooks, tmp_path):
    with receiving(tmp_path / "r") as port:
        endpoint(office, webhooks, f"http://127.0.0.1:{port}/fail-twice")
        happen(office, webhooks)
        assert webhooks.tick().postponed == 1
        assert webhooks.tick().sent == 0
        office.pass_time(seconds=6)
        assert webhooks.tick().postponed == 1
        office.pass_time(minutes=4)
        assert webhooks.tick().sent == 0
        office.pass_time(minutes=1)
        assert webhooks.tick().sent == 1
    assert states(office) == [("sent", 3)]
    assert len(got(tmp_path / "r")) == 1


def test_a_receiver_that_is_away_and_comes_back_gets_everything_in_order(office, webhooks, tmp_path):
    with receiving(tmp_path / "r") as port:
        endpoint(office, webhooks, f"http://127.0.0.1:{port}/ok")
    (tmp_path / "r" / "port").write_text(str(port))
    happen(office, webhooks, 5)
    assert webhooks.tick().postponed == 1
    office.pass_time(minutes=10)
    with receiving(tmp_path / "r"):
        assert webhooks.tick().sent == 5
    assert [json.loads(each["body"])["data"]["alert"] for each in got(tmp_path / "r")] == ["a0", "a1", "a2", "a3", "a4"]


def test_after_days_it_is_given_up_and_can_be_sent_anew(office, webhooks, tmp_path):
    endpoint(office, webhooks, "http://127.0.0.1:9/ok")
    happen(office, webhooks)
    for _ in range(20):
        webhooks.tick()
        office.pass_time(hours=24)
    (failed,) = webhooks.deliveries(office.people["anna"], state="failed")
    assert failed.attempts >= 4
    assert "does not answer" in failed.error
    webhooks.resend(office.people["anna"], failed.id)
    assert states(office) == [("waiting", 0)]
    with pytest.raises(Conflict):
        webhooks.resend(office.people["anna"], failed.id)


def test_410_ends_it(office, webhooks, tmp_path):
    with receiving(tmp_path / "r") as port:
        found, _ = endpoint(office, webhooks, f"http://127.0.0.1:{port}/gone")
        happen(office, webhooks, 3)
        assert webhooks.tick().failed == 1
    assert [state for state, _ in states(office)] == ["failed", "dropped", "dropped"]
    (card,) = webhooks.endpoints(office.people["anna"])
    assert (card.id, card.state, card.disabled_because) == (found, "disabled", "410 Gone")
    happen(office, webhooks)
    assert len(states(office)) == 3


def test_redirects_and_waits_are_heard(office, webhooks, tmp_path):
    with receiving(tmp_path / "r") as port:
        endpoint(office, webhooks, f"http://127.0.0.1:{port}/redirect")
        endpoint(office, webhooks, f"http://127.0.0.1:{port}/later")
        happen(office, webhooks)
        assert webhooks.tick().postponed == 2
        cards = {each.status: each for each in webhooks.deliveries(office.people["anna"])}
    assert set(cards) == {302, 429}
    assert cards[429].due_at == FRIDAY + timedelta(hours=2)
    assert got(tmp_path / "r") == []


def test_a_slow_receiver_keeps_no_other_waiting(office, webhooks, tmp_path):
    with receiving(tmp_path / "r") as port:
        endpoint(office, webhooks, f"http://127.0.0.1:{port}/slow")
        endpoint(office, webhooks, f"http://127.0.0.1:{port}/ok")
        happen(office, webhooks, 3)
        begun = time.monotonic()
        tick = webhooks.tick()
        assert (tick.sent, tick.postponed) == (3, 1)
        assert time.monotonic() - begun < 30, "the receiver keeps a caller without a limit for five minutes"


def test_while_keys_change_both_sign(office, webhooks, tmp_path):
    with receiving(tmp_path / "r") as port:
        found, old = endpoint(office, webhooks, f"http://127.0.0.1:{port}/ok")
        new = webhooks.rotate(office.people["anna"], found)
        assert new != old
        happen(office, webhooks)
        webhooks.tick()
        office.pass_time(hours=25)
        happen(office, webhooks)
        webhooks.tick()
    during, after = got(tmp_path / "r")
    for secret in (old, new):
        check_webhook(during["headers"], during["body"].encode(), [secret], FRIDAY)
    check_webhook(after["headers"], after["body"].encode(), [new], office.clock.now())
    with pytest.raises(Refused):
        check_webhook(after["headers"], after["body"].encode(), [old], office.clock.now())


def test_the_hubs_own_key_signs_where_asked(office, tmp_path):
    keys = office.trust.keys
    webhooks = Webhooks(office.storage, office.trust, HubKey.open(office.home).seal, client=quick, sign=lambda data: keys.sign("webhook", data))
    keys.ensure(["webhook"])
    with receiving(tmp_path / "r") as port:
        _, secret = endpoint(office, webhooks, f"http://127.0.0.1:{port}/ok", signature="key")
        happen(office, webhooks)
        assert webhooks.tick().sent == 1
    (message,) = got(tmp_path / "r")
    name, _, value = message["headers"]["Webhook-Signature"].partition(",")
    content = signed_content(message["headers"]["Webhook-Id"], FRIDAY, message["body"].encode())
    public = next(card.public for card in keys.cards() if card.purpose == "webhook" and card.state == "active")
    key = load_der_public_key(public)
    assert isinstance(key, Ed25519PublicKey)
    key.verify(base64.b64decode(value), content)
    assert (name, secret) == ("v1a", "")


def test_who_proposed_may_not_approve(office, webhooks):
    anna, bert = office.people["anna"], office.people["bert"]
    found = webhooks.propose(anna, "https://x.example/hook", (OPENED,))
    with pytest.raises(Refused):
        webhooks.approve(anna, found)
    with pytest.raises(Refused):
        webhooks.propose(office.person("carl", "analyst"), "https://x.example/hook", (OPENED,))
    happen(office, webhooks)
    assert states(office) == []
    webhooks.approve(bert, found)
    with pytest.raises(Conflict):
        webhooks.approve(bert, found)
    with pytest.raises(Missing):
        webhooks.approve(bert, "nothing")
    webhooks.revoke(anna, found, "不再需要")
    happen(office, webhooks)
    assert states(office) == []


@pytest.mark.parametrize("url", ["ftp://x.example/", "http://u:p@x.example/", "file:///etc/passwd", "http://0x7f000001/", "http://x.example:0/"])
def test_addresses_in_disguise_are_refused(office, webhooks, url):
    with pytest.raises(Refused):
        webhooks.propose(office.people["anna"], url, (OPENED,))
    with pytest.raises(BadInput):
        webhooks.propose(office.people["anna"], "http://x.example/", ("lake.table_committed",))


def test_only_named_fields_travel_and_no_persons_number(office, webhooks):
    endpoint(office, webhooks, "http://x.example/")
    number = "11010519491231002X"
    payload = {"alert": "a", "rule": number, "zh": f"涉及 {number}", "secret": "s", "level": "red"}
    with office.storage.session() as session:
        for _ in range(2):
            webhooks.take(session, Announced("e1", OPENED, "", payload, FRIDAY))
    with office.storage.reading() as session:
        (body,) = session.scalars(select(WebhookDelivery.body)).all()
    assert number not in body
    assert set(json.loads(body)["data"]) == {"alert", "level", "level_zh", "level_en", "en", "stage", "count"}


def test_two_workers_send_each_message_once(office, webhooks, tmp_path):
    with receiving(tmp_path / "r") as port:
        endpoint(office, webhooks, f"http://127.0.0.1:{port}/ok")
        happen(office, webhooks, 20)
        threads = [threading.Thread(target=webhooks.tick) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        webhooks.tick()
    assert len(got(tmp_path / "r")) == 20
    with office.storage.reading() as session:
        assert session.scalar(select(func.sum(WebhookDelivery.attempts))) == 20


def test_places_need_two_people_and_can_be_struck_off(office, tmp_path):
    anna, bert, sources = office.people["anna"], office.people["bert"], Sources(office.storage, office.trust)
    with receiving(tmp_path / "r") as port:
        place, url = f"127.0.0.1:{port}", f"http://127.0.0.1:{port}/ok"
        found = sources.propose(anna, place, "collect", "部门接口")
        with pytest.raises(Refused):
            sources.client("collect").post(url, b"{}")
        with pytest.raises(Refused):
            sources.approve(anna, found)
        with pytest.raises(Conflict):
            sources.propose(bert, place.upper(), "collect", "")
        sources.approve(bert, found)
        assert sources.client("collect").post(url, b"{}").status == 200
        with pytest.raises(Refused):
            sources.client("exchange").post(url, b"{}")
        sources.revoke(anna, found)
        with pytest.raises(Refused):
            sources.client("collect").post(url, b"{}")
    (card,) = sources.listing(anna)
    assert (card.state, card.proposed_by, card.approved_by, card.revoked_by) == ("revoked", anna.reference, bert.reference, anna.reference)
    assert sources.propose(anna, place, "collect", "again") != found
    assert sources.revoke_place(bert, place, "collect")
    assert not sources.revoke_place(bert, place, "collect")


def test_the_hub_registers_its_made_departments_itself(office):
    sources = Sources(office.storage, office.trust)
    for _ in range(2):
        sources.register("127.0.0.1:20001", "collect", "演示部门")
    assert sources.allowed("collect") == {"127.0.0.1:20001"}
    assert len(sources.listing(office.people["anna"])) == 1
    for wrong in ("", "a b", "http://x", "u@x:1", "x:99999"):
        with pytest.raises(BadInput):
            sources.propose(office.people["anna"], wrong, "collect", "")


def test_an_endpoint_of_one_organisation_is_not_there_for_another(office, webhooks):
    a, second, b = (office.person(name, "steward", organisation=unit) for name, unit in (("a1", "ua"), ("a2", "ua"), ("b1", "ub")))
    officer = office.person("guard", "security", organisation="ub")
    own = webhooks.propose(a, "https://a.example/hook", (OPENED,), a.organisation)
    for verb in (webhooks.approve, webhooks.rotate, lambda who, it: webhooks.revoke(who, it, "x")):
        with pytest.raises(Missing):
            verb(b, own)
    assert webhooks.approve(second, own)
    assert [card.id for card in webhooks.endpoints(b)] == []
    assert [card.id for card in webhooks.endpoints(a)] == [card.id for card in webhooks.endpoints(officer)] == [own]
    with pytest.raises(Missing):
        webhooks.propose(b, "https://b.example/hook", (OPENED,), a.organisation)


def test_what_tells_of_every_organisation_takes_a_security_officer(office, webhooks):
    a, b = (office.person(name, "steward", organisation=unit) for name, unit in (("a1", "ua"), ("b1", "ub")))
    wide = webhooks.propose(a, "https://a.example/hook", (OPENED,))
    with pytest.raises(Refused, match="security officer"):
        webhooks.approve(b, wide)
    assert webhooks.approve(office.person("guard", "security", organisation="ub"), wide)

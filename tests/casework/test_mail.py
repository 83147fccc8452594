"""Mails: what they are made of, and how they survive servers that are away, busy, strict or slow, and a worker that is killed."""

import email
import email.policy
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lingnan.base import BadInput, Conflict, Refused, Settings, Unavailable, WrongUse
from lingnan.casework.mail import MailServer, compose
from lingnan.casework.mail_queue import MailQueue
from lingnan.casework.mail_shapes import MailDraft, MailSettings, check_address
from lingnan.casework.notice_records import MailMessage
from lingnan.casework.notice_rules import NoticeRules
from lingnan.casework.notices import Notices
from tests.casework.office import FRIDAY, office_at

HERE = Path(__file__).parent
SENDER = "hub@gov.example"
LINE = {"title": "告警（特别重大）：西江水位", "text": "第一行 <b>&\n第二行", "link": "/alerts/1"}


def draft(**more):
    given = {"to": "a@gov.example", "lang": "zh", "subject": "[岭南] 告警", "lines": [LINE], "message_id": "<1@gov.example>", "at": FRIDAY}
    return MailDraft(**{**given, **more})


def settings(port=25, **more):
    return MailSettings("127.0.0.1", SENDER, port, **{"tls": "none", "site": "https://hub.gov.example/", **more})


@contextmanager
def serving(folder, *how, port=0):
    """A mail server; gives its port."""
    folder.mkdir(exist_ok=True)
    child = subprocess.Popen([sys.executable, str(HERE / "mail_server.py"), str(folder), str(port), *how], stdout=subprocess.PIPE, text=True)
    try:
        yield int(child.stdout.readline())
    finally:
        child.kill()
        child.wait()


def kept(folder):
    return [json.loads(path.read_text()) for path in sorted(folder.glob("mail-*"))]


def parsed(mail):
    return email.message_from_string(mail["data"], policy=email.policy.default)


@pytest.fixture
def office(tmp_path, furnish):
    with office_at(furnish(tmp_path / "hub")) as made:
        yield made


def queue(office, port):
    return MailQueue(office.storage, settings(port), NoticeRules.read().mail)


def put(office, mails, *names):
    for number, name in enumerate(names):
        with office.storage.session() as session:
            mails.put(session, f"account{number}", "event", f"{name}@gov.example", "zh", f"[岭南] {name}", [LINE])
        office.pass_time(milliseconds=1)


def states(office):
    with office.storage.reading() as session:
        return {each.address.partition("@")[0]: (each.state, each.attempts) for each in session.scalars(select(MailMessage))}


def test_a_mail_says_the_same_in_text_and_html():
    message = compose(draft(), settings())
    again = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert again["Subject"] == "[岭南] 告警"
    assert again["From"].addresses[0].display_name == "岭南政务数据枢纽"
    assert (again["Message-ID"], again["Auto-Submitted"]) == ("<1@gov.example>", "auto-generated")
    assert again["Date"].datetime == FRIDAY
    assert again.get_content_type() == "multipart/alternative"
    text, page = (again.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "第二行" in text
    assert "https://hub.gov.example/alerts/1" in text
    assert "第一行 &lt;b&gt;&amp;<br>第二行" in page
    raw = message.as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=180))
def test_any_subject_survives_encoding(subject):
    """RFC 2047: encoded words, each short enough, read back as what was written."""
    raw = compose(draft(subject=subject), settings()).as_bytes()
    header = raw.partition(b"\r\nDate:")[0]
    assert header.isascii()
    again = email.message_from_bytes(raw, policy=email.policy.default)
    assert " ".join(str(again["Subject"]).split()) == " ".join(subject.split())
    assert set(again.keys()) == {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}


@pytest.mark.parametrize("end", ["\r\nBcc: x@evil.example", "\nX: y", "\r", "\0"])
def test_a_line_break_never_becomes_a_header(office, end):
    for more in ({"subject": "a" + end}, {"to": "a@gov.example" + end}, {"message_id": "<1@x>" + end}):
        with pytest.raises(BadInput):
            compose(draft(**more), settings())
    mails = queue(office, 1)
    with office.storage.session() as session:
        mails.put(session, "a", "e", "a@gov.example", "zh", "标题" + end, [LINE])
    with office.storage.reading() as session:
        (subject,) = session.scalars(select(MailMessage.subject)).all()
    assert "\n" not in subject
    assert "\r" not in subject


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b.cn", "a@b", "a b@c.cn", "a@c.cn,d@e.cn", "<a@c.cn>", "a@-c.cn", "a..b@c.cn", ".a@c.cn", "a.@c.cn", "名@c.cn", "a@c.cn\n"],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(BadInput):
        check_address(address)


def test_settings_keep_the_password_out_of_sight(tmp_path):
    (tmp_path / "word").write_text("right word\n")
    read = MailSettings.read(Settings(home=tmp_path, mail_host="m", mail_from=SENDER, mail_password_file=tmp_path / "word"))
    assert read.password == "right word"
    assert "right word" not in repr(read)
    given = Settings(home=tmp_path, mail_host="m", mail_from=SENDER, mail_password="secret word")
    assert "secret word" not in repr(given)
    assert MailSettings.read(given).password == "secret word"
    assert MailSettings.read(Settings(home=tmp_path)) is None
    with pytest.raises(WrongUse):
        MailSettings.read(Settings(home=tmp_path, mail_host="m"))


def test_mails_arrive_whole_with_dots_and_all(office, tmp_path):
    with serving(tmp_path / "s") as port, MailServer.connected(settings(port)) as server:
        said = []
        for number in range(2):
            dotted = {**LINE, "text": f"...\n.\n. {number}"}
            server.hand_over(draft(lines=[dotted]), lambda: said.append("marked"))
    mails = kept(tmp_path / "s")
    assert (len(mails), said, mails[0]["from"]) == (2, ["marked", "marked"], SENDER)
    assert "...\n.\n. 1" in parsed(mails[1]).get_body(("plain",)).get_content().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A made certificate for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("mail-tls")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=mail.example", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(made, check=True, capture_output=True)
    return folder


def test_starttls_and_signing_in(office, tmp_path, certificate):
    with serving(certificate, "starttls", "auth") as port:
        right = {"tls": "starttls", "ca": certificate / "cert.pem", "user": "hub", "password": "right word"}
        with MailServer.connected(settings(port, **right)) as server:
            server.hand_over(draft(), lambda: None)
        for wrong in ({**right, "password": "wrong word"}, {**right, "ca": None}, {**right, "host": "localhost"}):
            host = wrong.pop("host", "127.0.0.1")
            with pytest.raises(Unavailable) as refused, MailServer.connected(MailSettings(host, SENDER, port, **wrong)):
                pass
            assert "word" not in str(refused.value.zh + refused.value.en)
    (mail,) = kept(certificate)
    assert (mail["tls"], mail["user"]) == (True, "hub")
    with serving(tmp_path / "plain") as port, pytest.raises(Unavailable), MailServer.connected(settings(port, tls="starttls")):
        pass
    assert kept(tmp_path / "plain") == []


def test_a_server_that_is_away_gets_every_mail_once_it_is_back(office, tmp_path):
    with serving(tmp_path / "s") as port:
        pass
    mails = queue(office, port)
    put(office, mails, "a", "b", "c")
    assert (mails.tick().postponed, mails.tick().postponed) == (3, 0)
    office.pass_time(minutes=1)
    with serving(tmp_path / "s", port=port):
        assert mails.tick().sent == 3
        assert mails.tick().sent == 0
    assert {each["to"][0] for each in kept(tmp_path / "s")} == {"a@gov.example", "b@gov.example", "c@gov.example"}
    assert states(office)["a"] == ("sent", 2)


def test_temporary_and_lasting_refusals_are_told_apart(office, tmp_path):
    with serving(tmp_path / "s") as port:
        mails = queue(office, port)
        put(office, mails, "never", "greylisted", "spam", "full", "fine")
        tick = mails.tick()
        assert (tick.sent, tick.postponed, tick.failed) == (1, 2, 2)
        assert states(office) == {
            "never": ("failed", 1), "spam": ("failed", 1), "greylisted": ("waiting", 1), "full": ("waiting", 1), "fine": ("sent", 1),
        }
        office.pass_time(minutes=1)
        mails.tick()
        assert states(office)["greylisted"] == ("waiting", 2)
        office.pass_time(minutes=5)
        mails.tick()
        assert states(office)["greylisted"] == ("sent", 3)
    assert len(kept(tmp_path / "s")) == 2


def test_after_five_days_a_mail_is_given_up_and_shown(office, tmp_path):
    notices = Notices(office.storage, office.trust, mail=settings(9))
    steward = office.person("s", "steward")
    put(office, queue(office, 9), "a")
    waits = []
    while notices.mails(steward)[0].state == "waiting":
        notices.tick()
        card = notices.mails(steward)[0]
        waits.append(card.due_at - office.clock.now())
        office.clock.at = max(card.due_at, office.clock.now() + timedelta(minutes=1)) if len(waits) < 6 else office.clock.now() + timedelta(hours=12)
    assert waits[:5] == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 30)]
    (card,) = notices.mails(steward, state="failed")
    assert "cannot be used" in card.error
    assert timedelta(days=4) < office.clock.now() - card.made_at < timedelta(days=6)
    assert "gov.example" not in repr(card)
    notices.resend(steward, card.id)
    assert states(office) == {"a": ("waiting", 0)}
    with pytest.raises(Conflict):
        notices.resend(steward, card.id)
    with pytest.raises(Refused):
        notices.mails(office.person("x", "analyst"))


def test_an_answer_that_was_not_heard_is_not_sent_twice(office, tmp_path):
    """RFC 1047: the server had the mail and the line broke before it said so."""
    with serving(tmp_path / "s") as port:
        mails = queue(office, port)
        put(office, mails, "cut", "fine")
        mails.tick()
        office.pass_time(days=1)
        mails.tick()
    assert states(office) == {"cut": ("uncertain", 1), "fine": ("sent", 1)}
    assert [each["to"] for each in kept(tmp_path / "s")] == [["cut@gov.example"], ["fine@gov.example"]]


def test_one_person_gets_one_mail_an_event(office):
    mails = queue(office, 1)
    for _ in range(3):
        put(office, mails, "a")
    assert states(office) == {"a": ("waiting", 0)}


@pytest.mark.parametrize("seed", range(20 if os.environ.get("LINGNAN_LONG") else 1))
def test_a_killed_worker_leaves_one_mail_each(tmp_path, seed):
    """Killed at any moment, started again until nothing waits: every mail once, or shown as uncertain and then there once too."""
    chance = random.Random(seed)
    with serving(tmp_path / "s") as port:
        with office_at(tmp_path / "hub") as office:
            office.storage.clock.at = FRIDAY - timedelta(days=400)
            put(office, queue(office, port), "slow", *(f"m{number}" for number in range(15)))
        kills = 0
        for _ in range(12):
            words = [sys.executable, str(HERE / "mail_child.py"), str(tmp_path / "hub"), str(port)]
            child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
            assert child.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.0, 0.5) if kills else 0.5)
            if kills < 2:
                child.send_signal(signal.SIGKILL)
            kills += child.wait() == -signal.SIGKILL
            if child.returncode == 0:
                break
        time.sleep(0.2)
    with office_at(tmp_path / "hub") as office:
        ended = states(office)
    assert kills >= 1
    assert {state for state, _ in ended.values()} <= {"sent", "uncertain"}
    assert sum(state == "uncertain" for state, _ in ended.values()) <= kills
    arrived = [each["to"][0].partition("@")[0] for each in kept(tmp_path / "s")]
    assert len(arrived) == len(set(arrived))
    assert {name for name, (state, _) in ended.items() if state == "sent"} <= set(arrived)
    assert len({parsed(each)["Message-ID"] for each in kept(tmp_path / "s")}) == len(arrived)

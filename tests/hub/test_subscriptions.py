"""Subscriptions in a whole hub: made as their holder, told in the inbox, ended with what they are for, sent once although a worker is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lingnan.base import CHINA, FixedClock, Settings
from lingnan.hub import Hub, HubPages
from lingnan.hub.deliveries import deliver_due
from lingnan.hub.timetables import timetables
from lingnan.insight.deliveries import Subscriptions, last_due
from lingnan.insight.questions import Questions
from lingnan.jobs import latest_due
from lingnan.lake import CommitFacts
from lingnan.trust import EntryQuery, Purpose, Subject
from lingnan.web import create_app
from tests.hub import test_question_pages as questions
from tests.hub.test_identity_pages import SITE, Browser
from tests.hub.test_question_pages import START, SUMS, TABLE, person
from tests.pension import ROWS, describe

hub, app = questions.hub, questions.app


@pytest.fixture
def inbox(hub: Hub) -> Callable[[str], list[str]]:
    """The deliveries an account was told of, newest first."""
    def told(name: str) -> list[str]:
        hub.deliver()
        found = hub.office.notices.inbox(subject(hub, name), kind="delivery").items
        return [f"{each.title_zh} | {each.text_zh} | {each.link}" for each in found]

    return told


def subject(hub: Hub, name: str) -> Subject:
    return hub.trust.accounts.subject_for(name)


def tomorrow(hub: Hub) -> None:
    assert isinstance(hub.clock, FixedClock)
    hub.clock.advance(timedelta(days=1))


def test_a_question_is_sent_with_its_figures_and_their_change(hub: Hub, app: Any, inbox: Callable[[str], list[str]]) -> None:
    steward = person(hub, app, "reader", "steward")
    steward.submit("/questions", text=SUMS, title="各市补贴", label="division", measures="total")
    [card] = Questions(hub.storage).listed(subject(hub, "reader").account, "")
    assert 'action="/subscriptions"' in steward.get(f"/questions/{card.id}").text
    sent = steward.submit("/subscriptions", kind="question", target=card.id, rhythm="daily")
    assert (sent.status_code, sent.headers["location"]) == (303, "/subscriptions")
    assert deliver_due(hub) == (0, 0), "it begins with the next moment"
    tomorrow(hub)
    assert deliver_due(hub) == (1, 0)
    assert deliver_due(hub) == (0, 0)
    [told] = inbox("reader")
    assert told.startswith("各市补贴（2026-11-0")
    assert "440103 total" in told
    assert told.endswith(f"/questions/{card.id}")
    tomorrow(hub)
    deliver_due(hub)
    assert "较上次 ±0" in inbox("reader")[0]
    steward.enter(hub.trust.sessions.open(subject(hub, "reader").account, 2, method="password").token)  # a session does not last for days
    assert "已送达" in steward.get("/subscriptions?lang=zh").text
    entry, *_earlier = hub.trust.log.page(EntryQuery(kind="query", action="deliver")).entries
    assert (entry.outcome, entry.facts["rhythm"]) == ("done", "daily")
    steward.submit(f"/questions/{card.id}/remove")
    tomorrow(hub)
    assert deliver_due(hub) == (0, 0)
    assert inbox("reader")[0].startswith("订阅已终止：各市补贴")
    assert Subscriptions(hub.storage).listed(subject(hub, "reader").account) == []


def test_rights_are_those_of_the_moment_and_end_with_the_account(hub: Hub, app: Any, inbox: Callable[[str], list[str]]) -> None:
    steward = person(hub, app, "mover", "steward")
    steward.submit("/questions", text=SUMS, title="补贴")
    [card] = Questions(hub.storage).listed(subject(hub, "mover").account, "")
    steward.submit("/subscriptions", kind="question", target=card.id, rhythm="daily")
    hub.trust.accounts.set_roles("mover", ["reviewer"])
    tomorrow(hub)
    assert deliver_due(hub) == (0, 1), "a reviewer may not run queries"
    [told] = inbox("mover")
    assert told.startswith("未能送达：补贴")
    assert TABLE not in told.split("|")[0]
    account = subject(hub, "mover").account
    hub.trust.accounts.disable("mover")
    tomorrow(hub)
    assert deliver_due(hub) == (0, 0)
    assert Subscriptions(hub.storage).listed(account) == []


def test_a_table_that_is_missing_ends_no_subscription(hub: Hub, app: Any, inbox: Callable[[str], list[str]]) -> None:
    person(hub, app, "waiter", "steward")
    account = subject(hub, "waiter").account
    kept = Questions(hub.storage).save(account, "", "尚无", "select a from gongan.nothing")
    Subscriptions(hub.storage).add(account, "question", kept.id, {}, "尚无", "daily", 2)
    tomorrow(hub)
    deliver_due(hub)
    [told] = inbox("waiter")
    assert told.startswith("未能送达：尚无")
    assert [each.title for each in Subscriptions(hub.storage).listed(account)] == ["尚无"]


def test_only_what_one_may_open_is_subscribed_to(hub: Hub, app: Any) -> None:
    reviewer = person(hub, app, "guest", "reviewer")
    assert reviewer.submit("/subscriptions", kind="report", target="none", rhythm="daily").status_code == 404
    assert reviewer.submit("/subscriptions", kind="thing", target="x", rhythm="daily").status_code == 404
    assert reviewer.submit("/subscriptions", kind="report", target="data_quality_month", rhythm="sometimes").status_code == 422
    asked = {"asked.department": "minzheng"}
    made = reviewer.submit("/subscriptions", kind="report", target="data_quality_month", rhythm="monthly", **asked)
    assert made.status_code == 303
    page = reviewer.get("/subscriptions?lang=en").text
    assert "First working day of the month" in page
    [card] = Subscriptions(hub.storage).listed(subject(hub, "guest").account)
    assert card.asked == {"department": "minzheng"}
    assert reviewer.submit("/subscriptions/remove", subscription=card.id).status_code == 303


def test_programs_and_pages_keep_the_same_subscriptions(hub: Hub, app: Any) -> None:
    reader = person(hub, app, "caller", "steward")
    asked = {"kind": "report", "target": "data_quality_month", "rhythm": "monthly", "asked": {"department": "minzheng"}}
    made = reader.call("/api/v1/subscriptions", asked).json()
    assert (made["asked"], made["rhythm"], made["proven"], made["last"]) == ({"department": "minzheng"}, "monthly", True, None)
    address = f"/api/v1/subscriptions/{made['id']}"
    assert reader.call(address, {"rhythm": "daily"}).json()["rhythm"] == "daily"
    for wrong in ({"rhythm": "sometimes"}, {"rhythm": "daily", "more": "x"}, {}):
        assert reader.call(address, wrong).status_code == 422
    assert [line["id"] for line in reader.get("/api/v1/subscriptions").json()["items"]] == [made["id"]]
    tomorrow(hub)
    deliver_due(hub)
    reader.enter(hub.trust.sessions.open(subject(hub, "caller").account, 2, method="password").token)
    [told] = reader.get(address).json()["items"]
    assert (told["state"], told["link"]) == ("made", "/reports/data_quality_month?department=minzheng")
    assert reader.call(f"{address}/stop", {}).status_code == 204
    assert reader.get(address).status_code == 404
    entries = hub.trust.log.page(EntryQuery(kind="outcome", subject=subject(hub, "caller").reference, action="subscription.")).entries
    assert [entry.action for entry in entries] == ["subscription.end", "subscription.change", "subscription.make"]


def test_a_program_knows_only_of_what_its_own_scope_subscribed_to(hub: Hub, app: Any) -> None:
    holder = person(hub, app, "owner", "steward")
    holder.call("/api/v1/subscriptions", {"kind": "board", "target": "data_quality", "rhythm": "daily"})
    [own] = Subscriptions(hub.storage).listed(subject(hub, "owner").account)
    until = hub.clock.now() + timedelta(days=2)
    scope = ("board.officials", "page.view")
    signed_in = hub.trust.sessions.open(own.account, 2, method="password").subject
    secret = hub.trust.tokens.make(
        signed_in, name="program", scope=scope, purpose=Purpose("statutory-duty", "", "1"), expires_at=until,
    ).secret
    program, held = TestClient(app), {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/subscriptions", headers=held).json()["items"] == []
    assert program.get(f"/api/v1/subscriptions/{own.id}", headers=held).status_code == 404
    assert program.post(f"/api/v1/subscriptions/{own.id}/stop", headers=held).status_code == 404
    asked = {"kind": "board", "target": "data_quality", "rhythm": "weekly"}
    made = program.post("/api/v1/subscriptions", json=asked, headers=held).json()
    assert made["id"] != own.id, "the holder's own stays as it is"
    assert [line["id"] for line in program.get("/api/v1/subscriptions", headers=held).json()["items"]] == [made["id"]]
    kept = Subscriptions(hub.storage).subscription(subject(hub, "owner").account, made["id"])
    assert kept.scope == frozenset(scope)
    away = hub.trust.accounts.subject_away(kept.account, kept.assurance, kept.scope)
    assert (away.scope, away.roles, away.away) == (kept.scope, frozenset({"steward"}), True), "what is made for it is narrowed as the token was"
    assert len(holder.get("/api/v1/subscriptions").json()["items"]) == 2, "its holder sees and ends both"


@pytest.fixture
def lenient(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    """A hub where signing in demands no second factor of anybody."""
    home = describe(new_home("lenient"))
    (home / "sign-in.yaml").write_text("second_factor: {kinds: [], roles: []}\n", encoding="utf-8")
    with Hub.open(Settings(home=home, site=SITE, clock=START)) as opened:
        opened.engine.write(TABLE, ROWS, {}, CommitFacts("test"))
        questions.be_patient(opened)
        opened.trust.accounts.make_organisation("minzheng", "民政厅", "Civil Affairs")
        yield opened


def test_without_the_second_factor_public_columns_alone_are_sent(lenient: Hub) -> None:
    browser = Browser(create_app(HubPages(lenient), lenient.settings))
    account = lenient.trust.accounts.make_account("once", "一", "One", roles=("steward",), organisation="minzheng")
    plain = f"select division, count(*) as n from {TABLE} group by division"
    asked = [Questions(lenient.storage).save(account, "", title, text) for title, text in (("金额", SUMS), ("户数", plain))]

    def subscribed(assurance: int) -> str:
        browser.enter(lenient.trust.sessions.open(account, assurance, method="password").token)
        for card in asked:
            assert browser.submit("/subscriptions", kind="question", target=card.id, rhythm="daily").status_code == 303
        return str(browser.get("/subscriptions?lang=zh").text)

    assert subscribed(1).count("订阅时未出示第二因素") == 2
    tomorrow(lenient)
    assert deliver_due(lenient) == (1, 1), "amounts are internal, divisions public"
    assert states(lenient, account) == {"金额": "failed", "户数": "made"}
    assert "订阅时未出示第二因素" not in subscribed(2)
    tomorrow(lenient)
    assert deliver_due(lenient) == (2, 0)


def test_without_the_second_factor_nothing_is_sent_where_it_is_demanded(hub: Hub, app: Any) -> None:
    person(hub, app, "early", "steward")
    account = subject(hub, "early").account
    for title, assurance in (("此前", 1), ("此后", 2)):
        kept = Questions(hub.storage).save(account, "", title, f"select division from {TABLE}")
        Subscriptions(hub.storage).add(account, "question", kept.id, {}, title, "daily", assurance)
    tomorrow(hub)
    deliver_due(hub)
    assert states(hub, account) == {"此前": "failed", "此后": "made"}


def states(hub: Hub, account: str) -> dict[str, str]:
    """How the newest delivery of each subscription ended, by its title."""
    return {each.title: each.last.state for each in Subscriptions(hub.storage).listed(account) if each.last}


def test_the_round_begins_at_the_moment_deliveries_come_due() -> None:
    [delivering] = [each for each in timetables(Settings()) if each.name == "deliveries"]
    for hour in range(24):
        now = datetime(2026, 10, 31, hour, 45, tzinfo=CHINA)
        assert latest_due(delivering.cron, now) == last_due("daily", now)


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from lingnan.base import load_settings
    from lingnan.hub import Hub
    from lingnan.hub.deliveries import deliver_due
    from lingnan.insight.deliveries import Subscriptions

    kept = Subscriptions.deliver

    def die(self, *facts):
        if sys.argv[2] == "after":
            kept(self, *facts)
        os.kill(os.getpid(), signal.SIGKILL)

    Subscriptions.deliver = die
    with Hub.open(load_settings(Path(sys.argv[1]))) as hub:
        deliver_due(hub)
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_delivery_is_sent_once_although_the_process_is_killed(
    hub: Hub, app: Any, inbox: Callable[[str], list[str]], moment: str
) -> None:
    name = f"late{moment}"
    person(hub, app, name, "steward").submit("/subscriptions", kind="board", target="data_quality", rhythm="daily")
    tomorrow(hub)
    told = {**os.environ, "LINGNAN_CLOCK": hub.clock.now().isoformat()}
    child = subprocess.run([sys.executable, "-c", dedent(KILLED), str(hub.home), moment], env=told, check=False, capture_output=True)
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()[-2000:]
    deliver_due(hub)
    assert len(inbox(name)) == 1
    deliver_due(hub)
    assert len(inbox(name)) == 1

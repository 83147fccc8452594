"""Guessing is slowed down, for everybody alike and never for ever."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from lingnan.base import FixedClock, Refused, load_settings
from lingnan.storage import Storage, pending_events
from lingnan.trust import HubKey, SignInRules, Trust
from lingnan.trust.identity.records import FailedSignIn
from lingnan.trust.identity.throttle import Throttle, network
from tests.back_ends import at_rest

pytestmark = pytest.mark.on_both

RULES = SignInRules.read().throttle


@pytest.fixture
def throttle(trust: Trust, clock: FixedClock, tmp_path: Path) -> Iterator[Throttle]:
    storage = Storage.open(load_settings(tmp_path))
    yield Throttle(storage, clock, HubKey.open(tmp_path), RULES)
    storage.close()


def waits(throttle: Throttle, clock: FixedClock, attempts: int, **values: str) -> list[int]:
    """What each of so many failures in a row has to wait for before it."""
    found = []
    for _ in range(attempts):
        try:
            throttle.enter(**values)
        except Refused as refused:
            found.append(refused.facts["retry_after"])
            clock.advance(timedelta(seconds=refused.facts["retry_after"]))
            throttle.enter(**values)
        else:
            found.append(0)
    return found


def test_the_wait_doubles_after_five_failures_up_to_a_quarter_of_an_hour(throttle: Throttle, clock: FixedClock) -> None:
    assert waits(throttle, clock, 18, account="a1") == [0] * 6 + [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_a_refused_attempt_does_not_lengthen_the_wait(throttle: Throttle, clock: FixedClock) -> None:
    waits(throttle, clock, 10, account="a1")
    for _ in range(20):
        with pytest.raises(Refused) as refused:
            throttle.enter(account="a1")
        assert (refused.value.code, refused.value.facts["retry_after"]) == ("TooManyAttempts", 32)
    throttle.enter(account="a2")


def test_success_forgets_an_account_but_of_an_address_one_attempt_only(throttle: Throttle, clock: FixedClock) -> None:
    for name in [f"a{n}" for n in range(19)]:
        throttle.enter(account=name, address="203.0.113.7")
    counts = throttle.enter(account="mine", address="203.0.113.7")
    assert sorted(counts.values()) == [1, 20]
    throttle.succeed(account="mine", address="203.0.113.7")
    assert sorted(throttle.enter(account="mine", address="203.0.113.7").values()) == [1, 20]
    throttle.enter(account="other", address="203.0.113.7")
    with pytest.raises(Refused):
        throttle.enter(account="third", address="203.0.113.7")
    throttle.enter(account="third", address="203.0.113.8")


def test_a_quiet_day_forgets(throttle: Throttle, clock: FixedClock) -> None:
    waits(throttle, clock, 12, account="a1")
    clock.advance(timedelta(minutes=RULES.forget_minutes))
    assert list(throttle.enter(account="a1").values()) == [1]
    clock.advance(timedelta(minutes=RULES.forget_minutes, seconds=1))
    assert (throttle.sweep(), throttle.sweep()) == (1, 0)


def test_many_at_once_from_several_stores_count_together(throttle: Throttle, clock: FixedClock, tmp_path: Path) -> None:
    stores = [Storage.open(load_settings(tmp_path)) for _ in range(3)]
    others = [Throttle(store, clock, HubKey.open(tmp_path), RULES) for store in stores]
    let_in: list[bool] = []

    def attempt(which: Throttle) -> None:
        try:
            which.enter(account="a1", address="203.0.113.7")
        except Refused:
            let_in.append(False)
        else:
            let_in.append(True)

    threads = [threading.Thread(target=attempt, args=(others[number % 3],)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(let_in), len(let_in)) == (6, 24)
    for store in stores:
        store.close()


def test_only_pseudonyms_are_kept(throttle: Throttle, tmp_path: Path) -> None:
    throttle.enter(account="the password typed as a name", address="203.0.113.7")
    with throttle._storage.reading() as session:
        keys = session.scalars(select(FailedSignIn.key).order_by(FailedSignIn.key)).all()
    assert "203.0.113" not in at_rest(tmp_path)
    assert [key.partition(":")[0] for key in keys] == ["account", "address"]
    assert all(len(key.partition(":")[2]) == 32 for key in keys)


def test_an_address_counts_by_its_network() -> None:
    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert network("2001:db8:1:3::9") != network("2001:db8:1:2::9")
    assert network("::ffff:203.0.113.7") == "203.0.113.7" == network("203.0.113.7")
    assert network("fe80::1%eth0") == "fe80::/64"
    assert (network("unix"), network("")) == ("unix", "")


def test_ten_failures_are_announced_and_logged(trust: Trust, clock: FixedClock, tmp_path: Path) -> None:
    account = trust.accounts.make_account("chenxiu", "陈秀", "Chen Xiu", kind="citizen")
    for _ in range(20):
        clock.advance(timedelta(minutes=15))
        with pytest.raises(Refused):
            trust.sign_in.with_password("chenxiu", "brine kettle moss", address="203.0.113.7")
    storage = Storage.open(load_settings(tmp_path))
    with storage.reading() as session:
        told = [event.payload for event in pending_events(session) if event.name == "trust.sign_in_failed"]
    storage.close()
    assert [(each["account"], each["failures"]) for each in told] == [(account, 10), (account, 10), (account, 20), (account, 20)]
    assert {each["counted"].partition(":")[0] for each in told} == {"account", "address"}
    entries = trust.audit.entries(subject=f"citizen:{account}")
    assert [(entry.action, entry.outcome, entry.facts["reason"]) for entry in entries] == [("account.sign_in", "refused", "wrong")] * 20
    assert "203.0.113.7" not in repr((told, entries))

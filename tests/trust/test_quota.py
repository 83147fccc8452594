"""Sliding quotas of tokens: no interval ever holds more than the quota, whatever came when, and what was spent is free again in time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from lingnan.base import FixedClock, load_settings
from lingnan.storage import Storage
from lingnan.trust import Account
from lingnan.trust.identity.credential_records import ApiToken, TokenSpending, TokenUse
from lingnan.trust.identity.quota import DAY, MINUTE, Quota

SPENDING = st.lists(st.tuples(st.integers(-2_000, 40_000), st.integers(1, 3)), min_size=1, max_size=60)
"""Steps of the clock in milliseconds, some of them back as between two processes, and how much is asked for."""


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    storage = Storage.open(load_settings(tmp_path_factory.mktemp("quota")))
    yield storage
    storage.close()


@settings(max_examples=40, deadline=None)
@given(steps=SPENDING, scale=st.sampled_from((1, 1_000)))
def test_no_interval_as_long_as_a_window_holds_more_than_the_quota(counting: Storage, steps: list[tuple[int, int]], scale: int) -> None:
    """Exact: whatever came in what order, every half-open minute and 24 hours; and a slot later at most, what was spent is free again."""
    clock, most = FixedClock(datetime(2026, 11, 1, 15, 59, 30, tzinfo=UTC)), {"minute": 5, "day": 9}
    token = ApiToken(id=uuid4().hex, calls_a_minute=most["minute"], calls_a_day=10**6, rows_a_day=most["day"])
    record_token(counting, token)
    quota, calls, rows = Quota(counting, clock), [], []
    for step, amount in steps:
        clock.advance(timedelta(milliseconds=step * scale))
        if quota.spend_calls(token) is None:
            calls.append((clock.now(), 1))
        if (refusal := quota.spend_rows(token, amount)) is None:
            rows.append((clock.now(), amount))
        else:
            later = FixedClock(clock.now() + timedelta(seconds=refusal.facts["retry_after"]))
            clock = quota._clock = later
            assert quota.spend_rows(token, amount) is None, "it fits after the wait that was told"
            rows.append((clock.now(), amount))
    for spent, window in ((calls, MINUTE), (rows, DAY)):
        for end, _amount in spent:
            assert sum(amount for at, amount in spent if end - window.length < at <= end) <= most[window.name]


def record_token(storage: Storage, token: ApiToken) -> None:
    account = Account(name=token.id, zh="甲", en="A", kind="official", roles=[], post="", division="")
    with storage.session() as session:
        session.add(account)
        session.flush()
        fresh = ApiToken(
            id=token.id, token_hash=token.id, account_id=account.id, name="t", scope=[], purpose_code="p", matter="m", assurance=2,
            calls_a_minute=1, calls_a_day=1, rows_a_day=1, expires_at=datetime(2027, 1, 1, tzinfo=UTC),
        )
        session.add(fresh)
        session.flush()
        session.add(TokenUse(token_id=token.id))


def test_spendings_are_kept_for_two_windows_alone(counting: Storage) -> None:
    clock, token = FixedClock(datetime(2026, 11, 1, tzinfo=UTC)), ApiToken(id=uuid4().hex, calls_a_minute=600, calls_a_day=10**6, rows_a_day=1)
    record_token(counting, token)
    for _ in range(300):
        clock.advance(timedelta(seconds=1))
        assert Quota(counting, clock).spend_calls(token) is None
    with counting.reading() as session:
        kept = session.execute(select(TokenSpending.window, func.count()).where(TokenSpending.token_id == token.id).group_by(TokenSpending.window))
        assert dict(kept.tuples().all()) == {"minute": 120, "day": 2}

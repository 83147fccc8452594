"""Sessions against a model of them: whatever is opened, used, ended, closed and however time passes, the two agree."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from lingnan.base import FixedClock, Missing, Refused, load_settings
from lingnan.storage import Storage
from lingnan.trust import Trust
from tests.back_ends import Furnish

pytestmark = pytest.mark.on_both

IDLE, LIFE = timedelta(minutes=30), timedelta(hours=8)


def model_of(trust: Trust, clock: FixedClock) -> type[RuleBasedStateMachine]:
    """A machine over one open hub; every run makes an account of its own."""

    class Model(RuleBasedStateMachine):
        tokens: Bundle[str] = Bundle("tokens")

        def __init__(self) -> None:
            super().__init__()
            self.name = f"a{clock.now().timestamp():.0f}-{id(self)}"
            self.account = trust.accounts.make_account(self.name, "某", "X", kind="citizen")
            self.live: dict[str, dict[str, Any]] = {}
            self.closed = False

        @rule(target=tokens, assurance=st.sampled_from([1, 2]))
        def open(self, assurance: int) -> str:
            if self.closed:
                with pytest.raises(Refused):
                    trust.sessions.open(self.account, assurance, method="test")
                return "none"
            opened = trust.sessions.open(self.account, assurance, method="test")
            self.live[opened.token] = {"assurance": assurance, "ends": clock.now() + LIFE, "idle": clock.now() + IDLE, "id": opened.id}
            return opened.token

        @rule(minutes=st.sampled_from([1, 10, 29, 30, 200]))
        def wait(self, minutes: int) -> None:
            clock.advance(timedelta(minutes=minutes))
            self.live = {token: facts for token, facts in self.live.items() if clock.now() < min(facts["ends"], facts["idle"])}

        @rule(token=tokens)
        def use(self, token: str) -> None:
            found = trust.sessions.subject_of(token)
            assert (found.account == self.account, found.assurance if found.account else 0) == (
                token in self.live, self.live.get(token, {"assurance": 0})["assurance"]
            )
            if token in self.live:
                self.live[token]["idle"] = clock.now() + IDLE

        @rule(target=tokens, token=tokens)
        def raise_assurance(self, token: str) -> str:
            if token not in self.live:
                with pytest.raises(Refused):
                    trust.sessions.raise_assurance(token, "test")
                return "none"
            opened = trust.sessions.raise_assurance(token, "test")
            assert opened.token != token
            del self.live[token]
            self.live[opened.token] = {"assurance": 2, "ends": clock.now() + LIFE, "idle": clock.now() + IDLE, "id": opened.id}
            return opened.token

        @rule(token=tokens)
        def end(self, token: str) -> None:
            trust.sessions.end(token)
            self.live.pop(token, None)

        @rule(token=tokens)
        def end_one(self, token: str) -> None:
            facts = self.live.pop(token, None)
            if facts:
                trust.sessions.end_one(self.account, facts["id"])
            with pytest.raises(Missing):
                trust.sessions.end_one(self.account, facts["id"] if facts else "none")

        @rule()
        def end_all(self) -> None:
            assert trust.sessions.end_all(self.account) >= len(self.live)
            self.live = {}

        @rule()
        def disable(self) -> None:
            trust.accounts.disable(self.account)
            self.live, self.closed = {}, True

        @rule()
        def enable(self) -> None:
            trust.accounts.enable(self.account)
            self.closed = False

        @invariant()
        def the_list_is_the_model(self) -> None:
            assert {card.id for card in trust.sessions.listing(self.account)} == {facts["id"] for facts in self.live.values()}

    return Model


def test_sessions_are_as_the_model_says(tmp_path: Path, furnish: Furnish) -> None:
    clock = FixedClock(datetime(2026, 10, 31, 1, tzinfo=UTC))
    storage = Storage.open(load_settings(furnish(tmp_path)))
    trust = Trust.open(storage, tmp_path, clock)
    bounds = settings(max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(model_of(trust, clock), settings=bounds)
    trust.close()
    storage.close()


def test_an_unused_session_ends_after_half_an_hour(trust: Trust, clock: FixedClock) -> None:
    trust.accounts.make_account("mine", "某", "X", kind="citizen")
    used, unused = (trust.sessions.open("mine", 1, method="test").token for _ in range(2))
    clock.advance(IDLE - timedelta(seconds=1))
    assert trust.sessions.subject_of(used).kind == "citizen"
    clock.advance(timedelta(seconds=1))
    assert [trust.sessions.subject_of(token).kind for token in (used, unused)] == ["citizen", "anonymous"]
    assert not trust.sessions.recently_confirmed(unused, 600)
    with pytest.raises(Refused):
        trust.sessions.confirm(unused)


def test_another_accounts_session_is_not_mine_to_end(trust: Trust) -> None:
    for name in ("mine", "other"):
        trust.accounts.make_account(name, name, name, kind="citizen")
    opened = trust.sessions.open("other", 1, method="test")
    with pytest.raises(Missing):
        trust.sessions.end_one("mine", opened.id)
    assert trust.sessions.subject_of(opened.token).kind == "citizen"
    assert trust.sessions.listing("mine") == []


def test_looking_at_pages_hardly_ever_writes(trust: Trust, clock: FixedClock) -> None:
    trust.accounts.make_account("mine", "某", "X", kind="citizen")
    opened = trust.sessions.open("mine", 1, method="test", device="x" * 300)
    seen: Callable[[], datetime] = lambda: trust.sessions.listing("mine")[0].seen_at  # noqa: E731
    began = seen()
    clock.advance(timedelta(seconds=59))
    trust.sessions.subject_of(opened.token)
    assert seen() == began
    clock.advance(timedelta(seconds=1))
    trust.sessions.subject_of(opened.token)
    assert seen() == began + timedelta(seconds=60)
    assert len(trust.sessions.listing("mine")[0].device) == 120
    assert opened.token not in repr(opened)

"""Each rule of watching: the scenario it must tell of once, the one just below it, and ordinary use of which nothing is told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lingnan.base import CHINA, FixedClock, load_settings
from lingnan.storage import OutboxEvent, Storage
from lingnan.trust import Draft, Purpose, Subject, Trust
from lingnan.trust.log.reading import LogReader
from lingnan.trust.watch import service as watching
from lingnan.trust.watch.records import AccountHour
from lingnan.trust.watch.rules import read_watch_rules
from tests.back_ends import Furnish

pytestmark = pytest.mark.on_both

MONDAY = datetime(2026, 11, 2, 10, tzinfo=CHINA)
OFFICIAL = Subject("official", "a1", roles=frozenset({"steward"}))


class Bench:
    """A hub's trust, and hands to write into its log what accounts do."""

    def __init__(self, home: Path) -> None:
        self.clock = FixedClock(MONDAY)
        self.storage = Storage.open(load_settings(home))
        self.trust = Trust.open(self.storage, home, self.clock)
        self.watch, self.done = self.trust.watch, 0

    def do(self, number: int = 1, *, who: Subject | str = OFFICIAL, **told: Any) -> None:
        kept = {"kind": "decision", "action": "read", "resource": "a.t", "outcome": "allowed", **told}
        facts = kept.pop("facts", {})
        made = facts if callable(facts) else lambda _n: facts
        self.trust.audit.record_many(Draft(subject=who, facts=made(n), **kept) for n in range(self.done, self.done + number))
        self.done += number

    def told(self) -> list[str]:
        return [finding.rule for finding in self.watch.round()]

    def events(self, name: str = "trust.abnormal_access") -> list[dict[str, Any]]:
        with self.storage.reading() as session:
            found = session.scalars(select(OutboxEvent).where(OutboxEvent.name == name).order_by(OutboxEvent.sequence))
            return [dict(event.payload) for event in found]


@pytest.fixture
def bench(tmp_path: Path, furnish: Furnish) -> Iterator[Bench]:
    made = Bench(furnish(tmp_path))
    yield made
    made.trust.close()
    made.storage.close()


def tables(number: int) -> Any:
    return lambda n: {"decisions": {f"a.t{n % number}": {"clear": 1}}}


WRONG = {"kind": "sign_in", "action": "account.sign_in", "outcome": "refused", "who": "anonymous"}
SCENARIOS: dict[str, tuple[dict[str, Any], int, int]] = {
    # rule: what is done, how often it may be done, how often it is told of
    "bulk-rows": ({"kind": "delivery", "action": "export", "outcome": "done", "facts": {"rows": 100}}, 100, 101),
    "bulk-tables": ({"action": "query", "facts": lambda n: {"decisions": {f"a.t{n}": {}}}}, 40, 41),
    "enumeration-records": ({"facts": lambda n: {"about": f"people:{n}"}}, 60, 61),
    "enumeration-misses": ({"kind": "verification", "action": "verify", "outcome": "missed"}, 15, 16),
    "refusals": ({"outcome": "refused"}, 20, 21),
    "sign-in-failures": ({**WRONG, "resource": "account:a9"}, 10, 11),
    "sign-in-failures-all": ({**WRONG, "resource": "account:unknown"}, 50, 51),
    "personal-export": ({"action": "export", "facts": {"decisions": {"a.t": {"personal": ["name"]}}}}, 0, 1),
}


@pytest.mark.parametrize("rule", SCENARIOS)
def test_a_rule_tells_beyond_its_limit_once_with_its_evidence(bench: Bench, rule: str) -> None:
    done, below, beyond = SCENARIOS[rule]
    bench.do(below, **done)
    assert bench.told() == []
    bench.do(beyond - below, **done)
    (found,) = bench.watch.round()
    assert found.rule == rule
    assert found.subject == ("account:a9" if rule == "sign-in-failures" else "anonymous" if rule == "sign-in-failures-all" else "official:a1")
    assert (found.begins_at, found.ends_at) == (MONDAY, MONDAY + timedelta(hours=1))
    assert found.counted > found.allowed
    assert found.evidence
    assert {entry.kind for number in found.evidence if (entry := bench.trust.audit.entry(number))} == {done.get("kind", "decision")}
    bench.do(beyond, **done)
    assert bench.told() == [], "told once an hour"
    assert [event["rule"] for event in bench.events()] == [rule]
    assert bench.events()[0]["evidence"] == list(found.evidence)
    bench.clock.advance(timedelta(hours=1))
    bench.do(beyond, **done)
    assert bench.told() == [rule], "and again in the next"


def test_numbers_in_a_row_are_seen_without_being_known(bench: Bench) -> None:
    def look(number: str, register: str) -> None:
        facts = bench.trust.sightings.about(register, f"entry of {number}", OFFICIAL, typed=number)
        assert number[:17] not in str(facts)
        bench.do(facts=facts)

    for serial in range(1, 8):
        look(f"44010319900101{serial:03d}X", "people")
    (found,) = bench.watch.round()
    assert (found.rule, found.counted, found.evidence) == ("enumeration-neighbours", 6, (2, 3, 4, 5, 6, 7))
    assert [finding.id for finding in bench.watch.findings(subject="official:a1")] == [found.id]


def test_six_numbers_in_a_row_or_scattered_ones_are_ordinary(bench: Bench) -> None:
    numbers = [f"44010319900101{serial:03d}X" for serial in (1, 2, 3, 4, 5, 6, 50, 90, 130)] + [f"91440101MA5CX{n:03d}XX" for n in (10, 33, 71)]
    for number in numbers:
        bench.do(facts=bench.trust.sightings.about("people", number, OFFICIAL, typed=number))
    assert bench.told() == []


@pytest.mark.parametrize(("at", "off"), [
    (datetime(2026, 11, 2, 6, 59, tzinfo=CHINA), True), (datetime(2026, 11, 2, 7, 0, tzinfo=CHINA), False),
    (datetime(2026, 11, 2, 21, 59, tzinfo=CHINA), False), (datetime(2026, 11, 2, 22, 0, tzinfo=CHINA), True),
    (datetime(2026, 10, 1, 10, 0, tzinfo=CHINA), True), (datetime(2026, 10, 10, 10, 0, tzinfo=CHINA), False),
    (datetime(2026, 11, 1, 10, 0, tzinfo=CHINA), True), (datetime(2031, 3, 3, 10, 0, tzinfo=CHINA), False),
])
def test_office_hours_follow_the_work_calendar(bench: Bench, at: datetime, off: bool) -> None:
    bench.clock.at = at.astimezone(UTC)
    bench.do(11)
    assert bench.told() == (["off-hours"] if off else [])


def test_off_hours_are_told_once_a_day(bench: Bench) -> None:
    bench.clock.at = datetime(2026, 11, 2, 22, 30, tzinfo=CHINA).astimezone(UTC)
    bench.do(11)
    assert bench.told() == ["off-hours"]
    bench.clock.advance(timedelta(hours=1))
    bench.do(11)
    assert bench.told() == []
    bench.clock.advance(timedelta(hours=1))
    bench.do(11)
    assert bench.told() == ["off-hours"], "a new day in China"


def test_a_dormant_account_that_wakes_is_told(bench: Bench) -> None:
    bench.do()
    assert bench.told() == []
    bench.clock.advance(timedelta(days=89))
    bench.do()
    assert bench.told() == []
    bench.clock.advance(timedelta(days=90))
    bench.do(3)
    (found,) = bench.watch.round()
    assert (found.rule, found.counted, found.allowed) == ("dormant-account", 90, 90)
    bench.do()
    assert bench.told() == []


def test_a_token_from_a_new_address_is_told_and_its_first_is_not(bench: Bench) -> None:
    def use(token: str, client: str) -> None:
        bench.do(kind="token", action="token.use", outcome="done", facts={"token": token, "client": client})

    use("t1", "client:a")
    use("t2", "client:b")
    assert bench.told() == []
    use("t1", "client:a")
    use("t1", "client:b")
    assert bench.told() == ["token-new-address"]
    use("t1", "client:b")
    assert bench.told() == []


def test_who_always_reads_much_may_up_to_the_ceiling(bench: Bench) -> None:
    rule = next(rule for rule in read_watch_rules().rules if rule.id == "bulk-rows")
    assert rule.usual is not None
    with bench.storage.session() as session:
        for hour in range(rule.usual.hours):
            session.add(AccountHour(subject="official:a1", hour=MONDAY - timedelta(days=2, hours=hour), rows=20_000, tables=0))
    delivery = {"kind": "delivery", "action": "export", "outcome": "done"}
    bench.do(facts={"rows": 60_000}, **delivery)
    assert bench.told() == []
    bench.do(facts={"rows": 1}, **delivery)
    assert bench.told() == ["bulk-rows"]
    with bench.storage.reading() as session:
        assert session.get_one(AccountHour, ("official:a1", MONDAY)).rows == 60_001
    with bench.storage.session() as session:
        for kept in session.scalars(select(AccountHour)):
            kept.rows = 9_000_000
    bench.clock.advance(timedelta(hours=1))
    bench.do(facts={"rows": rule.usual.ceiling + 1}, **delivery)
    assert bench.told() == ["bulk-rows"]


def test_citizens_and_the_hub_itself_are_not_watched(bench: Bench) -> None:
    for who in (Subject("citizen", "c1"), Subject("system")):
        for rule, (done, _below, beyond) in SCENARIOS.items():
            if not rule.startswith("sign-in"):
                bench.do(beyond * 3, **{**done, "who": who})
    assert bench.told() == []


def test_ordinary_use_raises_nothing(bench: Bench) -> None:
    """Thirty officials in a working week: pages, some queries, look-ups at a counter, a few refusals and wrong passwords."""
    officials = [Subject("official", f"a{n}") for n in range(30)]
    for day in range(5):
        for hour in (8, 11, 14, 17):
            bench.clock.at = (MONDAY + timedelta(days=day)).replace(hour=hour, minute=7).astimezone(UTC)
            for n, who in enumerate(officials):
                bench.do(8, who=who, facts=tables(6))
                bench.do(4, who=who, action="query", facts=tables(12))
                if n % 3 == 0:
                    bench.do(10, who=who, facts=lambda k, n=n, hour=hour, day=day: {"about": f"people:{n}-{day}-{hour}-{k}"})
                    bench.do(2, who=who, kind="verification", action="verify", outcome="missed")
                if n % 5 == 0:
                    bench.do(1, who=who, outcome="refused")
                    bench.do(1, who="anonymous", kind="sign_in", outcome="refused", resource=f"account:a{n}")
                bench.do(1, who=who, kind="delivery", outcome="done", action="query", facts={"rows": 900})
            assert bench.told() == []
    assert bench.events() == []


def test_an_idle_round_only_looks_at_the_end(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.do(3)
    bench.watch.round()
    asked: list[str] = []
    honest = LogReader.select
    monkeypatch.setattr(LogReader, "select", lambda self, sql, values=(): asked.append(sql) or honest(self, sql, values))
    assert bench.watch.round() == []
    assert len(asked) == 1


def test_two_workers_tell_once_and_a_backlog_is_taken_in_bites(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST", 10)
    other = watching.Watch(bench.storage, bench.trust.audit)
    bench.do(25, outcome="refused")
    found = [finding.rule for each in (bench.watch, other, bench.watch, other, bench.watch, other) for finding in each.round()]
    assert found == ["refusals"]
    assert len(bench.events()) == 1


def test_a_crash_between_finding_and_telling_loses_and_doubles_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.do(30, outcome="refused")
    honest = bench.storage.announce
    monkeypatch.setattr(bench.storage, "announce", lambda *told: (_ for _ in ()).throw(RuntimeError("killed")))
    with pytest.raises(RuntimeError):
        bench.watch.round()
    monkeypatch.setattr(bench.storage, "announce", honest)
    assert bench.watch.findings() == []
    assert bench.told() == ["refusals"]


def test_rules_are_dated_data_and_speak_both_languages() -> None:
    rules = read_watch_rules()
    assert rules.proofed is False
    assert len({rule.id for rule in rules.rules}) == len(rules.rules)
    assert all(rule.zh and rule.en and "citizen" not in rule.kinds for rule in rules.rules)


def test_a_real_token_used_from_two_addresses_is_told(bench: Bench) -> None:
    account = bench.trust.accounts.make_account("robot", "程序", "Program", roles=("steward",))
    who = Subject("official", account, roles=frozenset({"steward"}), session="s1", assurance=2)
    token = bench.trust.tokens.make(
        who, name="t", scope=["catalogue.search"], purpose=Purpose("statutory-duty", matter="2026-1"),
        expires_at=bench.clock.now() + timedelta(days=1),
    ).secret
    for address, told in (("10.0.0.1", []), ("10.0.0.1", []), ("10.0.0.2", ["token-new-address"])):
        bench.trust.tokens.subject_of(token, address)
        assert bench.told() == told
    assert "10.0.0" not in "".join(str(entry.facts) for entry in bench.trust.audit.entries())

"""Emergency overrides: two persons, a time, nothing beyond, every use in the log, a report, and public counts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lingnan.base import BadInput, Conflict, FixedClock, Missing, Refused, WrongUse, load_settings
from lingnan.storage import OutboxEvent, Storage
from lingnan.trust import Classified, Column, OverrideCard, Purpose, Subject, Trust
from lingnan.trust.policy.overriding import opened
from lingnan.trust.policy.verdict import Showing, Verdict
from lingnan.trust.watch.shapes import ActiveOverride
from tests.back_ends import Furnish

pytestmark = pytest.mark.on_both

TABLE = "yiliao.record"
RECORD = Classified(TABLE, (
    Column("number", "internal"), Column("name", "personal", "person_name"), Column("allergy", "sensitive"), Column("blood", "sensitive"),
))
REASON = "台风登陆，需联系失联人员家属"
WHY = Purpose("emergency", "突发事件应对法第四十九条", "2026-17")
STATED = {"code": "emergency", "article": "突发事件应对法第四十九条", "matter": "2026-17"}
OTHER = "yiliao.visit"


@pytest.fixture
def storage(tmp_path: Path, furnish: Furnish) -> Iterator[Storage]:
    opened = Storage.open(load_settings(furnish(tmp_path)))
    yield opened
    opened.close()


@pytest.fixture
def trust(storage: Storage, tmp_path: Path, clock: FixedClock) -> Iterator[Trust]:
    made = Trust.open(storage, tmp_path, clock, {TABLE: RECORD}.get)
    yield made
    made.close()


def official(trust: Trust, name: str, organisation: str, *roles: str) -> Subject:
    trust.accounts.make_organisation(organisation, f"{organisation}局", f"Bureau {organisation}")
    account = trust.accounts.make_account(name, name, name, roles=roles, organisation=organisation)
    # The second factor is shown, as offices must.
    return replace(trust.accounts.subject_for(account), assurance=2)


@pytest.fixture
def steward(trust: Trust) -> Subject:
    return official(trust, "st", "yingji", "steward")


@pytest.fixture
def second(trust: Trust) -> Subject:
    return official(trust, "sec", "yingji", "security")


def ask(trust: Trust, who: Subject, columns: tuple[str, ...] = ("name", "allergy"), minutes: int = 30) -> OverrideCard:
    return trust.overrides.request(who, TABLE, columns, REASON, WHY, minutes)


def signed(trust: Trust, by: Subject, override: str) -> str:
    """The receipt of the signature with which an override is approved."""
    return trust.signatures.sign(by, "decision", trust.signatures.digest(trust.overrides.to_sign(by, override)), "应急越权批准").text


def approve(trust: Trust, by: Subject, override: str) -> OverrideCard:
    return trust.overrides.approve(by, override, signed(trust, by, override) if by.kind == "official" else "")


def events(storage: Storage, name: str) -> list[dict[str, Any]]:
    with storage.reading() as session:
        return [dict(event.payload) for event in session.scalars(select(OutboxEvent).where(OutboxEvent.name == name))]


def masked(trust: Trust, who: Subject) -> set[str]:
    return set(trust.decide(who, "read", TABLE, purpose=WHY).masks)


def test_an_approved_override_opens_its_columns_for_its_time_alone(trust: Trust, steward: Subject, second: Subject, clock: FixedClock) -> None:
    assert masked(trust, steward) == {"name", "allergy", "blood"}
    card = ask(trust, steward)
    assert masked(trust, steward) == {"name", "allergy", "blood"}, "asking opens nothing"
    approved = approve(trust, second, card.id)
    assert (approved.state, approved.ends_at) == ("approved", clock.now() + timedelta(minutes=30))
    assert masked(trust, steward) == {"blood"}
    assert masked(trust, official(trust, "other", "yingji", "steward")) == {"name", "allergy", "blood"}, "nobody else's"
    assert masked(trust, replace(steward, token="t1", scope=frozenset({"read"}))) >= {"name"}, "no token's"
    clock.advance(timedelta(minutes=30))
    assert masked(trust, steward) == {"name", "allergy", "blood"}


def test_every_use_names_the_override_and_the_auditor_gets_one_report(
    trust: Trust, storage: Storage, steward: Subject, second: Subject, clock: FixedClock
) -> None:
    card = ask(trust, steward)
    approve(trust, second, card.id)
    number = int(trust.decide(steward, "read", TABLE, purpose=WHY).decision)
    entry = trust.audit.entry(number)
    assert entry is not None
    assert (entry.facts["override"], entry.facts["overrides"]) == (card.id, {card.id: STATED})
    trust.audit.delivered(steward, number, "read", TABLE, 12)
    assert trust.overrides.close_ended() == []
    clock.advance(timedelta(minutes=31))
    trust.decide(steward, "read", TABLE, purpose=WHY)
    trust.keep_watch()
    trust.keep_watch()
    (told,) = events(storage, "trust.override_ended")
    assert told["report"] == {"uses": 1, "actions": ["read"], "rows": 12, "entries": [number], "stated": STATED}
    assert trust.overrides.card(card.id).state == "ended"
    logged = [entry.action for entry in trust.audit.entries(limit=500) if entry.kind == "outcome" and entry.action.startswith("override.")]
    assert logged == ["override.request", "override.approve", "override.report"]
    whole = [each for each in trust.audit.entries(limit=500) if each.action.startswith("override.") and each.kind in ("intent", "outcome")]
    assert all(each.facts["stated"] == STATED for each in whole if (each.kind, each.action) != ("outcome", "override.request"))


def test_a_look_that_states_nothing_is_logged_with_what_the_override_states(trust: Trust, steward: Subject, second: Subject) -> None:
    card = ask(trust, steward)
    approve(trust, second, card.id)
    entry = trust.audit.entry(int(trust.decide(steward, "read", TABLE).decision))
    assert entry is not None
    assert (entry.purpose, entry.facts["stated"]) == (WHY.code, {"article": WHY.article, "matter": WHY.matter})
    other = Purpose("verification", "国务院令第809号 第二十条", "HY-1")
    entry = trust.audit.entry(int(trust.decide(steward, "read", TABLE, purpose=other).decision))
    assert entry is not None
    assert (entry.purpose, entry.facts["stated"]["matter"], entry.facts["overrides"]) == ("verification", "HY-1", {card.id: STATED})


def test_one_answer_under_two_overrides_counts_for_both(trust: Trust, steward: Subject, second: Subject, clock: FixedClock) -> None:
    trust.use_classifier({TABLE: RECORD, OTHER: replace(RECORD, table=OTHER)}.get)
    cards = [trust.overrides.request(steward, table, (), REASON, WHY, 30) for table in (TABLE, OTHER)]
    for card in cards:
        approve(trust, second, card.id)
    trust.point.decide_many(steward, "query", dict.fromkeys((TABLE, OTHER)), WHY)
    clock.advance(timedelta(minutes=31))
    assert {card.id: card.report["uses"] for card in trust.overrides.close_ended()} == {card.id: 1 for card in cards}


@pytest.mark.parametrize(("organisation", "roles", "may"), [
    ("yingji", ("security",), True), ("shenji", ("security",), True), ("shenji", ("reviewer",), True), ("shenji", ("administrator",), True),
    ("yingji", ("reviewer",), False), ("yingji", ("administrator",), False), ("shenji", ("steward",), False), ("shenji", ("auditor",), False),
])
def test_who_may_be_the_second_person(trust: Trust, steward: Subject, organisation: str, roles: tuple[str, ...], may: bool) -> None:
    card, by = ask(trust, steward), official(trust, "by", organisation, *roles)
    if may:
        assert approve(trust, by, card.id).settled_by == by.reference
        return
    for verb in (lambda: approve(trust, by, card.id), lambda: trust.overrides.refuse(by, card.id), lambda: trust.overrides.end(by, card.id)):
        with pytest.raises(Missing):
            verb()
        last = next(entry for entry in reversed(trust.audit.entries(limit=500, subject=by.reference)) if entry.kind != "decision")
        assert (last.kind, last.outcome) == ("override", "refused"), "the log knows who tried"
    assert trust.overrides.card(card.id).state == "requested"


def test_an_approval_is_signed_by_its_own_hand_and_for_this_override_alone(trust: Trust, steward: Subject, second: Subject) -> None:
    card, other = ask(trust, steward), ask(trust, steward, ("allergy",))
    third = official(trust, "third", "shenji", "security")
    for wrong in ("", "none", signed(trust, third, card.id), signed(trust, second, other.id)):
        with pytest.raises((Refused, BadInput)):
            trust.overrides.approve(second, card.id, wrong)
    receipt = trust.signatures.sign(second, "decision", trust.signatures.digest(trust.overrides.to_sign(second, card.id)), "应急越权批准")
    trust.signatures.withdraw(second, receipt.code, "有误")
    with pytest.raises(Refused):
        trust.overrides.approve(second, card.id, receipt.text)
    assert trust.overrides.card(card.id).state == "requested"
    assert approve(trust, second, card.id).state == "approved"
    told = [entry.facts["signature"] for entry in trust.audit.entries(limit=500) if entry.action == "override.approve" and entry.outcome == "done"]
    assert len(told) == 1


def test_nobody_approves_their_own_and_nothing_is_settled_twice(trust: Trust, steward: Subject, second: Subject) -> None:
    card = ask(trust, steward)
    with pytest.raises(Refused):
        approve(trust, replace(steward, roles=frozenset({"security"})), card.id)
    with pytest.raises(Missing):
        approve(trust, Subject("operator", "root", roles=frozenset({"security"})), card.id)
    trust.overrides.refuse(second, card.id)
    stranger = official(trust, "stranger", "shenji", "steward")
    verbs = trust.overrides
    for again in (lambda who: approve(trust, who, card.id), lambda who: verbs.refuse(who, card.id), lambda who: verbs.end(who, card.id)):
        with pytest.raises(Conflict):
            again(second)
        with pytest.raises(Missing):
            again(stranger)
    assert trust.overrides.active(steward, TABLE) is None


def test_it_can_be_ended_early_by_who_holds_or_could_approve_it(trust: Trust, steward: Subject, second: Subject) -> None:
    for by in (steward, second):
        card = ask(trust, steward)
        approve(trust, second, card.id)
        assert trust.overrides.active(steward, TABLE)
        with pytest.raises(Missing):
            trust.overrides.end(official(trust, f"x{card.id[-4:]}", "yingji", "steward"), card.id)
        trust.overrides.end(by, card.id)
        assert trust.overrides.active(steward, TABLE) is None
        assert [ended.id for ended in trust.overrides.close_ended()] == [card.id]


@pytest.mark.parametrize("wrong", [
    {"minutes": 0}, {"minutes": 241}, {"reason": "急"}, {"reason": "联系人电话 13812345678 失联多时"}, {"purpose": ""}, {"purpose": "emergency"},
    {"purpose": replace(WHY, code="nonsense")}, {"purpose": replace(WHY, code="own-duty")}, {"purpose": replace(WHY, article=" ")},
    {"purpose": replace(WHY, article="行政许可法 第一条")}, {"purpose": replace(WHY, matter="")},
    {"purpose": replace(WHY, matter="110105194912310021")}, {"table": "yiliao.none"}, {"columns": ["strange"]},
])
def test_a_request_states_code_article_matter_reason_and_a_short_time(trust: Trust, steward: Subject, wrong: dict[str, Any]) -> None:
    told = {"table": TABLE, "columns": ["name"], "reason": REASON, "purpose": WHY, "minutes": 240, **wrong}
    with pytest.raises(WrongUse):
        trust.overrides.request(steward, told["table"], told["columns"], told["reason"], told["purpose"], told["minutes"])
    assert trust.overrides.cards() == []


def test_only_officials_who_do_not_watch_over_the_hub_may_ask(trust: Trust) -> None:
    for who in (Subject("citizen", "c1"), Subject("operator", "root"), Subject("official", "o", roles=frozenset({"auditor"}))):
        with pytest.raises(Refused):
            ask(trust, who)


def test_the_negative_list_sign_in_and_exports_are_not_opened() -> None:
    override = ActiveOverride("o1", (), None, ("read",), ("core-data-under-grant-only",))  # type: ignore[arg-type]
    denials = {"a": ("negative:1",), "b": ("second-factor-first",), "c": ("core-data-under-grant-only",), "d": ()}
    verdict = Verdict(dict.fromkeys(denials, ()) | {"d": (Showing("r", "name"),)}, denials)
    assert opened(verdict, override, "read").clear == ("c", "d")
    assert opened(verdict, override, "export") is verdict
    assert opened(verdict, None, "read") is verdict
    assert opened(verdict, replace(override, columns=("d",)), "read").clear == ("d",)


def test_public_counts_leave_out_what_is_too_small(trust: Trust, steward: Subject, second: Subject, clock: FixedClock) -> None:
    for _ in range(6):
        trust.decide(steward, "read", TABLE, purpose=WHY)
    for _ in range(2):
        with pytest.raises(Refused):
            trust.decide(steward, "export", TABLE, ["name"])
    approve(trust, second, ask(trust, steward).id)
    for _ in range(5):
        trust.record("correction", steward, "record.corrected", TABLE, "done")
    clock.advance(timedelta(days=31))
    trust.decide(steward, "read", TABLE, purpose=WHY)
    counts = trust.statistics.public(date(2026, 10, 1), date(2026, 12, 31))
    told = {(each.month, each.organisation_en): (each.requests, each.refusals, each.overrides, each.corrections) for each in counts}
    # Eight looks at data, and the question whether the second person may sign.
    assert told["2026-10", "Bureau yingji"] == (9, None, None, 5)
    assert told["2026-12", "Bureau yingji"] == (None, None, 0, 0)
    assert all(each.below == 5 for each in counts)
    assert trust.statistics.public(date(2026, 11, 1), date(2026, 11, 30)) == []

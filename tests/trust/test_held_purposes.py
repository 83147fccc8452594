"""A purpose stated once for a session and a table: bounded, logged with every decision, never another table's, account's or session's."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lingnan.base import FixedClock, Missing, Refused, WrongUse
from lingnan.trust import Classified, Column, HeldPurposeCard, OpenedSession, Purpose, Subject, Trust
from lingnan.trust.policy.held import minutes_held

pytestmark = pytest.mark.on_both

TABLE, OTHER = "gongan.notes", "gongan.cards"
NOTES = Classified(TABLE, (Column("note", "internal"), Column("name", "personal", "person_name"), Column("kind", "public")), organisation="gongan")
STATED = Purpose("verification", "国务院令第809号 第二十条", "HY-2026-1")


@pytest.fixture
def opened(trust: Trust) -> OpenedSession:
    trust.use_classifier({TABLE: NOTES, OTHER: replace(NOTES, table=OTHER)}.get)
    for unit in ("jiaoyu", "gongan"):
        trust.organisations.make(unit, unit, unit)
    for name in ("steward", "colleague"):
        trust.accounts.make_account(name, name, name, roles=("steward",), organisation="jiaoyu")
    return trust.sessions.open("steward", 2, method="test")


def clear(trust: Trust, who: Subject, table: str = TABLE, action: str = "read", **more: Purpose) -> bool:
    return "note" not in trust.decide(who, action, table, **more).masks


def hold(trust: Trust, opened: OpenedSession, purpose: Purpose = STATED) -> HeldPurposeCard:
    return trust.held_purposes.state(opened.subject, TABLE, purpose)


def test_stated_once_it_holds_for_the_session_and_table_and_stands_in_every_entry(trust: Trust, opened: OpenedSession, clock: FixedClock) -> None:
    who = opened.subject
    assert not clear(trust, who)
    card = hold(trust, opened)
    assert (card.table, card.purpose, card.ends_at) == (TABLE, STATED, clock.now() + timedelta(minutes=minutes_held()))
    for action in ("read", "preview", "query"):
        assert clear(trust, who, action=action)
        entry = next(each for each in reversed(trust.audit.entries(limit=500)) if each.kind == "decision")
        assert (entry.purpose, entry.facts["stated"]) == (STATED.code, {"article": STATED.article, "matter": STATED.matter})
        assert entry.facts["held"] == {TABLE: card.id}
    assert "name" in trust.decide(who, "read", TABLE).masks, "personal values take a grant"
    assert trust.purpose_need(who, "read", {TABLE: None}) is None
    assert [each.id for each in trust.held_purposes.of(who)] == [card.id]


def test_it_is_no_other_tables_accounts_sessions_or_tokens(trust: Trust, opened: OpenedSession) -> None:
    hold(trust, opened)
    who = opened.subject
    for other in (
        trust.sessions.open("colleague", 2, method="test").subject, trust.sessions.open("steward", 2, method="test").subject,
        replace(who, token="t1", scope=frozenset({"read"})), replace(who, session=""),
        replace(trust.accounts.subject_for("colleague"), session=who.session, assurance=2),
    ):
        assert not clear(trust, other)
        assert trust.held_purposes.of(other) == []
    assert not clear(trust, who, OTHER)
    views = trust.decide_many(who, "query", dict.fromkeys((TABLE, OTHER)))
    assert ("note" in views[TABLE].masks, "note" in views[OTHER].masks) == (False, True)
    entry = trust.audit.entry(int(views[TABLE].decision))
    assert entry is not None
    assert list(entry.facts["held"]) == [TABLE]
    assert trust.purpose_need(who, "query", dict.fromkeys((TABLE, OTHER))).columns == ((OTHER, "note"),)  # type: ignore[union-attr]


def test_it_ends_by_time_by_hand_and_with_the_session(trust: Trust, opened: OpenedSession, clock: FixedClock) -> None:
    who = opened.subject
    hold(trust, opened)
    clock.advance(timedelta(minutes=minutes_held()))
    assert not clear(trust, who)
    hold(trust, opened)
    trust.held_purposes.end(who, TABLE)
    assert not clear(trust, who)
    with pytest.raises(Missing):
        trust.held_purposes.end(who, TABLE)
    hold(trust, opened)
    trust.sessions.end(opened.token)
    assert not clear(trust, who), "whatever still carries the subject"


def test_the_newest_statement_takes_the_place_of_the_one_before(trust: Trust, opened: OpenedSession) -> None:
    hold(trust, opened)
    second = hold(trust, opened, replace(STATED, matter="HY-2026-2"))
    assert [each.id for each in trust.held_purposes.of(opened.subject)] == [second.id]
    entry = trust.audit.entry(int(trust.decide(opened.subject, "read", TABLE).decision))
    assert entry is not None
    assert entry.facts["stated"]["matter"] == "HY-2026-2"


def test_what_one_answer_states_goes_before_and_exports_state_anew(trust: Trust, opened: OpenedSession) -> None:
    hold(trust, opened)
    other = Purpose("quality", "数据安全法 第三十八条", "Q-1")
    entry = trust.audit.entry(int(trust.decide(opened.subject, "read", TABLE, purpose=other).decision))
    assert entry is not None
    assert (entry.purpose, "held" in entry.facts) == ("quality", False)
    assert trust.held_purposes.purpose_for(opened.subject, "export", TABLE) is None


@pytest.mark.parametrize("wrong", [
    Purpose(), Purpose("own-duty", "甲", "1"), replace(STATED, article=""), replace(STATED, matter=" "), replace(STATED, matter="110105194912310021"),
    replace(STATED, grant="g1"),
])
def test_half_a_purpose_is_not_held(trust: Trust, opened: OpenedSession, wrong: Purpose) -> None:
    with pytest.raises(WrongUse):
        hold(trust, opened, wrong)
    assert trust.held_purposes.of(opened.subject) == []


def test_only_an_official_signed_in_states_one_and_for_a_known_table(trust: Trust, opened: OpenedSession) -> None:
    who = opened.subject
    for other in (replace(who, kind="citizen"), replace(who, token="t"), replace(who, session=""), Subject("operator", "root", session="s")):
        with pytest.raises(Refused):
            trust.held_purposes.state(other, TABLE, STATED)
    with pytest.raises(Missing):
        trust.held_purposes.state(who, "gongan.none", STATED)


def test_nothing_personal_is_told_of_it(tmp_path: Path, trust: Trust, opened: OpenedSession) -> None:
    hold(trust, opened)
    told = [entry for entry in trust.audit.entries(limit=500) if entry.action == "purpose.state"]
    assert [entry.kind for entry in told] == ["intent", "outcome"]
    assert told[0].facts["stated"] == {"code": STATED.code, "article": STATED.article, "matter": STATED.matter}
    assert opened.token not in (tmp_path / "audit.db").read_bytes().decode("latin1")

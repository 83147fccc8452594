"""Inbox, public trace, statistics and disputes."""

import csv
import io
from datetime import date

import pytest

from lingnan.base import BadInput, Conflict, Missing, Refused, WrongUse
from lingnan.casework import CaseQuery
from lingnan.casework.records import Case, Dispute
from lingnan.jobs import Announced
from lingnan.trust import Subject
from tests.back_ends import at_rest
from tests.casework.bureau import DISPUTE, WHY, bureau_at

pytestmark = pytest.mark.on_both

SINCE, UNTIL = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture
def bureau(tmp_path, furnish):
    with bureau_at(furnish(tmp_path)) as opened:
        yield opened


def numbers(page):
    return [line.number for line in page.items]


def test_the_inbox_holds_what_waits_for_the_role_at_its_office(bureau):
    number = bureau.dispute()
    inbox = bureau.work.inbox
    assert numbers(inbox.of(bureau.steward)) == numbers(inbox.of(bureau.second_steward)) == [number]
    for other in (bureau.reviewer, bureau.gongan_steward, bureau.citizen, bureau.auditor):
        assert numbers(inbox.of(other)) == []
    assert numbers(inbox.of(bureau.citizen, CaseQuery(scope="mine"))) == [number]
    bureau.cases.act(number, "accept", bureau.steward)
    bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
    assert numbers(inbox.of(bureau.gongan_steward)) == [number]
    assert numbers(inbox.of(bureau.steward)) == []
    assert numbers(inbox.of(bureau.steward, CaseQuery(scope="visible"))) == [number]


def test_what_was_returned_waits_for_the_applicant(bureau):
    number = bureau.dispute()
    bureau.cases.act(number, "return", bureau.steward, note="缺证明")
    assert numbers(bureau.work.inbox.of(bureau.citizen)) == [number]
    assert bureau.events("casework.case_assigned")[-1]["account"] == bureau.citizen.account


def test_claim_and_release(bureau):
    number, inbox = bureau.dispute(), bureau.work.inbox
    inbox.claim(number, bureau.steward)
    inbox.claim(number, bureau.steward)
    assert numbers(inbox.of(bureau.second_steward)) == []
    assert inbox.of(bureau.steward).items[0].mine
    with pytest.raises(Conflict, match="claimed"):
        bureau.cases.act(number, "accept", bureau.second_steward)
    with pytest.raises(Conflict):
        inbox.claim(number, bureau.second_steward)
    with pytest.raises(Conflict):
        inbox.release(number, bureau.second_steward)
    with pytest.raises(Refused):
        inbox.claim(bureau.dispute(), bureau.reviewer)
    inbox.release(number, bureau.steward)
    assert bureau.cases.act(number, "accept", bureau.second_steward).state == "accepted"


def test_reassign_is_for_administrators_and_needs_a_reason(bureau):
    number, inbox = bureau.dispute(), bureau.work.inbox
    inbox.claim(number, bureau.steward)
    with pytest.raises(Refused):
        inbox.reassign(number, bureau.steward, "休假", account="second_steward")
    with pytest.raises(WrongUse):
        inbox.reassign(number, bureau.administrator, " ", account="second_steward")
    inbox.reassign(number, bureau.administrator, "休假", account="second_steward")
    assert numbers(inbox.of(bureau.second_steward)) == [number]
    inbox.reassign(number, bureau.administrator, "转审核", role="reviewer")
    assert numbers(inbox.of(bureau.reviewer)) == [number]
    assert [entry.kind for entry in bureau.cases.sheet(number, bureau.steward).timeline] == ["open", "claim", "reassign", "reassign"]


def test_pages_in_the_order_they_are_due(bureau):
    made = []
    for _case in range(7):
        made.append(bureau.dispute())
        bureau.days(1)
    bureau.cases.tick()
    inbox, found, cursor = bureau.work.inbox, [], ""
    while True:
        page = inbox.of(bureau.steward, CaseQuery(cursor=cursor, limit=3))
        found += numbers(page)
        assert (page.total, page.overdue, page.by_flow) == (7, 3, {"data-correction": 7})
        if not (cursor := page.cursor):
            break
    assert sorted(found) == sorted(made)
    assert len(numbers(inbox.of(bureau.steward, CaseQuery(overdue=True)))) == 3
    assert numbers(inbox.of(bureau.steward, CaseQuery(flow="policy-change"))) == []
    inbox.claim(made[0], bureau.steward)
    assert numbers(inbox.of(bureau.steward, CaseQuery(claimed=True))) == [made[0]]
    for wrong in ("nonsense", "WyJ4Il0", "W10"):
        with pytest.raises(BadInput):
            inbox.of(bureau.steward, CaseQuery(cursor=wrong))


def test_lists_and_sheets_agree_on_who_may_see(bureau):
    """The condition of lists and the rule of single cases are two forms of one rule."""
    facts = {"host": "a.example", "purpose": "collect", "owner": "x", "carries": "y", "until": "2026-12-31"}
    bureau.cases.open("outgoing-source", bureau.gongan_steward, facts)
    bureau.cases.open("data-correction", bureau.agent, DISPUTE, division="440104")
    passed = bureau.dispute()
    bureau.cases.act(passed, "accept", bureau.steward)
    bureau.cases.act(passed, "forward", bureau.steward, {"source_department": "shuiwu"})
    regional = bureau.official("regional", "shuju", "steward", division="440300")
    with bureau.office.storage.reading() as session:
        every = [number for (number,) in session.query(Case.number)]
    operator = Subject("operator", account="root")
    for subject in (*bureau.office.people.values(), regional, operator):
        listed = set(numbers(bureau.work.inbox.of(subject, CaseQuery(scope="visible", limit=200))))
        for number in every:
            try:
                bureau.cases.sheet(number, subject)
                seen = True
            except Missing:
                seen = False
            assert seen is (number in listed), (subject, number)


def test_the_operator_sees_cases_without_personal_facts(bureau):
    number = bureau.dispute(phone="13812345678")
    sheet = bureau.cases.sheet(number, Subject("operator", account="root"))
    assert DISPUTE["entry_key"] not in sheet.model_dump_json()
    assert "13812345678" not in sheet.model_dump_json()
    assert sheet.actions == []


def test_the_trace_shows_states_and_no_names(bureau):
    opened = bureau.cases.open("data-correction", bureau.citizen, {**DISPUTE, "phone": "13812345678"})
    bureau.cases.act(opened.number, "accept", bureau.steward)
    bureau.days(1)
    bureau.cases.act(opened.number, "forward", bureau.steward, {"source_department": "gongan"})
    bureau.cases.act(opened.number, "report", bureau.gongan_steward, {"finding": "right", "verification": "查底册"})
    view = bureau.work.trace.of(opened.number.lower(), opened.trace_code.lower())
    assert (view.state_zh, view.overdue) == ("来源部门核实中", False), "a state that is not public shows as the last public one"
    assert [step.zh for step in view.steps] == ["已提交", "已受理", "来源部门核实中"]
    assert [fact.name for fact in view.facts] == ["table", "source_department", "finding"]
    whole = view.model_dump_json()
    for hidden in (DISPUTE["entry_key"], "13812345678", bureau.citizen.account, bureau.steward.account, DISPUTE["claim"]):
        assert hidden not in whole
    for number, code in ((opened.number, "AAAAAAAAAAAA"), ("20260302-AAAAAA", opened.trace_code), (opened.number, "")):
        with pytest.raises(Missing):
            bureau.work.trace.of(number, code)


def test_only_public_flows_are_listed(bureau):
    bureau.dispute()
    facts = {"used_by": "steward", "agreed_by": "reviewer", "ground": "台风", **WHY, "began": "2026-03-01", "resources": "a.b", "rows_read": 3}
    made = []
    for number in range(5):
        with bureau.office.storage.session() as session:
            made.append(bureau.cases.open_in(session, "emergency-override", {**facts, "override": f"o{number}"}).number)
        bureau.days(1)
    first = bureau.work.trace.listed(limit=3)
    second = bureau.work.trace.listed(limit=3, cursor=first.cursor)
    assert [view.number for view in (*first.items, *second.items)] == made[::-1]
    assert second.cursor == ""
    assert {fact.name: fact.value for fact in first.items[0].facts} == {"began": "2026-03-01", "rows_read": 3}
    assert "台风" not in first.model_dump_json()


def finish(bureau, number, days=0):
    bureau.cases.act(number, "accept", bureau.steward)
    bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
    bureau.days(days)
    bureau.cases.act(number, "report", bureau.gongan_steward, {"finding": "right", "verification": "x"})
    bureau.cases.act(number, "confirm_right", bureau.reviewer, note="x")


def test_statistics_count_what_is_on_record(bureau):
    finish(bureau, bureau.dispute(), 1)     # opened Monday 2 March, closed 3 March: one working day
    finish(bureau, bureau.dispute(), 3)     # 3 to 6 March: three
    late = bureau.dispute()                 # Friday 6 March
    finish(bureau, late, 17)                # to Monday 23 March: eleven, after the five that were given
    bureau.dispute()
    withdrawn = bureau.dispute()
    bureau.cases.act(withdrawn, "withdraw", bureau.citizen)
    bureau.days(4)                          # 27 March: the open one is over its two days
    found = bureau.work.statistics.of(SINCE, UNTIL)
    total = found.total
    assert (total.opened, total.closed, total.still_open, total.on_time, total.late, total.overdue) == (5, 4, 1, 3, 1, 1)
    assert total.median_days == 2
    assert found.by_outcome == {"refused": 3, "withdrawn": 1}
    assert found.by_role["reviewer"].closed == 3
    assert found.by_organisation[bureau.units["shuju"]].opened == 5
    assert bureau.work.statistics.of(SINCE, UNTIL, flow="policy-change").total.opened == 0
    assert bureau.work.statistics.of(date(2026, 2, 1), date(2026, 2, 28)).total.opened == 0


def test_an_authority_in_force_is_not_open(bureau):
    """Granted on the second day, revoked two weeks later: decided in time, and neither its force nor its end makes it open or late."""
    facts = {"credit_code": "91440101MA59GQ4N1M", "agent": "neighbour", "scope": "apply", "valid_from": "2026-03-02", "valid_until": "2027-03-01"}
    number = bureau.cases.open("agent-authority", bureau.citizen, facts).number
    bureau.cases.act(number, "check", bureau.steward)
    bureau.days(1)
    bureau.cases.act(number, "grant", bureau.reviewer)
    bureau.days(14)
    for revoked in (False, True):
        if revoked:
            bureau.cases.act(number, "revoke", bureau.citizen, note="不再合作")
        found = bureau.work.statistics.of(SINCE, UNTIL)
        total = found.total
        assert (total.opened, total.closed, total.still_open, total.on_time, total.late, total.overdue) == (1, 1, 0, 1, 0, 0), revoked
        assert (total.median_days, found.by_outcome, found.by_role["reviewer"].closed) == (1, {"granted": 1}, 1), revoked
        assert bureau.work.statistics.rows(date(2026, 3, 10), UNTIL) == [], "decided before"


def test_stopped_time_does_not_count(bureau):
    number = bureau.dispute()
    bureau.cases.act(number, "return", bureau.steward, note="缺证明")
    bureau.days(14)
    bureau.cases.act(number, "resubmit", bureau.citizen, {"claim": "住址不对"})
    finish(bureau, number, 1)
    assert bureau.work.statistics.of(SINCE, UNTIL).total.median_days == 1


def test_the_export_holds_nothing_about_people(bureau):
    finish(bureau, bureau.dispute(), 1)
    text = bureau.work.statistics.export_csv(SINCE, UNTIL)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (rows[0]["outcome"], rows[0]["in_time"], rows[0]["working_days"]) == ("refused", "True", "1")
    assert all(not value.startswith(tuple("=+-@\t\r")) for row in rows for value in row.values())
    for hidden in (bureau.citizen.account, bureau.steward.account, bureau.reviewer.account, DISPUTE["entry_key"]):
        assert hidden not in text


def test_a_dispute_marks_its_entry_until_it_is_decided(bureau):
    disputes, key = bureau.work.disputes, DISPUTE["entry_key"]
    number = bureau.dispute()
    bureau.deliver()
    assert disputes.of("gongan.resident", key) == []
    bureau.cases.act(number, "accept", bureau.steward)
    bureau.deliver()
    mark = disputes.of("gongan.resident", key)[0]
    assert (mark.number, mark.items) == (number, ["address"])
    assert [each.key_digest for each in disputes.open_for("gongan.resident")] == [mark.key_digest]
    assert disputes.of("gongan.resident", key[:-1] + "X") == disputes.of("shuiwu.resident", key) == []
    bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
    bureau.cases.act(number, "report", bureau.gongan_steward, {"finding": "right", "verification": "x"})
    bureau.cases.act(number, "confirm_right", bureau.reviewer, note="x")
    bureau.deliver()
    assert disputes.open_for("gongan.resident") == []
    assert disputes.of_case(number)[0].until is not None


def test_marks_are_idempotent_and_tell_no_key(bureau):
    number = bureau.dispute()
    bureau.cases.act(number, "accept", bureau.steward)
    handler = bureau.work.dispute_handler()
    event = bureau.events("casework.effect")[0]
    for _time in range(3):
        with bureau.office.storage.session() as session:
            handler.take(session, Announced("e", "casework.effect", "", event, bureau.office.clock.now()))
    with bureau.office.storage.reading() as session:
        kept = session.query(Dispute).all()
        assert [(each.key, each.sealed) for each in kept] == [("", True)], "without a vault the key itself is not kept"
        assert DISPUTE["entry_key"] not in kept[0].key_digest
    assert bureau.work.disputes.digest("a.b", {"x": "1"}) != bureau.work.disputes.digest("a.b", "1")


class Vault:
    """A vault whose seal can be looked through, for the test only."""

    def seal(self, use, text):
        return text.encode().hex()

    def unseal(self, use, sealed):
        return bytes.fromhex(sealed).decode()


def test_personal_facts_are_sealed_at_rest(tmp_path, furnish):
    with bureau_at(furnish(tmp_path), vault=Vault()) as bureau:
        number = bureau.dispute(phone="13812345678")
        bureau.cases.act(number, "accept", bureau.steward)
        bureau.deliver()
        bureau.office.storage._engine.dispose()
        raw = at_rest(tmp_path).encode() + b"".join(path.read_bytes() for path in tmp_path.glob("hub.db*"))
        for value in ("13812345678", DISPUTE["entry_key"], DISPUTE["claim"]):
            assert value.encode() not in raw
            assert value.encode("unicode_escape") not in raw
        assert bureau.cases.facts(number)["phone"] == "13812345678"
        assert {fact.name: fact.value for fact in bureau.cases.sheet(number, bureau.steward).facts}["phone"] == "13812345678"
        with bureau.office.storage.reading() as session:
            kept = session.query(Dispute).one()
            assert DISPUTE["entry_key"] in bureau.work.disputes.key_of(session, kept)


def test_an_alert_becomes_one_case(bureau):
    from lingnan.casework.alert_shapes import AlertCard

    now = bureau.office.clock.now()
    alert = AlertCard("a1", "abnormal-access", "k", "red", "红", "red", "Extreme", "open", "异常访问", "abnormal", "", now, now, 1, 1, None, "")
    first = bureau.work.open_for_alert(alert, "alert-handling")
    assert bureau.work.open_for_alert(alert, "alert-handling") == first
    bureau.cases.act(first, "take", bureau.steward)
    bureau.cases.act(first, "report", bureau.steward, {"cause": "脚本误配", "measures": "已停用"})
    with pytest.raises(Refused):
        bureau.cases.act(first, "close", bureau.steward)
    bureau.cases.act(first, "close", bureau.security)
    assert [event["effect"] for event in bureau.events("casework.effect")] == ["acknowledge_alert", "close_alert"]


def test_an_agents_authority_is_granted_and_revoked(bureau):
    facts = {"credit_code": "91440101MA59GQ4N1M", "agent": "neighbour", "scope": "apply", "valid_from": "2026-03-02", "valid_until": "2027-03-01"}
    number = bureau.cases.open("agent-authority", bureau.citizen, facts).number
    bureau.cases.act(number, "check", bureau.steward)
    with pytest.raises(Missing):
        bureau.cases.act(number, "grant", bureau.gongan_reviewer)
    bureau.cases.act(number, "grant", bureau.reviewer)
    assert bureau.work.inbox.of(bureau.reviewer).total == bureau.work.inbox.of(bureau.citizen).total == 0
    bureau.cases.act(number, "revoke", bureau.citizen, note="不再合作")
    assert [event["effect"] for event in bureau.events("casework.effect")] == ["grant_agency", "revoke_agency"]

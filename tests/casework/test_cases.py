"""Cases: who may do what, four eyes, interests, races, masks, comments, timelines and what is announced."""

import threading
from dataclasses import replace

import pytest

from lingnan.base import BadInput, Conflict, Missing, Refused, WrongUse
from lingnan.casework import CaseQuery
from lingnan.casework.records import Case, CaseEntry
from tests.casework.bureau import DISPUTE, WHY, bureau_at

pytestmark = pytest.mark.on_both


@pytest.fixture
def bureau(tmp_path, furnish):
    with bureau_at(furnish(tmp_path)) as opened:
        yield opened


def state(bureau, number):
    with bureau.office.storage.reading() as session:
        found = session.query(Case).where(Case.number == number).one()
        session.expunge_all()
        return found


def to_checking(bureau, number, finding="wrong"):
    bureau.cases.act(number, "accept", bureau.steward)
    bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
    bureau.cases.act(number, "report", bureau.gongan_steward, {"finding": finding, "verification": "查底册"})


def test_a_dispute_goes_from_citizen_to_source_and_back(bureau):
    opened = bureau.cases.open("data-correction", bureau.citizen, DISPUTE)
    assert (opened.state, opened.version, len(opened.trace_code)) == ("submitted", 1, 12)
    to_checking(bureau, opened.number)
    moved = bureau.cases.act(opened.number, "confirm_correction", bureau.reviewer, note="底册为准")
    assert (moved.state, moved.moved) == ("corrected", True)
    case = state(bureau, opened.number)
    assert (case.outcome, case.closed_by_role, case.provider) == ("granted", "reviewer", bureau.units["gongan"])
    assert [event["effect"] for event in bureau.events("casework.effect")] == ["mark_disputed", "request_correction", "unmark_disputed"]
    assert [event["transition"] for event in bureau.events("casework.case_moved")] == ["open", "accept", "forward", "report", "confirm_correction"]
    assert bureau.events("casework.case_moved")[-1]["ended"] is True


def test_events_and_log_hold_no_personal_value(bureau):
    number = bureau.dispute(phone="13812345678")
    bureau.cases.act(number, "accept", bureau.steward)
    told = str([bureau.events(name) for name in ("casework.effect", "casework.case_moved", "casework.case_assigned")])
    logged = str(bureau.office.trust.audit.entries(limit=500))
    for value in (DISPUTE["entry_key"], "13812345678", DISPUTE["claim"]):
        assert value not in told
        assert value not in logged
    assert bureau.cases.facts(number)["entry_key"] == DISPUTE["entry_key"]


FORBIDDEN = (
    ("accept", "citizen"), ("accept", "shuiwu_reviewer"), ("refuse", "steward"), ("withdraw", "steward"), ("accept", "auditor"), ("lapse", "steward"),
)


@pytest.mark.parametrize(("transition", "who"), FORBIDDEN)
def test_who_may_not(bureau, transition, who):
    number = bureau.dispute()
    if transition == "lapse":
        bureau.cases.act(number, "return", bureau.steward, note="缺材料")
    with pytest.raises((Refused, Missing)):
        bureau.cases.act(number, transition, getattr(bureau, who), note="x")
    assert state(bureau, number).state in ("submitted", "amending")


def test_another_organisations_case_is_missing_not_refused(bureau):
    number = bureau.dispute()
    for stranger in (bureau.shuiwu_steward, bureau.shuiwu_reviewer, bureau.gongan_steward, bureau.neighbour, bureau.agent):
        for attempt in (bureau.cases.sheet, bureau.work.inbox.claim, bureau.work.inbox.release):
            with pytest.raises(Missing):
                attempt(number, stranger)
        with pytest.raises(Missing):
            bureau.cases.act(number, "accept", stranger)
        with pytest.raises(Missing):
            bureau.cases.comment(number, stranger, "?")
        assert bureau.work.inbox.of(stranger, CaseQuery(scope="visible")).total == 0
    bureau.cases.act(number, "accept", bureau.steward)
    bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
    assert bureau.cases.sheet(number, bureau.gongan_steward).line.state == "verifying"
    with pytest.raises(Missing):
        bureau.cases.sheet(number, bureau.shuiwu_steward)


def test_agents_see_their_principals_cases_and_no_others(bureau):
    number = bureau.cases.open("data-correction", bureau.agent, DISPUTE).number
    assert bureau.cases.sheet(number, bureau.other_agent).line.number == number
    assert bureau.work.inbox.of(bureau.other_agent, CaseQuery(scope="mine")).total == 1
    for stranger in (bureau.agent_elsewhere, bureau.citizen):
        with pytest.raises(Missing):
            bureau.cases.sheet(number, stranger)
        assert bureau.work.inbox.of(stranger, CaseQuery(scope="visible")).total == 0


def test_a_division_narrows_an_organisation(bureau):
    yuexiu = bureau.official("yuexiu", "shuju", "steward", division="440104")
    city = bureau.official("city", "shuju", "steward", division="440100")
    other = bureau.official("other", "shuju", "steward", division="440300")
    number = bureau.cases.open("data-correction", bureau.citizen, DISPUTE, division="440104").number
    assert [bureau.work.inbox.of(who).total for who in (yuexiu, city, other)] == [1, 1, 0]
    bureau.cases.sheet(number, city)
    with pytest.raises(Missing):
        bureau.cases.sheet(number, other)


def test_forms_are_strict(bureau):
    for wrong in ({**DISPUTE, "owner_org": "x"}, {"table": "gongan.resident"}, {**DISPUTE, "table": "no table"}, {**DISPUTE, "phone": "12"},
                  {**DISPUTE, "claim": "a\u202eb"}, {**DISPUTE, "claim": "长" * 4001}):
        with pytest.raises(BadInput) as caught:
            bureau.cases.open("data-correction", bureau.citizen, wrong)
        assert caught.value.facts["fields"]
    number = bureau.dispute()
    bureau.cases.act(number, "accept", bureau.steward)
    with pytest.raises(BadInput, match="no organisation"):
        bureau.cases.act(number, "forward", bureau.steward, {"source_department": "nobody"})
    with pytest.raises(BadInput, match="no such field"):
        bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan", "state": "corrected"})
    assert state(bureau, number).state == "accepted"


def test_a_reason_is_asked_for(bureau):
    number = bureau.dispute()
    with pytest.raises(WrongUse):
        bureau.cases.act(number, "return", bureau.steward, note="  ")


def test_four_eyes_and_interest(bureau):
    facts = {"draft": "d1", "summary": "收紧", "basis": "数据安全法", "widens": "no"}
    number = bureau.cases.open("policy-change", bureau.security, facts).number
    bureau.cases.act(number, "try", bureau.security, {"decisions_changed": 3, "dry_run": "三处收紧"})
    with pytest.raises(Refused, match="interest"):
        bureau.cases.act(number, "approve", bureau.security, note="好", signature="signed")
    bureau.cases.declare_interest(number, bureau.second_security, "曾共同起草")
    with pytest.raises(Refused, match="interest"):
        bureau.cases.act(number, "approve", bureau.second_security, note="好", signature="signed")
    assert "approve" not in [action.transition for action in bureau.cases.sheet(number, bureau.second_security).actions]
    third = bureau.official("third_security", "shuju", "security")
    with pytest.raises(Refused, match="signature"):
        bureau.cases.act(number, "approve", third, note="好")
    assert bureau.cases.act(number, "approve", third, note="好", signature="signed").state == "active"


def test_the_one_who_checked_does_not_decide(bureau):
    facts = {"account": "li.si", "full_name": "李四", "organisation": "gongan", "role": "steward", "duties": "管数据"}
    both = replace(bureau.administrator, roles=frozenset({"administrator", "security"}))
    number = bureau.cases.open("account-request", bureau.gongan_steward, facts).number
    bureau.cases.act(number, "check", both, {"identity_proof": "letter"})
    with pytest.raises(Refused, match="four eyes"):
        bureau.cases.act(number, "approve", both)
    bureau.cases.act(number, "approve", bureau.security)
    effect = bureau.events("casework.effect")[0]
    assert (effect["effect"], effect["facts"]["account"]) == ("open_account", "li.si")
    assert "full_name" not in effect["facts"]


def test_two_different_approvals_are_needed(bureau):
    facts = {"override": "o1", "used_by": "steward", "agreed_by": "reviewer", "ground": "台风", **WHY, "began": "2026-03-01", "resources": "a.b"}
    with bureau.office.storage.session() as session:
        number = bureau.cases.open_in(session, "emergency-override", facts, once="o1").number
    first = bureau.cases.act(number, "justify", bureau.auditor, note="确属紧急", signature="signed")
    assert (first.moved, first.approvals, first.approvals_needed) == (False, 1, 2)
    assert bureau.events("casework.effect") == []
    with pytest.raises(Refused):
        bureau.cases.act(number, "justify", bureau.auditor, note="再次同意", signature="signed")
    assert bureau.cases.act(number, "justify", bureau.second_auditor, note="同意", signature="signed").state == "justified"
    assert [event["effect"] for event in bureau.events("casework.effect")] == ["settle_override"]


def test_an_approval_before_a_detour_does_not_count(bureau):
    facts = {"override": "o2", "used_by": "steward", "agreed_by": "reviewer", "ground": "台风", **WHY, "began": "2026-03-01", "resources": "a.b"}
    with bureau.office.storage.session() as session:
        number = bureau.cases.open_in(session, "emergency-override", facts).number
    bureau.cases.act(number, "justify", bureau.auditor, note="同意", signature="signed")
    bureau.cases.act(number, "ask", bureau.second_auditor, note="请说明")
    assert bureau.work.inbox.of(bureau.steward).items[0].number == number
    bureau.cases.act(number, "explain", bureau.steward, {"explanation": "救援"})
    assert bureau.cases.act(number, "justify", bureau.second_auditor, note="同意", signature="signed").moved is False


def test_the_person_concerned_does_not_review(bureau):
    double = bureau.official("double", "shuju", "auditor", "steward")
    facts = {"override": "o3", "used_by": "double", "agreed_by": "reviewer", "ground": "台风", **WHY, "began": "2026-03-01", "resources": "a.b"}
    with bureau.office.storage.session() as session:
        number = bureau.cases.open_in(session, "emergency-override", facts).number
    with pytest.raises(Refused, match="interest"):
        bureau.cases.act(number, "justify", double, note="同意", signature="signed")


def test_a_stale_reader_and_a_wrong_state_conflict(bureau):
    number = bureau.dispute()
    seen = bureau.cases.sheet(number, bureau.steward).version
    bureau.cases.act(number, "accept", bureau.second_steward)
    with pytest.raises(Conflict):
        bureau.cases.act(number, "accept", bureau.steward, version=seen)
    with pytest.raises(Conflict) as caught:
        bureau.cases.act(number, "accept", bureau.steward)
    assert caught.value.facts["possible"] == ["forward", "withdraw"]
    with pytest.raises(WrongUse):
        bureau.cases.act(number, "fly", bureau.steward)


@pytest.mark.parametrize("seed", range(3))
def test_of_two_who_act_at_once_one_wins(bureau, seed):
    """Two reviewers decide at the same moment, one for and one against (F30)."""
    number = bureau.dispute()
    to_checking(bureau, number, "right" if seed else "wrong")
    chosen, outcomes, start = "confirm_right" if seed else "confirm_correction", [], threading.Barrier(2)

    def act(who, transition):
        start.wait()
        try:
            outcomes.append(bureau.cases.act(number, transition, who, note="x").state)
        except Conflict:
            outcomes.append("conflict")

    racers = [threading.Thread(target=act, args=each) for each in ((bureau.reviewer, chosen), (bureau.second_reviewer, "verify_again"))]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert outcomes.count("conflict") == 1
    assert sum(entry.kind == "move" for entry in timeline(bureau, number)) == 4


def timeline(bureau, number):
    with bureau.office.storage.reading() as session:
        found = session.query(CaseEntry).join(Case, Case.id == CaseEntry.case_id).where(Case.number == number).order_by(CaseEntry.place).all()
        session.expunge_all()
        return found


def test_the_timeline_is_only_added_to(bureau):
    number = bureau.dispute()
    entry = timeline(bureau, number)[0]
    with pytest.raises(WrongUse), bureau.office.storage.session() as session:
        session.get(CaseEntry, entry.id).note = "changed"
    with pytest.raises(WrongUse), bureau.office.storage.session() as session:
        session.delete(session.get(CaseEntry, entry.id))
    assert timeline(bureau, number)[0].note == ""
    assert entry.form_digest.startswith("form:")


def test_intent_and_outcome_are_in_the_log(bureau):
    number = bureau.dispute()
    bureau.cases.act(number, "accept", bureau.steward)
    with pytest.raises(Refused):
        bureau.cases.act(number, "forward", bureau.auditor, {"source_department": "gongan"})
    entries = bureau.office.trust.audit.entries(limit=500, resource=f"case:{number}")
    assert [(entry.kind, entry.outcome) for entry in entries if entry.action == "case.act" and entry.kind != "decision"] == [
        ("intent", "pending"), ("outcome", "done"), ("intent", "pending"), ("outcome", "refused"),
    ]
    assert bureau.office.trust.audit.open_intents() == []


def test_masks_by_reader(bureau):
    number = bureau.dispute(phone="13812345678")

    def seen(who, **how):
        return {fact.name: fact.value for fact in bureau.cases.sheet(number, who, **how).facts}

    assert seen(bureau.citizen)["phone"] == "13812345678"
    assert seen(bureau.steward)["entry_key"] == DISPUTE["entry_key"], "who may act needs the key"
    assert seen(bureau.auditor)["phone"] == "138****5678", "who may not act does not"
    assert seen(bureau.auditor)["entry_key"] == "***"
    code = bureau.cases.open("data-correction", bureau.citizen, {**DISPUTE, "phone": "13812345678"})
    shown = {fact.name: fact.value for fact in bureau.cases.sheet(code.number, bureau.neighbour, trace_code=code.trace_code).facts}
    assert shown["phone"] == "138****5678"


def test_an_applicant_does_not_see_the_offices_inside(bureau):
    number = bureau.dispute()
    bureau.cases.comment(number, bureau.steward, "内部意见：疑似重复")
    bureau.cases.comment(number, bureau.steward, "请补身份证明", internal=False)
    bureau.cases.comment(number, bureau.citizen, "好的")
    bureau.cases.act(number, "accept", bureau.steward, note="内部备注")
    bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan", "handling_note": "请尽快"})
    sheet = bureau.cases.sheet(number, bureau.citizen)
    assert [comment.text for comment in sheet.comments] == ["请补身份证明", "好的"]
    assert "handling_note" not in {fact.name for fact in sheet.facts}
    assert "内部备注" not in str(sheet.timeline)
    assert bureau.steward.account not in sheet.model_dump_json()
    assert len(bureau.cases.sheet(number, bureau.steward).comments) == 3


def test_the_sheet_tells_what_may_be_done_now(bureau):
    number = bureau.dispute()
    assert [action.transition for action in bureau.cases.sheet(number, bureau.steward).actions] == ["return", "accept"]
    assert [action.transition for action in bureau.cases.sheet(number, bureau.reviewer).actions] == ["return", "accept", "refuse"]
    assert [action.transition for action in bureau.cases.sheet(number, bureau.citizen).actions] == ["withdraw"]
    assert bureau.cases.sheet(number, bureau.auditor).actions == []
    sheet = bureau.cases.sheet(number, bureau.steward, lang="en")
    assert "Submitted ◀" in sheet.diagram
    assert sheet.deadlines[0].remaining == 2
    assert sheet.may_claim


def test_a_trace_code_lets_its_holder_withdraw(bureau):
    opened = bureau.cases.open("data-correction", bureau.citizen, DISPUTE)
    with pytest.raises(Missing):
        bureau.cases.act(opened.number, "withdraw", bureau.neighbour, trace_code="WRONG")
    assert bureau.cases.act(opened.number, "withdraw", bureau.neighbour, trace_code=opened.trace_code).state == "withdrawn"


def test_once_gives_the_same_case(bureau):
    first = bureau.cases.open("data-correction", bureau.citizen, DISPUTE, once="ticket-1")
    again = bureau.cases.open("data-correction", bureau.citizen, DISPUTE, once="ticket-1")
    assert (again.number, again.trace_code) == (first.number, "")
    assert len(bureau.events("casework.case_moved")) == 1


def test_a_guard_keeps_the_finding_and_the_end_together(bureau):
    number = bureau.dispute()
    to_checking(bureau, number, "right")
    with pytest.raises(Conflict) as caught:
        bureau.cases.act(number, "confirm_correction", bureau.reviewer, note="x")
    assert caught.value.facts["guard"] == "fact_is"
    assert bureau.cases.act(number, "confirm_right", bureau.reviewer, note="底册无误").state == "upheld"


def test_a_flow_that_asks_for_a_signature_gets_one(tmp_path, furnish):
    signed = []

    def verify(subject, data, signature):
        if signature != "good":
            raise Refused("签名不符。", "The signature does not hold.")
        signed.append(data)
        return "signature-1"

    with bureau_at(furnish(tmp_path), verify_signature=verify) as bureau:
        flow = bureau.work.flows.flow("outgoing-source")
        moves = tuple(move.model_copy(update={"signature": move.id == "allow"}) for move in flow.transitions)
        bureau.work.flows._flows["outgoing-source"] = flow.model_copy(update={"transitions": moves})
        facts = {"host": "a.example:443", "purpose": "collect", "owner": "x", "carries": "y", "until": "2026-12-31"}
        number = bureau.cases.open("outgoing-source", bureau.steward, facts).number
        for wrong in ("", "bad"):
            with pytest.raises(Refused):
                bureau.cases.act(number, "allow", bureau.security, {"examined": "ok"}, signature=wrong)
        bureau.cases.act(number, "allow", bureau.security, {"examined": "ok"}, signature="good")
        assert number.encode() in signed[0]
        assert timeline(bureau, number)[-1].signature == "signature-1"

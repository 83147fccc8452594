"""A model of every flow walked at random: authority, races, deadlines over holidays, timelines and effects hold whatever is done."""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from lingnan.base import CHINA, Conflict, LingnanError, Missing, Refused
from lingnan.casework import cases
from lingnan.casework.records import Case, CaseDeadline, CaseEntry
from lingnan.standards import load_calendar
from lingnan.trust import SYSTEM
from tests.casework.bureau import DISPUTE, WHY, bureau_at

OF_RESOURCES = {"batch": "b1", "title": "户籍人口", "count": 1, "provider": "gongan"}
BEGINNINGS = {
    "data-correction": ("citizen", DISPUTE),
    "account-request": ("gongan_steward", {"account": "li.si", "full_name": "李四", "organisation": "gongan", "role": "steward", "duties": "管数据"}),
    "agent-authority": ("citizen", {
        "credit_code": "91440101MA59GQ4N1M", "agent": "neighbour", "scope": "apply", "valid_from": "2026-03-02", "valid_until": "2027-03-01",
    }),
    "policy-change": ("security", {"draft": "d1", "summary": "收紧", "basis": "数据安全法", "widens": "no"}),
    "emergency-override": ("", {
        "override": "o1", "used_by": "steward", "agreed_by": "reviewer", "ground": "台风", **WHY, "began": "2026-03-01", "resources": "a.b",
    }),
    "quality-rectification": ("", {
        "feed": "gongan.resident", "table": "gongan.resident", "rule": "not_null", "says": "必填", "failed": 9, "checked": 90, "rows": "/quarantine",
    }),
    "alert-handling": ("", {"alert": "a1", "level": "red", "told": "异常访问"}),
    "resource-publication": ("gongan_steward", {**OF_RESOURCES, "authors": "gongan_steward,reviewer"}),
    "resource-change": ("gongan_steward", {**OF_RESOURCES, "authors": "gongan_steward"}),
    "resource-withdrawal": ("gongan_steward", {"resource": "gongan.resident", "title": "户籍人口", "reason": "已并入", "provider": "gongan"}),
    "resource-review": ("", OF_RESOURCES),
    "element-registration": ("gongan_steward", {"element": "shelter_places", "request": "new", "reason": "业务需要", "provider": "gongan"}),
    "code-list-registration": ("gongan_steward", {
        "code_list": "shelter-kinds", "list_version": "1.0", "request": "new", "reason": "业务需要", "provider": "gongan",
    }),
    "standard-document": ("gongan_steward", {
        "document": "db44-x", "title": "政务数据资源编码规则", "kind": "local", "scope": "编码", "drafter": "gongan",
    }),
    "contribution": ("citizen", {"campaign": "minzheng.shelter_form", "entry": "e1", "content": "名称：越秀公园", "terms": "1"}),
    "outgoing-source": ("steward", {"host": "a.example:443", "purpose": "collect", "owner": "x", "carries": "y", "until": "2026-12-31"}),
}
FILLED = {
    "text": "甲", "long": "说明", "date": "2026-12-31", "number": 3, "organisation": "gongan", "table": "gongan.resident", "attachment": "att-1",
}
STARTS = ("2025-09-25", "2025-12-29", "2026-02-10", "2026-03-02", "2026-09-22")
PEOPLE = (
    "steward", "second_steward", "reviewer", "second_reviewer", "administrator", "security", "second_security", "auditor", "second_auditor",
    "gongan_steward", "gongan_reviewer", "shuiwu_steward", "citizen", "neighbour", "agent",
)


class Walk(RuleBasedStateMachine):
    """One case of one flow, and anybody who tries anything at any time."""

    @initialize(flow=st.sampled_from(sorted(BEGINNINGS)), start=st.sampled_from(STARTS))
    def begin(self, flow, start):
        self.home = Path(tempfile.mkdtemp(prefix="lingnan-walk-"))
        self.opening = bureau_at(self.home, datetime.fromisoformat(f"{start}T09:00:00").replace(tzinfo=CHINA))
        self.bureau = self.opening.__enter__()
        who, facts = BEGINNINGS[flow]
        subject = getattr(self.bureau, who) if who else SYSTEM
        self.flow, self.applicant = self.bureau.work.flows.flow(flow), subject
        self.number = self.bureau.cases.open(flow, subject, facts).number
        self.state, self.version, self.entries, self.effects = self.flow.start.id, 1, 1, list(self.flow.opening.effects)
        self.did: list[tuple[str, str]] = [("open", who)]
        self.approved: set[str] = set()
        self.kept: tuple = (0, ())

    def teardown(self):
        if hasattr(self, "opening"):
            self.opening.__exit__(None, None, None)
            shutil.rmtree(self.home, ignore_errors=True)

    @rule(who=st.sampled_from(PEOPLE), name=st.data())
    def try_anything(self, who, name):
        move = name.draw(st.sampled_from(self.flow.transitions))
        subject, form = getattr(self.bureau, who), {field.name: self.value(field) for field in move.form}
        try:
            signature = "signed" if move.signature else ""
            done = self.bureau.cases.act(self.number, move.id, subject, form, "理由", version=self.version, signature=signature)
        except (Refused, Missing, Conflict):
            assert not self.expected(who, subject, move), f"{who} should have been let to {move.id} in {self.state}"
            return
        assert self.expected(who, subject, move), f"{who} must not {move.id} in {self.state}"
        self.entries, self.version = self.entries + 1, self.version + 1
        self.did.append((move.id, who))
        if done.moved:
            self.state, self.approved = move.target, set()
            self.effects += move.effects
        else:
            self.approved.add(who)
        assert (done.state, done.version) == (self.state, self.version)

    @rule(name=st.data())
    def walk_on(self, name):
        """Someone who may does something, so that walks get far."""
        ways = [(who, move) for move in self.flow.leaving(self.state) for who in PEOPLE if self.expected(who, getattr(self.bureau, who), move)]
        if not ways:
            return
        who, move = name.draw(st.sampled_from(ways))
        form = {field.name: self.value(field) for field in move.form}
        signature = "signed" if move.signature else ""
        with pytest.raises(Conflict):
            self.bureau.cases.act(
                self.number, move.id, getattr(self.bureau, who), form, "理由", version=self.version - 1, signature=signature
            )
        done = self.bureau.cases.act(self.number, move.id, getattr(self.bureau, who), form, "理由", signature=signature)
        self.entries, self.version = self.entries + 1, self.version + 1
        self.did.append((move.id, who))
        self.approved = self.approved | {who} if not done.moved else set()
        if done.moved:
            self.state = move.target
            self.effects += move.effects

    @rule(name=st.data())
    def the_hub_acts(self, name):
        """The hub does what is its own to do, such as a check."""
        ways = [move for move in self.flow.leaving(self.state) if any("system" in who.kinds for who in move.who)]
        if not ways:
            return
        move = name.draw(st.sampled_from(ways))
        form = {field.name: self.value(field) for field in move.form}
        self.bureau.cases.act(self.number, move.id, SYSTEM, form, "理由")
        self.did.append((move.id, "system"))
        self.state, self.version, self.entries, self.approved = move.target, self.version + 1, self.entries + 1, set()
        self.effects += move.effects

    @rule(days=st.sampled_from((0, 1, 1, 2, 3, 5, 9, 40)))
    def time_passes(self, days):
        self.bureau.office.clock.advance(timedelta(days=days))
        self.bureau.cases.tick()
        before = self.counted()
        self.bureau.cases.tick()
        assert self.counted() == before, "a second round at the same time does nothing"
        self.take_over()

    @rule(who=st.sampled_from(PEOPLE))
    def look(self, who):
        """The sheet offers exactly what may be done."""
        subject = getattr(self.bureau, who)
        try:
            offered = {action.transition for action in self.bureau.cases.sheet(self.number, subject).actions}
        except Missing:
            offered = set()
        may = {move.id for move in self.flow.leaving(self.state) if self.permitted(who, subject, move)}
        assert offered == may

    @invariant()
    def records_are_as_the_model_says(self):
        if not hasattr(self, "number"):
            return
        with self.bureau.office.storage.reading() as session:
            case = session.query(Case).where(Case.number == self.number).one()
            places = [place for (place,) in session.query(CaseEntry.place).where(CaseEntry.case_id == case.id).order_by(CaseEntry.place)]
            limits = session.query(CaseDeadline).where(CaseDeadline.case_id == case.id).all()
            assert (case.state, case.version) == (self.state, self.version)
            assert places == list(range(1, self.entries + 1)), "the timeline has no gap and never shrinks"
            assert (case.closed_at is not None) is (self.flow.state(case.state).kind == "end")
            for limit in limits:
                self.check_limit(case, limit)
        assert [event["effect"] for event in self.bureau.events("casework.effect")] == self.effects, "each effect once, in order"

    def check_limit(self, case, limit):
        stopped = self.flow.state(case.state).clock == "stopped"
        if case.closed_at is not None:
            assert limit.state in ("met", "late", "dropped")
        if limit.state == "running":
            assert limit.due_on == self.due(limit), (limit.deadline, limit.counted_from, limit.days_left, limit.due_on)
            assert not stopped or limit.begun_on == limit.counted_from
        if limit.state == "paused":
            assert stopped
        if limit.state == "met" and limit.paused_on is None:
            assert limit.ended_on <= limit.due_on
        if limit.state == "late":
            assert limit.ended_on > limit.due_on

    def due(self, limit):
        """The last day found the slow way: day by day."""
        known, day, left = load_calendar(), limit.counted_from, limit.days_left

        def worked(day):
            return day.isoweekday() < 6 if day > known.last else known.is_workday(day)

        if limit.unit == "calendar":
            day, left = day + timedelta(days=left), 0
        while left or not worked(day):
            day += timedelta(days=1)
            left -= 1 if left and worked(day) else 0
        return day

    def take_over(self):
        """What the worker did by itself: missed deadlines write a line, and some move the case."""
        with self.bureau.office.storage.reading() as session:
            case = session.query(Case).where(Case.number == self.number).one()
            entries = session.query(CaseEntry).where(CaseEntry.case_id == case.id).order_by(CaseEntry.place).all()[self.entries:]
            assert {entry.kind for entry in entries} <= {"missed", "move"}
            for entry in entries:
                assert entry.by == "system"
                if entry.kind == "move":
                    move = self.flow.transition(entry.transition)
                    assert any("system" in who.kinds for who in move.who)
                    self.state, self.approved = move.target, set()
                    self.effects += move.effects
            self.entries += len(entries)
            self.version = case.version

    def counted(self):
        names = ("casework.deadline_near", "casework.deadline_missed", "casework.case_moved", "casework.effect")
        return [len(self.bureau.events(name)) for name in names]

    def expected(self, who, subject, move):
        """Whether the model lets it happen: permitted, and no guard or deadline stands in the way."""
        if not self.permitted(who, subject, move):
            return False
        facts = self.bureau.cases.facts(self.number) if move.guards else {}
        for guard in move.guards:
            if facts.get(guard.arguments["fact"]) not in guard.arguments["any_of"]:
                return False
        return not move.extends or self.may_extend(move.extends)

    def may_extend(self, name):
        today = self.bureau.cases.mover.today
        with self.bureau.office.storage.reading() as session:
            case = session.query(Case).where(Case.number == self.number).one()
            limits = session.query(CaseDeadline).where(
                CaseDeadline.case_id == case.id, CaseDeadline.deadline == name, CaseDeadline.state == "running", CaseDeadline.extended_on.is_(None)
            )
            return any(limit.due_on >= today for limit in limits)

    def permitted(self, who, subject, move):
        """Authority, written anew and plainly."""
        if self.state not in move.source:
            return False
        provider, assigned = self.now()
        sides = {"handler": self.bureau.units["shuju"], "provider": provider}
        applies = subject.account == self.applicant.account and bool(subject.account) and subject.kind == self.applicant.kind
        way = any(
            (not each.roles or subject.roles & set(each.roles)) and "system" not in each.kinds
            and (each.party is None or (applies if each.party == "applicant" else subject.account == assigned if each.party == "assignee"
                                        else bool(subject.organisation) and sides[each.party] == subject.organisation))
            for each in move.who
        )
        concerned = {each for name in self.flow.concerns.accounts for each in self.named(name).split(",")}
        earlier = {person for name, person in self.did if name in move.not_by}
        if not way or (move.decides and (applies or who in concerned)) or who in earlier:
            return False
        return not (move.approvals > 1 and who in self.approved)

    def now(self):
        """The provider and assignee at this version, read once."""
        if self.kept[0] != self.version:
            with self.bureau.office.storage.reading() as session:
                self.kept = self.version, session.query(Case.provider, Case.assigned_account).where(Case.number == self.number).one()
        return self.kept[1]

    def named(self, field):
        return str(BEGINNINGS[self.flow.id][1].get(field, ""))

    def value(self, field):
        if field.type == "choice":
            return field.choices[self.version % len(field.choices)].code
        return "138 1234 5678" if field.element == "phone" else FILLED[field.type]


def walk(examples, steps):
    run_state_machine_as_test(Walk, settings=settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
        print_blob=False, report_multiple_bugs=False, phases=[Phase.generate],
    ))


def test_every_flow_holds_whatever_is_done():
    walk(12, 12)


def test_the_model_can_fail(monkeypatch):
    """With the check of the reader's version taken out of the engine, the model sees it."""
    monkeypatch.setattr(cases, "check_state", lambda *_asked: None)
    with pytest.raises((AssertionError, LingnanError, ExceptionGroup, pytest.fail.Exception)):
        walk(4, 10)

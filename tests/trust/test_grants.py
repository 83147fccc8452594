"""Grants: two persons, an assessment for personal columns, pseudonyms that differ, revocation at once; the negative list; versions of the policy."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import Conflict, FixedClock, Missing, Refused, WrongUse, load_settings
from lingnan.lake import CommitFacts, Engine, Lake
from lingnan.storage import Storage
from lingnan.trust import AssessmentForm, Classified, Column, GrantForm, HubKey, NegativeForm, Purpose, RowFilter, Subject, Trust
from lingnan.trust.policy.assessments import assessment_template, question_ids
from lingnan.trust.policy.pseudonyms import normalised, pseudonym_of
from lingnan.trust.policy.viewing import grant_key
from tests.back_ends import at_rest
from tests.trust.conftest import RESIDENT

pytestmark = pytest.mark.on_both

STEWARD, OTHER = (Subject("official", name, "zhengwu", roles=frozenset({"steward"}), assurance=2) for name in ("s1", "s2"))
REVIEWER = Subject("official", "r1", "zhengwu", roles=frozenset({"reviewer"}), assurance=2)
BOTH = Subject("official", "b1", "zhengwu", roles=frozenset({"reviewer", "steward"}), assurance=2)
SECURITY, SECOND = (Subject("official", name, roles=frozenset({"security"}), assurance=2) for name in ("x1", "x2"))
HOLDER = Subject("official", "h1", "jiaoyu", assurance=2)
STATED = Purpose("case-handling", "行政许可法 第三十二条", "2026-000123")
ASSESSMENT = AssessmentForm("核验", "gongan.resident", ("name",), "case-handling", "李评估", dict.fromkeys(question_ids(), "已说明"))
NUMBERS = ["440103199001011234", "44010319900101123x", "４４０１０３１９９００１０１１２３Ｘ", None, " 440103199001011234 "]


def form(clock: FixedClock, **changes: object) -> GrantForm:
    now = clock.now()
    given = GrantForm("gongan.resident", {"resident_no": "clear", "division": "clear"}, STATED, now, now + timedelta(days=30), organisation="jiaoyu")
    return replace(given, **changes)  # type: ignore[arg-type]


def assessed(trust: Trust, conclusion: str = "favourable", columns: tuple[str, ...] = ("citizen_number", "name")) -> str:
    written = trust.assessments.write(
        AssessmentForm("入学资格核验", "gongan.resident", columns, "case-handling", "李评估", dict.fromkeys(question_ids(), "已说明")), STEWARD
    )
    return trust.assessments.conclude(written.id, conclusion, STEWARD).id  # type: ignore[arg-type]


def assessed_open(trust: Trust) -> str:
    return trust.assessments.write(ASSESSMENT, STEWARD).id


def opened(trust: Trust, given: GrantForm) -> Purpose:
    grant = trust.grants.approve(trust.grants.propose(given, STEWARD).id, REVIEWER)
    return replace(STATED, grant=grant.id)


@pytest.fixture
def engine(tmp_path: Path, clock: FixedClock) -> Engine:
    engine = Lake(tmp_path / "lake", clock).engine(threads=1)
    rows = pa.table({
        "resident_no": ["r1", "r2", "r3", "r4", "r5"], "citizen_number": NUMBERS, "name": ["王小明"] * 5, "phone": ["+86 138-1234-5678"] * 5,
        "division": ["440103", "442000", "440103", "440106", "440103"],
    })
    engine.write("gongan.resident", "select * from given", {}, CommitFacts("test"), arrow={"given": rows})
    return engine


# Who may, and when it holds


def test_one_proposes_and_another_approves(trust: Trust, clock: FixedClock) -> None:
    card = trust.grants.propose(form(clock), BOTH)
    assert (card.state, card.proposed_by) == ("proposed", "official:b1")
    assert trust.grants.of(HOLDER, "gongan.resident") == ()
    for nobody, why in ((BOTH, "another person"), (OTHER, "not allow"), (replace(REVIEWER, account=""), "named account")):
        with pytest.raises(Refused, match=why):
            trust.grants.approve(card.id, nobody)
    done = trust.grants.approve(card.id, REVIEWER)
    assert (done.state, done.proposed_by, done.approved_by) == ("in_force", "official:b1", "official:r1")
    assert trust.grants.approve(card.id, REVIEWER) == done
    assert [grant.id for grant in trust.grants.of(HOLDER, "gongan.resident")] == [card.id]


def test_the_same_case_gives_the_same_grant(trust: Trust, clock: FixedClock) -> None:
    given = form(clock, case="case-7")
    assert trust.grants.propose(given, STEWARD).id == trust.grants.propose(given, STEWARD).id
    assert len(trust.grants.on("gongan.resident")) == 1


def test_a_grant_opens_its_columns_to_its_holder_within_its_time(trust: Trust, clock: FixedClock) -> None:
    later = form(clock, valid_from=clock.now() + timedelta(days=1))
    stated = opened(trust, later)
    with pytest.raises(Refused, match="not yet in force"):
        trust.decide(HOLDER, "read", "gongan.resident", purpose=stated)
    clock.advance(timedelta(days=1))
    assert trust.decide(HOLDER, "read", "gongan.resident", purpose=stated).columns == ("resident_no", "division")
    for stranger in (replace(HOLDER, organisation="shuiwu"), Subject("anonymous"), Subject("operator", "op")):
        with pytest.raises(Refused):
            trust.decide(stranger, "read", "gongan.resident", ["resident_no"], stated)
    with pytest.raises(Refused):
        trust.decide(HOLDER, "export", "gongan.resident", ["resident_no"], stated)
    clock.advance(timedelta(days=29, hours=1))
    with pytest.raises(Refused):
        trust.decide(HOLDER, "read", "gongan.resident", purpose=stated)


def test_revoking_holds_at_the_next_decision_also_in_another_process(trust: Trust, clock: FixedClock, tmp_path: Path) -> None:
    stated, storage = opened(trust, form(clock)), Storage.open(load_settings(tmp_path))
    elsewhere = Trust.open(storage, tmp_path, clock, trust.point.classifier)
    assert elsewhere.decide(HOLDER, "read", "gongan.resident", ["resident_no"], stated).columns == ("resident_no",)
    trust.grants.revoke(stated.grant, SECURITY, "用途不符")
    for opener in (trust, elsewhere):
        with pytest.raises(Refused):
            opener.decide(HOLDER, "read", "gongan.resident", ["resident_no"], stated)
    with pytest.raises(Conflict):
        trust.grants.approve(stated.grant, REVIEWER)
    elsewhere.close()
    storage.close()


# Whose grants are

UNITS = [
    {"key": "shengfu", "zh": "省政府"}, {"key": "gongan", "zh": "公安厅", "parent": "shengfu"},
    {"key": "gongan.exit", "zh": "出入境处", "parent": "gongan"}, {"key": "jiaoyu", "zh": "教育厅", "parent": "shengfu"},
    {"key": "zhengwu", "zh": "政务局", "parent": "shengfu"}, {"key": "zhengwu.data", "zh": "数据处", "parent": "zhengwu"},
]
STANDING = [
    ("gongan", True), ("shengfu", True), ("zhengwu", True), ("zhengwu.data", True), ("gongan.exit", False), ("jiaoyu", False), ("", False),
    ("nobody", False),
]


@pytest.mark.parametrize(("unit", "theirs"), STANDING)
def test_grants_are_for_the_provider_those_above_and_the_hubs_office(trust: Trust, clock: FixedClock, unit: str, theirs: bool) -> None:
    ids = trust.organisations.import_tree(UNITS)
    trust.use_classifier(lambda table: replace(RESIDENT, organisation="gongan") if table == "gongan.resident" else None)
    given = trust.grants.approve(trust.grants.propose(form(clock), STEWARD).id, REVIEWER)
    waiting, written = trust.grants.propose(form(clock), OTHER), assessed_open(trust)
    steward, reviewer = (replace(each, organisation=ids.get(unit, unit)) for each in (STEWARD, REVIEWER))
    acts = {
        "propose": lambda: trust.grants.propose(form(clock), steward), "approve": lambda: trust.grants.approve(waiting.id, reviewer),
        "revoke": lambda: trust.grants.revoke(given.id, steward, "不再需要"),
        "write": lambda: trust.assessments.write(ASSESSMENT, steward, written),
        "conclude": lambda: trust.assessments.conclude(written, "favourable", steward),
    }
    for name, act in acts.items():
        if theirs:
            act()
            continue
        with pytest.raises(Refused) as refused:
            act()
        assert "您所在机构不在其列" in refused.value.zh, name
        assert "yours is none of them" in refused.value.en, name
    assert (trust.grants.get(given.id).state == "revoked") is theirs


def test_a_security_officer_cuts_any_grant_off_and_opens_none(trust: Trust, clock: FixedClock) -> None:
    trust.use_classifier(lambda table: replace(RESIDENT, organisation="gongan"))
    grant = trust.grants.propose(form(clock), STEWARD)
    with pytest.raises(Refused):
        trust.grants.approve(grant.id, SECURITY)
    assert trust.grants.revoke(grant.id, SECURITY, "可疑").state == "revoked"


def test_grants_of_a_table_that_is_gone_are_the_hubs_offices_to_end(trust: Trust, clock: FixedClock) -> None:
    grant = trust.grants.propose(form(clock), STEWARD)
    trust.use_classifier(lambda table: None)
    with pytest.raises(Refused):
        trust.grants.revoke(grant.id, replace(STEWARD, organisation="gongan"), "x")
    assert trust.grants.revoke(grant.id, STEWARD, "表已撤").state == "revoked"


def test_an_assessment_is_not_taken_over_from_another_organisation(trust: Trust) -> None:
    known = {name: replace(RESIDENT, table=name, organisation=name.split(".")[0]) for name in ("gongan.resident", "jiaoyu.pupil")}
    trust.use_classifier(known.get)
    written, stranger = assessed_open(trust), replace(STEWARD, organisation="jiaoyu")
    with pytest.raises(Refused):
        trust.assessments.write(replace(ASSESSMENT, table="jiaoyu.pupil"), stranger, written)
    assert trust.assessments.get(written).table == "gongan.resident"
    assert trust.assessments.write(replace(ASSESSMENT, table="jiaoyu.pupil"), stranger).table == "jiaoyu.pupil"


def test_who_can_tells_of_the_grants_of_that_table(trust: Trust) -> None:
    known = {name: replace(RESIDENT, table=name, organisation=name.split(".")[0]) for name in ("gongan.resident", "jiaoyu.pupil")}
    trust.use_classifier(known.get)
    steward = replace(STEWARD, organisation="jiaoyu")
    assert ["grant.propose" in trust.who_can(steward, table).may for table in known] == [False, True]


@pytest.mark.parametrize("wrong", [
    {"columns": {"nothing": "clear"}}, {"columns": {"name": "sideways"}}, {"columns": {"income": "pseudonym"}}, {"columns": {}},
    {"actions": ("build",)}, {"actions": ()}, {"organisation": ""}, {"account": "a2"}, {"purpose": Purpose("case-handling", "甲", "")},
    {"rows": (RowFilter("division; drop", "in", ("1",)),)}, {"valid_to": None},
])
def test_what_is_no_grant_is_not_kept(trust: Trust, clock: FixedClock, wrong: dict[str, object]) -> None:
    if "valid_to" in wrong:
        wrong = {"valid_to": clock.now()}
    with pytest.raises(WrongUse):
        trust.grants.propose(form(clock, **wrong), STEWARD)
    assert trust.grants.on() == []
    with pytest.raises(Missing):
        trust.grants.propose(form(clock, table="no.such"), STEWARD)


# Personal columns


def test_personal_columns_take_a_complete_and_favourable_assessment(trust: Trust, clock: FixedClock) -> None:
    personal = form(clock, columns={"resident_no": "clear", "name": "clear"})
    half = AssessmentForm("半份", "gongan.resident", ("name",), "case-handling", "李评估", {"purpose": "入学"})
    unfinished = trust.assessments.write(half, STEWARD)
    assert set(unfinished.missing) == set(question_ids()) - {"purpose"}
    with pytest.raises(WrongUse, match="without answer"):
        trust.assessments.conclude(unfinished.id, "favourable", STEWARD)
    for assessment, why in (
        ("", "there is no assessment"), (unfinished.id, "not complete"), (assessed(trust, "unfavourable"), "concluded against"),
        (assessed(trust, columns=("citizen_number",)), "does not cover name"),
    ):
        with pytest.raises(Refused, match=why):
            opened(trust, replace(personal, assessment=assessment))
    stated = opened(trust, replace(personal, assessment=assessed(trust)))
    assert trust.decide(HOLDER, "read", "gongan.resident", ["name"], stated).masks == {}


def test_a_concluded_assessment_stays_as_it_is(trust: Trust) -> None:
    done = assessed(trust)
    with pytest.raises(Conflict):
        trust.assessments.write(AssessmentForm("改", "gongan.resident", ("name",), "case-handling", "李评估"), STEWARD, done)
    with pytest.raises(WrongUse):
        trust.assessments.write(AssessmentForm("x", "gongan.resident", ("name",), "case-handling", "李评估", {"unasked": "1"}), STEWARD)
    assert [card.id for card in trust.assessments.about("gongan.resident")] == [done]
    assert all(question["zh"] and question["en"] for part in assessment_template()["parts"] for question in part["questions"])


def test_a_column_that_becomes_personal_leaves_a_grant_without_assessment(trust: Trust, clock: FixedClock) -> None:
    stated, before = opened(trust, form(clock)), trust.point.classifier("gongan.resident")
    assert before is not None
    raised = tuple(Column("resident_no", "personal") if column.name == "resident_no" else column for column in before.columns)
    trust.use_classifier(lambda table: Classified(table, raised))
    assert trust.decide(HOLDER, "read", "gongan.resident", purpose=stated).columns == ("division",)


def test_export_of_personal_columns_takes_a_grant_that_names_it(trust: Trust, clock: FixedClock) -> None:
    given = form(clock, columns={"name": "by_kind"}, actions=("read", "export"), assessment=assessed(trust), organisation="", account="s1")
    stated = opened(trust, given)
    assert "name" in trust.decide(STEWARD, "export", "gongan.resident", ["name"], stated).masks
    with pytest.raises(Refused):
        trust.decide(STEWARD, "export", "gongan.resident", ["name"])


def test_a_grant_lifts_a_denial_for_its_own_rows_and_masks_only(trust: Trust, clock: FixedClock, engine: Engine) -> None:
    columns = (Column("resident_no", "internal", grade="core"), Column("division", "public", "division"))
    trust.use_classifier(lambda table: Classified(table, columns))
    given = form(clock, columns={"resident_no": "hidden"}, organisation="", account="s1", rows=(RowFilter("division", "starts_with", ("4420",)),))
    stated = opened(trust, given)
    view = trust.decide(STEWARD, "query", "gongan.resident", ["resident_no"], stated)
    assert engine.query("select * from gongan.resident", {"gongan.resident": view}).to_pylist() == [{"resident_no": "***"}]
    with pytest.raises(Refused):
        trust.decide(STEWARD, "query", "gongan.resident", ["resident_no"])


# Pseudonyms


def test_pseudonyms_join_within_a_grant_and_not_across(trust: Trust, clock: FixedClock, engine: Engine, tmp_path: Path) -> None:
    given = form(clock, columns={"citizen_number": "pseudonym"}, assessment=assessed(trust))
    stated = [opened(trust, given), opened(trust, given)]
    told = []
    for each in stated:
        view = trust.decide(HOLDER, "read", "gongan.resident", ["citizen_number"], each)
        told.append(engine.query("select citizen_number as n from gongan.resident", {"gongan.resident": view}).column("n").to_pylist())
    column, key = Column("citizen_number", "personal", "citizen_number"), HubKey.open(tmp_path)
    assert told[0] == [pseudonym_of(column, grant_key(key, stated[0].grant), number) for number in NUMBERS]
    assert told[0][0] == told[0][4] != told[0][1] == told[0][2]
    assert told[0][3] is None
    assert not {each for each in told[0] if each} & {each for each in told[1] if each}


@pytest.mark.parametrize("value", ["138 1234 5678", "+86 13812345678", "0086-138-1234-5678", "１３８１２３４５６７８"])
def test_one_phone_has_one_spelling(value: str) -> None:
    assert normalised(Column("phone", "personal", "phone"), value) == "13812345678"


SPELLINGS = [" a B\t", "é", "e\u0301", "ｘＹ", "王　小明", "", "ß", "ﬁ", "-1-", "+86", "'\"\\"]


@pytest.mark.parametrize("name", ["phone", "name"])
def test_the_engine_spells_as_python_does(trust: Trust, clock: FixedClock, tmp_path: Path, name: str) -> None:
    stated = opened(trust, form(clock, columns={name: "pseudonym"}, assessment=assessed(trust, columns=(name,))))
    engine = Lake(tmp_path / "spelt", clock).engine(threads=1)
    engine.write("gongan.resident", "select * from given", {}, CommitFacts("test"), arrow={"given": pa.table({name: SPELLINGS})})
    view = trust.decide(HOLDER, "read", "gongan.resident", [name], stated)
    told = engine.query(f"select {name} as n from gongan.resident", {"gongan.resident": view}).column("n").to_pylist()
    key = grant_key(HubKey.open(tmp_path), stated.grant)
    assert told == [pseudonym_of(Column(name, "personal", name), key, value) for value in SPELLINGS]


def test_the_key_of_a_grant_shows_nowhere(trust: Trust, clock: FixedClock, engine: Engine, tmp_path: Path) -> None:
    stated = opened(trust, form(clock, columns={"name": "pseudonym"}, assessment=assessed(trust)))
    view = trust.decide(HOLDER, "read", "gongan.resident", ["name"], stated)
    key = grant_key(HubKey.open(tmp_path), stated.grant)
    plan = str(engine.query("explain analyze from gongan.resident", {"gongan.resident": view}).to_pylist())
    logged = str([trust.audit.entry(number) for number in range(1, trust.audit.size() + 1)])
    for text in (repr(view), plan, logged, at_rest(tmp_path).lower(), at_rest(tmp_path)):
        assert key.hex() not in text
        assert repr(key) not in text
    assert key in view.keys.values()


# The negative list


@pytest.fixture
def listed() -> NegativeForm:
    sentence = "居民编号不予共享", "Resident numbers are not shared"
    return NegativeForm("no-resident-no", "国发〔2016〕51号 第十条", *sentence, "gongan.resident", ("resident_no",))


def test_the_negative_list_wins_at_once_and_keeps_its_versions(trust: Trust, clock: FixedClock, listed: NegativeForm) -> None:
    stated = opened(trust, form(clock))
    with pytest.raises(Refused):
        trust.negative_list.add(listed, STEWARD)
    card = trust.negative_list.add(listed, SECURITY)
    assert (card.version, trust.negative_list.version()) == (1, 1)
    for subject, purpose in ((STEWARD, Purpose()), (HOLDER, stated), (Subject("operator"), Purpose())):
        with pytest.raises(Refused) as refused:
            trust.decide(subject, "read", "gongan.resident", ["resident_no"], purpose)
        assert "居民编号不予共享" in refused.value.zh
    assert trust.views_for_step("build", {"gongan.resident": None})
    element = replace(listed, key="no-names", table="", columns=(), element="person_name", valid_to=date(2026, 11, 1))
    trust.negative_list.add(element, SECURITY)
    assert "name" not in trust.explain(STEWARD, "read", "gongan.resident").masked
    clock.advance(timedelta(days=2))
    assert "name" in trust.explain(STEWARD, "read", "gongan.resident").masked
    with pytest.raises(Refused, match="another person"):
        trust.negative_list.end("no-resident-no", SECURITY, SECURITY)
    trust.negative_list.end("no-resident-no", SECURITY, SECOND)
    assert trust.decide(HOLDER, "read", "gongan.resident", ["resident_no"], stated).columns == ("resident_no",)
    assert [[each.key for each in trust.negative_list.entries(version)] for version in (1, 2, None)] == [
        ["no-resident-no"], ["no-resident-no", "no-names"], ["no-names"],
    ]


def test_the_end_of_an_entry_waits_for_the_second_officer(trust: Trust, listed: NegativeForm) -> None:
    trust.negative_list.add(listed, SECURITY)
    with pytest.raises(Conflict):
        trust.negative_list.settle_end(listed.key, SECOND, agree=True)
    assert trust.negative_list.ask_end(listed.key, SECURITY).end_asked_by == SECURITY.reference
    with pytest.raises(Conflict):
        trust.negative_list.ask_end(listed.key, SECOND)
    with pytest.raises(Refused):
        trust.negative_list.settle_end(listed.key, SECURITY, agree=True)
    assert [each.key for each in trust.negative_list.entries()] == [listed.key]
    assert trust.negative_list.settle_end(listed.key, SECURITY, agree=False).end_asked_by == ""
    trust.negative_list.ask_end(listed.key, SECURITY)
    assert trust.negative_list.settle_end(listed.key, SECOND, agree=True).ended_version == 2
    assert trust.negative_list.entries() == []
    with pytest.raises(Conflict):
        trust.negative_list.settle_end(listed.key, SECOND, agree=True)


def test_what_is_no_entry_is_not_kept(trust: Trust, listed: NegativeForm) -> None:
    for wrong in ({"key": "Ö"}, {"article": " "}, {"table": "", "columns": ()}, {"table": ""}, {"zh": ""}):
        with pytest.raises(WrongUse):
            trust.negative_list.add(replace(listed, **wrong), SECURITY)  # type: ignore[arg-type]
    trust.negative_list.add(listed, SECURITY)
    with pytest.raises(Conflict):
        trust.negative_list.add(listed, SECURITY)
    with pytest.raises(Missing):
        trust.negative_list.end("nothing", SECURITY, SECOND)

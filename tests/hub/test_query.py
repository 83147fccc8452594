"""A query from its text to its rows over a hub's own policy: what is shown, refused by name, masked, and what the log keeps of it."""

import json

import pytest

from lingnan.base import Incomplete, Missing, Refused, WrongUse, load_settings
from lingnan.hub import Hub, make_steward
from lingnan.lake import CommitFacts
from lingnan.trust import ANONYMOUS, Subject
from tests.pension import ROWS, TABLE, describe
from tests.terminal import run

STEWARD = Subject("official", "018f", "minzheng", frozenset({"steward"}), "s1", assurance=2)
COUNTY = Subject("official", "0190", "minzheng", frozenset({"steward"}), "s2", division="440103", level="county", assurance=2)
OPERATOR = Subject("operator", "root")


@pytest.fixture(scope="module")
def home(new_home):
    return describe(new_home("query"))


@pytest.fixture(scope="module")
def hub(home):
    with Hub.open(load_settings(home)) as opened:
        opened.engine.write(TABLE, ROWS, {}, CommitFacts("test"))
        make_steward(opened)
        yield opened


def entries(hub, since):
    return hub.trust.audit.entries(since)


def test_a_steward_gets_rows_classes_masks_and_a_notice(hub):
    before = hub.trust.audit.size()
    found = hub.query(STEWARD, f"select person, sum(amount) as total, count(*) as n from {TABLE} where amount >= 10 group by person order by n desc")
    assert found.rows.to_pylist() == [{"person": "王**", "total": 11600, "n": 39}, {"person": "李**", "total": 6100, "n": 20}]
    told = [(column.name, column.classification, column.masked, column.sources) for column in found.columns]
    assert told == [
        ("person", "personal", True, (f"{TABLE}.person",)), ("total", "internal", False, (f"{TABLE}.amount",)), ("n", "public", False, ()),
    ]
    assert (found.tables, found.versions, found.truncated) == ((TABLE,), {TABLE: 0}, "")
    assert f"{TABLE}.person" in found.notice.en
    kinds = [(entry.kind, entry.action, entry.outcome) for entry in entries(hub, before)]
    assert kinds == [("decision", "query.run", "allowed"), ("decision", "query", "allowed"), ("query", "query", "done")]
    assert found.decision == before + 2
    few = hub.query(STEWARD, f"select person, count(*) as n from {TABLE} where amount < 70 group by person")
    assert few.rows.to_pylist() == [], "two are too few, and the five beside them would tell of the two"
    assert "fewer than 5" in few.notice.en
    assert "1 more groups or figures are withheld" in few.notice.en
    assert entries(hub, before)[-1].facts["withheld"] == 1


def test_disputed_entries_are_told_until_they_are_decided(hub):
    sql, disputes = f"select amount from {TABLE} where pension_no = 'P3'", hub.office.casework.disputes
    assert hub.query(STEWARD, sql).notice is None
    facts = {"table": TABLE, "entry_key": "P3", "items": "amount", "claim": "金额与发放记录不符，请核实", "correct_value": "40"}
    with hub.storage.session() as session:
        case = hub.office.casework.cases.open_in(session, "data-correction", facts)
        disputes.mark(session, case.id, case.number, TABLE, "P3", ["amount"])
    assert "disputed" in hub.query(STEWARD, sql).notice.en
    with hub.storage.session() as session:
        disputes.unmark(session, case.id)
    assert hub.query(STEWARD, sql).notice is None


def test_the_log_keeps_the_wording_and_no_literal(hub):
    before = hub.trust.audit.size()
    sql = f"select amount as \"{{}}\" from {TABLE} where person = '{{}}' or pension_no = '{{}}' -- {{}}"
    first = hub.query(STEWARD, sql.format("13812345678", "王小明", "440103199001011234", "李秀英"))
    second = hub.query(STEWARD, sql.format("x", "nobody", "1", "mine"))
    assert first.fingerprint == second.fingerprint
    kept = json.dumps([entry.facts for entry in entries(hub, before)], ensure_ascii=False)
    for value in ("王小明", "李秀英", "13812345678", "440103199001011234", "nobody"):
        assert value not in kept
    last = entries(hub, before)[-1].facts
    assert (last["decision"], last["rows"], last["versions"]) == (second.decision, 0, {TABLE: 0})
    assert last["statement"].startswith("select amount as _ from minzheng . pension where person = ?")


def test_only_the_columns_used_are_decided(hub):
    before = hub.trust.audit.size()
    hub.query(STEWARD, f"select count(amount) as n from {TABLE}")
    decided = json.dumps(entries(hub, before)[1].facts)
    assert "person" not in decided
    assert hub.query(OPERATOR, f"select count(*) as n from {TABLE}").rows.to_pylist() == [{"n": 60}]


def test_a_star_gives_what_may_be_seen_and_a_denied_name_is_refused_by_name(hub):
    shown = hub.query(OPERATOR, f"select * from {TABLE} order by pension_no", limit=2)
    assert shown.rows.column_names == ["pension_no", "division", "amount"]
    assert (shown.rows.num_rows, shown.truncated, shown.notice) == (2, "rows", None)
    joined = f"select count(*) from {TABLE} a join {TABLE} b using (person)"
    for sql in (f"select person from {TABLE}", f"select *, person from {TABLE}", joined):
        with pytest.raises(Refused) as refused:
            hub.query(OPERATOR, sql)
        assert refused.value.exit_code == 3
        assert "person" in refused.value.en
        assert "person" in refused.value.zh


def test_rows_of_other_divisions_are_not_there_for_any_condition(hub):
    found = hub.query(COUNTY, f"select division, count(*) as n from {TABLE} where division <> '440103' or amount >= 0 group by all")
    assert found.rows.to_pylist() == [{"division": "440103", "n": 30}]
    assert "only the rows you may see" in found.notice.en
    union = hub.query(COUNTY, f"select division from {TABLE} union select division from {TABLE} where division = '440305'")
    assert union.rows.to_pylist() == [{"division": "440103"}]


@pytest.mark.parametrize(("who", "sql", "kind"), [
    (ANONYMOUS, "select 1", Refused), (Subject("official", "0191", roles=frozenset({"auditor"}), assurance=2), "select 1", Refused),
    (STEWARD, "select * from minzheng.none", Missing),
    (STEWARD, "copy minzheng.pension to 'x'", Refused),
    (STEWARD, f"select no_such from {TABLE}", WrongUse), (STEWARD, f"select cast(person as integer) from {TABLE}", WrongUse),
])
def test_what_is_not_answered_is_logged_as_such(hub, who, sql, kind):
    before = hub.trust.audit.size()
    with pytest.raises(kind) as wrong:
        hub.query(who, sql)
    assert "王" not in wrong.value.zh + wrong.value.en
    last = entries(hub, before)[-1]
    assert last.outcome in ("refused", "failed")
    if last.kind == "query":
        assert last.facts["reason"] == wrong.value.code


def test_a_query_that_takes_too_long_is_stopped_and_logged(home):
    with Hub.open(load_settings(home).model_copy(update={"query_seconds": 0.5})) as quick:
        quick.sandbox.warm()
        before = quick.trust.audit.size()
        with pytest.raises(Incomplete) as stopped:
            quick.query(STEWARD, "select count(*) from range(1000000) a, range(1000000) b where a.range + b.range = -1")
        assert stopped.value.code == "QueryTooLong"
        assert entries(quick, before)[-1].facts["reason"] == "QueryTooLong"


def test_the_terminal_answers_with_rows_and_with_one_object(hub, home):
    def asked(*words):
        return run("insight", "query", *words, "--home", home, environment={"PATH": ""})

    done = asked(f"select division, person from {TABLE} order by amount", "--as", "steward", "--limit", "1", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["rows"], told["truncated"], told["columns"][1]["masked"]) == ([["440103", "王**"]], "rows", True)
    plain = asked(f"select pension_no from {TABLE} order by amount limit 2", "--lang", "en")
    assert plain.stdout.splitlines() == ["pension_no", "P0", "P1"]
    assert "2 rows" in plain.stderr

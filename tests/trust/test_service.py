"""The policy point as a whole: the log first, then the view, then rows without what is hidden."""

import sqlite3
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import Damaged, Refused, SystemClock, Unavailable, load_settings
from lingnan.lake import CommitFacts, Lake
from lingnan.storage import Storage
from lingnan.trust import ANONYMOUS, SYSTEM, Classified, Column, Subject, Trust

STEWARD = Subject("official", "a1", "zhengwu", roles=frozenset({"steward"}), assurance=2)
OPERATOR = Subject("operator")


def resident_row() -> pa.Table:
    return pa.table({
        "resident_no": ["r1"], "citizen_number": ["440103199001011234"], "name": ["王小明"], "birth_date": [date(1990, 1, 1)],
        "address": ["广州市越秀区北京街道1号"], "phone": ["13812345678"], "income": [9], "division": ["440103"], "surprise": ["王小明"],
    })


def test_an_unknown_table_is_refused_and_the_refusal_logged(trust: Trust) -> None:
    for subject in (ANONYMOUS, STEWARD, OPERATOR):
        with pytest.raises(Refused) as refused:
            trust.decide(subject, "read", "no.such")
        assert "审计编号" in refused.value.zh
    assert [entry.outcome for entry in trust.audit.entries()] == ["refused"] * 3


def test_a_visitor_reads_public_columns_only(trust: Trust) -> None:
    assert trust.decide(ANONYMOUS, "read", "gongan.resident").columns == ("division",)
    assert trust.decide(ANONYMOUS, "read", "jiaotong.metro").columns == ("station", "line")
    with pytest.raises(Refused):
        trust.decide(ANONYMOUS, "read", "gongan.resident", ["division", "name"])


def test_a_steward_reads_personal_columns_masked(trust: Trust, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", SystemClock())
    lake.append("gongan.resident", resident_row(), CommitFacts(job="test"))
    view = trust.decide(STEWARD, "preview", "gongan.resident", purpose="quality")
    rows = lake.engine(threads=1).query("select * from gongan.resident", {"gongan.resident": view}).to_pylist()
    assert rows == [{
        "resident_no": "r1", "citizen_number": "440103**********34", "name": "王**", "birth_date": date(1990, 1, 1),
        "address": "广州市越秀区北京街道***", "phone": "138****5678", "income": None, "division": "440103",
    }]
    entry = trust.audit.entry(int(view.decision))
    assert entry is not None
    assert (entry.subject, entry.purpose, entry.outcome) == ("official:a1", "quality", "allowed")
    assert "income" in entry.facts["decisions"]["gongan.resident"]["masked"]


def test_an_item_the_catalogue_does_not_know_counts_as_sensitive(trust: Trust) -> None:
    view = trust.decide(STEWARD, "read", "gongan.resident", ["division", "surprise"])
    assert view.columns == ("division", "surprise")
    assert set(view.masks) == {"surprise"}
    with pytest.raises(Refused):
        trust.decide(OPERATOR, "read", "gongan.resident", ["division", "surprise"])


def test_the_operator_reads_no_personal_column_and_nobody_exports_one(trust: Trust) -> None:
    assert trust.decide(OPERATOR, "read", "gongan.resident").columns == ("resident_no", "division")
    assert trust.decide(STEWARD, "export", "gongan.resident").columns == ("resident_no", "division")


def test_a_requests_decisions_are_one_entry_and_one_refusal_refuses_all(trust: Trust) -> None:
    views = trust.decide_many(ANONYMOUS, "read", {"gongan.resident": None, "jiaotong.metro": ["station"]}, versions={"jiaotong.metro": 3})
    assert {view.decision for view in views.values()} == {"1"}
    assert views["jiaotong.metro"].version == 3
    with pytest.raises(Refused):
        trust.decide_many(ANONYMOUS, "read", {"jiaotong.metro": None, "no.such": None})
    assert trust.audit.size() == 2


def test_a_step_gets_whole_tables_under_one_entry(trust: Trust) -> None:
    views = trust.views_for_step("govern:gongan.resident", {"landing.gongan_resident": 4, "registers.divisions": None})
    assert {view.decision for view in views.values()} == {"1"}
    assert (views["landing.gongan_resident"].columns, views["landing.gongan_resident"].version) == (None, 4)
    with pytest.raises(Refused):
        trust.views_for_step("score", {"truth.people": None})


def test_explain_is_a_dry_run(trust: Trust) -> None:
    answer = trust.explain(STEWARD, "read", "gongan.resident")
    assert (answer.allowed, "name" in answer.masked, "steward-masked-columns" in answer.rules) == (True, True, True)
    assert trust.audit.size() == 0


def test_actions_that_read_no_table(trust: Trust) -> None:
    assert trust.allow(STEWARD, "collect.load", "gongan.resident").allowed
    assert trust.allow(SYSTEM, "build.run").number == 2
    with pytest.raises(Refused):
        trust.allow(ANONYMOUS, "build.run")


def test_a_refusal_says_what_is_missing(trust: Trust) -> None:
    analyst = Subject("official", "a2", "zhengwu", roles=frozenset({"analyst"}), assurance=2)
    told = {}
    for subject in (ANONYMOUS, analyst):
        with pytest.raises(Refused) as refused:
            trust.decide(subject, "read", "gongan.resident", ["name"])
        told[subject.kind] = (refused.value.zh, refused.value.en)
    assert "请登录" in told["anonymous"][0]
    assert "Sign in" in told["anonymous"][1]
    assert "缺少对上述内容的授权" in told["official"][0], "who is signed in is told of the grant, not to sign in"
    assert "Sign in" not in told["official"][1]
    with pytest.raises(Refused) as refused:
        trust.allow(analyst, "collect.load", "gongan.resident")
    assert "缺少角色：数据管理员" in refused.value.zh
    assert "one of the roles data steward" in refused.value.en


def test_no_view_without_a_log(trust: Trust) -> None:
    with sqlite3.connect(trust.audit.path) as connection:
        connection.execute("drop table entry")
    with pytest.raises(Unavailable):
        trust.decide(ANONYMOUS, "read", "jiaotong.metro")
    with pytest.raises(Unavailable):
        trust.views_for_step("build", {"jiaotong.metro": None})


def test_quarantine_hides_the_failing_value_of_personal_columns(trust: Trust) -> None:
    columns = (Column("name", "personal"), Column("division", "public"), Column("_reasons", "sensitive"))
    trust.use_classifier(lambda table: Classified(table, columns))
    view = trust.decide(STEWARD, "preview", "quarantine.gongan_resident")
    assert "list_transform" in view.masks["_reasons"]
    with pytest.raises(Refused):
        trust.decide(ANONYMOUS, "preview", "quarantine.gongan_resident")


def test_a_log_that_is_gone_is_damage_and_no_new_one_takes_its_place(trust: Trust, tmp_path: Path) -> None:
    trust.record("decision", ANONYMOUS, "read", "a.t", "allowed")
    trust.close()
    for file in tmp_path.glob("audit.db*"):
        file.unlink()
    storage = Storage.open(load_settings(tmp_path))
    again = Trust.open(storage, tmp_path, SystemClock(), {"a.t": Classified("a.t", (Column("c", "public"),))}.get)
    with pytest.raises(Damaged):
        again.decide(ANONYMOUS, "read", "a.t")
    assert not again.verify().sound
    again.close()
    storage.close()

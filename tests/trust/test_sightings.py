"""Who looked at my record and why: found by the record's own number, without names of officials, without the number in the log."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from lingnan.base import FixedClock
from lingnan.trust import Purpose, Subject, Trust
from lingnan.trust.log.schema import ABOUT

pytestmark = pytest.mark.on_both

NUMBER = "440103199001011234"
TABLE = "jiaotong.metro"


def test_looks_at_one_record_are_told_to_whom_it_concerns(trust: Trust, clock: FixedClock, tmp_path: Path) -> None:
    unit = trust.accounts.make_organisation("minzheng", "民政厅", "Civil Affairs Department")
    account = trust.accounts.make_account("li", "李演示", "Li Demo", roles=("steward",), organisation="minzheng")
    official, visitor = Subject("official", account, unit, frozenset({"steward"}), assurance=2), Subject("anonymous")
    why = Purpose("social-assistance", "社会救助暂行办法第九条", "2026-0042")
    trust.decide(official, "read", TABLE, purpose=why, about=trust.sightings.about("people", NUMBER, official))
    clock.advance(timedelta(hours=1))
    trust.decide(visitor, "read", TABLE, about=trust.sightings.about("people", NUMBER, visitor))
    trust.decide(official, "read", TABLE, about=trust.sightings.about("people", "440103199001015678", official))
    trust.record("verification", official, "verify", TABLE, "matched", "verification", trust.sightings.about("people", NUMBER, official))
    trust.record("verification", official, "verify", TABLE, "refused", "verification", trust.sightings.about("people", NUMBER, official))
    seen = trust.sightings.of("people", NUMBER)
    assert [(each.action, each.organisation_zh, each.purpose, each.article, each.matter) for each in seen] == [
        ("verify", "民政厅", "verification", "", ""), ("read", "公众与企业", "", "", ""),
        ("read", "民政厅", "social-assistance", "社会救助暂行办法第九条", "2026-0042"),
    ]
    assert seen[0].organisation_en == "Civil Affairs Department"
    assert not {"李演示", "Li Demo", account} & {str(value) for each in seen for value in vars(each).values()}
    assert len(trust.sightings.of("people", NUMBER, since=clock.now())) == 2
    assert trust.sightings.of("entities", NUMBER) == []
    with sqlite3.connect(tmp_path / "audit.db") as connection:
        assert connection.execute("select count(*) from entry where facts like ?", (f"%{NUMBER[:10]}%",)).fetchone()[0] == 0
        plan = str(connection.execute(
            f"explain query plan select number from entry where {ABOUT} = ? and at >= ?", ("x", "")
        ).fetchall())
    assert "entry_record" in plan


def test_a_number_tells_its_neighbour_by_keyed_names_alone(trust: Trust) -> None:
    one, two = (trust.sightings.about("people", number, typed=number) for number in ("440103199001010018", "440103199001010026"))
    assert two["before"] == one["stem"]
    assert len({*one.values(), *two.values()}) == 5
    firm, next_firm = (trust.sightings.about("entities", code, typed=code) for code in ("91440101MA5CX00109", "91440101MA5CX00219"))
    assert next_firm["before"] == firm["stem"]
    assert trust.sightings.about("people", "x", typed="没有数字") == {"about": trust.sightings.about("people", "x")["about"]}
    assert trust.sightings.about("people", "440103199001010018", typed="440103199001010018") == one


def test_an_official_s_organisation_of_that_day_is_told(trust: Trust) -> None:
    unit = trust.accounts.make_organisation("gongan", "公安厅", "Public Security Department")
    stated = Subject("official", "unknown", unit)
    trust.record("verification", stated, "verify", TABLE, "matched", facts=trust.sightings.about("people", NUMBER, stated))
    trust.record("verification", Subject("official", "gone"), "verify", TABLE, "matched", facts=trust.sightings.about("people", NUMBER))
    assert [each.organisation_zh for each in trust.sightings.of("people", NUMBER)] == ["未注明机构", "公安厅"]

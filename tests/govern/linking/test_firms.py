"""Firms by trade name, former name and place; a branch is never its head, nor another branch; a firm's head in a register of persons."""

import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lingnan.govern import Asked, LinkReport, link
from lingnan.govern.linking.comparisons import compared_sql, comparisons_of
from lingnan.govern.linking.shapes import LinkColumn
from lingnan.govern.linking.traits import TRAITS, filled_in
from lingnan.govern.linking.values import GIVEN_RECORDS, RECORDS, lay_records
from lingnan.lake import Engine
from tests.govern.linking.conftest import write
from tests.govern.linking.making_firms import as_met, firms, registered

Run = Callable[..., tuple[LinkReport, list[dict[str, Any]]]]


def test_two_lists_of_firms(run: Run, tmp_path: Path) -> None:
    made, dice = firms(400, 12), random.Random(13)
    left = [{"编号": f"a{n}", "truth": each["truth"], **registered(each)} for n, each in enumerate(made)]
    right = [{"编号": f"b{n}", "truth": each["truth"], **as_met(each, dice)} for n, each in enumerate(made) if dice.random() < 0.9]
    dice.shuffle(right)
    report, links = run(write(tmp_path / "登记.csv", left), write(tmp_path / "名录.csv", right), key="编号")
    assert {each.title: each.kind for each in report.columns}["企业名称"] == "han_firm"
    assert report.quality is not None
    assert report.quality.f1 >= 0.95
    truth = {(0, row["编号"]): row["truth"] for row in left} | {(1, row["编号"]): row["truth"] for row in right}
    held = defaultdict(set)
    for row in links:
        if row["kind"] == "record":
            held[row["cluster"]].add(truth[(row["side"], row["id"])])
    # f12 is the head of b12: their names, heads and telephones are alike, and they are two.
    assert not any({f"f{each[1:]}" for each in together if each[0] == "b"} & together for together in held.values())


@pytest.mark.parametrize(("name", "core", "trade", "branch", "city"), [
    ("广州市恒达商贸有限公司", "恒达商贸", "恒达", None, "广州"),
    ("恒达(广州)商贸有限公司", "恒达商贸", "恒达", None, "广州"),
    ("恒达（佛山市三水区）商贸店", "恒达商贸", "恒达", None, "佛山"),
    ("恒达商贸", "恒达商贸", "恒达", None, None),
    ("恒达合伙企业（有限合伙）", "恒达", "恒达", None, None),
    ("广西壮族自治区南宁市明亮科技（集团）有限公司", "明亮科技", "明亮", None, "南宁"),
    ("广州恒达商贸有限公司深圳市分公司", "恒达商贸深圳", None, "深圳", "广州"),
    ("恒达商贸深圳分公司", "恒达商贸深圳", None, "恒达商贸深圳", None),
    ("中国银行股份有限公司东莞支行", None, None, "东莞", None),
    # A trade name may read like a city, and a shop like a town.
    ("广州大同贸易有限公司", "大同贸易", "大同", None, "广州"),
    ("安康医药有限公司", "安康医药", "安康", None, None),
    ("恒达超市连锁店", "恒达超市连锁", None, None, None),
])
def test_what_a_name_is_made_of(engine: Engine, name: str, core: str | None, trade: str | None, branch: str | None, city: str | None) -> None:
    trait = TRAITS["han_firm"]
    extras = ", ".join(f"{filled_in(sql, v='v', t='t', **{each: each for each in trait.extras})} as {key}" for key, sql in trait.extras.items())
    with engine.session({}) as session:
        told = session.query(f"select {extras} from (select t, {trait.value.replace('{}', 't')} as v from (select $name as t))", {"name": name})
        row = told.to_pylist()[0]
    assert (row["n"], row["p"]) == (branch, city)
    assert core in (None, row["core"])
    assert trade in (None, row["w"])


@pytest.mark.parametrize(("first", "second", "level"), [
    ("广州市恒达商贸有限公司", "恒达（广州）商贸有限责任公司", "same core name"),
    ("广州市恒达商贸有限公司", "恒达商贸", "same core name"),
    ("广州恒达商贸有限公司", "深圳恒达商贸有限公司", "same trade name, other city"),
    ("广州恒达商贸有限公司", "广州恒达物流有限公司", "same trade name, other line of business"),
    ("广州恒达商贸有限公司番禺区分公司", "恒达商贸番禺分公司", "same core name"),
    ("广州恒达商贸有限公司番禺区分公司", "广州恒达商贸有限公司", "one is a branch, or both are and of two places"),
    ("广州恒达商贸有限公司番禺分公司", "广州恒达商贸有限公司天河分公司", "one is a branch, or both are and of two places"),
])
def test_how_two_names_compare(engine: Engine, tmp_path: Path, first: str, second: str, level: str) -> None:
    rows = [{"id": str(n), "单位名称": name} for n, name in enumerate((first, second))]
    with engine.session({}) as session:
        source = write(tmp_path / "two.csv", rows)
        session.execute(f"create temp table {GIVEN_RECORDS} as select row_number() over () as rid, 0 as side, id, \"单位名称\" from '{source}'")
        comparisons = comparisons_of(lay_records(session, [LinkColumn("单位名称", "han_firm", 1.0, 0.5)]))
        told = session.query(compared_sql(comparisons, f"from {RECORDS} as l join {RECORDS} as r on l.rid < r.rid")).to_pylist()[0]
    assert comparisons[0].levels[told["g0"]].en == level


def test_the_head_of_a_firm_is_found_among_persons_by_name_and_telephone(engine: Engine, tmp_path: Path) -> None:
    made, dice = firms(300, 21), random.Random(22)
    heads = [{"编号": f"p{n}", "truth": each["truth"], "姓名": each["head"], "手机": each["phone"] if dice.random() < 0.9 else "",
              "住址": f"广州市{dice.randint(1, 99)}号"} for n, each in enumerate(made) if not each["branch"]]
    others = [{"编号": f"q{n}", "truth": f"x{n}", "姓名": each["head"], "手机": each["phone"], "住址": ""} for n, each in enumerate(firms(300, 99))]
    persons = write(tmp_path / "人员.csv", [*heads, *others])
    listed = write(tmp_path / "企业.csv", [
        {"编号": f"c{n}", "truth": each["truth"], **registered(each)} for n, each in enumerate(made) if not each["branch"]
    ])
    asked = Asked(listed, persons, "编号", "truth", renamed={"姓名": "法定代表人", "手机": "联系电话"}, leave_out=("住所",))
    report = link(asked, None, engine=engine, views={})
    assert report.quality is not None
    assert report.quality.precision >= 0.97
    assert report.quality.recall >= 0.85

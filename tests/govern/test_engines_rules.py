"""Every rule stops the same rows on both engines, with the same reasons, values and counts: one contract that asks them all at once."""

import os
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from lingnan.govern import GovernResult
from lingnan.lake.spark.session import SparkTask
from tests.govern.conftest import Desk, write
from tests.govern.test_rules import CASES, Case, quality

pytestmark = pytest.mark.spark

_NAMED = re.compile(r"\b([abc])\b(?!-)")
MORE = """
{name: sex, logicalType: string, customProperties: [{property: codeList, value: sexes}, {property: standardise, value: [{code: {list: sexes}}]}]}
{name: division, logicalType: string, customProperties: [{property: dataElement, value: division}]}
{name: number, logicalType: string, required: true, customProperties: [{property: dataElement, value: citizen_number}]}
{name: amount, logicalType: number, physicalType: 'DECIMAL(18,2)', customProperties: [{property: standardise, value: [{amount: {unit: 万}}]}]}
{name: moment, logicalType: timestamp}
{name: agreed, logicalType: boolean}
"""
MORE_RULES = """
{id: rows, type: library, metric: rowCount, mustBe: 99}
{id: own, type: sql, query: 'select count(*) / 4 from ${table} where sex is not null', mustBe: 0}
{id: fresh, type: custom, engine: lingnan, implementation: {rule: fresh, hours: 1}}
{id: fresh_column, type: custom, engine: lingnan, implementation: {rule: fresh, column: moment, days: 10}}
{id: few_nulls, type: library, metric: nullValues, arguments: {property: sex}, mustBeLessThan: 50, unit: percent}
{id: few_copies, type: library, metric: duplicateValues, arguments: {properties: [agreed]}, mustBeLessThan: 1}
"""
MORE_ROWS: list[dict[str, Any]] = [
    {"sex": "男", "division": "440183", "number": "11010519491231002x", "amount": "1.5", "moment": "2026年1月2日3时4分", "agreed": "是"},
    {"sex": "２", "division": "440106", "number": "440524800101001", "amount": "1,234.5元", "moment": "2026-01-02 03:04:05", "agreed": "N"},
    {"sex": "9", "division": "449999", "number": "110105194912310021", "amount": "十万", "moment": "25点", "agreed": "也许"},
    {"sex": "？", "division": "440681", "number": "", "amount": None, "moment": None, "agreed": None},
]


def renamed(text: str, place: str) -> str:
    """The columns a, b and c of a case under names of its own."""
    return _NAMED.sub(rf"\1{place}", text)


def rule_of(case: Case, place: str) -> str:
    written = quality(case)[1:-1].replace("id: planted", f"id: case{place}")
    return renamed(written, place)


def chosen() -> dict[str, Case]:
    """Every case in the long run; in the short one the first of each kind."""
    kinds: dict[str, str] = {}
    for name, case in CASES.items():
        kinds.setdefault(case.kind, name)
    return CASES if os.environ.get("LINGNAN_LONG") else {name: CASES[name] for name in kinds.values()}


def everything() -> tuple[str, list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """One contract of all cases, rows that hold every case's rows side by side, and the tables they refer to."""
    properties, rules, rows, others = [MORE.strip()], MORE_RULES.strip().splitlines(), [dict(row) for row in MORE_ROWS], {}
    for number, case in enumerate(chosen().values()):
        place = f"_{number}"
        lines = case.properties.replace("{rule}", f", quality: [{rule_of(case, place)}]" if case.column else "")
        properties.append(renamed(lines, place))
        rules += [] if case.column else [rule_of(case, place)]
        for at, row in enumerate([*case.good, case.bad]):
            if at == len(rows):
                rows.append({})
            rows[at] |= {renamed(name, place): value for name, value in row.items()}
        for table, held in case.others.items():
            others.setdefault(table, [{renamed(name, place): value for name, value in row.items()} for row in held])
    names = sorted({name for row in rows for name in row})
    return write("\n".join(properties), f"[{', '.join(rules)}]"), [{name: row.get(name) for name in names} for row in rows], others


def governed(desk: Desk, engine: str) -> tuple[GovernResult, dict[str, list[dict[str, Any]]]]:
    contract, rows, others = everything()
    desk.engine = desk.lake.engine(engine, threads=2, memory="2GB")
    for table, held in others.items():
        desk.put(table, held)
    desk.land(rows)
    result = desk.govern(contract, others=tuple(others))
    desk.engine = desk.lake.engine(threads=2)
    tables = ("gongan.resident", "quarantine.gongan_resident", "checks.gongan_resident")
    return result, {table: desk.rows(table) for table in tables}


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The joins of every statement that Spark is asked, as it plans them."""
    found, asked = list[str](), SparkTask._sql

    def noted(self: SparkTask, text: str, params: Mapping[str, Any] | None) -> Any:
        frame = asked(self, text, params)
        plan = str(frame._jdf.queryExecution().sparkPlan().toString())
        found.extend(line.strip(" :+-") for line in plan.splitlines() if "Join" in line)
        return frame

    monkeypatch.setattr(SparkTask, "_sql", noted)
    return found


def test_all_rules_at_once(tmp_path: Path, spark_local: str, joined: list[str]) -> None:
    desks = Desk(tmp_path / "here"), Desk(tmp_path / "there")
    (here, mine), (there, theirs) = (governed(desk, name) for desk, name in zip(desks, ("duckdb", spark_local), strict=True))
    assert [asdict(count) for count in there.checks] == [asdict(count) for count in here.checks]
    assert theirs == mine
    asked = {f"case_{number}" for number in range(len(chosen()))}
    failed = {rule for row in mine["quarantine.gongan_resident"] for rule in row["_rules"]}
    assert asked <= failed, f"not failed by any row: {sorted(asked - failed)}"
    told = [join for join in joined if "ExistenceJoin" in join]
    assert told, "membership is asked of the engine"
    assert [join for join in told if "NestedLoop" in join] == [], "every row held against every code or digest"

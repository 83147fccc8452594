"""Rule sets: what holds is found with its reasons, for one case and over rows alike."""

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from lingnan.base import BadInput
from lingnan.lake.spark import portable
from lingnan.methods import findings_sql, read_rules

CLAIMS = """
ruleset: claims
version: "2026-1"
title: {zh: 结算审核, en: Audit of claims}
basis: 示例办法
facts:
  - {name: price, type: number, zh: 单价, en: Price, unit: 元}
  - {name: ceiling, type: number, zh: 限价, en: Ceiling, unit: 元}
  - {name: kind, type: string, zh: 项目, en: Kind, values: [床位, 药品, 检查]}
  - {name: days, type: integer, zh: 天数, en: Days}
rules:
  - id: P04
    kind: certain
    title: {zh: 超过限价, en: Above the ceiling}
    when: {price: "> ceiling"}
    amount: "= price - ceiling"
    basis: 第十条
  - id: M06
    kind: suspect
    title: {zh: 住院过短或床位费过高, en: Short stay or dear bed}
    any:
      - {days: "<= 2", kind: 检查}
      - {kind: 床位, price: ">= 100"}
    evidence: [days, kind]
"""
ROWS: list[tuple[Any, ...]] = [(12, 10, "药品", 5), (120, None, "床位", None), (5, 10, "检查", 2), (11, 10, "检查", 1), (None, 10, "药品", 1)]
FOUND = [(0, "P04", 2), (1, "M06", None), (2, "M06", None), (3, "P04", 1), (3, "M06", None)]


def facts(row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(("price", "ceiling", "kind", "days"), row, strict=True))


def test_what_holds_is_found_with_its_reasons() -> None:
    rules = read_rules(CLAIMS)
    found = [(at, each.rule, each.amount) for at, row in enumerate(ROWS) for each in rules.find(facts(row))]
    assert found == FOUND
    first = rules.find(facts(ROWS[0]))[0]
    assert (first.kind, first.version, first.basis, first.words.zh) == ("certain", "2026-1", "第十条", "超过限价")
    assert dict(first.evidence) == {"price": Decimal(12), "ceiling": Decimal(10)}
    with pytest.raises(BadInput, match="misses the facts days"):
        rules.find({"price": 1, "ceiling": 1, "kind": "药品"})


def test_rows_are_found_alike() -> None:
    connection = duckdb.connect()
    connection.execute("create table claims (i integer, price decimal(9,2), ceiling decimal(9,2), kind varchar, days integer)")
    connection.executemany("insert into claims values (?, ?, ?, ?, ?)", [(at, *row) for at, row in enumerate(ROWS)])
    text = findings_sql(read_rules(CLAIMS), "claims", ["i"])
    assert portable.outside(text) == []
    rows = connection.sql(f"select * from ({text}) order by i, finding_rule desc").fetchall()
    assert [(row[0], row[1], row[6]) for row in rows] == FOUND
    assert rows[0][1:6] == ("P04", "2026-1", "certain", "第十条", "price=12.0; ceiling=10.0")
    assert rows[1][5] == "days=null; kind=床位"


@pytest.mark.parametrize(("old", "new", "says"), [
    ("kind: certain", "kind: sure", "kind is certain or suspect"),
    ('when: {price: "> ceiling"}', "when: {}", "no condition"),
    ('when: {price: "> ceiling"}', "evidence: [price]", "either when"),
    ('when: {price: "> ceiling"}', 'when: {prise: "> ceiling"}', "unknown keys prise"),
    ("evidence: [days, kind]", "evidence: [day]", "unknown keys day"),
    ("kind: 检查}", "kind: 检验}", "not among its values"),
    ("id: M06", "id: P04", "occurs twice"),
])
def test_a_set_that_is_not_whole_is_refused(old: str, new: str, says: str) -> None:
    assert old in CLAIMS
    with pytest.raises(BadInput, match=says):
        read_rules(CLAIMS.replace(old, new))

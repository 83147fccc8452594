"""Decisions, findings, scores and differences as SQL: the same rows on both engines."""

import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lingnan.base import SystemClock
from lingnan.lake import Lake
from lingnan.methods import (
    Attribute,
    Bin,
    Scorecard,
    decision_sql,
    differences_sql,
    findings_sql,
    hits_sql,
    read_decision,
    read_rules,
    scorecard_sql,
    wilson_low_sql,
)
from tests.methods.test_decisions import DEPOSIT
from tests.methods.test_rulesets import CLAIMS

pytestmark = [pytest.mark.spark, pytest.mark.timeout(3600)]

PRICES = (Bin(1, 1, 0.1, None, 10.0, points=0.1), Bin(1, 1, 0.2, 10.0, None, points=1e-05), Bin(1, 1, 0, missing=True, points=-3.3))
KINDS = (Bin(1, 1, 0.1, values=("新办", "变更"), points=7.5),)
CARD = Scorecard("made", "1", (Attribute("price", PRICES, 0.1), Attribute("kind", KINDS, 0.1, neutral=2.5)), 0.0)


def given() -> pa.Table:
    years, listed, kinds = [0, 1, 2, 51, None], [True, False, None], ["新办", "变更", "延续", "注销", None]
    rows = [(year, on, kind) for year in years for on in listed for kind in kinds]
    numbers = range(len(rows))
    return pa.table({
        "i": pa.array(numbers, pa.int64()), "years": pa.array([row[0] for row in rows], pa.int64()), "listed": pa.array([row[1] for row in rows]),
        "kind": pa.array([row[2] for row in rows]), "days": pa.array([row[0] for row in rows], pa.int64()),
        "price": pa.array([None if number % 7 == 0 else number / 3 for number in numbers], pa.float64()),
        "ceiling": pa.array([Decimal(10)] * len(rows), pa.decimal128(9, 2)),
    })


CLAIM_WORDS = CLAIMS.replace("[床位, 药品, 检查]", "[新办, 变更, 延续]").replace("kind: 检查}", "kind: 新办}").replace("kind: 床位", "kind: 变更")
FEWER = "(select * from given where i < 60)"
STATEMENTS = {
    "decisions": decision_sql(read_decision(DEPOSIT), "given", ["i"]) + " order by i",
    "hits": f"select * from ({hits_sql(read_decision(DEPOSIT.replace('hit: U', 'hit: C')), 'given', ['i'])}) order by i, decision_order",
    "findings": f"select * from ({findings_sql(read_rules(CLAIM_WORDS), 'given', ['i'])}) order by i, finding_rule",
    "scores": scorecard_sql(CARD, "given", ["i"]) + " order by i",
    "differences": f"select * from ({differences_sql('given', FEWER, ['years', 'kind'], ['listed', 'days'])}) order by years, kind",
    "bounds": f"select i, {wilson_low_sql('i', 'i + years')} as low from given order by i",
}


def alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal values, floating numbers to nine digits; an exact number may be of another precision."""
    return all(
        math.isclose(value, other[name], rel_tol=1e-9) if isinstance(value, float | Decimal) and other[name] is not None else value == other[name]
        for name, value in one.items()
    )


def test_both_engines_answer_alike(spark_local: str, tmp_path: Path) -> None:
    lake, table = Lake(tmp_path, SystemClock()), given()
    found = []
    for engine in (lake.engine(threads=2), lake.engine(spark_local, threads=2, memory="1GB")):
        with engine.session({}, {"given": table}) as session:
            found.append({name: session.query(sql) for name, sql in STATEMENTS.items()})
    for name in STATEMENTS:
        one, other = (answers[name] for answers in found)
        assert one.schema.names == other.schema.names
        assert one.num_rows > 5, name
        apart = [(row, same) for row, same in zip(one.to_pylist(), other.to_pylist(), strict=True) if not alike(row, same)]
        assert apart == [], name

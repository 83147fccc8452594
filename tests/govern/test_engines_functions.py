"""The functions of the standards give the same answers on both engines, over the same made values, rare characters and nulls included."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from lingnan.base import SystemClock
from lingnan.govern import ADDRESSED, KnownName, known_table, lay_addresses
from lingnan.lake import Engine, EngineSession, Lake
from lingnan.standards import (
    CITIZEN_NUMBER,
    CREDIT_FACT,
    IDENTIFIERS,
    amount_sql,
    citizen_birth_sql,
    citizen_division_sql,
    citizen_sex_sql,
    date_sql,
    load_calendar,
    month_sql,
    normalise_sql,
    timestamp_sql,
)
from tests.govern.making_addresses import make
from tests.govern.making_values import made_values

pytestmark = [pytest.mark.spark, pytest.mark.timeout(3600)]

COUNT = 1_000_000 if os.environ.get("LINGNAN_LONG") else 20_000
ADDRESSES = 50_000 if os.environ.get("LINGNAN_LONG") else 400
SEED = 2026
Make = Callable[[str], str]

# One statement for several functions: a statement costs the cluster's engine more than so many values do.
GROUPS: dict[str, dict[str, Make]] = {
    "identifiers are judged": {f"{each.name}": each.sql for each in IDENTIFIERS.values()} | {"refusal": CREDIT_FACT.refusal_sql},
    "identifiers are written": {f"{each.name}": each.normal_sql for each in IDENTIFIERS.values()},
    "texts are folded": {
        "normal": normalise_sql, "upper": lambda text: f"upper({text})", "lower": lambda text: f"lower({text})", "trim": lambda text: f"trim({text})",
        "head": lambda text: f"substr({text}, -3, 2)", "length": lambda text: f"length({text})", "first": lambda text: f"left({text}, 1)",
    },
    "days and moments are read": {"day": date_sql, "month": month_sql, "moment": timestamp_sql},
    "amounts and citizens are read": {
        "yuan": amount_sql, "ten thousands": lambda text: amount_sql(text, "万"), "birth": citizen_birth_sql, "sex": citizen_sex_sql,
        "division": citizen_division_sql, "as rules ask": lambda text: CITIZEN_NUMBER.sql(text, shared=True),
    },
}


@pytest.fixture(scope="module")
def values() -> pa.Table:
    made = list(made_values(COUNT, SEED))
    return pa.table({"i": pa.array(range(len(made)), pa.int64()), "x": pa.array(made, pa.string())})


@pytest.fixture(scope="module")
def engines(spark_local: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Engine]:
    lake = Lake(Path(tmp_path_factory.mktemp("functions")), SystemClock())
    return lake.engine(threads=2), lake.engine(spark_local, threads=2, memory="2GB")


@pytest.fixture(scope="module")
def sessions(engines: tuple[Engine, Engine], values: pa.Table) -> Iterator[tuple[EngineSession, EngineSession]]:
    """One session of each engine, in which the values are laid once for all groups."""
    with engines[0].session({}, {"given": values}) as here, engines[1].session({}, {"given": values}) as there:
        yield here, there


@pytest.mark.parametrize("group", GROUPS)
def test_functions_answer_alike(sessions: tuple[EngineSession, EngineSession], values: pa.Table, group: str) -> None:
    shown = ", ".join(f'{make("x")} as "{name}"' for name, make in GROUPS[group].items())
    sql = f"select i, {shown} from given order by i"
    here, there = (session.query(sql) for session in sessions)
    assert here["i"].equals(there["i"])
    for name in GROUPS[group]:
        one, other = here[name], there[name].cast(here[name].type)
        assert one.null_count < len(one), name  # where nothing was understood, sameness would mean nothing
        assert one.equals(other), (name, _different(values["x"], one, other))


def _different(given: pa.ChunkedArray, one: pa.ChunkedArray, other: pa.ChunkedArray) -> list[tuple[object, object, object]]:
    same = pc.fill_null(pc.equal(one, other), False)
    both_null = pc.and_(pc.is_null(one), pc.is_null(other))
    rows = pa.table({"x": given, "one": one, "other": other}).filter(pc.invert(pc.or_(same, both_null)))
    return [tuple(row.values()) for row in rows.slice(0, 5).to_pylist()]


def test_addresses_are_read_alike(engines: tuple[Engine, Engine]) -> None:
    """Made addresses, and values that are none: every column of every answer, with something known beforehand."""
    texts = [each.address for each in make(SEED, ADDRESSES)] + list(made_values(ADDRESSES // 4, SEED))
    known = known_table([KnownName("road", "科技路", "440305", "440300"), KnownName("text", "南山区科技路5号", "440305")])
    given, found = pa.table({"address": pa.array([*texts, "深圳市科技路5号"], pa.string())}), []
    for engine in engines:
        with engine.session({}, {"given": given}) as session:
            session.execute("create temp table numbered as select row_number() over () as place, address from given")
            lay_addresses(session, "numbered", "address", known=known, row="place")
            found.append(session.query(f"select * from {ADDRESSED} order by row"))
    here, there = found
    assert {"named", "known_name", "no_division", "renamed"} <= set(here["reason"].to_pylist())
    for name in here.schema.names:
        assert here[name].equals(there[name].cast(here[name].type)), (name, _different(here["given"], here[name], there[name]))


def test_deadlines_are_the_same_days(engines: tuple[Engine, Engine]) -> None:
    """Ten working days after every known day, by the join that rooms use."""
    calendar = load_calendar().arrow()
    sql = (
        "select a.day, min(b.day) as due from given as a join given as b on b.ordinal = a.ordinal + 10 and b.workday group by a.day order by a.day"
    )
    here, there = (engine.query(sql, {}, arrow={"given": calendar}) for engine in engines)
    assert here.num_rows > 300
    assert here.to_pylist() == there.to_pylist()

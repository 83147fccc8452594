"""A view's values are bound and its keys stay hidden: not in its text, not in plans, not in errors."""

import hmac
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from lingnan.base import SystemClock, WrongUse
from lingnan.lake import CommitFacts, Engine, Lake, View, bound, keyed_hash
from tests.spark import ENGINES

pytestmark = pytest.mark.parametrize("engine_name", ENGINES, indirect=True)

KEY = b"a key that nobody should ever see"[:32]
NAMES = ["王小明", "", None, "O'Neil"]


@pytest.fixture
def engine(tmp_path: Path, engine_name: str) -> Engine:
    engine = Lake(tmp_path / "lake", SystemClock()).engine(engine_name, threads=2)
    rows = pa.table({"id": [1, 2, 3, 4], "name": NAMES, "division": ["440103", "442000", "440106", None]})
    engine.write("area.t", "select * from given", {}, CommitFacts("test"), arrow={"given": rows})
    return engine


def keyed(key: bytes = KEY) -> View:
    return View("area.t", "1", columns=("id", "name"), masks={"name": keyed_hash("k", '"name"')}, keys={"k": key})


def test_the_keyed_hash_is_hmac(engine: Engine) -> None:
    told = engine.query("select name from area.t order by id", {"area.t": keyed()}).column("name").to_pylist()
    assert told == [None if name is None else hmac.digest(KEY, name.encode(), "sha256").hex() for name in NAMES]
    other = engine.query("select name from area.t order by id", {"area.t": keyed(b"another")}).column("name").to_pylist()
    assert not {each for each in told if each} & set(other)


def told_by_duckdb(engine: Engine) -> list[str]:
    catalogues = ("select sql from duckdb_views()", "select value from duckdb_variables()")
    asked = ("explain from area.t", "explain analyze from area.t", *catalogues)
    told = [str(engine.query(sql, {"area.t": keyed()}).to_pylist()) for sql in asked]
    with pytest.raises(duckdb.Error) as wrong:
        engine.query("select cast(name as integer), error('stop') from area.t", {"area.t": keyed()})
    return [*told, str(wrong.value)]


def told_by_spark(engine: Engine) -> list[str]:
    with engine.session({"area.t": keyed()}) as session:
        spark = session.connection  # type: ignore[attr-defined]
        told = [str(spark.sql(f"explain {how} select name from `area.t`").collect()) for how in ("extended", "codegen", "formatted")]
        with pytest.raises(Exception, match="CAST_INVALID_INPUT") as wrong:
            session.query("select cast(name as integer) from area.t")
    return [*told, str(wrong.value)]


def test_a_key_shows_nowhere(engine: Engine) -> None:
    shapes = [repr(keyed()), str(keyed()), *(told_by_duckdb(engine) if engine.name == "duckdb" else told_by_spark(engine))]
    for shape in shapes:
        assert KEY.decode() not in shape
        assert KEY.hex() not in shape.lower()
        assert KEY.hex()[:16] not in shape.lower().replace("\\x", "")


@pytest.mark.parametrize("value", ["4401", "' or true --", "%", "44'; drop view area.t; --"])
def test_values_are_bound(engine: Engine, value: str) -> None:
    view = View("area.t", "1", columns=("id",), row_filter=f"starts_with(division, {bound('v')})", values={"v": value})
    found = engine.query("select id from area.t order by id", {"area.t": view}).column("id").to_pylist()
    assert found == ([1, 3] if value == "4401" else [])
    assert value not in repr(view)


def test_a_list_can_be_bound_and_a_name_must_be_one(engine: Engine) -> None:
    view = View("area.t", "1", row_filter=f"list_contains({bound('v')}, id)", values={"v": [1, 4]})
    assert engine.query("select id from area.t order by id", {"area.t": view}).column("id").to_pylist() == [1, 4]
    for name in ("v'", "V", "", "a b"):
        with pytest.raises(WrongUse):
            bound(name)

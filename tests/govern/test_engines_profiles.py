"""A file and a table have the same profile, and fail the same checks, whichever engine looks at them."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import SystemClock
from lingnan.govern import check, profile
from lingnan.lake import CommitFacts, Lake, View

pytestmark = [pytest.mark.spark, pytest.mark.timeout(900)]
AT = datetime(2026, 1, 2, tzinfo=UTC)
ROWS = 300


def rows() -> dict[str, list[object]]:
    places = range(ROWS)
    return {
        "no": [f"S{place:04}" for place in places], "name": ["越秀公园" if place % 3 else None for place in places],
        "division": ["440104" if place % 2 else "440106" for place in places], "places": [place * 7 % 100 for place in places],
        "opened": [date(2020, 1, 1) + timedelta(days=place) for place in places],
    }


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    made = Lake(Path(tmp_path_factory.mktemp("profiles")), SystemClock())
    made.overwrite("minzheng.shelter", pa.table(rows()), CommitFacts(job="test"))
    return made


def test_a_table_has_one_profile(lake: Lake, spark_local: str) -> None:
    views = {"minzheng.shelter": View("minzheng.shelter", "test")}
    here, there = (
        profile("minzheng.shelter", engine=lake.engine(name, threads=2, memory="1GB"), views=views, at=AT) for name in ("duckdb", spark_local)
    )
    assert there.payload() == here.payload()
    assert there.contract == here.contract
    assert (here.rows, {each.name: each.counts.quantiles != () for each in here.columns}["places"]) == (ROWS, True)


def test_a_text_file_has_one_profile_and_fails_alike(lake: Lake, spark_local: str, tmp_path: Path) -> None:
    file = tmp_path / "shelters.csv"
    with file.open("w", newline="", encoding="gbk") as written:
        csv.writer(written).writerows([rows().keys(), *zip(*rows().values(), strict=True)])
    engines = [lake.engine(name, threads=2, memory="1GB") for name in ("duckdb", spark_local)]
    here, there = (profile(file, engine=engine, views={}, at=AT) for engine in engines)
    assert there.payload() == here.payload()
    mine, theirs = (check(file, None, None, engine=engine, views={}, today="2026-01-02") for engine in engines)
    assert theirs.payload() == mine.payload()
    assert mine.rows == ROWS

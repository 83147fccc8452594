"""The real files: each comes in through the same doors as any feed, as its source says it is, with its faults found and nothing made of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import FixedClock, Settings, SilentProgress
from lingnan.collect import Feed, LoadResult, current_batches, feeds, load_feed
from lingnan.govern import GovernResult, govern_table, inputs_of
from lingnan.hub.real import place_real_files
from lingnan.hub.registration import resource_forms
from lingnan.lake import CommitFacts, Engine, Lake, View
from lingnan.registers import SERIES, build_series
from lingnan.storage import Storage

FEEDS = [
    "gjtj.guangzhou_year", "hgjj.us_macro_quarter", "jtys.metro_station", "mca.city", "mca.division", "mca.province", "sthj.air_hour",
    "wsjk.covid_day",
]
ROWS = dict(zip(FEEDS, (50, 2436, 215, 342, 2978, 31, 35064, 7796), strict=True))
REFERRED = ["mca.province", "mca.city"]


@dataclass
class Loaded:
    """What loading and governing all of them gave."""

    home: Path
    feeds: dict[str, Feed]
    lake: Lake
    engine: Engine
    loads: dict[str, LoadResult] = field(default_factory=dict)
    results: dict[str, GovernResult] = field(default_factory=dict)

    def views(self, *tables: str) -> dict[str, View]:
        return {table: View.for_step(table, "test") for table in tables if self.lake.exists(table)}

    def ask(self, sql: str, *tables: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self.engine.query(sql, self.views(*tables)).to_pylist()]

    def warned(self, feed: str) -> dict[str, int]:
        return {check.rule: check.failed for check in self.results[feed].checks if check.failed and check.severity == "warning"}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    home, clock = tmp_path_factory.mktemp("real") / "hub", FixedClock(datetime(2026, 10, 31, 2, tzinfo=UTC))
    place_real_files(home)
    lake, storage = Lake(home / "lake", clock), Storage.open(Settings(home=home, clock=clock.now()))
    loaded = Loaded(home, {feed.id: feed for feed in feeds(home / "sources")}, lake, lake.engine(threads=2))
    doors = {"lake": lake, "engine": loaded.engine, "storage": storage, "clock": clock, "progress": SilentProgress()}
    for name, feed in loaded.feeds.items():
        loaded.loads[name] = load_feed(feed, home=home, **doors)
    for name in [*REFERRED, *(name for name in loaded.feeds if name not in REFERRED)]:
        contract = loaded.feeds[name].contract
        loaded.results[name] = govern_table(
            name, contract, lake=lake, engine=loaded.engine, views=loaded.views(*inputs_of(name, contract)), facts=CommitFacts(job="test"),
            batches=current_batches(storage, name), today="2026-10-31",
        )
    yield loaded
    storage.close()


def test_placing_again_writes_nothing(tmp_path: Path) -> None:
    assert place_real_files(tmp_path) == FEEDS
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert place_real_files(tmp_path) == FEEDS
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
    changed = tmp_path / "real" / "mca" / "provinces.csv"
    changed.write_text("code,name\n")
    place_real_files(tmp_path)
    assert len(changed.read_text(encoding="utf-8").splitlines()) == 32


@pytest.mark.parametrize("name", FEEDS)
def test_every_file_loads_whole_and_without_alarm(real: Loaded, name: str) -> None:
    load, result = real.loads[name], real.results[name]
    assert (load.rows, load.rejected, load.alarms) == (ROWS[name], 0, ())
    assert (result.accepted, result.quarantined, result.notes) == (ROWS[name], 0, ())


@pytest.mark.parametrize("name", FEEDS)
def test_every_file_says_that_it_is_real_open_and_under_which_licence(real: Loaded, name: str) -> None:
    feed = real.feeds[name]
    (form,) = [form for form in resource_forms([feed]) if form.key == name]
    assert (form.origin, form.share_type, form.open_type) == ("real", "unconditional", "unconditional")
    assert form.licence
    assert {each.classification for each in feed.contract.properties} == {"public"}
    assert (real.home / "real" / name.split(".")[0] / "SOURCE.md").is_file()


def test_divisions_of_guangdong_hang_together(real: Loaded) -> None:
    assert real.ask("select count(*) from mca.city where province_code = '44'", "mca.city") == [(21,)]
    counted = "select count(*), count(*) filter (where right(code, 2) = '00') from mca.division where province_code = '44'"
    assert real.ask(counted, "mca.division") == [(124, 2)]
    assert real.warned("mca.division") == {"code_is_county": 3}
    shenzhen = real.ask("select min(code), max(code), count(*) from mca.division where city_code = '4403'", "mca.division")
    assert shenzhen == [("440303", "440311", 9)]


def test_the_station_has_every_hour_and_missing_is_never_zero(real: Loaded) -> None:
    hours = "select make_timestamp(year, month, day, hour, 0, 0) as t, * from sthj.air_hour"
    (found,) = real.ask(
        f"select count(distinct t), min(t), max(t), count(*) - count(pm25), max(pm25), min(pm25), count(*) - count(co), min(co) from ({hours})",
        "sthj.air_hour",
    )
    assert found == (35064, datetime(2013, 3, 1), datetime(2017, 2, 28, 23), 616, 680, 2, 1753, 100)
    warned = real.warned("sthj.air_hour")
    assert (warned["pm25_missing"], warned["co_missing"], warned["wind_direction_missing"], warned["pm25_within_pm10"]) == (616, 1753, 81, 1369)
    assert "hours_without_gap" not in warned


def test_the_sectors_of_guangzhou_add_up_to_its_product(real: Loaded) -> None:
    rows = real.ask("select indicator, unit, value from gjtj.guangzhou_year where year = 2017 order by value", "gjtj.guangzhou_year")
    assert rows == [
        ("第一产业增加值", "亿元", Decimal("233.49")), ("第二产业增加值", "亿元", Decimal("6015.29")),
        ("第三产业增加值", "亿元", Decimal("15254.37")), ("国内生产总值", "亿元", Decimal("21503.15")),
    ]
    spans = real.ask("select min(year), max(year), any_value(city), any_value(division) from gjtj.guangzhou_year", "gjtj.guangzhou_year")
    assert spans == [(2001, 2017, "广州", "440100")]
    assert real.warned("gjtj.guangzhou_year") == {"sectors_add_up": 3}


def test_the_metro_keeps_leading_zeros_and_names_its_gap(real: Loaded) -> None:
    counted = "select count(*), count(distinct station), count(distinct line), min(station_code) from jtys.metro_station"
    assert real.ask(counted, "jtys.metro_station") == [(215, 181, 8, "0101")]
    assert real.warned("jtys.metro_station") == {"sequence_without_gap": 1}


def test_levels_of_the_epidemic_are_told_apart_and_its_contradictions_counted(real: Loaded) -> None:
    province = "from wsjk.covid_day where province_code = '440000' and city is null"
    days = f"select count(*), min(report_date), max(report_date), max(confirmed), max(cured), max(dead) {province}"
    assert real.ask(days, "wsjk.covid_day") == [(325, date(2020, 1, 19), date(2020, 12, 8), 2007, 1964, 8)]
    first = "select city, confirmed from wsjk.covid_day where report_date = date '2020-01-19' and city is not null"
    assert real.ask(first, "wsjk.covid_day") == [("深圳市", 1)]
    assert real.ask("select count(*) from wsjk.covid_day where province is null", "wsjk.covid_day") == [(374,)]
    unplaced = "select distinct city from wsjk.covid_day where city is not null and city_code is null order by city"
    assert real.ask(unplaced, "wsjk.covid_day") == [("境外输入",), ("未公布来源",)]
    assert real.warned("wsjk.covid_day") == {
        "confirmed_adds_up": 63, "cured_adds_up": 89, "dead_adds_up": 6, "confirmed_falls": 247, "cured_falls": 134,
    }


def test_american_quarters_become_series_rows(real: Loaded) -> None:
    counted = real.ask("select series, count(*), min(year) from hgjj.us_macro_quarter group by series order by series", "hgjj.us_macro_quarter")
    assert (len(counted), {row[1:] for row in counted}) == (12, {(203, 1959)})
    cpi = "select value from hgjj.us_macro_quarter where series = 'cpi' and year = 1959 and quarter = 1"
    assert real.ask(cpi, "hgjj.us_macro_quarter") == [(Decimal("28.98"),)]
    assert "unit" not in real.lake.schema("landing.hgjj_us_macro_quarter").names


def test_the_economy_register_takes_their_series(real: Loaded) -> None:
    assert len(set(SERIES.inputs)) == len(SERIES.inputs)
    build_series(real.lake, real.engine, real.views(*SERIES.inputs), CommitFacts(job="test"))
    series = "select sources, frequency, count(*), sum(points), min(first_period), max(last_period) from registers.series group by all order by 1"
    assert real.ask(series, "registers.series") == [
        ("gjtj.guangzhou_year", "year", 4, 50, "2001", "2017"),
        ("hgjj.us_macro_quarter", "quarter", 12, 2436, "1959-Q1", "2009-Q3"),
        ("wsjk.covid_day", "day", 3, 975, "2020-01-19", "2020-12-08"),
    ]
    known = "select unit, last_value from registers.series where title = '{}'"
    assert real.ask(known.format("国内生产总值（国家统计局）"), "registers.series") == [("亿元", 21503.15)]
    assert real.ask(known.format("新冠累计确诊（公开通报）"), "registers.series") == [("人", 2007.0)]
    assert real.ask(known.format("美国实际利率"), "registers.series")[0][0] == "%"

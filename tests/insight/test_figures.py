"""The figures: what they sum up from small tables, and that missing tables count nothing."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from lingnan.base import FixedClock
from lingnan.insight import FIGURE_COLUMNS, FIGURE_TABLES, build_figures, figure_inputs
from lingnan.lake import CommitFacts, Lake, View

FEEDS = ["gongan.resident", "shuiwu.taxpayer_year"]
FACTS = CommitFacts("insight:figures")
CHECKS = {"rule": ["a", "b", "c", "d", "e"], "dimension": ["conformity", "conformity", "coverage", "conformity", "accessibility"],
          "severity": ["error", "warning", "error", "info", "info"], "checked": [100, 100, 50, 100, 10], "failed": [10, 0, 5, 0, 2]}


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path, FixedClock(datetime(2026, 10, 31, tzinfo=UTC)))


def build(lake, tables):
    for name, columns in tables.items():
        lake.overwrite(name, pa.table(columns), FACTS)
    engine = lake.engine()
    made = build_figures(lake, engine, {name: View.for_step(name, "test") for name in tables}, FACTS, FEEDS)
    return made, {
        table: engine.query(f"select * from {table}", {table: View.for_step(table, "test")}).to_pylist() for table in FIGURE_TABLES
    }


def test_without_any_table_all_four_are_written_empty(lake):
    made, rows = build(lake, {})
    assert made == dict.fromkeys(FIGURE_TABLES, 0)
    assert not any(rows.values())
    assert {table: tuple(lake.schema(table).names) for table in FIGURE_TABLES} == dict(FIGURE_COLUMNS)


def test_cities_counties_departments_and_dimensions_add_up(lake):
    _made, rows = build(lake, {
        "registers.people": {"division": ["440106", "440106", "440103", "440304", None]},
        "registers.entities": {"division": ["440106"]},
        "gongan.resident": {"division": ["440106", "440106", "440103"]},
        "quarantine.gongan_resident": {"division": ["440106", "广州", None]},
        "checks.gongan_resident": CHECKS,
    })
    city, county, department, dimension = (rows[table] for table in FIGURE_TABLES)
    assert [(row["city"], row["city_zh"], row["people"], row["entities"], row["accepted"], row["quarantined"]) for row in city] == [
        ("440100", "广州市", 3, 1, 3, 1), ("440300", "深圳市", 1, 0, 0, 0),
    ]
    assert [row["score"] for row in city] == [75.0, None]
    assert [(row["county"], row["people"]) for row in county] == [("440103", 1), ("440106", 2), ("440304", 1)]
    # Conformity 190 of 200, completeness 45 of 50 by its dimension coverage, accessibility 8 of 10; the row of repairs is no check.
    assert [(row["department"], row["accepted"], row["quarantined"], row["score"]) for row in department] == [
        ("gongan", 3, 3, pytest.approx((95 + 90 + 80) / 3)),
    ]
    assert {row["dimension"]: (row["checked"], row["failed"], row["score"]) for row in dimension} == {
        "conformity": (200, 10, 95.0), "coverage": (50, 5, 90.0),
    }


def test_a_feed_without_a_division_still_counts_for_its_department(lake):
    _made, rows = build(lake, {"shuiwu.taxpayer_year": {"uscc": ["x"]}, "quarantine.shuiwu_taxpayer_year": {"uscc": ["y", "z"]}})
    assert rows[FIGURE_TABLES[0]] == []
    assert rows[FIGURE_TABLES[2]] == [{"department": "shuiwu", "accepted": 1, "quarantined": 2, "score": None}]


def test_the_step_declares_all_it_reads():
    assert set(figure_inputs(["gongan.resident"])) == {
        "registers.people", "registers.entities", "zhengwu.service_case", "gongan.resident", "quarantine.gongan_resident", "checks.gongan_resident",
    }

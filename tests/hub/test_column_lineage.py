"""The lineage of the hub's columns: contracts, registers and figures in one graph, and a query on top of it."""

from pathlib import Path

import pytest

from lingnan.base import Missing, load_settings
from lingnan.hub import Hub, lineage_of
from tests.back_ends import Furnish
from tests.pension import TABLE, describe


@pytest.fixture
def hub(tmp_path: Path, furnish: Furnish):
    with Hub.open(load_settings(describe(furnish(tmp_path / "hub")))) as opened:
        yield opened


def test_a_governed_column_leads_to_its_header_in_the_delivery(hub: Hub) -> None:
    found = lineage_of(hub, f"{TABLE}.amount")
    assert found.upstream == (
        (f"{TABLE}.amount", ("landing.minzheng_pension.amount",)), ("landing.minzheng_pension.amount", ("pensions.csv:金额",)),
        ("pensions.csv:金额", ()),
    )
    assert found.downstream == ()


def test_what_is_made_of_a_column_reaches_the_figures(hub: Hub) -> None:
    reached = [column for column, _made_of in lineage_of(hub, "landing.minzheng_pension.division").downstream]
    assert reached[0] in (f"{TABLE}.division", "quarantine.minzheng_pension.division")
    assert "insight.city_figures.accepted" in reached
    people = dict(lineage_of(hub, "insight.city_figures.people").upstream)
    assert people["insight.city_figures.people"] == ("registers.people.division",)
    assert "gongan.resident.division" in people


def test_a_query_is_read_on_top(hub: Hub) -> None:
    sql = f"with q as (select division, amount * 2 as twice from {TABLE}) select division, sum(twice) as total from q group by 1"
    found = lineage_of(hub, "mine.total", sql)
    assert dict(found.upstream)["mine.total"] == (f"{TABLE}.amount",)
    assert found.upstream[-1][0] == "pensions.csv:金额"


def test_a_column_that_nobody_knows_is_said(hub: Hub) -> None:
    for column in (f"{TABLE}.nothing", "nothing", "no.table.column"):
        with pytest.raises(Missing):
            lineage_of(hub, column)

"""Feeds: what is new lands once, whatever happens in between, and a steward hears of what is odd."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lingnan.base import BadInput, DatabaseAway
from lingnan.collect import LoadBatch, current_batches, feeds, fingerprint, read_feed
from lingnan.collect.ledger import Ledger
from lingnan.collect.service import _FeedLoad
from lingnan.storage import OutboxEvent

from .conftest import Hub

COLUMNS = {"item_no": "编号", "name": "名称"}
LOCATION = "handover/item_*.csv"


def deliver(hub: Hub, name: str, rows: list[str], header: str = "编号,名称", encoding: str = "gb18030") -> Path:
    path = hub.home / "handover" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
    return path


def codes(result: Any) -> list[str]:
    return [alarm.code for alarm in result.alarms]


def events(hub: Hub) -> list[str]:
    with hub.storage.reading() as session:
        return [event.name for event in session.scalars(select(OutboxEvent).order_by(OutboxEvent.sequence))]


def test_a_snapshot_lands_as_text_with_batch_position_and_receipt_time(hub: Hub) -> None:
    feed = hub.feed(COLUMNS, location=LOCATION)
    deliver(hub, "item_a.csv", ["001,甲", "002,乙"])
    deliver(hub, "item_b.csv", ["003,李㙍𬒈", "004"])
    result = hub.load(feed)
    assert (result.rows, result.rejected, result.skipped, result.version, result.alarms) == (3, 1, False, 0, ())
    assert hub.rows(feed.landing, "item_no, name, _position") == [
        ("001", "甲", "item_a.csv:2"), ("002", "乙", "item_a.csv:3"), ("003", "李㙍𬒈", "item_b.csv:2"),
    ]
    assert hub.rows(feed.rejects, "_position, reason, line") == [("item_b.csv:3", "too_few_cells", "004")]
    ((batch, received),) = hub.rows(feed.landing, "distinct _batch, _received_at", "_batch")
    assert (batch, received) == (result.batch, hub.clock.now())
    assert events(hub) == ["collect.batch_loaded"]


def test_the_same_again_makes_no_version_and_a_change_a_new_current_batch(hub: Hub) -> None:
    feed = hub.feed(COLUMNS, location=LOCATION)
    deliver(hub, "item_a.csv", ["1,甲", "2,乙"])
    first, before = hub.load(feed), fingerprint(feed, hub.home)
    assert hub.load(feed).skipped
    assert hub.lake.version(feed.landing) == 0
    assert fingerprint(feed, hub.home) == before
    deliver(hub, "item_a.csv", ["1,甲", "2,丙"])
    hub.clock.advance(timedelta(days=1))
    second = hub.load(feed)
    assert fingerprint(feed, hub.home) != before
    assert current_batches(hub.storage, feed.id) == [second.batch] != [first.batch]
    assert len(hub.rows(feed.landing)) == 4
    deliver(hub, "item_a.csv", ["1,甲", "2,乙"])
    third = hub.load(feed)
    assert third.batch not in (first.batch, second.batch)
    assert current_batches(hub.storage, feed.id) == [third.batch]


def test_an_append_feed_takes_new_files_and_replaces_changed_ones(hub: Hub) -> None:
    feed = hub.feed(COLUMNS, location=LOCATION, load="append")
    deliver(hub, "item_01.csv", ["1,甲"])
    hub.load(feed)
    deliver(hub, "item_02.csv", ["2,乙", "3,丙"])
    assert (hub.load(feed).rows, len(current_batches(hub.storage, feed.id))) == (2, 2)
    assert hub.load(feed).skipped
    deliver(hub, "item_01.csv", ["1,丁"])
    assert hub.load(feed).rows == 1
    current = current_batches(hub.storage, feed.id)
    kept = [row for row in hub.rows(feed.landing, "item_no, name, _batch") if row[2] in current]
    assert sorted(row[:2] for row in kept) == [("1", "丁"), ("2", "乙"), ("3", "丙")]


@pytest.mark.parametrize("moment", ["before landing", "between rows and rejects", "before the books"])
def test_a_kill_neither_loses_nor_doubles_rows(hub: Hub, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    feed = hub.feed(COLUMNS, location=LOCATION)
    deliver(hub, "item_a.csv", ["1,甲", "2,乙", "3"])
    received = hub.clock.now()

    def killed(*_given: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if moment == "before landing":
            patch.setattr(hub.lake, "append", killed)
        elif moment == "between rows and rejects":
            patch.setattr(_FeedLoad, "_land_rejects", killed)
        else:
            patch.setattr(Ledger, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            hub.load(feed)
    hub.clock.advance(timedelta(hours=5))
    result = hub.load(feed)
    assert (result.rows, result.rejected, hub.lake.version(feed.landing)) == (2, 1, 0)
    assert len(hub.rows(feed.landing)) == 2
    assert len(hub.rows(feed.rejects)) == 1
    assert {row[0] for row in hub.rows(feed.landing, "_received_at")} == {received}
    assert hub.load(feed).skipped
    assert events(hub).count("collect.batch_loaded") == 1


def test_the_hubs_database_away_is_no_source_away(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = hub.feed(COLUMNS, location=LOCATION)
    deliver(hub, "item_a.csv", ["1,甲", "2,乙"])

    def away(*_given: Any, **_named: Any) -> None:
        raise DatabaseAway("数据库没有应答。", "The database does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "finish", away)
        with pytest.raises(DatabaseAway):
            hub.load(feed)
    assert hub.load(feed).rows == 2
    assert current_batches(hub.storage, feed.id)


def test_alarms_for_empty_shrunken_and_changed_deliveries(hub: Hub) -> None:
    feed = hub.feed(COLUMNS, location=LOCATION)
    deliver(hub, "item_a.csv", [f"{at},名{at}" for at in range(10)])
    hub.load(feed)
    deliver(hub, "item_a.csv", [f"{at},名{at}" for at in range(6)])
    assert codes(hub.load(feed)) == ["shrunken"]
    deliver(hub, "item_a.csv", [])
    empty = hub.load(feed)
    assert codes(empty) == ["empty"]
    assert hub.load(feed).skipped
    assert len([row for row in hub.rows(feed.landing, "_batch") if row[0] in current_batches(hub.storage, feed.id)]) == 6
    deliver(hub, "item_a.csv", [f"{at},{at}" for at in range(6)], header="编号,备注")
    assert {"missing_column", "new_column"} <= set(codes(hub.load(feed)))
    (hub.home / "handover" / "item_a.csv").write_bytes(b"")
    assert codes(hub.load(feed)) == ["unreadable"]
    (hub.home / "handover" / "item_a.csv").unlink()
    away = hub.load(feed)
    assert (codes(away), away.skipped) == (["source_away"], True)
    assert "上一批" in away.alarms[0].zh
    assert events(hub).count("collect.load_alarmed") >= 5


def test_a_fallback_is_used_and_said(hub: Hub) -> None:
    feed = hub.feed(COLUMNS, connector="postgres", location="postgresql://127.0.0.1:1/none", options="{table: t}",
                    fallback=f"{{connector: csv, location: '{LOCATION}'}}")
    deliver(hub, "item_a.csv", ["1,甲"])
    result = hub.load(feed)
    assert (result.rows, codes(result)) == (1, ["fallback"])


def test_units_in_headers_and_target_names_are_recognised(hub: Hub) -> None:
    feed = hub.feed({"item_no": "编号", "energy": "用电量", "note": "备注"}, location=LOCATION)
    deliver(hub, "item_a.csv", ["1,2.5,x"], header="编号,用电量(kWh),note")
    assert codes(hub.load(feed)) == []
    assert hub.rows(feed.landing, "item_no, energy, note") == [("1", "2.5", "x")]


def test_columns_filled_from_file_name_and_title(hub: Hub) -> None:
    feed = hub.feed({"item_no": "编号", "city": "city", "month": "month"}, location=LOCATION,
                    options='{fill: {city: "title:地区：(.+)", month: "file:_(\\\\d{6})"}}')
    path = hub.home / "handover" / "item_202601.csv"
    path.parent.mkdir(parents=True)
    path.write_text("报表\n地区：广州\n编号,甲,乙\n1,2,3\n2,3,4\n", encoding="utf-8")
    hub.load(feed)
    assert hub.rows(feed.landing, "item_no, city, month") == [("1", "广州", "202601"), ("2", "广州", "202601")]


def test_measures_across_become_rows_with_the_units_of_their_headers(hub: Hub) -> None:
    columns = {"city": "城市", "measure": "measure", "unit": "unit", "value": "value"}
    feed = hub.feed(columns, location=LOCATION, options="{unpivot: {names: measure, values: value, columns: '用.量.*'}}")
    deliver(hub, "item_a.csv", ["广州,2.5,7", "深圳,,8"], header="城市,用电量(kWh),用水量(立方米)")
    assert codes(hub.load(feed)) == []
    rows = sorted(hub.rows(feed.landing, "city, measure, unit, value"))
    assert rows == [("广州", "用水量(立方米)", "立方米", "7"), ("广州", "用电量(kWh)", "kWh", "2.5"), ("深圳", "用水量(立方米)", "立方米", "8")]


def test_a_feed_file_with_faults_lists_them_all(hub: Hub) -> None:
    path = hub.feed(COLUMNS, location=LOCATION).path
    path.write_text(
        "feed: Bad\ntitle: {zh: 甲, fr: x}\nconnector: ftp\nlocation: a\nload: all\ncontract: c\norigin: real\ncolour: red\n", encoding="utf-8",
    )
    with pytest.raises(BadInput) as raised:
        read_feed(path)
    for word in ("feed", "title.fr", "department", "connector", "load", "colour"):
        assert word in raised.value.en
    with pytest.raises(BadInput):
        feeds(hub.home / "sources")


def test_real_data_needs_a_licence(hub: Hub) -> None:
    with pytest.raises(BadInput, match="licence"):
        hub.feed(COLUMNS, location=LOCATION, origin="real")


def test_batches_are_kept_as_records(hub: Hub) -> None:
    feed = hub.feed(COLUMNS, location=LOCATION)
    deliver(hub, "item_a.csv", ["1,甲"])
    result = hub.load(feed)
    with hub.storage.reading() as session:
        record = session.scalars(select(LoadBatch)).one()
        assert (record.batch, record.rows, record.state, record.current, record.files[0]["name"]) == (result.batch, 1, "landed", True, "item_a.csv")

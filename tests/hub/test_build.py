"""The whole way from departments' files to registers: what it makes, that it repeats, that it resumes, that truth agrees."""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from benchmarks.quality_truth import score_against_truth
from lingnan.base import load_settings
from lingnan.govern import FeedTables, GovernResult
from lingnan.hub import Hub, hub_status
from lingnan.lake import View, content_hash
from lingnan.standards import USCC
from lingnan.world import read_truth
from tests.homes import without_packs
from tests.terminal import LINGNAN, run

LONG = bool(os.environ.get("LINGNAN_LONG"))
SEEDS = range(20) if LONG else range(3)


def tables_begun(home: Path) -> int:
    """How many tables a build has begun to write."""
    return sum(1 for _ in (home / "lake").glob("*/*"))


def hashes(hub: Hub) -> dict[str, str]:
    return {table: content_hash(hub.lake, hub.engine, table) for table in hub.lake.tables()}


@pytest.fixture(scope="module")
def undisturbed(built):
    """What a build makes that nobody kills."""
    return hashes(built)


def rows(hub: Hub, sql: str, *tables: str):
    return hub.engine.query(sql, {table: View.for_step(table, "test") for table in tables}).to_pylist()


def test_a_build_makes_every_register_from_twelve_departments(built):
    status = hub_status(built)
    assert status.departments >= 12
    assert status.build.state == "done"
    assert status.accepted > 9000
    assert 100 < status.quarantined < status.accepted * 0.08
    people = len(read_truth(built.home, "people"))
    assert people * 0.93 < status.registers["people"] <= people
    assert status.registers["places"] > 5000
    assert status.registers["series"] > 300


def test_a_second_build_does_nothing(changeable):
    live = {f"collect:{feed.id}" for feed in changeable.feeds if feed.file.location.startswith("http")}
    again = changeable.build()
    run = {outcome.step for outcome in again.outcomes if outcome.state == "done"}
    # A live source that answers is asked again; nothing new came, so nothing after it runs.
    assert run <= live
    assert again.steps_skipped == len(again.outcomes) - len(run) > 50


def test_every_version_says_what_made_it(built):
    for table in built.lake.tables():
        commit = built.lake.history(table)[0]
        assert commit.job, table
        assert commit.rows >= 0, table


def test_a_figure_leads_back_to_the_rows_a_department_delivered(built):
    seen, front = set(), ["registers.people"]
    while front:
        table = front.pop()
        seen.add(table)
        front += [source for source in built.lake.history(table)[0].inputs if source not in seen]
    assert {"registers.people", "gongan.resident", "landing.gongan_resident", "landing.weijian_vital_event"} <= seen
    [row] = rows(built, "select _batch, _position from gongan.resident limit 1", "gongan.resident")
    assert ".csv:" in row["_position"]
    assert row["_batch"]


def test_all_dirt_a_rule_can_see_is_caught_and_false_alarms_are_rare(built):
    results = {}
    for feed in built.feeds:
        if feed.file.origin != "made":
            continue
        tables = FeedTables.of(feed.id)
        kept, held = built.lake.rows(tables.accepted), built.lake.rows(tables.quarantine)
        results[feed.id] = GovernResult(feed.id, kept, held, {}, (), ())
    keys = {feed.id: feed.file.key for feed in built.feeds}
    scores, alarms = score_against_truth(built.home, built.lake, results, keys)
    missed = [score for score in scores if score.caught < score.planted]
    assert sum(score.planted for score in scores) > 500
    assert missed == []
    assert sum(alarm.false for alarm in alarms) <= 0.001 * sum(alarm.rows for alarm in alarms)


def test_no_two_people_and_no_two_firms_share_an_entry(built):
    """Wrong merges by identifier: an entry whose source rows belong, by the truth, to more than one person or firm.

    A row in which the office wrote another firm as employer speaks of that firm: a wrong fact, no wrong merge.
    """
    links, dirt = read_truth(built.home, "links"), read_truth(built.home, "dirt")
    sql = """select o.entry_id from {table} as o join links as l on l.feed = o.source_table and l.key = o.source_key
        where not exists (select 1 from dirt as d where d.feed = o.source_table and d.key = o.source_key and d."column" = 'employer_uscc')
        group by o.entry_id having count(distinct l.{id}) > 1"""
    for table, who in (("registers.people_observations", "person_id"), ("registers.entities_observations", "firm_id")):
        wrong = built.engine.query(sql.format(table=table, id=who), {table: View.for_step(table, "test")}, arrow={"links": links, "dirt": dirt})
        assert wrong.num_rows == 0, (table, wrong.to_pylist()[:5])


def test_further_registers_hold_what_is_true_and_nothing_that_was_planted(built):
    """Every row that bears no visible fault is an entry under its right key, and no row with a planted one has spoken."""
    dirt = read_truth(built.home, "dirt")
    feeds = {"credit": "fagai.credit_record", "components": "zhujian.component", "licences": "zhengwu.e_licence", "parcels": "ziran.parcel"}
    for register, feed in feeds.items():
        table = f"registers.{register}_observations"
        refused = {row["key"] for row in dirt.to_pylist() if row["feed"] == feed and row["expected"] == "quarantine" and row["kind"] != "duplicate"}
        links = {row["key"] for row in read_truth(built.home, "links").to_pylist() if row["feed"] == feed}
        spoken = {row["source_key"] for row in rows(built, f"select source_key from {table} where source_table = '{feed}'", table)}
        assert refused
        assert spoken == links - refused, register
    assert "natural_person" in {row["kind"] for row in dirt.to_pylist() if row["feed"] == "fagai.credit_record"}
    subjects = rows(built, "select uscc from registers.credit", "registers.credit")
    assert all(USCC.valid(row["uscc"]) for row in subjects)
    assert len(rows(built, "select entry_id from registers.credit", "registers.credit")) == len(subjects) > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_build_resumes_to_the_same_content(ground, undisturbed, tmp_path, seed):
    """The moment is told by what is written, once in each third of the build, which load does not shift. Packs are built in the long tier."""
    home, expected = ground.copy(tmp_path / "home"), undisturbed
    if not LONG:
        without_packs(home)
        with Hub.open(load_settings(home)) as hub:
            made = {table for step in hub.steps() for table in step.outputs}
        expected = {table: digest for table, digest in undisturbed.items() if table in made}
    moment = int((seed % 3 + random.Random(seed).uniform(0.05, 0.95)) / 3 * len(expected))
    build = subprocess.Popen([LINGNAN, "build", "--home", str(home)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while tables_begun(home) < moment and build.poll() is None:
        time.sleep(0.02)
    os.kill(build.pid, signal.SIGKILL)
    assert build.wait() == -signal.SIGKILL
    again = run("build", "--home", home)
    assert again.returncode == 0, again.stderr
    with Hub.open(load_settings(home)) as hub:
        assert hashes(hub) == expected


def test_a_thirteenth_department_is_added_with_files_alone(hub):
    folder = hub.home / "sources" / "chengguan"
    folder.mkdir(parents=True)
    (hub.home / "incoming").mkdir()
    (hub.home / "incoming" / "lamps.csv").write_bytes("路灯编号,区划,亮灯\nL1,440106,是\nL2,440106,否\nL2,440106,否\n".encode("gbk"))
    feed = {
        "feed": "chengguan.lamp", "title": {"zh": "路灯", "en": "Street lamps"}, "department": {"id": "chengguan", "zh": "城市管理局", "en": "City"},
        "connector": "csv", "location": "incoming/lamps.csv", "load": "snapshot", "key": ["lamp_no"], "contract": "lamp.contract.yaml",
        "origin": "made",
    }
    (folder / "lamp.yaml").write_text(yaml.safe_dump(feed, allow_unicode=True))
    properties = [
        {"name": name, "physicalName": header, "logicalType": "string", "physicalType": "VARCHAR", "classification": "public"}
        for name, header in (("lamp_no", "路灯编号"), ("division", "区划"), ("lit", "亮灯"))
    ]
    once = {"id": "once", "type": "custom", "engine": "lingnan", "dimension": "uniqueness", "severity": "error",
            "implementation": {"rule": "duplicate_key", "columns": ["lamp_no"]}}
    contract = {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "chengguan.lamp", "version": "1.0.0", "status": "active",
        "schema": [{"name": "lamp", "physicalName": "lamp", "properties": properties, "quality": [once]}],
    }
    (folder / "lamp.contract.yaml").write_text(yaml.safe_dump(contract, allow_unicode=True))
    assert hub.build(only=["chengguan.lamp"]).state == "done"
    assert (hub.lake.rows("chengguan.lamp"), hub.lake.rows("quarantine.chengguan_lamp")) == (2, 1)
    assert hub.catalogue.resource("chengguan.lamp").department.zh == "城市管理局"


def test_a_source_that_went_away_keeps_its_last_batch_and_the_build_goes_on(hub):
    hub.build(only=["gongan.resident"])
    before = hub.lake.rows("gongan.resident")
    for file in (hub.home / "world" / "handover" / "gongan").glob("*.csv"):
        file.unlink()
    report = hub.build(only=["gongan.resident"])
    assert report.state == "done"
    assert hub.lake.rows("gongan.resident") == before
    assert any(outcome.notes for outcome in report.outcomes)


def test_registers_built_part_by_part_hold_the_same(changeable, built, monkeypatch):
    """What fits in memory only in parts (scale 100) is the same as the whole."""
    tables = ("registers.people", "registers.people_observations", "registers.entities", "registers.entities_observations")
    for table in tables:
        shutil.rmtree(changeable.home / "lake" / table.replace(".", "/"))
    monkeypatch.setattr("lingnan.registers.words.SLICE_ROWS", 700)
    report = changeable.build(only=["registers.people", "registers.entities"])
    assert {outcome.step for outcome in report.outcomes if outcome.state == "done"} >= {"register:people", "register:entities"}
    for table in tables:
        assert content_hash(changeable.lake, changeable.engine, table) == content_hash(built.lake, built.engine, table), table

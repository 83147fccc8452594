"""A hub whose tables lie in a bucket holds, shows and answers what one with a folder does, and goes on where a failing store stopped it."""

import json
import os
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from lingnan.base import load_settings
from lingnan.hub import Hub, HubPages, examine_hub
from lingnan.lake import content_hash
from lingnan.trust import Subject
from lingnan.web import create_app
from tests.terminal import run

LONG = bool(os.environ.get("LINGNAN_LONG"))
FEW = ["gongan.resident"]
ONLY = None if LONG else FEW
STEWARD = Subject("official", "018f", "gongan", frozenset({"steward"}), "s1", assurance=2)


@pytest.fixture
def in_bucket(ground, tmp_path):
    """Copies of the ground, each with a place of its own in a bucket."""

    def made(server, silence_s=60):
        place = replace(server.place(), silence_s=silence_s)
        home = ground.copy(tmp_path / place.prefix)
        with (home / "settings.env").open("a", encoding="utf-8") as settings:
            settings.writelines(f"{name}={value}\n" for name, value in server.environment(place).items())
        return home

    return made


@pytest.mark.timeout(1800)
def test_a_hub_in_a_bucket_holds_what_one_in_a_folder_holds(in_bucket, built, bucket_server):
    home = in_bucket(bucket_server)
    with Hub.open(load_settings(home)) as hub:
        assert hub.build(only=ONLY).state == "done"
        assert hub.build(only=ONLY).steps_run == 0
        _same(hub, built, ONLY)
        assert [each for each in home.glob("lake/*/*") if each.parent.name[0] != "."] == []
        assert [(finding.part, finding.present) for finding in examine_hub(hub) if finding.part == "tables"] == [("tables", True)]
        sql = "select count(*) as n from gongan.resident"
        assert hub.query(STEWARD, sql).rows == built.query(STEWARD, sql).rows
        with TestClient(create_app(HubPages(hub), hub.settings)) as pages:
            assert pages.get("/").status_code == 200
            assert pages.get("/builds").status_code in (200, 303)


@pytest.mark.timeout(3600)
def test_a_build_over_a_failing_store_ends_right_or_stops_with_a_sentence_and_resumes(in_bucket, built, faulty_server):
    seeds, met = range(20 if LONG else 1), 0
    for seed in seeds:
        home = in_bucket(faulty_server, silence_s=2)
        faulty_server.tell(share=0.05, seed=seed, silence_s=2.5)
        try:
            for _ in range(6):
                done = run("build", *(word for table in FEW for word in ("--only", table)), "--home", home, "--json")
                if done.returncode == 0:
                    break
                assert (done.returncode, "Traceback" in done.stderr) == (4, False), done.stderr
            assert json.loads(done.stdout)["state"] == "done"
            faults = faulty_server.tell(share=0.0)
        finally:
            faulty_server.tell(share=0.0)
        met += sum(count for fault, count in faults.items() if fault != "none")
        with Hub.open(load_settings(home)) as hub:
            _same(hub, built, FEW)
    assert met > 2 * len(seeds), "or nothing was put to the proof"


def _same(hub, built, only):
    tables = hub.lake.tables()
    assert {"landing.gongan_resident", "gongan.resident"} <= set(tables) if only else tables == built.lake.tables()
    for table in tables:
        assert content_hash(hub.lake, hub.engine, table) == content_hash(built.lake, built.engine, table), table

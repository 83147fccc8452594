"""The commands about one resource: shown as it is and as it was, its versions, what differs, and what is late."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lingnan.base import Settings
from lingnan.cli.app import app
from lingnan.hub import Hub

FORM = {
    "key": "gongan.vehicle", "zh": "机动车", "en": "Vehicles", "department": {"id": "gongan", "zh": "公安厅"}, "update_cycle": "daily",
    "categories": ["211"], "items": [{"name": "plate", "zh": "号牌", "classification": "public"}],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub")
    with Hub.open(Settings(home=folder)) as hub:
        hub.catalogue.register(FORM)
        hub.catalogue.register({**FORM, "zh": "机动车登记"})
        hub.catalogue.observe("gongan.vehicle", "load", {"rows": 1}, hub.clock.now().replace(year=2025))
    return folder


def run(home: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["catalogue", *words, "--home", str(home)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_resource_is_shown_as_it_is_and_as_it_was(home: Path) -> None:
    shown = json.loads(run(home, "show", "gongan.vehicle", "--json"))
    assert (shown["zh"], shown["version"], shown["status"]) == ("机动车登记", 2, "published")
    assert [each["code"] for each in shown["classifications"]] == ["301001/000001", "211000/000001"]
    assert json.loads(run(home, "show", "gongan.vehicle", "--version", "1", "--json"))["form"]["zh"] == "机动车"
    told = run(home, "show", "211000/000001")
    assert "机动车登记" in told
    assert "生态环保" in told
    assert "号牌" in run(home, "show", "gongan.vehicle", "--version", "1")


def test_versions_are_listed_and_compared(home: Path) -> None:
    assert [each["number"] for each in json.loads(run(home, "versions", "gongan.vehicle", "--json"))["versions"]] == [2, 1]
    assert [line.split("\t")[0] for line in run(home, "versions", "gongan.vehicle").splitlines()] == ["2", "1"]
    differs = json.loads(run(home, "compare", "gongan.vehicle", "1", "2", "--json"))["differences"]
    assert [(each["field"], each["before"], each["after"]) for each in differs] == [("zh", "机动车", "机动车登记")]
    assert "Chinese name" in run(home, "compare", "gongan.vehicle", "1", "2", "--lang", "en")


def test_what_is_overdue_is_listed(home: Path) -> None:
    assert [each["resource"] for each in json.loads(run(home, "overdue", "--json"))["overdue"]] == ["gongan.vehicle"]
    assert run(home, "overdue", "--department", "shuiwu") == ""
    assert "gongan.vehicle" in run(home, "overdue")

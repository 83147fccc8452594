"""`casework alerts`, `acknowledge`, `sources` as typed: keys, exit codes, four eyes."""

import json

import pytest
from typer.testing import CliRunner

from lingnan.base import AlertRaised, LingnanError, load_settings
from lingnan.cli import app
from lingnan.hub import Hub


@pytest.fixture(scope="module")
def home(new_home):
    """A hub with one alert and two stewards."""
    folder = new_home("casework")
    with Hub.open(load_settings(folder)) as hub:
        for name in ("anna", "bert"):
            hub.trust.accounts.make_account(name, name, name, roles=("steward",))
        hub.office.alerts.raise_alert(AlertRaised("water", "red", "西江", "水位超过警戒", "The water is high"), "e1")
    return folder


def typed(home, *words):
    done = CliRunner().invoke(app, ["casework", *words, "--home", str(home)])
    if isinstance(done.exception, LingnanError):
        return done.exception.exit_code, {}
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, json.loads(done.stdout) if "--json" in words else done.stdout


def test_alerts_are_listed_and_acknowledged_once(home):
    code, found = typed(home, "alerts", "--json")
    assert (code, found["schema"], found["total"]) == (0, 1, 1)
    (alert,) = found["items"]
    assert (alert["level"], alert["severity"], alert["zh"], alert["count"]) == ("red", "Extreme", "水位超过警戒", 1)
    assert "水位超过警戒" in typed(home, "alerts")[1]
    assert "The water is high" in typed(home, "alerts", "--lang", "en")[1]
    assert typed(home, "acknowledge", alert["id"], "--note", "已派人", "--json")[1]["state"] == "acknowledged"
    assert typed(home, "acknowledge", alert["id"])[0] == 2
    assert typed(home, "alerts", "--json")[1]["total"] == 0
    assert typed(home, "alerts", "--state", "acknowledged", "--level", "red", "--json")[1]["total"] == 1
    assert typed(home, "alerts", "--level", "purple")[0] == 2
    assert typed(home, "acknowledge", "nothing")[0] == 2


def test_places_are_proposed_and_approved_by_two(home):
    code, found = typed(home, "sources", "--propose", "data.example.cn:443", "--purpose", "collect", "--reason", "部门接口", "--as", "anna", "--json")
    assert (code, found["total"], found["items"][0]["state"]) == (0, 1, "proposed")
    proposal = found["items"][0]["id"]
    assert typed(home, "sources", "--approve", proposal, "--as", "anna")[0] == 3
    assert typed(home, "sources", "--approve", proposal)[0] == 3
    assert typed(home, "sources", "--approve", proposal, "--as", "bert", "--json")[1]["items"][0]["state"] == "approved"
    assert typed(home, "sources", "--propose", "data.example.cn:443", "--as", "bert")[0] == 2
    assert typed(home, "sources", "--revoke", proposal, "--as", "anna", "--json")[1]["items"][0]["state"] == "revoked"
    assert typed(home, "sources", "--propose", "http://x/", "--as", "anna")[0] == 2

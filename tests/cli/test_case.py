"""`lingnan case` as a person types it: lists, sheets, steps, diagrams and exit codes."""

import json
from xml.etree import ElementTree

import pytest

from lingnan.base import Settings
from lingnan.hub import Hub
from tests.terminal import run

FACTS = {"host": "data.example:443", "purpose": "collect", "owner": "气象局", "carries": "天气", "until": "2027-12-31"}


@pytest.fixture(scope="module")
def office(new_home):
    """A hub with one case; gives its home and the case's number."""
    home = new_home("case")
    with Hub.open(Settings(home=home)) as hub:
        hub.trust.accounts.make_organisation("zhengwu", "数据局", "Data bureau")
        for name, role in (("steward", "steward"), ("guard", "security")):
            hub.trust.accounts.make_account(name, name, name, roles=(role,), organisation="zhengwu")
        number = hub.office.casework.cases.open("outgoing-source", hub.trust.accounts.subject_for("steward"), FACTS).number
    return home, number


def test_a_case_is_listed_shown_and_moved(office):
    home, number = office
    found = json.loads(run("case", "list", "--home", home, "--as", "guard", "--json").stdout)
    assert (found["schema"], found["total"], found["cases"][0]["number"]) == (1, 1, number)
    assert json.loads(run("case", "list", "--home", home, "--as", "steward", "--json").stdout)["total"] == 0
    assert json.loads(run("case", "list", "--mine", "--home", home, "--as", "steward", "--json").stdout)["total"] == 1
    sheet = json.loads(run("case", "show", number, "--home", home, "--as", "guard", "--json").stdout)
    assert "allow" in [action["transition"] for action in sheet["actions"]]
    assert number in run("case", "show", number, "--home", home, "--as", "guard", "--lang", "en").stdout
    act = ("case", "act", number, "allow", "--home", home)
    assert run(*act, "--as", "steward", "--form", "examined=ok").returncode == 3
    wrong = run(*act, "--as", "guard", "--form", "looked=ok", "--lang", "en")
    assert (wrong.returncode, "no such field" in wrong.stderr) == (2, True)
    assert run(*act, "--as", "guard", "--form", "examined").returncode == 2
    done = run(*act, "--as", "guard", "--form", "examined=证书有效", "--version", sheet["version"], "--json")
    assert json.loads(done.stdout)["state"] == "allowed", done.stderr
    assert run(*act, "--as", "guard", "--form", "examined=证书有效").returncode == 2
    assert run("case", "show", "20260101-AAAAAA", "--home", home, "--as", "guard").returncode == 2


def test_flows_and_diagrams_need_no_hub(tmp_path):
    found = json.loads(run("case", "flows", "--json").stdout)["flows"]
    assert {"data-correction", "policy-change"} <= {flow["id"] for flow in found}
    file = tmp_path / "flow.svg"
    assert run("case", "diagram", "data-correction", "--out", file).returncode == 0
    assert ElementTree.parse(file).getroot().tag.endswith("svg")
    assert run("case", "diagram", "data-correction", "--format", "mermaid").stdout.startswith("stateDiagram-v2")
    assert run("case", "diagram", "data-correction", "--format", "png").returncode == 2
    assert run("case", "diagram", "nothing").returncode == 2
